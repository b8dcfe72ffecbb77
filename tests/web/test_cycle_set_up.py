"""A cycle is set up from a scheme: its period, its year, the one comprehensive one."""

from __future__ import annotations

import re
import uuid
from datetime import date
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.scheme.shipped import find_scheme
from kaohe.web.cycles import actions, deciding
from kaohe.web.cycles.copying import naming_for_year
from kaohe.web.cycles.current import current_cycle
from kaohe.web.cycles.models import BlockLead, Choice, Cycle, DutyLink, SchemeVersion
from kaohe.web.cycles.scheme_actions import copy_for_year, take_in_scheme
from kaohe.web.cycles.schemes import scheme_file
from kaohe.web.cycles.steps import STEPS
from tests.web.cast import NOW, Cast
from tests.web.deliveries import sheet_rows
from tests.web.preparing import acts, assign_all, decide_all, in_stage, proposed

pytestmark = pytest.mark.either_database

ADD = "/cycles/years/add"


def next_year(cast: Cast) -> SchemeVersion:
    old = cast.cycle.scheme
    naming = naming_for_year(scheme_file(old), 2025)
    made, _ = copy_for_year(old, 2025, naming, by=cast.person("clerk"), at=NOW)
    return made


def shipped(cast: Cast, name: str) -> SchemeVersion:
    path = find_scheme(name)
    assert path is not None
    made, _ = take_in_scheme(path.read_bytes().decode(), by=cast.person("clerk"), at=NOW)
    return made


def set_up(cast: Cast, version: SchemeVersion) -> Cycle:
    cycle = Cycle(town=cast.town, scheme=version)
    actions.set_up_cycle(cycle, by=cast.person("clerk"), at=NOW)
    return cycle


def test_period_year_and_kind_are_the_schemes_and_the_calendar_comes_with_it(cast: Cast) -> None:
    version = next_year(cast)
    before = acts()
    sent = {"scheme": version.pk, "submission": str(uuid.uuid4())}
    client = cast.client("clerk")
    for _ in range(2):
        assert client.post(ADD, sent).status_code == 302
    cycle = Cycle.objects.get(town=cast.town, year=2025)
    assert (cycle.first, cycle.last) == (date(2025, 1, 1), date(2025, 12, 31))
    assert cycle.comprehensive
    assert cycle.stage == "prepare"
    assert cycle.deadlines.count() == len(STEPS)
    assert acts()[len(before) :] == ["cycles.set_up"]
    page = client.get(f"/cycles/{cycle.pk}/").content.decode()
    assert "2025年度考核" in page
    assert "2026-01-14" in page, "the departments' window is in the next year"


