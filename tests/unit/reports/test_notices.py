"""The sheet for the door: one page, everything needed, nothing that leads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaohe.reports.notices import Notice, notice_pdf
from kaohe.values.text import Language
from tests.worlds.assessing import scheme_file
from tests.worlds.pdf import Pdf


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_says_dates_ways_and_lines_on_one_page(notice: Notice, language: Language) -> None:
    (page,) = Pdf(notice_pdf(notice, language)).pages()
    for said in (notice.title, notice.address, notice.telephone, notice.paper_at, notice.whom):
        assert said in page
    assert notice.complain_to in page
    dates = ("2024年11月1日至2024年11月30日", "1 November 2024 to 30 November 2024")
    assert dates[language == "en"] in page


def test_it_names_no_answer_that_would_be_welcome(notice: Notice) -> None:
    questionnaire = scheme_file().under({}).questionnaire
    assert questionnaire is not None
    (page,) = Pdf(notice_pdf(notice)).pages()
    assert [one.label.zh for one in questionnaire.answers.values() if one.label.zh in page] == []


def test_what_a_round_does_not_offer_is_not_promised(notice: Notice) -> None:
    bare = replace(notice, telephone="", paper_at="", whom="")
    (page,) = Pdf(notice_pdf(bare)).pages()
    assert not any(word in page for word in ("接线员", "纸质问卷", "请谁作答"))


def test_long_words_stay_on_one_page(notice: Notice) -> None:
    long = replace(notice, title="很长的名称" * 16, paper_at="某处" * 100, whom="某人" * 100)
    assert len(Pdf(notice_pdf(long)).pages()) == 1


def test_the_town_stands_once_before_the_title(notice: Notice) -> None:
    assert notice.heading == "高境镇 2024年下半年线上测评"
    assert replace(notice, title="高境镇下半年测评").heading == "高境镇下半年测评"
