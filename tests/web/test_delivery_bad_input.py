"""Files that are not what they should be: each is told in a sentence, and nothing of it counts."""

from __future__ import annotations

import csv
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kaohe.web.audit.models import Event
from kaohe.web.cycles.delivery_work import LONG
from kaohe.web.cycles.models import Delivery
from kaohe.web.jobs.models import Job
from kaohe.web.jobs.working import run
from tests.web.cast import Cast
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
)

pytestmark = pytest.mark.either_database


def with_macros(content: bytes) -> bytes:
    """The same workbook with a part that holds macros."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"macros")
    return changed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("cases.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "内容却不是"),
        ("cases.xlsx", as_csv([case("A1")]), "内容却不是"),
        ("cases.parquet", b"PAR1 but not to the end", "内容却不是"),
        ("cases.csv", b"PK\x03\x04" + b"0" * 100, "内容却不是"),
        ("cases.xlsx", with_macros(as_workbook([case("A1")])), "带有宏"),
        ("cases.xls", b"whatever", ".xls"),
        ("cases.pdf", b"%PDF-1.7", "这里只收"),
        ("cases.csv", b"", "空的"),
    ],
)
def test_an_upload_that_is_not_what_it_says_is_refused_and_the_form_keeps_the_rest(
    cast: Cast, name: str, content: bytes, told: str
) -> None:
    answer = send(cast.client("provider"), content, name, part="2024-11")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert 'value="2024-11"' in page
    assert "请改正后重新选择文件" in page
    assert not Delivery.objects.exists()
    assert not Event.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_file_beyond_the_limit_is_refused_with_the_limit(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "UPLOAD_LIMIT", 2000)
    answer = send(cast.client("provider"), as_csv([case(f"A{n}") for n in range(100)]))
    assert answer.status_code == 422
    assert "文件超过上限" in answer.content.decode()
    assert not Delivery.objects.exists()


def test_no_file_and_no_table_are_told_at_their_fields(cast: Cast) -> None:
    answer = cast.client("provider").post(UPLOAD, {"what": "cloud:visits"})
    assert answer.status_code == 422
    assert answer.content.decode().count('class="error"') == 2


def test_the_same_form_sent_twice_is_one_delivery(cast: Cast) -> None:
    client, key = cast.client("provider"), str(uuid4())
    first = send(client, as_csv([case("A1", "J77")]), submission=key)
    second = send(client, as_csv([case("A1", "J77")]), submission=key)
    assert first.headers["Location"] == second.headers["Location"]
    assert Delivery.objects.count() == 1
    assert Event.objects.count() == 1


def test_another_persons_form_key_leads_to_nothing_of_theirs(cast: Cast) -> None:
    key = str(uuid4())
    send(cast.client("provider"), as_csv([case("A1")]), submission=key)
    headings = ["居民区编号", "住户编号", "人员编号", "走访日期"]
    content = as_csv([["J01", "H1", "S1", "2024-05-06"]], headings)
    answer = send(cast.client("other_provider"), content, what="cloud:visits", submission=key)
    own = Delivery.objects.get(source__code="cloud")
    assert answer.headers["Location"] == f"/cycles/deliveries/{own.pk}/"


def test_a_file_sent_after_the_session_ended_must_be_chosen_again(cast: Cast) -> None:
    file = SimpleUploadedFile("cases.csv", as_csv([case("A1")]))
    answer = Client().post(UPLOAD, {"what": "hotline:cases", "part": "2024-11", "file": file})
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "所选的文件需要重新选择" in page
    assert "2024-11" in page, "what was typed is kept"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        ([*CASES, "有责"], "该列出现了 2 次"),
        ([*CASES, "area_id"], "该列出现了 2 次"),
    ],
)
def test_a_column_that_stands_twice_is_a_fault(cast: Cast, headings: list[str], told: str) -> None:
    client = cast.client("provider")
    send(client, as_csv([[*case("A1"), "是"]], headings))
    delivery = Delivery.objects.get()
    assert delivery.state == "faulty"
    assert told in client.get(f"/cycles/deliveries/{delivery.pk}/").content.decode()


def test_files_of_chinese_spreadsheets_are_read(cast: Cast, tmp_path: Path) -> None:
    utf8 = hand_in(cast, as_csv([case("工单1")]), tmp_path, part="1")
    gb18030 = hand_in(cast, as_csv([case("工单1")], encoding="gb18030"), tmp_path, part="2")
    marked = hand_in(cast, as_csv([case("工单1")], encoding="utf-8-sig"), tmp_path, part="3")
    assert utf8.content_sha256 == gb18030.content_sha256 == marked.content_sha256
    assert gb18030.state == "checked"


def test_a_file_in_no_known_encoding_says_which_are_known(cast: Cast) -> None:
    client = cast.client("provider")
    send(client, "办件编号,居民区编号\nA1,J01\n".encode() + b"\xff\xff\xff")
    delivery = Delivery.objects.get()
    page = client.get(f"/cycles/deliveries/{delivery.pk}/").content.decode()
    assert "应为 UTF-8 或 GB18030 编码的文本文件" in page


def test_a_heading_alone_and_a_blank_sheet_are_told_apart(cast: Cast, tmp_path: Path) -> None:
    assert hand_in(cast, as_csv([]), tmp_path).state == "checked"
    blank = hand_in(cast, as_workbook([], [""]), tmp_path, name="blank.xlsx", part="2")
    assert blank.state == "faulty"
    damaged = hand_in(cast, b"PK\x03\x04 no workbook", tmp_path, name="x.xlsx", part="3")
    assert damaged.state == "faulty", "a file that no page has looked at before"


def test_a_formula_is_read_as_what_it_shows_and_leaves_as_text(cast: Cast, tmp_path: Path) -> None:
    content = as_csv([case("=1+1"), case("@SUM(A1)"), case("-5")])
    delivery = in_force(cast, content, tmp_path)
    client = cast.client("provider")
    answer = client.get(f"/cycles/deliveries/{delivery.pk}/content")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    numbers = [row[0] for row in csv.reader(StringIO(text, newline=""))][1:]
    assert numbers == ["'-5", "'=1+1", "'@SUM(A1)"]
    faulty = hand_in(cast, as_csv([case("=1+1", "=HYPERLINK(1)")]), tmp_path, part="2")
    marked = client.get(f"/cycles/deliveries/{faulty.pk}/marked")
    rows = sheet_rows(b"".join(marked.streaming_content))
    assert rows[1][:2] == ["'=1+1", "'=HYPERLINK(1)"]


def test_headings_that_could_mislead_the_reader_do_not(cast: Cast, tmp_path: Path) -> None:
    """Own headings that are the English names of other columns, or differ in case alone."""
    headings = ["area_id", "CASE_ID", "source", "#row", "有责", "已处置", "case_id"]
    rows = [["A1", "J01", "2024-05-06", "12345热线", "是", "否", "x"]]
    client = cast.client("provider")
    send(client, as_csv(rows, headings))
    delivery = Delivery.objects.get()
    chosen = {"column-0": "area_id", "column-1": "CASE_ID", "column-2": "#row"}
    chosen |= {"column-3": "source", "column-4": "有责", "column-6": "已处置", "seen": 1}
    client.post(f"/cycles/deliveries/{delivery.pk}/columns", chosen)
    delivery.refresh_from_db()
    assert delivery.state == "checked"
    line = delivery.content.read_text("utf-8").splitlines()[1]
    assert line == "A1,J01,hotline,2024-05-06,true,true,false,,,,,,,,,,,"


def test_what_a_file_says_is_never_markup(cast: Cast) -> None:
    client = cast.client("provider")
    headings = ["<b>编号</b>", *CASES[1:]]
    send(client, as_csv([case("<script>1</script>", "<i>J77</i>")], headings), "<u>x.csv")
    delivery = Delivery.objects.get()
    for act in ("", "columns"):
        page = client.get(f"/cycles/deliveries/{delivery.pk}/{act}").content.decode()
        assert "<script>1" not in page
        assert "<b>编号" not in page
        assert "<i>J77" not in page
        assert "<u>x" not in page


def test_fifty_thousand_rows_with_one_bad_one_apply_nothing_and_name_it(
    cast: Cast, tmp_path: Path
) -> None:
    rows = [case(f"A{number:06}", f"J0{number % 3 + 1}") for number in range(50_000)]
    rows[44_444][1] = "J77"
    content = as_csv(rows)
    assert len(content) > LONG
    client = cast.client("provider")
    send(client, content)
    run(Job.objects.get().pk)
    delivery = Delivery.objects.get()
    assert delivery.faults == 1
    assert "44446" in client.get(f"/cycles/deliveries/{delivery.pk}/").content.decode()
    rows[44_444][1] = "J01"
    assert in_force(cast, as_csv(rows), tmp_path).rows == 50_000
