"""Of the pack: totals with how firm they are, and the edges of labels by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from kaohe.pipeline import INCOMPLETE
from kaohe.reports.charts import GREY, Bar, Series, bar_chart
from kaohe.reports.documents import Paragraph, Part, Picture, Table
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AllocateNode, RankNode, labels_of
from kaohe.values.numbers import PERCENT, fixed
from kaohe.values.text import Text
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.publication.pack_edges import Edge, Side, edges_of
from kaohe.web.publication.pack_facts import clauses_told
from kaohe.web.results.models import Run, SubjectResult
from kaohe.web.results.presenters import figure
from kaohe.web.results.robustness_actions import robustness_of
from kaohe.web.results.robustness_presenters import content_of
from kaohe.web.ui.language import in_a_row, in_brackets, sentences
from kaohe.web.ui.templatetags.ui import told

Entry = Mapping[str, Any]
NONE = "—"
FEW = 8
"""So many areas that cannot be told from another one are listed; of more there is the number."""


class Firm:
    """How firm each area's results are, as far as it was worked out and can be."""

    def __init__(self, run: Run, scheme: Scheme) -> None:
        stored = robustness_of(run)
        content: Entry = content_of(stored) if stored is not None else {}
        areas = content.get(scheme.subject.table, ())
        self.there = stored is not None
        self.replicates = stored.replicates if stored is not None else 0
        self._areas: dict[str, Entry] = {one[scheme.subject.id]: one for one in areas}

    @cached_property
    def from_totals(self) -> bool:
        """Whether some survey is known by its sums only: then nothing is told of errors."""
        return any(
            int(survey["answers_from_totals"]) > 0
            for one in self._areas.values()
            for survey in one["surveys"]
        )

    @property
    def tells(self) -> bool:
        """Whether there is anything to tell."""
        return self.there and bool(self._areas) and not self.from_totals

    def of(self, kind: str, area: str, node: str) -> Entry | None:
        """What is known of a figure, a rank or an outcome of an area."""
        if not self.tells:
            return None
        return next((one for one in self._areas[area][kind] if one["id"] == node), None)

    def alike(self, area: str, rank: str) -> list[str]:
        """The ids of those whose place cannot be told from an area's."""
        found = self.of("ranks", area, rank)
        return list(found["alike"]) if found is not None and found["best"] is not None else []


def _scheme(run: Run) -> Scheme:
    return scheme_under(run.cycle.scheme, run.taken)


def _label(scheme: Scheme, node: str) -> Text:
    return scheme.nodes[node].label or Text(zh=node, en=node)


def _basis(scheme: Scheme, nodes: Iterable[str]) -> Paragraph:
    """The clauses of some nodes."""
    clauses = clauses_told(scheme.nodes[node].clause or "" for node in nodes)
    return Paragraph(_("依据：%(clauses)s。") % {"clauses": clauses or NONE}, small=True)


# -- totals ---------------------------------------------------------------------------------------


def totals_told(run: Run) -> Iterator[Part]:
    """What results put first of every area, with what another sample could make of it."""
    scheme = _scheme(run)
    nodes, firm = [one for one in run.told["first"] if one in scheme.nodes], Firm(run, scheme)
    yield _basis(scheme, nodes)
    yield Paragraph(_how_firm(firm))
    headings = [_("编号"), told(scheme.subject.label), *(told(_label(scheme, n)) for n in nodes)]
    rows, unsure = [], 0
    for one in run.subjects.order_by("subject_id"):
        cells = [_cell(scheme, firm, node, one) for node in nodes]
        unsure += any(_is_open(firm, one.subject_id, node) for node in nodes)
        rows.append([one.subject_id, one.name, *cells])
    figures = [not labels_of(scheme.nodes[node]) for node in nodes]
    widths = [3, 8, *(5 if is_figure else 6 for is_figure in figures)]
    right = frozenset(place for place, is_figure in enumerate(figures, start=2) if is_figure)
    yield Table(headings, rows, widths, right)
    if firm.tells:
        yield from _stability(run, scheme, firm, nodes, unsure)


