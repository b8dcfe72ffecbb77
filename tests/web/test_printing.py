"""What is printed for a round: slips whose codes work, the sheet for the door, the paper form."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from kaohe.web.audit.models import Event
from kaohe.web.surveys import boxes
from kaohe.web.surveys.codes import read
from kaohe.web.surveys.models import Round
from tests.web.cast import Cast
from tests.web.rounds import closed, households, opened, prepared, send
from tests.web.workbooks import rows_of
from tests.worlds.pdf import Pdf

pytestmark = pytest.mark.either_database


def test_slips_are_made_for_an_area_and_void_the_ones_before(cast: Cast) -> None:
    held = prepared(cast)
    households(cast, "J01", 5)
    client, address = cast.client("clerk"), f"/surveys/{held.pk}/slips/J01"
    before = Event.objects.count()
    answer = client.post(address)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert "云溪苑" in unquote(answer["Content-Disposition"])
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.count() == before + 1
    box = boxes.box_of(held.tag)
    with box.work() as work:
        first = set(work.run("SELECT digest FROM {box}codes"))
    client.post(address)
    with box.work() as work:
        second = set(work.run("SELECT digest FROM {box}codes"))
    assert len(first) == len(second) == 5
    assert not first & second


def test_a_page_never_makes_codes_by_being_opened(cast: Cast) -> None:
    held = prepared(cast)
    households(cast, "J01", 2)
    assert cast.client("clerk").get(f"/surveys/{held.pk}/slips/J01").status_code == 405
    assert boxes.codes_by_area(boxes.box_of(held.tag)) == {}


def test_the_list_for_handing_out_names_households_and_no_code(cast: Cast) -> None:
    held, codes = opened(cast, {"J01": 2})
    households(cast, "J01", 1, "J01-2")
    answer = cast.client("clerk").get(f"/surveys/{held.pk}/handing-out/J01")
    rows = rows_of(answer.content)
    assert [row[:3] for row in rows[2:]] == [
        ["J01-1", 1, "J01-1-00000"],
        ["J01-1", 2, "J01-1-00001"],
        ["J01-2", 1, "J01-2-00000"],
    ]
    told = str(rows)
    assert not any(code in told for code in codes.values())
    assert cast.client("secretary").get(f"/surveys/{held.pk}/handing-out/J01").status_code == 404


@pytest.mark.parametrize("name", ["notice", "paper"])
def test_what_is_posted_and_filled_in_by_hand_is_a_pdf(cast: Cast, name: str) -> None:
    held, _ = opened(cast)
    answer = cast.client("clerk").get(f"/surveys/{held.pk}/{name}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    again = cast.client("clerk").get(f"/surveys/{held.pk}/{name}")
    assert again.content == answer.content


def test_only_the_clerk_prints(cast: Cast) -> None:
    held, _ = opened(cast)
    for other in ("secretary", "worker", "auditor", "group_head", "inspection", "survey_manager"):
        client = cast.client(other)
        for slips in ("slips", "added-slips"):
            assert client.post(f"/surveys/{held.pk}/{slips}/J01").status_code == 404, other
        assert client.get(f"/surveys/{held.pk}/notice").status_code == 404, other


def test_a_closed_round_prints_no_slips(cast: Cast) -> None:
    held, _ = opened(cast)
    closed(cast, held)
    for slips in ("slips", "added-slips"):
        assert cast.client("clerk").post(f"/surveys/{held.pk}/{slips}/J01").status_code == 403
    assert Round.objects.get(pk=held.pk).state == "counted"


def test_households_that_came_later_get_codes_and_all_others_keep_theirs(cast: Cast) -> None:
    held, codes = opened(cast, {"J01": 3, "J02": 1})
    assert send(held, codes["J01-1-00000"]).status_code == 200
    clerk, page = cast.client("clerk"), f"/surveys/{held.pk}/"
    assert "补发" not in clerk.get(page).content.decode()
    households(cast, "J01", 2, "J01-0")
    assert "补发 2 户" in clerk.get(page).content.decode()
    before = Event.objects.count()
    answer = clerk.post(f"{page}added-slips/J01")
    assert "no-store" in answer["Cache-Control"]
    told = "".join(Pdf(answer.content).pages())
    assert re.findall(r"(J01-\d) · (\S*?\d+)", told) == [("J01-0", "补1"), ("J01-0", "补2")]
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("number").act == "surveys.codes_added"
    added = [read(one) for one in re.findall(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}", told)]
    assert len(set(added)) == 2
    kept = [codes["J01-1-00001"], codes["J01-1-00002"], codes["J02-1-00000"]]
    assert [send(held, code).status_code for code in (*added, *kept)] == [200] * 5
    assert send(held, codes["J01-1-00000"]).status_code == 409
    assert "补发" not in clerk.get(page).content.decode()
    refused = clerk.post(f"{page}added-slips/J01")
    assert refused.status_code == 403
    assert "每户都已有答题码" in refused.content.decode()
    assert closed(cast, held).ballots == 6


def test_adding_tells_no_difference_between_codes_that_are_used_and_not(cast: Cast) -> None:
    held, codes = opened(cast, {"J01": 2})
    households(cast, "J01", 1, "J01-2")
    page, clerk = f"/surveys/{held.pk}/", cast.client("clerk")

    def table() -> str:
        return clerk.get(page).content.decode().partition("<tbody>")[2]

    before = re.sub(r'value="[^"]*"', "", table())
    assert send(held, codes["J01-1-00000"]).status_code == 200
    assert re.sub(r'value="[^"]*"', "", table()) == before
