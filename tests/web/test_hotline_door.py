"""A provider's export of cases passes a door: nothing of the caller is stored, and that is told."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings

from kaohe.web.cycles.delivering import apply_delivery, map_columns
from kaohe.web.cycles.delivery_storing import reading_of, received_file
from kaohe.web.cycles.delivery_work import UNMASKED, forget_unmasked
from kaohe.web.cycles.facts import delivered_rows
from kaohe.web.cycles.models import Delivery
from kaohe.web.hotline.door_columns import why_dropped
from kaohe.web.hotline.facts import to_be_laid, told_cases
from kaohe.web.hotline.models import Case
from kaohe.web.jobs.models import Job
from kaohe.web.registry.models import Area
from kaohe.web.results.gathering import gather
from tests.web.cast import NOW, Cast
from tests.web.deliveries import (
    CASES,
    as_csv,
    as_workbook,
    case,
    hand_in,
    in_force,
    send,
    sheet_rows,
)

pytestmark = pytest.mark.either_database

EXPORT = (
    "工单编号",
    "来电人",
    "联系电话",
    "诉求内容",
    "居民区编号",
    "地点",
    "类别",
    "受理日期",
    "办结日期",
    "有责",
    "已处置",
    "回访结果",
    "诉求摘要",
    "备用1",
    "备用2",
)
SECRETS = ("王建国", "13812345678", "56781234", "310113198001011234", "沪A12345", "301室", "李秀英")


def exported(number: int, **changed: str) -> list[str]:
    """A row as a hotline's own system gives it, with what it knows of the caller."""
    row = {
        "工单编号": f"SH202405{number:06}",
        "来电人": "王建国",
        "联系电话": "138-1234-5678",
        "诉求内容": "市民王建国（身份证310113198001011234）来电反映……",
        "居民区编号": "J01",
        "地点": "殷高西路101弄12号301室",
        "类别": "噪音扰民",
        "受理日期": "2024-05-06",
        "办结日期": "2024-05-09",
        "有责": "是",
        "已处置": "是",
        "回访结果": ("满意", "基本满意", "不满意", "未回访")[number % 4],
        "诉求摘要": "李秀英女士（56781234）反映沪A12345占道，王建国来电催办",
        "备用1": "１３８１２３４５６７８",
        "备用2": "310113198001011235",
    }
    return list({**row, **changed}.values())


def stored_text(delivery: Delivery) -> str:
    """Everything that lies on the disk of a delivery."""
    return "".join(path.read_text("utf-8") for path in delivery.folder.rglob("*") if path.is_file())


def assert_nobody_told(text: str) -> None:
    found = [one for one in (*SECRETS, "138-1234", "１３８１") if one in text]
    assert found == []


def parquet_of(rows: list[list[str]], folder: Path) -> bytes:
    path = folder / "export.parquet"
    source = folder / "export.csv"
    source.write_bytes(as_csv(rows, EXPORT))
    duckdb.sql(f"COPY (FROM read_csv('{source}', all_varchar = true)) TO '{path}' (FORMAT parquet)")
    source.unlink()
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["utf-8", "gb18030", "xlsx", "parquet"])
def test_nothing_of_the_caller_is_stored_whatever_the_kind(
    cast: Cast, tmp_path: Path, kind: str
) -> None:
    rows = [exported(number) for number in range(8)]
    content, name = {
        "utf-8": lambda: (as_csv(rows, EXPORT), "十月.csv"),
        "gb18030": lambda: (as_csv(rows, EXPORT, "gb18030"), "十月.csv"),
        "xlsx": lambda: (as_workbook(rows, EXPORT), "十月.xlsx"),
        "parquet": lambda: (parquet_of(rows, tmp_path), "十月.parquet"),
    }[kind]()
    delivery = hand_in(cast, content, tmp_path, name=name)
    assert delivery.file_sha256 == sha256(content).hexdigest(), "what the provider can prove"
    assert_nobody_told(stored_text(delivery))
    passage = reading_of(delivery).passage
    assert passage is not None
    assert passage.sha256 == sha256(received_file(delivery).read_bytes()).hexdigest()
    assert [heading for heading, _why in passage.dropped] == [
        "来电人",
        "联系电话",
        "诉求内容",
        "备用1",
        "备用2",
    ]
    counted = {(heading, told.zh): count for heading, told, count in passage.masked}
    assert counted == {
        ("地点", "室号"): 8,
        ("诉求摘要", "姓名"): 16,
        ("诉求摘要", "电话"): 8,
        ("诉求摘要", "车牌"): 8,
    }
    kept = received_file(delivery).read_text("utf-8").splitlines()
    assert kept[1].startswith("SH202405000000,J01,殷高西路101弄［室号］,噪音扰民,2024-05-06")