def test_a_year_that_is_over_is_set_up_on_purpose_only(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = next_year(cast)
    client = cast.client("clerk")
    monkeypatch.setattr("kaohe.web.cycles.forms.clock.today", lambda: date(2025, 12, 31))
    assert "已经结束" not in client.get(ADD).content.decode()
    monkeypatch.setattr("kaohe.web.cycles.forms.clock.today", lambda: date(2026, 1, 8))
    page = client.post(ADD, {"scheme": version.pk})
    assert page.status_code == 422
    assert "2025年度已经结束，确定要设立吗？" in page.content.decode()
    assert client.post(ADD, {"scheme": version.pk, "over": "on"}).status_code == 302
    assert Cycle.objects.filter(town=cast.town, year=2025).exists()


def test_the_clerk_takes_an_untouched_year_back_as_one_act(cast: Cast) -> None:
    cycle = set_up(cast, next_year(cast))
    client, address, before = cast.client("clerk"), f"/cycles/{cycle.pk}/withdraw", acts()
    assert cast.client("group_head").post(address).status_code == 404
    assert "撤销这个年度" in client.get(f"/cycles/{cycle.pk}/").content.decode()
    choice = cycle.choices.create(town=cast.town, decision="x", option="y", by="某", at=NOW)
    assert client.post(address).status_code == 403
    choice.delete()
    assert client.post(address).status_code == 302
    assert not Cycle.objects.filter(pk=cycle.pk).exists()
    assert acts()[len(before) :] == ["cycles.withdrawn"]
    assert client.post(f"/cycles/{cast.cycle.pk}/withdraw").status_code == 403


def test_a_second_comprehensive_cycle_of_a_year_is_refused_in_words(cast: Cast) -> None:
    page = cast.client("clerk").post(ADD, {"scheme": cast.cycle.scheme_id})
    assert page.status_code == 422
    assert "2024年度已有一次综合考核" in page.content.decode()
    assert "三(一)" in page.content.decode()
    assert Cycle.objects.filter(town=cast.town).count() == 1
    assert acts() == []


def test_a_scheme_without_a_period_carries_no_cycle(cast: Cast) -> None:
    version = shipped(cast, "insteval")
    with pytest.raises(ValidationError, match="没有写考核期"):
        set_up(cast, version)


def test_assessments_of_one_matter_may_stand_beside_the_comprehensive_one(cast: Cast) -> None:
    comprehensive = next_year(cast)
    cycle = set_up(cast, shipped(cast, "hotline-scorecard"))
    assert not cycle.comprehensive
    assert cycle.year == 2025
    assert set_up(cast, comprehensive).year == 2025


def test_a_scheme_of_another_town_cannot_be_chosen(cast: Cast) -> None:
    other = SchemeVersion.objects.get(town__code="elsewhere")
    page = cast.client("clerk").post(ADD, {"scheme": other.pk})
    assert page.status_code == 422
    with pytest.raises(ValidationError, match="本镇"):
        set_up(cast, other)


def test_only_the_clerk_sets_up_cycles(cast: Cast) -> None:
    for username in ("scorer", "group_head", "auditor", "administrator", "max", "stranger"):
        client = cast.client(username)
        reads = username == "stranger"
        assert client.get(ADD).status_code == (200 if reads else 404)
    assert Cycle.objects.filter(town=cast.town).count() == 1


def test_another_version_keeps_what_still_fits_and_drops_the_rest(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    decide_all(cast)
    assign_all(cast)
    deciding.take_decisions(cycle, {"hotline_tie": ("worse", "")}, by=cast.person("clerk"), at=NOW)
    text = cycle.scheme.text.replace("hotline_tie", "band_tie").replace(
        "daily.party.4", "daily.party.5"
    )
    version, _ = take_in_scheme(text, by=cast.person("clerk"), at=NOW)
    before = acts()
    page = cast.client("clerk").post(
        f"/cycles/years/{cycle.pk}/change", {"scheme": version.pk, "seen": cycle.version}
    )
    assert page.status_code == 302
    assert acts()[len(before) :] == ["cycles.scheme_changed"]
    assert cast.cycle.scheme == version
    assert Choice.objects.filter(cycle=cycle).count() == 13
    assert not DutyLink.objects.filter(node="daily.party.4").exists()
    assert BlockLead.objects.filter(cycle=cycle).count() == 3


@pytest.mark.parametrize("stage", ["adopted", "collecting", "review"])
def test_an_adopted_scheme_is_not_exchanged(cast: Cast, stage: str) -> None:
    cycle = in_stage(cast, stage)
    refused = cast.client("clerk").post(
        f"/cycles/years/{cycle.pk}/change", {"scheme": next_year(cast).pk}
    )
    assert refused.status_code == 403
    assert "方案已经通过" in refused.content.decode()
    cycle.scheme = next_year(cast)
    with pytest.raises(PermissionDenied, match="方案已经通过"):
        actions.change_scheme(cycle, by=cast.person("clerk"), at=NOW)


def test_a_scheme_put_up_for_signature_is_not_exchanged(cast: Cast) -> None:
    proposed(cast)
    cycle = cast.cycle
    cycle.scheme = next_year(cast)
    with pytest.raises(PermissionDenied, match="等待签署"):
        actions.change_scheme(cycle, by=cast.person("clerk"), at=NOW)


def test_pages_show_the_year_that_is_worked_on(cast: Cast) -> None:
    clerk = cast.person("clerk")
    coming = set_up(cast, next_year(cast))
    in_2024 = Cycle.objects.get(town=cast.town, year=2024)
    assert current_cycle(clerk) == in_2024
    Cycle.objects.filter(pk=in_2024.pk).update(stage="archived")
    assert current_cycle(clerk) == coming
    Cycle.objects.filter(pk=coming.pk).update(stage="published")
    assert current_cycle(clerk) == coming
    page = cast.client("clerk").get("/cycles/").content.decode()
    assert "2025年度考核" in page
    assert current_cycle(cast.person("max")) is None
    assert cast.client("max").get("/cycles/").status_code == 404


def test_a_town_without_a_cycle_is_told_how_to_begin(cast: Cast) -> None:
    Cycle.objects.filter(town=cast.town).delete()
    for page in ("/cycles/", "/cycles/decisions/", "/cycles/duties/"):
        told = cast.client("clerk").get(page).content.decode()
        assert "还没有设立考核年度" in told
        assert ADD in told
        assert ADD not in cast.client("secretary").get(page).content.decode()


def test_the_hash_that_the_page_shows_is_that_of_the_text(cast: Cast) -> None:
    version = cast.cycle.scheme
    assert sha256(version.text.encode()).hexdigest() == version.sha256
    page = cast.client("auditor").get(f"/cycles/{cast.cycle.pk}/").content.decode()
    assert version.sha256[:12] in page


def test_a_source_is_offered_what_comes_as_files_only(cast: Cast) -> None:
    page = cast.client("clerk").get("/registry/sources/add").content.decode()
    assert 'value="cases"' in page
    assert 'value="participation"' in page
    for filled_here in ("ratings", "staff", "areas", "sanctions", "waivers"):
        assert f'value="{filled_here}"' not in page
    assert 'value="answers"' not in page, "single ballots go another way"


def test_sources_are_listed_with_the_words_of_the_scheme(cast: Cast) -> None:
    source = cast.source("hotline")
    source.tables = ["cases", "gone"]
    source.save()
    page = cast.client("clerk").get("/registry/sources/").content.decode()
    assert "<td>热线、信访、舆情办件、gone</td>" in page, "what the scheme does not know stays"
    assert "<td>热线、信访、舆情办件中来源为12345热线的行</td>" in page
    alone = cast.client("provider").get(f"/registry/sources/{source.pk}/").content.decode()
    assert "<dd>热线、信访、舆情办件、gone</dd>" in alone


def test_examples_of_templates_name_an_area_of_the_town(cast: Cast) -> None:
    page = cast.client("clerk").get("/registry/intake/counts/").content.decode()
    assert "例如 J01<" in page
    assert "例如 001" not in page
    content = cast.client("provider").get("/cycles/deliveries/template/cases").content
    guide = [cell for row in sheet_rows(content) for cell in row]
    assert any("例如 J01" in str(cell) for cell in guide)


def test_codes_of_findings_are_folded_away_where_decisions_are_taken(cast: Cast) -> None:
    page = cast.client("group_head").get("/cycles/decisions/").content.decode()
    assert re.search(r"<summary>技术信息</summary><code>S\d{3}", page)
    assert not re.search(r"<code[^>]*>S\d", re.sub(r"<details.*?</details>", "", page, flags=re.S))
