"""What a plan is, whatever is planned: tables of figures, each explained, and a record of them.

``outputs.plans`` writes one as CSV, JSON and a workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kaohe.scheme.model import Scheme
from kaohe.values.text import Language, Text


@dataclass(frozen=True)
class PlanColumn:
    """A column: its name in files, its heading for people, and what a figure in it means.

    ``labels`` are the words for its codes. A column that is ``only`` for one language is a text
    that files hold in both.
    """

    name: str
    heading: Text
    meaning: Text
    number: bool = False
    labels: Mapping[str, Text] = field(default_factory=dict)
    only: Language | None = None


@dataclass(frozen=True)
class PlanTable:
    """Rows of cells as files print them, under their columns; ``name`` is that of the file."""

    name: str
    title: Text
    columns: Sequence[PlanColumn]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Plan:
    """A plan: what it says in a few sentences, its tables, its record, and files kept with it.

    ``record`` is the head of the JSON file; figures in it are strings. ``kept`` is said to whoever
    makes the plan and recorded, but stands on no list that goes to others, such as a seed.
    """

    name: str
    title: Text
    says: Sequence[Text]
    tables: Sequence[PlanTable]
    record: Mapping[str, Any]
    kept: Sequence[Text] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def figure(name: str, heading: tuple[str, str], meaning: tuple[str, str]) -> PlanColumn:
    """A column of numbers; its heading and what it means, each in Chinese and English."""
    (zh, en), (says, says_en) = heading, meaning
    return PlanColumn(name, Text(zh=zh, en=en), Text(zh=says, en=says_en), number=True)


def subject_columns(scheme: Scheme) -> list[PlanColumn]:
    """The subject's id and name, under the headings of its table."""
    subject = scheme.subject
    columns = scheme.fact_tables[subject.table].columns
    return [
        PlanColumn(
            name,
            Text(zh=columns[name].heading, en=name.replace("_", " ")),
            Text(zh=f"{subject.label.zh}，见表 {subject.table}", en=f"as in table {subject.table}"),
        )
        for name in (subject.id, subject.name)
    ]


def explanation_columns(meaning: Text) -> tuple[PlanColumn, PlanColumn]:
    """The two columns that hold a sentence in both languages."""
    heading = Text(zh="说明", en="Explanation")
    return (
        PlanColumn("explanation", heading, meaning, only="zh"),
        PlanColumn("explanation_en", heading, meaning, only="en"),
    )
