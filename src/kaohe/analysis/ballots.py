"""The ballots of a town as samples: which were drawn together, of how many, what each adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from kaohe.analysis.intervals import drawn_share
from kaohe.analysis.randomness import Integers, Stream
from kaohe.analysis.resampling import resampled_sums
from kaohe.facts import Facts
from kaohe.measures import NO_SUBJECT, row_amounts
from kaohe.scheme.conditions import conditions
from kaohe.scheme.model import Sample, Scheme
from kaohe.scheme.sampling import Population, ballot_measures, population_of, samples_of
from kaohe.values.measures import Measure

Ids = tuple[str, ...]
"""The subjects that ballots name, in the order of the columns that name them."""


@dataclass(frozen=True)
class Stratum:
    """Ballots of one sample that name the same subjects; ``sample`` is None outside of all.

    ``members`` has a row for each ballot and a column for each of ``columns``, the measures (by
    number) to which any of them adds something. ``population`` is the number of those that the
    sample is from, as far as it is known, of whom a share ``drawn`` answered.
    """

    sample: str | None
    ids: Ids
    columns: tuple[int, ...]
    members: Integers
    population: int | None
    drawn: Fraction

    @property
    def varies(self) -> bool:
        """Whether another sample could come out otherwise, as far as this one shows."""
        return self.sample is not None and len(self.members) > 1 and self.drawn < 1


@dataclass(frozen=True)
class Ballots:
    """All ballots, and the measures that add them up.

    ``keys`` are the columns by which ballots name subjects; ``partly`` are nodes that read of
    ballots what does not add up, and which replicates leave as it is.
    """

    samples: Mapping[str, Sample]
    measures: Sequence[Measure]
    keys: tuple[str, ...]
    strata: Sequence[Stratum]
    partly: Sequence[str]

    def subject_of(self, stratum: Stratum, measure: int) -> str:
        """The subject for which a measure counts the ballots of a stratum."""
        return stratum.ids[self.keys.index(self.measures[measure].subject)]

    def replicates(self, number: int, seed: int) -> list[Integers]:
        """For every stratum the sums of so many samples drawn anew: a row a replicate."""
        return [
            resampled_sums(
                stratum.members,
                stratum.drawn if stratum.varies else Fraction(1),
                number,
                Stream(seed, stratum.sample or "", *stratum.ids),
            )
            for stratum in self.strata
        ]

    def counts(
        self, number: int, sums: Sequence[Integers]
    ) -> Iterator[dict[Measure, dict[str, int]]]:
        """The counts of so many replicates, one after the other, from the sums of all strata."""
        added: dict[int, dict[str, Integers]] = {index: {} for index in range(len(self.measures))}
        for stratum, own in zip(self.strata, sums, strict=True):
            for position, index in enumerate(stratum.columns):
                subject = self.subject_of(stratum, index)
                known = added[index].get(subject)
                part = own[:, position]
                added[index][subject] = part if known is None else known + part
        lists = {
            self.measures[index]: {subject: part.tolist() for subject, part in by_subject.items()}
            for index, by_subject in added.items()
        }
        for replicate in range(number):
            yield {
                measure: {subject: own[replicate] for subject, own in by_subject.items()}
                for measure, by_subject in lists.items()
            }


def read_ballots(scheme: Scheme, facts: Facts) -> Ballots | None:
    """The ballots of checked facts as samples; None where no node counts any."""
    measures, partly = ballot_measures(scheme)
    questionnaire = scheme.questionnaire
    if questionnaire is None or not measures:
        return None
    samples = samples_of(scheme)
    table, ground = questionnaire.ballots, scheme.ground
    parts = [
        (*ground.in_period(table), *conditions(sample.where, table, ground))
        for sample in samples.values()
    ]
    populations = {
        sample_id: population_of(sample, questionnaire, scheme)
        for sample_id, sample in samples.items()
    }
    named = [one.by for one in populations.values() if one is not None]
    keys = tuple(dict.fromkeys([*(measure.subject for measure in measures), *named]))
    fetched = row_amounts(facts, measures, parts, keys).fetchnumpy()
    columns = [fetched[f"c{index}"] for index in range(len(fetched))]
    runs = list(_runs(columns, len(keys), list(samples)))
    known = {
        sample_id: _Known(population, keys, facts, [run for run in runs if run[0] == sample_id])
        for sample_id, population in populations.items()
        if population is not None
    }
    strata = []
    for sample_id, ids, amounts in runs:
        used = tuple(int(index) for index in np.flatnonzero(amounts.any(axis=0)))
        population, drawn = None, Fraction(0 if sample_id is not None else 1)
        if sample_id in known:
            population, drawn = known[sample_id].of(ids)
        members = np.ascontiguousarray(amounts[:, list(used)])
        strata.append(Stratum(sample_id, ids, used, members, population, drawn))
    return Ballots(samples, measures, keys, strata, partly)


Run = tuple[str | None, Ids, Integers]
"""A sample, the subjects that its ballots name, and what each of these adds to each measure."""


def _runs(columns: Sequence[Any], keys: int, samples: Sequence[str]) -> Iterator[Run]:
    """Ballots that belong together, which stand together in the order of the rows."""
    ids = [np.ma.filled(column, NO_SUBJECT) for column in columns[:keys]]
    part = np.ma.filled(columns[keys].astype(np.int64), -1)
    amounts = np.stack([np.ma.getdata(one).astype(np.int64) for one in columns[keys + 1 :]], axis=1)
    changes = np.zeros(len(part), dtype=bool)
    for column in (*ids, part):
        changes[1:] |= column[1:] != column[:-1]
    limits = [0, *np.flatnonzero(changes).tolist(), len(part)] if len(part) else []
    for start, end in pairwise(limits):
        number = int(part[start])
        named = tuple(str(column[start]) for column in ids)
        yield (samples[number] if number >= 0 else None), named, amounts[start:end]


class _Known:
    """How many there are in the population of a sample, and which share of it has answered."""

    def __init__(
        self, population: Population, keys: Ids, facts: Facts, runs: Sequence[Run]
    ) -> None:
        subject = population.subject
        rows = facts.rows(subject.table, (subject.id, population.column))
        self.sizes = {str(one): int(size or 0) for one, size in rows}
        self.position = keys.index(population.by)
        self.answered: Counter[str] = Counter()
        for _, ids, amounts in runs:
            self.answered[ids[self.position]] += len(amounts)

    def of(self, ids: Ids) -> tuple[int, Fraction]:
        """For those that ballots name: the size of the population, the share that was drawn."""
        subject = ids[self.position]
        size = self.sizes.get(subject, 0)
        return size, drawn_share(self.answered[subject], size)
