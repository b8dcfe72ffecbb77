"""Cases without an area: laid by the table of places or by hand, never against what a file says."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle, Exemption
from kaohe.web.cycles.rules import against, transition
from kaohe.web.cycles.standing import standing_of
from kaohe.web.hotline.facts import cases_in_force
from kaohe.web.hotline.models import Case, Place, Placement
from kaohe.web.hotline.place_actions import change_placement, lay_to_area, save_place
from kaohe.web.hotline.place_conditions import no_case_to_be_laid
from kaohe.web.hotline.placing import Places, looks, place_cases
from tests.web.cases import areas, case, counted_areas, indexed
from tests.web.cast import NOW, Cast

UNPLACED = "/hotline/unplaced/"
OF_PLACE = "/hotline/unplaced/cases"
ROAD, LANE, GARDEN = "云溪路", "云溪路88弄", "澄波花园"


def place(cast: Cast, text: str, area: str) -> Place:
    """A place as the clerk enters it."""
    row = Place(town=cast.town, text=text, area=cast.area(area))
    save_place(row, by=cast.person("clerk"), at=NOW)
    return row


def lay(cast: Cast, *ids: str, to: str = "J01", remember: tuple[str, ...] = ()) -> int:
    """Cases laid to an area by the clerk."""
    return lay_to_area(
        cast.cycle,
        cases_in_force(cast.cycle).filter(case_id__in=ids),
        cast.area(to),
        remember=remember,
        by=cast.person("clerk"),
        at=NOW,
    )


def against_step(cycle: Cycle, leaves: str, enters: str) -> list[str]:
    """What stands against a step of the year."""
    step = transition(leaves, enters)
    assert step is not None
    return against(step, standing_of(cycle), cycle)


# -- which area a place means ---------------------------------------------------------------------

PLACES = Places([(ROAD, 1), (LANE, 2), ("澄波花园", 3), ("花园东区", 4), ("8弄", 5)])


@pytest.mark.parametrize(
    ("told", "area"),
    [
        ("云溪路88弄12号", 2),
        ("高境镇　云溪路８８弄", 2),
        ("云溪路 90 弄", 1),
        ("澄波花园", 3),
        ("澄波花园东区", None),
        ("云溪路188弄", 1),
        ("镜湖路8弄", 5),
        ("镜湖路18弄", None),
        ("云溪路88弄12号［室号］", 2),
        ("", None),
        ("别处", None),
    ],
    ids=str,
)
def test_the_longest_place_that_is_part_of_a_text_says_the_area(
    told: str, area: int | None
) -> None:
    assert PLACES.area_of(told) == area


def plainly(rows: list[tuple[str, int]], told: str) -> int | None:
    """The same, place by place."""
    text, best, found = looks(told), 0, set[int]()
    for place, area in rows:
        part = looks(place)
        for start in range(len(text)):
            end = start + len(part)
            if not part or text[start:end] != part:
                continue
            if text[start - 1 : start].isdigit() and part[0].isdigit():
                continue
            if text[end : end + 1].isdigit() and part[-1].isdigit():
                continue
            if len(part) > best:
                best, found = len(part), set()
            if len(part) == best:
                found.add(area)
    return found.pop() if len(found) == 1 else None


@given(
    rows=st.lists(
        st.tuples(st.text("路弄 1２a", min_size=1, max_size=4), st.integers(1, 3)), max_size=8
    ),
    told=st.text("路弄 1２aA", max_size=12),
)
def test_places_are_found_as_if_each_were_tried(rows: list[tuple[str, int]], told: str) -> None:
    rows = [(text, area) for text, area in rows if looks(text)]
    assert Places(rows).area_of(told) == plainly(rows, told)


# -- cases follow places --------------------------------------------------------------------------


def test_cases_follow_the_table_of_places_as_it_changes(cast: Cast) -> None:
    indexed(cast, case("A1", "云溪路88弄3号"), case("A2", GARDEN), case("A3", "云溪路1号"))
    assert areas("A1", "A2", "A3") == [None, None, None]
    first = place(cast, "云溪路 ８８弄", "J01")
    assert first.text == LANE
    place(cast, ROAD, "J02")
    assert areas("A1", "A2", "A3") == ["J01", None, "J02"]
    first.area = cast.area("J03")
    save_place(first, by=cast.person("clerk"), at=NOW)
    assert areas("A1", "A2", "A3") == ["J03", None, "J02"]
    first.text = "云溪路99弄"
    save_place(first, by=cast.person("clerk"), at=NOW)
    assert areas("A1", "A2", "A3") == ["J02", None, "J02"]
    assert counted_areas(cast) == [("A1", "J02"), ("A3", "J02")]


def test_cases_of_merged_and_exempted_areas_tell_as_those_of_files_do(cast: Cast) -> None:
    indexed(cast, case("A1", LANE), case("A2", GARDEN))
    place(cast, LANE, "J01")
    place(cast, GARDEN, "J03")
    merged = cast.area("J01")
    merged.until_on, merged.successor = date(2024, 6, 30), cast.area("J02")
    merged.save()
    assert counted_areas(cast) == [("A1", "J02"), ("A2", "J03")]
    Exemption.objects.create(town=cast.town, cycle=cast.cycle, area=cast.area("J02"), reason="新设")
    assert counted_areas(cast) == [("A2", "J03")]


def test_an_area_that_a_file_names_is_never_touched(cast: Cast) -> None:
    indexed(cast, case("A1", LANE, area="J02"))
    place(cast, LANE, "J01")
    assert lay(cast, "A1") == 0
    assert areas("A1") == ["J02"]
    assert counted_areas(cast) == [("A1", "J02")]
    assert not Placement.objects.exists()


def test_a_year_under_review_stays_as_it_is(cast: Cast) -> None:
    indexed(cast, case("A1", LANE))
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="review")
    place(cast, LANE, "J01")
    assert areas("A1") == [None]
    with pytest.raises(PermissionDenied, match="复核"):
        lay(cast, "A1")


def test_the_other_towns_places_say_nothing_here(cast: Cast) -> None:
    indexed(cast, case("A1", LANE))
    other = Cycle.objects.get(town__code="elsewhere").town
    save_place(
        Place(town=other, text=LANE, area=other_area(other)), by=cast.person("stranger"), at=NOW
    )
    place_cases(cases_in_force(cast.cycle))
    assert areas("A1") == [None]


def other_area(town: Any) -> Any:
    from kaohe.web.registry.models import Area

    return Area.objects.get(town=town, area_id="J01")


def test_cases_laid_by_hand_stay_there_in_the_next_version(cast: Cast) -> None:
    indexed(cast, case("A1", LANE), case("A2"))
    place(cast, ROAD, "J02")
    assert lay(cast, "A1", "A2", to="J03") == 1, "A1 lies somewhere already"
    assert areas("A1", "A2") == ["J02", "J03"]
    version = indexed(cast, case("A2", LANE), part="later")
    place_cases(Case.objects.within([version]))
    assert list(version.cases.values_list("area__area_id", flat=True)) == ["J03"]


def test_two_hundred_cases_of_a_lane_are_one_act_and_so_are_those_to_come(cast: Cast) -> None:
    many = [case(f"A{number}", f"{LANE}{number}号") for number in range(200)]
    indexed(cast, *many, case("B1", "云溪路90弄"))
    before = Event.objects.count()
    assert lay(cast, *(one["case_id"] for one in many), remember=(LANE,)) == 200
    assert Event.objects.count() == before + 1
    event = Event.objects.latest("pk")
    assert event.act == "hotline.cases_placed"
    assert event.told == "200 件归入云溪苑居民区；记住地点：云溪路88弄"
    assert not Placement.objects.exists(), "the place says it"
    assert areas("A0", "A199", "B1") == ["J01", "J01", None]
    version = indexed(cast, case("C1", f"{LANE}1号"))
    place_cases(Case.objects.within([version]))
    assert areas("C1") == ["J01"]


def test_what_a_remembered_place_does_not_settle_is_laid_by_hand(cast: Cast) -> None:
    place(cast, GARDEN, "J01")
    place(cast, "花园东区", "J02")
    indexed(cast, case("A1", "澄波花园东区"), case("A2", "波花园东1号"))
    assert lay(cast, "A1", "A2", to="J03", remember=("波花园东",)) == 2
    assert areas("A1", "A2") == ["J03", "J03"]
    assert list(Placement.objects.values_list("case_id", flat=True)) == ["A1"]


def test_a_text_that_is_in_none_of_the_places_is_not_remembered(cast: Cast) -> None:
    indexed(cast, case("A1", LANE))
    with pytest.raises(PermissionDenied, match="没有这段文字"):
        lay(cast, "A1", remember=(GARDEN,))
    assert not Place.objects.exists()


# -- pages ----------------------------------------------------------------------------------------


def test_the_clerk_lays_all_cases_of_ticked_places_and_the_list_shrinks(cast: Cast) -> None:
    indexed(cast, case("A1", LANE), case("A2", LANE, 3), case("A3", GARDEN), case("A4"))
    client = cast.client("clerk")
    page = client.get(UNPLACED).content.decode()
    assert "共 4 件，3 个地点" in page
    assert page.index(LANE) < page.index(GARDEN), "where most cases are comes first"
    assert "没有写地点" in page
    assert client.post(UNPLACED, {"area": cast.area("J01").pk}).status_code == 422
    sent = {"place": [LANE, GARDEN], "area": cast.area("J01").pk, "remember": "on"}
    assert client.post(UNPLACED, sent).status_code == 302
    assert areas("A1", "A2", "A3", "A4") == ["J01", "J01", "J01", None]
    assert set(Place.objects.values_list("text", flat=True)) == {LANE, GARDEN}
    again = client.post(UNPLACED, sent, follow=True)
    assert "刚才已经归属" in again.content.decode()


def test_one_case_of_a_place_can_be_laid_alone(cast: Cast) -> None:
    indexed(cast, case("A1", LANE), case("A2", LANE, kind="噪声", summary="施工声很大"))
    client = cast.client("clerk")
    page = client.get(OF_PLACE, {"place": LANE}).content.decode()
    assert "施工声很大" in page
    assert page.count(" checked") == 2
    assert f'value="{LANE}"' in page
    sent = {"place": LANE, "case": ["A2"], "area": cast.area("J02").pk, "remember": ""}
    wrong = client.post(OF_PLACE, {**sent, "remember": GARDEN})
    assert wrong.status_code == 422
    assert "没有这段文字" in wrong.content.decode()
    assert client.post(OF_PLACE, {**sent, "case": []}).status_code == 422
    assert client.post(OF_PLACE, sent).status_code == 302
    assert areas("A1", "A2") == [None, "J02"]
    assert client.get(OF_PLACE, {"place": GARDEN}).status_code == 302


def test_cases_of_no_area_are_said_to_be_so_and_hold_nothing_back(cast: Cast) -> None:
    indexed(cast, case("A1", LANE), case("A2", GARDEN), case("A3", area="J01"), part="")
    (reason,) = no_case_to_be_laid(cast.cycle)
    assert "还有 2 件办件没有归入居民区" in reason
    assert reason in against_step(cast.cycle, "collecting", "scoring")
    client = cast.client("clerk")
    sent = {"place": [LANE, GARDEN], "area": "none", "remember": "on"}
    page = client.post(UNPLACED, sent, follow=True).content.decode()
    assert "2 件记为不属于任何居民区，不计分。" in page
    assert "没有待归属的办件" in page
    assert "另有 2 件记为不属于任何居民区" in page
    assert not Place.objects.exists(), "that a place lies outside is not remembered"
    assert no_case_to_be_laid(cast.cycle) == []
    assert counted_areas(cast) == [("A3", "J01")]
    event = Event.objects.filter(act="hotline.cases_placed").get()
    assert event.told == "2 件不属于任何居民区"
    place(cast, LANE, "J02")
    assert areas("A1") == [None], "what somebody has found outweighs the table"
    row = Placement.objects.get(case_id="A1")
    assert "不属于任何居民区" in client.get("/hotline/placements/").content.decode()
    row.area = cast.area("J02")
    change_placement(row, by=cast.person("clerk"), at=NOW)
    assert areas("A1", "A2") == ["J02", None]


def test_scoring_goes_back_to_its_places_before_review(cast: Cast) -> None:
    indexed(cast, case("A1", LANE))
    lay(cast, "A1", remember=(LANE,))
    Cycle.objects.update(stage="scoring")
    assert no_case_to_be_laid(cast.cycle) == []
    row = Place.objects.get()
    row.text = GARDEN
    save_place(row, by=cast.person("clerk"), at=NOW)
    assert "还有 1 件" in "".join(against_step(cast.cycle, "scoring", "review"))


def test_providers_see_their_own_and_lay_nothing(cast: Cast) -> None:
    indexed(cast, case("A1", LANE))
    indexed(cast, case("B1", GARDEN), source="petition")
    provider = cast.client("provider")
    page = provider.get(UNPLACED).content.decode()
    assert LANE in page
    assert GARDEN not in page
    assert "记下归属" not in page
    assert "再报一版" in page
    assert provider.post(UNPLACED, {"place": [LANE], "area": 1}).status_code == 404
    assert GARDEN in cast.client("auditor").get(UNPLACED).content.decode()
    for other in ("secretary", "group_head", "leader", "inspection"):
        assert cast.client(other).get(UNPLACED).status_code == 404


def test_a_list_costs_as_many_queries_with_many_places(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    indexed(cast, *(case(f"A{number}", f"路{number}号") for number in range(80)))
    client = cast.client("clerk")
    client.get(UNPLACED)
    with django_assert_max_num_queries(20):
        client.get(UNPLACED)


def test_a_placement_is_corrected_and_the_case_follows(cast: Cast) -> None:
    indexed(cast, case("A1"))
    lay(cast, "A1", to="J01")
    row = Placement.objects.get()
    client = cast.client("clerk")
    page = client.get(f"/hotline/placements/{row.pk}/change").content.decode()
    assert "A1" in page
    sent = {"area": cast.area("J02").pk, "seen": "1"}
    assert client.post(f"/hotline/placements/{row.pk}/change", sent).status_code == 302
    assert areas("A1") == ["J02"]
    assert client.get("/hotline/placements/add").status_code == 403


def test_places_come_from_a_workbook(cast: Cast) -> None:
    indexed(cast, case("A1", f"{LANE}3号"), case("A2", GARDEN))
    place(cast, GARDEN, "J01")
    rows = [(LANE, "J02"), ("澄波 花园", "J03")]
    client = cast.client("clerk")
    upload(client, [*rows, ("云溪路８８弄", "J01"), ("镜湖路", "J99")])
    page = client.get("/registry/intake/places/preview").content.decode()
    assert "每个地点只写一行" in page
    assert "应为已登记的居民区编号" in page
    upload(client, rows)
    page = client.get("/registry/intake/places/preview").content.decode()
    assert "将新增 1 行，更改 1 行" in page
    agreed = page.split('name="agreed" value="')[1].split('"')[0]
    before = Event.objects.count()
    client.post("/registry/intake/places/apply", {"agreed": agreed})
    assert Event.objects.count() == before + 1
    assert areas("A1", "A2") == ["J02", "J03"]
    assert cast.client("auditor").get("/registry/intake/places/").status_code == 404


def upload(client: Any, rows: list[tuple[str, str]]) -> None:
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet("places")
        for number, row in enumerate([("地点", "居民区编号"), *rows]):
            page.write_row(number, 0, row)
    file = SimpleUploadedFile("places.xlsx", content.getvalue())
    assert client.post("/registry/intake/places/", {"file": file}).status_code == 302


def test_the_clerks_desk_tells_of_cases_without_an_area_while_they_can_be_laid(cast: Cast) -> None:
    indexed(cast, case("A1", LANE), case("A2", area="J01"))
    told = "1 件办件还没有归入居民区"
    assert told in cast.client("clerk").get("/").content.decode()
    assert told not in cast.client("auditor").get("/").content.decode()
    lay(cast, "A1")
    assert told not in cast.client("clerk").get("/").content.decode()
