"""Towns for these tests: random ones with every oddity, and a plain one worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kaohe.cli import main
from kaohe.pipeline import Assessment
from tests.oracle import towns
from tests.worlds.assessing import assessed, scheme_file
from tests.worlds.files import write_csv

Row = dict[str, str]
Town = dict[str, list[Row]]


def random_assessment(
    folder: Path, seed: int, decisions: Mapping[str, str] | None = None, areas: int = 4
) -> Assessment:
    """A random town of ``gaojing-2024`` with every oddity that the contract allows."""
    write_csv(towns.random_town(seed, areas=areas), towns.COLUMNS, folder)
    return assessed(str(folder), decisions)


def generated_assessment(folder: Path, scheme: str, areas: int = 6) -> Assessment:
    """A demonstration town of a shipped scheme."""
    call = ["generate", "--scheme", scheme, "--areas", str(areas), "--seed", "3"]
    assert main([*call, "--households", "60", "--out", str(folder)]) == 0
    return assessed(str(folder), scheme=scheme)


def ballot(area: str, channel: str, points: float, answered: int = 10, **more: str) -> Row:
    """A ballot whose answers all earn the same."""
    answers = {f"q{number}": str(points) for number in range(1, answered + 1)}
    return {"area_id": area, "channel": channel, **answers, **more}


def plain_town() -> Town:
    """Three areas with everything that a total needs, far enough apart to have one rank each.

    Third party: 4 of 20 households, with 8, 8, 6 and 10 points for every answer in the first area.
    """
    town: Town = {name: [] for name in towns.COLUMNS}
    levels = {"a1": 0.0, "a2": -2.0, "a3": -4.0}
    department = scheme_file().under({}).tables["ratings"].columns["department"]
    for area, shift in levels.items():
        town["areas"].append(
            {"area_id": area, "name": f"={area}", "households": "20", "party_members": "5"}
        )
        for code, where in department.choice_only_where.items():
            for item in where["item"]:
                mark = {"area_id": area, "item": item, "department": code}
                town["ratings"].append({**mark, "score": str(80 + 5 * shift)})
        for points in (8, 8, 6, 10):
            town["answers"].append(ballot(area, "third_party", points + shift))
        for number in ("1", "2"):
            for points in (8, 9, 10):
                town["answers"].append(ballot(area, "online", points + shift, round=number))
        for points in (7, 9):
            town["answers"].append(ballot(area, "meeting", points + shift))
        for number in range(10):
            visited = "false" if number < 2 and area == "a1" else "true"
            town["spot_checks"].append(
                {"area_id": area, "household_id": f"h{number}", "visited": visited}
            )
    return town
