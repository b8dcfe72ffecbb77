"""What cases come to by counting in memory is what a whole run says of the same facts."""

from __future__ import annotations

import csv
import random
import runpy
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies

from kaohe.cli import main
from kaohe.facts import read_facts, write_canonical_csv
from kaohe.pipeline import Assessment, assess
from kaohe.scheme.model import Scheme
from kaohe.scoring.reasons import printed
from kaohe.scoring.sheet import Sheet
from kaohe.values.measures import Measure
from kaohe.web.hotline.facts import CASES
from kaohe.web.results.cases_bands import Edges, edges_of
from kaohe.web.results.cases_block import PREVIOUS, Block, compares
from kaohe.web.results.cases_counting import Cases, areas_of, judge, read_cases
from kaohe.web.results.cases_facts import Besides, judges_cases, last_year_in
from tests.worlds.assessing import scheme_file

pytestmark = pytest.mark.no_database

Row = dict[str, str]
SCHEMES = Path(__file__).parents[2] / "schemes"
GAOJING = scheme_file().under({})
TRUTHS = ("true", "false")
OR_NOTHING = (*TRUTHS, "")


def rows_of(folder: Path, table: str) -> list[Row]:
    path = folder / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder: Path, table: str, columns: Iterable[str], rows: Iterable[Row]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="")
        writer.writeheader()
        writer.writerows(rows)


def of_a_run(scheme: Scheme, source: Path, canonical: Path) -> Assessment:
    """The facts as a run scores them; their canonical texts are written to a folder."""
    reading = read_facts(str(source), scheme.fact_tables)
    assert reading.facts is not None, [fault.line("en") for fault in reading.faults[:3]]
    canonical.mkdir(exist_ok=True)
    with reading.facts as facts:
        write_canonical_csv(facts, scheme.fact_tables, canonical)
        return assess(scheme, "", {}, facts)


def in_memory(scheme: Scheme, canonical: Path) -> tuple[Cases[str], Sheet]:
    column = scheme.ground.subject_column(CASES)
    cases = read_cases(Block.of(scheme), rows_of(canonical, CASES), lambda row: row[column])
    own, previous = rows_of(canonical, scheme.subject.table), rows_of(canonical, PREVIOUS)
    return cases, judge(cases, areas_of(scheme, own, previous))


def shown(scheme: Scheme, sheet: Sheet, nodes: Iterable[str]) -> Mapping[str, list[str]]:
    values = sheet.values
    return {one: [printed(scheme, scheme.nodes[one], v) for v in values[one]] for one in nodes}


def assert_the_same(scheme: Scheme, source: Path, canonical: Path) -> Sheet:
    run = of_a_run(scheme, source, canonical)
    cases, sheet = in_memory(scheme, canonical)
    assert sheet.ids == run.sheet.ids
    for node in cases.block.nodes:
        assert sheet.values[node] == run.sheet.values[node], node
    assert shown(scheme, sheet, cases.block.nodes) == {
        node: [run.printed(node, index) for index in range(sheet.size)]
        for node in cases.block.nodes
    }
    return sheet


# -- which nodes


def test_the_block_is_what_cases_alone_decide() -> None:
    block = Block.of(GAOJING)
    assert block.nodes == (
        "hotline.eligible",
        "hotline.handled",
        "hotline.resolved",
        "hotline.satisfied",
        "hotline.composite",
        "hotline.rank",
        "mass.hotline",
    )
    assert block.rates == ("hotline.handled", "hotline.resolved", "hotline.satisfied")
    assert block.composites == ("hotline.composite",)
    assert block.bands == ("mass.hotline",)
    # "progress" counts cases too, but is built on the survey.
    assert block.own == block.nodes[:5]
    assert block.clauses == ["附件1 第3项", "三(二)"]


