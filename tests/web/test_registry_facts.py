"""The town as fact tables: which areas, which counts, which staff with how many months."""

from __future__ import annotations

from datetime import date

from kaohe.web.accounts.models import Town
from kaohe.web.registry import actions, facts
from kaohe.web.registry.models import Area, AreaCount, Snapshot, StaffPost
from tests.web.cast import NOW, Cast

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
JUNE_END = date(2024, 6, 30)


def areas(cast: Cast, exempted: frozenset[str] = frozenset()) -> dict[str, dict[str, str]]:
    rows = facts.areas_facts(cast.town, 2024, FIRST, LAST, exempted)
    assert [row["area_id"] for row in rows] == sorted(row["area_id"] for row in rows)
    return {row["area_id"]: row for row in rows}


def staff(cast: Cast, exempted: frozenset[str] = frozenset()) -> list[tuple[str, str, str, str]]:
    rows = facts.staff_facts(cast.town, FIRST, LAST, exempted)
    return [(row["staff_id"], row["area_id"], row["role"], row["months"]) for row in rows]


def merge(cast: Cast, area_id: str, into: str, on: date) -> None:
    clerk = cast.person("clerk")
    actions.merge_area(cast.area(area_id), into=cast.area(into), on=on, by=clerk, at=NOW)


def post(
    cast: Cast,
    staff_id: str,
    area_id: str,
    first: date,
    last: date | None,
    role: str = "social_worker",
    **flags: bool,
) -> StaffPost:
    row = StaffPost(
        town=cast.town,
        staff_id=staff_id,
        area=cast.area(area_id),
        role=role,
        from_on=first,
        until_on=last,
        **flags,
    )
    actions.save_staff_post(row, by=cast.person("clerk"), at=NOW)
    return row


def test_households_are_those_of_the_second_snapshot(cast: Cast) -> None:
    assert areas(cast)["J02"] == {
        "area_id": "J02",
        "name": "澄波里居民区",
        "households": "112",
        "party_members": "21",
        "category": "ordinary",
    }


def test_while_the_second_snapshot_is_open_the_first_counts(cast: Cast) -> None:
    Snapshot.objects.filter(year=2024, number=2).update(frozen_at=None)
    assert areas(cast)["J02"]["households"] == "111"


def test_areas_that_nobody_counted_are_left_out_and_named(cast: Cast) -> None:
    Area.objects.create(town=cast.town, area_id="J09", name="新苑", from_on=date(2024, 11, 1))
    assert "J09" not in areas(cast)
    missing = facts.areas_without_counts(cast.town, 2024, FIRST, LAST, frozenset())
    assert [area.area_id for area in missing] == ["J09"]
    assert not facts.areas_without_counts(cast.town, 2024, FIRST, LAST, {"J09"})
    Snapshot.objects.filter(year=2024).update(frozen_at=None)
    assert areas(cast) == {}


def test_exempted_areas_and_those_of_another_year_or_town_are_not_there(cast: Cast) -> None:
    Area.objects.create(
        town=Town.objects.get(code="elsewhere"), area_id="E1", name="别处", from_on=FIRST
    )
    Area.objects.create(town=cast.town, area_id="J08", name="明年", from_on=date(2025, 1, 1))
    assert set(areas(cast, frozenset({"J02"}))) == {"J01", "J03"}


def test_an_area_merged_before_the_end_is_not_there_and_its_households_move(cast: Cast) -> None:
    merge(cast, "J03", "J01", date(2024, 11, 30))
    found = areas(cast)
    assert set(found) == {"J01", "J02"}
    assert found["J01"]["households"] == str(102 + 122)
    assert found["J01"]["party_members"] == str(20 + 22)


def test_an_area_merged_on_the_last_day_or_later_still_has_the_year(cast: Cast) -> None:
    merge(cast, "J03", "J01", LAST)
    merge(cast, "J02", "J01", date(2025, 3, 31))
    found = areas(cast)
    assert set(found) == {"J01", "J02", "J03"}
    assert found["J01"]["households"] == "102"


def test_successors_are_the_last_of_their_line(cast: Cast) -> None:
    merge(cast, "J03", "J02", JUNE_END)
    merge(cast, "J02", "J01", date(2024, 8, 31))
    assert facts.successor_ids(cast.town) == {"J02": "J01", "J03": "J01"}
    actions.close_area(cast.area("J01"), on=LAST, reason="动迁", by=cast.person("clerk"), at=NOW)
    assert facts.successor_ids(cast.town) == {}
    assert facts.successor_ids(cast.town, ended_before=LAST) == {"J02": "J01", "J03": "J01"}
    assert facts.successor_ids(cast.town, ended_before=date(2024, 7, 31)) == {"J03": "J02"}


