"""Contents may differ by class (四(三)): in every class they come to the full points."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.scheme.loading import load_scheme

SCHEME = """
id: example
version: "1"
title: {{zh: 示例, en: Example}}
subject: {{table: schools, id: school, name: name, label: {{zh: 学校, en: school}}}}
rounding: {{places: 2}}
missing: {{not_applicable: leave_out, no_data: absent}}
tables:
  schools:
    label: {{zh: 学校, en: schools}}
    row: {{zh: 一所学校, en: a school}}
    key: [school]
    columns:
      school: {{type: id, heading: 学校编号}}
      name: {{type: text, heading: 学校名称}}
      type: {{type: choice, heading: 类别, choices: {{town: 城区, village: 乡村}}}}
      score: {{type: decimal, heading: 得分, places: 1, minimum: 0, maximum: 100}}
nodes:
  study: {{kind: tally, label: 教学, clause: 一, max: 60, of: {{attribute: schools.score}}}}
  street:
    kind: tally
    label: 社区
    clause: 二
    max: {town}
    only_where: {{type: town}}
    of: {{attribute: schools.score}}
  fields:
    kind: tally
    label: 劳动
    clause: 二
    max: {village}
    only_where: {{type: village}}
    of: {{attribute: schools.score}}
  total: {{kind: sum, label: 总分, clause: 三, max: 100, of: [study, street, fields]}}
"""


@pytest.mark.parametrize(
    ("town", "village", "told"),
    [
        (40, 40, []),
        (40, 30, ["“乡村”：各部分满分合计 90"]),
        (50, 30, ["“城区”：各部分满分合计 110", "“乡村”：各部分满分合计 90"]),
    ],
)
def test_every_class_comes_to_the_full_points(
    town: int, village: int, told: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_text(SCHEME.format(town=town, village=village), encoding="utf-8")
    _, findings = load_scheme(path)
    said = [one.message.zh for one in findings if one.code == "S201"]
    assert [text.partition("，")[0] for text in said] == told
