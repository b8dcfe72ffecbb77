"""Leaving a case out takes three people: one asks, one of each side agrees. Every refusal of it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kaohe.web.accounts.models import Post
from kaohe.web.audit.actions import Stale, name_of
from kaohe.web.audit.models import Event
from kaohe.web.cycles.delivering import apply_delivery, withdraw_delivery
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import against, transition
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.cycles.standing import standing_of
from kaohe.web.hotline.exclusion_asking import Said, withdraw_exclusion
from kaohe.web.hotline.exclusion_by_file import follow_areas, requests_of_file
from kaohe.web.hotline.exclusion_conditions import no_exclusion_open
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.hotline.exclusion_speaking import NotSpoken, Spoken, speak_on, take_word_back
from kaohe.web.hotline.exclusion_undoing import take_undo_back, undo
from kaohe.web.hotline.facts import excluded_cases, told_cases
from tests.web.cast import BEGIN, NOW, Cast
from tests.web.deliveries import as_csv, hand_in
from tests.web.exclusions import (
    HEADINGS,
    UNFOUNDED,
    another,
    asked,
    left_out,
    spoken,
    told_cases_in_force,
    with_ground,
)


@pytest.fixture(autouse=True)
def _cases(cast: Cast, tmp_path: Path) -> None:
    """Two cases of J01 and one of J02 in force, none of which its provider wants left out."""
    rows = [with_ground("A1"), with_ground("A2"), with_ground("B1", area="J02")]
    told_cases_in_force(cast, tmp_path, rows)


def stage(cast: Cast, name: str) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=name)


def told(cast: Cast) -> dict[str, str]:
    """The ground of each case in the facts that a run reads; empty where it counts."""
    return {
        row["case_id"]: row["excluded"] for row in told_cases(cast.cycle, scheme_of(cast.cycle))
    }


# -- what comes of it -----------------------------------------------------------------------------


def test_a_case_is_left_out_once_both_sides_agree_and_stays_in_the_file(cast: Cast) -> None:
    row = asked(cast, "A1")
    assert told(cast) == {"A1": "", "A2": "", "B1": ""}
    spoken(cast, row, "line", "provider")
    assert excluded_cases(cast.cycle) == {}, "one side is not enough"
    row = spoken(cast, row, "area", "clerk")
    assert row.state == "agreed"
    assert excluded_cases(cast.cycle) == {"A1": "unfounded"}
    assert told(cast) == {"A1": "unfounded", "A2": "", "B1": ""}


@pytest.mark.parametrize("side", ["line", "area"])
def test_one_refusal_with_its_reason_keeps_the_case(cast: Cast, side: str) -> None:
    row = asked(cast, "A1")
    by = {"line": "provider", "area": "group_member"}[side]
    row = spoken(cast, row, side, by, agrees=False, reason="照片显示确有其事。")
    assert row.state == "refused"
    assert told(cast)["A1"] == ""
    other = {"line": "clerk", "area": "provider"}[side]
    with pytest.raises(NotSpoken, match="已经决定或撤回"):
        spoken(cast, row, {"line": "area", "area": "line"}[side], other)


def test_one_act_is_one_event_and_the_log_chain_names_the_side(cast: Cast) -> None:
    row = left_out(cast, asked(cast, "A1"))
    events = Event.objects.filter(object=f"hotline.exclusion:{row.pk}").order_by("number")
    assert [(one.act, one.told) for one in events] == [
        ("hotline.exclusion_asked", "A1"),
        ("hotline.exclusion_agreed", "A1 条线一方"),
        ("hotline.exclusion_agreed", "A1 块上一方"),
    ]


# -- asking ---------------------------------------------------------------------------------------


def test_an_area_asks_for_its_own_cases_a_provider_for_its_source_the_others_for_all(
    cast: Cast,
) -> None:
    kinds = {
        ("secretary", "A1"): "secretary",
        ("provider", "A2"): "provider",
        ("clerk", "B1"): "clerk",
    }
    for (by, case_id), kind in kinds.items():
        row = asked(cast, case_id, by)
        assert row.asked_as == kind
        withdraw_exclusion(row, by=cast.person(by), at=NOW)
    row = asked(cast, "B1", "scorer", department=cast.department("社建办"))
    assert (row.asked_as, str(row.department)) == ("department", "社建办")
    for by in ("other_secretary", "other_provider", "worker", "leader", "auditor", "group_member"):
        with pytest.raises(PermissionDenied, match="不由您申请"):
            asked(cast, "A1", by)
    with pytest.raises(ValidationError, match="本人所在的科室"):
        asked(cast, "A1", "scorer", department=cast.department("党建办"))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said("unfounded", " "), "text"),
        (Said("other", ""), "text"),
        (Said("repeat", "又来电。"), "earlier_case"),
        (Said("repeat", "又来电。", "A1"), "earlier_case"),
        (Said("because", "就是不算。"), "ground"),
    ],
)
def test_a_request_says_what_its_ground_needs(cast: Cast, said: Said, field: str) -> None:
    with pytest.raises(ValidationError) as problem:
        asked(cast, "A1", said=said)
    assert set(problem.value.message_dict) == {field}
    assert not Exclusion.objects.exists()


def test_a_case_is_asked_about_once_at_a_time_and_again_only_with_something_new(
    cast: Cast,
) -> None:
    row = asked(cast, "A1")
    with pytest.raises(ValidationError, match="待决定"):
        asked(cast, "A1", "clerk")
    spoken(cast, row, "line", "provider", agrees=False, reason="确有其事。")
    with pytest.raises(ValidationError, match="有新的原因或新的情况"):
        asked(cast, "A1")
    row = asked(cast, "A1", said=Said("unfounded", "再次到场，邻居证明没有此事。"))
    left_out(cast, row)
    with pytest.raises(ValidationError, match="已经剔除"):
        asked(cast, "A1", said=Said("not_statutory", "不是法定职责。"))
    assert Exclusion.objects.filter(case_id="A1").count() == 2


def test_whoever_asked_withdraws_as_long_as_it_is_open(cast: Cast) -> None:
    row = asked(cast, "A1")
    with pytest.raises(PermissionDenied, match="由提出的人撤回"):
        withdraw_exclusion(row, by=cast.person("clerk"), at=NOW)
    assert withdraw_exclusion(row, by=cast.person("secretary"), at=NOW).state == "withdrawn"
    with pytest.raises(NotSpoken, match="已经决定或撤回"):
        spoken(cast, row, "line", "provider")
    asked(cast, "A1")  # the same words once more: nobody has refused them


def test_nothing_is_asked_or_decided_before_the_collection_or_in_review(cast: Cast) -> None:
    row = asked(cast, "A1")
    for name in ("adopted", "review", "published"):
        stage(cast, name)
        with pytest.raises(PermissionDenied, match="收集和计分阶段"):
            asked(cast, "A2")
        with pytest.raises(NotSpoken, match="收集和计分阶段"):
            spoken(cast, row, "line", "provider")
        with pytest.raises(PermissionDenied, match="收集和计分阶段"):
            withdraw_exclusion(row, by=cast.person("secretary"), at=NOW)
    stage(cast, "scoring")
    assert left_out(cast, row).state == "agreed"


# -- four eyes ------------------------------------------------------------------------------------

EVERYBODY = (
    *("clerk", "scorer", "department_head", "leader", "secretary", "worker", "provider"),
    *("other_provider", "inspection", "group_head", "group_member", "finance", "administrator"),
    *("auditor", "monitor", "statistics", "survey_manager", "interviewer"),
)
SPEAK = {"line": {"provider"}, "area": {"clerk", "group_member"}}


@pytest.mark.parametrize("side", ["line", "area"])
def test_only_the_posts_of_a_side_speak_for_it(cast: Cast, side: str) -> None:
    row = asked(cast, "A1")
    for by in EVERYBODY:
        with transaction.atomic():
            if by in SPEAK[side]:
                spoken(cast, row, side, by)
            else:
                with pytest.raises(NotSpoken, match="不由您决定"):
                    spoken(cast, row, side, by)
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("asker", "line", "area"),
    list(
        product(
            ("secretary", "scorer", "clerk", "provider", "provider_too"),
            ("provider", "provider_too"),
            ("clerk", "clerk_too", "group_member"),
        )
    ),
)
def test_of_three_people_who_ask_and_agree_no_two_are_one(
    cast: Cast, asker: str, line: str, area: str
) -> None:
    another(cast, "provider_too", "provider", "hotline")
    another(cast, "clerk_too", "clerk")
    department = cast.department("社建办") if asker == "scorer" else None
    row = asked(cast, "A1", asker, department=department)
    if asker in (line, area):
        with pytest.raises(NotSpoken, match="由别人决定"):
            left_out(cast, row, line, area)
    else:
        assert left_out(cast, row, line, area).state == "agreed"


def test_one_person_with_posts_on_both_sides_speaks_for_one_of_them(cast: Cast) -> None:
    both = cast.user("group_member")
    Post.objects.create(
        town=cast.town, user=both, role="provider", scope=["hotline"], from_on=BEGIN
    )
    row = spoken(cast, asked(cast, "A1"), "line", "group_member")
    with pytest.raises(NotSpoken, match="由另一个人决定"):
        spoken(cast, row, "area", "group_member")
    assert spoken(cast, row, "area", "clerk").state == "agreed"


def test_nobody_decides_about_an_area_of_their_own(cast: Cast) -> None:
    member = cast.user("group_member")
    Post.objects.create(town=cast.town, user=member, role="leader", scope=["J01"], from_on=BEGIN)
    with pytest.raises(NotSpoken, match="任职或包保"):
        spoken(cast, asked(cast, "A1"), "area", "group_member")
    row = asked(cast, "B1", "other_secretary")
    assert spoken(cast, row, "area", "group_member").area_agrees


def test_the_database_itself_refuses_two_words_of_one_person(cast: Cast) -> None:
    row = left_out(cast, asked(cast, "A1"))
    wrong = (
        {"line_person": row.area_person},
        {"asker": row.line_person},
        {"asker": row.area_person},
        {"area_agrees": None},
        {"line_agrees": False},
    )
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Exclusion.objects.filter(pk=row.pk).update(**change)
    twin = Exclusion.objects.get(pk=row.pk)
    twin.pk, twin.state = None, "open"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


# -- words ----------------------------------------------------------------------------------------


def test_a_reason_tells_of_nobody(cast: Cast) -> None:
    reason = "李秀英女士在13812345678里说的不是这件事"
    row = spoken(cast, asked(cast, "A1"), "line", "provider", agrees=False, reason=reason)
    assert row.line_reason == "［姓名］女士在［电话］里说的不是这件事"
    assert "李秀英" not in str(list(Event.objects.values()))


def test_a_refusal_needs_its_reason_and_so_does_what_a_file_leaves_unsaid(
    cast: Cast, tmp_path: Path
) -> None:
    row = asked(cast, "A1")
    with pytest.raises(NotSpoken, match="请写明理由"):
        spoken(cast, row, "line", "provider", agrees=False, reason=" ")
    told_cases_in_force(
        cast, tmp_path, [with_ground("C1", "其他"), with_ground("C2", "历史重复")], part="二"
    )
    clerk = {"C1": "请在理由里写明", "C2": "前一办件编号"}
    for case_id, reason in clerk.items():
        row = Exclusion.objects.get(case_id=case_id)
        with pytest.raises(NotSpoken, match=reason):
            spoken(cast, row, "area", "clerk")
        row = spoken(cast, row, "area", "clerk", reason="与 A1 同一诉求。")
        assert row.area_reason == "与 A1 同一诉求。"


def test_a_word_is_taken_back_until_the_other_side_has_spoken(cast: Cast) -> None:
    row = spoken(cast, asked(cast, "A1"), "line", "provider", agrees=False, reason="确有其事。")
    another(cast, "provider_too", "provider", "hotline")
    for by in ("provider_too", "clerk", "secretary"):
        with pytest.raises(PermissionDenied, match="由作出的人撤回"):
            take_word_back(row, "line", by=cast.person(by), at=NOW)
    with pytest.raises(Stale):
        take_word_back(row, "line", by=cast.person("provider"), at=NOW, seen=row.version - 1)
    row = take_word_back(row, "line", by=cast.person("provider"), at=NOW, seen=row.version)
    assert (row.state, row.line_agrees, row.line_person) == ("open", None, "")
    row = left_out(cast, row)
    for side, by in (("line", "provider"), ("area", "clerk")):
        with pytest.raises(PermissionDenied, match="另一方也已经决定"):
            take_word_back(row, side, by=cast.person(by), at=NOW)


def test_a_refusal_is_not_taken_back_once_the_case_was_asked_about_again(cast: Cast) -> None:
    row = spoken(cast, asked(cast, "A1"), "line", "provider", agrees=False, reason="确有其事。")
    asked(cast, "A1", said=Said("unfounded", "另有证明。"))
    with pytest.raises(PermissionDenied, match="已经再次申请"):
        take_word_back(row, "line", by=cast.person("provider"), at=NOW)


def test_what_both_agreed_on_both_undo_and_nobody_alone(cast: Cast) -> None:
    row = left_out(cast, asked(cast, "A1"))
    provider, clerk = cast.person("provider"), cast.person("clerk")
    with pytest.raises(ValidationError, match="请写明理由"):
        undo(row, "area", reason=" ", by=clerk, at=NOW)
    for by, side in product(("secretary", "other_provider", "leader"), ("line", "area")):
        with pytest.raises(PermissionDenied):
            undo(row, side, reason="错了", by=cast.person(by), at=NOW)
    row = undo(row, "area", reason="李秀英女士来电，确有其事。", by=clerk, at=NOW)
    assert (row.state, row.undo_reason) == ("agreed", "［姓名］女士来电，确有其事。")
    assert told(cast)["A1"] == "unfounded", "until the other side agrees"
    for person in (clerk, cast.person("group_member")):
        with pytest.raises(PermissionDenied, match="由另一方的另一个人决定"):
            undo(row, "area", by=person, at=NOW)
    row = undo(row, "line", agrees=False, reason="没有证据。", by=provider, at=NOW)
    assert (row.state, row.undo_side) == ("agreed", "")
    row = undo(row, "line", reason="又查到了。", by=provider, at=NOW)
    with pytest.raises(PermissionDenied, match="由提出的人撤回"):
        take_undo_back(row, by=clerk, at=NOW)
    row = take_undo_back(row, by=provider, at=NOW)
    row = undo(row, "line", reason="又查到了。", by=provider, at=NOW)
    with pytest.raises(Stale):
        undo(row, "area", by=clerk, at=NOW, seen=row.version - 1)
    row = undo(row, "area", by=cast.person("group_member"), at=NOW, seen=row.version)
    assert row.state == "restored"
    assert told(cast)["A1"] == ""
    acts = Event.objects.filter(object=name_of(row)).order_by("pk").values_list("act", flat=True)
    assert [act.removeprefix("hotline.exclusion_") for act in acts[3:]] == [
        "undo_proposed",
        "undo_refused",
        "undo_proposed",
        "undo_taken_back",
        "undo_proposed",
        "restored",
    ]
    with pytest.raises(ValidationError, match="有新的原因或新的情况"):
        asked(cast, "A1")
    assert asked(cast, "A1", said=Said("other", "另有情况。")).state == "open"


def test_nothing_is_undone_in_review_nor_reviewed_half_undone(cast: Cast) -> None:
    row = left_out(cast, asked(cast, "A1"))
    row = undo(row, "line", reason="错了。", by=cast.person("provider"), at=NOW)
    assert "还有 1 项恢复计入没有决定" in "".join(no_exclusion_open(cast.cycle))
    stage(cast, "review")
    with pytest.raises(PermissionDenied, match="进入复核以后"):
        undo(row, "area", by=cast.person("clerk"), at=NOW)


def test_of_many_words_at_once_all_are_put_down_or_none(cast: Cast) -> None:
    rows = [asked(cast, "A1"), asked(cast, "A2")]
    words = [Spoken(row.pk, "line", False, "", row.version) for row in rows]
    words[0] = Spoken(rows[0].pk, "line", True, "", rows[0].version)
    with pytest.raises(NotSpoken) as problem:
        speak_on(cast.cycle, words, by=cast.person("provider"), at=NOW)
    assert set(problem.value.reasons) == {rows[1].pk}
    assert not Exclusion.objects.exclude(line_agrees=None).exists()
    words[1] = Spoken(rows[1].pk, "line", False, "确有其事。", rows[1].version)
    speak_on(cast.cycle, words, by=cast.person("provider"), at=NOW)
    with pytest.raises(NotSpoken, match="刚有变动"):
        speak_on(cast.cycle, words[:1], by=cast.person("provider"), at=NOW)


# -- what files ask -------------------------------------------------------------------------------


def test_what_a_file_says_is_a_request_of_whoever_put_it_in_force(
    cast: Cast, tmp_path: Path
) -> None:
    told_cases_in_force(cast, tmp_path, [with_ground("C1", "不属实"), with_ground("C2")], part="二")
    [row] = Exclusion.objects.all()
    assert (row.case_id, row.ground, row.asked_as, row.asker) == (
        *("C1", "unfounded", "file", "provider"),
    )
    assert row.area == cast.area("J01")
    assert told(cast)["C1"] == "", "a request is no decision"
    with pytest.raises(NotSpoken, match="您自己提出的申请"):
        spoken(cast, row, "line", "provider")
    another(cast, "provider_too", "provider", "hotline")
    left_out(cast, row, line="provider_too")
    assert told(cast)["C1"] == "unfounded"
    events = Event.objects.filter(act="hotline.exclusions_asked")
    assert [one.told for one in events] == ["城运中心 cases 二 v1：1项"]


def test_a_version_that_repeats_an_older_one_asks_nothing_twice(cast: Cast, tmp_path: Path) -> None:
    another(cast, "provider_too", "provider", "hotline")
    grounds = {"C1": "不属实", "C2": "非法定职责", "C3": "历史重复", "C4": "不属实"}
    rows = [with_ground(name, ground) for name, ground in grounds.items()]
    first = told_cases_in_force(cast, tmp_path, rows, part="二")
    assert requests_of_file(first, by=cast.person("provider"), at=NOW) == 0
    by_case = {row.case_id: row for row in Exclusion.objects.all()}
    left_out(cast, by_case["C1"], line="provider_too")
    spoken(cast, by_case["C2"], "area", "clerk", agrees=False, reason="属于法定职责。")
    told_cases_in_force(cast, tmp_path, [*rows, with_ground("C5")], part="二")
    assert Exclusion.objects.count() == 4
    assert excluded_cases(cast.cycle) == {"C1": "unfounded"}, "it outlives the version"
    # Another ground for one that was refused, another for an open one, none for an open one.
    changed = grounds | {"C2": "不属实", "C3": "其他", "C4": ""}
    rows = [with_ground(name, ground) for name, ground in changed.items()]
    told_cases_in_force(cast, tmp_path, rows, part="二")
    states = Exclusion.objects.order_by("pk").values_list("case_id", "ground", "state")
    assert list(states) == [
        ("C1", "unfounded", "agreed"),
        ("C2", "not_statutory", "refused"),
        ("C3", "repeat", "withdrawn"),
        ("C4", "unfounded", "withdrawn"),
        ("C2", "unfounded", "open"),
        ("C3", "other", "open"),
    ]


def test_a_version_that_counts_again_asks_again(cast: Cast, tmp_path: Path) -> None:
    told_cases_in_force(cast, tmp_path, [with_ground("C1", "不属实")], part="二")
    newer = told_cases_in_force(cast, tmp_path, [with_ground("C1")], part="二")
    assert not Exclusion.objects.open().exists()
    withdraw_delivery(newer, by=cast.person("provider"), at=NOW)
    assert [row.ground for row in Exclusion.objects.open()] == ["unfounded"]


def test_a_number_that_two_sources_use_is_asked_about_once(cast: Cast, tmp_path: Path) -> None:
    told_cases_in_force(cast, tmp_path, [with_ground("C1", "不属实")], part="二")
    another(cast, "petitions", "provider", "petition")
    rows = [with_ground("C1", "不属实", 来源="信访")]
    told_cases_in_force(cast, tmp_path, rows, source="petition", by="petitions")
    assert [str(row.source) for row in Exclusion.objects.all()] == ["城运中心"]


def test_a_request_goes_to_the_area_to_which_its_case_is_laid(cast: Cast, tmp_path: Path) -> None:
    row = asked(cast, "A1")
    rows = [with_ground("A1", area="J02"), with_ground("A2"), with_ground("B1", area="J02")]
    told_cases_in_force(cast, tmp_path, rows)
    follow_areas(cast.cycle)
    row.refresh_from_db()
    assert row.area == cast.area("J02")
    requests = Exclusion.objects.all()
    assert not cast.person("secretary").visible(requests).exists()
    assert cast.person("other_secretary").visible(requests).get() == row
    follow_areas(cast.cycle)
    assert Exclusion.objects.get().area == cast.area("J02")


def test_a_file_that_is_only_checked_asks_nothing(cast: Cast, tmp_path: Path) -> None:
    content = as_csv([with_ground("C1", "不属实")], HEADINGS)
    delivery = hand_in(cast, content, tmp_path, part="二")
    assert not Exclusion.objects.exists()
    apply_delivery(delivery, by=cast.person("provider"), at=NOW)
    assert Exclusion.objects.count() == 1


def test_the_colleagues_of_whoever_handed_a_file_in_withdraw_what_it_asks(
    cast: Cast, tmp_path: Path
) -> None:
    told_cases_in_force(cast, tmp_path, [with_ground("C1", "不属实")], part="二")
    another(cast, "provider_too", "provider", "hotline")
    row = Exclusion.objects.get()
    with pytest.raises(PermissionDenied, match="由提出的人撤回"):
        withdraw_exclusion(row, by=cast.person("other_provider"), at=NOW)
    withdraw_exclusion(row, by=cast.person("provider_too"), at=NOW)
    asked(cast, "C1", "clerk")


# -- the stage ------------------------------------------------------------------------------------


def test_a_year_is_not_reviewed_while_requests_are_open(cast: Cast) -> None:
    row = asked(cast, "A1", said=UNFOUNDED)
    stage(cast, "scoring")
    step, cycle = transition("scoring", "review"), cast.cycle
    assert step is not None
    reasons = against(step, standing_of(cycle), cycle)
    assert any("还有 1 项剔除申请没有决定" in reason for reason in reasons)
    left_out(cast, row)
    assert not any("剔除" in reason for reason in against(step, standing_of(cycle), cycle))
