"""Faults of the gathered facts for a page: a value is shown to those only who may read it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import MarksNode
from kaohe.values.faults import Fault
from kaohe.values.text import Text
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.delivery_downloads import may_read_content
from kaohe.web.cycles.facts import in_force
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Mark, Sanction
from kaohe.web.results.gathering import Gathered
from kaohe.web.surveys.facts import PARTICIPATION
from kaohe.web.surveys.models import Ballot, Participation
from kaohe.web.ui.language import named, sentences
from kaohe.web.ui.templatetags.ui import told

SHOWN = 100
"""So many faults stand on a page."""
SHOWN_IN_A_SENTENCE = 10
"""So many are told where there is no table."""


@dataclass(frozen=True)
class FaultShown:
    """A fault as a page shows it; without ``readable`` its value is not for this person."""

    table: Text
    row: int | None
    column: str
    value: str
    readable: bool
    expected: Text


def faults_shown(
    gathered: Gathered, cycle: Cycle, scheme: Scheme, person: Person
) -> list[FaultShown]:
    """The first faults, without values of what this person may not read."""
    faults = gathered.faults[:SHOWN]
    barred = set(_barred(person, cycle, scheme, {fault.table for fault in faults}))
    return [_shown(fault, scheme, readable=fault.table not in barred) for fault in faults]


def places_of_faults(gathered: Gathered, scheme: Scheme) -> str:
    """How many faults there are and where the first lie, without any value: for everybody."""
    told_places = [
        _("%(table)s第%(row)s行“%(column)s”：%(expected)s")
        % {
            "table": told(shown.table),
            "row": shown.row,
            "column": shown.column,
            "expected": told(shown.expected),
        }
        if shown.row is not None
        else named(told(shown.table), told(shown.expected))
        for shown in (
            _shown(fault, scheme, readable=False) for fault in gathered.faults[:SHOWN_IN_A_SENTENCE]
        )
    ]
    text = _("共有 %(count)s 处错误，改正后才能计分。%(first)s")
    return text % {"count": gathered.fault_count, "first": sentences(told_places)}


def _shown(fault: Fault, scheme: Scheme, *, readable: bool) -> FaultShown:
    table = scheme.fact_tables[fault.table]
    column = table.columns.get(fault.column or "")
    return FaultShown(
        table.label,
        fault.row,
        column.heading if column is not None else fault.column or "",
        fault.shown if readable else "",
        readable,
        fault.expected,
    )


def _barred(person: Person, cycle: Cycle, scheme: Scheme, tables: Collection[str]) -> Iterator[str]:
    """The tables among these that hold rows which a person may not read.

    Which source a row of a joined table came from is not known any more, so one file that is
    barred bars the whole table.
    """
    for delivery in in_force(cycle):
        if delivery.table in tables and not may_read_content(person, delivery):
            yield delivery.table
    marks = Mark.objects.filter(cycle=cycle)
    if person.visible(marks).count() < marks.count():
        yield from (node.table for node in scheme.nodes.values() if isinstance(node, MarksNode))
    if not person.sees_all(Sanction):
        yield "sanctions"
    if scheme.questionnaire is not None and not person.sees_all(Ballot):
        yield scheme.questionnaire.ballots
    if not person.sees_all(Participation):
        yield PARTICIPATION
