"""The pages of rounds: who sees them, and a round led from beginning to end by its buttons."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from kaohe.web.cycles.facts import counted_areas
from kaohe.web.surveys import boxes, durability
from kaohe.web.surveys.models import Ballot, Round
from tests.web.cast import Cast
from tests.web.meetings import called
from tests.web.rounds import VALUES, households, opened, prepared, send

pytestmark = pytest.mark.either_database

SEEING = ("clerk", "inspection", "auditor", "group_head", "group_member")


def sent(client: Any, address: str, **values: Any) -> Any:
    """Open a page, then send its form with the keys that the page gave."""
    page = client.get(address).content.decode()
    keys = dict(re.findall(r'name="(submission|seen)" value="([^"]*)"', page))
    return client.post(address, {**keys, **values})


def test_a_round_is_led_by_its_buttons(cast: Cast) -> None:
    clerk = cast.client("clerk")
    households(cast, "J01", 2)
    values = {name: str(value) for name, value in VALUES.items() if name != "samples"}
    made = sent(clerk, "/surveys/add", samples=["online.2"], **values)
    assert made.status_code == 302
    held = Round.objects.get()
    page = f"/surveys/{held.pk}/"
    assert "还没有生成答题码" in clerk.get(page).content.decode()
    clerk.post(f"{page}slips/J01")
    assert sent(clerk, f"{page}open").status_code == 302
    assert sent(clerk, f"{page}pause", reason="停电").status_code == 302
    assert Round.objects.get().state == "paused"
    assert clerk.post(f"{page}resume").status_code == 302
    assert sent(clerk, f"{page}extend", until="2024-12-05", reason="雨天").status_code == 302
    assert Round.objects.get().closes_on == date(2024, 12, 5)
    assert sent(clerk, f"{page}close", reason="已满").status_code == 302
    held = Round.objects.get()
    assert (held.state, held.ballots) == ("counted", 0)
    counted = clerk.get(page).content.decode()
    assert "已销毁" in counted
    assert "生成" not in counted, "nothing about codes once no more are made"


def test_a_form_that_comes_twice_makes_one_round(cast: Cast) -> None:
    clerk = cast.client("clerk")
    page = clerk.get("/surveys/add").content.decode()
    keys = dict(re.findall(r'name="(submission|seen)" value="([^"]*)"', page))
    values = {name: str(value) for name, value in VALUES.items() if name != "samples"}
    for _ in range(2):
        answer = clerk.post("/surveys/add", {**keys, **values, "samples": ["online.2"]})
        assert answer.status_code == 302
    assert Round.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"samples": []}, "请至少选一个样本"),
        ({"closes_on": "2024-10-01"}, "截止日期不能早于开始日期"),
        ({"samples": ["online.1", "online.2"]}, "只能选一个样本"),
        ({"title": ""}, "必填"),
        ({"complain_to": ""}, "必填"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, change: Any, said: str) -> None:
    values = {**VALUES, **change}
    answer = sent(cast.client("clerk"), "/surveys/add", **values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Round.objects.exists()


def test_those_who_may_see_rounds_see_them_and_nobody_else(cast: Cast) -> None:
    held, _ = opened(cast)
    for username in ("clerk", "scorer", "leader", "secretary", "worker", "provider", "finance"):
        for address in ("/surveys/", f"/surveys/{held.pk}/"):
            expected = 200 if username in SEEING else 404
            assert cast.client(username).get(address).status_code == expected, username
    for username in SEEING:
        page = cast.client(username).get(f"/surveys/{held.pk}/").content.decode()
        assert ("生成并下载" in page) == (username == "clerk")
    assert cast.client("stranger").get(f"/surveys/{held.pk}/").status_code == 404


def test_only_the_clerk_acts(cast: Cast) -> None:
    held, _ = opened(cast)
    for username in ("inspection", "auditor", "group_head", "secretary"):
        for act in ("change", "pause", "extend", "close", "open", "links"):
            answer = cast.client(username).get(f"/surveys/{held.pk}/{act}")
            assert answer.status_code == 404, (username, act)


def test_the_key_is_shown_to_its_keeper_once(cast: Cast) -> None:
    clerk, keeper, head = map(cast.client, ("clerk", "inspection", "group_head"))
    households(cast, "J01", 1)
    values = {name: str(value) for name, value in VALUES.items() if name != "samples"}
    sent(clerk, "/surveys/add", samples=["online.2"], two_keepers="on", **values)
    held = Round.objects.get()
    page = f"/surveys/{held.pk}/"
    clerk.post(f"{page}slips/J01")
    assert "两人分别领取" in clerk.get(page).content.decode()
    assert clerk.post(f"{page}key").status_code == 404
    keys = []
    for client in (keeper, head):
        shown = client.post(f"{page}key").content.decode()
        keys.append("-".join(re.findall(r"<code>([0-9A-F]{4})</code>", shown)))
        assert len(keys[-1]) == 79
        assert client.post(f"{page}key").status_code == 403
        assert client.get(f"{page}key").headers["Location"] == page
        assert keys[-1][:4] not in client.get(page).content.decode().partition("SHA")[0]
    assert sent(clerk, f"{page}open").status_code == 302
    box = boxes.box_of(held.tag)
    with box.work() as work:
        assert work.run("SELECT count(*) FROM {box}codes") == [(1,)]
    sent(clerk, f"{page}close", reason="已满")
    assert "等两位保管人先后交回密钥" in clerk.get(page).content.decode()
    early = head.get(page).content.decode()
    assert f"请等{cast.user('inspection').name}先交回" in early
    assert "key/hand-in" not in early
    wrong = sent(keeper, f"{page}key/hand-in", key=keys[1])
    assert wrong.status_code == 422
    assert "密钥不对" in wrong.content.decode()
    assert sent(keeper, f"{page}key/hand-in", key=keys[0].lower()).status_code == 302
    assert Round.objects.get().state == "closed"
    shown = keeper.get(page).content.decode()
    assert f"{cast.user('inspection').name}（已交回）" in shown
    assert "key/hand-in" not in shown, "brought once"
    assert sent(head, f"{page}key/hand-in", key=keys[1]).status_code == 302
    assert Round.objects.get().state == "counted"
    assert "已销毁" in head.get(page).content.decode()
    for client, told in ((keeper, True), (head, True), (clerk, False)):
        assert ("当场撕毁" in client.get(page).content.decode()) == told


def test_a_round_does_not_begin_after_its_last_day(cast: Cast) -> None:
    held = prepared(cast, closes_on=date(2024, 11, 19), manner="surveyor", samples=["third_party"])
    clerk = cast.client("clerk")
    assert "截止日期已过" in clerk.get(f"/surveys/{held.pk}/").content.decode()
    assert sent(clerk, f"/surveys/{held.pk}/open").status_code == 403


def test_new_codes_in_place_of_old_ones_take_a_second_look(cast: Cast) -> None:
    held, _ = opened(cast)
    page = cast.client("clerk").get(f"/surveys/{held.pk}/").content.decode()
    assert page.count("原来的作废，重新生成") == 1
    assert page.index("<summary>重新生成") < page.index("原来的作废，重新生成")


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"manner": "meeting", "samples": ["meeting.household"]}, "/surveys/meetings/"),
        ({"manner": "surveyor", "samples": ["third_party"]}, "/fieldwork/{}/"),
    ],
)
def test_a_round_leads_to_where_it_is_worked_on(cast: Cast, values: Any, where: str) -> None:
    held = prepared(cast, **values)
    page = cast.client("clerk").get(f"/surveys/{held.pk}/").content.decode()
    content = page[page.index("<main") :]
    assert f'href="{where.format(held.pk)}"' in content


def test_closing_warns_of_meetings_whose_record_is_open(cast: Cast) -> None:
    row = called(cast)
    page = f"/surveys/{row.round_id}/close"
    assert "还有 1 场座谈会没有完成记录" in cast.client("clerk").get(page).content.decode()


def test_no_page_of_the_town_shows_a_ballot_or_who_took_part(cast: Cast) -> None:
    held, codes = opened(cast, {"J01": 3})
    for code in codes.values():
        assert send(held, code).status_code == 200
    from tests.web.rounds import closed

    closed(cast, held)
    ballot = str(Ballot.objects.order_by("pk").values_list("pk", flat=True)[0])
    for username in (*SEEING, "secretary", "statistics"):
        client = cast.client(username)
        for address in ("/surveys/", f"/surveys/{held.pk}/", "/results/", "/"):
            page = client.get(address).content.decode()
            assert ballot not in page, (username, address)
            assert "J01-1-0000" not in page, (username, address)


def test_the_page_of_an_open_round_says_how_many_took_part_and_no_more(cast: Cast) -> None:
    held, codes = opened(cast, {"J01": 3})
    page = f"/surveys/{held.pk}/"
    assert "0 户" in cast.client("clerk").get(page).content.decode()
    assert send(held, codes["J01-1-00002"]).status_code == 200
    shown = cast.client("clerk").get(page).content.decode()
    assert "<dt>已参加</dt><dd>1 户</dd>" in shown
    assert "J01-1-00002" not in shown


def test_a_register_smaller_than_the_frozen_count_is_told_before_slips_go_out(cast: Cast) -> None:
    held = prepared(cast)
    clerk, page = cast.client("clerk"), f"/surveys/{held.pk}/"
    counts = {row["area_id"]: int(row["households"]) for row in counted_areas(cast.cycle)}
    households(cast, "J01", counts["J01"] - 2)
    households(cast, "J02", counts["J02"])
    text = clerk.get(page).content.decode()
    assert f"有 {len(counts) - 1} 个居民区登记的住户少于冻结的户数" in text
    row = text.partition(f'<th scope="row">{cast.area("J01")}</th>')[2].partition("</tr>")[0]
    for told in (str(counts["J01"] - 2), str(counts["J01"]), "少登记 2 户"):
        assert told in row
    for area, count in counts.items():
        households(cast, area, count, building=f"{area}-2")
    assert "少于冻结的户数" not in clerk.get(page).content.decode()


def test_a_clerk_is_told_what_the_database_server_does_not_keep(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/surveys/{prepared(cast).pk}/"
    with monkeypatch.context() as patch:
        patch.setattr(durability, "settings_off", lambda: ["fsync", "full_page_writes"])
        for address in (page, f"{page}open"):
            told = cast.client("clerk").get(address).content.decode()
            assert "数据库服务器关闭了 fsync、full_page_writes：停电" in told
        assert "关闭了" not in cast.client("auditor").get(page).content.decode()
    monkeypatch.setattr(durability, "settings_off", list)
    for address in (page, f"{page}open"):
        assert "关闭了" not in cast.client("clerk").get(address).content.decode()
