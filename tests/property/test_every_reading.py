"""Scored among all readings is scored alone, and what is said of readings is what they give.

One town is scored under many readings that share what they can; each must come out byte for byte
as it does when nothing else was ever scored.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kaohe.analysis.sensitivity import trials_of
from kaohe.facts import Facts, read_facts
from kaohe.facts.generating import generate
from kaohe.pipeline import assess, counted
from kaohe.readings import Study, study
from kaohe.scheme.shipped import find_scheme
from kaohe.towns import hints_beside
from kaohe.values.tables import Table
from kaohe.values.text import Text
from tests.oracle import towns
from tests.worlds.assessing import assessed, fact_tables, published, scheme_file, valid_facts
from tests.worlds.files import write_csv
from tests.worlds.soaking import first_of

TRIED = 3
STUDIED = 0
"""The seed of the towns that are studied under every reading."""
INVENTED = ("village-targets", "hotline-scorecard", "property-credit")


def simulated(name: str, folder: Path, seed: int) -> str:
    """A small demonstration town for a scheme."""
    path = find_scheme(name)
    assert path is not None
    hints = hints_beside(path)
    assert not isinstance(hints, Text)
    size = {"subjects": 12, "seed": seed, "households": 40}
    generate(fact_tables(name), hints, out=folder, file_format="csv", **size)
    return str(folder)


def same_alone_and_among(name: str, source: str, seed: int) -> None:
    found = scheme_file(name)
    trials = trials_of(found.options, found.defaults)
    dice = random.Random(seed)
    everywhere = [
        {decision: dice.choice(names) for decision, names in found.options.items()}
        for _ in range(TRIED)
    ]
    readings = [*dice.sample(trials.readings, min(TRIED, len(trials.readings))), *everywhere]
    schemes, wrong = found.under_each(readings)
    assert not wrong
    digest = found.document.sha256
    with valid_facts(source, name) as facts:
        already = counted(schemes, facts)
        for scheme, taken in zip(schemes, readings, strict=True):
            among = assess(scheme, digest, taken, facts, already=already)
            assert published(among) == published(assessed(facts, taken, name)), taken


@pytest.mark.parametrize("seed", first_of(range(40), 2))
def test_town_scored_among_other_readings_gives_the_same_bytes(seed: int, tmp_path: Path) -> None:
    source = write_csv(towns.random_town(seed), towns.COLUMNS, tmp_path)
    same_alone_and_among("gaojing-2024", source, seed)


@pytest.mark.parametrize("name", INVENTED)
@pytest.mark.parametrize("seed", first_of(range(12), 1))
def test_invented_scheme_scored_among_other_readings_gives_the_same_bytes(
    name: str, seed: int, tmp_path: Path
) -> None:
    source = studied(name)[2] if seed == STUDIED else simulated(name, tmp_path / "town", seed)
    same_alone_and_among(name, source, seed)


@cache
def studied(name: str) -> tuple[Study, TemporaryDirectory[str], str]:
    """A scheme studied on its town, which is kept for comparison."""
    folder = TemporaryDirectory()
    source = simulated(name, Path(folder.name) / "town", STUDIED)
    found = scheme_file(name)

    def facts_of(tables: Mapping[str, Table]) -> Facts:
        facts = read_facts(source, tables).facts
        assert facts is not None
        return facts

    return study(found, trials_of(found.options, found.defaults), facts_of), folder, source


@pytest.mark.parametrize("name", ["gaojing-2024", *INVENTED])
def test_what_is_said_of_a_reading_is_what_scoring_under_it_gives(name: str) -> None:
    found, _, source = studied(name)
    trials = found.sensitivity.trials
    facts = valid_facts(source, name)
    for place in random.Random(9).sample(range(len(trials.readings)), TRIED):
        alone = assessed(facts, trials.readings[place], name)
        for kind, every in found.kinds.items():
            own = alone.of(kind)
            for moved in every:
                outcome = moved.outcome
                if outcome.nature in ("label", "place", "figure"):
                    column = [own.printed(outcome.id, at) or None for at in range(own.sheet.size)]
                    assert list(outcome.columns[place]) == column, (outcome.id, place)
                elif outcome.nature == "status":
                    assert list(outcome.columns[place]) == own.statuses
        if found.persons is not None:
            persons = found.persons.outcome
            paid = {line.person: line.amount for line in alone.pay}
            assert [paid.get(one) for one in persons.subjects] == list(persons.columns[place])
            assert paid.keys() <= set(persons.subjects)


def test_checks_that_bar_and_final_results_are_counted() -> None:
    found, _, source = studied("gaojing-2024")
    facts = valid_facts(source)
    (checks,) = [one for one in found.kinds[None] if one.outcome.nature == "checks"]
    trials = found.sensitivity.trials
    final = 0
    for place in range(0, len(trials.readings), 120):
        alone = assessed(facts, trials.readings[place])
        barred = {check.subject for check in alone.checks if check.bars}
        told = zip(checks.outcome.subjects, checks.outcome.columns[place], strict=True)
        assert {subject for subject, value in told if value is not None} == barred
        final += alone.final
    assert final <= found.final
    assert found.sensitivity.weights["visit_coverage"] == "alone"
