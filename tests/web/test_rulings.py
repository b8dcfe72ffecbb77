"""What the leading group decides on a run: two not concerned, and the run stays as it is."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.web.accounts.models import Post
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication.models import Ruling
from kaohe.web.publication.ruling_actions import drop, propose_fewer, propose_labels, vote
from kaohe.web.publication.ruling_outcomes import outcomes_of
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.models import Run
from tests.web.cast import BEGIN, NOW, Cast

PAGE = "/publication/rulings"


def propose(run: Run, cast: Cast, area: str = "J01", label: str = "basic", **given: str) -> Ruling:
    return propose_labels(
        run,
        given.get("node", "grade"),
        {area: label},
        kind="override",
        reason="年中整村交付，情况特殊",
        by=cast.person(given.get("by", "clerk")),
        at=NOW,
    )


def lead(cast: Cast, username: str, *areas: str) -> None:
    """Somebody is the leader of areas, besides what they are."""
    Post.objects.create(
        town=cast.town, user=cast.user(username), role="leader", scope=list(areas), from_on=BEGIN
    )


def test_two_heads_decide_and_the_run_stays_as_it_is(reviewed: Run, cast: Cast) -> None:
    before = {one.subject_id: one.entry for one in reviewed.subjects.all()}
    ruling = propose(reviewed, cast)
    assert ruling.changes == [
        {
            "subject": "J01",
            "name": "云溪苑居民区",
            "was": before["J01"]["grade"],
            "becomes": "basic",
        }
    ]
    vote(ruling, by=cast.person("group_head"), at=NOW)
    ruling.refresh_from_db()
    assert ruling.is_open
    vote(ruling, by=cast.person("other_group_head"), at=NOW)
    ruling.refresh_from_db()
    assert ruling.decided_at == NOW
    assert {one.subject_id: one.entry for one in reviewed.subjects.all()} == before
    acts = Event.objects.filter(act__startswith="publication.").values_list("act", flat=True)
    assert list(acts.order_by("number")) == [
        "publication.ruling_proposed",
        "publication.ruling_voted",
        "publication.ruled",
    ]


@pytest.mark.parametrize("username", ["group_head", "group_member"])
def test_nobody_decides_what_they_proposed(username: str, reviewed: Run, cast: Cast) -> None:
    ruling = propose(reviewed, cast, by=username)
    with pytest.raises(PermissionDenied, match="提出人不参与"):
        vote(ruling, by=cast.person(username), at=NOW)


def test_a_member_decides_only_where_a_head_takes_no_part(reviewed: Run, cast: Cast) -> None:
    ruling = propose(reviewed, cast)
    with pytest.raises(PermissionDenied, match="由两位组长审定"):
        vote(ruling, by=cast.person("group_member"), at=NOW)


def test_the_leader_of_an_area_takes_no_part_and_a_member_does(reviewed: Run, cast: Cast) -> None:
    lead(cast, "group_head", "J01")
    ruling = propose(reviewed, cast)
    with pytest.raises(PermissionDenied, match="您包保云溪苑居民区，不参与"):
        vote(ruling, by=cast.person("group_head"), at=NOW)
    vote(ruling, by=cast.person("group_member"), at=NOW)
    vote(ruling, by=cast.person("other_group_head"), at=NOW)
    ruling.refresh_from_db()
    assert ruling.decided_at == NOW


def test_a_leader_of_another_area_decides(reviewed: Run, cast: Cast) -> None:
    lead(cast, "group_head", "J02", "J03")
    ruling = propose(reviewed, cast)
    vote(ruling, by=cast.person("group_head"), at=NOW)


def test_whoever_was_leader_earlier_in_the_year_takes_no_part(reviewed: Run, cast: Cast) -> None:
    lead(cast, "group_head", "J01")
    Post.objects.filter(user=cast.user("group_head"), role="leader").update(
        until_on=reviewed.cycle.first
    )
    with pytest.raises(PermissionDenied, match="您包保"):
        vote(propose(reviewed, cast), by=cast.person("group_head"), at=NOW)


def test_one_label_has_one_decision(reviewed: Run, cast: Cast) -> None:
    first = propose(reviewed, cast)
    with pytest.raises(ValidationError, match="已有一项审定"):
        propose(reviewed, cast, label="unqualified")
    propose(reviewed, cast, node="tier", label="")
    drop(first, "不需要了", by=cast.person("clerk"), at=NOW)
    propose(reviewed, cast, label="unqualified")


def test_a_label_that_it_has_already_is_no_decision(reviewed: Run, cast: Cast) -> None:
    grade = outcomes_of(reviewed).nodes[0].given["J01"]
    with pytest.raises(ValidationError, match="与计分结果相同"):
        propose(reviewed, cast, label=grade)


def test_money_that_follows_is_told(reviewed: Run, cast: Cast) -> None:
    tier = next(one for one in outcomes_of(reviewed).nodes if one.id == "tier")
    assert tier.given["J02"] == "A"
    ruling = propose(reviewed, cast, "J02", "B", node="tier")
    assert (ruling.pay_before, ruling.pay_after) == ("15000.00", "13000.00")
    assert "1 项审定等您决定" in cast.client("group_head").get("/").content.decode()
    assert "等您决定" not in cast.client("group_member").get("/").content.decode()
    page = cast.client("group_head").get(PAGE).content.decode()
    assert "绩效总额由 15000.00 元变为 13000.00 元，减少 2000.00 元" in page


def test_fewer_places_are_taken_from_the_last(reviewed: Run, cast: Cast) -> None:
    tier = next(one for one in outcomes_of(reviewed).nodes if one.id == "tier")
    assert tier.places == {"A": 3, "B": 0}
    given = {"reason": "少给", "by": cast.person("clerk"), "at": NOW}
    with pytest.raises(ValidationError, match="只给出 3 个"):
        propose_fewer(reviewed, "tier", "A", 3, **given)
    ruling = propose_fewer(reviewed, "tier", "A", 2, **given)
    rank = {one.subject_id: one.entry["rank"] for one in reviewed.subjects.all()}
    (change,) = ruling.changes
    assert rank[change["subject"]] == "3"
    assert (change["was"], change["becomes"]) == ("A", "B")


def test_a_new_run_asks_for_decisions_of_its_own(reviewed: Run, cast: Cast) -> None:
    ruling = propose(reviewed, cast)
    reviewed.cycle.stage = "scoring"
    reviewed.cycle.save()
    run_scoring(reviewed.cycle, by=cast.person("clerk"), at=NOW)
    reviewed.cycle.stage = "review"
    reviewed.cycle.save()
    with pytest.raises(PermissionDenied, match="又有新的计分"):
        vote(ruling, by=cast.person("group_head"), at=NOW)
    client = cast.client("clerk")
    page = client.get(PAGE).content.decode()
    assert "重新计分以后不再生效" in page
    assert "由“合格”调整为“基本合格”" in page
    again = unescape(
        re.findall(r'href="(/publication/rulings/new/override[^"]*reason=[^"]*)"', page)[0]
    )
    form = client.get(again).content.decode()
    assert '<option value="J01" selected>' in form
    assert '<option value="grade=basic" selected>' in form
    assert ruling.reason in form
    run = Run.objects.filter(cycle=reviewed.cycle).first()
    assert run is not None
    propose(run, cast)
    assert "重新计分以后不再生效" not in client.get(PAGE).content.decode()


def test_nothing_is_decided_outside_review(reviewed: Run, cast: Cast) -> None:
    Cycle.objects.filter(pk=reviewed.cycle_id).update(stage="scoring")
    with pytest.raises(PermissionDenied, match="审定在复核阶段办理"):
        propose(reviewed, cast)


def test_the_page_is_for_the_leading_group_the_clerk_and_the_auditor(
    reviewed: Run, cast: Cast
) -> None:
    propose(reviewed, cast)
    for username in ("clerk", "group_head", "group_member", "auditor"):
        page = cast.client(username).get(PAGE)
        assert page.status_code == 200, username
        assert "年中整村交付" in page.content.decode()
    for username in ("secretary", "leader", "finance", "inspection", "max"):
        assert cast.client(username).get(PAGE).status_code == 404, username


def test_it_is_proposed_agreed_and_refused_by_forms(reviewed: Run, cast: Cast) -> None:
    clerk, head = cast.client("clerk"), cast.client("group_head")
    form = {"subject": "J01", "becomes": "grade=basic", "reason": ""}
    address = "/publication/rulings/new/override"
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, form).status_code == 422
    assert clerk.post(address, {**form, "reason": "情况特殊"}).status_code == 302
    ruling = Ruling.objects.get()
    assert cast.client("secretary").post(address, form).status_code == 404
    assert clerk.post(f"/publication/rulings/{ruling.pk}/vote").status_code == 404
    assert head.post(f"/publication/rulings/{ruling.pk}/vote").status_code == 302
    assert "您已经同意" in head.get(PAGE).content.decode()
    refused = head.post(f"/publication/rulings/{ruling.pk}/drop", {"reason": " "})
    assert refused.status_code == 403
    assert "请写明理由" in refused.content.decode()
    head.post(f"/publication/rulings/{ruling.pk}/drop", {"reason": "依据不足"})
    ruling.refresh_from_db()
    assert ruling.dropped_reason == "依据不足"
    quota = {"place": "tier=A", "most": "1", "reason": "少给"}
    assert clerk.post("/publication/rulings/new/quota", quota).status_code == 302
    assert Ruling.objects.last().most == 1  # type: ignore[union-attr]
