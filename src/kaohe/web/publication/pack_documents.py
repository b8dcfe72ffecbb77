"""The pack of the leading group (审定材料) as one neutral document: page, PDF and DOCX show it.

Areas stand by id throughout; a place is a column and never an order. The same run with the same
rulings, waivers and analyses gives the same document: no clock is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaohe.reports.documents import (
    Document,
    Heading,
    Paragraph,
    Part,
    Table,
)
from kaohe.web.audit.models import Event
from kaohe.web.clock import day_of
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.evidence.models import Waiver
from kaohe.web.publication.contents import decided_on
from kaohe.web.publication.pack_beside import asides_told, exclusions_told, left_out_told
from kaohe.web.publication.pack_facts import (
    TOLD_OF_OBJECTIONS,
    Matter,
    by_check,
    checks_of,
    effect_told,
    matters_of,
    waivers_of,
)
from kaohe.web.publication.pack_pay import pay_told
from kaohe.web.publication.pack_readings import readings_told
from kaohe.web.publication.pack_results import edges_told, totals_told
from kaohe.web.publication.pack_scorers import recusals_told, scorers_told
from kaohe.web.publication.publishing import why_not_prepare
from kaohe.web.publication.ruling_outcomes import outcomes_of
from kaohe.web.publication.ruling_rules import DECIDED_IN
from kaohe.web.results.conditions import unmet_told
from kaohe.web.results.models import Run
from kaohe.web.results.presenters import CheckShown
from kaohe.web.ui.language import in_a_row, in_brackets, named, page_language
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class Pack:
    """What is put before the leading group: what is to be decided, and the whole of it."""

    matters: tuple[Matter, ...]
    document: Document


def pack_of(run: Run) -> Pack:
    """The pack of a run as things stand, in the language of the page."""
    # Whatever it tells has changed by an act, and every act is an event.
    newest = Event.objects.filter(town=run.cycle.town.code).order_by("-number").first()
    return _pack(run.pk, newest.sha256 if newest else "", get_language() or "")


@lru_cache(maxsize=8)
def _pack(run_pk: int, _newest: str, _language: str) -> Pack:
    run = Run.objects.select_related("cycle__scheme", "cycle__town").get(pk=run_pk)
    matters = matters_of(run)
    given = {"town": run.cycle.town, "year": run.cycle.year, "subject": _subject(run)}
    state = "" if run.final else _("（暂定）")
    document = Document(
        title=_("%(town)s%(year)s年度%(subject)s考核审定材料") % given + state,
        parts=tuple(_parts(run, matters)),
        mark=_("内部材料：含名次，只供领导小组审定用，不得外传"),
    )
    return Pack(matters, document)


def _subject(run: Run) -> str:
    return told(scheme_under(run.cycle.scheme, run.taken).subject.label)


def _parts(run: Run, matters: tuple[Matter, ...]) -> Iterator[Part]:
    yield from _matters(run, matters)
    yield Heading(_("总分、等次和档次"))
    yield from totals_told(run)
    yield Heading(_("名额的边界"))
    yield from edges_told(run)
    yield Heading(_("未达到的要求和已经认可的事项"))
    yield from _checks(run)
    yield Heading(_("剔除的诉求和不计入的答卷"))
    yield from exclusions_told(run)
    yield from left_out_told(run)
    yield Heading(_("部门评分的分布和回避"))
    yield from scorers_told(run)
    yield from recusals_told(run)
    yield Heading(_("绩效建议和暂缓"))
    yield from pay_told(run)
    yield Heading(_("规则读法不同会改变结果的事项"))
    yield from readings_told(run)
    yield Heading(_("异议和平时了解的情况"))
    yield from _objections(run)
    yield from asides_told(run)
    yield Heading(_("会后办理和签署"))
    yield from _next(run)


# -- what is to be decided ------------------------------------------------------------------------


def _matters(run: Run, matters: tuple[Matter, ...]) -> Iterator[Part]:
    yield Heading(_("今天需要审定的事项"))
    given = {
        "number": run.number,
        "day": day_of(run.at),
        "count": run.subjects.count(),
        "subject": _subject(run),
        "state": _("正式结果") if run.final else _("暂定结果"),
    }
    yield Paragraph(
        _(
            "本材料针对第 %(number)s 次计分（%(day)s，%(state)s），%(subject)s %(count)s 个，"
            "都按编号排列，先后与结果无关。"
        )
        % given
    )
    if run.cycle.stage != DECIDED_IN:
        yield Paragraph(_("这一年的结果已经公布，没有待审定的事项。"))
    elif not matters:
        yield Paragraph(
            _("没有必须审定的事项：要求都已达到或已认可，名额末位没有并列，也没有待办的审定。")
        )
    else:
        yield _table(matters)
    outcomes = outcomes_of(run)
    for ruling in decided_on(run):
        yield Paragraph(named(effect_told(ruling, outcomes), ruling.reason), lead=_("已经审定："))


def _table(matters: tuple[Matter, ...]) -> Table:
    rows = [
        [str(number), one.what, one.effect, one.clause or "—", one.page.name]
        for number, one in enumerate(matters, start=1)
    ]
    headings = [_("序号"), _("事项"), _("怎样定，有什么影响"), _("依据"), _("在哪里办")]
    return Table(headings, rows, [3, 10, 11, 4, 5])


# -- requirements ---------------------------------------------------------------------------------


def _checks(run: Run) -> Iterator[Part]:
    """What was not met and stands so, what was accepted, and how much is only to be known."""
    names = dict(run.subjects.values_list("subject_id", "name"))
    checks = checks_of(run)
    barring = [one for one in checks if one.bars]
    accepted = [one for one in checks if one.state == "waived"]
    waivers = waivers_of(run)
    noticed = [one for one in checks if one.is_noticed]
    given = {
        "all": len(checks),
        "waived": len(accepted),
        "barring": len(barring),
        "noticed": len(noticed),
    }
    yield Paragraph(
        _(
            "共检查 %(all)s 项次：未达到 %(barring)s，未达到但已认可 %(waived)s，"
            "只作提醒 %(noticed)s，其余都达到。"
        )
        % given
    )
    rows = list(_by_reason([*barring, *accepted], waivers, names))
    if rows:
        headings = [_("要求"), _("依据"), _("哪些没有达到"), _("认可与否、理由")]
        yield Table(headings, rows, [7, 4, 9, 9])
    if noticed:
        counted = (
            _("%(check)s %(count)s 个") % {"check": told(several[0].name), "count": len(several)}
            for several in by_check(noticed).values()
        )
        yield Paragraph(
            _("%(which)s。不影响结果是否正式。") % {"which": in_a_row(counted)},
            lead=_("只作提醒的："),
        )


def _by_reason(
    checks: list[CheckShown],
    waivers: Mapping[tuple[str, str], Waiver],
    names: Mapping[str, str],
) -> Iterator[list[str]]:
    """Those of one kind and one reason together."""
    for several in by_check(checks).values():
        same: dict[str, list[CheckShown]] = {}
        for check in several:
            reason = _reason(check, waivers.get((check.subject, check.id)))
            same.setdefault(reason, []).append(check)
        for reason, found in same.items():
            yield _check_row(found, names, reason)


def _reason(check: CheckShown, waiver: Waiver | None) -> str:
    """Whether something unmet was accepted, why, and whether the run knows it."""
    if waiver is None:
        return _("未认可") if check.bars else _("已认可，登记后来有变动")
    meeting = {"day": waiver.meeting_on, "number": waiver.meeting_number}
    lead = _("已登记认可，重新计分后算数") if check.bars else _("已认可")
    return named(lead, waiver.reason) + in_brackets(_("%(day)s，%(number)s") % meeting)


def _check_row(checks: list[CheckShown], names: Mapping[str, str], state: str) -> list[str]:
    whose = in_a_row(unmet_told(names.get(one.subject, one.subject), one) for one in checks)
    return [told(checks[0].name), checks[0].clause, whose, state]


# -- objections, and what comes next --------------------------------------------------------------


def _objections(run: Run) -> Iterator[Part]:
    sentences = [text for tell in TOLD_OF_OBJECTIONS for text in tell(run)]
    if not TOLD_OF_OBJECTIONS:
        sentences = [_("系统里还没有登记异议的地方；收到的书面异议，请另附。")]
    yield Paragraph(_in_a_line(sentences) or _("没有收到异议。"), lead=_("异议："))


def _in_a_line(whole: Iterable[str]) -> str:
    """Whole sentences, one after the other."""
    return ("" if page_language() == "zh" else " ").join(whole)


def _next(run: Run) -> Iterator[Part]:
    if run.cycle.stage == DECIDED_IN:
        if reasons := why_not_prepare(run.cycle):
            yield Paragraph(_in_a_line(reasons), lead=_("公布以前还差："))
    yield Paragraph(
        _(
            "需要认可的，登记后由经办人退回计分、重新计分；其余审定办完后，经办人准备公布，"
            "写明本次会议的日期和编号，两位组长签署。第二位签署时，名单公布和各单位的反馈函同时生效。"
        )
    )
    day, number = _meeting(run)
    rows = [
        [_("组长（签字）"), "", _("组长（签字）"), ""],
        [_("记录人（签字）"), "", _("签署日期"), ""],
    ]
    yield Table([_("会议日期"), day, _("会议编号"), number], rows, [3, 5, 3, 5])


def _meeting(run: Run) -> tuple[str, str]:
    """Day and number of the meeting that published the year; of one to come, room to write."""
    changes = run.cycle.stage_changes.filter(enters="published", done_at__isnull=False)
    change = changes.first() if run.cycle.stage != DECIDED_IN else None
    return ("", "") if change is None else (str(change.meeting_on), change.meeting_number)
