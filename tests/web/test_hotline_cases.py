"""The index of cases: written before a version counts, once, whole; and the pages that show it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaohe.web.audit.actions import Stale
from kaohe.web.cycles import delivering, delivery_work
from kaohe.web.cycles.delivering import apply_delivery, withdraw_delivery
from kaohe.web.cycles.delivery_storing import reading_of
from kaohe.web.cycles.facts import delivered_rows, in_force
from kaohe.web.cycles.models import Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline import loading
from kaohe.web.hotline.facts import takes_cases, to_be_laid, told_cases
from kaohe.web.hotline.models import Case
from kaohe.web.jobs.models import Job
from kaohe.web.registry.models import Area, Source
from kaohe.web.results.completeness import open_points
from tests.web.cast import BEGIN, NOW, Cast
from tests.web.deliveries import as_csv, hand_in
from tests.web.deliveries import in_force as put_in_force
from tests.worlds.assessing import scheme_file

HEADINGS = (
    "办件编号",
    "居民区编号",
    "受理日期",
    "有责",
    "已处置",
    "已解决",
    "类别",
    "地点",
    "诉求摘要",
)
LIST = "/hotline/cases/"


def case_row(number: str, area: str = "J01", **changed: str) -> list[str]:
    row = dict(
        zip(
            HEADINGS,
            (number, area, "2024-05-06", "是", "是", "否", "噪音扰民", "殷高西路101弄", "夜间施工"),
            strict=True,
        )
    )
    return list({**row, **changed}.values())


def cases_of(cast: Cast) -> list[str]:
    rows = Case.objects.within(in_force(cast.cycle))
    return sorted(rows.values_list("case_id", flat=True))


def test_rows_are_those_of_the_version_in_force(cast: Cast, tmp_path: Path) -> None:
    by = cast.person("provider")
    put_in_force(cast, as_csv([case_row("A1"), case_row("A2")], HEADINGS), tmp_path)
    assert cases_of(cast) == ["A1", "A2"]
    second = put_in_force(cast, as_csv([case_row("A2"), case_row("A3")], HEADINGS), tmp_path)
    assert cases_of(cast) == ["A2", "A3"]
    withdraw_delivery(second, by=by, at=NOW)
    assert cases_of(cast) == ["A1", "A2"]
    case = Case.objects.within(in_force(cast.cycle)).get(case_id="A1")
    assert case.area is not None
    assert (case.area.area_id, case.kind, case.summary) == ("J01", "噪音扰民", "夜间施工")
    assert case.received_on == date(2024, 5, 6)
    declared = scheme_of(cast.cycle).fact_tables["cases"].columns
    content = next(iter(delivered_rows(cast.cycle, "cases")))
    assert case.told == {name: content[name] for name in declared}


def test_a_stop_in_the_middle_leaves_nothing_that_counts_and_is_gone_over_again(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", 2)
    rows = [case_row(f"A{number}") for number in range(5)]
    delivery = hand_in(cast, as_csv(rows, HEADINGS), tmp_path)
    heard: list[float] = []

    def stop(share: float) -> None:
        heard.append(share)
        if len(heard) == 2:
            raise KeyboardInterrupt

    by = cast.person("provider")
    with pytest.raises(KeyboardInterrupt):
        apply_delivery(delivery, by=by, at=NOW, tell=stop)
    assert Case.objects.count() == 4
    assert cases_of(cast) == [], "no page shows what does not count"
    stale = Case.objects.first()
    assert stale is not None
    Case.objects.filter(pk=stale.pk).update(kind="left behind")
    apply_delivery(delivery, by=by, at=NOW, tell=heard.append)
    assert cases_of(cast) == ["A0", "A1", "A2", "A3", "A4"]
    assert not Case.objects.filter(kind="left behind").exists()
    assert heard[2:] == [0.4, 0.8, 1.0]
    before = list(Case.objects.values_list("pk", flat=True))
    apply_delivery(delivery, by=by, at=NOW)
    assert list(Case.objects.values_list("pk", flat=True)) == before, "one that counts stays"


def test_a_version_whose_rows_are_not_all_there_does_not_count(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when somebody else has begun anew at the same moment."""
    delivery = hand_in(cast, as_csv([case_row("A1")], HEADINGS), tmp_path)
    given = delivering.Preparation(lambda *_: None, loading.cases_written)
    monkeypatch.setitem(delivering._PREPARATIONS, "cases", given)
    with pytest.raises(Stale):
        apply_delivery(delivery, by=cast.person("provider"), at=NOW)
    assert Delivery.objects.get().state == "checked"


