"""From stage to stage: who proposes, who signs, what stands against it, what is refused."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.web.accounts.access import STAGES
from kaohe.web.accounts.models import Post
from kaohe.web.accounts.people import Person
from kaohe.web.audit.chain import digest_of
from kaohe.web.audit.models import Event
from kaohe.web.cycles import actions, rules
from kaohe.web.cycles.models import STAGE_NAMES, Cycle, Delivery, Signature, StageChange
from kaohe.web.registry.models import Department
from tests.web.cast import BEGIN, NOW, TODAY, Cast
from tests.web.preparing import MEETING, acts, in_stage, proposed, ready

WAYS = {(one.leaves, one.enters) for one in rules.TRANSITIONS}
FORWARD = list(zip(STAGES, STAGES[1:], strict=False))
BACK = {
    ("adopted", "prepare"),
    ("scoring", "collecting"),
    ("review", "scoring"),
    ("published", "scoring"),
}


@pytest.fixture(autouse=True)
def _hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other apps add is left out; what a test adds is gone after it."""
    for name in ("_CONDITIONS", "_POINTS", "_ALLOWANCES", "_CONSEQUENCES"):
        monkeypatch.setattr(rules, name, {})
    monkeypatch.setattr(rules, "_FACT_PROBES", list(rules._FACT_PROBES))


def sign(change: StageChange, cast: Cast, *usernames: str) -> StageChange:
    for username in usernames:
        change = actions.sign_stage(change, by=cast.person(username), at=NOW)
    return change


def test_the_table_has_every_step_forward_and_four_back() -> None:
    assert WAYS == {*FORWARD, *BACK}
    assert all(one.heads == 2 and one.reason for one in rules.TRANSITIONS if one.back)


def test_the_diagram_shows_each_step_of_the_table_once() -> None:
    lines = rules.transitions_as_text().splitlines()
    drawn = [line.split(":")[0].strip() for line in lines if "-->" in line]
    assert drawn == [
        "[*] --> prepare",
        *(f"{one.leaves} --> {one.enters}" for one in rules.TRANSITIONS),
        "archived --> [*]",
    ]
    adopted = next(line for line in lines if "prepare --> adopted" in line)
    assert "党建办经办人提出，2 位组长签署，写明会议日期和编号" in adopted
    assert f"    prepare: {STAGE_NAMES['prepare']}" in lines


def test_a_step_that_is_not_in_the_table_is_refused_with_a_reason(cast: Cast) -> None:
    clerk = cast.person("clerk")
    for leaves in STAGES:
        cycle = in_stage(cast, leaves)
        for enters in STAGES:
            if (leaves, enters) not in WAYS:
                with pytest.raises(PermissionDenied, match="没有从"):
                    actions.propose_stage(cycle, enters, by=clerk, at=NOW)
    assert acts() == []
    page = cast.client("clerk").post(f"/cycles/{cast.cycle.pk}/stage/prepare", {})
    assert page.status_code == 403
    assert "没有从“已归档”到“准备”的步骤" in page.content.decode()


def test_each_condition_names_a_few_and_counts_the_rest() -> None:
    assert rules.every_decision_answered(rules.Standing()) == ""
    two = rules.every_item_linked(rules.Standing(unlinked=("甲", "乙")))
    assert two == "考核内容还没有对应的清单事项：“甲”、“乙”"
    many = rules.every_block_led(rules.Standing(without_lead=("甲", "乙", "丙")))
    assert many == "还没有确定牵头部门：“甲”、“乙”等 3 项"
    assert "不能计分：甲" in rules.scheme_is_sound(rules.Standing(faults=("甲",)))


def test_a_scorer_who_is_no_department_is_pointed_out_and_bars_nothing(cast: Cast) -> None:
    Department.objects.filter(town=cast.town, code="城运中心").delete()
    in_stage(cast, "prepare")
    page = cast.client("clerk").get(f"/cycles/{cast.cycle.pk}/").content.decode()
    assert "届时无人能评分：“城运中心”" in page
    ready(cast)
    actions.propose_stage(cast.cycle, "adopted", by=cast.person("clerk"), at=NOW, **MEETING)


def test_two_heads_adopt_with_date_and_number_of_the_meeting(cast: Cast) -> None:
    change = proposed(cast)
    assert cast.cycle.stage == "prepare"
    before = acts()
    sign(change, cast, "group_head")
    assert cast.cycle.stage == "prepare"
    change = sign(change, cast, "other_group_head")
    assert cast.cycle.stage == "adopted"
    assert change.done_at == NOW
    assert acts()[len(before) :] == ["cycles.stage_signed", "cycles.stage_changed"]
    assert [one.name for one in change.signatures.all()] == [
        "group_head先生",
        "other_group_head先生",
    ]


