"""The third party before it begins: named, checked, its sample drawn, proved and handed over."""

from __future__ import annotations

import csv
import re
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from kaohe.web.audit.models import Event
from kaohe.web.registry.models import Household
from kaohe.web.surveys import fieldwork_actions as actions
from kaohe.web.surveys.models import SampleDraw, SampleHousehold, VendorCheck
from tests.repo import ROOT
from tests.web import test_access_matrix as matrix
from tests.web.cast import NOW, Cast
from tests.web.fieldwork import BEFORE, SEED, SIZES, at_work, checked, drawn, surveyed
from tests.web.workbooks import rows_of

TOWN = ("clerk", "group_head", "group_member")
OUTSIDE = ("secretary", "worker", "leader", "scorer", "provider", "inspection", "max", "stranger")


def test_the_clerk_names_checks_draws_and_hands_over(cast: Cast) -> None:
    held, vendor = surveyed(cast)
    client, page = cast.client("clerk"), f"/fieldwork/{held.pk}/"
    for kind in BEFORE:
        sent = {"found": "看过原件", "checked_on": "2024-11-19"}
        assert client.post(f"{page}checks/{kind}", sent).status_code == 302
    shown = client.get(page).content.decode()
    assert shown.count("看过原件") == 3
    assert "clerk先生" in shown
    sent = {"response": "50", "back_check_share": "10"}
    assert client.post(f"{page}draw", sent).status_code == 302
    assert client.post(f"{page}draw", sent).status_code == 302  # a second time draws nothing
    assert SampleDraw.objects.count() == 1
    assert client.post(f"{page}hand-over").status_code == 302
    assert SampleDraw.objects.get().handed_over_by == "clerk先生"
    acts = Event.objects.filter(act__startswith="surveys.").values_list("act", flat=True)
    assert list(acts.order_by("number")) == [
        *("surveys.round_prepared", "surveys.vendor_named", *["surveys.vendor_checked"] * 3),
        *("surveys.sample_drawn", "surveys.sample_handed_over"),
    ]


def test_nothing_is_handed_over_before_three_checks_are_there(cast: Cast) -> None:
    held, vendor = surveyed(cast)
    drawn(cast, vendor)
    checked(cast, vendor, BEFORE[:2])
    with pytest.raises(PermissionDenied, match="保密与数据处理协议"):
        actions.hand_over(vendor, by=cast.person("clerk"), at=NOW)
    assert (
        "保密与数据处理协议" in cast.client("clerk").get(f"/fieldwork/{held.pk}/").content.decode()
    )
    checked(cast, vendor, BEFORE[2:])
    actions.hand_over(vendor, by=cast.person("clerk"), at=NOW)


def test_another_third_party_has_to_be_checked_anew_and_none_comes_after_the_hand_over(
    cast: Cast,
) -> None:
    held, vendor = surveyed(cast)
    checked(cast, vendor)
    clerk = cast.person("clerk")
    actions.name_vendor(held, cast.source("survey"), by=clerk, at=NOW)
    assert VendorCheck.objects.count() == 3
    actions.name_vendor(held, cast.source("cloud"), by=clerk, at=NOW)
    assert VendorCheck.objects.count() == 0
    vendor = actions.name_vendor(held, cast.source("survey"), by=clerk, at=NOW)
    checked(cast, vendor)
    drawn(cast, vendor)
    actions.hand_over(vendor, by=clerk, at=NOW)
    with pytest.raises(PermissionDenied):
        actions.name_vendor(held, cast.source("cloud"), by=clerk, at=NOW)


def test_the_proof_of_deletion_comes_when_the_round_is_over(cast: Cast) -> None:
    from kaohe.web.surveys.actions import close_round

    held, draw = at_work(cast)
    with pytest.raises(PermissionDenied):
        checked(cast, draw.vendor, ["deletion"])
    close_round(held, reason="提前", by=cast.person("clerk"), at=NOW)
    checked(cast, draw.vendor, ["deletion"])
    assert VendorCheck.objects.filter(kind="deletion").count() == 1


