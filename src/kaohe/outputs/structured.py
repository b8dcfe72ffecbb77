"""``results.json``: the result that explains itself. Figures are strings, keys and order stable.

Written subject by subject; the trees of all subjects are never held at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from kaohe.pipeline import Assessment, Progress
from kaohe.scoring.explanation import Explained
from kaohe.scoring.reasons import Input
from kaohe.values.numbers import Absence, fixed, shortest

FEEDBACK_PLACES = 2
TOLD_EVERY = 50
"""Subjects between two reports of progress."""


def write_json(file: TextIO, assessment: Assessment, progress: Progress | None = None) -> None:
    """The whole result as one JSON object, an element a line."""
    parts: list[tuple[str, Any]] = [
        *origin(assessment),
        ("readings", _readings(assessment)),
        ("final", assessment.final),
        (assessment.subject.table, _subjects(assessment, progress)),
        *(
            (assessment.of(kind).subject.table, _subjects(assessment.of(kind), None))
            for kind in assessment.scheme.subjects
        ),
        ("feedback", _feedback(assessment)),
        ("checks", _checks(assessment)),
        ("pay", _pay(assessment)),
        ("warnings", _warnings(assessment)),
    ]
    write_parts(file, parts)


def origin(assessment: Assessment) -> list[tuple[str, Any]]:
    """What a result was made of: scheme, facts, options."""
    return [
        ("scheme", scheme_entry(assessment)),
        ("facts", facts_entry(assessment)),
        ("decisions", dict(assessment.taken)),
    ]


def write_parts(file: TextIO, parts: Iterable[tuple[str, Any]]) -> None:
    """One JSON object; of a part that is an iterator an element a line."""
    file.write("{")
    for position, (key, content) in enumerate(parts):
        file.write(",\n" if position else "\n")
        file.write(f"{_dumped(key)}: ")
        if isinstance(content, Iterator):
            _write_list(file, content)
        else:
            file.write(_dumped(content))
    file.write("\n}\n")


def _dumped(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _write_list(file: TextIO, items: Iterable[Any]) -> None:
    file.write("[")
    for position, item in enumerate(items):
        file.write(",\n" if position else "\n")
        file.write(_dumped(item))
    file.write("\n]")


def scheme_entry(assessment: Assessment) -> dict[str, str]:
    """Which scheme, to the byte."""
    scheme = assessment.scheme
    return {"id": scheme.id, "version": scheme.version, "sha256": assessment.scheme_sha256}


def facts_entry(assessment: Assessment) -> dict[str, dict[str, str]]:
    """Which facts, table by table."""
    return {
        name: {"rows": str(table.rows), "sha256": table.sha256}
        for name, table in assessment.facts.tables.items()
    }


def _readings(assessment: Assessment) -> list[dict[str, str]]:
    return [
        {
            "id": reading_id,
            "question": reading.question.zh,
            "question_en": reading.question.en,
            "reading": reading.reading.zh,
            "reading_en": reading.reading.en,
            "clause": reading.clause,
        }
        for reading_id, reading in assessment.scheme.readings.items()
    ]


def _subjects(assessment: Assessment, progress: Progress | None) -> Iterator[dict[str, Any]]:
    for number, index in enumerate(assessment.order):
        if progress is not None and number % TOLD_EVERY == 0:
            progress("write", number / assessment.sheet.size)
        yield subject_entry(assessment, index)


def subject_entry(assessment: Assessment, index: int) -> dict[str, Any]:
    """A subject as ``results.json`` holds it: who it is, its figures, its tree of reasons.

    ``index`` is its place among the subjects of the sheet; ``assessment.order`` lists them as
    results do.
    """
    subject = assessment.subject
    row = assessment.sheet.figures.subjects[index]
    found: dict[str, Any] = {subject.id: row.id, subject.name: row.name}
    for name, cell in zip(subject.show, assessment.shown(index), strict=True):
        found[name] = cell or None
    found["status"] = assessment.statuses[index]
    for node in assessment.columns:
        found[node] = assessment.printed(node, index) or None
    found["scores"] = [node_as_json(tree) for tree in assessment.explain(index)]
    return found


def node_as_json(explained: Explained) -> dict[str, Any]:
    """A node of the tree of reasons with all below it."""
    node, reason = explained.node, explained.reason
    found: dict[str, Any] = {
        "id": explained.id,
        "label": node.label.zh if node.label else explained.id,
        "label_en": node.label.en if node.label else explained.id,
        "clause": node.clause,
        "value": explained.value or None,
        "max": None if node.max is None else str(node.max),
        "explanation": reason.sentence.zh,
        "explanation_en": reason.sentence.en,
    }
    if reason.public is not None:
        found["explanation_public"] = reason.public.zh
        found["explanation_public_en"] = reason.public.en
    found["inputs"] = [_input(figure) for figure in reason.inputs]
    found["children"] = [node_as_json(child) for child in explained.children]
    return found


def _input(figure: Input) -> dict[str, str | None]:
    return {
        "id": figure.id,
        "label": figure.label.zh,
        "label_en": figure.label.en,
        "value": figure.value,
    }


def _feedback(assessment: Assessment) -> Iterator[dict[str, Any]]:
    questionnaire = assessment.scheme.questionnaire
    for index, subject in enumerate(assessment.sheet.figures.subjects):
        for question, (means, answers) in assessment.feedback.items():
            assert questionnaire is not None
            label = questionnaire.questions[question].label
            mean = means[index]
            absent = isinstance(mean, str | Absence)
            yield {
                assessment.scheme.subject.id: subject.id,
                "id": question,
                "label": label.zh,
                "label_en": label.en,
                "mean": None if isinstance(mean, str | Absence) else fixed(mean, FEEDBACK_PLACES),
                "answers": None if absent and answers[index] else str(answers[index]),
                "max": shortest(int(questionnaire.full)),
            }


def _checks(assessment: Assessment) -> Iterator[dict[str, Any]]:
    declared = assessment.scheme.checks
    for check in assessment.checks:
        body = declared[check.check]
        yield {
            assessment.scheme.subject.id: check.subject,
            "check": check.check,
            "label": body.label.zh,
            "label_en": body.label.en,
            "level": body.level,
            "required": check.required or None,
            "actual": check.actual or None,
            "met": check.met,
            "waived": check.waived,
            "clause": body.clause,
        }


def _pay(assessment: Assessment) -> Iterator[dict[str, Any]]:
    pay = assessment.scheme.pay
    for line in assessment.pay:
        assert pay is not None
        yield {
            pay.person: line.person,
            assessment.scheme.ground.subject_column(pay.table): line.subject,
            pay.role: line.role,
            pay.by: line.label,
            "amount": line.amount,
            "explanation": line.reason.zh,
            "explanation_en": line.reason.en,
            "clause": pay.clause,
        }


def _warnings(assessment: Assessment) -> Iterator[dict[str, Any]]:
    for warned in assessment.warnings:
        yield {
            "id": warned.id,
            "text": warned.text.zh,
            "text_en": warned.text.en,
            "count": str(warned.count),
            "named": list(warned.named),
        }
