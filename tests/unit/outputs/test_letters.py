"""What a letter tells: one's own figures as they were published, nobody's place, nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from kaohe.outputs.letter_content import CheckTold, Letter
from kaohe.outputs.letters import Letters
from kaohe.outputs.papers.letters import Terms, letter_document
from kaohe.outputs.papers.notice import notice_document
from kaohe.outputs.structured import write_json
from kaohe.pipeline import Assessment
from kaohe.reports.documents import Document, Heading, Paragraph, Part, Picture, Table
from kaohe.scheme.nodes import labels_of
from kaohe.scoring.checking import CheckResult
from tests.unit.analysis.towns import generated_assessment, random_assessment

SCHEMES = {
    "gaojing-2024": 12,
    "village-targets": 9,
    "hotline-scorecard": 12,
    "property-credit": 6,
}
PLACES = re.compile(r"名次|排名|位次|第\s*\d+\s*名|[AB]\s*档|前\s*\d+\s*名|百分位")


@pytest.fixture(scope="module", params=SCHEMES)
def assessment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Assessment:
    folder = tmp_path_factory.mktemp("town") / "town"
    return generated_assessment(folder, request.param, areas=SCHEMES[request.param])


def documents(assessment: Assessment) -> list[Document]:
    return [letter_document(one, assessment.scheme, Terms()) for one in Letters(assessment)]


def words_of(document: Document) -> str:
    """Everything that a document says."""
    parts = [*document.parts, *(part for one in document.attachments for part in one.parts)]
    names = [document.title, document.addressee, *(one.title for one in document.attachments)]
    return "\n".join((*names, *(word for part in parts for word in _words(part))))


def _words(part: Part) -> Iterator[str]:
    match part:
        case Heading():
            yield part.text
        case Paragraph():
            yield part.lead + part.text
        case Picture():
            yield from (part.says, part.caption, *re.findall(r">([^<]+)</text>", part.svg))
        case Table():
            yield from (*part.headings, *(cell for row in part.rows for cell in row))


def published(assessment: Assessment) -> dict[str, Any]:
    file = StringIO()
    write_json(file, assessment)
    found: dict[str, Any] = json.loads(file.getvalue())
    return found


def test_no_letter_names_a_place_or_anybody_else(assessment: Assessment) -> None:
    subjects = assessment.sheet.figures.subjects
    for own, document in zip(subjects, documents(assessment), strict=True):
        text = words_of(document)
        assert own.name in text
        assert PLACES.findall(text) == []
        others = [one for one in subjects if one.id != own.id]
        assert [one.id for one in others if one.id in text] == []
        named = [one.name for one in others if one.name in text and one.name not in own.name]
        assert named == []


def test_figures_are_those_of_the_published_result(assessment: Assessment) -> None:
    result = published(assessment)
    subject, feedback = assessment.subject, assessment.scheme.feedback
    assert feedback is not None
    assert feedback.result is not None
    rows = {row[subject.id]: row for row in result[subject.table]}
    asked = {(one[subject.id], one["label"]): one for one in result["feedback"]}
    labels = labels_of(assessment.scheme.nodes[feedback.result])
    for letter in Letters(assessment):
        row = rows[letter.id]
        code = row[feedback.result]
        assert letter.result == (labels[code].zh if code else "")
        for node, figure in zip(feedback.points, letter.points, strict=True):
            assert figure.withheld or figure.value == (row[node] or "")
        for question in letter.questions:
            told = asked[letter.id, question.label]
            assert question.value == ("" if question.withheld else told["mean"] or "")
            assert question.answers is None or str(question.answers) == told["answers"]


def test_means_are_those_of_a_class_that_is_large_enough(assessment: Assessment) -> None:
    feedback = assessment.scheme.feedback
    assert feedback is not None
    rows = published(assessment)[assessment.subject.table]
    letters = {letter.id: letter for letter in Letters(assessment)}
    for place, node in enumerate(feedback.points):
        by_class: dict[str, list[Decimal]] = {}
        for row in rows:
            if row[node] is not None:
                peers = letters[row[assessment.subject.id]].peers
                by_class.setdefault(peers, []).append(Decimal(row[node]))
        for letter in letters.values():
            known = by_class.get(letter.peers, [])
            places = assessment.scheme.places(assessment.scheme.nodes[node])
            assert places is not None
            mean = sum(known) / len(known) if len(known) >= 5 else None
            unit = Decimal(1).scaleb(-places)
            wanted = "" if mean is None else str(mean.quantize(unit, ROUND_HALF_UP))
            assert letter.points[place].mean == wanted


def test_points_to_mend_follow_their_rule(assessment: Assessment) -> None:
    feedback = assessment.scheme.feedback
    assert feedback is not None
    assert feedback.mend is not None
    for letter in Letters(assessment):
        assert len(letter.to_mend) <= feedback.mend.at_most
        strong = {one.told for one in letter.strong}
        assert not strong & set(letter.to_mend)
        figures = {one.told: one for one in (*letter.points, *letter.questions)}
        below = [figures[one] for one in letter.to_mend if one in figures]
        shares = [one.share or 0 for one in below if one.below_mean]
        assert shares == sorted(shares)
        assert all(one.share != 1 for one in below)


def test_few_ballots_tell_nothing(tmp_path: Path) -> None:
    few = 0
    for seed in range(3):
        assessment = random_assessment(tmp_path / str(seed), seed, areas=6)
        answers = {
            (one["area_id"], one["label"]): int(one["answers"] or 0)
            for one in published(assessment)["feedback"]
        }
        for letter in Letters(assessment):
            for one in letter.questions:
                if answers[letter.id, one.label] < 5:
                    few += 1
                    assert (one.value, one.share) == ("", None)
                    assert not one.answers
            for survey in letter.surveys:
                assert not (survey.withheld and (survey.value or survey.margin))
        for document in documents(assessment):
            assert PLACES.findall(words_of(document)) == []
    assert few


def test_labels_in_force_take_the_place_of_those_worked_out(assessment: Assessment) -> None:
    feedback = assessment.scheme.feedback
    assert feedback is not None
    assert feedback.result is not None
    worst, words = list(labels_of(assessment.scheme.nodes[feedback.result]).items())[-1]
    own = assessment.sheet.ids[0]
    letters = Letters(assessment, {own: worst})
    assert letters.of(0).result == words.zh
    assert letters.of(1).result == Letters(assessment).of(1).result
    text = words_of(notice_document(letters, Terms()))
    assert words.zh in text


def test_the_notice_lists_grades_by_id_and_no_figures(assessment: Assessment) -> None:
    letters = Letters(assessment)
    document = notice_document(letters, Terms())
    (attached,) = document.attachments
    (table,) = attached.parts
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == sorted(assessment.sheet.ids)
    results = [letters.result(index)[1] or "—" for index in range(assessment.sheet.size)]
    assert [row[2] for row in table.rows] == results
    text = words_of(document)
    assert PLACES.findall(text) == []
    assert re.findall(r"\d+\.\d+", text) == []


def checks_of(letter: Letter) -> Mapping[str, tuple[str, bool]]:
    return {one.label: (one.actual, one.waived) for one in letter.checks}


def test_checks_told_are_those_unmet(assessment: Assessment) -> None:
    labels = {name: check.label.zh for name, check in assessment.scheme.checks.items()}
    found: dict[str, list[CheckResult]] = {one: [] for one in assessment.sheet.ids}
    for one in assessment.checks:
        if one.met is not True:
            found[one.subject].append(one)
    for letter in Letters(assessment):
        wanted = {labels[one.check]: (one.actual, one.waived) for one in found[letter.id]}
        assert checks_of(letter) == wanted


def test_two_years_stand_beside_each_other_in_the_same_places(assessment: Assessment) -> None:
    beside = [one for letter in Letters(assessment) for one in letter.last_year if one.change]
    for one in beside:
        before, now, change = (Decimal(cell) for cell in (one.before, one.now, one.change))
        assert now - before == change
        assert before.as_tuple().exponent == now.as_tuple().exponent
    if assessment.scheme.id == "gaojing-2024":
        assert beside


def test_what_exceeds_a_limit_is_not_said_to_fall_short(assessment: Assessment) -> None:
    scheme, letter = assessment.scheme, next(iter(Letters(assessment)))
    limit = CheckTold("到会户数", "四", "100", "104", False, False, True, is_limit=True)
    least = replace(limit, required="10", actual="9", is_warning=False, is_limit=False)
    for waived, ends in (
        (False, ["超出（提醒）", "未达到"]),
        (True, ["超出，已认可", "未达到，已认可"]),
    ):
        checks = [replace(one, waived=waived) for one in (limit, least)]
        document = letter_document(replace(letter, checks=checks), scheme, Terms())
        tables = [part for part in document.parts if isinstance(part, Table)]
        (rows,) = [table.rows for table in tables if "应达到" in table.headings]
        assert [row[1:] for row in rows] == [
            ["不超过 100", "104", ends[0]],
            ["10", "9", ends[1]],
        ]


def test_what_a_progress_index_is_made_of_is_told_in_the_places_of_a_letter(
    assessment: Assessment,
) -> None:
    told = [one for letter in Letters(assessment) for one in letter.progress if one.value]
    assert all(one.made_of for one in told)
    if assessment.scheme.id == "gaojing-2024":
        assert told
        assert all(one.made_of.endswith(f"的平均值 = {one.value}") for one in told)
    for document in documents(assessment):
        assert re.findall(r"\d\.\d{3,}", words_of(document)) == []


def lines(document: Document) -> Sequence[str]:
    return [part.lead + part.text for part in document.parts if isinstance(part, Paragraph)]


def test_a_scheme_without_feedback_has_plain_letters(assessment: Assessment) -> None:
    scheme = assessment.scheme.model_copy(update={"feedback": None})
    letter = letter_document(next(iter(Letters(assessment))), scheme, Terms())
    assert letter.title.endswith("结果的反馈函")
    assert any("有关情况反馈如下" in line for line in lines(letter))
