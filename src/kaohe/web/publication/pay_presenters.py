"""Proposals of pay as pages and the workbook show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import labels_of
from kaohe.values.text import Text
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.publication.models import Publication
from kaohe.web.publication.pay_models import PayConfirmation, PayLine
from kaohe.web.publication.pay_rules import STATES, TONES, State, state_of
from kaohe.web.publication.pay_totals import Difference, differences
from kaohe.web.ui.language import sentences
from kaohe.web.ui.templatetags.ui import told


def money(amount: Decimal) -> str:
    """A sum as people read it, with a comma for every thousand."""
    return f"{amount:,}"


def movement(amount: Decimal) -> str:
    """A sum that is more or less than another, with its sign."""
    return f"{amount:+,}"


@dataclass(frozen=True)
class LineShown:
    """One line: the role, the label and how it stands in words."""

    row: PayLine
    role: str
    label: str
    state: State

    @property
    def state_told(self) -> str:
        """How it stands."""
        return str(STATES[self.state])

    @property
    def tone(self) -> str:
        """How that looks."""
        return TONES[self.state]

    @property
    def amount(self) -> str:
        """What was proposed."""
        return money(self.row.proposed)

    @property
    def due(self) -> str:
        """What is to be paid."""
        return money(self.row.due)

    @property
    def why_held(self) -> str:
        """All reasons why it was held."""
        return sentences(told(reason) for reason in self.row.held)

    @property
    def clauses(self) -> str:
        """The clauses of these reasons, each once."""
        return sentences(dict.fromkeys(reason["clause"] for reason in self.row.held))


@dataclass(frozen=True)
class Words:
    """What the scheme of a publication calls roles and labels."""

    scheme: Scheme
    roles: Mapping[str, str]
    labels: Mapping[str, Text]

    def lines(self, rows: Sequence[PayLine], *, confirmed: bool) -> list[LineShown]:
        """Lines in words; ``confirmed`` is the list that they are of."""
        return [self.line(row, confirmed=confirmed) for row in rows]

    def line(self, row: PayLine, *, confirmed: bool) -> LineShown:
        """One line in words."""
        state = state_of(
            waits=row.waits, decided=bool(row.outcome), due=row.due, confirmed=confirmed
        )
        role = self.roles.get(row.role, row.role)
        return LineShown(row, role, told(self.labels.get(row.label, row.label)), state)


def words_of(publication: Publication) -> Words:
    """The words of the scheme by whose run a publication pays."""
    scheme = scheme_under(publication.cycle.scheme, publication.run.taken)
    pay = scheme.pay
    if pay is None:
        return Words(scheme, {}, {})
    roles = scheme.fact_tables[pay.table].columns[pay.role].choices
    return Words(scheme, roles, labels_of(scheme.nodes[pay.by]))


def changes_of(publication: Publication) -> tuple[Publication | None, list[Difference]]:
    """The version before of the same year, and to whom another amount is to be paid than by it."""
    effective = Publication.objects.effective().filter(cycle=publication.cycle_id)
    before = effective.filter(number__lt=publication.number).first()
    if before is None:
        return None, []
    return before, differences(publication.pay_lines.all(), before.pay_lines.all())


@dataclass(frozen=True)
class OwnYear:
    """One's own pay of a year: the line that counts, if there is one, and the amount before."""

    publication: Publication
    line: LineShown | None
    before: str
    confirmed: PayConfirmation | None
    clause: str


def own_years(person: Person) -> list[OwnYear]:
    """One's own pay, the newest year first; a year is there if any of its versions had a line."""
    joined = "publication__cycle__scheme", "publication__run"
    rows = person.visible(PayLine.objects.select_related(*joined).order_by("-publication__number"))
    by_cycle: dict[int, list[PayLine]] = {}
    for row in rows:
        by_cycle.setdefault(row.cycle_id, []).append(row)
    newest = {
        cycle: Publication.objects.effective()
        .select_related("cycle__scheme", "run")
        .filter(cycle=cycle)
        .first()
        for cycle in by_cycle
    }
    found = [
        _own_year(publication, by_cycle[cycle])
        for cycle, publication in newest.items()
        if publication is not None
    ]
    return sorted(found, key=lambda one: -one.publication.cycle.year)


def _own_year(publication: Publication, rows: Sequence[PayLine]) -> OwnYear:
    line = next((row for row in rows if row.publication_id == publication.pk), None)
    before = next((money(row.due) for row in rows if row.publication_id != publication.pk), "")
    confirmed = PayConfirmation.objects.filter(publication=publication).first()
    words = words_of(publication)
    shown = None if line is None else words.line(line, confirmed=confirmed is not None)
    clause = words.scheme.pay.clause if words.scheme.pay is not None else ""
    return OwnYear(publication, shown, before, confirmed, clause)
