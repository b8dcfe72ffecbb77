"""A little scheme that is no policy, and hints for it that use every recipe once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from kaohe.facts.generating import FileFormat, TownHints, generate
from kaohe.values.tables import Table

CLUB = {"type": "id", "heading": "社团", "refers_to": "clubs.club"}

TABLES: Mapping[str, Table] = TypeAdapter(dict[str, Table]).validate_python(
    {
        "clubs": {
            "label": "社团",
            "row": "一个社团",
            "key": ["club"],
            "columns": {
                "club": {"type": "id", "heading": "社团"},
                "title": {"type": "text", "heading": "名称"},
                "seats": {"type": "whole", "heading": "席位", "above": 0},
                "kind": {
                    "type": "choice",
                    "heading": "类",
                    "choices": {"art": "艺", "sport": "体"},
                },
                "founded": {"type": "date", "heading": "成立", "required": False},
            },
        },
        "trainers": {
            "label": "教练",
            "row": "一名教练",
            "key": ["trainer"],
            "columns": {
                "trainer": {"type": "id", "heading": "教练"},
                "club": CLUB,
                "head": {"type": "boolean", "heading": "负责"},
            },
        },
        "guests": {
            "label": "来宾",
            "row": "一位来宾",
            "key": ["club", "seat", "evening"],
            "columns": {
                "club": CLUB,
                "seat": {"type": "id", "heading": "席位"},
                "evening": {"type": "whole", "heading": "第几晚"},
                "trainer": {"type": "id", "heading": "教练", "refers_to": "trainers.trainer"},
                "came_on": {"type": "date", "heading": "日期"},
                "stars": {"type": "decimal", "heading": "星", "required": "column", "places": 1},
                "remark": {"type": "text", "heading": "话", "required": False},
            },
        },
        "marks": {
            "label": "评分",
            "row": "一项评分",
            "key": ["club", "matter", "judge"],
            "columns": {
                "club": CLUB,
                "matter": {"type": "choice", "heading": "项", "choices": {"m1": "一", "m2": "二"}},
                "judge": {
                    "type": "choice",
                    "heading": "评委",
                    "choices": {"a": "甲", "b": "乙"},
                    "choice_only_where": {"b": {"matter": ["m2"]}},
                },
                "mark": {"type": "decimal", "heading": "分"},
            },
        },
    }
)

HINTS: Mapping[str, Any] = {
    "size": 20,
    "same_luck": {3: 1},
    "recipes": {
        "by_turns": [{"value": "art", "when": {"special": "yes"}}, "sport"],
        "starred": {
            "pick": {"5": [1, 8], "2.5": [4, 1], "": 1},
            "by": "mood",
            "blank": {"percent": [0, 40], "by": "mood"},
        },
    },
    "tables": {
        "clubs": [
            {
                "each": "subjects",
                "hidden": {
                    "quality": {"between": [0, 1000], "rolls": 3},
                    "mood": {"take": "quality"},
                    "places": {"share": [50, 150], "of": "size"},
                    "first": {"share": [40.5, 60], "of": "places"},
                    "special": {"deal": {"yes": 1, "no": 3}},
                },
                "columns": {
                    "club": {"text": "{row:03}"},
                    "title": {"words": [["Blue, ", "Red "], ['"Dog"', "Cat"]]},
                    "seats": {"take": "places"},
                    "kind": {"like": "by_turns"},
                    "founded": {"day": ["2001-01-01", "2002-12-31"], "when": {"special": "no"}},
                },
            }
        ],
        "trainers": [
            {
                "each": "clubs",
                "columns": {"trainer": {"text": "T{row}"}, "club": {"take": "club"}, "head": True},
            },
            {
                "each": "clubs",
                "where": {"special": ["no"]},
                "rows": {"between": [[0, 2], [1, 4]], "by": "quality"},
                "columns": {"trainer": {"text": "T{row}"}, "club": {"take": "club"}, "head": False},
            },
        ],
        "guests": [
            {
                "each": "clubs",
                "rows": {"take": "first"},
                "draw": {"from": "places", "habit": 100},
                "hidden": {"mood": {"between": [[0, 500], [500, 1000]], "by": "quality"}},
                "columns": {
                    "club": {"take": "club"},
                    "seat": {"text": "{drawn:token}"},
                    "evening": evening,
                    "trainer": {"row_of": "trainers", "column": "trainer", "where": {"head": True}},
                    "came_on": {"day": [["2024-03-01", "2024-01-01"], "2024-12-31"], "by": "mood"},
                    "stars": {"like": "starred"},
                    "remark": {"text": "{n} of {club}."},
                },
            }
            for evening in (1, 2)
        ],
        "marks": [
            {
                "each": "clubs",
                "every": ["matter", "judge"],
                "columns": {
                    "club": {"take": "club"},
                    "mark": {"between": [[50, 70], [60, 99.5]], "step": 0.5, "by": "quality"},
                },
            }
        ],
    },
}


def make(
    out: Path, hints: Mapping[str, Any] = HINTS, file_format: FileFormat = "csv", **other: Any
) -> dict[str, int]:
    """Make a town of clubs, nine of them unless told otherwise."""
    given: dict[str, Any] = {"subjects": 9, "seed": 1, "households": None, **other}
    town = TownHints.model_validate(hints)
    return generate(TABLES, town, out=out, file_format=file_format, **given)


def make_little(out: Path, **other: Any) -> dict[str, int]:
    """Two tables of a town of clubs: enough where only files matter."""
    only = {"clubs": HINTS["tables"]["clubs"], "marks": HINTS["tables"]["marks"]}
    return make(out, {**HINTS, "tables": only}, **other)
