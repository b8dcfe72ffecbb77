"""How far the third party is: rates with how they come about, quotas, back-checks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kaohe.web.audit.models import Event
from kaohe.web.surveys.fieldwork_presenters import together, works_of
from kaohe.web.surveys.models import BackCheck, ReturnFile, SampleDraw, SampleHousehold
from tests.web.cast import NOW, Cast
from tests.web.exports import FULL
from tests.web.fieldwork import SIZES, at_work, hand_in, returned, to_ask, told

pytestmark = pytest.mark.either_database


def some_work(cast: Cast, client: Client) -> SampleDraw:
    """J01: three complete, one partial, one refused, one not eligible, two reserves unheard of."""
    held, draw = at_work(cast)
    rows = to_ask(draw, "J01")
    ends = ("I", "I", "I", "P", "R", "NE")
    file = [(one, end, "F01", FULL) for one, end in zip(rows, ends, strict=True)]
    hand_in(client, held, returned(file))
    return draw


def test_rates_are_exact_and_say_how_they_come_about(cast: Cast) -> None:
    draw = some_work(cast, cast.client("survey_manager"))
    first, second, third = works_of(draw)
    # Six on the main list; partial, refused and not eligible each released a reserve.
    assert (first.wanted, first.to_ask, first.told, first.completed) == (6, 9, 6, 3)
    assert dict(first.counts)["UH"] == 3
    assert first.rates == ("37.5%", "50.0%")
    assert "完成 3 ÷ 8 = 37.5%" in first.sentence
    assert "加部分完成 1，4 ÷ 8 = 50.0%" in first.sentence
    assert second.rates == ("0.0%", "0.0%")
    whole = together([first, second, third])
    assert whole.wanted == sum(SIZES.values())
    assert whole.to_ask == sum(SIZES.values()) + 3
    assert "完成 3 ÷ 21" in whole.sentence


def test_the_town_reads_rates_in_the_order_of_areas_whoever_is_ahead(cast: Cast) -> None:
    draw = some_work(cast, cast.client("survey_manager"))
    rows = to_ask(draw, "J03")
    hand_in(cast.client("survey_manager"), draw.vendor.round, returned(told(rows)))
    for username in ("clerk", "group_head", "group_member", "auditor"):
        page = cast.client(username).get(f"/fieldwork/{draw.vendor.round_id}/").content.decode()
        names = re.findall(r'<th scope="row">(?:<a [^>]*>)?(\S+居民区)', page)
        assert names == ["云溪苑居民区", "澄波里居民区", "听澜坊居民区"], username
        assert "37.5%" in page
        assert "100.0%" in page


def test_the_workspace_counts_what_is_still_to_be_completed(cast: Cast) -> None:
    draw = some_work(cast, cast.client("survey_manager"))
    page = cast.client("interviewer").get(f"/fieldwork/{draw.vendor.round_id}/").content.decode()
    cells = re.findall(r'云溪苑居民区</a></th>((?:<td class="number">\d+</td>)+)', page)
    assert re.findall(r"\d+", cells[0]) == ["6", "3", "3", "9", "6", "3"]
    assert "37.5%" not in page
    area = cast.client("interviewer").get(f"/fieldwork/{draw.vendor.round_id}/areas/J01/")
    assert area.content.decode().count("已启用的替补") == 3
    assert area.content.decode().count("电话录入 J01") == 5  # without the four that have a ballot


def test_back_checks_are_drawn_from_completed_interviews_and_only_added_to(cast: Cast) -> None:
    manager = cast.client("survey_manager")
    draw = some_work(cast, manager)
    page = f"/fieldwork/{draw.vendor.round_id}/back-checks"
    assert manager.post(f"{page}/draw").status_code == 302
    [check] = BackCheck.objects.all()
    assert check.household.disposition == "I"
    assert check.household.area.area_id == "J01"
    assert check.interviewer == "F01"
    seed = SampleDraw.objects.get().back_check_seed
    assert len(seed) == 32
    hand_in(manager, draw.vendor.round, returned(told(to_ask(draw, "J02"))))
    manager.post(f"{page}/draw")
    manager.post(f"{page}/draw")
    assert {one.household.area.area_id for one in BackCheck.objects.all()} == {"J01", "J02"}
    assert BackCheck.objects.filter(pk=check.pk).exists()
    assert SampleDraw.objects.get().back_check_seed == seed
    assert (
        seed not in cast.client("clerk").get(f"/fieldwork/{draw.vendor.round_id}/").content.decode()
    )


def test_what_came_of_a_back_check_is_noted_and_its_share_shown(cast: Cast) -> None:
    manager = cast.client("survey_manager")
    draw = some_work(cast, manager)
    hand_in(manager, draw.vendor.round, returned(told(to_ask(draw, "J02"))))
    page = f"/fieldwork/{draw.vendor.round_id}/back-checks"
    manager.post(f"{page}/draw")
    one, other = BackCheck.objects.all()
    assert manager.post(f"/fieldwork/back-checks/{one.pk}", {"agreed": "yes"}).status_code == 302
    assert manager.post(f"/fieldwork/back-checks/{other.pk}", {"agreed": "no"}).status_code == 302
    assert manager.post(f"/fieldwork/back-checks/{other.pk}", {"agreed": "?"}).status_code == 404
    assert "50.0%" in manager.get(page).content.decode()
    for username in ("clerk", "group_head", "auditor"):
        town = cast.client(username).get(f"/fieldwork/{draw.vendor.round_id}/").content.decode()
        assert "一致率 50.0%" in town
    for username in ("interviewer", "clerk", "auditor"):
        sent = cast.client(username).post(f"/fieldwork/back-checks/{one.pk}", {"agreed": "no"})
        assert sent.status_code == 404, username
    assert BackCheck.objects.get(pk=one.pk).agreed is True
    assert Event.objects.filter(act="surveys.back_check_noted").count() == 2


def differing(cast: Cast) -> tuple[Client, SampleDraw, BackCheck]:
    """A back-check of F01's work in J01 that its household does not confirm."""
    manager = cast.client("survey_manager")
    draw = some_work(cast, manager)
    manager.post(f"/fieldwork/{draw.vendor.round_id}/back-checks/draw")
    [check] = BackCheck.objects.all()
    manager.post(f"/fieldwork/back-checks/{check.pk}", {"agreed": "no"})
    return manager, draw, check


