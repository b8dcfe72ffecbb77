"""What may happen to a provider's file, and why not."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.values.tables import Table
from kaohe.web.accounts.access import STAGES, rights_of
from kaohe.web.accounts.models import Post, held_by
from kaohe.web.cycles.models import STAGE_NAMES

KINDS = ("xlsx", "csv", "parquet")
"""The kinds of file that can be handed in, as their names end."""

CONTENT_READERS = "auditor"
"""Who may read what providers handed in, apart from themselves; not the clerk: DOMAIN.md 8.1."""


def sources_to_hand_in(posts: Iterable[Post]) -> frozenset[str]:
    """The codes of the sources for which somebody may hand in files."""
    writing = {role for role, cell in rights_of("cycles.Delivery").items() if cell.write}
    return frozenset(held_by((post for post in posts if post.role in writing), "sources"))


def ballot_table(scheme: Scheme) -> str | None:
    """The table of single ballots, which is never handed in here."""
    return scheme.questionnaire.ballots if scheme.questionnaire is not None else None


def tables_to_hand_in(scheme: Scheme, tables: Collection[str]) -> list[str]:
    """Of a source's tables those that the scheme declares, in its order, without single ballots."""
    return [name for name in scheme.fact_tables if name in tables and name != ballot_table(scheme)]


def part_written(text: str) -> str:
    """The same part however it was typed: two spellings would be counted as two parts."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def why_not_collecting(stage: str) -> str:
    """Why nothing can be done to files in a stage of the cycle."""
    if stage == "collecting":
        return ""
    if STAGES.index(stage) < STAGES.index("collecting"):
        return _("本年度考核还没有进入“收集”阶段，暂时不能报送。")
    told = {"stage": STAGE_NAMES[stage]}
    return (
        _("本年度考核已进入“%(stage)s”阶段，不再收文件；需要更正时，请党建办按程序退回“收集”阶段。")
        % told
    )


def why_not_hand_in(stage: str, table: str, scheme: Scheme, tables: Collection[str]) -> str:
    """Why a source cannot hand in a table now."""
    if table == ballot_table(scheme):
        return _("单张答卷随测评一起交，不在这里报送。")
    if table not in tables_to_hand_in(scheme, tables):
        return _("本年度方案没有这张数据表，或者它不由这个来源报送。")
    return why_not_collecting(stage)


def why_limits_do_not_fit(table: Table, only: Mapping[str, Collection[str]]) -> str:
    """Why a source's limits make no sense for a table: they name codes of its choices."""
    for name, codes in only.items():
        column = table.columns.get(name)
        if column is None or not codes or not set(codes) <= set(column.choices):
            told = {"column": column.heading if column is not None else name}
            return (
                _("这个来源登记的范围（%(column)s）与本年度方案不符，请党建办更正后再报送。") % told
            )
    return ""


def why_not_map(stage: str, state: str) -> str:
    """Why it can no longer be said which columns of a file are meant."""
    if state not in ("faulty", "checked"):
        return _("这一版已经生效或撤回，不再调整；以后上传的文件可以另行调整。")
    return why_not_collecting(stage)


def why_not_apply(stage: str, state: str, newer: int | None) -> str:
    """Why a version cannot take effect; ``newer`` is the number of a newer version that has."""
    if state == "faulty":
        return _("文件有错误，一行也没有采用。请改正后重新上传。")
    if state == "withdrawn":
        return _("这一版已经撤回；需要时请重新上传。")
    if newer is not None:
        return _("同一批次的第%(number)s版更新，已经生效。") % {"number": newer}
    if state == "applied":
        return _("这份文件已经生效，没有变化。")
    return why_not_collecting(stage)


def why_not_sign(stage: str, state: str, *, counts: bool, signed_by: str) -> str:
    """Why a version cannot be signed; ``counts``: it is the one in force."""
    if state != "applied":
        return _("先使这一版生效，再签认。")
    if not counts:
        return _("同一批次已有更新的一版生效，请签认那一版。")
    if signed_by:
        return _("已由%(name)s签认。") % {"name": signed_by}
    return why_not_collecting(stage)


def why_not_withdraw(stage: str, state: str, *, counts: bool) -> str:
    """Why a version cannot be withdrawn; one that never took effect is of no more use then."""
    if state == "withdrawn":
        return _("这一版已经撤回；需要时请重新上传。")
    if state == "applied" and not counts:
        return _("同一批次已有更新的一版生效，请先撤回那一版。")
    return why_not_collecting(stage)
