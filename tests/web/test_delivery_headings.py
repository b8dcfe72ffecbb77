"""What a provider's headings mean, and that a table in other words asks the same of its rows."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.values.faults import Fault
from kaohe.values.tables import Table
from kaohe.web.cycles.delivery_checking import Asked, Checked, check_file, write_marked_file
from kaohe.web.cycles.delivery_headings import Layout, guessed, keys_of, layout_of, told_apart
from kaohe.web.cycles.delivery_tables import in_own_words
from tests.web.deliveries import CASES, as_csv, case, sheet_rows
from tests.worlds.assessing import scheme_file
from tests.worlds.files import write_parquet

pytestmark = pytest.mark.no_database

GAOJING = scheme_file("gaojing-2024").under({})
CASES_TABLE = GAOJING.fact_tables["cases"]
AREAS = [{"area_id": "J01", "households": "100"}, {"area_id": "J09"}]


def asked(table: str = "cases", **only: tuple[str, ...]) -> Asked:
    return Asked(GAOJING, table, only, {"areas": AREAS})


NOTHING_SAID = Layout()


def checked(content: bytes, folder: Path, what: Asked, said: Layout = NOTHING_SAID) -> Checked:
    path = folder / "came.csv"
    path.write_bytes(content)
    return check_file(path, what, said, folder / "content.csv")


def places(found: Checked) -> list[tuple[int | None, str | None]]:
    return [(fault.row, fault.column) for fault in found.faults]


# -- headings -------------------------------------------------------------------------------------


def test_english_names_and_headings_are_found_by_themselves() -> None:
    headings = ["办件编号", "area_id", "来源", "受理日期", "有责", "已处置", "备注"]
    found = layout_of(CASES_TABLE, headings, Layout())
    assert found is not None
    assert found.columns["case_id"] == "办件编号"
    assert found.columns["area_id"] == "area_id"
    assert "satisfied" not in found.columns


@pytest.mark.parametrize(
    "headings",
    [
        CASES[1:],
        ["办件编号（主键）", *CASES[1:]],
        [*CASES, "case_id"],
        [],
    ],
)
def test_what_is_missing_or_stands_under_both_names_is_asked(headings: list[str]) -> None:
    assert layout_of(CASES_TABLE, headings, Layout()) is None


def test_what_somebody_said_holds_while_all_of_it_is_there() -> None:
    said = Layout({"case_id": "工单号", "satisfied": "满意否"}, {"excluded": {"重复件": "repeat"}})
    headings = ["工单号", "满意否", *CASES[1:]]
    found = layout_of(CASES_TABLE, headings, said)
    assert found is not None
    assert found.columns["satisfied"] == "满意否"
    assert found.words == {"excluded": {"重复件": "repeat"}}
    assert layout_of(CASES_TABLE, headings[1:], said) is None, "half of what was said is nothing"
    plain = layout_of(CASES_TABLE, CASES, said)
    assert plain is not None
    assert plain.columns["case_id"] == "办件编号"


def test_a_column_said_to_be_nowhere_is_not_found_by_itself() -> None:
    found = layout_of(CASES_TABLE, [*CASES, "满意"], Layout({"satisfied": ""}))
    assert found is not None
    assert "satisfied" not in found.columns


def test_words_for_codes_that_the_scheme_lost_are_forgotten() -> None:
    said = Layout({}, {"excluded": {"重复件": "gone"}, "nowhere": {"x": "y"}})
    found = layout_of(CASES_TABLE, CASES, said)
    assert found is not None
    assert found.words == {}


def test_guesses_overlook_width_case_and_white_space() -> None:
    headings = ["CASE_ID", " 居民区 编号", "来　源", "受理日期", "有责"]
    found = guessed(CASES_TABLE, headings, Layout({"handled": "有责"}))
    assert found["case_id"] == "CASE_ID"
    assert found["area_id"] == " 居民区 编号"
    assert found["source"] == "来　源"
    assert len(set(found.values())) == len(found), "no heading is guessed twice"


def test_guesses_know_what_hotlines_call_things() -> None:
    headings = ["工单编号", "受理时间", "是否有责", "是否处置", "是否解决", "解决时间", "满意"]
    found = guessed(CASES_TABLE, headings, Layout())
    assert found == {
        "case_id": "工单编号",
        "received_on": "受理时间",
        "responsible": "是否有责",
        "handled": "是否处置",
        "resolved": "是否解决",
        "satisfied": "满意",
    }
    exact = guessed(CASES_TABLE, ["是否满意", "满意"], Layout())
    assert exact == {"satisfied": "满意"}, "what is written alike comes first"


def test_only_what_headings_do_not_say_is_remembered() -> None:
    headings = [*CASES, "满意", "工单号"]
    chosen = {"case_id": "工单号", "area_id": "居民区编号", "source": "来源"}
    assert told_apart(CASES_TABLE, headings, chosen) == {
        "case_id": "工单号",
        "received_on": "",
        "responsible": "",
        "handled": "",
        "satisfied": "",
    }


# -- the same rules in other words ----------------------------------------------------------------

HEADINGS = st.lists(
    st.sampled_from(
        [*CASES_TABLE.columns, *(one.heading for one in CASES_TABLE.columns.values())]
        + ["#row", "#", "ID", "id", "Source", "a b", "x,y", '"', "_来源", "列"]
    ),
    min_size=len(CASES_TABLE.columns),
    max_size=len(CASES_TABLE.columns),
    unique=True,
)


@given(HEADINGS)
@settings(max_examples=25)
def test_any_headings_may_stand_for_any_columns(tmp_path_factory, headings: list[str]) -> None:
    folder = tmp_path_factory.mktemp("any")
    said = dict(zip(CASES_TABLE.columns, headings, strict=True))
    row = ["A1", "J01", "信访", "2024-05-06", "是", "否", "是", "", "是", "重复件"]
    words = {"excluded": {"重复件": "repeat"}}
    found = checked(as_csv([row], headings), folder, asked(), Layout(said, words))
    assert found.faults == ()
    line = (folder / "content.csv").read_text("utf-8").splitlines()[1]
    assert line == "A1,J01,petition,2024-05-06,true,false,true,,true,repeat,,,,,,,,"


def plain_columns(table: Table) -> Layout:
    return Layout({name: f"列{place}" for place, name in enumerate(table.columns)})


@pytest.mark.parametrize("name", list(GAOJING.fact_tables))
def test_every_table_of_the_scheme_can_be_told_in_other_words(name: str) -> None:
    table = GAOJING.fact_tables[name]
    layout = plain_columns(table)
    keys = keys_of(table, layout, list(layout.columns.values()))
    own = in_own_words(table, layout, keys)
    assert list(own.columns) == list(layout.columns.values())
    assert len(own.key) == len(table.key)


TOTALS = ("居民区编号", "测评方式", "线上轮次", "参与身份", "题目", "有效答题数", "得分合计")
BAD_TOTALS = [
    ["J01", "座谈会测评", "", "党员", "第1题", "10", "80"],
    ["J01", "线上测评", "", "住户", "第1题", "10", "80"],
    ["J01", "线上测评", "3", "住户", "第1题", "10", "80"],
    ["J01", "座谈会测评", "1", "住户", "第1题", "10", "80"],
    ["J01", "线上测评", "1", "党员", "第1题", "10", "80"],
    ["J01", "第三方测评", "", "", "全部题目", "10", "101"],
    ["J01", "第三方测评", "", "", "第1题", "10", "80"],
    ["J01", "座谈会测评", "", "党员", "第1题", "11", "80"],
    ["J77", "座谈会测评", "", "党员", "第1题", "11", "80.55"],
]


def test_rules_about_other_cells_hold_in_other_words_as_in_the_schemes(tmp_path: Path) -> None:
    """Conditions, limits, keys and rows that stand alone: the same places, whatever the names."""
    what, table = asked("answer_totals"), GAOJING.fact_tables["answer_totals"]
    plain = checked(as_csv(BAD_TOTALS, TOTALS), tmp_path, what)
    said = plain_columns(table)
    other = checked(as_csv(BAD_TOTALS, list(said.columns.values())), tmp_path, what, said)
    assert places(plain) == places(other)
    assert places(plain) == [
        (3, "round"),
        (4, "round"),
        (5, "round"),
        (6, "panel"),
        (7, "question"),
        (7, "points"),
        (9, "area_id"),
        (10, "area_id"),
        (10, "points"),
    ]
    told = {(one.row, one.column): one.expected.zh for one in other.faults}
    assert "列1 为 线上测评 时" in told[3, "round"], "codes and columns by the names people know"
    assert "列5 的 10 倍" in told[7, "points"]


def test_the_order_of_columns_changes_nothing(tmp_path: Path) -> None:
    content = set()
    for order in list(permutations(range(6)))[::120]:
        headings = [CASES[place] for place in order]
        rows = [[case(number)[place] for place in order] for number in ("A1", "A2")]
        content.add(checked(as_csv(rows, headings), tmp_path, asked()).content_sha256)
    assert len(content) == 1


def test_limits_of_a_source_leave_the_other_rules_in_place(tmp_path: Path) -> None:
    """A rule may name codes beyond the limits of the source."""
    rows = [
        ["J01", "座谈会测评", "", "党员", "第1题", "10", "80"],
        ["J01", "线上测评", "1", "住户", "第1题", "10", "80"],
    ]
    what = asked("answer_totals", channel=("meeting",))
    found = checked(as_csv(rows, TOTALS), tmp_path, what)
    assert places(found) == [(3, "channel")]
    assert found.faults[0].expected.zh == "只能报送测评方式为座谈会测评的行"
    two = asked("answer_totals", channel=("meeting", "online"))
    assert checked(as_csv(rows, TOTALS), tmp_path, two).faults == ()


def test_an_area_without_counts_is_known_and_sets_no_limit(tmp_path: Path) -> None:
    headings = ("居民区编号", "测评方式", "线上轮次", "参与户数")
    rows = [["J01", "线上测评", "1", "101"], ["J09", "线上测评", "1", "101"]]
    found = checked(as_csv(rows, headings), tmp_path, asked("participation_counts"))
    (fault,) = found.faults
    assert isinstance(fault, Fault)
    assert fault.row == 2
    assert fault.expected.zh == "应不大于 100（该 居民区编号 的 户数）"


def test_parquet_is_read_and_given_back_as_a_workbook(tmp_path: Path) -> None:
    columns = tuple(CASES)
    rows = [dict(zip(CASES, case(number), strict=True)) for number in ("A1", "A2")]
    rows[1]["居民区编号"] = "J77"
    write_parquet({"cases": rows}, {"cases": columns}, tmp_path)
    found = check_file(tmp_path / "cases.parquet", asked(), Layout(), tmp_path / "content.csv")
    assert places(found) == [(3, "area_id")]
    out = tmp_path / "marked.xlsx"
    write_marked_file(tmp_path / "cases.parquet", asked(), found, out, "zh")
    marked = sheet_rows(out.read_bytes())
    assert marked[2][:2] == ["A2", "J77"]
    assert "居民区编号" in marked[2][-1]
