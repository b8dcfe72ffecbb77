"""Flagged ballots: two people who know no area; left out only if both say so and why."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.surveys.facts import judged
from kaohe.web.surveys.models import Ballot
from kaohe.web.surveys.review_rules import is_left_out
from kaohe.web.surveys.reviewing import review, to_review
from tests.web.cast import NOW, Cast
from tests.web.rounds import ANSWERS, closed, opened, send

STRAIGHT = {"q1.1": "yes", "q1.2": "yes", **{f"q{n}": "satisfied" for n in range(2, 11)}}
MIXED = {**ANSWERS, "q2": "fair", "q5": "dissatisfied"}


def three_ballots(cast: Cast) -> tuple[Ballot, Ballot]:
    """A straight line, a fast one, and one without a flag; the two that are flagged."""
    held, codes = opened(cast)
    one, other, third = codes.values()
    send(held, one, STRAIGHT)
    send(held, other, MIXED, took="under_30s")
    send(held, third, MIXED, took="longer")
    closed(cast, held)
    return Ballot.objects.get(flags=["straight_line"]), Ballot.objects.get(flags=["too_fast"])


def say(cast: Cast, username: str, ballot: Ballot, aside: bool, reason: str = "") -> Ballot:
    """One person's opinion."""
    return review(ballot, aside=aside, reason=reason, by=cast.person(username), at=NOW)


def counted(cast: Cast) -> int:
    """How many ballots count."""
    return len(list(judged(cast.cycle, scheme_of(cast.cycle))["answers"]))


def test_what_is_flagged_waits_for_two_people(cast: Cast) -> None:
    straight, fast = three_ballots(cast)
    assert counted(cast) == 3
    for username in ("inspection", "statistics"):
        waiting = {one.key for one in to_review(cast.cycle, cast.person(username))}
        assert waiting == {straight.pk, fast.pk}


def test_a_ballot_is_left_out_only_if_both_say_so(cast: Cast) -> None:
    straight, fast = three_ballots(cast)
    say(cast, "inspection", straight, True, "雷同")
    assert counted(cast) == 3
    say(cast, "statistics", straight, True, "雷同")
    assert counted(cast) == 2
    say(cast, "inspection", fast, True, "太快")
    say(cast, "other_inspection", fast, False)
    assert counted(cast) == 2
    assert not to_review(cast.cycle, cast.person("statistics"))


def test_an_opinion_is_one_event_that_names_no_area(cast: Cast) -> None:
    straight, _ = three_ballots(cast)
    before = Event.objects.count()
    say(cast, "inspection", straight, True, "雷同")
    assert Event.objects.count() == before + 1
    event = Event.objects.order_by("-number").first()
    assert event is not None
    assert "J01" not in f"{event.told}{event.object}{event.reason}"


@pytest.mark.parametrize(
    ("twice", "stage", "aside", "reason", "said"),
    [
        (True, "collecting", False, "", "已经审阅过"),
        (False, "review", False, "", "收集和计分阶段"),
        (False, "collecting", True, " ", "写明理由"),
    ],
)
def test_what_is_refused(
    cast: Cast, twice: bool, stage: str, aside: bool, reason: str, said: str
) -> None:
    straight, _ = three_ballots(cast)
    if twice:
        say(cast, "inspection", straight, False)
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    with pytest.raises(PermissionDenied, match=said):
        say(cast, "inspection", straight, aside, reason)


def test_a_ballot_without_a_flag_is_nobodys_business(cast: Cast) -> None:
    three_ballots(cast)
    with pytest.raises(PermissionDenied, match="有提示"):
        say(cast, "inspection", Ballot.objects.get(flags=[]), False)


@pytest.mark.parametrize(
    ("opinions", "left_out"),
    [([], False), ([True], False), ([True, False], False), ([True, True], True)],
)
def test_the_rule_of_two(opinions: list[bool], left_out: bool) -> None:
    assert is_left_out(opinions) == left_out


def test_the_page_shows_answers_and_flags_and_neither_area_nor_channel(cast: Cast) -> None:
    three_ballots(cast)
    page = cast.client("inspection").get("/surveys/flagged/").content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "等我审阅 2" in main
    assert "第 1 份，共 2 份" in main
    assert "满意" in main
    for secret in ("J01", "云溪苑", "线上", "下半年", "2024-11"):
        assert secret not in main, secret


def test_the_page_takes_an_opinion_and_shows_the_next(cast: Cast) -> None:
    straight, _ = three_ballots(cast)
    client, address = cast.client("statistics"), "/surveys/flagged/"
    sent: dict[str, Any] = {"ballot": str(straight.pk), "aside": "yes"}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "写明理由" in refused.content.decode()
    assert client.post(address, {**sent, "reason": "雷同"}).status_code == 302
    assert "等我审阅 1" in client.get(address).content.decode()
    for other in ("clerk", "secretary", "auditor", "group_head", "administrator"):
        assert cast.client(other).get(address).status_code == 404, other


def test_a_reviewer_chooses_by_flag_and_by_whom_a_ballot_waits_for(cast: Cast) -> None:
    straight, fast = three_ballots(cast)
    client, address = cast.client("statistics"), "/surveys/flagged/"

    def page(**chosen: str) -> str:
        text = client.get(address, chosen).content.decode()
        return text.partition("<main")[2].partition("</main>")[0]

    assert "快得读不完题目 1" in page()
    assert f'value="{fast.pk}"' in page(flag="too_fast")
    assert f'value="{straight.pk}"' in page(flag="straight_line")
    assert "这一类没有答卷" in page(flag="repeated")
    say(cast, "statistics", straight, True, "我的理由")
    say(cast, "inspection", fast, False)
    assert "等我审阅 1" in page()
    other = page(state="other")
    assert "我的理由" in other
    assert "等另一人审阅" in other
    assert "<form" not in other
    assert "这一类没有答卷" in page(state="decided")
    say(cast, "inspection", straight, False, "看着不像")
    decided = page(state="decided")
    for said in ("已有结论 1", "等另一人 0", "我的理由", "看着不像", "结论"):
        assert said in decided
    for secret in ("J01", "云溪苑", "线上", "下半年"):
        assert secret not in decided
    assert f'value="{fast.pk}"' in page(state="?", flag="?", ballot="?"), "what waits for me"


def test_nobody_sees_the_others_opinion_before_giving_their_own(cast: Cast) -> None:
    straight, _fast = three_ballots(cast)
    say(cast, "inspection", straight, True, "只有我知道")
    text = cast.client("statistics").get("/surveys/flagged/", {"ballot": str(straight.pk)})
    assert f'value="{straight.pk}"' in text.content.decode()
    assert "只有我知道" not in text.content.decode()


def test_who_reviews_finds_it_in_the_table_of_who_sees_what(cast: Cast) -> None:
    for username, role in (("statistics", "统计审阅人"), ("inspection", "纪检监察")):
        page = cast.client(username).get("/accounts/access").content.decode()
        own = page[page.index(f"我的岗位能看到什么：{role}") : page.index("全部岗位")]
        assert "答卷审阅" in own
