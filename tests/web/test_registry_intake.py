"""Registry workbooks: a dry run with faults, what would change, one event, twice the same."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from kaohe.web.audit.models import Event
from kaohe.web.registry import actions, vocabulary
from kaohe.web.registry.models import (
    Area,
    AreaCount,
    Building,
    CountDoubt,
    Household,
    Snapshot,
    StaffPost,
)
from tests.web.cast import NOW, Cast

pytestmark = pytest.mark.either_database

HOME = "/registry/intake/"


@pytest.fixture(autouse=True)
def _no_offers(monkeypatch) -> None:
    monkeypatch.setattr(vocabulary, "_PROVIDERS", {})


def workbook(sheet: str, rows: list[list[str | int]]) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return content.getvalue()


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def upload(client: Client, kind: str, content: bytes, name: str = "a.csv", **given):
    file = SimpleUploadedFile(name, content)
    return client.post(f"{HOME}{kind}/", {"file": file, **given})


def shown(client: Client, kind: str) -> str:
    answer = client.get(f"{HOME}{kind}/preview")
    assert answer.status_code == 200
    return answer.content.decode()


def agreed(client: Client, kind: str) -> str:
    return client.get(f"{HOME}{kind}/preview").context["plan"].digest


def apply(client: Client, kind: str):
    return client.post(f"{HOME}{kind}/apply", {"agreed": agreed(client, kind)})


def taken_in() -> list[Event]:
    return list(Event.objects.filter(act="registry.taken_in"))


AREAS = lines(
    "居民区编号,居民区名称,类别,设立日期,最后一天,并入居民区编号",
    "J01,云溪苑居民区,ordinary,2024-01-01,,",
    "J02,澄波里新名,old,2024-01-01,,",
    "J04,新苑居民区,new,2024-07-01,,",
    "J05,旧里居民区,,2020-01-01,2024-06-30,J04",
)


def test_areas_are_looked_at_and_then_taken_in_as_one_act(cast: Cast) -> None:
    client = cast.client("clerk")
    assert upload(client, "areas", AREAS).headers["Location"] == f"{HOME}areas/preview"
    page = shown(client, "areas")
    assert "将新增 2 行，更改 1 行；1 行与现有记录一致" in page
    assert "澄波里居民区 → 澄波里新名" in page
    assert Area.objects.filter(town=cast.town).count() == 3, "nothing yet"
    assert apply(client, "areas").headers["Location"] == HOME
    assert cast.area("J02").name == "澄波里新名"
    assert cast.area("J05").successor == cast.area("J04")
    assert cast.area("J05").until_on == date(2024, 6, 30)
    assert cast.area("J03").name == "听澜坊居民区", "not in the file: as it was"
    (event,) = taken_in()
    assert "+2 ±1 =1" in event.told
    assert len(event.told.split()[-1]) == 64
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.csv")), "the file is done with"


def test_the_same_file_again_changes_nothing_and_says_so(cast: Cast) -> None:
    client = cast.client("clerk")
    for _ in range(2):
        upload(client, "areas", AREAS)
        page = shown(client, "areas")
        digest = agreed(client, "areas")
        client.post(f"{HOME}areas/apply", {"agreed": digest})
    assert "4 行与现有记录完全一致" in page
    assert "确认生效" not in page
    assert len(taken_in()) == 1
    twice = client.post(f"{HOME}areas/apply", {"agreed": digest}, follow=True)
    assert "没有等待生效的文件" in twice.content.decode()


def test_a_workbook_is_read_like_the_text(cast: Cast) -> None:
    client = cast.client("clerk")
    rows = [["area_id", "name", "from_on"], ["J04", "新苑", "2024-07-01"]]
    upload(client, "areas", workbook("areas", rows), "镇情.xlsx")
    apply(client, "areas")
    assert cast.area("J04").category == ""


def test_columns_that_the_file_lacks_stay_as_they_are(cast: Cast) -> None:
    client = cast.client("clerk")
    upload(client, "areas", lines("area_id,name,from_on", "J01,新名,2024-01-01"))
    apply(client, "areas")
    assert (cast.area("J01").name, cast.area("J01").category) == ("新名", "ordinary")


def test_faults_are_shown_by_row_and_given_back_marked(cast: Cast) -> None:
    client = cast.client("clerk")
    content = lines("居民区编号,居民区名称,设立日期", "J04,新苑,昨天", "J04,,2024-07-01")
    upload(client, "areas", content, "镇情.csv")
    page = shown(client, "areas")
    assert "有 3 处错误" in page
    assert "昨天" in page
    assert "设立日期" in page
    assert "确认生效" not in page
    answer = client.get(f"{HOME}areas/marked")
    assert "%E9%95%87%E6%83%85" in answer.headers["Content-Disposition"]
    marked = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    rows = marked.get_sheet_by_name("areas").to_python()
    assert rows[1][:3] == ["J04", "新苑", "昨天"]
    assert "应为日期" in rows[1][3]
    assert client.post(f"{HOME}areas/apply", {"agreed": ""}).status_code == 409
    assert taken_in() == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("J04,新苑,2024-07-01,2024-06-30,", "最后一天应不早于设立日期"),
        ("J04,新苑,2024-07-01,2024-08-30,J99", "应为已有的居民区编号"),
        ("J 4,新苑,2024-07-01,,", "应为不含空格、逗号、顿号、分号和斜线的编号"),
        ("J04,新苑,2024-07-01,,J01", "应填写最后一天"),
        ("J04,新苑,2024-07-01,2024-08-30,J04", "不能并入自己"),
        ("J04,新苑,2023-07-01,2023-08-30,J01", "应为次日（2023-08-31）存在的居民区"),
        (f"J04,{'长' * 81},2024-07-01,,", "应不超过 80 个字"),
    ],
)
def test_what_the_reader_cannot_know_is_a_fault_of_its_cell_too(
    cast: Cast, row: str, told: str
) -> None:
    client = cast.client("clerk")
    header = "area_id,name,from_on,until_on,successor"
    upload(client, "areas", lines(header, "", "J02,澄波里居民区,2024-01-01,,", row))
    page = shown(client, "areas")
    assert told in page
    assert '<th scope="row">4</th>' in page


def test_mergers_in_a_circle_are_refused(cast: Cast) -> None:
    client = cast.client("clerk")
    header = "area_id,name,from_on,until_on,successor"
    rows = ("J08,甲,2024-01-01,2024-06-30,J09", "J09,乙,2024-01-01,2024-06-30,J08")
    upload(client, "areas", lines(header, *rows))
    assert "互相并入" in shown(client, "areas")


def test_dates_that_the_file_lacks_count_in_its_checks(cast: Cast) -> None:
    client, clerk = cast.client("clerk"), cast.person("clerk")
    actions.merge_area(
        cast.area("J03"), into=cast.area("J01"), on=date(2024, 6, 30), by=clerk, at=NOW
    )
    upload(client, "areas", lines("area_id,name,from_on", "J03,新名,2024-07-01"))
    assert "最后一天应不早于设立日期" in shown(client, "areas")
    upload(client, "areas", lines("area_id,name,from_on,until_on", "J03,新名,2024-01-01,"))
    assert "应填写最后一天" in shown(client, "areas")
    upload(client, "areas", lines("area_id,name,from_on", "J03,新名,2024-02-01"))
    apply(client, "areas")
    assert cast.area("J03").successor == cast.area("J01")


def test_an_upload_that_is_not_what_it_says_is_told_at_the_field(cast: Cast) -> None:
    client = cast.client("clerk")
    answer = upload(client, "areas", b"%PDF-1.7", "a.xlsx")
    assert answer.status_code == 422
    assert "内容却不是" in answer.content.decode()
    assert client.get(f"{HOME}areas/preview").headers["Location"] == f"{HOME}areas/"


def test_a_town_that_changed_meanwhile_is_shown_again_before_anything_happens(
    cast: Cast,
) -> None:
    client = cast.client("clerk")
    upload(client, "areas", AREAS)
    digest = agreed(client, "areas")
    area = cast.area("J02")
    area.name = "别人改的名"
    actions.set_up_area(area, by=cast.person("clerk"), at=NOW)
    answer = client.post(f"{HOME}areas/apply", {"agreed": digest})
    assert answer.status_code == 409
    assert "有了变化" in answer.content.decode()
    assert "别人改的名 → 澄波里新名" in answer.content.decode()
    assert taken_in() == []
    apply(client, "areas")
    assert len(taken_in()) == 1


def open_snapshot(cast: Cast) -> Snapshot:
    snapshot = Snapshot(town=cast.town, year=2025, number=1, counted_on=date(2025, 3, 31))
    actions.save_snapshot(snapshot, by=cast.person("clerk"), at=NOW)
    return snapshot


COUNTS = lines("居民区编号,户数,党员数", "J01,210,30", "J02,310,40", "J03,90,12")


def test_counts_go_into_an_open_snapshot(cast: Cast) -> None:
    client, snapshot = cast.client("clerk"), open_snapshot(cast)
    upload(client, "counts", COUNTS, snapshot=snapshot.pk)
    assert "2025年第1次户数快照" in shown(client, "counts")
    apply(client, "counts")
    assert snapshot.counts.count() == 3
    upload(client, "counts", COUNTS, snapshot=snapshot.pk)
    assert "完全一致" in shown(client, "counts")


def test_counts_that_change_want_a_new_confirmation_and_answer_doubts(cast: Cast) -> None:
    client, snapshot = cast.client("clerk"), open_snapshot(cast)
    upload(client, "counts", COUNTS, snapshot=snapshot.pk)
    apply(client, "counts")
    secretary, count = cast.person("secretary"), snapshot.counts.get(area__area_id="J01")
    actions.doubt_count(CountDoubt(town=cast.town, count=count, text="少了"), by=secretary, at=NOW)
    other = snapshot.counts.get(area__area_id="J02")
    actions.confirm_count(other, by=cast.person("other_secretary"), at=NOW)
    before = Event.objects.count()
    changed = COUNTS.replace(b"210", b"230")
    upload(client, "counts", changed, snapshot=snapshot.pk)
    apply(client, "counts")
    assert Event.objects.count() == before + 1
    assert CountDoubt.objects.get().answer == "数字已更正。"
    other.refresh_from_db()
    assert other.confirmed_at == NOW


def test_counts_never_reach_a_frozen_snapshot(cast: Cast) -> None:
    client, snapshot = cast.client("clerk"), open_snapshot(cast)
    upload(client, "counts", COUNTS, snapshot=snapshot.pk)
    digest = agreed(client, "counts")
    Snapshot.objects.filter(pk=snapshot.pk).update(frozen_at=NOW)
    answer = client.post(f"{HOME}counts/apply", {"agreed": digest})
    assert answer.status_code == 403
    assert "已于 2024-11-20 冻结" in answer.content.decode()
    assert AreaCount.objects.filter(snapshot=snapshot).count() == 0
    page = client.get(f"{HOME}counts/").content.decode()
    assert "没有可以填报的户数快照" in page
    assert upload(client, "counts", COUNTS, snapshot=snapshot.pk).status_code == 422


def test_counts_are_for_areas_that_are_there_on_the_day(cast: Cast) -> None:
    client, snapshot = cast.client("clerk"), open_snapshot(cast)
    Area.objects.create(town=cast.town, area_id="J09", name="后来", from_on=date(2025, 6, 1))
    content = lines("area_id,households,party_members", "J09,1,1", "J99,1,1", "J01,0,1")
    upload(client, "counts", content, snapshot=snapshot.pk)
    assert "有 1 处错误" in shown(client, "counts"), "the reader's faults come first"
    upload(client, "counts", content.replace(b"J01,0", b"J01,5"), snapshot=snapshot.pk)
    page = shown(client, "counts")
    assert "应为统计日期 2025-03-31 存在的居民区" in page
    assert "应为已有的居民区编号" in page


STAFF = lines(
    "人员编号,居民区编号,职务,主持工作,坐班,任职自,任职至",
    "0001,J01,secretary,否,否,2024-01-01,",
    "0002,J01,deputy_secretary,是,,2024-01-01,2024-06-30",
    "0002,J01,deputy_secretary,,,2024-09-01,",
)


def test_the_roster_of_staff_is_taken_in_by_clerk_or_finance(cast: Cast) -> None:
    client = cast.client("finance")
    assert "住户" not in client.get(HOME).content.decode()
    upload(client, "staff", STAFF)
    assert "将新增 3 行" in shown(client, "staff")
    apply(client, "staff")
    first = StaffPost.objects.get(staff_id="0002", from_on=date(2024, 1, 1))
    assert (first.presiding, first.until_on) == (True, date(2024, 6, 30))
    upload(client, "staff", STAFF.replace(b"2024-06-30", b"2024-07-31"))
    assert "2024-06-30 → 2024-07-31" in shown(client, "staff")
    apply(client, "staff")
    upload(client, "staff", STAFF.replace(b"2024-06-30", b"2024-07-31"))
    assert "完全一致" in shown(client, "staff")
    assert len(taken_in()) == 2


def test_stretches_that_overlap_with_the_file_or_the_town_are_faults(cast: Cast) -> None:
    client = cast.client("clerk")
    upload(client, "staff", STAFF)
    apply(client, "staff")
    header = "staff_id,area_id,role,from_on,until_on"
    upload(client, "staff", lines(header, "0001,J01,secretary,2024-05-01,"))
    assert "自 2024-01-01 起的任职重叠" in shown(client, "staff")
    moved = ("0001,J01,secretary,2024-01-01,2024-04-30", "0001,J01,secretary,2024-05-01,")
    upload(client, "staff", lines(header, *moved))
    assert "将新增 1 行，更改 1 行" in shown(client, "staff")
    upload(client, "staff", lines(header, "0009,J01,other,2024-05-01,2024-04-01"))
    assert "应不早于任职自" in shown(client, "staff")
    upload(client, "staff", lines(header, "0009,J77,other,2024-05-01,"))
    assert "应为已有的居民区编号" in shown(client, "staff")


def test_roles_are_those_of_the_policy_and_labels_are_read(cast: Cast) -> None:
    vocabulary.offer("role", lambda town: {"secretary": "党组织书记"})
    client = cast.client("clerk")
    header = "人员编号,居民区编号,职务,任职自"
    upload(client, "staff", lines(header, "0001,J01,党组织书记,2024-01-01"))
    apply(client, "staff")
    assert StaffPost.objects.get().role == "secretary"
    upload(client, "staff", lines(header, "0002,J01,镇长,2024-01-01"))
    assert "党组织书记" in shown(client, "staff")


HOUSEHOLDS = lines("住户编号,楼栋编号,居民区编号", "H1,B1,J01", "H2,B1,J01", "H3,B2,J02")


def test_households_come_with_their_buildings(cast: Cast) -> None:
    client = cast.client("clerk")
    upload(client, "households", HOUSEHOLDS)
    apply(client, "households")
    assert Building.objects.count() == 2
    assert Household.objects.get(household_id="H3").building.area == cast.area("J02")
    moved = HOUSEHOLDS.replace(b"H3,B2,J02", b"H3,B2,J03").replace(b"H2,B1", b"H2,B4")
    upload(client, "households", moved)
    assert "更改 2 行" in shown(client, "households")
    apply(client, "households")
    assert Building.objects.get(building_id="B2").area == cast.area("J03")
    assert Household.objects.get(household_id="H2").building.building_id == "B4"
    upload(client, "households", moved)
    assert "完全一致" in shown(client, "households")


def test_a_building_stands_in_one_area(cast: Cast) -> None:
    client = cast.client("clerk")
    upload(
        client, "households", lines("household_id,building_id,area_id", "H1,B1,J01", "H2,B1,J02")
    )
    page = shown(client, "households")
    assert "第 2 行为 J01" in page
    upload(client, "households", lines("household_id,building_id,area_id", "H1,B1,J77"))
    assert "应为已有的居民区编号" in shown(client, "households")


@pytest.mark.parametrize("kind", ["areas", "counts", "staff", "households"])
def test_the_template_has_the_sheet_and_the_headings(cast: Cast, kind: str) -> None:
    answer = cast.client("clerk").get(f"{HOME}{kind}/template")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert kind in book.sheet_names
    assert "居民区编号" in book.get_sheet_by_name(kind).to_python()[0]
    page = cast.client("clerk").get(f"{HOME}{kind}/").content.decode()
    assert "下载模板" in page


@pytest.mark.parametrize("username", ["secretary", "auditor", "group_head", "provider", "max"])
def test_nobody_else_takes_files_in(cast: Cast, username: str) -> None:
    client = cast.client(username)
    for address in (HOME, f"{HOME}areas/", f"{HOME}areas/preview", f"{HOME}areas/template"):
        assert client.get(address).status_code == 404
    assert upload(client, "areas", AREAS).status_code == 404
    assert client.post(f"{HOME}areas/apply", {}).status_code == 404


def test_finance_takes_in_staff_only_and_unknown_kinds_are_not_there(cast: Cast) -> None:
    client = cast.client("finance")
    assert client.get(f"{HOME}areas/").status_code == 404
    assert client.get(f"{HOME}staff/").status_code == 200
    assert client.get(f"{HOME}pay/").status_code == 404


def test_files_of_the_other_town_reach_its_own_areas_only(cast: Cast) -> None:
    client = cast.client("stranger")
    upload(client, "areas", AREAS)
    apply(client, "areas")
    assert cast.area("J02").name == "澄波里居民区"


def test_a_full_town_is_taken_in_with_few_questions(
    cast: Cast, django_assert_max_num_queries
) -> None:
    client = cast.client("clerk")
    rows = [f"H{number},B{number // 20},J0{number // 20 % 3 + 1}" for number in range(3000)]
    upload(client, "households", lines("household_id,building_id,area_id", *rows))
    with django_assert_max_num_queries(60):
        client.post(f"{HOME}households/apply", {"agreed": agreed(client, "households")})
    assert Household.objects.count() == 3000
