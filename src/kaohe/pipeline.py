"""A whole assessment in one readable piece: facts are read, counted, scored, checked and paid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import chain

from kaohe.facts import Facts
from kaohe.measures import NO_SUBJECT, Counts, Groups, count
from kaohe.scheme.counting import (
    all_attributes,
    all_groupings,
    all_measures,
    feedback_nodes,
)
from kaohe.scheme.ground import Misuse
from kaohe.scheme.head import Override, Subject
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import RankNode
from kaohe.scheme.sharing import Shared, with_something_new
from kaohe.scoring.checking import CheckResult, check_results, subjects_without
from kaohe.scoring.cohorts import class_order
from kaohe.scoring.explanation import Explained, explain, forest
from kaohe.scoring.overriding import LabelOverride, overridden_sheet
from kaohe.scoring.paying import Held, PayLine, ShortPost, held_posts, pay_lines, short_posts
from kaohe.scoring.reasons import printed
from kaohe.scoring.sheet import Column, Figures, Sheet, SubjectRow
from kaohe.scoring.working import exact_column, work_out
from kaohe.values.measures import AnyMeasure, Grouping, Measure, Stored, Take
from kaohe.values.numbers import Absence, Value
from kaohe.values.once import Once
from kaohe.values.tables import Column as TableColumn
from kaohe.values.tables import Table, cell_text
from kaohe.values.text import Text

Progress = Callable[[str, float], None]
COMPLETE, INCOMPLETE, APART = "complete", "incomplete", "apart"
STATUS_WORDS = {
    COMPLETE: Text(zh="完整", en="complete"),
    INCOMPLETE: Text(zh="不完整", en="incomplete"),
    APART: Text(zh="单列", en="apart"),
}
SHORT_POSTS = "pay.months"
"""The warning that names persons and their posts."""


@dataclass(frozen=True)
class Warned:
    """Something to know about a result that bars nothing."""

    id: str
    text: Text
    count: int
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """A scored year: every value, every reason, every check, every payment.

    ``sheet`` is that of the main subject; ``of`` gives the same for the others.
    """

    scheme: Scheme
    scheme_sha256: str
    taken: Mapping[str, str]
    facts: Facts
    sheet: Sheet
    checks: Sequence[CheckResult]
    pay: Sequence[PayLine]
    warnings: Sequence[Warned]

    def of(self, kind: str | None) -> Assessment:
        """The assessment as it looks for another kind of subject; None is the main one."""
        return replace(self, sheet=self.sheet.sheets[kind], checks=(), pay=())

    @property
    def subject(self) -> Subject:
        """What is assessed here."""
        return self.sheet.subject

    @property
    def columns(self) -> tuple[str, ...]:
        """The nodes of this kind of subject, in the order of its results."""
        return self.scheme.columns_of(self.sheet.kind)

    @cached_property
    def first(self) -> tuple[str, ...]:
        """The nodes that results put first."""
        return tuple(node for node in self.scheme.results.first if node in self.columns)

    @cached_property
    def statuses(self) -> list[str]:
        """For every subject: complete, incomplete for lack of data, or listed apart by a rule."""
        complete = [node for node in self.scheme.results.complete if node in self.columns]
        columns = [self.sheet.values[node] for node in complete]
        return [_status(column[index] for column in columns) for index in range(self.sheet.size)]

    @property
    def final(self) -> bool:
        """Whether nothing bars a final result."""
        barred = any(check.bars for check in self.checks)
        every = [self, *(self.of(kind) for kind in self.scheme.subjects)]
        incomplete = any(INCOMPLETE in one.statuses for one in every)
        return self.sheet.size > 0 and not barred and not incomplete

    @cached_property
    def order(self) -> list[int]:
        """Subjects as results list them: by class and place if a rank is put first, else by id."""
        nodes = self.scheme.nodes
        ranks = [node for node in self.first if isinstance(nodes[node], RankNode)]
        if not ranks:
            return list(range(self.sheet.size))
        rank = nodes[ranks[0]]
        assert isinstance(rank, RankNode)
        places = self.sheet.values[ranks[0]]
        groups = class_order(rank.within, self.sheet)

        def key(index: int) -> tuple[int, bool, Fraction]:
            place = places[index]
            if isinstance(place, str | Absence):
                return groups[index], True, Fraction(0)
            return groups[index], False, Fraction(place)

        return sorted(range(self.sheet.size), key=key)

    def shown(self, index: int) -> list[str]:
        """The columns of a subject's own row that results print beside its name."""
        subject = self.subject
        columns = self.scheme.fact_tables[subject.table].columns
        cells = self.sheet.figures.subjects[index].cells
        return [cell_text(cells[name], columns[name]) for name in subject.show]

    def printed(self, node_id: str, index: int) -> str:
        """A node's value for a subject as results print it; empty where it is absent."""
        node = self.scheme.nodes[node_id]
        return printed(self.scheme, node, self.sheet.values[node_id][index])

    @cached_property
    def _forest(self) -> dict[str, tuple[str, ...]]:
        return forest(self.scheme, self.sheet.kind)

    def explain(self, index: int) -> tuple[Explained, ...]:
        """The trees of reasons of one subject."""
        return explain(self.sheet, index, self._forest)

    @cached_property
    def feedback(self) -> Mapping[str, tuple[Column, list[int]]]:
        """For every question its mean for each subject, and the number of its answers."""
        found: dict[str, tuple[Column, list[int]]] = {}
        for question, node in feedback_nodes(self.scheme).items():
            counted = self.sheet.counted(node)
            from_totals = counted.get("totals_answered")
            answers = [
                number + (from_totals.numbers[index] if from_totals else 0)
                for index, number in enumerate(counted["answered"].numbers)
            ]
            found[question] = (exact_column(node, self.sheet), answers)
        return found


