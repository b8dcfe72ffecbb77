"""Requests to leave cases out as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.exclusion_effects import Effect, effects_of
from kaohe.web.hotline.exclusion_lists import Deciders, cases_of, requests_of
from kaohe.web.hotline.exclusion_models import SIDES, Exclusion, Word
from kaohe.web.hotline.exclusion_rules import TOLD_IN_WORDS
from kaohe.web.hotline.exclusion_speaking import sides_to_speak
from kaohe.web.hotline.facts import AREA_ID, CASE_ID, CASES, EXCLUDED, grounds_of
from kaohe.web.hotline.models import Case
from kaohe.web.records.declaring import as_text
from kaohe.web.ui.language import in_brackets

TONES = {
    "open": "warn",
    "agreed": "good",
    "refused": "plain",
    "withdrawn": "plain",
    "restored": "plain",
}
"""How each state of a request looks."""


@dataclass(frozen=True)
class SideShown:
    """What one side says: its name, its word, and why nobody can give it."""

    side: str
    name: str
    word: Word
    nobody: str

    @property
    def told(self) -> str:
        """The word in words."""
        answers = {None: _("还没有决定"), True: _("同意剔除"), False: _("不同意")}
        return answers[self.word.agrees]


@dataclass(frozen=True)
class RequestShown:
    """One request: its ground in words, both sides, whether it is late, for which sides the person
    can speak, what it does to figures, and the case in brief."""

    row: Exclusion
    ground: str
    sides: Sequence[SideShown]
    late: bool
    mine: Sequence[str]
    effects: Sequence[Effect]
    brief: str

    @property
    def tone(self) -> str:
        """How its state looks."""
        return "bad" if self.late else TONES[self.row.state]

    @property
    def asked_by(self) -> str:
        """Who asked, and as what."""
        kind = self.row.department or self.row.get_asked_as_display()
        return f"{self.row.asked_by}{in_brackets(kind)}"


def requests_shown(
    rows: Sequence[Exclusion], cycle: Cycle, person: Person, day: date
) -> list[RequestShown]:
    """Requests of one page."""
    grounds = grounds_of(scheme_of(cycle))
    deciders, effects = Deciders(cycle, day), effects_of(person, cycle, rows)
    cases = cases_of(cycle, [row.case_id for row in rows])
    seen = _seen(person, cases.values())
    return [
        RequestShown(
            row,
            grounds.get(row.ground, row.ground),
            [
                SideShown(side, str(name), row.word_of(side), deciders.nobody(row, side))
                for side, name in SIDES.items()
            ],
            row.state == "open" and row.due_on < day,
            sides_to_speak(row, person, cycle.stage),
            effects.get(row.pk, ()),
            _brief(cases.get(row.case_id), seen, facts=reads_facts(person)),
        )
        for row in rows
    ]


def _seen(person: Person, cases: Iterable[Case]) -> set[int]:
    """Of some cases those that a person may see with what they are about."""
    rows = person.visible(Case.objects.filter(pk__in=[case.pk for case in cases]))
    return set(rows.values_list("pk", flat=True))


def reads_facts(person: Person) -> bool:
    """Whether somebody decides on cases that they do not see otherwise: what files say of them is
    told, but for places and texts."""
    return person.has("group_member")


def _brief(case: Case | None, seen: set[int], *, facts: bool) -> str:
    """When a case was received and what it is about, as far as that may be told."""
    if case is None:
        return _("现行报送文件里没有这个办件")
    if case.pk in seen:
        about = (case.received_on.isoformat(), case.kind, case.summary)
    else:
        about = (case.received_on.isoformat(), case.kind, "") if facts else ("", "", "")
    return " · ".join(text for text in about if text)


def case_shown(case: Case, person: Person) -> list[tuple[str, str]]:
    """What a file says of a case, column by column, as far as somebody may see it."""
    seen = _seen(person, [case])
    found = _declared(case, scheme_of(case.cycle)) if seen or reads_facts(person) else []
    if seen:
        names = ("kind", "place", "closed_on", "department", "callback", "returned", "summary")
        told = {name: as_text(getattr(case, name)) for name in names}
        headings = {name: str(Case._meta.get_field(name).verbose_name) for name in names}  # type: ignore[union-attr]
        found += [(headings[name], text) for name, text in told.items() if text]
    return found


def _declared(case: Case, scheme: Scheme) -> list[tuple[str, str]]:
    """What the columns of the scheme say, but for those that a page tells in other words."""
    columns = scheme.fact_tables[CASES].columns
    elsewhere = (CASE_ID, EXCLUDED, AREA_ID)
    words = {"true": _("是"), "false": _("否")}
    return [
        (column.heading, column.choices.get(cell) or words.get(cell, cell))
        for name, column in columns.items()
        if name not in elsewhere and (cell := case.told.get(name, ""))
    ]


# -- history --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step of what became of a case's requests."""

    at: datetime
    by: str
    act: str
    told: str
    reason: str


def history_of(row: Exclusion, person: Person) -> list[Step]:
    """Every step of every request about the same case that somebody may see, the newest first."""
    rows = list(requests_of(person, row.cycle).filter(case_id=row.case_id))
    grounds = grounds_of(scheme_of(row.cycle))
    steps = [
        Step(one.asked_at, one.asked_by, _("申请剔除"), grounds.get(one.ground, ""), one.text)
        for one in rows
    ]
    events = Event.objects.filter(town=row.town.code, object__in=[name_of(one) for one in rows])
    for event in events.exclude(act="hotline.exclusion_asked"):
        said = event.told.removeprefix(row.case_id).strip()
        told = "" if event.act == "hotline.exclusion_file_attached" else said
        steps.append(Step(event.at, event.actor_name, event.act_told, told, event.reason))
    return sorted(steps, key=lambda step: step.at, reverse=True)


# -- the year's grounds ---------------------------------------------------------------------------


@dataclass(frozen=True)
class GroundShown:
    """How many requests there were on one ground, and what became of them."""

    ground: str
    asked: int
    agreed: int
    refused: int
    open: int


def grounds_shown(person: Person, cycle: Cycle) -> list[GroundShown]:
    """The scheme's grounds with their requests, but for those that were withdrawn."""
    rows = requests_of(person, cycle).order_by().values_list("ground", "state")
    counts = {(ground, state): number for ground, state, number in rows.annotate(n=Count("pk"))}
    return [
        GroundShown(
            name,
            *(sum(counts.get((code, one), 0) for one in states) for states in _COUNTED),
        )
        for code, name in grounds_of(scheme_of(cycle)).items()
    ]


_COUNTED = (
    ("agreed", "refused", "restored", "open"),
    ("agreed",),
    ("refused", "restored"),
    ("open",),
)


def told_in_words(person: Person, cycle: Cycle) -> list[Exclusion]:
    """The requests whose ground is told in words only, for the review of the year."""
    rows = requests_of(person, cycle).filter(ground=TOLD_IN_WORDS).exclude(state="withdrawn")
    return list(rows.order_by("source__code", "asked_at", "pk"))
