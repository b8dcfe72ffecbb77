"""What hangs on the open questions of a policy: which readings are tried, and what they move.

It knows nothing of scoring. Whoever scores hands over one column of printed values for every
outcome and reading; what is found here are counts and differences of these, exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from typing import Literal

from kaohe.values.text import Text

Reading = Mapping[str, str]
"""One option for every decision."""

Column = tuple[str | None, ...]
"""A value for each subject, as results print it; None where there is none."""

Nature = Literal["label", "place", "figure", "money", "status", "checks"]
"""What an outcome is: a label, a rank, a number, yuan, complete or not, or checks that bar."""

NUMBERS: tuple[Nature, ...] = ("place", "figure", "money")

MOST_COMBINATIONS = 4096
"""More combinations of two-way decisions than these are not tried one by one."""


@dataclass(frozen=True)
class Trials:
    """The readings that are tried: the base first, each once.

    ``together`` are the decisions with two options, in every combination if ``exhaustive``, else
    one by one and two by two. ``alone`` are those with more options, each tried on the base.
    """

    base: Reading
    options: Mapping[str, tuple[str, ...]]
    together: tuple[str, ...]
    alone: tuple[str, ...]
    exhaustive: bool
    readings: tuple[Reading, ...]

    @property
    def combinations(self) -> int:
        """How many combinations the decisions with two options have."""
        return int(2 ** len(self.together))

    def others(self, decision: str) -> list[str]:
        """The options of a decision that the base does not take."""
        return [one for one in self.options[decision] if one != self.base[decision]]

    @cached_property
    def single(self) -> Mapping[tuple[str, str], int]:
        """Where the readings stand that differ from the base in one option."""
        places = {tuple(reading.items()): place for place, reading in enumerate(self.readings)}
        return {
            (decision, option): places[tuple({**self.base, decision: option}.items())]
            for decision in self.options
            for option in self.others(decision)
        }

    @cached_property
    def alike(self) -> Mapping[str, tuple[tuple[int, ...], ...]]:
        """For every decision the groups of readings that differ in nothing else."""
        return {decision: tuple(self._alike_but_for(decision)) for decision in self.options}

    def _alike_but_for(self, decision: str) -> Iterator[tuple[int, ...]]:
        groups: dict[tuple[str, ...], list[int]] = {}
        for place, reading in enumerate(self.readings):
            rest = tuple(option for one, option in reading.items() if one != decision)
            groups.setdefault(rest, []).append(place)
        return (tuple(group) for group in groups.values() if len(group) > 1)


def trials_of(
    options: Mapping[str, tuple[str, ...]], base: Reading, most: int = MOST_COMBINATIONS
) -> Trials:
    """Every option of every decision alone, and all combinations of the two-way decisions.

    Where these are more than ``most``, the two-way decisions are taken one by one and in pairs;
    the trials say so.
    """
    base = {decision: base[decision] for decision in options}
    together = tuple(decision for decision, names in options.items() if len(names) == 2)
    alone = tuple(decision for decision in options if decision not in together)
    exhaustive = 2 ** len(together) <= most
    changes: list[Reading] = [{}]
    changes += [{one: name} for one, names in options.items() for name in names]
    other = {one: name for one in together for name in options[one] if name != base[one]}
    if exhaustive:
        every = product(*(options[decision] for decision in together))
        changes += [dict(zip(together, taken, strict=True)) for taken in every]
    else:
        changes += [{one: other[one], two: other[two]} for one, two in combinations(together, 2)]
    tried = {tuple((base | change).items()): base | change for change in map(dict, changes)}
    return Trials(base, options, together, alone, exhaustive, tuple(tried.values()))


@dataclass(frozen=True)
class Outcome:
    """Something that is decided about each of some subjects, with its values under every reading.

    ``words`` are those of labels and other codes; ``columns`` follow the readings of ``Trials``.
    """

    id: str
    label: Text
    nature: Nature
    words: Mapping[str, Text]
    subjects: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def places(self) -> int | None:
        """The most decimals of its numbers; None where a number has no decimal form."""
        printed = {text for column in set(self.columns) for text in column if text is not None}
        if any("/" in text for text in printed):
            return None
        return max((len(text.partition(".")[2]) for text in printed), default=0)

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers, so that they have a range and can move by something."""
        return self.nature in NUMBERS