def _status(values: Iterable[Value]) -> str:
    absent = [value for value in values if isinstance(value, Absence)]
    if not absent:
        return COMPLETE
    return INCOMPLETE if Absence.NO_DATA in absent else APART


@dataclass(frozen=True)
class Counted:
    """What engines returned of some facts, for one scheme or for several readings of it.

    ``once`` keeps what one reading makes of it for those that share the parts it came from.
    """

    counts: Counts
    groups: Groups
    once: Once = field(default_factory=Once, compare=False)


def counted(schemes: Iterable[Scheme], facts: Facts, engine: str = "duckdb") -> Counted:
    """All that the schemes count, in one pass over the facts.

    The schemes are one document under whatever options; their tables are the same.
    Raises EngineError where the engine is not to be had.
    """
    measures: dict[AnyMeasure, None] = {}
    groupings: dict[Grouping, None] = {}
    tables: Mapping[str, Table] = {}
    once = Once()
    for scheme in with_something_new(schemes, once):
        tables = scheme.fact_tables
        measures.update(dict.fromkeys(chain.from_iterable(all_measures(scheme).values())))
        measures.update(dict.fromkeys(chain.from_iterable(_row_measures(scheme).values())))
        groupings.update(dict.fromkeys(chain.from_iterable(all_groupings(scheme).values())))
    return Counted(*count(facts, tables, measures, groupings, engine), once)


def assess(
    scheme: Scheme,
    scheme_sha256: str,
    taken: Mapping[str, str],
    facts: Facts,
    engine: str = "duckdb",
    progress: Progress | None = None,
    already: Counted | None = None,
) -> Assessment:
    """A whole assessment of checked facts; ``already`` counted, if somebody did.

    Raises EngineError where the engine is not to be had.
    """
    tell = progress or (lambda _step, _share: None)
    tell("count", 0.0)
    known = already or counted([scheme], facts, engine)
    tell("score", 0.5)
    shared = Shared(scheme, known.once)
    figures = {kind: _figures(shared, facts, known, kind) for kind in (None, *scheme.subjects)}
    sheet = work_out(scheme, figures, shared)
    checks = check_results(sheet, shared)
    rows = _pay_rows(shared, facts)
    lines = shared.of_pay("lines", partial(_pay_lines, sheet, rows))
    tell("score", 1.0)
    warnings = _warnings(sheet, rows, shared)
    return Assessment(scheme, scheme_sha256, taken, facts, sheet, checks, lines, warnings)


