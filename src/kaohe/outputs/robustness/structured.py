"""``robustness.json``: three layers apart, figures as strings, keys and order stable.

``docs/reference/robustness.md`` gives its shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TextIO

from kaohe.analysis.rates import RATE_LEVEL, Rate
from kaohe.analysis.replicates import MARGIN_LEVEL, RANK_LEVEL
from kaohe.analysis.robustness import Robustness
from kaohe.analysis.surveys import SurveyError
from kaohe.outputs.robustness.telling import (
    PLACES,
    SHARE_PLACES,
    WEIGHT_PLACES,
    Told,
)
from kaohe.outputs.robustness.wording import NOT_IN_POLICY, READINGS, cautions
from kaohe.outputs.structured import origin, write_parts
from kaohe.pipeline import Assessment
from kaohe.values.numbers import fixed, shortest
from kaohe.values.text import Text


def write_json(file: TextIO, assessment: Assessment, found: Robustness) -> None:
    """All of it as one JSON object, an element a line."""
    parts: list[tuple[str, Any]] = [*origin(assessment), ("final", assessment.final)]
    parts.append(("sampling_error", _method(assessment, found)))
    if found.replicates is not None:
        for kind in (None, *assessment.scheme.subjects):
            told = Told(assessment.of(kind), found.replicates)
            parts.append((told.assessment.subject.table, _subjects(told, found.surveys)))
    parts += [
        ("rates", (_rate(assessment, rate) for rate in found.rates)),
        ("readings", {"command": "kaohe sensitivity", **_text(READINGS)}),
        ("what_if_weights", _what_ifs(assessment, found)),
        ("cautions", (_text(text) for text in cautions(assessment, found))),
        ("notes", (_text(text) for text in found.notes)),
    ]
    write_parts(file, parts)


def _text(text: Text) -> dict[str, str]:
    return {"text": text.zh, "text_en": text.en}


def _method(assessment: Assessment, found: Robustness) -> dict[str, Any]:
    """How the sampling error was worked out, and from which samples."""
    replicates, samples = found.replicates, found.ballots.samples if found.ballots else {}
    return {
        "replicates": None if replicates is None else str(replicates.replicates),
        "seed": None if replicates is None else str(replicates.seed),
        "margin_level": f"{MARGIN_LEVEL:.2f}",
        "rank_level": f"{RANK_LEVEL:.2f}",
        "rate_level": f"{RATE_LEVEL:.2f}",
        "samples": [
            {
                "id": sample_id,
                "label": sample.label.zh,
                "label_en": sample.label.en,
                "basis": _basis(at_random=sample.at_random),
            }
            for sample_id, sample in samples.items()
        ],
    }


def _basis(*, at_random: bool) -> str:
    return "random" if at_random else "as_if_random"


def _subjects(told: Told, surveys: Mapping[str, Sequence[SurveyError]]) -> Iterator[dict[str, Any]]:
    subject = told.assessment.subject
    for index in told.assessment.order:
        row = told.assessment.sheet.figures.subjects[index]
        yield {
            subject.id: row.id,
            subject.name: row.name,
            "status": told.assessment.statuses[index],
            "surveys": [
                _survey(told, node, index, surveys[node][index])
                for node in told.columns
                if node in surveys
            ],
            "figures": [_figure(told, node, index) for node in told.figures],
            "outcomes": [_outcome(told, node, index) for node in told.outcomes],
            "ranks": [_rank(told, node, index) for node in told.ranks],
        }


def _survey(told: Told, node: str, index: int, error: SurveyError) -> dict[str, Any]:
    return {
        "id": node,
        "value": told.assessment.printed(node, index) or None,
        "asked": [
            {
                "sample": one.sample,
                "ballots": str(one.ballots),
                "population": None if one.population is None else str(one.population),
            }
            for one in error.asked
        ],
        "basis": _basis(at_random=error.at_random) if error.asked else None,
        "answers_from_totals": str(error.from_totals),
        "error": told.survey_error(node, index, error) or None,
        "margin": told.survey_margin(node, index, error) or None,
    }


def _figure(told: Told, node: str, index: int) -> dict[str, Any]:
    return {
        "id": node,
        "value": told.assessment.printed(node, index) or None,
        "error": told.error(node, index) or None,
        "margin": told.margin(node, index) or None,
    }


def _outcome(told: Told, node: str, index: int) -> dict[str, Any]:
    return {
        "id": node,
        "value": told.assessment.printed(node, index) or None,
        "sampled": node in told.found.repeated,
        "shares": [
            {"value": value or None, "share": fixed(share, SHARE_PLACES)}
            for value, share in told.shares(node, index)
        ],
    }


def _rank(told: Told, node: str, index: int) -> dict[str, Any]:
    ranks, ids = told.rank_set(node, index), told.assessment.sheet.ids
    return {
        "id": node,
        "value": told.assessment.printed(node, index) or None,
        "best": None if ranks is None else str(ranks.best),
        "worst": None if ranks is None else str(ranks.worst),
        "alike": [] if ranks is None else [ids[other] for other in ranks.alike],
    }


def _rate(assessment: Assessment, rate: Rate) -> dict[str, Any]:
    subject, ids = assessment.of(rate.kind).subject, assessment.sheet.sheets[rate.kind].ids
    return {
        "id": rate.id,
        "label": rate.label.zh,
        "label_en": rate.label.en,
        "times": shortest(rate.times),
        subject.table: [
            {
                subject.id: ids[index],
                "met": str(one.met),
                "trials": str(one.trials),
                "rate": fixed(rate.times * Fraction(one.met, one.trials), PLACES)
                if one.trials
                else None,
                "low": None if one.interval is None else f"{one.interval.low:.{PLACES}f}",
                "high": None if one.interval is None else f"{one.interval.high:.{PLACES}f}",
            }
            for index, one in enumerate(rate.subjects)
        ],
    }


def _what_ifs(assessment: Assessment, found: Robustness) -> dict[str, Any]:
    nodes, sheets = assessment.scheme.nodes, assessment.sheet.sheets
    return {
        "in_policy": False,
        **_text(NOT_IN_POLICY),
        "changes": [
            {
                "id": one.node,
                "part": one.part,
                "factor": None if one.factor is None else shortest(one.factor),
                "weights": {part: fixed(to, WEIGHT_PLACES) for part, to in one.weights.items()},
                "moved": [
                    {
                        "id": node,
                        "subjects": [sheets[nodes[node].subject].ids[index] for index in moved],
                    }
                    for node, moved in one.moved.items()
                    if moved
                ],
            }
            for one in found.weights
        ],
    }