def test_proposing_is_one_event_and_the_page_shows_what_waits(cast: Cast) -> None:
    change = proposed(cast)
    assert acts()[-1] == "cycles.stage_proposed"
    page = cast.client("group_head").get(f"/cycles/{cast.cycle.pk}/").content.decode()
    assert "已有 0 位" in page
    assert "会议纪要〔2024〕3号" in page
    assert f"/cycles/changes/{change.pk}/sign" in page
    seen_by_scorer = cast.client("scorer").get(f"/cycles/{cast.cycle.pk}/").content.decode()
    assert "/sign" not in seen_by_scorer


def test_nobody_signs_twice_and_only_heads_sign(cast: Cast) -> None:
    change = sign(proposed(cast), cast, "group_head")
    with pytest.raises(PermissionDenied, match="另一位组长"):
        sign(change, cast, "group_head")
    for username in ("clerk", "group_member", "auditor"):
        with pytest.raises(PermissionDenied, match="组长签署"):
            sign(change, cast, username)
    assert Signature.objects.count() == 1
    client = cast.client("group_head")
    assert client.post(f"/cycles/changes/{change.pk}/sign").status_code == 302
    assert Signature.objects.count() == 1


def test_signing_through_the_page_and_who_may_not_even_see_it(cast: Cast) -> None:
    change = proposed(cast)
    address = f"/cycles/changes/{change.pk}/sign"
    for username in ("max", "stranger", "scorer", "secretary", "group_member", "administrator"):
        assert cast.client(username).post(address).status_code == 404
    refused = cast.client("clerk").post(address)
    assert refused.status_code == 403
    assert "组长签署" in refused.content.decode()
    for username in ("group_head", "other_group_head"):
        assert cast.client(username).post(address).status_code == 302
    assert cast.cycle.stage == "adopted"


def test_what_has_taken_effect_is_neither_signed_nor_withdrawn(cast: Cast) -> None:
    change = sign(proposed(cast), cast, "group_head", "other_group_head")
    with pytest.raises(PermissionDenied, match="已经生效或撤回"):
        sign(change, cast, "group_head")
    with pytest.raises(PermissionDenied, match="已经生效或撤回"):
        actions.drop_stage(change, by=cast.person("clerk"), at=NOW)


def test_a_third_head_who_is_late_is_led_back_to_the_year(cast: Cast) -> None:
    change = sign(proposed(cast), cast, "group_head", "other_group_head")
    third = cast.user("group_member")
    Post.objects.create(town=cast.town, user=third, role="group_head", scope=[], from_on=BEGIN)
    before = Event.objects.count()
    page = cast.client("group_member").post(f"/cycles/changes/{change.pk}/sign", follow=True)
    assert page.redirect_chain[-1][0] == f"/cycles/{change.cycle_id}/"
    assert "已由两位组长签署生效。" in page.content.decode()
    assert Event.objects.count() == before


def test_a_proposal_can_be_withdrawn_and_made_again(cast: Cast) -> None:
    change = sign(proposed(cast), cast, "group_head")
    with pytest.raises(PermissionDenied, match="等待签署"):
        actions.propose_stage(cast.cycle, "adopted", by=cast.person("clerk"), at=NOW, **MEETING)
    before = acts()
    assert cast.client("scorer").post(f"/cycles/changes/{change.pk}/drop").status_code == 404
    client = cast.client("clerk")
    assert client.post(f"/cycles/changes/{change.pk}/drop").status_code == 302
    assert client.post(f"/cycles/changes/{change.pk}/drop").status_code == 302, "sent twice"
    assert acts()[len(before) :] == ["cycles.stage_dropped"]
    again = actions.propose_stage(cast.cycle, "adopted", by=cast.person("clerk"), at=NOW, **MEETING)
    assert again.signatures.count() == 0
    assert "已撤回" in client.get(f"/cycles/{cast.cycle.pk}/").content.decode()