def test_a_place_a_statistic_and_a_mean_of_the_others_compare() -> None:
    scheme = scheme_file("hotline-scorecard").under({})
    assert {"percentile", "peers.on_time", "gap.peers"} <= {
        one for one in scheme.nodes if compares(one, scheme)
    }
    assert not compares("cases.received", scheme)


def test_a_scheme_without_cases_has_no_block() -> None:
    for name in ("property-credit", "village-targets", "insteval"):
        assert not judges_cases(scheme_file(name).under({})), name


def test_last_year_is_held_against_what_the_scheme_says() -> None:
    found = last_year_in(GAOJING)
    assert found is not None
    assert found.column == "hotline_cases"
    assert [str(one) for one in found.now.where if "hotline" in str(one)]
    assert last_year_in(scheme_file("nyc311").under({})) is None


# -- the figures of a run


def random_town(folder: Path, dice: random.Random, areas: int, cases: int) -> None:
    """Areas with cases of every kind, some outside the year, some in areas without any other."""
    folder.mkdir(exist_ok=True)
    tables = GAOJING.fact_tables
    ids = [f"J{number:02}" for number in range(areas)]
    write(
        folder,
        "areas",
        ("area_id", "name", "households", "party_members", "category"),
        [
            {
                "area_id": one,
                "name": f"居民区{one}",
                "households": str(dice.randint(1, 3000)),
                "party_members": "3",
                "category": dice.choice(("", "new", "old")),
            }
            for one in ids
        ],
    )
    first = date(2023, 12, 20)
    rows = []
    for number in range(cases):
        responsible = dice.choice((*TRUTHS, "true", "true"))
        rows.append(
            {
                "case_id": f"W{number}",
                "area_id": dice.choice(ids[: max(areas - 1, 1)]),
                "source": dice.choice(("hotline", "petition", "opinion")),
                "received_on": (first + timedelta(days=dice.randint(0, 390))).isoformat(),
                "responsible": responsible,
                "reasonable": dice.choice(OR_NOTHING),
                "handled": dice.choice(TRUTHS),
                "resolved": dice.choice(OR_NOTHING),
                "satisfied": dice.choice(OR_NOTHING),
                "excluded": dice.choice(("", "", "", "not_statutory", "repeat", "other")),
            }
        )
    write(folder, CASES, tables[CASES].columns, rows)
    for table in ("ratings", "answers"):
        write(folder, table, tables[table].columns, [])


