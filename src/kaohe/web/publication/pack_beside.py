"""Of the pack: what was left out, with and without it, and what is known without any points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from django.utils.translation import gettext as _

from kaohe.reports.documents import Paragraph, Part, Table
from kaohe.scoring.reasons import printed
from kaohe.values.numbers import PERCENT, fixed
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.evidence.models import Note, TypicalCase
from kaohe.web.publication.pack_facts import clauses_told
from kaohe.web.results.cases_facts import YearOfCases, cases_of, judges_cases
from kaohe.web.results.models import Run
from kaohe.web.results.presenters import figure
from kaohe.web.results.set_aside import Compared, left_out, with_and_without
from kaohe.web.ui.language import in_a_row, named, sentences
from kaohe.web.ui.templatetags.ui import told

NONE = "—"

# -- cases ----------------------------------------------------------------------------------------


def exclusions_told(run: Run) -> Iterator[Part]:
    """Areas with cases left out: the share beside the town's, the composite with and without."""
    scheme = scheme_under(run.cycle.scheme, run.taken)
    if not judges_cases(scheme):
        yield Paragraph(_("这个方案没有诉求剔除。"), lead=_("剔除的诉求："))
        return
    year = cases_of(run.cycle, scheme)
    every, gone = (year.cases.numbers(one) for one in (year.besides.every, year.besides.left_out))
    given = {
        "every": sum(every.values()),
        "gone": sum(gone.values()),
        "share": _share(sum(gone.values()), sum(every.values())),
        "clauses": clauses_told(year.block.clauses),
    }
    yield Paragraph(
        _("全镇收到 %(every)s 件，剔除 %(gone)s 件，占 %(share)s。依据：%(clauses)s。") % given,
        lead=_("剔除的诉求："),
    )
    if not sum(gone.values()):
        return
    nodes = year.block.composites or year.block.rates
    headings = [_("编号"), told(scheme.subject.label), _("收到"), _("剔除"), _("占比")]
    for node in nodes:
        label = told(year.block.label_of(node))
        headings += [label, _("都计入时")]
    rows = [
        [
            one.id,
            one.name,
            str(every.get(one.id, 0)),
            str(gone[one.id]),
            _share(gone[one.id], every.get(one.id, 0)),
            *_both(year, nodes, index),
        ]
        for index, one in enumerate(year.areas.subjects)
        if gone.get(one.id, 0)
    ]
    widths = [3, 8, 2, 2, 3, *(4 for _node in nodes for _way in range(2))]
    yield Table(headings, rows, widths, frozenset(range(2, len(headings))))


def _share(part: int, whole: int) -> str:
    return f"{fixed(Fraction(PERCENT * part, whole), 1)}%" if whole else NONE


def _both(year: YearOfCases, nodes: tuple[str, ...], index: int) -> Iterator[str]:
    scheme = year.block.scheme
    for node in nodes:
        for sheet in (year.decided, year.as_if_all_counted):
            text = printed(scheme, scheme.nodes[node], sheet.values[node][index])
            yield told(figure(scheme, node, text)) or NONE


# -- ballots --------------------------------------------------------------------------------------


def left_out_told(run: Run) -> Iterator[Part]:
    """Areas with ballots left out, and what that moves."""
    lead, count = _("不计入的答卷："), left_out(run.cycle).count()
    if not count:
        yield Paragraph(_("没有，收回的有效答卷都计入。"), lead=lead)
        return
    found = with_and_without(run.cycle)
    if found is None:
        yield Paragraph(
            _("共 %(count)s 份。现有数据还有问题，暂时比较不了，请先在“计分与结果”中校验。")
            % {"count": count},
            lead=lead,
        )
        return
    names = dict(run.subjects.values_list("subject_id", "name"))
    yield Paragraph(
        _("共 %(count)s 份，由两人审阅、都认为不计入。不足五份的不列分数，以免推出某一份答卷。")
        % {"count": count},
        lead=lead,
    )
    rows = [
        [one.area_id, names.get(one.area_id, one.area_id), str(one.ballots), _moved(one)]
        for one in found
    ]
    headings = [_("编号"), _("居民区"), _("份数"), _("算上会怎样（算上 → 不算上）")]
    yield Table(headings, rows, [3, 7, 2, 14], frozenset({2}))


def _moved(compared: Compared) -> str:
    moved = [
        named(told(one.label), f"{told(one.with_all) or NONE} → {told(one.without) or NONE}")
        for one in compared.figures
        if one.moves
    ]
    return sentences(moved) or _("结果不变")


# -- what has no points ---------------------------------------------------------------------------


def asides_told(run: Run) -> Iterator[Part]:
    """What departments and leaders saw, and typical cases: known, and without points (X18)."""
    notes = list(Note.objects.filter(cycle=run.cycle).values_list("theme", "area"))
    cases = TypicalCase.objects.filter(cycle=run.cycle)
    lead = _("平时了解的情况：")
    if not notes and not cases.exists():
        yield Paragraph(_("没有登记走访记录和典型案例。这些不计分，供审定时参考。"), lead=lead)
        return
    themes = Counter(theme for theme, _area in notes)
    listed = in_a_row(
        _("%(theme)s %(count)s 条") % {"theme": name, "count": themes[theme]}
        for theme, name in Note.THEMES
        if themes[theme]
    )
    given = {
        "notes": len(notes),
        "areas": len({area for _theme, area in notes}),
        "themes": listed or NONE,
        "cases": cases.count(),
        "agreed": cases.filter(agreed=True).count(),
    }
    yield Paragraph(
        _(
            "走访记录 %(notes)s 条（%(themes)s），涉及 %(areas)s 个；典型案例 %(cases)s 个，"
            "其中 %(agreed)s 个居民区同意推广。这些不计分，供审定时参考。依据：三(二)。"
        )
        % given,
        lead=lead,
    )
