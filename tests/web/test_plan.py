"""How many to ask, before anybody was: the command's figures on a page that writes nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from hashlib import sha256
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kaohe.cli import main
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Exemption, SchemeVersion
from kaohe.web.jobs.models import Job
from kaohe.web.registry.models import Area, AreaCount, Snapshot
from kaohe.web.results.plan_forms import NumberField, ShareField
from tests.web.cast import AREAS, NOW, SCHEME, Cast
from tests.worlds.assessing import shipped_schemes_loaded_once

pytestmark = pytest.mark.either_database

PAGE = "/results/plan/"
READERS = ("clerk", "group_head", "group_member", "auditor")
OF_AREAS = ("leader", "secretary", "worker")
OTHERS = (
    *("scorer", "department_head", "provider", "inspection", "finance", "administrator"),
    *("monitor", "statistics", "survey_manager", "interviewer"),
)
ASKED = {"margin": "8", "response": "40", "deviation": "20", "overlap": "50"}
SIZES = ("--margin", "8", "--response", "40%", "--deviation", "20")


@pytest.fixture(autouse=True, scope="module")
def loaded_once() -> Iterator[None]:
    with shipped_schemes_loaded_once():
        yield


def of_command(folder: Path, plan: str, *words: str, lang: str = "zh") -> Path:
    """The files of ``kaohe plan`` for the counts of the second snapshot, as the cast has them."""
    folder.mkdir(exist_ok=True)
    counts = [(area, name, 102 + 10 * n, 20 + n) for n, (area, name) in enumerate(AREAS.items())]
    with (folder / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("area_id", "name", "households", "party_members"), *counts])
    out = folder / f"{plan}-{lang}"
    given = ["--scheme", "gaojing-2024", "--out", str(out), *words]
    assert main(["--lang", lang, "plan", plan, str(folder), *given]) == 0
    return out


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def page_of(cast: Cast, username: str = "clerk", **asked: str) -> str:
    answer = cast.client(username).get(PAGE, asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def lines_of(page: str, region: str) -> list[list[str]]:
    """The cells of the table with this name, as they are read out."""
    (table,) = re.findall(rf'aria-label="{region}"><table.*?<tbody>(.*?)</tbody>', page, re.S)
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.S)
        ]
        for line in re.findall(r"<tr>(.*?)</tr>", table, re.S)
    ]


def test_sizes_on_the_page_are_those_of_the_command(cast: Cast, tmp_path: Path) -> None:
    rows = rows_of(of_command(tmp_path, "sizes", *SIZES) / "sizes.csv")
    page = page_of(cast, **ASKED)
    lines = lines_of(page, "各居民区")
    assert [line[:3] for line in lines] == [
        [f"{area} {name}", str(102 + 10 * place), str(20 + place)]
        for place, (area, name) in enumerate(AREAS.items())
    ]
    for line in lines:
        own = [row for row in rows if f"{row['area_id']} {row['name']}" == line[0]]
        assert len(own) == len(line) - 3 == 5
        for cell, row in zip(line[3:], own, strict=True):
            assert cell.startswith(f"{row['size']} / {row['to_ask']}")
            assert cell.endswith(f"至少 {row['required']} · ±{row['margin']}")
            assert row["explanation"] in page, "every row is told in a sentence"
    for label, clause, required, size, to_ask, *_rest in lines_of(page, "全镇合计"):
        check = next(one for one in rows if CHECKS[one["check"]] == label)["check"]
        own = [row for row in rows if row["check"] == check]
        assert clause == "四(二)2"
        assert [required, size, to_ask] == [
            str(sum(int(row[name]) for row in own)) for name in ("required", "size", "to_ask")
        ]


CHECKS = {
    "sample.meeting.households": "座谈会测评户数不少于总户数的5%",
    "sample.meeting.party_members": "座谈会参评党员不少于社区党员的10%",
    "sample.third_party": "第三方测评户数不少于总户数的5%",
    "sample.online.1": "上半年线上测评户数不少于总户数的40%",
    "sample.online.2": "下半年线上测评户数不少于总户数的40%",
}
UNION = "参与评价总户数不少于总户数的50%"


@pytest.mark.parametrize(
    ("asked", "words", "verdict", "state"),
    [
        # 5% and 5% and 40% twice, drawn independently, come to about 67% of all.
        ({}, (), "likely", "预计达到"),
        ({"expect.sample.online.1": "60"}, ("sample.online.1=60%",), "certain", "预计达到"),
        # The same people come twice: 35% and what the two others add.
        (
            {
                "expect.sample.online.1": "35",
                "expect.sample.online.2": "35",
                "overlap": "100",
            },
            ("sample.online.1=35%", "sample.online.2=35%", "--overlap", "100%"),
            *("unlikely", "预计达不到"),
        ),
        (
            {"expect.sample.online.1": "0", "expect.sample.online.2": "30"},
            ("sample.online.1=0%", "sample.online.2=30%"),
            *("impossible", "预计达不到"),
        ),
        ({"overlap": "89"}, ("--overlap", "89%"), "open", "说不准"),
    ],
)
def test_the_union_is_that_of_the_command_and_has_three_states(
    cast: Cast,
    tmp_path: Path,
    asked: dict[str, str],
    words: tuple[str, ...],
    verdict: str,
    state: str,
) -> None:
    given = [part for word in words for part in (("--expect", word) if "=" in word else (word,))]
    rows = rows_of(of_command(tmp_path, "union", *given) / "union.csv")
    assert {row["verdict"] for row in rows} == {verdict}
    lines = lines_of(page_of(cast, **asked), UNION)
    assert lines == [
        [
            f"{row['area_id']} {row['name']}",
            *(row["population"], row["required"]),
            f"{row['expected']} {row['least']}–{row['most']}",
            f"{state} 把握 {row['chance']}%",
            row["explanation"],
        ]
        for row in rows
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbooks_are_the_commands_to_the_byte(cast: Cast, tmp_path: Path, lang: str) -> None:
    client = cast.client("group_member", headers={"accept-language": lang})
    wanted = {
        "sizes": of_command(tmp_path, "sizes", *SIZES, lang=lang),
        "union": of_command(tmp_path, "union", "--overlap", "50%", lang=lang),
    }
    page = client.get(PAGE, ASKED).content.decode()
    for name, folder in wanted.items():
        (address,) = re.findall(rf'href="([^"]*{name}\.xlsx[^"]*)"', page)
        answer = client.get(unescape(address))
        assert answer.content == (folder / f"{name}.xlsx").read_bytes()
        assert f"2024-{name}.xlsx" in answer.headers["Content-Disposition"]


def test_who_may_see_it(cast: Cast) -> None:
    for username in READERS:
        client = cast.client(username)
        assert client.get(PAGE).status_code == 200
        assert client.get(f"{PAGE}union.xlsx").status_code == 200
        assert f'href="{PAGE}"' in client.get("/").content.decode()
    for username in (*OF_AREAS, *OTHERS, "max"):
        client = cast.client(username)
        assert client.get(PAGE).status_code == 404, username
        assert client.get(f"{PAGE}sizes.xlsx").status_code == 404, username
        assert f'href="{PAGE}"' not in client.get("/").content.decode()
    asked = {"cycle": str(cast.cycle.pk)}
    assert cast.client("stranger").get(PAGE, asked).status_code == 404
    assert cast.client("clerk").get(f"{PAGE}visits.xlsx").status_code == 404


READS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", 'UPDATE "django_session"')
"""What reading a page asks of the database; the last keeps whoever reads logged in."""


def test_nothing_is_written_and_queries_are_bounded(cast: Cast) -> None:
    client, before = cast.client("clerk"), Event.objects.count()
    client.get(PAGE)
    for address in (PAGE, f"{PAGE}sizes.xlsx"):
        with CaptureQueriesContext(connection) as found:
            client.get(address, ASKED)
        assert len(found) <= 24
        assert [one["sql"] for one in found if not one["sql"].startswith(READS)] == []
    assert Event.objects.count() == before
    assert not Job.objects.exists()
    assert client.post(PAGE, ASKED).status_code == 405


def test_what_cannot_be_taken_gets_a_sentence_and_no_figures(cast: Cast) -> None:
    client = cast.client("clerk")
    above = "请写大于 0、不超过 100 的数"
    for name in ("margin", "response", "deviation"):
        for written in ("abc", "0", "-5", "100.1", "1e1", "3.14159", "NaN"):
            answer = client.get(PAGE, {name: written})
            page = answer.content.decode()
            assert (answer.status_code, page.count(above)) == (422, 1), (name, written)
            assert f'value="{written}"' in page
            assert "<table" not in page
    for name in ("overlap", "expect.sample.third_party"):
        page = client.get(PAGE, {name: "101"}).content.decode()
        assert "请写 0 到 100 之间的百分数" in page
        assert "<details open>" in page, "the field at fault is in sight"
    answer = client.get(f"{PAGE}sizes.xlsx", {"margin": "abc"})
    assert answer.headers["Location"] == f"{PAGE}?margin=abc"


@pytest.mark.parametrize(
    ("written", "number"),
    [("", None), ("  ", None), ("5", 5), (" 2.5 ", Fraction(5, 2)), ("５０％", 50), ("50 %", 50)],
)
def test_numbers_are_read_as_people_write_them(written: str, number: Fraction | None) -> None:
    assert NumberField().clean(written) == number


def test_a_share_may_be_none_and_no_number_may(cast: Cast) -> None:
    assert ShareField().clean("0%") == 0
    with pytest.raises(ValidationError, match="大于 0"):
        NumberField().clean("0%")


def test_too_few_for_the_scheme_is_told_from_too_few_for_the_margin(cast: Cast) -> None:
    page = page_of(cast, response="30", margin="4", deviation="10")
    for _area, _households, _members, meeting, members, third, first, second in lines_of(
        page, "各居民区"
    ):
        assert "不够" in first, "of all 30% answer, 40% are asked for"
        assert "不够" in second
        assert "误差大" in members, "10% of members answer, but not as many as the margin takes"
        assert "不够" not in meeting + third + members
    assert "3 个居民区达不到方案要求" in page
    assert "3 个居民区达不到所要误差" in page
    assert "没有写预计应答率" not in page
    assert "没有写预计应答率" in page_of(cast)


def test_before_counts_are_frozen_nothing_is_told(cast: Cast) -> None:
    Snapshot.objects.filter(town=cast.town, number=2).update(frozen_at=None)
    assert [line[1] for line in lines_of(page_of(cast), "各居民区")] == ["101", "111", "121"]
    Snapshot.objects.filter(town=cast.town).update(frozen_at=None)
    page = page_of(cast)
    assert "本年度还没有冻结的户数快照" in page
    assert "<table" not in page
    assert cast.client("clerk").get(f"{PAGE}sizes.xlsx").headers["Location"] == f"{PAGE}?"


def test_areas_without_a_count_are_named_and_exempted_ones_left_out(cast: Cast) -> None:
    Area.objects.create(
        town=cast.town, area_id="J04", name="新园居民区", category="new", from_on=date(2024, 11, 1)
    )
    Exemption.objects.create(town=cast.town, cycle=cast.cycle, area=cast.area("J02"), reason="拆迁")
    page = page_of(cast)
    assert re.search("没有冻结的户数，算不出，下面没有列：[^<]*新园居民区", page)
    assert [line[0][:3] for line in lines_of(page, "各居民区")] == ["J01", "J03"]
    assert [line[0][:3] for line in lines_of(page, UNION)] == ["J01", "J03"]


def test_without_any_area_that_is_assessed_there_is_nothing_to_work_out(cast: Cast) -> None:
    AreaCount.objects.filter(town=cast.town).delete()
    assert "冻结的快照里没有参加考核的居民区" in page_of(cast)


def test_a_scheme_that_asks_for_no_sample_says_so(cast: Cast) -> None:
    text = (SCHEME.parents[1] / "hotline-scorecard/scheme.yaml").read_bytes().decode()
    version = SchemeVersion.objects.create(
        town=cast.town,
        scheme_id="hotline-scorecard",
        edition="1",
        title="热线",
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        added_at=NOW,
    )
    cycle = cast.cycle
    cycle.scheme = version
    cycle.save()
    page = page_of(cast)
    assert "这个方案没有规定测评至少要完成多少" in page
    assert "<table" not in page


def test_counts_that_do_not_fit_the_scheme_are_told(cast: Cast) -> None:
    Area.objects.filter(town=cast.town, area_id="J01").update(category="harbour")
    client = cast.client("clerk")
    page = client.get(PAGE).content.decode()
    assert "户数与方案对不上，算不出" in page
    assert "harbour" in page
    assert "<table" not in page
    assert client.get(f"{PAGE}sizes.xlsx").headers["Location"] == f"{PAGE}?"


def test_the_snapshot_that_counts_leads_there(cast: Cast) -> None:
    first, second = (
        reverse("registry:snapshot", args=[pk])
        for pk in Snapshot.objects.filter(town=cast.town)
        .order_by("number")
        .values_list("pk", flat=True)
    )
    link = f'href="{PAGE}?cycle={cast.cycle.pk}"'
    client = cast.client("clerk")
    assert link in client.get(second).content.decode()
    assert link not in client.get(first).content.decode(), "the second one counts by now"
    for username in ("statistics", "secretary"):
        assert link not in cast.client(username).get(second).content.decode()
