"""Meetings as each role finds them: called, drawn, attended, voted, typed, closed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kaohe.web.audit.models import Event
from kaohe.web.surveys.models import Meeting, MeetingHousehold
from kaohe.web.surveys.rounds import asking_of
from tests.web.cast import Cast
from tests.web.meetings import (
    HOUSEHOLD,
    PARTY,
    attended,
    called,
    count_of,
    drawn,
    ended,
    meeting_round,
    slips,
    typed,
)
from tests.web.rounds import ANSWERS, fields, one_of_each, send, ticks
from tests.worlds.pdf import Pdf

pytestmark = pytest.mark.either_database

FORM = {
    "area": "",
    "held_on": "2024-11-19",
    "begins_at": "19:00",
    "place": "居委会二楼",
    "leader": "分管副镇长",
    "departments": ["社建办", "城建中心"],
}


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def address(row: Meeting, act: str = "") -> str:
    return f"/surveys/meetings/{row.pk}/{act}"


def test_a_clerk_calls_a_meeting_and_draws(cast: Cast) -> None:
    held, clerk = meeting_round(cast), cast.client("clerk")
    sent = {
        **FORM,
        "round": held.pk,
        "area": cast.area("J01").pk,
        "observer": cast.user("inspection").pk,
    }
    page = clerk.post("/surveys/meetings/add", sent, follow=True)
    assert "云溪苑居民区座谈会" in text_of(page)
    assert "社建办、城建中心" in text_of(page)
    row = Meeting.objects.get()
    assert "还没有登记住户" in text_of(page)
    assert clerk.post(address(row, "draw"), {"share": "60"}).status_code == 403
    from tests.web.rounds import households

    households(cast, "J01", 60)
    assert "至少 6 户到会；登记的住户 60 户" in text_of(clerk.get(address(row)))
    assert clerk.post(address(row, "draw"), {"share": "0"}).status_code == 422
    page = clerk.post(address(row, "draw"), {"share": "50"}, follow=True)
    assert "随机抽取 12 户邀请，替补 12 户，预计到会 50%" in text_of(page)


def test_the_record_says_what_does_not_fit(cast: Cast) -> None:
    held, clerk = meeting_round(cast), cast.client("clerk")
    sent = {
        **FORM,
        "round": held.pk,
        "area": cast.area("J01").pk,
        "held_on": "2024-12-24",
        "observer": cast.user("secretary").pk,
    }
    page = clerk.post("/surveys/meetings/add", sent)
    assert page.status_code == 422
    assert "座谈会要在轮次期间召开：2024-11-01 至 2024-11-30。" in text_of(page)
    assert "id_observer_error" in text_of(page)
    assert not Meeting.objects.exists()


def test_without_a_round_of_meetings_none_is_called(cast: Cast) -> None:
    page = cast.client("clerk").get("/surveys/meetings/")
    assert "请先设立" in text_of(page)


def test_a_secretary_marks_who_came_and_sees_no_more(cast: Cast) -> None:
    row = drawn(cast)
    secretary = cast.client("secretary")
    page = text_of(secretary.get(address(row, "attendance")))
    ids = re.findall(r'name="came" value="([^"]+)"', page)
    assert len(ids) == 20
    seen = re.findall(r'name="seen" value="(\d+)"', page)[0]
    sent = {"came": ids[:3], "brought": "", "number_1": "2", "reason": "", "seen": seen}
    assert "已登记到会" in text_of(secretary.post(address(row, "attendance"), sent, follow=True))
    assert (count_of(row).came, count_of(row, PARTY).came) == (3, 2)
    again = secretary.post(address(row, "attendance"), sent)
    assert again.status_code == 422
    assert "刚才有人改过" in text_of(again)
    wrong = secretary.post(address(row, "attendance"), {**sent, "brought": "J99", "seen": ""})
    assert "没有登记这些住户：“J99”" in text_of(wrong)
    assert wrong.content.decode().count("checked") == 3
    page = text_of(secretary.get(address(row)))
    assert row.seed not in page
    assert "?room=1" not in page
    assert "结束投票" not in page


@pytest.mark.parametrize(
    ("who", "sees", "lists", "runs"),
    [
        ("clerk", 200, 404, True),
        ("inspection", 200, 404, True),
        ("other_inspection", 404, 404, False),
        ("scorer", 404, 404, False),
        ("secretary", 200, 200, False),
        ("other_secretary", 404, 404, False),
        ("leader", 200, 404, False),
        ("auditor", 200, 200, False),
        ("group_head", 200, 404, False),
        ("group_member", 200, 404, False),
        ("worker", 404, 404, False),
        ("survey_manager", 404, 404, False),
        ("administrator", 404, 404, False),
        ("max", 404, 404, False),
        ("stranger", 404, 404, False),
    ],
)
def test_who_sees_what(cast: Cast, who: str, sees: int, lists: int, runs: bool) -> None:
    row = attended(cast, drawn(cast), 2)
    client = cast.client(who)
    page = client.get(address(row))
    assert page.status_code == sees
    assert ("?room=1" in page.content.decode()) == runs
    listed = client.get(address(row, "attendance"))
    assert listed.status_code == lists
    for act in ("slips", "papers", "close"):
        code = client.post(
            address(row, act),
            {
                "slips-number_0": "1",
                "slips-number_1": "0",
                "papers-number_0": "0",
                "papers-number_1": "0",
            },
        ).status_code
        assert code in ((200, 302) if runs else (403, 404)), act
    assert client.post(address(row, "draw"), {"share": "60"}).status_code in (403, 404)
    assert client.post(address(row, "attendance"), {}).status_code == (
        422 if who == "secretary" else 404
    )
    assert client.get(address(row, "frame")).status_code == (200 if who == "auditor" else 404)
    assert client.get(address(row, f"papers/{HOUSEHOLD}")).status_code == (200 if runs else 404)


def test_the_leading_group_sees_who_was_drawn_and_who_was_brought(cast: Cast) -> None:
    row = drawn(cast)
    listed = set(row.households.values_list("household_id", flat=True))
    outside = next(f"J01-1-{n:05}" for n in range(20) if f"J01-1-{n:05}" not in listed)
    attended(cast, row, 3, brought=[outside])
    page = text_of(cast.client("group_head").get(address(row)))
    assert "到会 4 户" in page
    assert "居民区另请的 1 户；75% 来自抽取的名单" in page
    assert not any(one in page for one in listed)


def test_slips_are_shown_once(cast: Cast) -> None:
    row = drawn(cast)
    observer = cast.client("inspection")
    page = observer.post(address(row, "slips"), {"slips-number_0": "3", "slips-number_1": "1"})
    found = re.findall(r'class="slip-code">([^<]+)<', page.content.decode())
    assert len(set(found)) == 4
    assert "no-store" in page["Cache-Control"]
    assert f"/f/{row.round.tag}" in page.content.decode()
    attended(cast, row, 1)
    assert send(row.round, found[0]).status_code == 200
    assert found[1] not in text_of(observer.get(address(row)))
    none = observer.post(address(row, "slips"), {"slips-number_0": "0", "slips-number_1": "0"})
    assert none.status_code == 422


def code_in(page: Any) -> str:
    return re.findall(r'class="slip-code big">([^<]+)<', page.content.decode())[0]


def ticked(row: Meeting, answers: dict[str, str]) -> dict[str, str]:
    return ticks(asking_of(row.round).asked, answers)


def type_all(client: Client, row: Meeting, code: str, papers: list[dict[str, str]]) -> Any:
    page = client.post(address(row, f"papers/{HOUSEHOLD}"), {"code": code})
    for number, answers in enumerate(papers, start=1):
        assert f'name="number" value="{number}"' in page.content.decode()
        sent = {"code": code, "act": "type", "number": str(number), **ticked(row, answers)}
        page = client.post(address(row, f"papers/{HOUSEHOLD}"), sent)
        assert "no-store" in page["Cache-Control"]
    return page


def test_two_people_type_see_where_they_differ_and_seal(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 3)
    clerk, observer = cast.client("clerk"), cast.client("inspection")
    page = observer.post(address(row, "papers"), {"papers-number_0": "2", "papers-number_1": "0"})
    code = code_in(page)
    assert "no-store" in page["Cache-Control"]
    there = address(row, f"papers/{HOUSEHOLD}")
    for wrong in ("", "ABC", "2222-2222-2222"):
        assert clerk.post(there, {"code": wrong}).status_code == 422
    page = type_all(clerk, row, code, [ANSWERS, ANSWERS])
    assert "须由两人各自" in text_of(page)
    page = type_all(observer, row, code, [ANSWERS, {**ANSWERS, "q3": "fair"}])
    assert re.search(r'value="2">第 2 张</button> 第 3 题', text_of(page))
    refused = observer.post(there, {"code": code, "act": "seal"})
    assert refused.status_code == 403
    page = observer.post(there, {"code": code, "act": "show", "number": "2"})
    assert one_of_each(page.content.decode())[3] == "03"
    again = {"code": code, "act": "type", "number": "2", **ticked(row, ANSWERS)}
    page = observer.post(there, again)
    assert "录得完全一样" in text_of(page)
    page = observer.post(there, {"code": code, "act": "seal"}, follow=True)
    assert "已封入票箱" in text_of(page)
    page = clerk.post(address(row, "close"), follow=True)
    assert "座谈会已完成" in text_of(page)
    assert "结束投票" not in text_of(clerk.get(address(row)))


def test_what_one_typed_is_not_shown_to_the_other(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 3)
    code = ended(cast, row, homes=1)
    typed(cast, "clerk", row, code, {1: ANSWERS})
    page = cast.client("inspection").post(address(row, f"papers/{HOUSEHOLD}"), {"code": code})
    assert set(one_of_each(page.content.decode())) == {"00"}


# -- the shared tablet


def test_a_shared_tablet_goes_back_to_an_empty_form(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 2)
    [code, other] = slips(cast, row, 2)[HOUSEHOLD]
    room = f"/f/{row.round.tag}?room=1"
    form = Client().get(room)
    assert "no-store" in form["Cache-Control"]
    assert 'autocomplete="off" data-shared="?room=1"' in form.content.decode()
    assert "居民区只登记谁到会" in form.content.decode()
    done = Client().post(room, {"code": code, **fields(row.round, ANSWERS)})
    assert done.status_code == 200
    assert "no-store" in done["Cache-Control"]
    assert 'content="30;url=?room=1"' in done.content.decode()
    assert 'href="?room=1"' in done.content.decode()
    assert "satisfied" not in done.content.decode()
    own = Client().get(f"/f/{row.round.tag}")
    assert "data-shared" not in own.content.decode()
    assert "no-store" not in own["Cache-Control"]
    english = Client().post(f"{room}&lang=en", {"code": other, **fields(row.round, ANSWERS)})
    assert 'href="?room=1&amp;lang=en"' in english.content.decode()


def test_a_form_in_a_room_offers_neither_telephone_nor_a_box_elsewhere(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 1)
    page = Client().get(f"/f/{row.round.tag}").content.decode()
    assert row.round.telephone not in page
    assert "封口箱" not in page
    [code] = slips(cast, row, 1)[HOUSEHOLD]
    assert send(row.round, code).status_code == 200
    again = send(row.round, code).content.decode()
    assert "换一张纸条" in again
    assert "您家" not in again


def test_the_form_on_paper_is_for_those_who_run_the_meeting(cast: Cast) -> None:
    row = drawn(cast)
    for who, status in (("clerk", 200), ("inspection", 200), ("secretary", 404), ("leader", 404)):
        answer = cast.client(who).get(address(row, f"form/{PARTY}"))
        assert answer.status_code == status, who
        if status == 200:
            text = "".join(Pdf(answer.content).pages())
            assert "座谈会（党员）" in text
            assert "云溪苑居民区" in text
            assert "答题码" not in text
    assert cast.client("clerk").get(address(row, "form/online.2")).status_code == 404


def test_once_the_voting_is_over_nobody_is_sent_to_the_form(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 2)
    assert "?room=1" in text_of(cast.client("clerk").get(address(row)))
    ended(cast, row)
    assert "?room=1" not in text_of(cast.client("clerk").get(address(row)))


@pytest.mark.parametrize("act", ["slips", "papers"])
def test_what_is_shown_once_leads_back_when_it_is_loaded_again(cast: Cast, act: str) -> None:
    row = drawn(cast)
    answer = cast.client("clerk").get(address(row, act))
    assert answer.headers["Location"] == address(row)


def test_the_list_at_the_door_is_in_the_order_of_the_ids_and_reserves_in_their_own(
    cast: Cast,
) -> None:
    row = drawn(cast)
    page = cast.client("secretary").get(address(row, "attendance")).content.decode()
    shown = re.findall(r'name="came" value="([^"]+)"', page)
    listed = {one.household_id: (one.building, one.stands_by) for one in row.households.all()}
    assert shown == sorted(listed, key=lambda one: (*listed[one], one))


def test_the_log_tells_numbers_in_words(cast: Cast) -> None:
    attended(cast, drawn(cast), 2, 1)
    told = Event.objects.get(act="surveys.attendance_marked").told
    assert told.endswith("座谈会（居民户） 2、座谈会（党员） 1")


def test_a_round_by_codes_knows_no_room(cast: Cast) -> None:
    from tests.web.rounds import opened

    held, _ = opened(cast)
    assert "data-shared" not in Client().get(f"/f/{held.tag}?room=1").content.decode()


def test_the_list_of_meetings_takes_few_queries(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    held = meeting_round(cast)
    for area in ("J01", "J02", "J03"):
        called(cast, area_id=area, homes=2, round=held)
    client = cast.client("clerk")
    with django_assert_max_num_queries(20):
        client.get("/surveys/meetings/")
    assert MeetingHousehold.objects.count() == 0
