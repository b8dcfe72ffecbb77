"""Papers of a year as documents: the facts on burden on one page, and the draft of the summary.

Chinese, since they are official documents. What only people can say is left blank for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from django.utils import translation

from kaohe.outputs.papers.naming import DRAFT, assessment_name, period_name, scheme_name
from kaohe.reports.documents import Document, Heading, Paragraph, Part, Signature, Table
from kaohe.scheme.comparing.continuing import worked_out_anew
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import labels_of
from kaohe.scheme.sample_checks import sample_checks
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication.models import Publication
from kaohe.web.publication.yearly_burden import Burden, Line, burden_of
from kaohe.web.publication.yearly_facts import (
    compared,
    published_node,
    published_years,
    scheme_behind,
)
from kaohe.web.results.presenters import checks_shown

NONE: Final = "—"
BLANK: Final = "（由经办人填写）"
ISSUER_BLANK: Final = "________"
NUMBERS: Final = frozenset({1, 2, 3})
"""Columns of numbers, all but the first."""
NAMED: Final = 12
"""So many items are named; of more the number is told."""


def burden_document(cycle: Cycle) -> Document:
    """The facts on burden, made to fit on one page."""
    with translation.override("zh-hans"):
        burden = burden_of(cycle)
        return Document(
            title=f"{cycle.town.name}{cycle.year}年度居民区考核减负情况",
            parts=list(_burden_parts(burden)),
            mark="事实材料",
        )


def _burden_parts(burden: Burden) -> Iterator[Part]:
    yield Paragraph(
        "供书记抓基层党建述职评议和全面从严治党调研使用。数字取自考核系统的办理记录，"
        "只有全镇合计，不分居民区、不分人；登录和在线时间不记、不统计。"
    )
    headings = _headings(burden)
    yield Heading("考核和要求")
    yield Table(headings, _rows(burden.lines), [9, 2, 2, 2], NUMBERS)
    yield Paragraph(_cut_told(burden))
    yield Heading("居民区在系统中办理的事")
    yield Table(headings, _rows(burden.acts), [9, 2, 2, 2], NUMBERS)
    yield Heading("投诉、建议和暗访")
    handled = [[one.kind, str(one.received), str(one.answered)] for one in burden.handled]
    yield Table(["类型", "收到", "已办理"], handled, [9, 3, 3], frozenset({1, 2}))
    yield Paragraph(f"已完成的四不两直暗访 {burden.visits} 次。")
    yield Paragraph(
        "考核项目数到不再往下分的一级，加分、减分也各算一个。办理的事按日期算在哪一年；"
        "用时按每次 1 分钟、每栏 1 分钟估算，不是对人的计时。",
        small=True,
    )


def _headings(burden: Burden) -> list[str]:
    before = str(burden.before.year) if burden.before is not None else "上"
    return ["事项", f"{before}年", f"{burden.cycle.year}年", "增减"]


def _rows(lines: Sequence[Line]) -> list[list[str]]:
    return [
        [one.name, NONE if one.before is None else str(one.before), str(one.now), one.change]
        for one in lines
    ]


def _cut_told(burden: Burden) -> str:
    if burden.before is None:
        return "系统中没有上一年度的方案，考核项目的增减无法对照。"
    cut, added = (_named(names) for names in (burden.cut, burden.added))
    return f"同上年方案相比，取消考核项目：{cut}；新增考核项目：{added}。"


def _named(names: Sequence[str]) -> str:
    if not names:
        return "无"
    more = f"等 {len(names)} 个" if len(names) > NAMED else ""
    return f"{'、'.join(names[:NAMED])}{more}"


# -- the summary ----------------------------------------------------------------------------------


def summary_document(publication: Publication) -> Document:
    """The draft of a year's summary, by what is in force; what was learned is left blank."""
    scheme = scheme_behind(publication)
    issuer = scheme.issuer.zh if scheme.issuer is not None else ""
    with translation.override("zh-hans"):
        return Document(
            title=f"关于{assessment_name(scheme)}工作的总结",
            parts=list(_summary_parts(publication, scheme)),
            signature=Signature(issuer or ISSUER_BLANK),
            mark=DRAFT,
        )


def _summary_parts(publication: Publication, scheme: Scheme) -> Iterator[Part]:
    before = _year_before(publication)
    burden = burden_of(publication.cycle)
    yield Paragraph(
        f"根据{scheme_name(scheme)}，{publication.cycle.town.name}组织开展了"
        f"{assessment_name(scheme)}工作，现将有关情况总结如下。"
    )
    yield from _method(publication, scheme)
    yield from _participation(publication, scheme)
    yield from _results(publication, scheme, before)
    yield from _changes(publication, before)
    yield from _corrected(publication)
    yield Heading("减轻基层负担的情况")
    yield from _burden_told(burden)
    yield Heading("经验和做法")
    yield Paragraph(BLANK)
    yield Heading("存在的问题和下一步打算")
    yield Paragraph(BLANK)