def _how_firm(firm: Firm) -> str:
    if not firm.there:
        return _(
            "这次计分还没有做稳健性分析，名次的可能范围和档次的把握都还说不出。"
            "请经办人或组长在“稳健性”页面点“分析”，约半分钟后重新打开本材料。"
        )
    if firm.from_totals:
        return _(
            "有的测评只报合计、没有单张答卷，误差算不出，名次的可能范围和档次的把握也就说不出。"
            "请提供单位报送逐张答卷，重新计分后再做稳健性分析。"
        )
    if not firm.tells:
        return _("这个方案的结果不取决于抽样，没有误差可算。")
    return _(
        "“±”是抽样误差范围；名次后的括号是可能的名次，从宽估计；等次、档次后的百分数，"
        "是答卷重抽 %(times)s 次中出现的比例，没有写的每次都一样。"
    ) % {"times": firm.replicates}


def _cell(scheme: Scheme, firm: Firm, node: str, result: SubjectResult) -> str:
    """A figure with its margin, a place with those that are possible, a label with its share."""
    area, text = result.subject_id, told(figure(scheme, node, result.entry.get(node)))
    if isinstance(scheme.nodes[node], RankNode):
        found = firm.of("ranks", area, node)
        if not text or found is None or found["best"] in (None, found["worst"]):
            return text or NONE
        reach = f"{found['best']}–{found['worst']}"
        return f"{text}{in_brackets(reach)}"
    if labels_of(scheme.nodes[node]):
        nothing = NONE if result.status == INCOMPLETE else _without(scheme, node)
        return _shares(scheme, firm, node, area) or text or nothing
    found = firm.of("figures", area, node)
    margin = found["margin"] if found is not None else None
    return f"{text} ±{margin}" if text and margin else text or NONE


def _without(scheme: Scheme, node: str) -> str:
    """What stands in place of a label: only labels by place are for some and not for others."""
    return _("不列档") if isinstance(scheme.nodes[node], AllocateNode) else NONE


def _is_open(firm: Firm, area: str, node: str) -> bool:
    """Whether another sample could give another label."""
    found = firm.of("outcomes", area, node)
    return found is not None and found["sampled"] and len(found["shares"]) > 1


def _shares(scheme: Scheme, firm: Firm, node: str, area: str) -> str:
    """A label with those that came out in its place, the most frequent first."""
    if not _is_open(firm, area, node):
        return ""
    found = firm.of("outcomes", area, node)
    assert found is not None, "it is open"
    labels = (told(figure(scheme, node, one["value"])) for one in found["shares"])
    percents = (_percent(PERCENT * Fraction(one["share"])) for one in found["shares"])
    return in_a_row(
        f"{label or _without(scheme, node)} {percent}"
        for label, percent in zip(labels, percents, strict=True)
    )


def _percent(percent: Fraction) -> str:
    """Whole per cent; tenths near none and all, where they tell something."""
    return f"{fixed(percent, 0 if 1 <= percent <= PERCENT - 1 else 1)}%"


def _stability(
    run: Run, scheme: Scheme, firm: Firm, nodes: list[str], unsure: int
) -> Iterator[Part]:
    """How often areas keep the label that they have, of the label that is the least firm."""
    yield Paragraph(_("换一批人来测评，等次或档次可能不同的有 %(count)s 个。") % {"count": unsure})
    kept = {node: list(_kept(run, firm, node)) for node in nodes if labels_of(scheme.nodes[node])}
    open_ = {node: found for node, found in kept.items() if found}
    if not open_:
        return
    node = min(open_, key=lambda one: min(share for _name, share in open_[one]))
    names = [name for name, _share in open_[node]]
    bars = [Bar(share, _percent(share)) for _name, share in open_[node]]
    title = _("%(label)s与计分结果相同的比例，每次都相同的不列") % {
        "label": told(_label(scheme, node))
    }
    says = sentences(f"{name} {bar.figure}" for name, bar in zip(names, bars, strict=True))
    chart = bar_chart(title, says, names, [Series(title, bars)], Fraction(PERCENT), GREY)
    yield Picture(chart, says, width=100, caption=title)