def _figures(shared: Shared, facts: Facts, known: Counted, kind: str | None) -> Figures:
    """All that scoring is given for one kind of subject."""
    scheme = shared.scheme
    wanted = all_attributes(scheme).get(kind, [])
    waived = shared.of_ground("waived", partial(_waived, scheme, facts))
    return Figures(
        subjects=shared.of_ground(("subjects", kind), partial(_subjects, scheme, facts, kind)),
        counts=known.counts,
        groups=known.groups,
        attributes={
            one: shared.of_ground((kind, one), partial(_attribute, scheme, facts, kind, *one))
            for one in wanted
        },
        waived=waived if kind is None else frozenset(),
        present=frozenset(facts.tables),
    )


def _subjects(scheme: Scheme, facts: Facts, kind: str | None) -> list[SubjectRow]:
    """All subjects of a kind, by the code points of their ids."""
    subject = scheme.subject_named(kind)
    columns = tuple(scheme.fact_tables[subject.table].columns)
    rows = [dict(zip(columns, row, strict=True)) for row in facts.rows(subject.table, columns)]
    rows.sort(key=lambda row: str(row[subject.id]))
    return [SubjectRow(str(row[subject.id]), str(row[subject.name] or ""), row) for row in rows]


def _attribute(
    scheme: Scheme, facts: Facts, kind: str | None, table: str, column: str
) -> dict[str, Value]:
    declared = scheme.fact_tables[table].columns[column]
    key = scheme.ground_of(kind).subject_column(table)
    return {
        str(subject): _amount(cell, declared)
        for subject, cell in facts.rows(table, (key, column))
        if cell is not None
    }


def _amount(cell: Stored, column: TableColumn) -> Value:
    """A stored cell as a value: decimals in their true size, text as a label."""
    if column.type != "decimal":
        return cell
    if column.places is None:
        return Fraction(cell)
    return Fraction(int(cell), 10**column.places)


def _waived(scheme: Scheme, facts: Facts) -> frozenset[tuple[str, str]]:
    waivers = scheme.waivers
    if waivers is None:
        return frozenset()
    subject = scheme.ground.subject_column(waivers.table)
    rows = facts.rows(waivers.table, (subject, waivers.check))
    return frozenset((str(one), str(check)) for one, check in rows)


def overridden(assessment: Assessment, overrides: Iterable[LabelOverride]) -> Assessment:
    """The assessment with labels given otherwise, and the pay that goes by them.

    Checks and warnings are those of the assessment: no input has changed. Its facts must still be
    open. Raises ValueError for an override that does not fit.
    """
    sheet = overridden_sheet(assessment.sheet, overrides)
    rows = _pay_rows(Shared(assessment.scheme, Once()), assessment.facts)
    return replace(assessment, sheet=sheet, pay=_pay_lines(sheet, rows))


def held(assessment: Assessment) -> list[Held]:
    """Whose pay waits for a decision, under the labels in force. The facts must still be open."""
    pay = assessment.scheme.pay
    rows = _pay_rows(Shared(assessment.scheme, Once()), assessment.facts)
    return [] if pay is None else held_posts(pay, rows, assessment.sheet)


def _pay_rows(shared: Shared, facts: Facts) -> Sequence[Mapping[str, Stored | None]]:
    pay = shared.scheme.pay
    if pay is None:
        return []
    columns = tuple(shared.scheme.fact_tables[pay.table].columns)

    def read() -> Sequence[Mapping[str, Stored | None]]:
        return [dict(zip(columns, row, strict=True)) for row in facts.rows(pay.table, columns)]

    return shared.of_ground(("rows", pay.table), read)


def _pay_lines(sheet: Sheet, rows: Sequence[Mapping[str, Stored | None]]) -> list[PayLine]:
    pay = sheet.scheme.pay
    return [] if pay is None else pay_lines(pay, rows, sheet)