def _year_before(publication: Publication) -> Publication | None:
    years = [
        one
        for one in published_years(publication.town_id)
        if one.cycle.year < publication.cycle.year
    ]
    return years[-1] if years else None


def _method(publication: Publication, scheme: Scheme) -> Iterator[Part]:
    number = publication.areas.count()
    when = period_name(scheme)
    period = f"，考核期为{when}" if when else ""
    decided = len(scheme.decisions)
    settled = f"方案未明确的 {decided} 个事项，计分前已经确定口径。" if decided else ""
    yield Heading("考核的办法")
    yield Paragraph(
        f"参加考核的{scheme.subject.label.zh}共 {number} 个{period}。考核依据有关部门和单位"
        f"报送并经核对的数据，按方案规定的内容和标准计算，可以用同样的数据复算。{settled}"
    )


def _participation(publication: Publication, scheme: Scheme) -> Iterator[Part]:
    """How many areas reached what the scheme demands of samples; which ones is not told."""
    asked = sample_checks(scheme)
    counted: dict[str, Counter[str]] = {check: Counter() for check in asked}
    for one in checks_shown(publication.run, scheme):
        if one.id in counted and one.level == "check":
            counted[one.id][one.state] += 1
    if not any(counted.values()):
        return
    yield Heading("群众参与和走访的情况")
    yield Paragraph("方案对参与测评和走访的户数、人数有最低要求，各项要求达到的情况如下。")
    rows = [
        [
            scheme.checks[check].label.zh,
            str(states["met"]),
            str(states["waived"]),
            str(states["unmet"] + states["unknown"]),
        ]
        for check, states in counted.items()
        if states
    ]
    headings = ["要求", "达到（个）", "经认可（个）", "未达到（个）"]
    yield Table(headings, rows, [8, 3, 3, 3], NUMBERS)


def _results(
    publication: Publication, scheme: Scheme, before: Publication | None
) -> Iterator[Part]:
    yield Heading("考核的结果")
    node = published_node(scheme)
    if node is None:
        yield Paragraph("方案没有规定对外公布的等次，各项结果以反馈函告知。")
        return
    known = labels_of(scheme.nodes[node])
    now = _counts(publication, node)
    told = "，".join(f"{label.zh} {now[code]} 个" for code, label in known.items())
    name = scheme.nodes[node].label
    yield Paragraph(f"{name.zh if name is not None else node}：{told}。")
    if before is not None:
        old = scheme_behind(before)
        earlier = _counts(before, node)
        if node in old.nodes and earlier.total():
            told = "，".join(f"{label.zh} {earlier[code]} 个" for code, label in known.items())
            anew = node in worked_out_anew(old, scheme)
            warned = "方案的算法有修改，两年的个数不能直接相比。" if anew else ""
            yield Paragraph(f"{before.cycle.year}年度为：{told}。{warned}")


def _counts(publication: Publication, node: str) -> Counter[str]:
    labels = publication.areas.values_list("labels", flat=True)
    return Counter(one[node] for one in labels if one.get(node))


def _changes(publication: Publication, before: Publication | None) -> Iterator[Part]:
    yield Heading("方案的修改")
    if before is None:
        yield Paragraph("系统中没有上一年度公布的结果，无法对照。")
        return
    if before.cycle.scheme_id == publication.cycle.scheme_id:
        yield Paragraph("同上年使用同一份方案，没有修改。")
        return
    comparison = compared(before.cycle.scheme, publication.cycle.scheme)
    lines = [line.strip() for line in comparison.lines("zh")]
    yield Paragraph(f"同{before.cycle.year}年度的方案相比，共有 {comparison.number} 处不同。")
    for line in lines[2:]:
        if line.startswith(("·", "–")):
            yield Paragraph(f"{line.lstrip('·– ')}。")


def _corrected(publication: Publication) -> Iterator[Part]:
    yield Heading("审定和更正的情况")
    overrides = len(publication.overrides)
    if overrides:
        yield Paragraph(f"领导小组审定调整 {overrides} 项，理由和审定人随公布内容保存。")
    else:
        yield Paragraph("领导小组没有调整计分结果，公布的就是计分结果。")
    versions = Publication.objects.effective().filter(cycle=publication.cycle, number__gt=1)
    if not versions:
        yield Paragraph("结果公布以后没有更正。")
    for one in versions.order_by("number"):
        yield Paragraph(f"第 {one.number} 版更正，理由：{one.reason}。原来的一版保留。")


def _burden_told(burden: Burden) -> Iterator[Part]:
    received = sum(one.received for one in burden.handled)
    answered = sum(one.answered for one in burden.handled)
    yield Paragraph(_cut_told(burden))
    yield Table(_headings(burden), _rows(burden.lines), [9, 2, 2, 2], NUMBERS)
    yield Paragraph(f"收到投诉和建议 {received} 件，已办理 {answered} 件。")
