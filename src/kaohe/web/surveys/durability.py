"""Whether the database server keeps what it has acknowledged, come what may.

SQLite is told by the program itself. A PostgreSQL server does by its defaults; a site that turned
one of them off for speed loses ballots whose senders hold a receipt.
"""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from kaohe.web.ui.language import in_a_row

KEEPING = ("fsync", "full_page_writes", "synchronous_commit")
"""The settings of PostgreSQL without which a commit may be lost or torn when it stops hard."""
OFF = "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off' ORDER BY name"


def settings_off() -> list[str]:
    """Which of the settings are off, as this program's connections find them."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(OFF, [list(KEEPING)])
        return [name for (name,) in cursor.fetchall()]


def why_ballots_may_be_lost() -> str:
    """What a clerk is told before a round takes ballots; an empty text if nothing is off."""
    off = settings_off()
    if not off:
        return ""
    return _(
        "数据库服务器关闭了 %(which)s：停电或者服务器故障时，已经发了回执的答卷可能丢失。"
        "请让管理员把它设为 on 再收答卷。"
    ) % {"which": in_a_row(off)}
