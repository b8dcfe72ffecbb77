"""Rounds and outcomes in words that everybody understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kaohe.web.surveys.models import Round
from kaohe.web.surveys.resident_fields import field_of, value_of
from kaohe.web.surveys.rounds import Asking
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class Shown:
    """A page that only says something: what is so, and what can be done."""

    heading: str
    text: str


@dataclass(frozen=True)
class ShownChoice:
    """One answer that can be ticked; ``value`` is what the resident's form sends for it."""

    code: str
    value: str
    label: str
    ticked: bool


@dataclass(frozen=True)
class ShownQuestion:
    """One thing that is asked, in one language. ``section`` and ``whole`` are empty where they
    stand above already; ``field`` is under what name the resident's form sends it."""

    name: str
    field: str
    number: str
    text: str
    help: str
    section: str
    whole: str
    choices: tuple[ShownChoice, ...]
    open: bool
    """Whether it was left open on purpose."""

    @property
    def given(self) -> bool:
        """Whether one of the answers is ticked."""
        return any(one.ticked for one in self.choices)


def shown_questions(asking: Asking, given: Mapping[str, str]) -> list[ShownQuestion]:
    """The questions with what was ticked already."""
    shown: list[ShownQuestion] = []
    section, whole, number = "", "", 0
    for place, one in enumerate(asking.asked, start=1):
        is_new = told(one.part_of) != whole or one.part_of is None
        number += is_new
        shown.append(
            ShownQuestion(
                name=one.name,
                field=field_of(place),
                number=str(number) if is_new else "",
                text=told(one.label),
                help=told(one.help),
                section=told(one.section) if told(one.section) != section else "",
                whole=told(one.part_of) if is_new else "",
                choices=tuple(
                    ShownChoice(
                        code=choice.code,
                        value=value_of(number),
                        label=told(choice.label),
                        ticked=given.get(one.name) == choice.code,
                    )
                    for number, choice in enumerate(one.choices, start=1)
                ),
                open=one.name in given and not given[one.name],
            )
        )
        section, whole = told(one.section), told(one.part_of)
    return shown


def standing_of(held: Round, today: date) -> str:
    """Why the round takes no ballots today; an empty text if it does."""
    if held.state == "prepared" or (held.state == "open" and today < held.opens_on):
        return "early"
    if held.state == "open":
        return "late" if today > held.closes_on else ""
    return held.state if held.state in ("paused", "void") else "closed"


def void_told(held: Round) -> str:
    """That a round is void and what became of its ballots; an empty text of any other."""
    if held.state != "void":
        return ""
    if held.counted_at is None:
        return _(
            "这一轮已作废：票箱没有打开就销毁了，交来的答卷谁也没有看过，不计入考核。"
            "如果重新测评，会另行通知。"
        )
    return _(
        "这一轮已作废：开箱时核对有出入，经领导小组两位组长签署，所有答卷都不计入考核。"
        "回执清单留在网上备查。如果重新测评，会另行通知。"
    )


def told_outcome(word: str, held: Round | None) -> Shown:
    """What came of it, and what to do."""
    days = (
        {"opens": date_format(held.opens_on), "closes": date_format(held.closes_on)} if held else {}
    )
    return {
        "no_round": lambda: Shown(
            _("没有这个网页"), _("请核对纸条上的网址，或者扫纸条上的二维码。")
        ),
        "used": lambda: Shown(
            _("这个答题码已经用过"),
            _(
                "用这个答题码的答卷已经收到一份，这一次没有再收。如果刚才点了两下或者网络断过，"
                "收到的就是您刚才那一份，不用再交。如果您还没有答过，请向现场的监督人换一张纸条。"
            )
            if held is not None and held.manner == "meeting"
            else _(
                "用这个答题码的答卷已经收到一份，每户只计一份，这一次没有再收。"
                "如果刚才点了两下或者网络断过，收到的就是您刚才那一份，不用再交。"
                "如果您家没有人答过，请拨打投诉电话。"
            ),
        ),
        "not_now": lambda: Shown(
            _("请过一会儿再来"),
            _(
                "系统暂时不能用。没有看到回执号的，答卷还没有交上：请过一会儿用同一个答题码再交一次，"
                "不会重复计入。"
            ),
        ),
        "early": lambda: Shown(_("测评还没有开始"), _("%(opens)s开始，请到时候再来。") % days),
        "late": lambda: Shown(_("测评已经截止"), _("截止日期是%(closes)s。谢谢您的关心。") % days),
        "closed": lambda: Shown(_("测评已经截止"), _("这次测评不再收答卷。谢谢您的关心。")),
        "full": lambda: Shown(
            _("这份答卷还没有收"),
            _(
                "收到的答卷已经和登记的到会人数一样多。请告诉现场的监督人：到会人数登记好以后，"
                "用同一个答题码再交一次。"
            ),
        ),
        "void": lambda: Shown(_("这一轮测评已作废"), void_told(held) if held else ""),
        "paused": lambda: Shown(
            _("测评暂停"), _("现在暂时不收答卷，答题码仍然有效，请过些时候再来。")
        ),
    }[word]()