def test_headings_are_mapped_once_and_one_may_be_two_columns(cast: Cast, tmp_path: Path) -> None:
    rows = [exported(number) for number in range(8)]
    client = cast.client("provider")
    answer = send(client, as_csv(rows, EXPORT), "王建国先生13812345678.csv")
    delivery = Delivery.objects.get()
    assert answer.headers["Location"].endswith("/columns")
    assert_nobody_told(delivery.file_name)
    page = client.get(answer.headers["Location"]).content.decode()
    assert_nobody_told(page)
    assert "13812345678" not in page
    columns = {"case_id": "工单编号", "satisfied": "回访结果", "callback": "回访结果"}
    words = {"satisfied": {"满意": "true", "基本满意": "true", "不满意": "false", "未回访": ""}}
    by = cast.person("provider")
    mapped = map_columns(delivery, columns=columns, words=words, by=by, at=NOW)
    assert (mapped.state, mapped.rows) == ("checked", 8)
    assert reading_of(mapped).passage == reading_of(delivery).passage, "the door is not forgotten"
    apply_delivery(mapped, by=by, at=NOW)
    told = {row["callback"]: row["satisfied"] for row in delivered_rows(cast.cycle, "cases")}
    assert told == {"满意": "true", "基本满意": "true", "不满意": "false", "未回访": ""}
    again = hand_in(cast, as_csv([exported(9), exported(10)], EXPORT), tmp_path)
    assert again.state == "checked", "headings and words are remembered"


def test_the_form_offers_words_of_yes_and_no_and_a_shared_heading(cast: Cast) -> None:
    client = cast.client("provider")
    send(client, as_csv([exported(number) for number in range(8)], EXPORT))
    delivery = Delivery.objects.get()
    table = [
        "case_id", "area_id", "source", "received_on", "responsible", "reasonable", "handled",
        "resolved", "satisfied", "excluded", "kind", "place", "department", "callback", "returned",
        "earlier_case", "summary", "closed_on",
    ]  # fmt: skip
    headings = {
        "case_id": "工单编号", "area_id": "居民区编号", "received_on": "受理日期",
        "responsible": "有责", "handled": "已处置", "satisfied": "回访结果", "callback": "回访结果",
        "place": "地点", "kind": "类别",
    }  # fmt: skip
    address = f"/cycles/deliveries/{delivery.pk}/columns"
    chosen = {f"column-{at}": headings.get(name, "") for at, name in enumerate(table)}
    client.post(address, {**chosen, "seen": 1})
    page = client.get(address).content.decode()
    assert "满意中的“未回访”" in page
    assert page.count('<option value="#">空白</option>') == 4
    said = dict(
        zip(("满意", "基本满意", "不满意", "未回访"), ("true", "true", "false", "#"), strict=True)
    )
    words = {
        f"word-{table.index('satisfied')}-{at}": said[word]
        for at, word in enumerate(["满意", "基本满意", "不满意", "未回访"])
    }
    client.post(address, {**chosen, **words, "seen": 2})
    delivery.refresh_from_db()
    assert delivery.state == "checked"
    own = {**chosen, "column-0": "", "column-1": "", "column-11": ""}
    refused = client.post(address, {**own, **words, "seen": 3})
    assert refused.status_code == 422
    assert refused.content.decode().count("这一列必须有") == 2, "an area, where no place is told"


def test_the_page_tells_what_was_dropped_and_masked(cast: Cast, tmp_path: Path) -> None:
    rows = [exported(number) for number in range(8)]
    delivery = hand_in(cast, as_csv(rows, EXPORT), tmp_path)
    for username in ("provider", "clerk", "auditor"):
        page = cast.client(username).get(f"/cycles/deliveries/{delivery.pk}/").content.decode()
        assert "来电人（标题是来电人信息）" in page
        assert "备用2（内容多为证件号码）" in page
        assert '<tr><td>诉求摘要</td><td>姓名</td><td class="number">16</td></tr>' in page
        assert "前后没有" in page or "没有的会漏过" in page, "the limit is said plainly"
        assert_nobody_told(page)
    received = cast.client("provider").get(f"/cycles/deliveries/{delivery.pk}/file")
    assert_nobody_told(b"".join(received.streaming_content).decode())


