"""The pages of providers' files: from upload to signature, and who sees how much of it."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.test import Client
from xlsxwriter import Workbook

from kaohe.web.accounts.models import Post
from kaohe.web.audit.models import Event
from kaohe.web.cycles.delivering import every_file_signed
from kaohe.web.cycles.models import Cycle, Deadline, Delivery, Mapping
from tests.web.cast import BEGIN, Cast
from tests.web.deliveries import (
    CASES,
    UPLOAD,
    as_csv,
    as_workbook,
    case,
    hand_in,
    in_force,
    send,
    sheet_rows,
    signed,
)

pytestmark = pytest.mark.either_database

OVERVIEW = "/cycles/deliveries/"
OWN_HEADINGS = ["工单号", "小区", "来源", "受理日期", "有责", "已处置"]


def page_of(delivery: Delivery, act: str = "") -> str:
    return f"{OVERVIEW}{delivery.pk}/{act}"


def text_of(client: Client, address: str) -> str:
    """What stands on a page, without its tags."""
    page = client.get(address)
    assert page.status_code == 200, address
    main = page.content.decode().split("<main", 1)[1]
    return " ".join(re.sub("<[^>]*>", " ", main).split())


def do(client: Client, delivery: Delivery, act: str):
    delivery.refresh_from_db()
    return client.post(page_of(delivery, act), {"seen": delivery.version})


# -- from upload to signature ---------------------------------------------------------------------


def test_a_provider_uploads_applies_and_signs_a_file(cast: Cast) -> None:
    client = cast.client("provider")
    assert "热线、信访、舆情办件" in text_of(client, UPLOAD)
    answer = send(client, as_csv([case("A1"), case("A2")]), "十一月.csv", part="2024－11 ")
    delivery = Delivery.objects.get()
    assert delivery.part == "2024-11", "two spellings of a part would be counted twice"
    assert answer.headers["Location"] == page_of(delivery)
    assert "2 行全部校验通过，还没有生效" in text_of(client, page_of(delivery))
    assert do(client, delivery, "apply").headers["Location"] == page_of(delivery)
    assert "未签认" in text_of(client, OVERVIEW)
    do(client, delivery, "sign")
    page = text_of(client, OVERVIEW)
    assert "第1版 2 行 2024-11-20 生效" in page
    assert "已签认" in page
    assert Event.objects.count() == 3
    do(client, delivery, "withdraw")
    assert "未报送" in text_of(client, OVERVIEW)


def test_the_template_filled_in_is_taken_as_it_is(cast: Cast) -> None:
    client = cast.client("provider")
    template = client.get(f"{OVERVIEW}template/cases")
    assert sheet_rows(template.content, 1)[0][:2] == ["办件编号", "居民区编号"]
    assert sheet_rows(template.content)[0][0] == "热线、信访、舆情办件"
    content = as_workbook([case("A1")], CASES, sheet="cases")
    send(client, content, "cases.xlsx")
    assert Delivery.objects.get().state == "checked"
    for table in ("answers", "visits", "areas", "nowhere"):
        assert client.get(f"{OVERVIEW}template/{table}").status_code == 404


def test_a_file_with_headings_of_its_own_leads_to_the_page_of_its_columns(cast: Cast) -> None:
    client = cast.client("provider")
    content = as_workbook([[*case("A1"), "坐席7"]], [*OWN_HEADINGS, "备注"])
    answer = send(client, content, "导出.xlsx")
    delivery = Delivery.objects.get()
    assert answer.headers["Location"] == page_of(delivery, "columns")
    page = client.get(page_of(delivery, "columns")).content.decode()
    assert "坐席7" in page, "the first rows are shown"
    assert '<option value="来源" selected>' in page, "what looks alike is chosen already"
    assert "工单号</option>" in page
    chosen = {"column-0": "工单号", "column-1": "小区", "column-2": "来源"}
    chosen |= {"column-3": "受理日期", "column-4": "有责", "column-6": "已处置"}
    missing = client.post(page_of(delivery, "columns"), {**chosen, "column-1": "", "seen": 1})
    assert missing.status_code == 422
    assert "这一列必须有" in missing.content.decode()
    twice = client.post(page_of(delivery, "columns"), {**chosen, "column-1": "来源", "seen": 1})
    assert "“来源”已选作“居民区编号”" in twice.content.decode()
    answer = client.post(page_of(delivery, "columns"), {**chosen, "seen": 1})
    assert answer.headers["Location"] == page_of(delivery)
    assert Mapping.objects.get().headings["columns"] == {"case_id": "工单号", "area_id": "小区"}
    assert "1 行全部校验通过" in text_of(client, page_of(delivery))
    answer = send(client, as_workbook([case("A1"), case("A2")], OWN_HEADINGS), "再.xlsx")
    newest = Delivery.objects.first()
    assert newest is not None
    assert answer.headers["Location"] == page_of(newest), "it is not asked again"
    assert newest.state == "checked"


def test_words_that_the_scheme_does_not_know_are_asked_once(cast: Cast) -> None:
    client = cast.client("provider")
    headings = [*CASES, "剔除原因"]
    rows = [[*case("A1"), "重复件"], [*case("A2"), "其他"]]
    send(client, as_csv(rows, headings))
    delivery = Delivery.objects.get()
    assert delivery.state == "faulty"
    page = client.get(page_of(delivery, "columns")).content.decode()
    assert "剔除原因中的“重复件”" in page
    assert "剔除原因中的“其他”" not in page
    chosen = {f"column-{place}": heading for place, heading in enumerate(CASES)}
    chosen |= {"column-5": "", "column-6": "已处置", "column-9": "剔除原因", "seen": 1}
    client.post(page_of(delivery, "columns"), {**chosen, "word-9-0": "repeat"})
    delivery.refresh_from_db()
    assert delivery.state == "checked"
    send(client, as_csv([*rows, [*case("A3"), "重复件"]], headings))
    assert Delivery.objects.filter(state="checked").count() == 2
    assert (
        '<option value="repeat" selected>'
        in client.get(page_of(delivery, "columns")).content.decode()
    )


def test_areas_may_be_told_by_name_and_other_spellings_are_asked_once(cast: Cast) -> None:
    client = cast.client("provider")
    rows = [case("A1", "云溪苑居民区"), case("A2", "J02"), case("A3", "听澜坊")]
    send(client, as_csv(rows))
    delivery = Delivery.objects.get()
    page = text_of(client, page_of(delivery))
    assert "4 居民区编号 听澜坊 应为已登记的居民区的编号或名称" in page
    page = client.get(page_of(delivery, "columns")).content.decode()
    assert '<option value="J03" selected>听澜坊居民区</option>' in page, "it is likely this one"
    chosen = {f"column-{place}": heading for place, heading in enumerate(CASES)}
    chosen |= {"column-5": "", "column-6": "已处置", "word-1-0": "J03", "seen": 1}
    client.post(page_of(delivery, "columns"), chosen)
    delivery.refresh_from_db()
    assert delivery.state == "checked"
    lines = delivery.content.read_text("utf-8").splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == ["J01", "J02", "J03"]
    send(client, as_csv([case("A4", "听澜坊")]))
    assert Delivery.objects.filter(state="checked").count() == 2


def test_rows_outside_the_period_are_taken_and_said_not_to_count(cast: Cast) -> None:
    client = cast.client("provider")
    send(client, as_csv([case("A1"), case("A2", 受理日期="2023-12-31")]))
    page = text_of(client, page_of(Delivery.objects.get()))
    assert "1 行的受理日期不在考核期（2024-01-01 — 2024-12-31）内，收下但不计入" in page


def test_faults_stand_on_the_page_with_row_heading_and_what_was_expected(cast: Cast) -> None:
    client = cast.client("provider")
    send(client, as_csv([case("A1"), case("A2", "J77"), case("A3", 来源="信访")]))
    delivery = Delivery.objects.get()
    page = text_of(client, page_of(delivery))
    assert "文件有 2 处错误，一行也没有采用" in page
    assert "3 居民区编号 J77 应为已登记的居民区的编号或名称" in page
    assert "4 来源 信访 只能报送来源为 12345热线的行" in page
    assert "确认生效" not in page
    assert do(client, delivery, "apply").status_code == 403


def test_of_many_faults_a_hundred_are_shown_and_all_are_counted(cast: Cast) -> None:
    client = cast.client("provider")
    send(client, as_csv([case(f"A{number}", "J77") for number in range(150)]))
    page = text_of(client, page_of(Delivery.objects.get()))
    assert "共 150 处，这里列出前 100 处" in page
    assert page.count("J77") == 100


def test_the_marked_workbook_is_the_file_with_its_faults(cast: Cast) -> None:
    client = cast.client("provider")
    for name, content in (
        ("a.csv", as_csv([case("A1"), case("A2", "J77")])),
        ("b.xlsx", as_workbook([case("A1"), case("A2", "J77")])),
    ):
        send(client, content, name)
        delivery = Delivery.objects.get(file_name=name)
        marked = client.get(page_of(delivery, "marked"))
        assert "filename*=utf-8''" in marked.headers["Content-Disposition"]
        rows = sheet_rows(b"".join(marked.streaming_content))
        assert rows[1][:2] == ["A1", "J01"]
        assert rows[2][:2] == ["A2", "J77"]
        assert rows[2][-1] == "居民区编号：应为已登记的居民区的编号或名称"


def test_a_checked_file_says_what_it_replaces_and_what_stands_beside_it(
    cast: Cast, tmp_path: Path
) -> None:
    in_force(cast, as_csv([case("A1"), case("A2")]), tmp_path, part="2024-10")
    in_force(cast, as_csv([case("B1")]), tmp_path, part="2024-11")
    newer = hand_in(cast, as_csv([case("B1"), case("B2")]), tmp_path, part="2024-11")
    page = text_of(cast.client("provider"), page_of(newer))
    assert "将以第2版 2 行代替现行第1版 1 行。" in page
    assert "同一条记录请勿重复报送： 2024-10 （2 行）" in page


def test_the_same_file_again_says_that_nothing_changed(cast: Cast) -> None:
    client = cast.client("provider")
    content = as_csv([case("A1")])
    send(client, content)
    delivery = Delivery.objects.get()
    again = send(client, content, "x.csv").headers["Location"]
    assert "先前已经上传并校验" in text_of(client, again)
    do(client, delivery, "apply")
    again = send(client, content, "x.csv").headers["Location"]
    assert "这份文件已经生效，没有变化" in text_of(client, again)
    assert Delivery.objects.count() == 1


# -- who sees how much ----------------------------------------------------------------------------


def test_the_overview_shows_the_clerk_what_is_missing_since_when_and_no_content(
    cast: Cast, tmp_path: Path
) -> None:
    signed(cast, as_csv([case("机密件")]), tmp_path)
    hand_in(cast, as_csv([case("A1", "J77")]), tmp_path, part="2024-11")
    Deadline.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        step="data_cut",
        opens_on=date(2024, 11, 10),
        closes_on=date(2024, 11, 10),
    )
    for username in ("clerk", "auditor", "group_head", "group_member"):
        page = text_of(cast.client(username), OVERVIEW)
        assert "热线、信访、舆情办件 城运中心 第1版 1 行 2024-11-20 生效 已签认" in page
        assert "第1版有 1 处错误" in page
        assert "日常走访 社区云平台 — 未报送 应于 2024-11-10 前报送，已逾期 10 天" in page
        assert "还没有指定由谁报送：参与测评名册" in page
        assert "测评答卷随测评一起交" in page
        assert "上传报送文件" not in page
        assert "机密件" not in page


def test_providers_see_their_own_sources_only(cast: Cast, tmp_path: Path) -> None:
    mine = in_force(cast, as_csv([case("A1")]), tmp_path)
    other = cast.client("other_provider")
    page = text_of(other, OVERVIEW)
    assert "日常走访" in page
    assert "城运中心" not in page
    for act in ("", "columns", "file", "content", "marked"):
        assert other.get(page_of(mine, act)).status_code == 404, act
    for act in ("apply", "sign", "withdraw"):
        assert do(other, mine, act).status_code == 404, act
    assert send(other, as_csv([case("A1")])).status_code == 422, "not a table of theirs"
    assert Delivery.objects.count() == 1


def test_a_clerk_who_is_a_provider_too_hands_in_for_their_own_source_only(cast: Cast) -> None:
    Post.objects.create(town=cast.town, user=cast.user("provider"), role="clerk", from_on=BEGIN)
    client = cast.client("provider")
    page = client.get(OVERVIEW).content.decode()
    assert "what=hotline:cases" in page
    assert "what=cloud:visits" not in page
    headings = ["居民区编号", "住户编号", "人员编号", "走访日期"]
    content = as_csv([["J01", "H1", "S1", "2024-05-06"]], headings)
    assert send(client, content, what="cloud:visits").status_code == 422


@pytest.mark.parametrize("username", ["clerk", "group_head", "group_member"])
def test_whoever_watches_progress_sees_no_content_and_changes_nothing(
    cast: Cast, tmp_path: Path, username: str
) -> None:
    faulty = hand_in(cast, as_csv([case("A1", "机密区")]), tmp_path)
    client = cast.client(username)
    page = text_of(client, page_of(faulty))
    assert "居民区编号：1 处" in page
    assert "机密区" not in page
    for act in ("file", "content", "marked", "columns"):
        assert client.get(page_of(faulty, act)).status_code == 404, act
    for act in ("apply", "sign", "withdraw"):
        assert do(client, faulty, act).status_code == 404, act
    assert client.get(UPLOAD).status_code == 404


def test_the_auditor_reads_content_and_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    content = as_csv([case("A1")])
    delivery = in_force(cast, content, tmp_path, name="十月.csv")
    client = cast.client("auditor")
    received = client.get(page_of(delivery, "file"))
    assert b"".join(received.streaming_content) == content.replace(b"\r\n", b"\n"), "all of it"
    assert "%E5%8D%81%E6%9C%88" in received.headers["Content-Disposition"]
    canonical = client.get(page_of(delivery, "content"))
    assert "A1,J01,hotline" in b"".join(canonical.streaming_content).decode()
    assert do(client, delivery, "withdraw").status_code == 404
    assert client.get(UPLOAD).status_code == 404


@pytest.mark.parametrize(
    "username",
    [
        "scorer",
        "leader",
        "secretary",
        "worker",
        "survey_manager",
        "finance",
        "administrator",
        "max",
    ],
)
def test_nobody_else_sees_anything(cast: Cast, tmp_path: Path, username: str) -> None:
    delivery = in_force(cast, as_csv([case("A1")]), tmp_path)
    client = cast.client(username)
    for address in (OVERVIEW, UPLOAD, f"{OVERVIEW}template/cases", page_of(delivery)):
        assert client.get(address).status_code == 404, address


def test_another_town_sees_nothing(cast: Cast, tmp_path: Path) -> None:
    delivery = in_force(cast, as_csv([case("A1")]), tmp_path)
    client = cast.client("stranger")
    assert client.get(page_of(delivery)).status_code == 404
    assert "第1版" not in text_of(client, OVERVIEW)


def test_the_list_asks_the_database_as_often_whatever_its_length(
    cast: Cast, tmp_path: Path, django_assert_max_num_queries
) -> None:
    for number in range(12):
        in_force(cast, as_csv([case(f"A{number}")]), tmp_path, part=f"2024-{number + 1:02}")
    client = cast.client("clerk")
    client.get(OVERVIEW)
    with django_assert_max_num_queries(16):
        assert "2024-12" in text_of(client, OVERVIEW)
    with django_assert_max_num_queries(22):
        client.get(page_of(Delivery.objects.all()[0]))


# -- what the state of things forbids -------------------------------------------------------------


def test_after_collecting_pages_say_why_there_is_no_button(cast: Cast, tmp_path: Path) -> None:
    waiting = hand_in(cast, as_csv([case("A1")]), tmp_path, part="1")
    counted = in_force(cast, as_csv([case("A2")]), tmp_path, part="2")
    Cycle.objects.update(stage="scoring")
    client = cast.client("provider")
    reason = "本年度考核已进入“计分”阶段，不再收文件"
    for address in (OVERVIEW, page_of(waiting), page_of(counted)):
        page = text_of(client, address)
        assert reason in page, address
        assert "上传报送文件" not in page
        assert "确认生效" not in page
    refused = client.get(UPLOAD)
    assert refused.status_code == 403
    assert reason in refused.content.decode()
    for delivery, act in ((waiting, "apply"), (counted, "sign"), (counted, "withdraw")):
        assert do(client, delivery, act).status_code == 403


def test_who_saw_an_older_state_is_shown_the_new_one(cast: Cast, tmp_path: Path) -> None:
    delivery = in_force(cast, as_csv([case("A1")]), tmp_path)
    answer = cast.client("provider").post(page_of(delivery, "withdraw"), {"seen": 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "您刚才的操作没有执行" in page
    assert "签认第1版（1 行）" in page
    delivery.refresh_from_db()
    assert delivery.state == "applied"


def test_a_stale_page_of_columns_keeps_what_was_chosen(cast: Cast) -> None:
    client = cast.client("provider")
    send(client, as_csv([case("A1")], OWN_HEADINGS))
    delivery = Delivery.objects.get()
    chosen = {"column-0": "工单号", "column-1": "小区", "column-2": "来源"}
    chosen |= {"column-3": "受理日期", "column-4": "有责", "column-6": "已处置"}
    answer = client.post(page_of(delivery, "columns"), {**chosen, "seen": 7})
    assert answer.status_code == 409
    assert '<option value="小区" selected>' in answer.content.decode()
    assert not Mapping.objects.exists()


def test_pressing_a_button_twice_acts_once(cast: Cast, tmp_path: Path) -> None:
    delivery = hand_in(cast, as_csv([case("A1")]), tmp_path)
    client = cast.client("provider")
    for _ in range(2):
        assert client.post(page_of(delivery, "apply"), {"seen": 1}).status_code == 302
    assert Event.objects.filter(act="cycles.delivery_applied").count() == 1


def test_the_content_downloaded_is_read_back_to_the_same(cast: Cast, tmp_path: Path) -> None:
    delivery = in_force(cast, as_csv([case("A1"), case("A,2")]), tmp_path)
    answer = cast.client("provider").get(page_of(delivery, "content"))
    text = b"".join(answer.streaming_content)
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(text.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows] == ["case_id", "A,2", "A1"]
    again = hand_in(cast, text, tmp_path, name="again.csv")
    assert again == delivery


def test_a_page_whose_files_are_lost_says_so(cast: Cast, tmp_path: Path) -> None:
    delivery = in_force(cast, as_csv([case("A1")]), tmp_path)
    shutil.rmtree(delivery.folder)
    client = cast.client("provider")
    assert "请系统管理员从备份恢复" in text_of(client, page_of(delivery))
    for act in ("file", "content", "columns"):
        assert client.get(page_of(delivery, act)).status_code == 404, act


def test_a_town_without_a_year_is_told_so(cast: Cast) -> None:
    Cycle.objects.filter(town=cast.town).delete()
    assert "还没有设立考核年度" in text_of(cast.client("clerk"), OVERVIEW)


def test_the_year_is_not_scored_before_every_file_is_signed(cast: Cast, tmp_path: Path) -> None:
    signed(cast, as_csv([case("A1")]), tmp_path, part="2024-10")
    assert every_file_signed(cast.cycle) == []
    in_force(cast, as_csv([case("A2")]), tmp_path, part="2024-11")
    (reason,) = every_file_signed(cast.cycle)
    assert "城运中心 热线、信访、舆情办件 2024-11" in reason


def test_before_a_version_takes_effect_its_page_says_what_replaces_what(
    cast: Cast, tmp_path: Path
) -> None:
    client = cast.client("provider")
    in_force(cast, as_csv([case("A1")]), tmp_path)
    older = hand_in(cast, as_csv([case("A1"), case("A2")]), tmp_path)
    assert "将以第2版 2 行代替现行第1版 1 行。" in text_of(client, page_of(older))
    assert "等待生效；下面是" not in text_of(client, page_of(older))
    newer = hand_in(cast, as_csv([case(f"A{one}") for one in range(5)]), tmp_path)
    told = "同一批次还有更新的第3版（5 行）已校验、等待生效；下面是让较旧的第2版生效。"
    assert told in text_of(client, page_of(older))
    assert "更新的第" not in text_of(client, page_of(newer))
    answer = client.post(page_of(older, "apply"), {"seen": older.version}, follow=True)
    assert "第2版已生效，2 行。" in answer.content.decode()
    assert "签认第2版（2 行）" in answer.content.decode()
    older.refresh_from_db()
    answer = client.post(page_of(older, "sign"), {"seen": older.version}, follow=True)
    assert "已签认第2版，2 行。" in answer.content.decode()


def test_formulas_in_a_workbook_are_pointed_out(cast: Cast) -> None:
    client = cast.client("provider")
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet("cases")
        for number, row in enumerate([CASES, case("A1"), case("A2")]):
            page.write_row(number, 0, row)
        page.write_formula("A2", '="A"&1', value="A1")
        page.write_formula("A3", '="A"&2', value="A2")
    send(client, content.getvalue(), "cases.xlsx")
    delivery = Delivery.objects.get()
    assert delivery.state == "checked"
    assert "A2 等 2 格是公式，已按显示的值读入，请核对" in text_of(client, page_of(delivery))
