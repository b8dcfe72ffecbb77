"""Who took part so far: by the scheme's own checks, whoever looks, and nothing that ranks."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies

from kaohe.facts import read_facts
from kaohe.pipeline import assess
from kaohe.web.cycles.models import Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import Waiver
from kaohe.web.registry.models import AreaCount
from kaohe.web.results.gathering import write_facts
from kaohe.web.results.participation import follow, samples_for, thresholds_of
from kaohe.web.surveys import actions
from kaohe.web.surveys.models import Participation, Round
from tests.web.cast import NOW, TODAY, Cast
from tests.web.deliveries import deliver_counts
from tests.web.rounds import closed, opened, prepared, send

pytestmark = pytest.mark.either_database

PAGE = "/results/participation/"
THRESHOLDS = [
    "sample.meeting.households",
    "sample.meeting.party_members",
    "sample.third_party",
    "sample.online.1",
    "sample.online.2",
    "sample.total",
]


def lines_of(page: str) -> dict[str, list[str]]:
    """The first table, area by area."""
    table = page.split("<tbody>", 1)[1].split("</tbody>")[0]
    return {
        row[0]: [
            " ".join(re.sub("<[^>]*>", " ", cell).split())
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row[1], re.S)
        ]
        for row in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
    }


def small(cast: Cast, **households: int) -> None:
    for area, count in households.items():
        AreaCount.objects.filter(area__area_id=area).update(households=count)


# -- what is counted


def test_the_thresholds_are_the_schemes_checks_of_who_took_part(cast: Cast) -> None:
    scheme = scheme_of(cast.cycle)
    assert list(thresholds_of(scheme)) == THRESHOLDS
    assert samples_for("sample.online.2", scheme) == {"online.2"}
    assert samples_for("sample.total", scheme) == {
        "meeting.household",
        "third_party",
        "online.1",
        "online.2",
    }


def test_an_open_round_counts_before_it_is_counted_and_no_household_is_told(cast: Cast) -> None:
    small(cast, J01=5, J02=5, J03=5)
    held, codes = opened(cast, {"J01": 3, "J02": 2})
    for household in ("J01-1-00000", "J01-1-00001", "J02-1-00000"):
        assert send(held, codes[household]).status_code == 200
    page = cast.client("clerk").get(PAGE).content.decode()
    found = lines_of(page)
    assert list(found) == ["云溪苑居民区", "澄波里居民区", "听澜坊居民区"]
    assert [found[name][4] for name in found] == [
        "已达到 2 / 2",
        "还没有达到 1 / 2",
        "还没有达到 0 / 2",
    ]
    assert found["云溪苑居民区"][5] == "还没有达到 2 / 3"
    assert "J01-1-0" not in page
    closed(cast, held)
    assert lines_of(cast.client("group_head").get(PAGE).content.decode()) == found


def test_a_household_of_two_channels_is_one_of_the_union(cast: Cast) -> None:
    small(cast, J01=4)
    first, codes = opened(cast, {"J01": 2}, samples=["online.1"], title="上半年")
    send(first, codes["J01-1-00000"])
    closed(cast, first)
    second = prepared(cast)
    again = actions.issue_codes(second, [cast.area("J01")], by=cast.person("clerk"), at=NOW)
    actions.open_round(second, by=cast.person("clerk"), at=NOW)
    by_household = {household.household_id: code for household, code in again.items()}
    for household, actual, met in (("J01-1-00000", "1", False), ("J01-1-00001", "2", True)):
        send(second, by_household[household])
        total = follow(cast.cycle, scheme_of(cast.cycle)).results["J01"]["sample.total"]
        assert (total.actual, total.met) == (actual, met)


def test_counts_alone_give_bounds_and_sometimes_no_answer(cast: Cast, tmp_path: Path) -> None:
    small(cast, J01=1600, J02=1600, J03=1600)
    deliver_counts(
        cast,
        tmp_path,
        ("J01", "meeting", "", "80"),
        ("J01", "third_party", "", "80"),
        ("J01", "online", "1", "650"),
        ("J01", "online", "2", "620"),
        ("J02", "online", "1", "800"),
        ("J03", "online", "1", "300"),
    )
    found = lines_of(cast.client("clerk").get(PAGE).content.decode())
    assert found["云溪苑居民区"][5] == "无法判定 650–1430 / 800"
    assert found["澄波里居民区"][5] == "已达到 800–800 / 800"
    assert found["听澜坊居民区"][5] == "还没有达到 300–300 / 800"
    assert found["云溪苑居民区"][3] == "已达到 650 / 640"


@given(data=strategies.data())
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_page_says_what_a_run_will_say(
    cast: Cast, tmp_path: Path, data: strategies.DataObject
) -> None:
    """Counted rounds and files, by the whole machinery of a run and by the page."""
    small(cast, J01=6, J02=5, J03=4)
    Participation.objects.all().delete()
    Round.objects.all().delete()
    Delivery.objects.all().delete()
    taken = {
        "meeting": ["meeting.household", "meeting.party_member"],
        "surveyor": ["third_party"],
        "codes": ["online.1", "online.2"],
    }
    for manner, samples in taken.items():
        for sample in samples:
            held = prepared(cast, samples=[sample], manner=manner, title=sample)
            Round.objects.filter(pk=held.pk).update(state="counted")
            pairs = strategies.tuples(
                strategies.sampled_from(["J01", "J02", "J03"]), strategies.integers(0, 5)
            )
            for area, number in data.draw(strategies.sets(pairs, max_size=9)):
                Participation.objects.create(
                    town=cast.town,
                    cycle=cast.cycle,
                    round=held,
                    area_id=area,
                    sample=sample,
                    household_id=f"{area}-{number}",
                )
    dropped = data.draw(strategies.sets(strategies.sampled_from(["third_party", "online.1"])))
    Participation.objects.filter(sample__in=dropped).delete()
    words = {"third_party": ("third_party", ""), "online.1": ("online", "1")}
    rows = [
        (area, *words[sample], str(data.draw(strategies.integers(0, 4))))
        for sample in sorted(dropped)
        for area in ("J01", "J03")
    ]
    if rows:
        Round.objects.filter(title__in=dropped).update(state="prepared")
        deliver_counts(cast, tmp_path, *rows)
    scheme = scheme_of(cast.cycle)
    found = follow(cast.cycle, scheme).results
    told = {
        (one.subject, one.check): (one.required, one.actual, one.met)
        for one in checks_of_a_run(cast, tmp_path / "facts")
        if one.check in THRESHOLDS
    }
    assert {
        (area, check): (one.required, one.actual, one.met)
        for area, results in found.items()
        for check, one in results.items()
    } == told


def checks_of_a_run(cast: Cast, folder: Path) -> Any:
    """The checks of all that the cycle knows; tables that nobody filled are there without rows."""
    scheme = scheme_of(cast.cycle)
    folder.mkdir(exist_ok=True)
    write_facts(cast.cycle, scheme, folder)
    for name in ("ratings", "answers", "participation"):
        path, columns = folder / f"{name}.csv", scheme.fact_tables[name].columns
        if not path.exists():
            path.write_text(",".join(columns) + "\n", encoding="utf-8")
    reading = read_facts(str(folder), scheme.fact_tables)
    assert reading.facts is not None, reading.faults
    with reading.facts as facts:
        return assess(scheme, "", {}, facts).checks


def test_a_merged_area_and_a_waiver_are_told_as_a_run_tells_them(
    cast: Cast, tmp_path: Path
) -> None:
    held, codes = opened(cast, {"J01": 1, "J02": 2})
    for code in codes.values():
        send(held, code)
    old = cast.area("J02")
    old.until_on, old.successor = date(2024, 6, 30), cast.area("J01")
    old.save()
    Waiver.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        area=cast.area("J01"),
        check_id="sample.third_party",
        reason="第三方合同终止",
        meeting_on=TODAY,
    )
    page = cast.client("clerk").get(PAGE).content.decode()
    closed(cast, held)
    told = {
        (one.subject, one.check): one
        for one in checks_of_a_run(cast, tmp_path / "facts")
        if one.check in THRESHOLDS
    }
    found = follow(cast.cycle, scheme_of(cast.cycle)).results
    assert {key for key, one in told.items() if one.waived} == {("J01", "sample.third_party")}
    assert found == {
        area: {check: told[area, check] for check in THRESHOLDS} for area in ("J01", "J03")
    }
    lines = lines_of(page)
    assert list(lines) == ["云溪苑居民区", "听澜坊居民区"]
    assert "领导小组已同意" in lines["云溪苑居民区"][2]
    assert lines["云溪苑居民区"][4].startswith("还没有达到 3 / ")


# -- who sees it


def test_an_area_is_told_reached_or_not_and_nothing_else(cast: Cast) -> None:
    small(cast, J01=5, J02=5)
    held, codes = opened(cast, {"J01": 3, "J02": 2})
    for code in list(codes.values())[:2]:
        send(held, code)
    page = cast.client("secretary").get(PAGE).content.decode()
    [(area, cells)] = lines_of(page).items()
    assert area == "云溪苑居民区"
    assert set(cells) == {"已达到", "还没有达到"}
    main = page.split("<main")[1].split("</main>")[0]
    shown = re.sub(r"<[^>]*>|5%|10%|40%|50%|四\(二\)2|2024[^<]*?(?=[^\d-])", "", main)
    assert not re.search(r"\d+ ?/ ?\d+", shown)
    assert "年末预计" not in page
    for username in ("scorer", "worker", "leader", "provider", "finance", "monitor", "max"):
        assert cast.client(username).get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302
    linked = cast.client("secretary").get("/registry/own-area").content.decode()
    assert PAGE in linked.split("<main")[1]


def test_areas_stand_in_the_order_of_their_ids_and_the_page_asks_little(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    small(cast, J01=50, J02=5, J03=1)
    held, codes = opened(cast, {"J03": 3, "J01": 1})
    for code in codes.values():
        send(held, code)
    client = cast.client("clerk")
    with django_assert_max_num_queries(40):
        page = client.get(f"{PAGE}?sort=actual&order=desc").content.decode()
    assert list(lines_of(page)) == ["云溪苑居民区", "澄波里居民区", "听澜坊居民区"]
    assert "sort" not in page.split("<main")[1].split("</main>")[0]


def test_what_is_expected_at_the_end_is_told_beside_what_is_needed(cast: Cast) -> None:
    small(cast, J01=100, J02=10)
    held, codes = opened(cast, {"J01": 40, "J02": 5})
    for code in codes.values():
        send(held, code)
    closed(cast, held)
    page = cast.client("clerk").get(PAGE).content.decode()
    told = page.split("年末预计")[1]
    line = told.split("云溪苑居民区")[1].split("</tr>")[0]
    # 40 have taken part and the round is over. Of the other 60 a meeting of 5, a third party of 5
    # and an online round of 40, each drawn from the 100, miss 60 x 0.95 x 0.95 x 0.6 = 32.49.
    assert " ".join(re.sub("<[^>]*>", " ", line).split()) == "还没有达到 68 40–90 50 很可能达到 —"
    assert "澄波里居民区" not in told, "it has reached the half, so that nothing is expected of it"


def test_no_less_is_expected_than_is_certain(cast: Cast, tmp_path: Path) -> None:
    small(cast, J01=100)
    held, codes = opened(cast, {"J01": 45})
    for code in codes.values():
        send(held, code)
    closed(cast, held)
    deliver_counts(cast, tmp_path, ("J01", "online", "1", "41"))
    page = cast.client("clerk").get(PAGE).content.decode()
    line = page.split("年末预计")[1].split("云溪苑居民区")[1].split("</tr>")[0]
    cells = " ".join(re.sub("<[^>]*>", " ", line).split())
    assert cells == "无法判定 71 45–96 50 很可能达到 有渠道只报户数 —"
