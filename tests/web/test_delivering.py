"""What happens to a provider's file: it counts as a whole or not at all, and can be taken back."""

from __future__ import annotations

import csv
import io
import time
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from kaohe.web.audit.actions import Stale
from kaohe.web.audit.models import Event
from kaohe.web.cycles import delivering
from kaohe.web.cycles.delivering import (
    apply_delivery,
    map_columns,
    sign_delivery,
    withdraw_delivery,
)
from kaohe.web.cycles.delivery_checking import Checked
from kaohe.web.cycles.delivery_storing import reading_of
from kaohe.web.cycles.facts import delivered, delivered_rows, tables_delivered, unsigned
from kaohe.web.cycles.models import Cycle, Delivery, Exemption, Mapping
from kaohe.web.registry.models import Area, StaffPost
from tests.web.cast import BEGIN, NOW, Cast
from tests.web.deliveries import CASES, as_csv, as_workbook, case, hand_in, in_force, signed


def acts(delivery: Delivery) -> list[str]:
    events = Event.objects.filter(object=f"cycles.delivery:{delivery.pk}").order_by("number")
    return [event.act.removeprefix("cycles.delivery_") for event in events]


def folders() -> list[str]:
    return sorted(path.name for path in (Path(settings.MEDIA_ROOT) / "deliveries").iterdir())


def numbers(cast: Cast) -> list[str]:
    return [row["case_id"] for row in delivered_rows(cast.cycle, "cases")]


def test_a_file_is_checked_applied_and_signed_with_one_event_each(
    cast: Cast, tmp_path: Path
) -> None:
    content = as_csv([case("A2"), case("A1", 来源="hotline")])
    delivery = hand_in(cast, content, tmp_path)
    assert (delivery.state, delivery.rows, delivery.number) == ("checked", 2, 1)
    assert delivery.file_sha256 == sha256(content).hexdigest()
    assert delivery.content_sha256 == sha256(delivery.content.read_bytes()).hexdigest()
    assert delivered(cast.cycle) == {}, "nothing counts before it is applied"
    apply_delivery(delivery, by=cast.person("provider"), at=NOW)
    assert delivered(cast.cycle) == {"cases": [delivery.content]}
    assert unsigned(cast.cycle) == [delivery]
    sign_delivery(delivery, by=cast.person("provider"), at=NOW)
    assert unsigned(cast.cycle) == []
    assert acts(delivery) == ["taken", "applied", "signed"]
    event = Event.objects.get(act="cycles.delivery_applied")
    assert "城运中心 热线、信访、舆情办件 第1版：" in event.told
    assert "2行" in event.told
    assert delivery.file_sha256 in event.told
    assert delivery.content_sha256 in event.told


def test_canonical_content_is_the_same_whatever_the_form(cast: Cast, tmp_path: Path) -> None:
    rows = [case("A2"), case("A1", "J02")]
    one = hand_in(cast, as_csv(rows), tmp_path, part="一")
    two = hand_in(cast, as_workbook(rows[::-1]), tmp_path, name="导出.xlsx", part="二")
    assert one.content.read_bytes() == two.content.read_bytes()
    assert one.content.read_text("utf-8").splitlines()[1] == (
        "A1,J02,hotline,2024-05-06,true,true,true,,,,,,,,,,,"
    )


def test_a_file_with_one_bad_row_applies_nothing_and_names_the_row(
    cast: Cast, tmp_path: Path
) -> None:
    delivery = hand_in(cast, as_csv([case("A1"), case("A2", "J77")]), tmp_path)
    assert (delivery.state, delivery.faults, delivery.rows) == ("faulty", 1, 0)
    assert not delivery.content.exists()
    with pytest.raises(PermissionDenied, match="一行也没有采用"):
        apply_delivery(delivery, by=cast.person("provider"), at=NOW)
    assert numbers(cast) == []
    assert acts(delivery) == ["taken"]