def test_the_sample_is_as_large_as_the_scheme_asks_and_spread_over_buildings(cast: Cast) -> None:
    _held, vendor = surveyed(cast)
    draw = drawn(cast, vendor)
    for area, size in SIZES.items():
        rows = draw.households.filter(area__area_id=area)
        assert rows.filter(reserve=False).count() == size
        small = rows.filter(reserve=False, building=f"{area}-1").count()
        assert abs(small - size * 9 / 30) < 1
        assert rows.filter(reserve=True).count() == size  # half of those asked answer
    assert draw.check_id == "sample.third_party"


def test_a_register_that_is_too_small_is_refused_by_name(cast: Cast) -> None:
    held, vendor = surveyed(cast)
    Household.objects.filter(building__building_id="J02-2").delete()
    Household.objects.filter(household_id__gt="J02-1-00004", building__building_id="J02-1").delete()
    with pytest.raises(PermissionDenied, match="澄波里居民区要 6 户，登记 5 户"):
        drawn(cast, vendor)
    sent = {"response": "50", "back_check_share": "10"}
    page = cast.client("clerk").post(f"/fieldwork/{held.pk}/draw", sent)
    assert page.status_code == 422
    assert "澄波里居民区要 6 户" in page.content.decode()
    assert not SampleDraw.objects.exists()


def documented_program() -> dict[str, Any]:
    """The program that the documentation gives to whoever draws again."""
    text = (ROOT / "docs/reference/drawing.md").read_text(encoding="utf-8")
    [program] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(program, names)
    return names


def test_an_auditor_draws_again_with_the_documented_program(cast: Cast) -> None:
    held, _draw = at_work(cast)
    auditor = cast.client("auditor")
    frame = auditor.get(f"/fieldwork/{held.pk}/frame.csv").content
    proof = auditor.get(f"/fieldwork/{held.pk}/proof").content.decode()
    assert "完全一致" in proof
    assert sha256(frame).hexdigest() in proof
    assert SEED in proof
    rows = list(csv.DictReader(StringIO(frame.decode())))
    again = set(documented_program()["main_lists"](rows, SIZES, SEED))
    stored = SampleHousehold.objects.filter(reserve=False)
    assert again == set(stored.values_list("area__area_id", "building", "household_id"))


def test_a_list_that_was_touched_and_a_frame_that_is_gone_are_told(cast: Cast) -> None:
    held, draw = at_work(cast)
    auditor, page = cast.client("auditor"), f"/fieldwork/{held.pk}/proof"
    one = draw.households.filter(reserve=False)[0]
    SampleHousehold.objects.filter(pk=one.pk).update(household_id="J01-1-99999")
    assert "与名单不一致" in auditor.get(page).content.decode()
    draw.frame_path.write_text("something else")
    assert "无法重抽" in auditor.get(page).content.decode()
    assert auditor.get(f"/fieldwork/{held.pk}/frame.csv").status_code == 404