def settled(client: Client, check: BackCheck, outcome: str, looked_at: str = "三户都问过") -> Any:
    """The form on which it is said what came of it."""
    address = f"/fieldwork/back-checks/{check.pk}/settle"
    page = client.get(address).content.decode()
    keys = dict(re.findall(r'name="(submission|seen)" value="([^"]*)"', page))
    return client.post(address, {**keys, "outcome": outcome, "looked_at": looked_at})


def test_a_back_check_that_differs_is_an_open_matter_until_it_is_settled(cast: Cast) -> None:
    manager, draw, check = differing(cast)
    pages = {
        ("survey_manager", f"/fieldwork/{draw.vendor.round_id}/"): "1 户复核不一致还没有处理",
        ("clerk", f"/fieldwork/{draw.vendor.round_id}/"): "1 户复核不一致还没有处理",
        ("clerk", f"/surveys/{draw.vendor.round_id}/close"): "1 户第三方复核不一致没有处理",
        ("survey_manager", "/"): "1 户复核不一致，请处理",
        ("clerk", "/"): "1 户复核不一致没有处理，请督促",
    }
    for (username, address), said in pages.items():
        assert said in cast.client(username).get(address).content.decode(), address
    batch = manager.get(f"/fieldwork/back-checks/{check.pk}/settle").content.decode()
    assert "完成 3 户，已复核 1 户，其中不一致 1 户" in batch
    assert settled(manager, check, "kept", looked_at="").status_code == 422
    assert settled(manager, check, "kept").status_code == 302
    for (username, address), said in pages.items():
        assert said not in cast.client(username).get(address).content.decode(), address
    listed = cast.client("auditor").get(f"/fieldwork/{draw.vendor.round_id}/back-checks")
    for said in ("不一致", "答卷保留", "三户都问过"):
        assert said in listed.content.decode()
    for username in ("interviewer", "clerk", "auditor"):
        address = f"/fieldwork/back-checks/{check.pk}/settle"
        assert cast.client(username).get(address).status_code == 404, username
    manager.post(f"/fieldwork/back-checks/{check.pk}", {"agreed": "no"})
    assert BackCheck.objects.unsettled().exists(), "noted again, it is open again"


def test_a_ballot_is_replaced_only_where_its_area_came_again(cast: Cast) -> None:
    manager, draw, check = differing(cast)
    ReturnFile.objects.update(uploaded_at=NOW - timedelta(days=1))
    refused = settled(manager, check, "replaced")
    assert refused.status_code == 422
    assert "还没有重交过云溪苑居民区的数据" in refused.content.decode()
    hand_in(manager, draw.vendor.round, returned(told(to_ask(draw, "J02"))))
    assert settled(manager, check, "replaced").status_code == 422, "another area"
    rows = [one for one in to_ask(draw, "J01") if one.pk != check.household_id]
    hand_in(manager, draw.vendor.round, returned(told(rows[:2], interviewer="F02")))
    assert settled(manager, check, "replaced").status_code == 302
    assert BackCheck.objects.get().outcome == "replaced"


def test_a_ballot_entered_on_a_page_cannot_be_replaced(cast: Cast) -> None:
    manager, _draw, check = differing(cast)
    SampleHousehold.objects.filter(pk=check.household_id).update(entered=True)
    refused = settled(manager, check, "replaced")
    assert refused.status_code == 422
    assert "封存以后认不出是哪一份" in refused.content.decode()
    assert settled(manager, check, "kept").status_code == 302


def test_a_draw_of_back_checks_without_an_interview_is_refused(cast: Cast) -> None:
    held, _draw = at_work(cast)
    page = cast.client("survey_manager").post(f"/fieldwork/{held.pk}/back-checks/draw")
    assert page.status_code == 403
    assert "还没有完成的访问" in page.content.decode()
    assert (
        cast.client("interviewer").post(f"/fieldwork/{held.pk}/back-checks/draw").status_code == 404
    )


def test_lists_are_read_with_few_statements(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    held, _draw = at_work(cast)
    for username, address in (
        ("clerk", f"/fieldwork/{held.pk}/"),
        ("interviewer", f"/fieldwork/{held.pk}/"),
        ("interviewer", f"/fieldwork/{held.pk}/areas/J01/"),
    ):
        client = cast.client(username)
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            assert client.get(address).status_code == 200
