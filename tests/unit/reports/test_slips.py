"""Slips: one a household, 24 to a sheet, each building apart, each with its own link."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

import pytest
import segno

from kaohe.reports.notices import Notice
from kaohe.reports.slips import Slip, slips_content, slips_pdf
from kaohe.values.text import Language
from tests.worlds.pdf import Pdf

MILLIMETRE = 72 / 25.4
AREA = "高境三村"


def slips(**households: int) -> list[Slip]:
    """So many slips for each building; their codes differ."""
    return [
        Slip(f"{building[1:]}号楼", f"K7QH-{building[1:]:0>4}-{place:04}")
        for building, count in households.items()
        for place in range(count)
    ]


def lines_of(link: str) -> str:
    """A link's QR code as it is drawn in PDF: a stroke through each run of black modules."""
    strokes = []
    for down, row in enumerate(segno.make(link, error="m", micro=False).matrix):
        across = 0
        for black, run in groupby(row):
            end = across + len(list(run))
            strokes += [f"{across} {down + 0.5} m {end} {down + 0.5} l"] if black else []
            across = end
    return " ".join(strokes)


def places_on(page: str, notice: Notice) -> list[tuple[str, str]]:
    """Building and number at the edge of each slip, which follow the line for complaints."""
    return re.findall(rf"{notice.complain_to}(\d+号楼) · (\d+)", page)


@pytest.fixture(scope="module")
def given() -> list[Slip]:
    return slips(_10=7, _2=26, _3=24)


def test_sheets_hold_24_and_no_sheet_holds_two_buildings(given: list[Slip], notice: Notice) -> None:
    pages = Pdf(slips_pdf(given, notice, AREA)).pages()
    held = [{building for building, _ in places_on(page, notice)} for page in pages]
    assert held == [{"2号楼"}, {"2号楼"}, {"3号楼"}, {"10号楼"}]
    assert [len(re.findall("K7QH", page)) for page in pages] == [24, 2, 24, 7]
    heads = [re.split(r"(?<=\d / \d)", page)[0] for page in pages]
    assert [head.startswith(AREA) for head in heads] == [True] * 4
    assert [re.findall(r"(\d+号楼).*(\d / \d)", head) for head in heads] == [
        [("2号楼", "1 / 2")],
        [("2号楼", "2 / 2")],
        [("3号楼", "1 / 1")],
        [("10号楼", "1 / 1")],
    ]


def test_slips_of_a_building_keep_their_order_and_are_numbered(
    given: list[Slip], notice: Notice
) -> None:
    pages = "".join(Pdf(slips_pdf(given, notice, AREA)).pages())
    for building in ("2号楼", "3号楼", "10号楼"):
        codes = [slip.code for slip in given if slip.building == building]
        assert [code for code in re.findall(r"K7QH-\d{4}-\d{4}", pages) if code in codes] == codes
        numbers = [int(number) for held, number in places_on(pages, notice) if held == building]
        assert numbers == [*range(1, len(codes) + 1)]


def test_each_slip_carries_its_own_link_and_it_is_large_enough(notice: Notice) -> None:
    given = slips(_2=5)
    (drawn,) = Pdf(slips_pdf(given, notice, AREA)).drawings()
    pictures = [lines_of(f"{notice.link}#{slip.code}") for slip in given]
    places = [drawn.find(picture) for picture in pictures]
    assert -1 not in places
    assert places == sorted(places)
    modules = len(segno.make(f"{notice.link}#{given[0].code}", error="m").matrix)
    for place in places:
        scale = float(re.findall(r"q ([\d.]+) 0 0 -[\d.]+ [\d. ]+ cm", drawn[:place])[-1])
        assert scale * modules >= 22 * MILLIMETRE - 0.01


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_slip_says_all_that_is_needed_and_nobody_s_id(notice: Notice, language: Language) -> None:
    (page,) = Pdf(slips_pdf(slips(_2=1), notice, AREA, language)).pages()
    for said in (notice.heading, notice.address, "K7QH-0002-0000", "021-36120001", "021-36120002"):
        assert said in page
    assert ("2024年11月30日" if language == "zh" else "30 November 2024") in page
    assert ("自愿参加，不记名" if language == "zh" else "Voluntary, no names.") in page
    assert set(Slip.__dataclass_fields__) == {"building", "code", "place"}


def test_what_a_round_does_not_offer_is_not_on_its_slips(notice: Notice) -> None:
    (page,) = Pdf(slips_pdf(slips(_2=1), replace(notice, telephone=""), AREA)).pages()
    assert "电话作答" not in page
    assert "投诉电话 021-36120002" in page


def test_no_words_are_so_long_that_a_code_moves_off_its_slip(notice: Notice) -> None:
    long = replace(notice, title="很长的名称" * 16, telephone="0" * 60, complain_to="1" * 60)
    places = []
    for words, building in ((notice, "2号楼"), (long, "很长的楼栋名称甲乙丙丁第一百号")):
        given = [Slip(building, slip.code) for slip in slips(_2=24)]
        (runs,) = Pdf(slips_pdf(given, words, AREA)).runs()
        places.append([(run.across, run.up) for run in runs if run.text.startswith("K7QH")])
    assert places[0] == places[1]
    assert len(places[0]) == 24


def test_no_slips_are_an_empty_document_and_not_a_fault(notice: Notice) -> None:
    assert slips_content([], notice, AREA)["buildings"] == []
    assert slips_pdf([], notice, AREA).startswith(b"%PDF")


def test_the_same_slips_are_the_same_bytes(given: list[Slip], notice: Notice) -> None:
    assert slips_pdf(given, notice, AREA) == slips_pdf(list(given), notice, AREA)
    assert slips_pdf(given, notice, AREA) != slips_pdf(given[1:], notice, AREA)