def test_a_newer_version_takes_the_place_and_withdrawn_gives_it_back(
    cast: Cast, tmp_path: Path
) -> None:
    by = cast.person("provider")
    first = signed(cast, as_csv([case("A1")]), tmp_path)
    second = in_force(cast, as_csv([case("A1"), case("A2")]), tmp_path)
    assert second.number == 2
    assert numbers(cast) == ["A1", "A2"]
    assert unsigned(cast.cycle) == [second], "a signature holds for its version only"
    with pytest.raises(PermissionDenied, match="请先撤回那一版"):
        withdraw_delivery(first, by=by, at=NOW)
    with pytest.raises(PermissionDenied, match="签认那一版"):
        sign_delivery(first, by=by, at=NOW)
    withdraw_delivery(second, by=by, at=NOW)
    assert numbers(cast) == ["A1"]
    assert unsigned(cast.cycle) == []
    assert acts(second) == ["taken", "applied", "withdrawn"]
    withdraw_delivery(first, by=by, at=NOW)
    assert tables_delivered(cast.cycle) == frozenset()


def test_a_part_that_was_named_by_mistake_is_withdrawn_and_nothing_lacks(
    cast: Cast, tmp_path: Path
) -> None:
    by, counts = cast.person("provider"), in_force(cast, as_csv([case("A1")]), tmp_path)
    faulty = hand_in(cast, as_csv([case("A2", "J77")]), tmp_path, part="试")
    checked = hand_in(cast, as_csv([case("A3")]), tmp_path, part="再试")
    client, list_of_files = cast.client("provider"), "/cycles/deliveries/"
    assert "未报送" in client.get(list_of_files).content.decode()
    withdraw_delivery(faulty, by=by, at=NOW)
    page = f"{list_of_files}{checked.pk}/"
    assert "作废这一版" in client.get(page).content.decode()
    sent = {"seen": checked.version, "never_counted": "yes"}
    told = client.post(f"{page}withdraw", sent, follow=True).content.decode()
    assert "第1版已作废" in told
    shown = client.get(list_of_files).content.decode()
    assert "试" not in shown
    assert "未报送" not in shown
    assert numbers(cast) == ["A1"]
    assert acts(counts) == ["taken", "applied"], "what counts is left alone"
    with pytest.raises(PermissionDenied, match="已经撤回"):
        apply_delivery(checked, by=by, at=NOW)
    with pytest.raises(PermissionDenied, match="已经撤回"):
        withdraw_delivery(checked, by=by, at=NOW)


def test_parts_are_counted_together_and_replaced_one_by_one(cast: Cast, tmp_path: Path) -> None:
    in_force(cast, as_csv([case("A1")]), tmp_path, part="2024-01")
    in_force(cast, as_csv([case("B1")]), tmp_path, part="2024-02")
    in_force(cast, as_csv([case("A9")]), tmp_path, part="2024-01")
    assert sorted(numbers(cast)) == ["A9", "B1"]


def test_the_same_content_again_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    rows = [case("A1"), case("A2")]
    delivery = in_force(cast, as_csv(rows), tmp_path)
    before = Event.objects.count()
    again = hand_in(cast, as_workbook(rows[::-1]), tmp_path, name="x.xlsx")
    assert again == delivery
    assert apply_delivery(again, by=cast.person("provider"), at=NOW).state == "applied"
    assert Event.objects.count() == before
    assert Delivery.objects.count() == 1
    assert folders() == [str(delivery.pk)], "nothing stays of a file that is not needed"


def test_the_same_file_waiting_is_not_taken_twice(cast: Cast, tmp_path: Path) -> None:
    content = as_csv([case("A1")])
    delivery = hand_in(cast, content, tmp_path)
    assert hand_in(cast, content, tmp_path) == delivery
    assert hand_in(cast, as_csv([case("A1"), case("A2")]), tmp_path).number == 2


def test_the_same_file_with_the_same_faults_is_not_taken_twice(cast: Cast, tmp_path: Path) -> None:
    content = as_csv([case("A1", area="新苑居民区")])
    faulty = hand_in(cast, content, tmp_path)
    assert (faulty.state, faulty.number) == ("faulty", 1)
    assert hand_in(cast, content, tmp_path) == faulty
    area = cast.area("J03")
    area.name = "新苑居民区"
    area.save()
    assert hand_in(cast, content, tmp_path).number == 2, "it is right by now"


