"""Of the pack: how departments marked, in the order of the scheme, and who takes no part where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from kaohe.reports.charts import GREY, Bar, Series, bar_chart
from kaohe.reports.documents import Paragraph, Part, Picture, Table
from kaohe.values.numbers import fixed, shortest
from kaohe.web.accounts.models import Post
from kaohe.web.accounts.roles import GROUP
from kaohe.web.clock import day_of
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.evidence.sheet_contents import (
    Sheet,
    marked_blocks,
    marking_departments,
    sheets_of,
)
from kaohe.web.publication.consent import led_areas
from kaohe.web.publication.pack_facts import clauses_told
from kaohe.web.results.models import Run
from kaohe.web.ui.language import in_a_row, named, sentences

NONE = "—"


def scorers_told(run: Run) -> Iterator[Part]:
    """Of every department: how many marks, their mean, their range, how many at either end."""
    scheme = scheme_under(run.cycle.scheme, run.taken)
    departments, unknown = marking_departments(run.cycle, scheme)
    sheets = sheets_of(run.cycle, departments, scheme)
    if not sheets:
        yield Paragraph(_("没有在本系统评分的部门。"))
        return
    clauses = clauses_told(block.clause for block in marked_blocks(scheme))
    yield Paragraph(
        _("按方案中部门的先后排列，不比较部门。依据：%(clauses)s。") % {"clauses": clauses},
        small=True,
    )
    sitting = _sitting_heads(run)
    rows = [_row(sheet, sitting.get(sheet.department.code, [])) for sheet in sheets]
    headings = [
        _("部门"),
        _("评分数"),
        _("平均"),
        _("最低–最高"),
        _("分值"),
        _("满分"),
        _("最低分"),
    ]
    yield Table(
        [*headings, _("负责人兼成员")],
        rows,
        [5, 3, 3, 4, 2, 2, 3, 5],
        frozenset(range(1, len(headings))),
    )
    yield Paragraph(
        _(
            "“分值”是用了几种不同的分，“满分”“最低分”是给了评分上限、下限的次数；“负责人兼成员”是科室负责人同时在领导小组的。"
        ),
        small=True,
    )
    yield from _chart(sheets)
    if unknown:
        yield Paragraph(_("方案里有、系统里没有的部门：%(names)s") % {"names": in_a_row(unknown)})


def _marks(sheet: Sheet) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Every mark of a sheet with the least and the most that its item takes."""
    return [
        (Fraction(score), item.minimum, item.maximum)
        for item in sheet.items
        for score in sheet.scores(item.node)
    ]


def _row(sheet: Sheet, sitting: Sequence[str]) -> list[str]:
    marks, name = _marks(sheet), sheet.department.name
    scores = [score for score, _least, _most in marks]
    if not scores:
        return [name, f"0/{sheet.cells}", NONE, NONE, NONE, NONE, NONE, in_a_row(sitting) or NONE]
    return [
        name,
        f"{len(scores)}/{sheet.cells}",
        fixed(_mean(scores), 2),
        f"{shortest(min(scores))}–{shortest(max(scores))}",
        str(len(set(scores))),
        str(sum(score == most for score, _least, most in marks)),
        str(sum(score == least for score, least, _most in marks)),
        in_a_row(sitting) or NONE,
    ]


def _mean(scores: Sequence[Fraction]) -> Fraction:
    return sum(scores, Fraction(0)) / len(scores)


def _chart(sheets: Sequence[Sheet]) -> Iterator[Part]:
    """Means with the range that marks lie in."""
    bars, names = list[Bar | None](), []
    for sheet in sheets:
        scores = [score for score, _least, _most in _marks(sheet)]
        if scores:
            names.append(sheet.department.name)
            span = (min(scores), max(scores))
            bars.append(Bar(_mean(scores), fixed(_mean(scores), 2), span))
    if not names:
        return
    title = _("各部门评分：条是平均，线从最低到最高")
    says = sentences(
        f"{name} {bar.figure}" for name, bar in zip(names, bars, strict=True) if bar is not None
    )
    chart = bar_chart(title, says, names, [Series(title, bars)], filled=GREY)
    yield Picture(chart, says, width=96, caption=title)


# -- conflicts ------------------------------------------------------------------------------------


def _sitting_heads(run: Run) -> dict[str, list[str]]:
    """By department: its heads who also sit in the leading group (X19)."""
    posts = Post.objects.held_on(day_of(run.at)).filter(town=run.town_id).select_related("user")
    group = {post.user_id for post in posts if post.role in GROUP.split()}
    found: dict[str, list[str]] = {}
    for post in posts:
        if post.role == "department_head" and post.user_id in group:
            for code in post.scope:
                found.setdefault(code, []).append(post.user.name)
    return found


def recusals_told(run: Run) -> Iterator[Part]:
    """Who of the group leads which areas, and takes no part in what is decided on them."""
    names = dict(run.subjects.values_list("subject_id", "name"))
    day = day_of(run.at)
    posts = Post.objects.held_on(day).filter(town=run.town_id, role__in=GROUP.split())
    users = {post.user_id: post.user for post in posts.select_related("user")}
    told_of = []
    for user in users.values():
        led = sorted(led_areas(user.username, run.cycle, day) & set(names))
        if led:
            told_of.append(named(user.name, in_a_row(names[one] for one in led)))
    lead = _("回避：")
    if not told_of:
        yield Paragraph(_("领导小组成员没有登记包保的居民区，各项审定都不用回避。"), lead=lead)
        return
    yield Paragraph(
        _(
            "涉及本人包保的居民区时不参与审定，由另一位组长和一位不包保的成员办：%(who)s。依据：六(一)。"
        )
        % {"who": sentences(told_of)},
        lead=lead,
    )