@given(seed=strategies.integers(0, 2**32), areas=strategies.integers(1, 31), data=strategies.data())
@settings(max_examples=settings().max_examples // 2, deadline=None)
def test_random_cases_come_to_what_a_run_says(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    areas: int,
    data: strategies.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("cases")
    random_town(folder / "facts", random.Random(seed), areas, data.draw(strategies.integers(0, 90)))
    options = [GAOJING.decisions[one].options for one in FORMULAS]
    taken = data.draw(strategies.sampled_from(list(product(*options))))
    scheme = scheme_file().under(dict(zip(FORMULAS, taken, strict=True)))
    sheet = assert_the_same(scheme, folder / "facts", folder / "canonical")
    # As if no case were left out, it is what a run says of facts in which none is.
    cases, _ = in_memory(scheme, folder / "canonical")
    rows = [{**row, "excluded": ""} for row in rows_of(folder / "facts", CASES)]
    write(folder / "facts", CASES, scheme.fact_tables[CASES].columns, rows)
    every = of_a_run(scheme, folder / "facts", folder / "again")
    areas_told = areas_of(scheme, rows_of(folder / "canonical", "areas"), ())
    without = judge(cases.as_if_all_counted, areas_told)
    for node in cases.block.nodes:
        assert without.values[node] == every.sheet.values[node], node
    assert sheet.size == areas


FORMULAS = ("hotline_formula", "hotline_tie")


def test_records_of_another_scheme_come_to_what_a_run_says(tmp_path: Path) -> None:
    convert = runpy.run_path(str(SCHEMES / "nyc311/convert.py"))
    convert["convert"](convert["SOURCE"], tmp_path / "facts")
    for taken in ({}, {"repeats": "counted", "least_cases": "ten"}):
        scheme = scheme_file("nyc311").under(taken)
        sheet = assert_the_same(scheme, tmp_path / "facts", tmp_path / "canonical")
        assert "band" in Block.of(scheme).nodes
        assert sheet.size > 50


def test_a_scheme_that_groups_cases_comes_to_what_a_run_says(tmp_path: Path) -> None:
    """Distinct callers, the greatest cell, a median: all that can be taken of rows."""
    command = ["generate", "--scheme", "hotline-scorecard", "--areas", "12", "--seed", "3"]
    assert main([*command, "--out", str(tmp_path / "facts")]) == 0
    scheme = scheme_file("hotline-scorecard").under({})
    assert_the_same(scheme, tmp_path / "facts", tmp_path / "canonical")
    nodes = Block.of(scheme).nodes
    assert {"cases.received", "cases.callers", "returns.most"} <= set(nodes)
    # What stands on a register of exclusions of its own is not counted in memory.
    assert "cases.eligible" not in nodes


# -- bands


def test_edges_are_the_points_to_the_neighbours_of_the_next_bands(tmp_path: Path) -> None:
    """Eleven areas of 20 cases, n of them handled in area n: rates from 50 to 100 in steps."""
    folder = tmp_path / "facts"
    random_town(folder, random.Random(1), 11, 0)
    rows = [
        {
            "case_id": f"W{area}-{number}",
            "area_id": f"J{area:02}",
            "source": "hotline",
            "received_on": "2024-05-06",
            "responsible": "true",
            "handled": "true" if number < 10 + area else "false",
        }
        for area in range(11)
        for number in range(20)
    ]
    write(folder, CASES, GAOJING.fact_tables[CASES].columns, rows)
    sheet = assert_the_same(GAOJING, folder, tmp_path / "canonical")
    assert shown(GAOJING, sheet, ["hotline.composite"])["hotline.composite"] == (
        "83.33 85.00 86.67 88.33 90.00 91.67 93.33 95.00 96.67 98.33 100.00".split()
    )
    edges = edges_of("mass.hotline", sheet)
    # The best five have 24 points, the next five 22, the last one 20.
    assert sheet.values["mass.hotline"] == [20, *[22] * 5, *[24] * 5]
    assert edges[10] == Edges(None, Fraction("8.33"))
    assert edges[6] == Edges(None, Fraction("1.66"))
    assert edges[5] == Edges(Fraction("1.66"), Fraction("8.34"))
    assert edges[0] == Edges(Fraction("1.67"), None)


def test_what_stands_beside_the_nodes_is_counted_too(tmp_path: Path) -> None:
    random_town(tmp_path / "facts", random.Random(5), 6, 80)
    of_a_run(GAOJING, tmp_path / "facts", tmp_path / "canonical")
    besides = Besides(GAOJING)
    block = Block.of(GAOJING, besides.measures())
    rows = rows_of(tmp_path / "canonical", CASES)
    cases = read_cases(block, rows, lambda row: row["area_id"])
    inside = [row for row in rows if row["received_on"].startswith("2024")]
    assert len(inside) < len(rows)
    assert besides.waiting is not None
    assert besides.last_year is not None
    expected: list[tuple[Measure, Callable[[Row], bool]]] = [
        (besides.every, lambda row: True),
        (besides.left_out, lambda row: row["excluded"] != ""),
        (besides.waiting, lambda row: row["handled"] == "false" and not row["excluded"]),
        (
            besides.last_year.now,
            lambda row: (
                row["source"] == "hotline"
                and row["responsible"] == row["reasonable"] == "true"
                and not row["excluded"]
            ),
        ),
    ]
    for measure, counts in expected:
        numbers = cases.numbers(measure)
        for area in numbers:
            found = sum(counts(row) for row in inside if row["area_id"] == area)
            assert numbers[area] == found, measure
