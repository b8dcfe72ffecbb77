"""``sensitivity.json``: what every reading makes of the outcomes. Figures are strings.

``docs/reference/sensitivity.md`` describes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TextIO

from kaohe.analysis.sensitivity import Moved, Outcome, Spread
from kaohe.outputs.structured import facts_entry, scheme_entry, write_parts
from kaohe.readings import Kind, Study
from kaohe.values.numbers import fixed, shortest


def write_study_json(file: TextIO, study: Study) -> None:
    """The whole study as one JSON object, an element a line."""
    parts: list[tuple[str, Any]] = [
        ("scheme", scheme_entry(study.base)),
        ("facts", facts_entry(study.base)),
        ("simulated", _simulated(study)),
        ("decisions", dict(study.sensitivity.trials.base)),
        ("readings", _readings(study)),
        ("questions", _questions(study)),
        *((study.base.of(kind).subject.table, _subjects(study, kind)) for kind in study.kinds),
    ]
    if study.persons is not None:
        parts.append(("pay", _persons(study, study.persons)))
    write_parts(file, parts)


def number_text(value: Fraction, outcome: Outcome) -> str:
    """A number among an outcome's values, or between them, with as many places as they have."""
    return shortest(value) if outcome.places is None else fixed(value, outcome.places)


def _simulated(study: Study) -> dict[str, str | None] | None:
    found = study.simulated
    if found is None:
        return None
    subjects, seed = found.subjects, found.seed
    return {
        "subjects": None if subjects is None else str(subjects),
        "seed": None if seed is None else str(seed),
    }


def _readings(study: Study) -> dict[str, Any]:
    trials = study.sensitivity.trials
    return {
        "number": str(len(trials.readings)),
        "together": list(trials.together),
        "combinations": str(trials.combinations),
        "exhaustive": trials.exhaustive,
        "alone": list(trials.alone),
        "final": str(study.final),
    }


def _questions(study: Study) -> Iterator[dict[str, Any]]:
    trials = study.sensitivity.trials
    for decision, declared in study.base.scheme.decisions.items():
        yield {
            "id": decision,
            "question": declared.question.zh,
            "question_en": declared.question.en,
            "clause": declared.clause,
            "options": [
                {"id": option, "label": label.zh, "label_en": label.en}
                for option, label in declared.options.items()
            ],
            "taken": trials.base[decision],
            "matters": study.sensitivity.weights[decision],
            "effects": [
                {"option": option, "outcomes": list(_effects(study, decision, option))}
                for option in trials.others(decision)
            ],
        }


def _effects(study: Study, decision: str, option: str) -> Iterator[dict[str, Any]]:
    """The outcomes that an option taken alone changes, and for whom."""
    for kind, every in study.kinds.items():
        subject = study.base.of(kind).subject
        for moved in every:
            if moved.changes[decision, option]:
                yield _effect(subject.table, subject.id, moved, (decision, option))
    persons, pay = study.persons, study.base.scheme.pay
    if persons is not None and persons.changes[decision, option]:
        yield _effect("pay", "person" if pay is None else pay.person, persons, (decision, option))


def _effect(table: str, key: str, moved: Moved, single: tuple[str, str]) -> dict[str, Any]:
    changes = moved.changes[single]
    movements = moved.movements_of(single)
    found: dict[str, Any] = {"of": table, **_named(moved.outcome), "changed": str(len(changes))}
    if movements:
        found["least"] = number_text(movements[0], moved.outcome)
        found["greatest"] = number_text(movements[-1], moved.outcome)
    found["changes"] = [
        {key: change.subject, "before": change.before, "after": change.after} for change in changes
    ]
    return found


def _subjects(study: Study, kind: Kind) -> Iterator[dict[str, Any]]:
    """Every subject of a kind, in the order of their ids, with its outcomes."""
    subject = study.base.of(kind).subject
    names = names_of(study, kind)
    every = study.kinds[kind]
    for spreads in zip(*(moved.spreads for moved in every), strict=True):
        own = spreads[0].subject
        pairs = zip(every, spreads, strict=True)
        yield {
            subject.id: own,
            subject.name: names.get(own),
            "outcomes": [
                {**_named(moved.outcome), **_spread(moved.outcome, spread)}
                for moved, spread in pairs
            ],
        }


def names_of(study: Study, kind: Kind) -> Mapping[str, str]:
    """What the subjects of a kind are called, by their ids."""
    return {row.id: row.name for row in study.base.of(kind).sheet.figures.subjects}


def _persons(study: Study, persons: Moved) -> Iterator[dict[str, Any]]:
    pay = study.base.scheme.pay
    key = "person" if pay is None else pay.person
    for spread in persons.spreads:
        yield {key: spread.subject, **_spread(persons.outcome, spread)}


def _named(outcome: Outcome) -> dict[str, str]:
    return {"id": outcome.id, "label": outcome.label.zh, "label_en": outcome.label.en}


def _spread(outcome: Outcome, spread: Spread) -> dict[str, Any]:
    found: dict[str, Any] = {
        "taken": spread.taken,
        "always": spread.is_constant,
        "values": [{"value": value, "readings": str(times)} for value, times in spread.values],
    }
    if outcome.is_number and spread.numbers:
        found["least"] = number_text(spread.numbers[0], outcome)
        found["greatest"] = number_text(spread.numbers[-1], outcome)
    return {**found, "decisions": list(spread.decisions), "decided_by": spread.decided_by}
