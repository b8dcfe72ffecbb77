"""The questionnaire on paper: every question and answer, large, on two sides."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kaohe.reports.notices import Notice
from kaohe.reports.paper_forms import paper_form_content, paper_form_pdf
from kaohe.scheme.asking import asked_of
from kaohe.scheme.model import Questionnaire
from kaohe.values.text import Language
from tests.worlds.assessing import scheme_file
from tests.worlds.pdf import Pdf

CODE = (4, 4, 4)


@pytest.fixture(scope="module")
def questionnaire() -> Questionnaire:
    found = scheme_file().under({}).questionnaire
    assert found is not None
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_that_is_asked_is_there_on_two_sides(
    questionnaire: Questionnaire, notice: Notice, language: Language
) -> None:
    file = Pdf(paper_form_pdf(questionnaire, notice, CODE, language))
    assert len(file.pages()) == 2
    text = "".join("".join(file.pages()).split())
    for one in asked_of(questionnaire):
        for said in (one.label, one.part_of, one.help, *(choice.label for choice in one.choices)):
            assert said is None or "".join(said[language].split()) in text
    assert notice.paper_at in text
    assert notice.complain_to in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_smaller_than_16_points(
    questionnaire: Questionnaire, notice: Notice, language: Language
) -> None:
    drawn = "".join(Pdf(paper_form_pdf(questionnaire, notice, CODE, language)).drawings())
    sizes = {float(size) for size in re.findall(r"/f\d+ ([\d.]+) Tf", drawn)}
    assert sizes
    assert min(sizes) >= 16


def test_there_is_a_box_to_tick_for_each_answer_and_one_for_each_sign(
    questionnaire: Questionnaire, notice: Notice
) -> None:
    drawn = "".join(Pdf(paper_form_pdf(questionnaire, notice, CODE)).drawings())
    boxes = re.findall(r"0 0 m ([\d.]+) 0 l \1 ([\d.]+) l 0 \2 l\nh\nS", drawn)
    square = [wide for wide, high in boxes if wide == high]
    assert len(square) == sum(len(one.choices) for one in asked_of(questionnaire))
    assert len(boxes) - len(square) == sum(CODE)


def test_for_the_box_in_the_room_there_is_no_code(
    questionnaire: Questionnaire, notice: Notice
) -> None:
    text = "".join(Pdf(paper_form_pdf(questionnaire, notice, ())).pages())
    assert "答题码" not in text
    assert "投入票箱" in text


def test_points_are_not_on_paper(questionnaire: Questionnaire, notice: Notice) -> None:
    text = "".join(Pdf(paper_form_pdf(questionnaire, notice, CODE)).pages())
    assert "分" not in text.replace("知道一部分", "")
    assert "2.5" not in text


def test_sections_stand_once_and_halves_below_their_question(
    questionnaire: Questionnaire, notice: Notice
) -> None:
    content = paper_form_content(questionnaire, notice, CODE)
    questions = content["questions"]
    assert isinstance(questions, list)
    assert [one["number"] for one in questions] == [*range(1, 11)]
    sections = [one["section"] for one in questions if one["section"]]
    assert len(sections) == len(set(sections)) == 5
    assert [len(one["ticks"]) for one in questions] == [2, *[1] * 9]


def test_without_a_place_to_bring_it_none_is_named(
    questionnaire: Questionnaire, notice: Notice
) -> None:
    text = "".join(Pdf(paper_form_pdf(questionnaire, replace(notice, paper_at=""), CODE)).pages())
    assert "交到" not in text
    assert "投诉电话" in text