def test_adoption_waits_for_decisions_leads_and_links(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    with pytest.raises(PermissionDenied) as refused:
        actions.propose_stage(cycle, "adopted", by=cast.person("clerk"), at=NOW, **MEETING)
    told = str(refused.value)
    assert "决定事项还没有全部选定" in told
    assert "等 14 项" in told
    assert "没有对应的清单事项" in told
    assert "等 12 项" in told
    assert "还没有确定牵头部门" in told
    page = cast.client("clerk").get(f"/cycles/{cycle.pk}/").content.decode()
    assert "<button disabled>提请通过方案</button>" in page
    assert "等 14 项" in page


def test_the_meeting_must_be_named_and_not_lie_ahead(cast: Cast) -> None:
    cycle = ready(cast)
    client = cast.client("clerk")
    address = f"/cycles/{cycle.pk}/stage/adopted"
    page = client.post(address, {"meeting_number": "三号纪要"})
    assert page.status_code == 422
    assert "三号纪要" in page.content.decode(), "what was typed is kept"
    page = client.post(address, {"meeting_on": "2025-01-01", "meeting_number": "三号纪要"})
    assert page.status_code == 422
    assert "会议日期不能晚于今天" in page.content.decode()
    with pytest.raises(ValidationError, match="会议编号"):
        actions.propose_stage(cycle, "adopted", by=cast.person("clerk"), at=NOW, meeting_on=TODAY)
    assert StageChange.objects.count() == 0


def test_a_proposal_sent_twice_is_one(cast: Cast) -> None:
    cycle = ready(cast)
    sent = {
        "meeting_on": "2024-11-19",
        "meeting_number": "会议纪要〔2024〕3号",
        "submission": str(uuid.uuid4()),
    }
    client = cast.client("clerk")
    for _ in range(2):
        page = client.post(f"/cycles/{cycle.pk}/stage/adopted", sent)
        assert page.headers["Location"] == f"/cycles/{cycle.pk}/"
    assert StageChange.objects.count() == 1


def test_a_scheme_that_changed_its_mind_before_the_last_signature_is_not_adopted(
    cast: Cast,
) -> None:
    change = sign(proposed(cast), cast, "group_head")
    rules.add_condition("prepare", "adopted", lambda cycle: ["还有一件事没有办完。"])
    with pytest.raises(PermissionDenied, match="还有一件事"):
        sign(change, cast, "other_group_head")
    assert cast.cycle.stage == "prepare"
    page = cast.client("other_group_head").get(f"/cycles/{cast.cycle.pk}/").content.decode()
    assert "还有一件事没有办完" in page


@pytest.mark.parametrize(
    ("leaves", "enters"),
    [("adopted", "collecting"), ("collecting", "scoring"), ("scoring", "review")],
)
def test_the_clerk_alone_goes_on_at_once(cast: Cast, leaves: str, enters: str) -> None:
    cycle = in_stage(cast, leaves)
    client = cast.client("clerk")
    address = f"/cycles/{cycle.pk}/stage/{enters}"
    for username in ("scorer", "auditor", "max", "stranger"):
        assert cast.client(username).post(address).status_code == 404
    assert cast.client("group_head").post(address).status_code == 403
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    assert cast.cycle.stage == enters
    assert acts() == ["cycles.stage_changed"]


def test_open_points_are_shown_and_bar_nothing_while_conditions_do(cast: Cast) -> None:
    cycle = in_stage(cast, "collecting")
    rules.add_condition("collecting", "scoring", lambda cycle: ["平安办还没有签认。"], bars=False)
    client = cast.client("clerk")
    assert "平安办还没有签认" in client.get(f"/cycles/{cycle.pk}/").content.decode()
    assert client.post(f"/cycles/{cycle.pk}/stage/scoring").status_code == 302
    rules.add_condition("scoring", "review", lambda cycle: ["还没有计分结果。"])
    page = client.post(f"/cycles/{cycle.pk}/stage/review")
    assert page.status_code == 403
    assert "还没有计分结果" in page.content.decode()
    assert cast.cycle.stage == "scoring"


def test_publication_is_refused_until_it_is_allowed_and_has_its_consequence(cast: Cast) -> None:
    cycle = in_stage(cast, "review")
    with pytest.raises(PermissionDenied, match="先在“审定与公布”中准备公布"):
        actions.propose_stage(cycle, "published", by=cast.person("clerk"), at=NOW, **MEETING)
    rules.add_allowance("review", "published", lambda cycle: cycle.year == 2024)
    followed: list[str] = []

    def follow(change: StageChange, by: Person, at: datetime) -> dict[str, str]:
        followed.append(by.username)
        return {"publication": "00"}

    rules.add_consequence("review", "published", follow)
    change = actions.propose_stage(cycle, "published", by=cast.person("clerk"), at=NOW, **MEETING)
    sign(change, cast, "group_head")
    assert followed == []
    sign(change, cast, "other_group_head")
    assert followed == ["other_group_head"]
    assert cast.cycle.stage == "published"
    event = Event.objects.filter(act="cycles.stage_changed").last()
    assert event is not None
    assert event.after == digest_of({"publication": "00"})


@pytest.mark.parametrize(("leaves", "enters"), sorted(BACK))
@pytest.mark.parametrize("proposer", ["clerk", "max"])
def test_ways_back_take_a_reason_and_two_heads(
    cast: Cast, leaves: str, enters: str, proposer: str
) -> None:
    third_head(cast)
    cycle = in_stage(cast, leaves)
    with pytest.raises(ValidationError, match="理由"):
        actions.propose_stage(cycle, enters, by=cast.person(proposer), at=NOW, reason=" ")
    client = cast.client(proposer)
    sent = {"reason": "会议决定补充一项内容"}
    assert client.post(f"/cycles/{cycle.pk}/stage/{enters}", sent).status_code == 302
    change = StageChange.objects.get()
    assert cast.cycle.stage == leaves
    sign(change, cast, "group_head", "other_group_head")
    assert cast.cycle.stage == enters
    assert acts() == ["cycles.stage_proposed", "cycles.stage_signed", "cycles.stage_changed"]


def third_head(cast: Cast) -> None:
    Post.objects.create(town=cast.town, user=cast.user("max"), role="group_head", from_on=BEGIN)


def test_whoever_proposed_does_not_sign_whatever_posts_they_hold(cast: Cast) -> None:
    third_head(cast)
    cycle = in_stage(cast, "review")
    Post.objects.create(town=cast.town, user=cast.user("clerk"), role="group_head", from_on=BEGIN)
    for proposer in ("clerk", "max"):
        change = actions.propose_stage(
            cycle, "scoring", by=cast.person(proposer), at=NOW, reason="会议决定"
        )
        page = cast.client(proposer).get(f"/cycles/{cycle.pk}/").content.decode()
        assert "提出人不能签署自己提出的事项。" in page
        assert f"/cycles/changes/{change.pk}/sign" not in page
        assert "请签署" not in cast.client(proposer).get("/").content.decode()
        with pytest.raises(PermissionDenied, match="提出人不能签署"):
            sign(change, cast, proposer)
        actions.drop_stage(change, by=cast.person("clerk"), at=NOW)


def test_a_head_proposes_only_where_enough_others_could_sign(cast: Cast) -> None:
    cycle = in_stage(cast, "review")
    address = f"/cycles/{cycle.pk}/stage/scoring"
    told = "除您以外的组长不足 2 位。请由党建办经办人提出。"
    client = cast.client("group_head")
    assert told in client.get(address).content.decode()
    assert client.post(address, {"reason": "会议决定"}).status_code == 403
    third_head(cast)
    assert told not in client.get(address).content.decode()
    assert client.post(address, {"reason": "会议决定"}).status_code == 302
    assert StageChange.objects.get().proposer == "group_head"


def test_an_adopted_scheme_is_not_opened_again_once_a_fact_exists(cast: Cast) -> None:
    cycle = in_stage(cast, "adopted")
    delivery = Delivery.objects.create(
        town=cast.town,
        cycle=cycle,
        source=cast.source("cloud"),
        table="visits",
        number=1,
        state="faulty",
        file_name="visits.csv",
        file_sha256="0" * 64,
        uploaded_by="x",
        uploaded_at=NOW,
    )
    given = {"by": cast.person("clerk"), "at": NOW, "reason": "会议决定"}
    with pytest.raises(PermissionDenied, match="已经有数据"):
        actions.propose_stage(cycle, "prepare", **given)
    Delivery.objects.filter(pk=delivery.pk).update(state="withdrawn")
    rules.add_fact_probe(lambda cycle: True)
    with pytest.raises(PermissionDenied, match="已经有数据"):
        actions.propose_stage(cycle, "prepare", **given)


def test_a_guessed_cycle_of_another_town_is_not_found(cast: Cast) -> None:
    other = Cycle.objects.get(town__code="elsewhere")
    client = cast.client("clerk")
    assert client.get(f"/cycles/{other.pk}/").status_code == 404
    assert client.post(f"/cycles/{other.pk}/stage/scoring").status_code == 404
    assert client.get(f"/cycles/{cast.cycle.pk}/").status_code == 200
    for username in ("max", "stranger", "interviewer", "survey_manager", "administrator"):
        assert cast.client(username).get(f"/cycles/{cast.cycle.pk}/").status_code == 404


def test_the_page_of_a_cycle_costs_few_queries(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    sign(proposed(cast), cast, "group_head")
    client = cast.client("clerk")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        page = client.get(f"/cycles/{cast.cycle.pk}/")
    assert 'aria-current="step"' in page.content.decode()
