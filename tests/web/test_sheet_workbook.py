"""The sheet as a workbook: taken along, given back, compared, taken over in one act."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from kaohe.web.audit.models import Event
from kaohe.web.evidence.models import Mark, SheetSignature
from tests.web.cast import NOW, Cast
from tests.web.sheets import ITEM, address, fill, open_window, send


@pytest.fixture
def scorer(cast: Cast) -> Client:
    open_window(cast)
    return cast.client("scorer")


def download(client: Client, cast: Cast) -> list[list[Any]]:
    answer = client.get(f"{address(cast)}workbook")
    assert answer.status_code == 200
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


def upload(client: Client, cast: Cast, rows: list[list[Any]], name: str = "评分.xlsx") -> Any:
    content = BytesIO()
    with Workbook(content, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet("随便什么名")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    file = SimpleUploadedFile(name, content.getvalue())
    return client.post(f"{address(cast)}upload", {"file": file})


def take_over(client: Client, cast: Cast, page: str) -> Any:
    (cells,) = re.findall(r'name="cells" value="([^"]*)"', page)
    return client.post(f"{address(cast)}apply", {"cells": unescape(cells)}, follow=True)


def test_the_workbook_holds_every_area_and_item_with_comments(cast: Cast, scorer: Client) -> None:
    send(scorer, cast, {"score": "92.5", "comment": "=1+1"})
    rows = download(scorer, cast)
    assert rows[0][:4] == [
        "居民区编号",
        "居民区",
        "1. 党群阵地提标升级，优化党群服务内容，创建党建工作品牌",
        "1. 说明",
    ]
    assert len(rows[0]) == 2 + 2 * 7
    assert [row[0] for row in rows[1:]] == ["J01", "J02", "J03"]
    assert rows[1][2:4] == [92.5, "'=1+1"]
    content = scorer.get(f"{address(cast)}workbook").content
    sheet = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "dataValidation" in sheet


def test_the_workbook_given_back_as_it_was_changes_nothing(cast: Cast, scorer: Client) -> None:
    fill(cast)
    send(scorer, cast, {"score": "100", "comment": "=1+1\n第二行", "seen": 1})
    answer = upload(scorer, cast, download(scorer, cast))
    assert answer.status_code == 200
    assert "没有改动" in answer.content.decode()


def test_a_dry_run_shows_every_change_and_one_act_takes_them_over(
    cast: Cast, scorer: Client
) -> None:
    send(scorer, cast, {"score": "80", "comment": "旧话"})
    rows = download(scorer, cast)
    rows[1][2], rows[1][3] = 85, "新话"
    rows[2][2] = "100"
    rows[3][4] = 90
    events = Event.objects.count()
    page = upload(scorer, cast, rows).content.decode()
    assert "会改动下面 3 格" in page
    assert "缺说明" in page
    assert Mark.objects.count() == 1, "nothing is changed yet"
    done = take_over(scorer, cast, page)
    assert "已保存 3 格" in done.content.decode()
    assert Event.objects.count() == events + 1
    assert Mark.objects.get(area__area_id="J01", node=ITEM).comment == "新话"
    again = take_over(scorer, cast, page)
    assert "没有改动" in again.content.decode()
    assert Event.objects.count() == events + 1
    assert "没有改动" in upload(scorer, cast, rows).content.decode()


def test_empty_cells_and_missing_rows_change_nothing(cast: Cast, scorer: Client) -> None:
    fill(cast)
    rows = download(scorer, cast)
    header, first = rows[0], [*rows[1]]
    first[2:] = [""] * (len(first) - 2)
    assert "没有改动" in upload(scorer, cast, [header, first]).content.decode()
    assert Mark.objects.filter(score="88").count() == 21


def test_all_faults_are_told_by_row_and_column_and_nothing_can_be_taken_over(
    cast: Cast, scorer: Client
) -> None:
    rows = download(scorer, cast)
    rows[1][2] = 101
    rows[2][4] = "优"
    rows[3][0] = "J99"
    rows.append(["J01", "", *rows[1][2:]])
    answer = upload(scorer, cast, rows)
    page = answer.content.decode()
    assert answer.status_code == 422
    found = re.findall(r'<td class="number">(\d*)</td><th scope="row">([^<]*)</th>', page)
    assert ("2", rows[0][2]) in found
    assert ("3", rows[0][4]) in found
    assert ("4", "居民区编号") in found
    assert any(row == "5" for row, _ in found)
    assert 'name="cells"' not in page


def test_a_comment_that_is_too_long_is_a_fault_too(cast: Cast, scorer: Client) -> None:
    rows = download(scorer, cast)
    rows[1][2], rows[1][3] = 90, "字" * 501
    answer = upload(scorer, cast, rows)
    assert answer.status_code == 422
    assert "说明最多 500 字" in answer.content.decode()


def test_the_sheet_of_somebody_else_is_told_as_such(cast: Cast, scorer: Client) -> None:
    answer = upload(scorer, cast, [["居民区编号", "别的"], ["J01", 1]])
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "这不是本科室的评分表。" in told
    assert "<li>居民区编号</li>" not in told, "that one is there"
    missing = answer.context["run"].missing
    assert missing
    assert f"缺少的 {len(missing)} 列" in told
    assert "处错误" not in told


def test_what_others_changed_after_the_dry_run_is_not_overwritten(
    cast: Cast, scorer: Client
) -> None:
    rows = download(scorer, cast)
    rows[1][2] = 90
    page = upload(scorer, cast, rows).content.decode()
    send(cast.client("department_head"), cast, {"score": "77"})
    answer = take_over(scorer, cast, page)
    assert answer.status_code == 409
    assert "改为 77" in answer.content.decode()
    assert Mark.objects.get().score == "77"


def test_a_file_that_is_not_what_it_says_is_told_on_the_sheet(cast: Cast, scorer: Client) -> None:
    file = SimpleUploadedFile("评分.xlsx", b"no workbook")
    answer = scorer.post(f"{address(cast)}upload", {"file": file})
    assert answer.status_code == 422
    assert "内容却不是" in answer.content.decode()
    assert scorer.post(f"{address(cast)}upload", {}).status_code == 422


@pytest.mark.parametrize("cells", ["", "{}", "[1]"])
def test_what_no_dry_run_offered_is_not_taken_over(cast: Cast, scorer: Client, cells: str) -> None:
    assert scorer.post(f"{address(cast)}apply", {"cells": cells}).status_code == 400
    assert not Mark.objects.exists()


def test_a_closed_sheet_takes_no_workbook_and_others_find_none(cast: Cast, scorer: Client) -> None:
    rows = download(scorer, cast)
    assert upload(cast.client("other_scorer"), cast, rows).status_code == 404
    SheetSignature.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        department=cast.department("社建办"),
        by="王主任",
        at=NOW,
    )
    answer = upload(scorer, cast, rows)
    assert answer.status_code == 403
    assert "王主任已签署本表" in answer.content.decode()