@dataclass(frozen=True)
class Spread:
    """What one subject gets in one outcome over all readings.

    ``values`` are its values with the number of readings that give each, the most frequent first;
    ``decisions`` are those that matter: a decision does if two readings that differ in it alone
    differ in the outcome.
    """

    subject: str
    taken: str | None
    values: tuple[tuple[str | None, int], ...]
    decisions: tuple[str, ...]

    @property
    def is_constant(self) -> bool:
        """Whether every reading gives the same."""
        return len(self.values) == 1

    @property
    def decided_by(self) -> str | None:
        """The one decision on which it hangs alone."""
        return self.decisions[0] if len(self.decisions) == 1 else None

    @property
    def numbers(self) -> list[Fraction]:
        """The different numbers among its values, ascending."""
        return sorted(Fraction(value) for value, _ in self.values if value is not None)


@dataclass(frozen=True)
class Change:
    """What one option in place of the base's changes for a subject."""

    subject: str
    before: str | None
    after: str | None

    @property
    def movement(self) -> Fraction | None:
        """By how much a number moves; None where there is none before or after."""
        if self.before is None or self.after is None:
            return None
        return Fraction(self.after) - Fraction(self.before)


@dataclass(frozen=True)
class Moved:
    """An outcome with what each subject gets, and what each option alone changes."""

    outcome: Outcome
    spreads: tuple[Spread, ...]
    changes: Mapping[tuple[str, str], tuple[Change, ...]]

    def changed(self, decision: str) -> set[str]:
        """The subjects for which an option of the decision, taken alone, changes something."""
        return {
            change.subject
            for (one, _), changes in self.changes.items()
            for change in changes
            if one == decision
        }

    def movements_of(self, single: tuple[str, str]) -> list[Fraction]:
        """By how much numbers move under an option of a decision taken alone, ascending."""
        if not self.outcome.is_number:
            return []
        found = (change.movement for change in self.changes[single])
        return sorted(one for one in found if one is not None)

    def movements(self, decision: str) -> list[Fraction]:
        """The same under all options of the decision, each taken alone."""
        singles = (single for single in self.changes if single[0] == decision)
        return sorted(one for single in singles for one in self.movements_of(single))


Weight = Literal["alone", "together", "none"]
"""Whether a decision changes something by itself, only together with others, or nothing."""


@dataclass(frozen=True)
class Sensitivity:
    """What every reading makes of the outcomes."""

    trials: Trials
    moved: tuple[Moved, ...]

    def weight(self, decision: str) -> Weight:
        """Whether, and how, anything hangs on a decision."""
        if any(moved.changed(decision) for moved in self.moved):
            return "alone"
        spreads = (spread for moved in self.moved for spread in moved.spreads)
        return "together" if any(decision in one.decisions for one in spreads) else "none"

    @cached_property
    def weights(self) -> Mapping[str, Weight]:
        """The weight of every decision."""
        return {decision: self.weight(decision) for decision in self.trials.options}


def sensitivity(trials: Trials, outcomes: Iterable[Outcome]) -> Sensitivity:
    """What the readings that are tried make of the outcomes."""
    return Sensitivity(trials, tuple(_moved(trials, outcome) for outcome in outcomes))


def _moved(trials: Trials, outcome: Outcome) -> Moved:
    matter = _mattering(trials, outcome.columns)
    often = Counter(outcome.columns)
    spreads = tuple(
        Spread(
            subject,
            outcome.columns[0][place],
            _by_frequency((column[place], number) for column, number in often.items()),
            tuple(decision for decision in trials.options if place in matter[decision]),
        )
        for place, subject in enumerate(outcome.subjects)
    )
    base = outcome.columns[0]
    changes = {
        single: tuple(_changes(outcome.subjects, base, outcome.columns[place]))
        for single, place in trials.single.items()
    }
    return Moved(outcome, spreads, changes)


def _mattering(trials: Trials, columns: Sequence[Column]) -> Mapping[str, set[int]]:
    """For every decision the places of the subjects to whom it matters.

    Readings that differ only in it are compared; most have the same columns as others before.
    """
    return {
        decision: {
            place
            for together in {frozenset(columns[one] for one in group) for group in groups}
            for place, values in enumerate(zip(*together, strict=True))
            if len(set(values)) > 1
        }
        for decision, groups in trials.alike.items()
    }


def _by_frequency(
    found: Iterable[tuple[str | None, int]],
) -> tuple[tuple[str | None, int], ...]:
    numbers: Counter[str | None] = Counter()
    for value, number in found:
        numbers[value] += number
    return tuple(sorted(numbers.items(), key=lambda one: (-one[1], one[0] is None, one[0] or "")))


def _changes(subjects: Sequence[str], base: Column, other: Column) -> Iterator[Change]:
    for subject, before, after in zip(subjects, base, other, strict=True):
        if before != after:
            yield Change(subject, before, after)