def test_a_refused_version_writes_no_rows(cast: Cast, tmp_path: Path) -> None:
    faulty = hand_in(cast, as_csv([case_row("A1", "J77")], HEADINGS), tmp_path)
    answer = cast.client("provider").post(f"/cycles/deliveries/{faulty.pk}/apply", {"seen": 1})
    assert answer.status_code == 403
    assert not Case.objects.exists()


def test_a_long_version_comes_to_count_in_the_background(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kaohe.web.jobs import working

    monkeypatch.setattr(delivery_work, "LONG_ROWS", 1)
    delivery = hand_in(cast, as_csv([case_row("A1"), case_row("A2")], HEADINGS), tmp_path)
    client = cast.client("provider")
    answer = client.post(f"/cycles/deliveries/{delivery.pk}/apply", {"seen": 1})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}"
    assert cases_of(cast) == []
    working.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.answer) == ("done", f"/cycles/deliveries/{delivery.pk}/")
    assert cases_of(cast) == ["A1", "A2"]


def test_cases_of_a_merged_area_are_those_of_its_successor(cast: Cast, tmp_path: Path) -> None:
    areas = Area.objects.filter(town=cast.town)
    areas.filter(area_id="J03").update(
        until_on=date(2024, 6, 30), successor=areas.get(area_id="J01")
    )
    put_in_force(cast, as_csv([case_row("A1", "J03")], HEADINGS), tmp_path)
    (told,) = told_cases(cast.cycle, scheme_of(cast.cycle))
    assert told["area_id"] == "J01"
    page = cast.client("secretary").get(LIST).content.decode()
    assert "A1" in page


def test_what_is_missing_names_cases_without_area(cast: Cast, tmp_path: Path) -> None:
    rows = [case_row("A1"), case_row("A2", ""), case_row("A3", "")]
    put_in_force(cast, as_csv(rows, HEADINGS), tmp_path)
    assert to_be_laid(cast.cycle).count() == 2
    told = [point.text for point in open_points(cast.cycle)]
    assert "2 件办件还没有归入居民区，暂不计分" in told
    link = f'href="/hotline/unplaced/?cycle={cast.cycle.pk}"'
    for username in ("clerk", "group_head", "group_member"):
        page = cast.client(username).get("/").content.decode()
        assert "2 件办件还没有归入居民区" in page, username
        assert (link in page.partition("全镇还缺什么")[2]) == (username == "clerk"), username
    assert "暂不计分" not in "".join(
        point.text for point in open_points(cast.cycle) if "1 件" in point.text
    )


# -- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def listed(cast: Cast, tmp_path: Path) -> Cast:
    rows = [
        case_row("HX001"),
        case_row("HX002", "J02", 类别="停车管理", 受理日期="2024-06-07", 已处置="否"),
        case_row("HX003", "", 地点="三门路<b>5弄"),
    ]
    put_in_force(cast, as_csv(rows, HEADINGS), tmp_path)
    petition = [[*row[:2], *row[2:]] for row in [case_row("XF001")]]
    put_in_force(cast, as_csv(petition, HEADINGS), tmp_path, source="petition")
    return cast


@pytest.mark.parametrize(
    ("username", "numbers"),
    [
        ("clerk", {"HX001", "HX002", "HX003", "XF001"}),
        ("auditor", {"HX001", "HX002", "HX003", "XF001"}),
        ("provider", {"HX001", "HX002", "HX003"}),
        ("secretary", {"HX001", "XF001"}),
        ("other_secretary", {"HX002"}),
    ],
)
def test_everybody_finds_their_own_cases(listed: Cast, username: str, numbers: set[str]) -> None:
    client = listed.client(username)
    page = client.get(LIST).content.decode()
    every = {"HX001", "HX002", "HX003", "XF001"}
    assert {one for one in every if one in page} == numbers
    for case in Case.objects.all():
        expected = 200 if case.case_id in numbers else 404
        assert client.get(f"{LIST}{case.pk}/").status_code == expected
    assert ">办件</a>" in page, "the menu leads here"