def _row_measures(scheme: Scheme) -> dict[str, tuple[Measure, Measure]]:
    """For tables from which rows may be left out: a count of all rows, and of those in period."""
    found: dict[str, tuple[Measure, Measure]] = {}
    for kind in (None, *scheme.subjects):
        ground = scheme.ground_of(kind)
        for name, table in scheme.fact_tables.items():
            try:
                subject = ground.subject_column(name)
            except Misuse:
                continue
            inside = ground.in_period(name)
            if inside or table.columns[subject].required is not True:
                every = Measure(name, subject, Take.ROWS)
                within = Measure(name, subject, Take.ROWS, where=inside)
                found.setdefault(name, (every, within))
    return found


def _warnings(
    sheet: Sheet, rows: Sequence[Mapping[str, Stored | None]], shared: Shared
) -> list[Warned]:
    scheme = sheet.scheme
    found = [*shared.of_ground("left out", lambda: list(_left_out(scheme, sheet)))]
    for check_id in scheme.checks:
        found += shared.of_check("named", check_id, partial(_named_zero, check_id, sheet))
    found += shared.of_pay("short posts", partial(_short_posts, scheme, rows))
    return [*found, *map(partial(_accepted, scheme), scheme.overrides)]


def _named_zero(check_id: str, sheet: Sheet) -> list[Warned]:
    """Who has nothing of what a check wants, where they are to be named."""
    check = sheet.scheme.checks[check_id]
    named, text = subjects_without(check, sheet), check.names_zero
    if not named or text is None:
        return []
    told = Text(zh=f"{text.zh}：{'、'.join(named)}", en=f"{text.en}: {', '.join(named)}")
    return [Warned(check_id, told, len(named), tuple(named))]


def _short_posts(scheme: Scheme, rows: Sequence[Mapping[str, Stored | None]]) -> list[Warned]:
    """Who held a post for too short a time to be paid for it."""
    if scheme.pay is None:
        return []
    posts = short_posts(scheme.pay, rows, scheme.ground.subject_column(scheme.pay.table))
    return [_short_post(scheme, post) for post in posts]


def _accepted(scheme: Scheme, override: Override) -> Warned:
    """A finding about the scheme that its issuer accepts, with the reason."""
    place = override.at or ""
    node = scheme.nodes.get(place.removeprefix("nodes."))
    label = node.label if node is not None and node.label is not None else Text(zh=place, en=place)
    about = Text(zh=f"（{label.zh}）" if place else "", en=f" ({label.en})" if place else "")
    reason = override.reason
    zh = f"方案中已接受的问题 {override.code}{about.zh}：{reason.zh}"
    en = f"accepted in the scheme, {override.code}{about.en}: {reason.en}"
    return Warned(f"scheme.{override.code}", Text(zh=zh, en=en), 1)


def _left_out(scheme: Scheme, sheet: Sheet) -> Iterator[Warned]:
    """Rows that no measure counts: outside the period, or without a subject."""
    for name, (every, inside) in _row_measures(scheme).items():
        label, kind = scheme.fact_tables[name].label, scheme.subject.label
        rows, counted = sheet.figures.counts[every], sheet.figures.counts[inside]
        outside = sum(rows.values()) - sum(counted.values())
        if outside:
            zh = f"{label.zh}（{name}）有 {outside} 行不在考核期内，未计入"
            en = f"{outside} rows of {name} lie outside the period and are left out"
            yield Warned(f"{name}.period", Text(zh=zh, en=en), outside)
        nobody = counted.get(NO_SUBJECT, 0)
        if nobody:
            zh = f"{label.zh}（{name}）有 {nobody} 行没有写明{kind.zh}，未计入"
            en = f"{nobody} rows of {name} name no {kind.en} and are left out"
            yield Warned(f"{name}.subject", Text(zh=zh, en=en), nobody)


def _short_post(scheme: Scheme, post: ShortPost) -> Warned:
    assert scheme.pay is not None
    roles = scheme.fact_tables[scheme.pay.table].columns[scheme.pay.role].choices
    role = roles.get(post.role, post.role)
    zh = f"{post.person}（{post.subject}，{role}）任职 {post.months} 个月，不足规定月数，不发放"
    en = f"{post.person} ({post.subject}, {post.role}): {post.months} months, too few to be paid"
    named = (post.person, post.subject, post.role)
    return Warned(SHORT_POSTS, Text(zh=zh, en=en), post.months, named)
