"""What a scheme calls its columns, and how large its cells are, changes no count."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.facts import read_facts
from kaohe.measures import EngineError
from kaohe.pipeline import Assessment, assess
from kaohe.scheme.loading import load_scheme

SCHEME = """\
id: odd
version: "1"
title: 示例
period: {{from: 2024-01-01, to: 2024-12-31}}
periods:
  half: [{{from: 2024-01-01, to: 2024-06-30}}, {{from: 2024-07-01, to: 2024-12-31}}]
subject: {{table: areas, id: area, name: name, label: 居民区}}
rounding: exact
tables:
  areas:
    label: 居民区
    row: 一个
    key: [area]
    columns: {{area: {{type: id, heading: 编号}}, name: {{type: text, heading: 名称}}}}
  posts:
    label: 岗位
    row: 一个
    columns:
      area: {{type: id, heading: 编号, refers_to: areas.area}}
      {column}: {{type: id, heading: 人员}}
      most: {{type: whole, heading: 上限}}
  visits:
    label: 走访
    row: 一次
    in_period: day
    columns:
      area: {{type: id, heading: 编号, refers_to: areas.area}}
      {column}: {{type: id, heading: 人员}}
      day: {{type: date, heading: 日期}}
      points: {{type: whole, heading: 分}}
nodes:
  halves:
    kind: tally
    label: 走访的半年数
    clause: 一
    of:
      periods_met:
        {{base: posts, cap: most, table: visits, match: [area, {column}], date: day, periods: half}}
  points: {{kind: tally, label: 分, clause: 一, of: {{sum: visits.points}}}}
"""


def assessed(column: str, points: int, engine: str, folder: Path) -> Assessment:
    path = folder / "scheme.yaml"
    path.write_text(SCHEME.format(column=column), encoding="utf-8")
    found, findings = load_scheme(path)
    assert found is not None, [one.text("en") for one in findings]
    visits = [("a", "p", "2024-01-05"), ("a", "p", "2024-12-05"), ("b", "q", "2024-12-06")]
    for name, header, rows in (
        ("areas", "area,name", ["a,甲", "b,乙"]),
        ("posts", f"area,{column},most", ["a,p,2", "b,q,2"]),
        ("visits", f"area,{column},day,points", [f"{','.join(one)},{points}" for one in visits]),
    ):
        (folder / f"{name}.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    scheme = found.under({})
    reading = read_facts(str(folder), scheme.fact_tables)
    assert reading.facts is not None
    return assess(scheme, "", {}, reading.facts, engine)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
@pytest.mark.parametrize("column", ["person", "period", "met", "subject", "grouped", "m0", "c0"])
def test_name_of_a_column_changes_no_count(column: str, engine: str, tmp_path: Path) -> None:
    assessment = assessed(column, 1, engine, tmp_path)
    assert assessment.sheet.values["halves"] == [2, 1]


def test_sum_beyond_an_engine_is_refused_with_a_cure(tmp_path: Path) -> None:
    large = 10**18 - 1
    assessment = assessed("person", large, "duckdb", tmp_path)
    assert assessment.sheet.values["points"] == [2 * large, large]
    for row in range(20):
        with (tmp_path / "visits.csv").open("a", encoding="utf-8") as file:
            file.write(f"\na,p,2024-02-{row + 1:02},{large}")
    scheme = assessment.scheme
    reading = read_facts(str(tmp_path), scheme.fact_tables)
    assert reading.facts is not None
    with pytest.raises(EngineError, match="--engine duckdb"):
        assess(scheme, "", {}, reading.facts, "sqlite")
