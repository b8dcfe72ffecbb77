"""The third party's files: what each program exports is taken, what is wrong is told, all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kaohe.values.faults import Fault
from kaohe.web.surveys.return_sample import Sample
from kaohe.web.surveys.return_values import Numbers
from kaohe.web.surveys.returns import Returns, read_returns
from tests.web.asking import ASKED
from tests.web.exports import (
    AREAS,
    FULL,
    INTERVIEWS,
    VARIED,
    Table,
    as_csv,
    as_xlsx,
    kobo_rows,
    odk_rows,
    wjx_rows,
)

pytestmark = pytest.mark.no_database

SAMPLE = Sample(
    {"J01": frozenset({"0001", "0002"}), "J02": frozenset({"0003"})},
    {"J01": frozenset({"0009"})},
    AREAS,
)
TOOK = {20: "under_30s", 89: "under_3m", 415: "longer"}


def read(path: Path, **options: object) -> Returns:
    return read_returns(path, ASKED, SAMPLE, **options)  # type: ignore[arg-type]


def told(found: Returns) -> list[tuple[object, ...]]:
    assert found.faults == ()
    return [
        (one.area, one.household, one.interviewer, one.disposition, one.took, one.answers)
        for one in found.rows
    ]


EVERYTHING = [
    (o.area, o.household, o.interviewer, o.disposition, TOOK[o.seconds], dict(o.answers))
    for o in INTERVIEWS
]

EXPORTS: dict[str, tuple[Callable[[Path], Path], Numbers | None]] = {
    "odk.csv": (lambda path: as_csv(path, odk_rows()), None),
    "odk-no-groups.csv": (
        lambda path: as_csv(
            path, [[str(cell).rpartition("-")[2] for cell in odk_rows()[0]], *odk_rows()[1:]]
        ),
        None,
    ),
    "kobo-xml.xlsx": (lambda path: as_xlsx(path, kobo_rows(None, groups=True)), None),
    "kobo-zh.xlsx": (lambda path: as_xlsx(path, kobo_rows("zh", groups=False)), None),
    "kobo-en.xlsx": (lambda path: as_xlsx(path, kobo_rows("en", groups=True)), None),
    "kobo-dates.xlsx": (
        lambda path: as_xlsx(path, kobo_rows("zh", groups=True, dates=True)),
        None,
    ),
    "wjx.xlsx": (lambda path: as_xlsx(path, wjx_rows()), None),
    "wjx-gbk.csv": (lambda path: as_csv(path, wjx_rows(), "gb18030"), None),
    "wjx-letters.xlsx": (lambda path: as_xlsx(path, wjx_rows("letter")), None),
    "wjx-ordinal.xlsx": (
        lambda path: as_xlsx(path, wjx_rows("ordinal", skipped="-3")),
        "ordinal",
    ),
    "wjx-matrix.csv": (lambda path: as_csv(path, wjx_rows(matrix=True), "utf-8-sig"), None),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_tells_the_same_interviews(name: str, tmp_path: Path) -> None:
    write, numbers = EXPORTS[name]
    assert told(read(write(tmp_path / name), numbers=numbers)) == EVERYTHING


@pytest.mark.parametrize("name", EXPORTS)
def test_what_columns_meant_can_be_remembered(name: str, tmp_path: Path) -> None:
    write, numbers = EXPORTS[name]
    path = write(tmp_path / name)
    found = read(path, numbers=numbers)
    assert read(path, numbers=numbers, said=found.mapped) == found


def test_personal_columns_are_named_and_never_kept(tmp_path: Path) -> None:
    found = read(as_xlsx(tmp_path / "a.xlsx", wjx_rows()))
    assert found.personal == ("来自IP", "4、您的姓名", "5、联系电话")
    assert found.ignored == ("序号", "提交答卷时间", "来源", "来源详情")
    for secret in ("张三", "13800000000", "114.80"):
        assert secret not in repr(found)
    odk = read(as_csv(tmp_path / "a.csv", odk_rows()))
    assert odk.personal == ("SubmitterID", "SubmitterName", "DeviceID")
    assert "平板" not in repr(odk)


def test_a_household_told_beside_its_address_is_not_read(tmp_path: Path) -> None:
    """The heading says what it is by itself, and its cells would hold where somebody lives."""
    rows = wjx_rows()
    rows[0][place("住户编号")] = "住户编号（地址）"
    fault = only(rows, tmp_path)
    assert (fault.row, fault.column) == (1, "住户编号（地址）")


@pytest.mark.parametrize("field", ["interviewer", "household", "q2"])
def test_a_personal_column_cannot_be_taken_for_another(field: str, tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "a.xlsx", wjx_rows())
    heading = next(str(one) for one in wjx_rows()[0] if "姓名" in str(one))
    found = read(path, said={heading: field})
    (fault,) = [one for one in found.faults if one.column == heading]
    assert (fault.row, fault.value) == (1, "")
    assert "个人信息" in fault.expected.zh
    assert "张三" not in repr(found)
    assert found.rows == ()


def changed(change: Callable[[Table], None]) -> Table:
    rows = wjx_rows()
    change(rows)
    return rows


def place(heading: str) -> int:
    return next(n for n, one in enumerate(wjx_rows()[0]) if heading in str(one))


def faults(
    rows: Table, folder: Path, **options: object
) -> list[tuple[int | None, str | None, str]]:
    found = read(as_xlsx(folder / "a.xlsx", rows), **options)
    assert found.rows == ()
    return [(one.row, one.column, one.value) for one in found.faults]


def only(rows: Table, folder: Path, **options: object) -> Fault:
    (fault,) = read(as_xlsx(folder / "a.xlsx", rows), **options).faults
    return fault


def test_all_faults_are_told_at_once_in_their_order(tmp_path: Path) -> None:
    household, area = place("住户编号"), place("所在居民区")
    result, time = place("访问结果"), place("所用时间")
    question = place(ASKED[-1].label.zh)

    def change(rows: Table) -> None:
        rows[1][question], rows[1][time] = "还行", "一会儿"
        rows[2][household], rows[2][result] = "0001", "走了"
        rows[3][area] = "无此居民区"
        rows.append(list(rows[2]))

    head = wjx_rows()[0]
    assert faults(changed(change), tmp_path) == [
        (2, head[time], "一会儿"),
        (2, head[question], "还行"),
        (3, head[household], "0001"),
        (3, head[result], "走了"),
        (4, head[area], "无此居民区"),
        (5, head[household], "0001"),
        (5, head[result], "走了"),
    ]


@pytest.mark.parametrize(
    ("household", "said"),
    [
        ("0009", "尚未启用"),
        ("0003", "澄波里"),
        ("9999", "抽中"),
        ("", "应填住户编号"),
        ("1", "0001"),
    ],
)
def test_only_households_that_were_drawn_are_taken(
    household: str, said: str, tmp_path: Path
) -> None:
    at = place("住户编号")

    def change(rows: Table) -> None:
        rows[1][at] = household

    fault = only(changed(change), tmp_path)
    assert (fault.row, fault.column) == (2, "1、请填写住户编号")
    assert said in fault.expected.zh


def test_a_household_twice_is_a_fault_at_the_second_row(tmp_path: Path) -> None:
    fault = only(changed(lambda rows: rows.append(rows[1])), tmp_path)
    assert (fault.row, fault.value) == (5, "0001")
    assert "第 2 行" in fault.expected.zh
    assert "row 2" in fault.expected.en


def test_a_missing_question_is_told_by_its_wording(tmp_path: Path) -> None:
    rows = [row[:-1] for row in wjx_rows()]
    fault = only(rows, tmp_path)
    assert fault.row == 1
    assert ASKED[-1].label.zh in fault.expected.zh


def test_another_wording_is_mapped_by_saying_so(tmp_path: Path) -> None:
    rows = wjx_rows()
    rows[0][-1] = "17、环境好吗"
    assert faults(rows, tmp_path) == [(1, None, "")]
    assert (
        told(read(as_xlsx(tmp_path / "b.xlsx", rows), said={"17、环境好吗": "q10"})) == EVERYTHING
    )


def test_a_number_alone_stands_for_the_question_of_that_place(tmp_path: Path) -> None:
    rows = wjx_rows()
    rows[0] = [*rows[0][:12], "Q1-1", "Q1-2", *(f"Q{n}" for n in range(2, 11))]
    assert told(read(as_xlsx(tmp_path / "a.xlsx", rows))) == EVERYTHING


def test_two_columns_for_one_question_are_a_fault(tmp_path: Path) -> None:
    rows = wjx_rows()
    fault = only(rows, tmp_path, said={str(rows[0][0]): "q10", str(rows[0][-1]): "q10"})
    assert "只应有一列" in fault.expected.zh


def test_numbers_count_only_once_somebody_says_what_they_are(tmp_path: Path) -> None:
    rows = wjx_rows("ordinal", skipped="")
    found = faults(rows, tmp_path)
    assert len(found) == len(FULL) + len(VARIED)
    expected = read(as_xlsx(tmp_path / "b.xlsx", rows)).faults[0].expected
    assert "说明" in expected.zh


def test_points_are_those_of_an_answer_or_a_fault(tmp_path: Path) -> None:
    def change(rows: Table) -> None:
        for row, told_here in zip(rows[1:], INTERVIEWS, strict=True):
            for at, one in enumerate(ASKED, start=12):
                codes = {choice.code: choice.points for choice in one.choices}
                code = told_here.answers.get(one.name)
                row[at] = "" if code is None else float(codes[code])

    assert told(read(as_xlsx(tmp_path / "a.xlsx", changed(change)), numbers="points")) == EVERYTHING
    rows = changed(change)
    rows[1][-1] = -3
    assert faults(rows, tmp_path, numbers="points") == [(2, rows[0][-1], "-3")]
    rows[1][-1] = 7
    fault = only(rows, tmp_path, numbers="points")
    assert (fault.row, fault.value) == (2, "7")
    assert "10、8、6、3、0" in fault.expected.zh


def test_a_label_counts_whatever_letter_stands_before_it(tmp_path: Path) -> None:
    rows = wjx_rows()
    rows[1][-1] = "E．满意"
    assert told(read(as_xlsx(tmp_path / "a.xlsx", rows))) == EVERYTHING


def test_without_areas_a_household_tells_its_own(tmp_path: Path) -> None:
    at = place("所在居民区")
    rows = [row[:at] + row[at + 1 :] for row in wjx_rows()]
    path = as_xlsx(tmp_path / "a.xlsx", rows)
    assert told(read(path)) == EVERYTHING
    twice = Sample({**SAMPLE.released, "J03": frozenset({"0001"})}, {}, AREAS)
    (fault,) = read_returns(path, ASKED, twice).faults
    assert (fault.row, fault.expected.zh) == (1, "缺少一列：居民区")


def test_without_outcomes_every_row_is_complete_and_needs_an_answer(tmp_path: Path) -> None:
    at = place("访问结果")
    rows = [row[:at] + row[at + 1 :] for row in wjx_rows()]
    fault = only(rows, tmp_path)
    assert (fault.row, fault.column) == (4, None)
    found = read(as_xlsx(tmp_path / "b.xlsx", rows[:3]))
    assert [one.disposition for one in found.rows] == ["I", "I"]


def test_who_broke_off_has_no_ballot(tmp_path: Path) -> None:
    rows = wjx_rows()
    rows[1][place("访问结果")] = "R"
    found = read(as_xlsx(tmp_path / "a.xlsx", rows))
    assert found.faults == ()
    assert (found.rows[0].disposition, found.rows[0].answers) == ("R", {})


@pytest.mark.parametrize("name", ["张三", "13800000000"])
def test_an_interviewer_is_a_number_and_no_name(name: str, tmp_path: Path) -> None:
    rows = wjx_rows()
    rows[1][place("访问员")] = name
    fault = only(rows, tmp_path)
    assert (fault.row, fault.value) == (2, "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "至少一行"),
        (b"PK\x03\x04", "应"),
        (b"a,b\n", "至少一行"),
        ('household;q2\n"0001";满意\n'.encode(), "分号"),
        ('household,q2\n"0001,满意\n'.encode(), "引号"),
        (b"\xff\xfe\x00\x00a,b\n1,2\n", "编码"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_file_that_is_none_is_told_and_never_raises(
    content: bytes, said: str, suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    found = read(path)
    assert found.rows == ()
    assert found.faults
    if suffix == "csv" and content != b"PK\x03\x04":
        assert any(said in fault.expected.zh for fault in found.faults)


@pytest.mark.parametrize(
    ("cell", "took"),
    [
        ("123秒", "under_3m"),
        ("2分3秒", "under_3m"),
        ("1小时", "longer"),
        ("0:02:03", "under_3m"),
        ("00:29", "under_30s"),
        (59, "under_1m"),
        ("", ""),
    ],
)
def test_durations_as_programs_write_them(cell: object, took: str, tmp_path: Path) -> None:
    rows = wjx_rows()
    rows[1][place("所用时间")] = cell
    assert read(as_xlsx(tmp_path / "a.xlsx", rows)).rows[0].took == took


@pytest.mark.parametrize(
    ("start", "end", "took"),
    [
        ("2024-10-05T09:30:00Z", "2024-10-05T17:30:20+08:00", "under_30s"),
        ("2024-10-05 09:30", "2024-10-05 09:30:59", "under_1m"),
        ("2024/10/5 9:30:00", "2024/10/5 9:32:00", "under_3m"),
        ("2024-10-05", "2024-10-05", ""),
        ("2024/10/5", "2024/10/5", ""),
        ("2024-10-05 09:30", "2024-10-05 09:00", ""),
        ("2024-10-05 09:30", "2024-10-05T09:30:30Z", ""),
        ("2024-10-05 09:30", "", ""),
    ],
)
def test_nothing_is_said_of_a_duration_that_nobody_knows(
    start: str, end: str, took: str, tmp_path: Path
) -> None:
    rows = kobo_rows(None, groups=False)
    rows[1][rows[0].index("start")], rows[1][rows[0].index("end")] = start, end
    assert read(as_xlsx(tmp_path / "a.xlsx", rows)).rows[0].took == took


def test_a_row_that_was_moved_to_the_right_is_a_fault(tmp_path: Path) -> None:
    rows = wjx_rows()
    rows[1].append("多出来的")
    fault = only(rows, tmp_path)
    assert (fault.row, fault.column) == (2, None)


HEADINGS = [str(heading) for table in (wjx_rows(), odk_rows()) for heading in table[0]]
CELLS = some.one_of(
    some.sampled_from([str(cell) for row in wjx_rows()[1:] for cell in row]),
    some.sampled_from(["9" * 5000, "²", "1:2", "2024-13-01 00:00", "0000-00-00T00:00", "A."]),
    some.text(max_size=6),
)


@given(some.data(), some.sampled_from([None, "ordinal", "points"]))
def test_nothing_that_a_file_holds_raises(data: some.DataObject, numbers: Numbers | None) -> None:
    """Headings and cells of exports in any order, with anything else among them."""
    header = data.draw(some.lists(some.one_of(some.sampled_from(HEADINGS), CELLS), max_size=30))
    rows = data.draw(some.lists(some.lists(CELLS, max_size=len(header) + 1), max_size=4))
    said = data.draw(some.dictionaries(some.sampled_from(HEADINGS), some.just("q2"), max_size=1))
    with TemporaryDirectory() as folder:
        path = as_csv(Path(folder) / "a.csv", [list(header), *map(list, rows)])
        found = read(path, numbers=numbers, said=said)
    assert not (found.rows and found.faults)
    places = [(one.row or 0, one.column) for one in found.faults]
    assert [row for row, _ in places] == sorted(row for row, _ in places)
    assert all(column is None or column in {h.strip() for h in header} for _, column in places)


def test_whatever_stands_in_a_sound_file_says_the_same_in_another_order(tmp_path: Path) -> None:
    rows = [list(reversed(row)) for row in wjx_rows()]
    assert told(read(as_xlsx(tmp_path / "a.xlsx", rows))) == EVERYTHING