def test_an_older_version_cannot_be_applied_over_a_newer_one(cast: Cast, tmp_path: Path) -> None:
    old = hand_in(cast, as_csv([case("A1")]), tmp_path)
    in_force(cast, as_csv([case("A2")]), tmp_path)
    with pytest.raises(PermissionDenied, match="第2版更新"):
        apply_delivery(old, by=cast.person("provider"), at=NOW)


@pytest.mark.parametrize("stage", ["prepare", "adopted", "scoring", "published"])
def test_nothing_happens_to_files_unless_the_cycle_collects(
    cast: Cast, tmp_path: Path, stage: str
) -> None:
    by = cast.person("provider")
    waiting = hand_in(cast, as_csv([case("A1")]), tmp_path, part="1")
    counted = in_force(cast, as_csv([case("A2")]), tmp_path, part="2")
    before = Event.objects.count()
    Cycle.objects.update(stage=stage)
    reason = "还没有进入" if stage in ("prepare", "adopted") else "不再收文件"
    with pytest.raises(PermissionDenied, match=reason):
        hand_in(cast, as_csv([case("A3")]), tmp_path)
    for act, delivery in (
        (apply_delivery, waiting),
        (sign_delivery, counted),
        (withdraw_delivery, counted),
    ):
        with pytest.raises(PermissionDenied, match=reason):
            act(delivery, by=by, at=NOW)
    with pytest.raises(PermissionDenied, match=reason):
        map_columns(waiting, columns={}, words={}, by=by, at=NOW)
    assert Event.objects.count() == before
    assert numbers(cast) == ["A2"]


def test_whoever_saw_an_older_state_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    by = cast.person("provider")
    delivery = in_force(cast, as_csv([case("A1")]), tmp_path)
    for act in (sign_delivery, withdraw_delivery):
        with pytest.raises(Stale):
            act(delivery, by=by, at=NOW, seen=1)
    delivery.refresh_from_db()
    assert delivery.state == "applied"
    assert not delivery.signed_by


def test_rows_of_other_sources_are_the_providers_fault(cast: Cast, tmp_path: Path) -> None:
    content = as_csv([case("A1"), case("A2", 来源="信访"), case("A3", 来源="")])
    delivery = hand_in(cast, content, tmp_path)
    assert delivery.faults == 1, "an empty source is this one: it has no other"
    (fault,) = reading_of(delivery).faults
    assert fault.row == 3
    assert fault.column == "source"
    assert fault.expected.zh == "只能报送来源为 12345热线的行"


def test_a_column_with_one_possible_value_may_be_left_out(cast: Cast, tmp_path: Path) -> None:
    headings = [heading for heading in CASES if heading != "来源"]
    rows = [[cell for cell in case("A1") if cell != "12345热线"]]
    in_force(cast, as_csv(rows, headings), tmp_path)
    assert [row["source"] for row in delivered_rows(cast.cycle, "cases")] == ["hotline"]


def test_limits_that_do_not_fit_the_scheme_are_said_to_the_provider(
    cast: Cast, tmp_path: Path
) -> None:
    source = cast.source("hotline")
    source.only = {"cases": {"source": "telephone"}}
    source.save()
    with pytest.raises(PermissionDenied, match="请党建办更正"):
        hand_in(cast, as_csv([case("A1")]), tmp_path)


@pytest.mark.parametrize("table", ["visits", "answers", "nowhere"])
def test_tables_of_others_and_single_ballots_are_not_taken(
    cast: Cast, tmp_path: Path, table: str
) -> None:
    source = cast.source("hotline")
    source.tables = ["cases", "answers", "nowhere"]
    source.save()
    with pytest.raises(PermissionDenied):
        hand_in(cast, as_csv([case("A1")]), tmp_path, table=table)


