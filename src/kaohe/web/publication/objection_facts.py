"""The facts of areas as a run has scored them, read from its snapshot: own rows, nothing scored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from kaohe.facts import read_facts
from kaohe.scheme.model import Check, Scheme
from kaohe.values.tables import Column, Table, cell_text
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.publication.objection_tables import OwnTable, own_checks, own_tables
from kaohe.web.results.models import Run
from kaohe.web.ui.language import in_a_row, named
from kaohe.web.ui.templatetags.ui import told

Row = tuple[str, ...]
"""The shown cells of one row as canonical text, in the order of the columns."""
LONGEST_FACT = 200
"""So many characters say which row or figure somebody objects to."""
REQUIREMENTS = "-"
"""How a form sends that a requirement is meant, which stands in no table."""
State = str
"""Of a requirement: ``met``, ``unmet``, ``unknown`` or ``waived``."""


@dataclass(frozen=True)
class OwnFacts:
    """What a run has scored of one area, as far as the area sees it: rows by table, and of each
    requirement whether it was reached."""

    rows: Mapping[str, tuple[Row, ...]]
    reached: Mapping[str, State]


NOTHING = OwnFacts({}, {})


def scheme_of_run(run: Run) -> Scheme:
    """The scheme under the decisions that a run took."""
    return scheme_under(run.cycle.scheme, run.taken)


def facts_of(run: Run, area_id: str) -> OwnFacts:
    """The facts of one area in a run."""
    rows = _rows_of(run, area_id)
    known = own_checks(scheme_of_run(run))
    reached = {
        one["check"]: _state(one)
        for one in run.told["checks"]
        if one["subject"] == area_id and one["check"] in known
    }
    return OwnFacts(rows, reached) if rows or reached else NOTHING


def _state(check: Mapping[str, object]) -> State:
    met = check["met"]
    if check["waived"] and met is not True:
        return "waived"
    return "unknown" if met is None else "met" if met else "unmet"


def _rows_of(run: Run, area_id: str) -> Mapping[str, tuple[Row, ...]]:
    tables = own_tables(scheme_of_run(run))
    by_area = _snapshot(run, str(run.folder / "facts"), run.facts_sha256)
    return {name: by_area[name].get(area_id, ()) for name in tables if name in by_area}


@lru_cache(maxsize=4)
def _snapshot(run: Run, folder: str, _sha256: str) -> Mapping[str, Mapping[str, tuple[Row, ...]]]:
    """The shown rows of every area by table; a snapshot never changes, so it is read once."""
    if not Path(folder).is_dir():
        return {}
    scheme = scheme_of_run(run)
    tables = {one.name: _by_itself(one.table) for one in own_tables(scheme).values()}
    beside = [name for name in scheme.fact_tables if name not in tables]
    reading = read_facts(folder, tables, beside=beside)
    assert reading.facts is not None, "a snapshot of checked facts can be read"
    with reading.facts as facts:
        return {
            name: _grouped(one, facts.rows(name, [one.by, *one.columns]))
            for name, one in own_tables(scheme).items()
            if name in facts.tables
        }


def _by_itself(table: Table) -> Table:
    """A table without what it demands of others: that was checked before the run scored it."""
    return table.model_copy(update={"excludes": (), "required_unless": None})


def _grouped(one: OwnTable, rows: list[tuple[object, ...]]) -> Mapping[str, tuple[Row, ...]]:
    columns = [one.table.columns[name] for name in one.columns]
    found: dict[str, list[Row]] = defaultdict(list)
    for own, *cells in rows:
        shown = tuple(
            cell_text(cell, column)  # type: ignore[arg-type]
            for cell, column in zip(cells, columns, strict=True)
        )
        found[str(own)].append(shown)
    return {area_id: tuple(of_area) for area_id, of_area in found.items()}


# -- in words -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Matter:
    """One kind of fact as a page shows it: its name, the headings and rows of its table.

    Without a ``table`` it is the list of requirements: name, clause, whether each was reached.
    """

    table: str
    name: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    single: bool = False
    """Whether an area has no more than one row: its figures stand one below the other then."""

    @property
    def sent(self) -> str:
        """How a form sends the kind."""
        return self.table or REQUIREMENTS

    @property
    def facts(self) -> Iterator[tuple[Row, str]]:
        """Each row with what it is called where somebody objects to it."""
        for row in self.rows:
            yield row, self._called(row)

    @property
    def figures(self) -> Iterator[tuple[str, str, str]]:
        """Each figure of the only row: heading, cell, and what it is called."""
        for row in self.rows:
            for heading, cell in zip(self.headings, row, strict=True):
                yield heading, cell, named(heading, cell or "—")

    def _called(self, row: Row) -> str:
        if not self.table:
            return row[0]
        pairs = zip(self.headings, row, strict=True)
        return in_a_row(named(heading, cell or "—") for heading, cell in pairs)[:LONGEST_FACT]


def matters_of(run: Run, area_id: str) -> list[Matter]:
    """Every kind of fact of an area in a run, in the order of the scheme, requirements last."""
    scheme, facts = scheme_of_run(run), facts_of(run, area_id)
    found = [
        Matter(
            name,
            told(one.table.label),
            tuple(one.table.columns[column].heading for column in one.columns),
            tuple(_in_words(row, one, scheme) for row in facts.rows.get(name, ())),
            single=one.table.key == (one.by,),
        )
        for name, one in own_tables(scheme).items()
    ]
    reached = tuple(
        (
            told(scheme.checks[name].label),
            scheme.checks[name].clause,
            _told(scheme.checks[name], to),
        )
        for name, to in facts.reached.items()
    )
    if reached:
        headings = (_("要求"), _("依据条款"), _("是否达到"))
        found.append(Matter("", _("走访、参与测评等要求"), headings, reached))
    return found


def _told(check: Check, state: State) -> str:
    """How a requirement stands, in words: one that is only noticed bars nothing."""
    if state != "unmet":
        words = {"met": _("已达到"), "waived": _("领导小组已认可"), "unknown": _("无法判定")}
        return words[state]
    if check.level == "warning":
        return _("超出（仅提醒）") if check.compare == "at_most" else _("没有达到（仅提醒）")
    return _("超出") if check.compare == "at_most" else _("没有达到")


def _in_words(row: Row, one: OwnTable, scheme: Scheme) -> Row:
    words = scheme.waivers
    return tuple(
        told(scheme.checks[cell].label)
        if words is not None and (one.name, name) == (words.table, words.check)
        else _cell(cell, one.table.columns[name])
        for cell, name in zip(row, one.columns, strict=True)
    )


def _cell(cell: str, column: Column) -> str:
    if column.type == "boolean" and cell:
        return _("是") if cell == "true" else _("否")
    return column.choices.get(cell) or cell