def test_kaohe_plan_sample_draws_the_same_from_the_frame(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from kaohe.cli import main

    _held, draw = at_work(cast)
    facts = tmp_path / "facts"
    facts.mkdir()
    (facts / "frame.csv").write_bytes(draw.frame_path.read_bytes())
    counts = {"J01": 102, "J02": 112, "J03": 122}
    rows = [f"{area},{area},{count},20\n" for area, count in counts.items()]
    (facts / "areas.csv").write_text("area_id,name,households,party_members\n" + "".join(rows))
    command = ["plan", "sample", str(facts), "--scheme", "gaojing-2024"]
    command += ["--check", "sample.third_party", "--seed", SEED, "--response", "50%"]
    assert main([*command, "--out", str(tmp_path / "out")]) == 0, capsys.readouterr().err
    with (tmp_path / "out/sample.csv").open(encoding="utf-8-sig", newline="") as file:
        again = {
            (row["area_id"], row["building"], row["household_id"]) for row in csv.DictReader(file)
        }
    stored = SampleHousehold.objects.values_list("area__area_id", "building", "household_id")
    assert again == set(stored)


@pytest.mark.parametrize(
    "model",
    [
        *("Vendor", "VendorCheck", "SampleDraw", "SampleHousehold"),
        *("BackCheck", "ReturnMapping", "ReturnFile"),
    ],
)
def test_rows_are_seen_by_the_access_matrix(cast: Cast, model: str) -> None:
    matrix.test_a_query_gives_each_role_just_the_rows_of_its_cell(cast, f"surveys.{model}")


def ids_in(content: bytes) -> set[str]:
    return set(re.findall(r"J0\d-\d-\d{5}", content.decode()))


@pytest.mark.parametrize("handed_over", [False, True])
def test_only_the_third_party_and_the_auditor_see_whom_it_asks(
    cast: Cast, handed_over: bool
) -> None:
    held, vendor = surveyed(cast)
    checked(cast, vendor)
    draw = drawn(cast, vendor)
    if handed_over:
        actions.hand_over(vendor, by=cast.person("clerk"), at=NOW)
    root = f"/fieldwork/{held.pk}/"
    lists = (f"{root}areas/J01/", f"{root}sample.csv", f"{root}sample.xlsx", f"{root}form.xlsx")
    secret = (f"{root}proof", f"{root}frame.csv")
    household = draw.households.filter(reserve=False)[0]
    for username in TOWN:
        client = cast.client(username)
        page = client.get(root)
        assert page.status_code == 200
        assert not ids_in(page.content)
        assert SEED not in page.content.decode()
        for address in (*lists, *secret, f"{root}back-checks", f"{root}returns"):
            assert client.get(address).status_code == 404, (username, address)
        assert client.get(f"/fieldwork/households/{household.pk}").status_code == 404
    for username in OUTSIDE:
        client = cast.client(username)
        for address in (root, *lists, *secret):
            assert client.get(address).status_code == 404, (username, address)
        assert str(held) not in client.get("/fieldwork/").content.decode()
    for username in ("survey_manager", "interviewer"):
        client = cast.client(username)
        assert client.get(root).status_code == 200
        for address in lists:
            expected = 200 if handed_over else 404
            assert client.get(address).status_code == expected, (username, address)
        for address in secret:
            assert client.get(address).status_code == 404
    for address in (root, *lists, *secret):
        assert cast.client("auditor").get(address).status_code == 200, address


def test_another_sources_people_see_nothing_of_it(cast: Cast) -> None:
    held, vendor = surveyed(cast)
    actions.name_vendor(held, cast.source("cloud"), by=cast.person("clerk"), at=NOW)
    for username in ("survey_manager", "interviewer"):
        client = cast.client(username)
        assert '"/fieldwork/"' in client.get("/accounts/me").content.decode()
        assert client.get("/fieldwork/").status_code == 200
        assert str(held) not in client.get("/fieldwork/").content.decode()
        assert client.get(f"/fieldwork/{held.pk}/").status_code == 404


def test_the_third_party_sees_its_round_and_nothing_else_of_the_town(cast: Cast) -> None:
    held, _draw = at_work(cast)
    for username in ("survey_manager", "interviewer"):
        client = cast.client(username)
        page = client.get(f"/fieldwork/{held.pk}/").content.decode()
        assert "云溪苑居民区" in page
        assert "应答率一" not in page
        for address in ("/results/", "/surveys/", "/registry/areas/", "/cycles/", "/audit/"):
            assert client.get(address).status_code in (403, 404), address


def test_files_hold_main_list_and_released_reserves_to_the_third_party_all_to_the_auditor(
    cast: Cast,
) -> None:
    held, draw = at_work(cast)
    page = f"/fieldwork/{held.pk}/sample"
    own = cast.client("interviewer").get(f"{page}.csv").content
    main = set(draw.households.filter(reserve=False).values_list("household_id", flat=True))
    assert ids_in(own) == main
    every = set(draw.households.values_list("household_id", flat=True))
    assert ids_in(cast.client("auditor").get(f"{page}.csv").content) == every
    head, *rows = rows_of(cast.client("interviewer").get(f"{page}.xlsx").content)[1:]
    assert head[3] == "住户编号"
    assert {row[3] for row in rows} == main
    assert Event.objects.filter(act="surveys.sample_downloaded").count() == 3


def test_the_form_lists_the_households_that_are_to_be_asked(cast: Cast) -> None:
    held, draw = at_work(cast)
    form = cast.client("interviewer").get(f"/fieldwork/{held.pk}/form.xlsx").content
    names = {row[1] for row in rows_of(form, 1) if row[0] == "household"}
    assert names == set(draw.households.to_ask().values_list("household_id", flat=True))
