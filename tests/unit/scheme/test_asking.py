"""The questionnaire as it is asked: halves, answers as given, points when they are read."""

from __future__ import annotations

import pytest

from kaohe.scheme.asking import Asked, asked_of, points_by_question
from tests.worlds.assessing import scheme_file


@pytest.fixture(scope="module")
def asked() -> tuple[Asked, ...]:
    questionnaire = scheme_file().under({}).questionnaire
    assert questionnaire is not None
    return asked_of(questionnaire)


def test_a_question_of_two_facts_is_asked_as_two(asked: tuple[Asked, ...]) -> None:
    assert [one.name for one in asked] == ["q1.1", "q1.2", *(f"q{n}" for n in range(2, 11))]
    knows, visited, *others = asked
    assert [(choice.code, str(choice.points)) for choice in knows.choices] == [
        ("yes", "5"),
        ("partly", "5/2"),
        ("no", "0"),
    ]
    assert [str(choice.points) for choice in visited.choices] == ["5", "0"]
    assert visited.part_of == knows.part_of is not None
    for one in others:
        assert [str(choice.points) for choice in one.choices] == ["10", "8", "6", "3", "0"]
        assert one.help is not None
        assert one.part_of is None


@pytest.mark.parametrize(
    ("answers", "points"),
    [
        ({"q1.1": "yes", "q1.2": "yes"}, "10"),
        ({"q1.1": "partly", "q1.2": "no"}, "2.5"),
        ({"q1.1": "no", "q1.2": "no"}, "0"),
        ({"q1.1": "yes"}, ""),
        ({"q1.2": "yes"}, ""),
        ({}, ""),
    ],
)
def test_half_an_answer_leaves_the_question_empty(
    asked: tuple[Asked, ...], answers: dict[str, str], points: str
) -> None:
    earned = points_by_question(asked, {**answers, "q2": "dissatisfied"})
    assert earned["q1"] == points
    assert earned["q2"] == "3"
    assert earned["q10"] == ""