def test_own_headings_and_words_are_remembered_and_used_again(cast: Cast, tmp_path: Path) -> None:
    headings = ["工单号", "居民区编号", "来源", "受理日期", "有责", "已处置", "剔除原因"]
    rows = [[*case("A1"), "重复件"], [*case("A2"), "再次来电"], [*case("A3"), "不属实"]]
    delivery = hand_in(cast, as_csv(rows, headings), tmp_path)
    assert delivery.state == "faulty"
    delivery = map_columns(
        delivery,
        columns={"case_id": "工单号"},
        words={"excluded": {"重复件": "repeat", "再次来电": "repeat"}},
        by=cast.person("provider"),
        at=NOW,
        seen=1,
    )
    assert (delivery.state, delivery.rows, delivery.version) == ("checked", 3, 2)
    assert acts(delivery) == ["taken", "mapped"]
    assert folders() == [str(delivery.pk)]
    apply_delivery(delivery, by=cast.person("provider"), at=NOW)
    assert [row["excluded"] for row in delivered_rows(cast.cycle, "cases")] == [
        "repeat",
        "repeat",
        "unfounded",
    ]
    again = hand_in(cast, as_csv([*rows, [*case("A4"), ""]], headings), tmp_path)
    assert again.state == "checked", "headings and words are asked once"
    plain = hand_in(cast, as_csv([case("A5")]), tmp_path)
    assert plain.state == "checked", "a file with the declared headings needs no mapping"
    assert Mapping.objects.count() == 1


def test_a_mapping_that_fails_leaves_everything_as_it_was(cast: Cast, tmp_path: Path) -> None:
    delivery = hand_in(cast, as_csv([case("A1")]), tmp_path)
    content = delivery.content.read_bytes()
    with pytest.raises(Stale):
        map_columns(delivery, columns={}, words={}, by=cast.person("provider"), at=NOW, seen=7)
    assert delivery.content.read_bytes() == content
    assert folders() == [str(delivery.pk)]
    assert not Mapping.objects.exists()


def test_areas_that_were_merged_tell_under_their_successor(cast: Cast, tmp_path: Path) -> None:
    old = Area.objects.create(
        town=cast.town,
        area_id="J09",
        name="旧苑居民区",
        from_on=BEGIN,
        until_on=date(2024, 6, 30),
        successor=cast.area("J02"),
    )
    in_force(cast, as_csv([case("A1", "J09"), case("A2", "J02")]), tmp_path)
    told = {row["case_id"]: row["area_id"] for row in delivered_rows(cast.cycle, "cases")}
    assert told == {"A1": "J02", "A2": "J02"}
    old.until_on = date(2025, 3, 1)
    old.save()
    told = {row["case_id"]: row["area_id"] for row in delivered_rows(cast.cycle, "cases")}
    assert told["A1"] == "J09", "at the end of the period it still stood"


def test_rows_of_exempted_areas_are_taken_and_left_out(cast: Cast, tmp_path: Path) -> None:
    Exemption.objects.create(
        town=cast.town, cycle=cast.cycle, area=cast.area("J02"), reason="年底新设"
    )
    delivery = in_force(cast, as_csv([case("A1"), case("A2", "J02")]), tmp_path)
    assert delivery.rows == 2
    assert numbers(cast) == ["A1"]


def test_an_area_of_another_town_is_unknown(cast: Cast, tmp_path: Path) -> None:
    elsewhere = cast.user("stranger").town
    Area.objects.create(town=elsewhere, area_id="X01", name="别处", from_on=BEGIN)
    assert hand_in(cast, as_csv([case("A1", "X01")]), tmp_path).faults == 1


def test_a_name_that_two_areas_share_means_the_one_that_stands(cast: Cast, tmp_path: Path) -> None:
    Area.objects.create(
        town=cast.town,
        area_id="J09",
        name="云溪苑居民区",
        from_on=BEGIN,
        until_on=date(2024, 6, 30),
        successor=cast.area("J02"),
    )
    in_force(cast, as_csv([case("A1", "云溪苑居民区")]), tmp_path)
    assert [row["area_id"] for row in delivered_rows(cast.cycle, "cases")] == ["J01"]
    Area.objects.filter(area_id="J02").update(name="云溪苑居民区")
    assert hand_in(cast, as_csv([case("A2", "云溪苑居民区")]), tmp_path).faults == 1