def test_a_file_that_cannot_be_read_is_not_kept(cast: Cast, tmp_path: Path) -> None:
    content = ",".join(EXPORT).encode() + b'\n"' + "王建国,13812345678".encode()
    delivery = hand_in(cast, content, tmp_path)
    assert delivery.state == "faulty"
    assert_nobody_told(stored_text(delivery))
    (fault,) = reading_of(delivery).faults
    assert "引号" in fault.expected.zh
    assert cast.client("provider").get(f"/cycles/deliveries/{delivery.pk}/").status_code == 200


@pytest.mark.parametrize(
    "above", [["2024年高境镇12345工单明细表"], [], ["制表：城运中心", "", "2024-12-31"]]
)
def test_rows_above_the_headings_are_to_be_deleted_and_nothing_of_people_is_kept(
    cast: Cast, tmp_path: Path, above: list[str]
) -> None:
    padded = [*above, *[""] * (len(EXPORT) - len(above))]
    content = as_workbook([EXPORT, *[exported(number) for number in range(20)]], padded)
    delivery = hand_in(cast, content, tmp_path, name="明细.xlsx")
    assert_nobody_told(stored_text(delivery))
    (fault,) = reading_of(delivery).faults
    assert "请删去列标题上面的各行" in fault.expected.zh
    page = cast.client("provider").get(f"/cycles/deliveries/{delivery.pk}/").content.decode()
    assert "内容一点也没有保存" in page
    assert "没有发现个人信息" not in page
    assert "调整列的对应" not in page


def test_a_column_without_a_heading_is_not_kept(cast: Cast, tmp_path: Path) -> None:
    rows = [[*case(str(number)), "王建国", ""] for number in range(3)]
    delivery = hand_in(cast, as_csv(rows, [*CASES, "", ""]), tmp_path)
    assert delivery.state == "checked"
    assert_nobody_told(stored_text(delivery))
    passage = reading_of(delivery).passage
    assert passage is not None
    assert [(heading, why.zh) for heading, why in passage.dropped] == [("（第7列）", "没有标题")]


def test_a_file_of_callers_alone_is_called_the_wrong_file(cast: Cast, tmp_path: Path) -> None:
    delivery = hand_in(cast, as_csv([["王建国", "13812345678"]], ["姓名", "电话"]), tmp_path)
    assert_nobody_told(stored_text(delivery))
    (fault,) = reading_of(delivery).faults
    assert "请核对是不是选错了文件" in fault.expected.zh


def test_a_point_in_time_is_kept_as_its_day(cast: Cast, tmp_path: Path) -> None:
    rows = [
        case("1", 受理日期="2024-05-06 13:48:05"),
        case("2", 受理日期="2024/5/7 9:30"),
        case("3", 受理日期="2024-05-08T23:59:59.5"),
    ]
    delivery = hand_in(cast, as_csv(rows), tmp_path)
    days = [line.split(",")[3] for line in delivery.content.read_text("utf-8").splitlines()[1:]]
    assert days == ["2024-05-06", "2024-05-07", "2024-05-08"]
    assert "13:48" not in received_file(delivery).read_text("utf-8"), "it would tell which call"
    wrong = hand_in(cast, as_csv([case("1", 受理日期="2024-05-06 25点")]), tmp_path)
    assert wrong.state == "faulty"


@pytest.mark.parametrize("heading", ["办件编号", "工单编号", "工单号", "编号", "流水号", "Case_ID"])
def test_case_numbers_that_begin_like_mobile_phones_stay_whole(
    cast: Cast, tmp_path: Path, heading: str
) -> None:
    numbers = [str(13_812_345_678 + at) for at in range(12)]
    rows = [
        [*case(number), before, number]
        for number, before in zip(numbers, numbers[1:], strict=False)
    ]
    headings = [heading, *CASES[1:], "重复关联办件", "客户编号"]
    kept = received_file(hand_in(cast, as_csv(rows, headings), tmp_path)).read_text("utf-8")
    first, *lines = [line.split(",") for line in kept.splitlines()]
    assert first == headings[:-1], "a column of customers is one of phones"
    assert [(line[0], line[6]) for line in lines] == list(zip(numbers, numbers[1:], strict=False))


