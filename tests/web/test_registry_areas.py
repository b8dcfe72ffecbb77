"""Areas: set up, merged, split, closed, and who may do it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.web.accounts.models import Town
from kaohe.web.audit.models import Event
from kaohe.web.registry import actions, vocabulary
from kaohe.web.registry.models import Area, Department, DutyList, Source
from tests.web.cast import NOW, Cast

JUNE_END = date(2024, 6, 30)


@pytest.fixture(autouse=True)
def _no_offers(monkeypatch) -> None:
    monkeypatch.setattr(vocabulary, "_PROVIDERS", {})


def events(act: str) -> list[Event]:
    return list(Event.objects.filter(act=act))


def page(cast: Cast, username: str, address: str, status: int = 200) -> str:
    answer = cast.client(username).get(address)
    assert answer.status_code == status
    return answer.content.decode()


def area_address(area: Area, act: str = "") -> str:
    return f"/registry/areas/{area.pk}/{act}"


def test_the_list_goes_by_id_and_shows_each_person_their_own(cast: Cast) -> None:
    everything = page(cast, "clerk", "/registry/areas/")
    assert everything.index("J01") < everything.index("J02") < everything.index("J03")
    own = page(cast, "secretary", "/registry/areas/")
    assert "云溪苑" in own
    assert "澄波里" not in own
    page(cast, "max", "/registry/areas/", 404)


def test_an_area_is_set_up_once_even_if_the_form_is_sent_twice(cast: Cast) -> None:
    client = cast.client("clerk")
    form = client.get("/registry/areas/add")
    sent = {
        "area_id": "J04",
        "name": "新苑居民区",
        "category": "new",
        "from_on": "2024-09-01",
        "submission": form.context["submission"],
    }
    for _ in range(2):
        assert client.post("/registry/areas/add", sent).status_code == 302
    area = cast.area("J04")
    assert (area.from_on, area.category) == (date(2024, 9, 1), "new")
    assert len(events("registry.area_set_up")) == 1


def test_an_id_that_is_taken_is_told_at_its_field_and_what_was_typed_stays(cast: Cast) -> None:
    client = cast.client("clerk")
    sent = {"area_id": "J01", "name": "重复苑", "from_on": "2024-09-01"}
    answer = client.post("/registry/areas/add", sent)
    assert answer.status_code == 422
    assert "已有居民区使用" in answer.content.decode()
    assert "重复苑" in answer.content.decode()
    assert Area.objects.filter(area_id="J01", town=cast.town).count() == 1


def test_the_same_id_in_another_town_is_another_area(cast: Cast) -> None:
    actions.set_up_area(
        Area(town=Town.objects.get(code="elsewhere"), area_id="J09", name="远", from_on=JUNE_END),
        by=cast.person("stranger"),
        at=NOW,
    )
    actions.set_up_area(
        Area(town=cast.town, area_id="J09", name="近", from_on=JUNE_END),
        by=cast.person("clerk"),
        at=NOW,
    )
    assert cast.area("J09").name == "近"


def test_a_change_over_somebody_elses_change_is_shown_and_nothing_is_lost(cast: Cast) -> None:
    client, area = cast.client("clerk"), cast.area("J01")
    sent = {"name": "我改的名", "category": "old", "from_on": "2024-01-01", "seen": "1"}
    area.name = "别人改的名"
    actions.set_up_area(area, by=cast.person("clerk"), at=NOW)
    answer = client.post(area_address(area, "change"), sent)
    assert answer.status_code == 409
    assert "别人改的名" in answer.content.decode()
    assert "我改的名" in answer.content.decode()
    assert cast.area("J01").name == "别人改的名"


def test_the_id_of_an_area_is_not_changed_by_a_form(cast: Cast) -> None:
    area = cast.area("J01")
    sent = {"area_id": "X", "name": "改名", "from_on": "2024-01-01", "seen": area.version}
    assert cast.client("clerk").post(area_address(area, "change"), sent).status_code == 302
    assert cast.area("J01").name == "改名"


def test_a_merger_goes_through_the_page_and_is_one_event(cast: Cast) -> None:
    client, area, into = cast.client("clerk"), cast.area("J03"), cast.area("J01")
    assert "并入以后" in client.get(area_address(area, "merge")).content.decode()
    sent = {"into": into.pk, "on": "2024-06-30", "seen": area.version}
    for _ in range(2):
        answer = client.post(area_address(area, "merge"), sent)
        assert answer.status_code == 302
        assert answer.headers["Location"] == area_address(area)
    area.refresh_from_db()
    assert (area.until_on, area.successor) == (JUNE_END, into)
    assert len(events("registry.area_merged")) == 1
    shown = client.get(area_address(area)).content.decode()
    assert "云溪苑居民区（J01）" in shown
    assert "不能再次办理" in shown
    assert "澄波里" not in shown
    other = {"into": cast.area("J02").pk, "on": "2024-06-30"}
    refused = client.post(area_address(area, "merge"), other)
    assert refused.status_code == 403
    assert "不能再次办理" in refused.content.decode()


def test_a_merger_that_somebody_else_changed_meanwhile_is_shown(cast: Cast) -> None:
    area, into = cast.area("J03"), cast.area("J01")
    sent = {"into": into.pk, "on": "2024-06-30", "seen": area.version - 1}
    answer = cast.client("clerk").post(area_address(area, "merge"), sent)
    assert answer.status_code == 409
    assert "这一页已在别处改过" in answer.content.decode()
    area.refresh_from_db()
    assert area.until_on is None


def test_a_merger_needs_a_day_within_and_an_area_that_goes_on(cast: Cast) -> None:
    clerk, area, into = cast.person("clerk"), cast.area("J03"), cast.area("J01")
    with pytest.raises(ValidationError, match="不能早于"):
        actions.merge_area(area, into=into, on=date(2023, 12, 31), by=clerk, at=NOW)
    with pytest.raises(ValidationError, match="不能并入自己"):
        actions.merge_area(area, into=area, on=JUNE_END, by=clerk, at=NOW)
    actions.merge_area(into, into=cast.area("J02"), on=JUNE_END, by=clerk, at=NOW)
    with pytest.raises(ValidationError, match="应当存在"):
        actions.merge_area(area, into=cast.area("J01"), on=JUNE_END, by=clerk, at=NOW)
    with pytest.raises(PermissionDenied, match="不能再次办理"):
        actions.merge_area(cast.area("J01"), into=area, on=JUNE_END, by=clerk, at=NOW)


def test_a_merger_by_mistake_is_taken_back_with_its_reason(cast: Cast) -> None:
    client, area = cast.client("clerk"), cast.area("J03")
    clerk = cast.person("clerk")
    actions.merge_area(area, into=cast.area("J01"), on=JUNE_END, by=clerk, at=NOW)
    assert client.post(area_address(area, "restore"), {"reason": ""}).status_code == 422
    assert client.post(area_address(area, "restore"), {"reason": "日期录错"}).status_code == 302
    area.refresh_from_db()
    assert (area.until_on, area.successor) == (None, None)
    (event,) = events("registry.area_restored")
    assert event.reason == "日期录错"
    assert client.get(area_address(area, "restore")).status_code == 403


def test_a_new_area_is_split_off_and_the_old_one_goes_on(cast: Cast) -> None:
    client, area = cast.client("clerk"), cast.area("J02")
    form = client.get(area_address(area, "split"))
    sent = {
        "area_id": "J05",
        "name": "澄波东居民区",
        "category": "new",
        "from_on": "2024-07-01",
        "submission": form.context["submission"],
    }
    for _ in range(2):
        assert client.post(area_address(area, "split"), sent).status_code == 302
    assert cast.area("J05").from_on == date(2024, 7, 1)
    assert cast.area("J02").until_on is None
    (event,) = events("registry.area_split")
    assert "澄波里居民区 → 澄波东居民区" in event.told
    early = {**sent, "area_id": "J06", "from_on": "2023-07-01", "submission": ""}
    assert client.post(area_address(area, "split"), early).status_code == 422


def test_an_area_closes_with_a_reason_and_no_successor(cast: Cast) -> None:
    client, area = cast.client("clerk"), cast.area("J02")
    sent = {"on": "2024-06-30", "reason": "整体动迁", "seen": area.version}
    assert client.post(area_address(area, "close"), sent).status_code == 302
    (event,) = events("registry.area_closed")
    assert event.reason == "整体动迁"
    assert "没有接续的居民区" in client.get(area_address(area)).content.decode()


@pytest.mark.parametrize("act", ["merge", "split", "close", "restore", "change"])
@pytest.mark.parametrize("username", ["secretary", "auditor", "group_head", "max", "stranger"])
def test_nobody_but_the_clerk_of_the_town_changes_areas(
    cast: Cast, username: str, act: str
) -> None:
    address = area_address(cast.area("J01"), act)
    assert cast.client(username).get(address).status_code == 404
    assert cast.client(username).post(address, {}).status_code == 404


def test_another_area_is_not_there_for_its_neighbours_secretary(cast: Cast) -> None:
    page(cast, "secretary", area_address(cast.area("J01")))
    page(cast, "secretary", area_address(cast.area("J02")), 404)
    page(cast, "leader", area_address(cast.area("J02")), 404)


def test_an_area_page_shows_counts_and_staff_only_to_those_who_may_see_them(cast: Cast) -> None:
    address = area_address(cast.area("J01"))
    for username, counts, staff in (
        ("clerk", True, True),
        ("secretary", True, True),
        ("finance", False, True),
        ("scorer", False, False),
        ("worker", False, False),
    ):
        shown = page(cast, username, address)
        main = shown[shown.index("<main") :]
        assert ("户数与党员数" in main) is counts, username
        assert ("人员任职" in main) is staff, username


def test_categories_are_offered_where_the_policy_is_known(cast: Cast) -> None:
    vocabulary.offer("category", lambda town: {"ordinary": "一般社区", "old": "老旧小区"})
    client = cast.client("clerk")
    form = client.get("/registry/areas/add").content.decode()
    assert '<option value="old">老旧小区</option>' in form
    assert "一般社区" in client.get("/registry/areas/").content.decode()
    assert "一般社区" in client.get(area_address(cast.area("J01"))).content.decode()
    sent = {"area_id": "J04", "name": "新苑", "category": "unknown", "from_on": "2024-09-01"}
    assert client.post("/registry/areas/add", sent).status_code == 422


def test_a_category_that_the_policy_lacks_stays_until_somebody_chooses(cast: Cast) -> None:
    vocabulary.offer("category", lambda town: {"old": "老旧小区"})
    area = cast.area("J01")
    sent = {"name": "改名", "category": "ordinary", "from_on": "2024-01-01", "seen": area.version}
    assert cast.client("clerk").post(area_address(area, "change"), sent).status_code == 302
    assert cast.area("J01").category == "ordinary"


def test_the_list_asks_few_questions_however_many_areas(
    cast: Cast, django_assert_max_num_queries
) -> None:
    vocabulary.offer("category", lambda town: {"ordinary": "一般社区"})
    for number in range(10, 41):
        Area.objects.create(
            town=cast.town,
            area_id=f"J{number}",
            name=f"{number}居民区",
            category="ordinary",
            from_on=JUNE_END,
        )
    client = cast.client("clerk")
    with django_assert_max_num_queries(12):
        assert client.get("/registry/areas/").status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get("/registry/areas/workbook").status_code == 200


def test_departments_and_sources_are_kept_by_the_clerk(cast: Cast) -> None:
    client = cast.client("clerk")
    sent = {"code": "财政办", "name": "财政办公室", "aliases": "财政所、财政科"}
    assert client.post("/registry/departments/add", sent).status_code == 302
    assert Department.objects.get(code="财政办").aliases == ["财政所", "财政科"]
    assert client.post("/registry/departments/add", sent).status_code == 422
    sent = {
        "code": "opinion",
        "name": "党群办",
        "tables": "cases、visits",
        "only": "cases.source=opinion",
    }
    assert client.post("/registry/sources/add", sent).status_code == 302
    source = Source.objects.get(town=cast.town, code="opinion")
    assert source.only == {"cases": {"source": "opinion"}}
    assert source.tables == ["cases", "visits"]
    change = client.get(f"/registry/sources/{source.pk}/change").content.decode()
    assert "cases.source=opinion" in change


def test_conditions_of_a_source_that_cannot_be_read_are_told(cast: Cast) -> None:
    client = cast.client("clerk")
    sent = {"code": "x", "name": "甲", "tables": "cases", "only": "source 是 x"}
    answer = client.post("/registry/sources/add", sent)
    assert answer.status_code == 422
    assert "看不懂" in answer.content.decode()
    assert "source 是 x" in answer.content.decode()
    other = client.post("/registry/sources/add", {**sent, "only": "visits.kind=a"})
    assert "没有列入" in other.content.decode()


def test_tables_of_a_source_are_offered_where_the_policy_is_known(cast: Cast) -> None:
    vocabulary.offer("table", lambda town: {"cases": "办件", "visits": "走访"})
    client = cast.client("clerk")
    assert "办件" in client.get("/registry/sources/add").content.decode()
    sent = {"code": "x", "name": "甲", "tables": ["cases"], "only": ""}
    assert client.post("/registry/sources/add", sent).status_code == 302
    assert Source.objects.get(code="x").tables == ["cases"]


def test_lists_of_duties_have_editions_and_numbers_once(cast: Cast) -> None:
    client = cast.client("clerk")
    sent = {"kind": "assisting", "edition": "2024版", "adopted_on": "2024-02-01", "basis": ""}
    assert client.post("/registry/duty_lists/add", sent).status_code == 302
    assert client.post("/registry/duty_lists/add", sent).status_code == 422
    duty_list = DutyList.objects.get(town=cast.town)
    entry = {"duty_list": duty_list.pk, "number": "1", "matter": "协助反诈宣传"}
    assert client.post("/registry/duty_entries/add", entry).status_code == 302
    again = client.post("/registry/duty_entries/add", entry)
    assert again.status_code == 422
    assert "已有这个序号" in again.content.decode()
    assert "协助反诈宣传" in page(cast, "scorer", "/registry/duty_entries/")
    page(cast, "scorer", "/registry/duty_entries/add", 404)


@pytest.mark.parametrize("code", ["J 1", "J,1", "J、1", "a/b", "J;1"])
def test_a_code_that_posts_could_not_name_is_refused_with_the_reason(cast: Cast, code: str) -> None:
    sent = {"area_id": code, "name": "某居民区", "category": "ordinary", "from_on": "2024-05-01"}
    page = cast.client("clerk").post("/registry/areas/add", sent)
    assert page.status_code == 422
    assert "岗位的范围用它们隔开" in page.content.decode()