def test_a_kind_of_file_that_cannot_be_read_is_a_mistake_of_the_caller(
    cast: Cast, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="xlsx, csv, parquet"):
        hand_in(cast, as_csv([case("A1")]), tmp_path, name="cases.pdf")


def test_staff_are_looked_up_where_there_is_a_roster(cast: Cast, tmp_path: Path) -> None:
    headings = ["居民区编号", "住户编号", "人员编号", "走访日期"]
    rows = [["J01", "H1", "S1", "2024-05-06"], ["J01", "H2", "S2", "2024-05-06"]]
    given = {"table": "visits", "source": "cloud", "by": "other_provider"}
    assert hand_in(cast, as_csv(rows, headings), tmp_path, **given).state == "checked"
    StaffPost.objects.create(
        town=cast.town, staff_id="S1", area=cast.area("J01"), role="social_worker", from_on=BEGIN
    )
    assert hand_in(cast, as_csv(rows, headings), tmp_path, part="2", **given).faults == 1


def test_a_limit_set_by_the_area_is_kept(cast: Cast, tmp_path: Path) -> None:
    headings = ["居民区编号", "测评方式", "线上轮次", "参与户数"]
    rows = [["J01", "线上测评", "1", "102"], ["J01", "线上测评", "2", "103"]]
    given = {"table": "participation_counts", "source": "survey", "by": "survey_manager"}
    delivery = hand_in(cast, as_csv(rows, headings), tmp_path, **given)
    assert delivery.faults == 1, "J01 has 102 households in the second snapshot"


def test_a_file_without_rows_says_that_there_is_nothing(cast: Cast, tmp_path: Path) -> None:
    delivery = in_force(cast, as_csv([]), tmp_path)
    assert delivery.rows == 0
    assert tables_delivered(cast.cycle) == {"cases"}
    assert numbers(cast) == []


def test_nothing_is_left_of_a_file_whose_taking_fails(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("kaohe.web.cycles.delivering.record", fails)
    with pytest.raises(OSError, match="disk is full"):
        hand_in(cast, as_csv([case("A1")]), tmp_path)
    assert folders() == []
    assert not Delivery.objects.exists()


def test_sixty_thousand_rows_take_less_than_the_demonstration_can_wait(
    cast: Cast, tmp_path: Path
) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["area_id", "household_id", "staff_id", "visited_on"])
    for number in range(60_000):
        writer.writerow([f"J0{number % 3 + 1}", f"H{number}", f"S{number % 90}", "2024-05-06"])
    begun = time.monotonic()
    delivery = in_force(
        cast,
        text.getvalue().encode(),
        tmp_path,
        table="visits",
        source="cloud",
        by="other_provider",
    )
    # On an idle machine a quarter of a second; others may be at work here.
    assert time.monotonic() - begun < 10
    assert delivery.rows == 60_000
    assert sum(1 for _ in delivered_rows(cast.cycle, "visits")) == 60_000


def test_two_files_at_the_same_moment_never_stand_in_each_others_way(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first file is being checked the second comes in and is done before it."""
    reads = delivering.check_file

    def hand_in_slowly(*rows: list[str]) -> Delivery:
        def meanwhile(*given: Any) -> Checked:
            monkeypatch.setattr(delivering, "check_file", reads)
            hand_in(cast, as_csv(rows), tmp_path, name="faster.csv")
            return reads(*given)

        monkeypatch.setattr(delivering, "check_file", meanwhile)
        return hand_in(cast, as_csv([case("A1")]), tmp_path)

    assert hand_in_slowly(case("A1")).number == 1, "the same file twice is one version"
    assert hand_in_slowly(case("A2")).number == 3, "another file is a version of its own"
    assert [one.number for one in Delivery.objects.order_by("number")] == [1, 2, 3]
    assert Event.objects.filter(act="cycles.delivery_taken").count() == 3
    assert folders() == sorted(str(one.pk) for one in Delivery.objects.all())
