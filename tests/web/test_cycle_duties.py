"""Who leads a block, and which entry of the lists each scored item rests on."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.web.accounts.models import Town
from kaohe.web.cycles import deciding
from kaohe.web.cycles.items import blocks, items
from kaohe.web.cycles.models import BlockLead, DutyLink
from kaohe.web.cycles.schemes import scheme_of, scheme_under
from kaohe.web.registry.models import Department, DutyEntry, DutyList
from tests.web.cast import NOW, Cast
from tests.web.preparing import acts, assign_all, duty_entry, in_stage

PAGE = "/cycles/duties/"


def test_blocks_and_items_are_those_of_annex_1(cast: Cast) -> None:
    scheme = scheme_of(cast.cycle)
    found = {block.node: len(block.items) for block in blocks(scheme)}
    assert found == {"daily.party": 4, "daily.service": 6, "daily.stability": 2}
    item = items(scheme)["daily.party.1"]
    assert item.scorers == ("社建办", "党服中心")
    assert (item.block, item.minimum, item.maximum, item.places) == ("daily.party", 0, 100, 2)
    assert blocks(scheme)[0].maximum == 13


def test_a_scheme_without_marks_has_no_blocks(cast: Cast) -> None:
    from kaohe.scheme.shipped import find_scheme
    from kaohe.web.cycles.schemes import read_scheme

    path = find_scheme("hotline-scorecard")
    assert path is not None
    found, _ = read_scheme(path.read_text(encoding="utf-8"), only_errors=True)
    assert found is not None
    assert blocks(found.under({})) == ()


def test_one_form_sets_leads_and_links_as_one_act(cast: Cast) -> None:
    cycle, entry = in_stage(cast, "prepare"), duty_entry(cast)
    client = cast.client("clerk")
    page = client.get(PAGE).content.decode()
    assert "协助开展议事协商" in page
    assert page.count("未选清单事项") == 12
    sent = {
        "lead-daily.party": str(cast.department("党建办").pk),
        "links-daily.party.1": [str(entry.pk)],
    }
    assert client.post(PAGE, sent).status_code == 302
    assert acts() == ["cycles.duties_assigned"]
    assert BlockLead.objects.get().department == cast.department("党建办")
    assert DutyLink.objects.get().node == "daily.party.1"
    assert client.post(PAGE, sent).status_code == 302, "sent twice"
    assert acts() == ["cycles.duties_assigned"]
    sent = {"lead-daily.party": str(cast.department("社建办").pk)}
    assert client.post(f"{PAGE}?cycle={cycle.pk}", sent).status_code == 302
    assert BlockLead.objects.get().department == cast.department("社建办")
    assert not DutyLink.objects.exists(), "what is no longer ticked is gone"


def test_only_the_newest_edition_of_a_list_is_on_offer_and_what_is_linked_stays(
    cast: Cast,
) -> None:
    cycle, entry = in_stage(cast, "prepare"), duty_entry(cast)
    DutyLink.objects.create(town=cast.town, cycle=cycle, node="daily.party.1", entry=entry)
    newer = DutyList.objects.create(
        town=cast.town, kind="assisting", edition="2024下", adopted_on=date(2024, 7, 1)
    )
    new = DutyEntry.objects.create(town=cast.town, duty_list=newer, number="9", matter="新事项")
    unlinked = DutyEntry.objects.create(
        town=cast.town, duty_list=entry.duty_list, number="2", matter="旧事项"
    )
    page = cast.client("clerk").get(PAGE).content.decode()
    assert f'value="{new.pk}"' in page
    assert "新事项" in page
    assert "协助开展议事协商" in page
    assert str(unlinked) not in page


def test_what_somebody_else_assigned_meanwhile_is_not_overwritten_unseen(cast: Cast) -> None:
    in_stage(cast, "prepare")
    entry = duty_entry(cast)
    client = cast.client("clerk")
    seen = client.get(PAGE).context["seen"]
    assign_all(cast)
    sent = {"seen": seen, "links-daily.party.1": [str(entry.pk)]}
    overtaken = client.post(PAGE, sent)
    assert overtaken.status_code == 409
    told = overtaken.content.decode()
    assert "这一页已在别处改过" in told
    assert "没有丢失" in told
    now = str(DutyLink.objects.select_related("entry").earliest("pk").entry)
    assert re.search(rf"现在的清单依据：[^<]*{re.escape(now)}", told)
    assert told.count("现在的牵头部门：") == BlockLead.objects.count()
    assert DutyLink.objects.count() == 12
    again = client.post(PAGE, sent | {"seen": overtaken.context["seen"]})
    assert again.status_code == 302
    assert DutyLink.objects.count() == 1


def test_departments_and_entries_of_another_town_cannot_be_named(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    elsewhere = Department.objects.filter(town=Town.objects.get(code="elsewhere")).first()
    assert elsewhere is not None
    clerk = cast.person("clerk")
    for leads, links in (
        ({"daily.party": elsewhere.pk}, {}),
        ({"no.such": cast.department("社建办").pk}, {}),
        ({}, {"daily.party.1": [999999]}),
        ({}, {"daily.party": []}),
    ):
        with pytest.raises(ValidationError, match="不在本镇登记之内"):
            deciding.assign_duties(cycle, leads, links, by=clerk, at=NOW)
    sent = cast.client("clerk").post(PAGE, {"lead-daily.party": str(elsewhere.pk)})
    assert sent.status_code == 422
    assert acts() == []


def test_leads_and_links_are_locked_with_the_scheme(cast: Cast) -> None:
    cycle = in_stage(cast, "adopted")
    client = cast.client("clerk")
    assert "方案已经通过" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {}).status_code == 403
    with pytest.raises(PermissionDenied, match="方案已经通过"):
        deciding.assign_duties(cycle, {}, {}, by=cast.person("clerk"), at=NOW)


def test_others_read_and_strangers_find_nothing(cast: Cast) -> None:
    in_stage(cast, "prepare")
    assign_all(cast)
    page = cast.client("secretary").get(PAGE).content.decode()
    assert "协助开展议事协商" in page
    assert "<select" not in page
    assert cast.client("secretary").post(PAGE, {}).status_code == 404
    for username in ("max", "interviewer", "administrator"):
        assert cast.client(username).get(PAGE).status_code == 404


def test_the_page_costs_few_queries_however_many_entries(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    in_stage(cast, "prepare")
    assign_all(cast)
    entry = duty_entry(cast)
    DutyEntry.objects.bulk_create(
        DutyEntry(town=cast.town, duty_list=entry.duty_list, number=str(n), matter=f"事项{n}")
        for n in range(2, 60)
    )
    client = cast.client("clerk")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get(PAGE)


def test_a_scheme_of_other_names_has_its_own_blocks(cast: Cast) -> None:
    from kaohe.scheme.shipped import find_scheme
    from kaohe.web.cycles.scheme_actions import take_in_scheme

    path = find_scheme("village-targets")
    assert path is not None
    version, _ = take_in_scheme(path.read_text(encoding="utf-8"), by=cast.person("clerk"), at=NOW)
    found = {block.node for block in blocks(scheme_under(version, {}))}
    assert "observation" in found
