"""Areas that the leading group leaves out of a cycle, with a reason."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from kaohe.web.cycles import actions
from kaohe.web.cycles.models import Exemption
from tests.web.cast import NOW, Cast
from tests.web.preparing import acts, in_stage

LIST = "/cycles/exemptions/"


def exempted(cast: Cast) -> Exemption:
    return Exemption.objects.create(
        town=cast.town, cycle=cast.cycle, area=cast.area("J03"), reason="十月新设立"
    )


def test_the_leading_group_exempts_an_area_as_one_act(cast: Cast) -> None:
    client = cast.client("group_member")
    sent = {
        "cycle": cast.cycle.pk,
        "area": cast.area("J03").pk,
        "reason": "十月新设立",
        "submission": str(uuid.uuid4()),
    }
    nothing_said = client.post(f"{LIST}add", sent | {"reason": ""})
    assert nothing_said.status_code == 422
    for _ in range(2):
        assert client.post(f"{LIST}add", sent).status_code == 302
    assert acts() == ["cycles.area_exempted"]
    assert "十月新设立" in cast.client("clerk").get(LIST).content.decode()
    twice = client.post(f"{LIST}add", sent | {"submission": str(uuid.uuid4())})
    assert twice.status_code == 422


def test_an_exemption_is_lifted_and_the_log_keeps_it(cast: Cast) -> None:
    row = exempted(cast)
    address = f"{LIST}{row.pk}/exemption"
    assert "取消免予考核" in cast.client("group_head").get(address).content.decode()
    assert "取消免予考核" not in cast.client("clerk").get(address).content.decode()
    assert cast.client("clerk").post(address).status_code == 404
    assert cast.client("group_head").post(address).status_code == 302
    assert not Exemption.objects.exists()
    assert acts() == ["cycles.exemption_lifted"]


def test_after_scoring_nothing_changes_who_is_assessed(cast: Cast) -> None:
    row = exempted(cast)
    in_stage(cast, "review")
    page = cast.client("group_head").post(f"{LIST}{row.pk}/exemption")
    assert page.status_code == 403
    assert "已进入复核" in page.content.decode()
    sent = {"cycle": cast.cycle.pk, "area": cast.area("J02").pk, "reason": "x"}
    assert cast.client("group_head").post(f"{LIST}add", sent).status_code == 403
    fresh = Exemption(town=cast.town, cycle=cast.cycle, area=cast.area("J02"), reason="x")
    with pytest.raises(PermissionDenied, match="已进入复核"):
        actions.exempt_area(fresh, by=cast.person("group_head"), at=NOW)


def test_to_add_after_its_time_is_answered_with_the_reason(cast: Cast) -> None:
    in_stage(cast, "review")
    for username in ("group_head", "group_member"):
        page = cast.client(username).get(f"{LIST}add")
        assert page.status_code == 403
        assert "已进入复核" in page.content.decode()
    assert "已进入复核" in cast.client("group_head").get(LIST).content.decode()


def test_an_area_sees_its_own_exemption_only(cast: Cast) -> None:
    row = exempted(cast)
    assert "十月新设立" not in cast.client("secretary").get(LIST).content.decode()
    assert cast.client("secretary").get(f"{LIST}{row.pk}/exemption").status_code == 404
    for username in ("scorer", "worker", "leader", "provider", "max", "stranger"):
        assert cast.client(username).get(f"{LIST}{row.pk}/exemption").status_code == 404
