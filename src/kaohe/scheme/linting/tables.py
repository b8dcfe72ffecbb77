"""Rules about fact tables: every column, table and value that a declaration names is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial

from kaohe.scheme.conditions import Cell, code_cell, stored
from kaohe.scheme.ground import Misuse
from kaohe.scheme.head import Subject
from kaohe.scheme.linting.saying import Path, Said, error, tried
from kaohe.scheme.model import Scheme
from kaohe.values.tables import Bound, Codes, Column, Table

Named = tuple[Path, str, str | None]
"""Where something is named, and which table and column it names; None is the table alone."""


def columns_exist(scheme: Scheme) -> Iterator[Said]:
    """S101: every table and column that is named is declared."""
    for path, table, column in (*_head_names(scheme), *_table_names(scheme)):
        if table not in scheme.tables:
            yield error("S101", path, f"没有声明事实表 {table}", f"no table {table}")
        elif column is not None and column not in scheme.tables[table].columns:
            zh = f"事实表 {table} 没有列 {column}"
            yield error("S101", path, zh, f"table {table} has no column {column}")


def _head_names(scheme: Scheme) -> Iterator[Named]:
    for path, subject in subjects_of(scheme):
        for column in (subject.id, subject.name, *subject.show):
            yield path, subject.table, column
    if scheme.waivers is not None:
        for column in (scheme.waivers.check, scheme.waivers.reason):
            yield ("waivers",), scheme.waivers.table, column
    for check_id, check in scheme.checks.items():
        for table in (*check.data.any_of, *check.data.all_of):
            yield ("checks", check_id, "data"), table, None
    if scheme.pay is not None:
        pay = scheme.pay
        months = [pay.months.column] if pay.months is not None else []
        for column in (pay.person, pay.role, *months):
            yield ("pay",), pay.table, column
    questionnaire = scheme.questionnaire
    if questionnaire is not None:
        for question in questionnaire.questions:
            yield ("questionnaire", "questions", question), questionnaire.ballots, question
        for sample_id, sample in questionnaire.samples.items():
            if sample.population is not None:
                table, _, column = sample.population.partition(".")
                yield ("questionnaire", "samples", sample_id), table, column
        totals = questionnaire.totals
        if totals is not None:
            for column in (totals.question, totals.answered, totals.points):
                yield ("questionnaire", "totals"), totals.table, column


def subjects_of(scheme: Scheme) -> Iterator[tuple[Path, Subject]]:
    """Every kind of subject with the place where it is declared."""
    yield ("subject",), scheme.subject
    for name, subject in scheme.subjects.items():
        yield ("subjects", name), subject


def _table_names(scheme: Scheme) -> Iterator[Named]:
    for name, table in scheme.tables.items():
        here: Path = ("tables", name)
        own = [*table.key, *([table.in_period] if table.in_period else [])]
        own += table.numbered_by.values()
        for alone in table.alone:
            own += [alone.column, *alone.within]
        yield from ((here, name, column) for column in own)
        if table.required_unless is not None:
            yield (*here, "required_unless"), table.required_unless, None
        for exclusion in table.excludes:
            there = (*here, "excludes")
            yield there, name, exclusion.at
            for column in exclusion.match:
                yield there, name, column
                yield there, exclusion.table, column
            yield from ((there, exclusion.table, column) for column in exclusion.where)
        for column, body in table.columns.items():
            yield from _column_names(scheme, name, column, body)


def _column_names(scheme: Scheme, table: str, name: str, column: Column) -> Iterator[Named]:
    here: Path = ("tables", table, "columns", name)
    if column.refers_to is not None:
        other, _, key = column.refers_to.partition(".")
        yield here, other, key
    for where in _wheres(column):
        yield from ((here, table, other) for other in where)
    for bound in (column.minimum, column.maximum):
        if isinstance(bound, Bound):
            yield from _bound_names(scheme, here, table, bound)


def _bound_names(scheme: Scheme, here: Path, table: str, bound: Bound) -> Iterator[Named]:
    if bound.of is None:
        yield here, table, bound.column
        return
    yield here, table, bound.of
    reference = scheme.tables[table].columns.get(bound.of)
    other = (reference.refers_to or "") if reference is not None else ""
    if other:
        yield here, other.partition(".")[0], bound.column


def _wheres(column: Column) -> list[Mapping[str, Codes]]:
    every = [column.filled_only_where, column.required_where, *column.choice_only_where.values()]
    return [where for where in every if where is not None]


def values_fit(scheme: Scheme) -> Iterator[Said]:
    """S111: defaults, codes and dates of a table are values that its columns can hold."""
    for name, table in scheme.tables.items():
        for column_name, column in table.columns.items():
            here: Path = ("tables", name, "columns", column_name)
            yield from _default_fits(here, column_name, column)
            alike = [one for one in table.columns if one.casefold() == column_name.casefold()]
            if alike[0] != column_name:
                zh, en = (
                    f"列名与 {alike[0]} 只差大小写，请换一个",
                    f"too like {alike[0]}: rename it",
                )
                yield error("S111", here, zh, en)
            yield from _codes_fit(here, column, table)
            if column.type == "date" and any(
                isinstance(end, Decimal) for end in (column.minimum, column.maximum, column.above)
            ):
                zh = "日期列的界限只能是另一日期列（column: 列名）"
                yield error("S111", here, zh, "a date is limited by another date: column: NAME")
            if column.refers_to is None and column.type == "choice" and not column.choices:
                if not _takes_checks(scheme, name, column_name):
                    yield error("S111", here, "choice 需要 choices", "a choice needs choices")
        if table.in_period is not None:
            dated = table.columns.get(table.in_period)
            if dated is not None and dated.type != "date":
                here = ("tables", name, "in_period")
                zh = f"{table.in_period} 不是日期列"
                yield error("S111", here, zh, f"{table.in_period} is no date column")


def _takes_checks(scheme: Scheme, table: str, column: str) -> bool:
    waivers = scheme.waivers
    return waivers is not None and (waivers.table, waivers.check) == (table, column)


def _default_fits(here: Path, name: str, column: Column) -> Iterator[Said]:
    if column.default is None:
        return
    text = column.default
    truths: Mapping[str, Cell] = {"true": True, "false": False}
    cell = truths.get(text, text) if column.type == "boolean" else text
    if column.type in ("whole", "decimal"):
        digits = text.removeprefix("-").replace(".", "", column.type == "decimal")
        if not (digits.isascii() and digits.isdigit()):
            zh, en = f"默认值 {text} 不是数", f"the default {text} is no number"
            yield error("S111", (*here, "default"), zh, en)
        elif not _is_within(Decimal(text), column):
            zh, en = f"默认值 {text} 不在这一列的取值范围内", f"the default {text} is out of range"
            yield error("S111", (*here, "default"), zh, en)
        return
    yield from tried("S111", (*here, "default"), partial(stored, cell, name, column))


def _is_within(number: Decimal, column: Column) -> bool:
    low, high, places = column.minimum, column.maximum, column.places
    fine = places is None or number == round(number, places)
    if isinstance(low, Decimal):
        fine = fine and number >= low
    if isinstance(high, Decimal):
        fine = fine and number <= high
    return fine and (column.above is None or number > column.above)


def _codes_fit(here: Path, column: Column, table: Table) -> Iterator[Said]:
    for code in column.choice_only_where:
        if code not in column.choices:
            zh, en = f"choices 中没有 {code}", f"there is no choice {code}"
            yield error("S111", (*here, "choice_only_where"), zh, en)
    for where in _wheres(column):
        for name, codes in where.items():
            other = table.columns.get(name)
            for code in codes if other is not None else ():
                assert other is not None
                yield from tried("S111", here, partial(_of_column, code, name, other))


def _of_column(code: str, name: str, column: Column) -> None:
    """Raises Misuse where a column never holds a code."""
    if column.type == "choice" and code not in column.choices:
        raise Misuse(f"列 {name} 没有取值 {code}", f"column {name} has no value {code}")
    stored(code_cell(code, column), name, column)


def waivers_name_subjects(scheme: Scheme) -> Iterator[Said]:
    """S104: waivers and pay belong to subjects; what is waived is a choice."""
    if scheme.waivers is not None and scheme.waivers.table in scheme.tables:
        waivers = scheme.waivers
        yield from tried("S104", ("waivers",), lambda: scheme.ground.subject_column(waivers.table))
        column = scheme.tables[waivers.table].columns.get(waivers.check)
        if column is not None and column.type != "choice":
            zh = f"列 {waivers.check} 应为 choice（取值由检查项给出）"
            yield error("S104", ("waivers",), zh, f"{waivers.check} must be a choice column")
    if scheme.pay is not None and scheme.pay.table in scheme.tables:
        table = scheme.pay.table
        yield from tried("S104", ("pay",), lambda: scheme.ground.subject_column(table))


def periods_are_named(scheme: Scheme) -> Iterator[Said]:
    """S124: families of periods that are named exist; subjects have a row of their own each."""
    for node_id, node in scheme.nodes.items():
        if node.each is not None:
            zh = f"没有名为 {node.each} 的时段，请写在 periods 中"
            yield error("S124", ("nodes", node_id, "each"), zh, f"there are no periods {node.each}")
    for name, table in scheme.tables.items():
        for family, column in table.numbered_by.items():
            path: Path = ("tables", name, "numbered_by")
            if family not in scheme.periods:
                zh = f"没有名为 {family} 的时段，请写在 periods 中"
                yield error("S124", path, zh, f"there are no periods {family}")
            declared = table.columns.get(column)
            if declared is not None and declared.type != "whole":
                yield error("S124", path, f"列 {column} 应为整数", f"{column} must be whole")
    for where, subject in subjects_of(scheme):
        own = scheme.tables.get(subject.table)
        known = own is not None and {subject.id, *own.key} <= own.columns.keys()
        if known and own is not None and own.key != (subject.id,):
            zh = f"事实表 {subject.table} 的主键应只有 {subject.id} 一列：一个对象一行"
            yield error("S124", where, zh, f"the key of {subject.table} must be {subject.id} alone")


def periods_run_forward(scheme: Scheme) -> Iterator[Said]:
    """S112: a period does not end before it begins."""
    every = [(("period",), scheme.period)] if scheme.period is not None else []
    named = [
        (("periods", family, index), period)
        for family, members in scheme.periods.items()
        for index, period in enumerate(members)
    ]
    for path, period in (*every, *named):
        if period.last < period.first:
            zh, en = "时段的结束早于开始", "the period ends before it begins"
            yield error("S112", path, zh, en)