def _kept(run: Run, firm: Firm, node: str) -> Iterator[tuple[str, Fraction]]:
    """The areas that could get another label, with how often in a hundred they get their own."""
    for one in run.subjects.order_by("subject_id"):
        found = firm.of("outcomes", one.subject_id, node)
        if found is not None and _is_open(firm, one.subject_id, node):
            shares = {share["value"]: share["share"] for share in found["shares"]}
            yield one.name, PERCENT * Fraction(shares.get(one.entry.get(node), 0))


# -- edges ----------------------------------------------------------------------------------------


def edges_told(run: Run) -> Iterator[Part]:
    """Who stands next to the end of a label's places, and who cannot be told from them."""
    scheme, edges = _scheme(run), edges_of(run)
    if not edges:
        yield Paragraph(_("这个方案没有按名额给的等次或档次，没有边界要看。"))
        return
    names = dict(run.subjects.values_list("subject_id", "name"))
    nodes = dict.fromkeys(one.node for one in edges)
    yield _basis(scheme, nodes)
    firm = Firm(run, scheme)
    rows = [_edge_row(edge, scheme, names, firm) for edge in edges]
    headings = [_("名额"), _("里面最后"), _("外面第一"), _("相差"), _("分不清的")]
    yield Table(headings, rows, [5, 6, 6, 5, 7])
    if firm.tells:
        yield Paragraph(
            _("“分不清的”是没有得到这一档、但名次与里面最后一名在抽样误差以内分不出先后的。"),
            small=True,
        )
    for edge in edges:
        if not edge.passed:
            continue
        given = {"label": _name(edge, scheme), "names": _names(edge.passed, names)}
        yield Paragraph(_("%(names)s 名次在前，但不符合“%(label)s”的条件或并列超出名额。") % given)


def _name(edge: Edge, scheme: Scheme) -> str:
    label = told(labels_of(scheme.nodes[edge.node])[edge.label])
    return label if edge.group is None else f"{label}{in_brackets(told(edge.group))}"


def _names(subjects: Iterable[str], names: Mapping[str, str]) -> str:
    return in_a_row(names.get(one, one) for one in subjects)


def _edge_row(edge: Edge, scheme: Scheme, names: Mapping[str, str], firm: Firm) -> list[str]:
    given = {"label": _name(edge, scheme), "limit": edge.limit, "given": edge.given}
    how_many = (
        _("%(label)s：前 %(limit)s 名，给出 %(given)s 个")
        if edge.by_place
        else _("%(label)s：%(limit)s 个名额，给出 %(given)s 个")
    )
    return [
        how_many % given,
        _side(edge.inside, names),
        _side(edge.outside, names),
        _apart(edge, scheme),
        _alike(edge, names, firm),
    ]


def _side(side: Side, names: Mapping[str, str]) -> str:
    return f"{_names(side.subjects, names)} {side.figure or NONE}"


def _apart(edge: Edge, scheme: Scheme) -> str:
    if edge.equal:
        return _("完全并列")
    if not edge.key:
        return _("按规定排在后面")
    given = {"key": told(_label(scheme, edge.key)), "difference": edge.difference or NONE}
    return _("%(key)s相差 %(difference)s") % given


def _alike(edge: Edge, names: Mapping[str, str], firm: Firm) -> str:
    """Who is outside and cannot be told from the last one inside."""
    if not firm.tells:
        return NONE
    found = sorted(edge.others.intersection(firm.alike(edge.inside.subjects[0], edge.rank)))
    if not found:
        return _("没有")
    given = {"count": len(found), "listed": _names(found[:FEW], names)}
    if len(found) > FEW:
        return _("%(count)s 个：%(listed)s等") % given
    return _("%(count)s 个：%(listed)s") % given