def test_the_column_that_was_chosen_for_case_numbers_keeps_them(cast: Cast, tmp_path: Path) -> None:
    headings = ["呼入流水", *CASES[1:]]
    delivery = hand_in(cast, as_csv([case("K-1")], headings), tmp_path)
    columns = {"case_id": "呼入流水"}
    by = cast.person("provider")
    map_columns(delivery, columns=columns, words={}, by=by, at=NOW)
    again = hand_in(cast, as_csv([case("13812345678")], headings), tmp_path)
    assert again.content.read_text("utf-8").splitlines()[1].startswith("13812345678,")


def test_rows_keep_their_numbers_and_faults_are_marked(cast: Cast, tmp_path: Path) -> None:
    rows = [exported(1), exported(2, 居民区编号="J77"), exported(3, 居民区编号="", 地点="")]
    named = as_workbook(rows, ["办件编号", *EXPORT[1:]])
    delivery = hand_in(cast, named, tmp_path, name="十月.xlsx")
    assert {(one.row, one.column) for one in reading_of(delivery).faults} == {
        (3, "area_id"),
        (4, "area_id"),
    }
    expected = reading_of(delivery).faults[1].expected
    assert expected.zh == "“居民区编号”和“地点”不能都空着；应为已登记的居民区的编号或名称"
    marked = cast.client("provider").get(f"/cycles/deliveries/{delivery.pk}/marked")
    cells = sheet_rows(b"".join(marked.streaming_content))
    assert_nobody_told(json.dumps(cells, ensure_ascii=False, default=str))
    assert cells[2][1] == "J77"


def test_a_case_without_area_counts_once_its_place_has_one(cast: Cast, tmp_path: Path) -> None:
    rows = [exported(1), exported(2, 居民区编号=""), exported(3, 居民区编号="")]
    headings = ["办件编号", *EXPORT[1:]]
    delivery = in_force(cast, as_csv(rows, headings), tmp_path)
    scheme = gather  # only to say that the facts below are those of a run
    assert scheme is gather
    from kaohe.web.cycles.schemes import scheme_of

    declared = scheme_of(cast.cycle)
    assert [row["case_id"][-1] for row in told_cases(cast.cycle, declared)] == ["1"]
    assert to_be_laid(cast.cycle).count() == 2
    case = Case.objects.get(delivery=delivery, case_id="SH202405000002")
    assert (case.place, case.kind, case.closed_on) == (
        "殷高西路101弄［室号］",
        "噪音扰民",
        date(2024, 5, 9),
    )
    assert case.told["area_id"] == ""
    case.area = Area.objects.get(area_id="J02", town=cast.cycle.town)
    case.save()
    told = {row["case_id"][-1]: row["area_id"] for row in told_cases(cast.cycle, declared)}
    assert told == {"1": "J01", "2": "J02"}
    assert to_be_laid(cast.cycle).count() == 1


def test_the_template_lists_the_further_columns(cast: Cast) -> None:
    answer = cast.client("provider").get("/cycles/deliveries/template/cases")
    content = b"".join(answer) if answer.streaming else answer.content
    headings = sheet_rows(content, 1)[0]
    assert headings[-8:] == [
        "类别", "地点", "承办单位", "回访结果", "退单原因", "重复关联办件", "诉求摘要", "办结日期",
    ]  # fmt: skip
    guide = json.dumps(sheet_rows(content), ensure_ascii=False, default=str)
    assert "空 时必填" in guide


def test_who_uploads_is_told_of_the_door_before(cast: Cast) -> None:
    page = cast.client("provider").get("/cycles/deliveries/upload").content.decode()
    assert "在存入前会去掉来电人的姓名、电话等列" in page
    assert "类别、地点、承办单位、回访结果" in page
    other = cast.client("other_provider").get("/cycles/deliveries/upload").content.decode()
    assert "来电人" not in other


def test_other_tables_pass_no_door(cast: Cast, tmp_path: Path) -> None:
    content = as_csv([["J01", "meeting", "", "9"]], ("area_id", "channel", "round", "households"))
    delivery = hand_in(
        cast,
        content,
        tmp_path,
        name="王建国先生.csv",
        table="participation_counts",
        source="survey",
    )
    assert delivery.file_name == "王建国先生.csv"
    assert received_file(delivery).read_bytes() == content
    assert reading_of(delivery).passage is None