def test_of_two_who_follow_each_other_each_month_belongs_to_one(cast: Cast) -> None:
    post(cast, "S1", "J01", date(2020, 5, 1), date(2024, 4, 15))
    post(cast, "S2", "J01", date(2024, 4, 16), None)
    assert staff(cast) == [
        ("S1", "J01", "social_worker", "3"),
        ("S2", "J01", "social_worker", "9"),
    ]


def test_the_last_day_of_the_year_decides_december(cast: Cast) -> None:
    post(cast, "S1", "J01", FIRST, date(2024, 12, 30))
    post(cast, "S2", "J01", date(2024, 12, 31), None)
    assert [row[3] for row in staff(cast)] == ["11", "1"]


def test_several_stretches_are_one_row_with_the_flags_of_the_latest(cast: Cast) -> None:
    post(cast, "S1", "J01", FIRST, date(2024, 3, 31), "deputy_secretary")
    post(cast, "S1", "J01", date(2024, 10, 1), None, "deputy_secretary", presiding=True)
    (row,) = facts.staff_facts(cast.town, FIRST, LAST, frozenset())
    assert row == {
        "staff_id": "S1",
        "area_id": "J01",
        "role": "deputy_secretary",
        "presiding": "true",
        "resident_office": "false",
        "months": "6",
    }


def test_a_stay_between_two_ends_of_a_month_is_a_row_without_months(cast: Cast) -> None:
    post(cast, "S1", "J01", date(2024, 6, 3), date(2024, 6, 20))
    post(cast, "S2", "J01", date(2023, 1, 1), date(2023, 12, 31))
    post(cast, "S3", "J01", date(2025, 1, 1), None)
    assert staff(cast) == [("S1", "J01", "social_worker", "0")]


def test_staff_of_a_merged_area_belong_to_its_successor(cast: Cast) -> None:
    post(cast, "S1", "J03", FIRST, None)
    post(cast, "S2", "J03", FIRST, JUNE_END)
    post(cast, "S2", "J01", date(2024, 7, 1), None)
    merge(cast, "J03", "J01", JUNE_END)
    assert staff(cast) == [
        ("S1", "J01", "social_worker", "12"),
        ("S2", "J01", "social_worker", "12"),
    ]


def test_staff_of_areas_that_are_not_assessed_are_not_there(cast: Cast) -> None:
    post(cast, "S1", "J02", FIRST, None)
    post(cast, "S2", "J03", FIRST, None)
    actions.close_area(
        cast.area("J03"), on=JUNE_END, reason="动迁", by=cast.person("clerk"), at=NOW
    )
    assert staff(cast, frozenset({"J02"})) == []


def test_two_posts_at_the_same_time_in_different_areas_never_make_more_than_a_year(
    cast: Cast,
) -> None:
    post(cast, "S1", "J01", FIRST, None)
    post(cast, "S1", "J03", FIRST, None)
    merge(cast, "J03", "J01", JUNE_END)
    assert staff(cast) == [("S1", "J01", "social_worker", "12")]


def test_months_of_a_period_end_with_it() -> None:
    ends = facts.month_ends(date(2024, 1, 15), date(2024, 3, 10))
    assert ends == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 10)]


def test_facts_ask_few_questions_however_many_areas(
    cast: Cast, django_assert_max_num_queries
) -> None:
    snapshot = Snapshot.objects.get(town=cast.town, year=2024, number=2)
    for number in range(10, 41):
        area = Area.objects.create(
            town=cast.town, area_id=f"K{number}", name=f"{number}", from_on=FIRST
        )
        AreaCount.objects.create(
            town=cast.town, snapshot=snapshot, area=area, households=10, party_members=1
        )
        post(cast, f"S{number}", f"K{number}", FIRST, None)
    town = cast.town
    with django_assert_max_num_queries(8):
        facts.areas_facts(town, 2024, FIRST, LAST, frozenset())
        facts.staff_facts(town, FIRST, LAST, frozenset())


def test_the_rows_satisfy_the_tables_of_the_scheme(cast: Cast, tmp_path) -> None:
    import csv

    from kaohe.facts import read_facts
    from kaohe.web.cycles.schemes import scheme_of

    post(cast, "S1", "J01", FIRST, None, "secretary", presiding=True)
    scheme = scheme_of(cast.cycle)
    tables = {name: scheme.fact_tables[name] for name in ("areas", "staff")}
    rows = {
        "areas": facts.areas_facts(cast.town, 2024, FIRST, LAST, frozenset()),
        "staff": facts.staff_facts(cast.town, FIRST, LAST, frozenset()),
    }
    for name, table in rows.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(tables[name].columns))
            writer.writeheader()
            writer.writerows(table)
    reading = read_facts(str(tmp_path), tables)
    assert reading.faults == ()
    assert not reading.notes
    assert reading.facts is not None
    reading.facts.close()
