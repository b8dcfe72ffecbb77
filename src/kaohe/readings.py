"""Facts under every reading of a policy: counted once, scored again and again, held side by side.

Each reading is scored by ``pipeline.assess``, as ``kaohe score`` does it under these options.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from kaohe.analysis.sensitivity import (
    Column,
    Moved,
    Nature,
    Outcome,
    Reading,
    Sensitivity,
    Trials,
    sensitivity,
)
from kaohe.facts import Facts
from kaohe.pipeline import STATUS_WORDS, Assessment, Progress, assess, counted
from kaohe.scheme.graph import node_inputs, pay_inputs
from kaohe.scheme.loading import SchemeFile
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import RankNode, labels_of
from kaohe.values.findings import Finding
from kaohe.values.numbers import fixed
from kaohe.values.once import Once
from kaohe.values.tables import Table
from kaohe.values.text import Text

Kind = str | None
"""A kind of subject by its name; None is the main one."""

Values = Mapping[str, str | None]
"""An outcome of one reading, by the ids of subjects."""

CHECKS_APART = " "
"""Stands between the ids of several checks."""
STATUS = Text(zh="状态", en="Status")
UNMET = Text(zh="未满足的检查", en="Checks unmet")
PAID = Text(zh="绩效（元）", en="Pay (yuan)")


class WrongReadings(Exception):
    """Under some options together the scheme has errors: which options, and which errors."""

    def __init__(self, wrong: Sequence[tuple[Reading, list[Finding]]]) -> None:
        super().__init__("the scheme has errors under some options")
        self.wrong = wrong


@dataclass(frozen=True)
class Simulated:
    """Facts that nobody observed; how many subjects from which seed, where that is known."""

    subjects: int | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Study:
    """What every reading makes of some facts.

    ``base`` is scored under the options taken. ``kinds`` are the outcomes of every kind of
    subject, ``persons`` what each person is paid. ``final`` is the number of readings under which
    nothing bars a final result.
    """

    base: Assessment
    sensitivity: Sensitivity
    kinds: Mapping[Kind, tuple[Moved, ...]]
    persons: Moved | None
    final: int
    simulated: Simulated | None = None

    def without_persons(self) -> Study:
        """The same for those who may see what is paid in a subject, and not to whom."""
        return replace(self, persons=None)

    def without_pay(self) -> Study:
        """The same for those who may not see what is paid at all."""
        kinds = {
            kind: tuple(moved for moved in every if moved.outcome.nature != "money")
            for kind, every in self.kinds.items()
        }
        return replace(self, kinds=kinds, persons=None)


def study(
    found: SchemeFile,
    trials: Trials,
    facts_of: Callable[[Mapping[str, Table]], Facts],
    engine: str = "duckdb",
    progress: Progress | None = None,
) -> Study:
    """Score facts under every reading that is tried.

    ``facts_of`` gives checked facts for declared tables; it is asked once, or once more wherever
    an option declares other tables. Raises WrongReadings, and EngineError where the engine is not
    to be had.
    """
    tell = progress or (lambda _step, _share: None)
    schemes, wrong = found.under_each(trials.readings)
    if wrong:
        raise WrongReadings(wrong)
    gathered = _Gathered(len(schemes))
    for tables, places in _by_tables(schemes):
        with facts_of(tables) as facts:
            tell("count", 0.0)
            already = counted((schemes[place] for place in places), facts, engine)
            for number, place in enumerate(places):
                tell("score", number / len(places))
                digest, taken = found.document.sha256, trials.readings[place]
                one = assess(schemes[place], digest, taken, facts, engine, already=already)
                gathered.add(place, one)
    return gathered.studied(trials)


def _by_tables(schemes: Sequence[Scheme]) -> list[tuple[Mapping[str, Table], list[int]]]:
    """The tables that are declared, with the places of the schemes that declare them."""
    found: list[tuple[Mapping[str, Table], list[int]]] = []
    for place, scheme in enumerate(schemes):
        places = next((places for tables, places in found if tables == scheme.fact_tables), None)
        if places is None:
            found.append((scheme.fact_tables, [place]))
        else:
            places.append(place)
    return found


def outcome_nodes(scheme: Scheme, kind: Kind) -> list[str]:
    """The nodes that are a result for subjects of a kind.

    Those that the scheme puts first, that make complete, that are public or that pay goes by;
    where it names none of a kind, those that no other node is built on.
    """
    results, pay = scheme.results, scheme.pay
    paid = [] if pay is None else pay_inputs(pay, scheme)
    named = dict.fromkeys((*results.first, *results.complete, *results.public, *paid))
    own = [one for one in named if one in scheme.nodes and scheme.nodes[one].subject == kind]
    if own:
        return own
    used = {one for node in scheme.nodes.values() for one in node_inputs(node, scheme)}
    return [one for one, node in scheme.nodes.items() if node.subject == kind and one not in used]


@dataclass
class _Series:
    """An outcome as it is gathered: what it is, and its values reading by reading."""

    id: str
    label: Text
    nature: Nature
    words: dict[str, Text]
    values: list[Values]

    def outcome(self, subjects: tuple[str, ...]) -> Outcome:
        """The outcome of these subjects, with a column for every reading."""
        once = Once()

        def column(values: Values) -> Column:
            return once.made("column", (values,), lambda: tuple(map(values.get, subjects)))

        columns = tuple(map(column, self.values))
        return Outcome(self.id, self.label, self.nature, self.words, subjects, columns)


def _ids(*several: _Series) -> tuple[str, ...]:
    """All subjects of some outcomes, by the code points of their ids."""
    return tuple(sorted({one for series in several for values in series.values for one in values}))


class _Gathered:
    """The outcomes of assessments, added one by one."""

    def __init__(self, readings: int) -> None:
        self.base: Assessment | None = None
        self.final = 0
        self._readings = readings
        self._once = Once()
        self._series: dict[tuple[Kind, str], _Series] = {}
        self._paid: _Series | None = None

    def add(self, place: int, assessment: Assessment) -> None:
        """The outcomes of the reading at a place of ``Trials``; the base at the first."""
        if not place:
            self.base = assessment
        self.final += assessment.final
        for kind in (None, *assessment.scheme.subjects):
            self._add_nodes(place, assessment.of(kind), kind)
        self._add_checks(place, assessment)
        if assessment.scheme.pay is not None:
            self._add_pay(place, assessment)

    def studied(self, trials: Trials) -> Study:
        """What all of them come to."""
        assert self.base is not None
        kinds_of = {kind: self._subjects(kind) for kind, _ in self._series}
        outcomes = [series.outcome(kinds_of[kind]) for (kind, _), series in self._series.items()]
        paid = [] if self._paid is None else [self._paid.outcome(_ids(self._paid))]
        found = sensitivity(trials, [*outcomes, *paid])
        kinds: dict[Kind, tuple[Moved, ...]] = {}
        for (kind, _), moved in zip(self._series, found.moved, strict=False):
            kinds[kind] = (*kinds.get(kind, ()), moved)
        return Study(self.base, found, kinds, found.moved[-1] if paid else None, self.final)

    def _subjects(self, kind: Kind) -> tuple[str, ...]:
        return _ids(*(series for (own, _), series in self._series.items() if own == kind))

    def _series_of(self, kind: Kind, name: str, label: Text, nature: Nature) -> _Series:
        key = kind, f"{nature} {name}"
        if key not in self._series:
            self._series[key] = self._new(name, label, nature)
        return self._series[key]

    def _new(self, name: str, label: Text, nature: Nature) -> _Series:
        return _Series(name, label, nature, {}, [{}] * self._readings)

    def _add_nodes(self, place: int, one: Assessment, kind: Kind) -> None:
        scheme, ids = one.scheme, one.sheet.ids
        for node_id in outcome_nodes(scheme, kind):
            node = scheme.nodes[node_id]
            nature: Nature = "place" if isinstance(node, RankNode) else "figure"
            nature = "label" if labels_of(node) else nature
            series = self._series_of(kind, node_id, node.label or _as_text(node_id), nature)
            series.words.update(labels_of(node))
            printed = partial(_printed, one, node_id)
            made_of = one.sheet.values[node_id], node, scheme.rounding
            series.values[place] = self._once.made((kind, node_id), made_of, printed)
        status = self._series_of(kind, "status", STATUS, "status")
        status.words.update(STATUS_WORDS)
        status.values[place] = dict(zip(ids, one.statuses, strict=True))

    def _add_checks(self, place: int, assessment: Assessment) -> None:
        scheme = assessment.scheme
        if not scheme.checks:
            return
        series = self._series_of(None, "checks", UNMET, "checks")
        series.words.update({name: check.label for name, check in scheme.checks.items()})
        barring: dict[str, list[str]] = {one: [] for one in assessment.sheet.ids}
        for check in assessment.checks:
            if check.bars:
                barring[check.subject].append(check.check)
        series.values[place] = {
            one: CHECKS_APART.join(names) or None for one, names in barring.items()
        }

    def _add_pay(self, place: int, assessment: Assessment) -> None:
        """What is paid in each subject altogether, and to each person."""
        series = self._series_of(None, "pay", PAID, "money")
        made_of = (assessment.pay,)
        totals = partial(_paid_by_subject, assessment)
        series.values[place] = self._once.made("paid by subject", made_of, totals)
        if self._paid is None:
            self._paid = self._new("amount", PAID, "money")
        persons = partial(_paid_by_person, assessment)
        self._paid.values[place] = self._once.made("paid by person", made_of, persons)


def _paid_by_subject(assessment: Assessment) -> Values:
    pay = assessment.scheme.pay
    assert pay is not None
    amounts = dict.fromkeys(assessment.sheet.ids, Fraction(0))
    for line in assessment.pay:
        amounts[line.subject] += Fraction(line.amount)
    return {one: fixed(amount, pay.places) for one, amount in amounts.items()}


def _paid_by_person(assessment: Assessment) -> Values:
    return {line.person: line.amount for line in assessment.pay}


def _as_text(name: str) -> Text:
    return Text(zh=name, en=name)


def _printed(one: Assessment, node_id: str) -> Values:
    """What results print of a node, by subject."""
    return {
        subject: one.printed(node_id, index) or None for index, subject in enumerate(one.sheet.ids)
    }