@pytest.mark.parametrize("username", ["group_head", "group_member", "scorer", "worker", "max"])
def test_others_find_none(listed: Cast, username: str) -> None:
    client = listed.client(username)
    assert client.get(LIST).status_code == 404
    case = Case.objects.first()
    assert case is not None
    assert client.get(f"{LIST}{case.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"number": "XF"}, {"XF001"}),
        ({"month": "2024-06"}, {"HX002"}),
        ({"kind": "停车管理"}, {"HX002"}),
        ({"source": "petition"}, {"XF001"}),
        ({"state": "unassigned"}, {"HX003"}),
        ({"state": "open"}, {"HX002"}),
        ({"state": "nonsense"}, {"HX001", "HX002", "HX003", "XF001"}),
        ({"number": "nothing"}, set()),
    ],
)
def test_cases_are_filtered(listed: Cast, asked: dict[str, str], numbers: set[str]) -> None:
    page = listed.client("clerk").get(LIST, asked).content.decode()
    table = page[page.index("</form>") if "</form>" in page else 0 :]
    assert {
        one for one in ("HX001", "HX002", "HX003", "XF001") if f">{one}</a>" in table
    } == numbers
    if not numbers:
        assert "没有符合条件的办件" in page


def test_one_case_is_told_whole_with_its_versions(
    listed: Cast, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    rows = [case_row("HX001", 已解决="是"), case_row("HX003", "", 地点="三门路<b>5弄")]
    put_in_force(listed, as_csv(rows, HEADINGS), tmp_path)
    new = Case.objects.get(case_id="HX001", delivery__number=2)
    client = listed.client("clerk")
    with django_assert_max_num_queries(25):
        page = client.get(f"{LIST}{new.pk}/").content.decode()
    for told in ("噪音扰民", "夜间施工", "已解决", "第2版（本页）", "第1版", "已被代替", "现行"):
        assert told in page
    old = Case.objects.get(case_id="HX001", delivery__number=1)
    assert "不计分" in client.get(f"{LIST}{old.pk}/").content.decode()
    placed = Case.objects.get(case_id="HX003", delivery__number=2)
    page = client.get(f"{LIST}{placed.pk}/").content.decode()
    assert "三门路&lt;b&gt;5弄" in page, "what a file says is never markup"
    assert "没有居民区的办件不计分" in page


def test_pages_of_the_list_keep_what_was_asked(
    cast: Cast, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    rows = [case_row(f"HX{number:03}") for number in range(230)]
    put_in_force(cast, as_csv(rows, HEADINGS), tmp_path)
    client = cast.client("clerk")
    with django_assert_max_num_queries(25):
        page = client.get(LIST, {"kind": "噪音扰民", "page": 2}).content.decode()
    assert "共 230 件" in page
    assert "第 2 页，共 3 页" in page
    assert "page=3" in page
    assert page.count('<th scope="row">') == 100


# -- other ground, and much of it -----------------------------------------------------------------


NYC = Path(__file__).parents[2] / "schemes/nyc311/data/animals_2025q1.csv"


def test_real_records_come_through_the_same_door(cast: Cast, tmp_path: Path) -> None:
    """4,969 complaints of New York, with the city's own headings, its boards as areas.

    Only dates are written as days, and what the city has no word for is added: that a case is the
    board's to deal with.
    """
    with NYC.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    town, year = cast.town, cast.cycle
    boards = sorted(
        {one["community_board"] for one in records if one["community_board"][:1].isdigit()}
    )
    known = [board for board in boards if not board.startswith("0 ")]
    Area.objects.bulk_create(
        Area(town=town, area_id=f"B{place}", name=board, category="ordinary", from_on=BEGIN)
        for place, board in enumerate(known)
    )
    year.first, year.last = date(2025, 1, 1), date(2025, 12, 31)
    year.save()

    def day(text: str) -> str:
        if not text:
            return ""
        month, number, rest = text.split("/")
        return f"{rest[:4]}-{month}-{number}"

    headings = [*records[0], "own"]
    rows = [
        [
            *{
                **one,
                "created": day(one["created"]),
                "closed": day(one["closed"]),
                "community_board": one["community_board"]
                if one["community_board"] in known
                else "",
            }.values(),
            "1",
        ]
        for one in records
    ]
    delivery = hand_in(cast, as_csv(rows, headings), tmp_path, name="animals.csv")
    assert delivery.state == "faulty", "headings of its own"
    by = cast.person("provider")
    columns = {
        "case_id": "unique_key",
        "area_id": "community_board",
        "received_on": "created",
        "closed_on": "closed",
        "kind": "complaint_type",
        "department": "agency",
        "place": "place",
        "responsible": "own",
        "handled": "status",
        "summary": "descriptor",
    }
    words = {"handled": {"Closed": "true"}}
    words["handled"] |= {
        one["status"]: "false" for one in records if one["status"] and one["status"] != "Closed"
    }
    mapped = delivering.map_columns(delivery, columns=columns, words=words, by=by, at=NOW)
    assert [(one.row, one.column, one.value) for one in reading_of(mapped).faults[:3]] == []
    apply_delivery(mapped, by=by, at=NOW)
    assert Case.objects.count() == len(records) == 4969
    without = sum(one["community_board"] not in known for one in records)
    assert to_be_laid(year).count() == without > 0
    kinds = {one["complaint_type"] for one in records}
    assert set(Case.objects.values_list("kind", flat=True)) == kinds
    closed = sum(one["status"] == "Closed" for one in records)
    assert Case.objects.filter(told__handled="true").count() == closed
    passage = reading_of(mapped).passage
    assert passage is not None
    assert passage.dropped == ()
    # Hashes of addresses, four of which happen to hold eleven digits that look like a phone.
    assert [(heading, count) for heading, _kind, count in passage.masked] == [("place", 4)]


def test_which_schemes_have_cases_of_areas() -> None:
    assert takes_cases(scheme_file("gaojing-2024").under({}))
    assert not takes_cases(scheme_file("nyc311").under({})), "its subjects are no areas"


def write_many(path: Path, count: int, bad: int | None = None) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["来电人", *HEADINGS])
        for number in range(count):
            area = "X99" if number == bad else f"J0{number % 3 + 1}"
            row = case_row(f"HX{number:07}", area, 诉求摘要=f"王女士反映噪音，回电138{number:08}")
            writer.writerow(["王建国", *row])


@pytest.mark.parametrize("count", [3000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_a_year_of_cases_comes_in_with_progress_and_one_bad_row_stops_all_of_it(
    cast: Cast, tmp_path: Path, count: int
) -> None:
    path, by = tmp_path / "cases.csv", cast.person("provider")
    given = {
        "cycle": cast.cycle,
        "source": Source.objects.get(town=cast.town, code="hotline"),
        "table": "cases",
        "part": "",
        "path": path,
        "name": "cases.csv",
        "by": by,
        "at": NOW,
    }
    write_many(path, count, bad=count - 2)
    faulty = delivering.take_delivery(**given)
    assert (faulty.state, faulty.rows, faulty.faults) == ("faulty", 0, 1)
    (fault,) = reading_of(faulty).faults
    assert (fault.row, fault.column, fault.value) == (count, "area_id", "X99")
    assert not Case.objects.exists()
    write_many(path, count)
    heard: list[float] = []
    good = delivering.take_delivery(**given, tell=heard.append)
    assert heard == sorted(heard)
    heard.clear()
    apply_delivery(good, by=by, at=NOW, tell=heard.append)
    assert heard == sorted(heard)
    assert len(heard) == -(-count // loading.BATCH)
    assert Case.objects.count() == count
    assert sum(1 for _row in told_cases(cast.cycle, scheme_of(cast.cycle))) == count
    assert not Case.objects.filter(summary__contains="138").exists()
