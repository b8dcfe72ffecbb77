"""What was observed, as rows of fact tables, for whatever scheme the town has."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaohe.facts import read_facts
from kaohe.scheme.loading import load_scheme
from kaohe.scheme.model import Scheme
from kaohe.web.cycles.models import Exemption
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.facts import observed
from kaohe.web.evidence.models import Honour, Sanction, SpotCheck, SpotCheckHousehold, Waiver
from kaohe.web.evidence.offers import levels, offers, point_limits, spot_check_size, waivable
from tests.web.cast import NOW, TODAY, Cast

SCHEMES = Path(__file__).parents[2] / "schemes"


def shipped(name: str) -> Scheme:
    found, findings = load_scheme(SCHEMES / name / "scheme.yaml", only_errors=True)
    assert found is not None, findings
    return found.under({})


def row(model: type[Any], cast: Cast, area: str, **given: Any) -> Any:
    return model.objects.create(town=cast.town, cycle=cast.cycle, area=cast.area(area), **given)


def a_sanction(cast: Cast, area: str, reference: str) -> None:
    row(
        Sanction,
        cast,
        area,
        points=1,
        decided_on=TODAY,
        reference=reference,
        entered_by="a",
        confirmed_by="b",
    )


def a_waiver(cast: Cast, area: str, reason: str) -> None:
    row(
        Waiver,
        cast,
        area,
        check_id="visits.year",
        reason=reason,
        meeting_on=TODAY,
        meeting_number="1",
    )


def merge(cast: Cast, old: str, new: str) -> None:
    area = cast.area(old)
    area.until_on, area.successor = date(2024, 6, 30), cast.area(new)
    area.save()


@pytest.fixture
def check(cast: Cast) -> SpotCheck:
    """A draw of no household."""
    return SpotCheck.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        size=10,
        reserves=0,
        seed="s",
        frame_sha256="f",
        drawn_by="x",
        drawn_at=NOW,
    )


def test_without_a_draw_there_is_no_table_of_spot_checks(cast: Cast) -> None:
    assert observed(cast.cycle, scheme_of(cast.cycle)) == {
        "honours": [],
        "sanctions": [],
        "waivers": [],
    }


def test_of_five_outcomes_two_become_rows_and_only_when_settled(
    cast: Cast, check: SpotCheck
) -> None:
    for place, (outcome, _) in enumerate(SpotCheckHousehold.OUTCOMES):
        for settled in (None, NOW):
            row(
                SpotCheckHousehold,
                cast,
                "J01",
                check_of=check,
                place=2 * place + bool(settled),
                household_id=f"{outcome} {bool(settled)}",
                outcome=outcome,
                checked_on=TODAY,
                settled_at=settled,
            )
    rows = observed(cast.cycle, scheme_of(cast.cycle))["spot_checks"]
    assert [(one["household_id"], one["visited"]) for one in rows] == [
        ("confirmed True", "true"),
        ("not_confirmed True", "false"),
    ]


def test_a_merged_area_tells_under_its_successor_and_an_exempted_one_not_at_all(
    cast: Cast,
) -> None:
    merge(cast, "J02", "J01")
    Exemption.objects.create(
        town=cast.town, cycle=cast.cycle, area=cast.area("J03"), reason="年内新设"
    )
    for area in ("J01", "J02", "J03"):
        a_sanction(cast, area, f"{area}号")
        a_waiver(cast, area, area)
    found = observed(cast.cycle, scheme_of(cast.cycle))
    assert sorted((one["area_id"], one["reason"]) for one in found["sanctions"]) == [
        ("J01", "J01号"),
        ("J01", "J02号"),
    ]
    assert found["waivers"] == [{"area_id": "J01", "check": "visits.year", "reason": "J01"}]


def test_the_rows_satisfy_the_schemes_own_tables(
    cast: Cast, check: SpotCheck, tmp_path: Path
) -> None:
    scheme = scheme_of(cast.cycle)
    row(
        SpotCheckHousehold,
        cast,
        "J01",
        check_of=check,
        place=1,
        household_id="A",
        outcome="confirmed",
        checked_on=TODAY,
        settled_at=NOW,
    )
    row(
        Honour,
        cast,
        "J01",
        level="national",
        title="全国文明社区",
        body="中央文明委",
        awarded_on=TODAY,
        department=cast.department("社建办"),
        first_by="社建办",
        second_by="党建办",
    )
    a_sanction(cast, "J01", "1号")
    a_waiver(cast, "J01", "理由")
    (tmp_path / "areas.csv").write_text(
        "area_id,name,households,party_members\nJ01,云溪苑,100,20\n", "utf-8"
    )
    (tmp_path / "ratings.csv").write_text("area_id,item,department,score\n", "utf-8")
    (tmp_path / "answers.csv").write_text(
        "area_id,channel," + ",".join(f"q{n}" for n in range(1, 11)) + "\n", "utf-8"
    )
    for table, rows in observed(cast.cycle, scheme).items():
        names = list(scheme.fact_tables[table].columns)
        lines = [",".join(one.get(name, "") for name in names) for one in rows]
        (tmp_path / f"{table}.csv").write_text("\n".join([",".join(names), *lines, ""]), "utf-8")
    reading = read_facts(str(tmp_path), scheme.fact_tables)
    assert not reading.faults
    assert reading.facts is not None
    reading.facts.close()


def test_a_scheme_without_such_tables_offers_nothing(cast: Cast) -> None:
    for name in ("village-targets", "property-credit"):
        scheme = shipped(name)
        assert not any(offers(scheme, one) for one in ("spot_checks", "honours", "sanctions"))
        assert spot_check_size(scheme) is None
        assert point_limits(scheme) is None
        assert set(observed(cast.cycle, scheme)) <= {"waivers"}
        assert offers(scheme, "waivers")


def test_numbers_come_from_the_scheme() -> None:
    scheme = shipped("gaojing-2024")
    assert spot_check_size(scheme) == 10
    assert point_limits(scheme) == (1, 3)
    assert list(levels(scheme)) == ["national", "municipal", "district"]
    assert "sample.meeting.ceiling" not in waivable(scheme)