def raw_files() -> list[str]:
    """What lies on the disk before the door."""
    place = Path(settings.MEDIA_ROOT)
    return [
        path.name
        for folder in ("incoming", UNMASKED)
        for path in (place / folder).glob("*")
        if path.is_file()
    ]


def test_a_short_file_never_lies_on_the_disk_before_the_door(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kaohe.web.hotline import door

    seen: list[tuple[bool, list[str]]] = []
    really = door._READERS["csv"]

    def reading(path: Path, *rest: Any) -> Any:
        seen.append(
            (
                str(path.resolve()).startswith("/memfd:") or "memfd" in str(path.resolve()),
                raw_files(),
            )
        )
        return really(path, *rest)

    monkeypatch.setitem(door._READERS, "csv", reading)
    send(cast.client("provider"), as_csv([exported(1)], EXPORT))
    assert seen == [(True, [])]
    assert raw_files() == []


def test_a_long_file_is_gone_when_its_work_is_done_or_the_server_starts_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    from kaohe.web.cycles import delivery_work
    from kaohe.web.jobs import working

    monkeypatch.setattr(delivery_work, "LONG", 100)
    client = cast.client("provider")
    content = as_csv([exported(1)], ["办件编号", *EXPORT[1:]])
    send(client, content, "王建国先生.csv")
    job = Job.objects.get()
    assert_nobody_told(job.title + json.dumps(job.given, ensure_ascii=False))
    assert len(raw_files()) == 1
    working.run(job.pk)
    assert raw_files() == []
    assert Delivery.objects.get().state == "checked"
    send(client, content, part="2")
    assert len(raw_files()) == 1
    forget_unmasked()
    assert raw_files() == []
    job = Job.objects.exclude(pk=job.pk).get()
    working.run(job.pk)
    job.refresh_from_db()
    assert (job.state, "请重新上传" in job.told) == ("refused", True)


@pytest.mark.parametrize(
    ("heading", "is_dropped"),
    [
        ("来电人姓名", True),
        ("联系方式", True),
        ("手 机", True),
        ("Phone", True),
        ("诉求内容", True),
        ("主要内容", True),
        ("经办人", True),
        ("诉求摘要", False),
        ("是否联系来电人", False),
        ("办件编号", False),
        ("事发地址", False),
        ("承办单位", False),
        ("受理日期", False),
        ("回访结果", False),
    ],
)
def test_headings_about_people_are_known(heading: str, is_dropped: bool) -> None:
    assert (why_dropped(heading) is not None) == is_dropped


def test_id_numbers_among_other_numbers_are_masked_and_long_case_numbers_stay(
    cast: Cast, tmp_path: Path
) -> None:
    long = [f"31011320240506{number:04}" for number in range(20)]
    other = [*(["K-1"] * 14), *(["11010519491231002X"] * 6)]
    rows = [[*case(number), own] for number, own in zip(long, other, strict=True)]
    delivery = hand_in(cast, as_csv(rows, [*CASES, "客户编号"]), tmp_path)
    kept = received_file(delivery).read_text("utf-8")
    assert all(number in kept for number in long)
    assert "11010519491231002X" not in kept
    assert kept.count("［证件号］") == 6


def test_typed_cells_of_a_workbook_keep_their_meaning(cast: Cast, tmp_path: Path) -> None:
    from xlsxwriter import Workbook

    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet("导出")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        headings = ("办件编号", "居民区编号", "受理日期", "有责", "已处置", "地点")
        page.write_row(0, 0, headings)
        page.write_row(1, 0, (1234567890123456, "J01"))
        page.write_datetime(1, 2, date(2024, 5, 6), day)
        page.write_row(1, 3, (True, 1, "=1+1"))
    delivery = hand_in(cast, content.getvalue(), tmp_path, name="导出.xlsx")
    assert delivery.state == "checked"
    notes = " ".join(note.zh for note in reading_of(delivery).notes)
    assert "超过15位" in notes
    assert "是公式" in notes
    line = delivery.content.read_text("utf-8").splitlines()[1]
    assert line.startswith("1234567890123456,J01,hotline,2024-05-06,true,true,true")
