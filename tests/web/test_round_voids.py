"""A round that is given up: asked by the clerk, signed by two heads, destroyed unread."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.surveys import boxes, voiding
from kaohe.web.surveys.facts import judged
from kaohe.web.surveys.models import Ballot, Participation, Receipt, Round
from kaohe.web.surveys.opening import go_on_after_a_stop
from kaohe.web.surveys.reviewing import flagged_ballots
from kaohe.web.surveys.taking_part import rounds_of
from tests.web.cast import NOW, Cast
from tests.web.rounds import closed, opened, prepared, send


def given_up(cast: Cast, held: Round) -> Round:
    """The round, void."""
    voiding.ask_void(held, reason="密钥丢失", by=cast.person("clerk"), at=NOW)
    for head in ("group_head", "other_group_head"):
        voiding.sign_void(held, by=cast.person(head), at=NOW)
    return Round.objects.get(pk=held.pk)


def test_a_void_round_is_destroyed_unread_and_held_again(cast: Cast) -> None:
    held, codes = opened(cast)
    code = codes["J01-1-00000"]
    assert send(held, code).status_code == 200
    before = Event.objects.count()
    assert given_up(cast, held).state == "void"
    assert Event.objects.count() == before + 3
    assert not boxes.box_of(held.tag).exists()
    assert list(Path(settings.KEYS).iterdir()) == []
    assert Ballot.objects.count() == Participation.objects.count() == 0
    assert judged(cast.cycle, scheme_of(cast.cycle)) == {}
    assert not rounds_of(cast.cycle).exists()
    assert "票箱没有打开就销毁" in Client().get(f"/f/{held.tag}").content.decode()
    assert "票箱没有打开就销毁" in Client().get(f"/f/{held.tag}/receipts").content.decode()
    assert Client().get(f"/f/{held.tag}/receipts.txt").status_code == 404
    assert send(held, codes["J01-1-00001"]).status_code == 403
    assert prepared(cast, title="重做").pk


def test_two_different_heads_sign(cast: Cast) -> None:
    held, _ = opened(cast)
    clerk, head = cast.person("clerk"), cast.person("group_head")
    voiding.ask_void(held, reason="密钥丢失", by=clerk, at=NOW)
    with pytest.raises(PermissionDenied, match="等待"):
        voiding.ask_void(held, reason="再提一次", by=clerk, at=NOW)
    assert not voiding.sign_void(held, by=head, at=NOW)
    with pytest.raises(PermissionDenied, match="另一位"):
        voiding.sign_void(held, by=head, at=NOW)
    assert boxes.box_of(held.tag).exists()


def test_what_is_counted_and_fitted_stays(cast: Cast) -> None:
    held, _ = opened(cast)
    closed(cast, held)
    with pytest.raises(PermissionDenied, match="已经开箱，核对相符"):
        voiding.ask_void(held, reason="不满意", by=cast.person("clerk"), at=NOW)


def spoilt(cast: Cast) -> tuple[Round, str]:
    """A round of one ballot that is flagged, counted though its household is not on record; and the
    ballot's receipt."""
    held, codes = opened(cast)
    page = send(held, codes["J01-1-00000"], {f"q{n}": "satisfied" for n in range(2, 11)})
    with boxes.box_of(held.tag).work() as work:
        work.run("DELETE FROM {box}participation")
    [receipt] = re.findall(r"(?:[2-9A-Y]{4}-){3}[2-9A-Y]{4}", page.content.decode())
    return closed(cast, held), receipt


def test_a_counted_round_that_did_not_fit_counts_nowhere_and_stays_on_record(cast: Cast) -> None:
    held, receipt = spoilt(cast)
    before, reviewer = Event.objects.count(), cast.person("inspection")
    assert judged(cast.cycle, scheme_of(cast.cycle))
    assert len(flagged_ballots(cast.cycle, reviewer)) == 1
    void = given_up(cast, held)
    assert (void.state, void.receipts_sha256) == ("void", held.receipts_sha256)
    assert void.differences == held.differences != []
    assert Ballot.objects.count() == Receipt.objects.count() == 1
    assert judged(cast.cycle, scheme_of(cast.cycle)) == {}
    assert flagged_ballots(cast.cycle, reviewer) == []
    assert not rounds_of(cast.cycle).exists()
    assert prepared(cast, title="重做").pk
    acts = list(Event.objects.order_by("number").values_list("act", "told"))[before:][:3]
    assert [act for act, _ in acts] == [
        "surveys.void_asked",
        "surveys.void_signed",
        "surveys.round_void",
    ]
    assert acts[-1][1] == f"{held} 1 {held.receipts_sha256}"
    go_on_after_a_stop(NOW)
    assert Round.objects.get(pk=held.pk).state == "void"


def test_everybody_reads_that_a_counted_round_is_void(cast: Cast) -> None:
    held, receipt = spoilt(cast)
    address, year = f"/f/{held.tag}/receipts", reverse("public:year", args=["gaojing", 2024])
    told = "这一轮已作废：开箱时核对有出入"
    for page in (address, year):
        assert told not in Client().get(page).content.decode()
    given_up(cast, held)
    for page in (address, year, f"/f/{held.tag}"):
        assert told in Client().get(page).content.decode()
    assert "全镇共计入" not in Client().get(year).content.decode()
    found = Client().post(address, {"receipt": receipt}).content.decode()
    assert f"{receipt} 在清单里：您的答卷收到过，因为这一轮作废，没有计入。" in found
    assert "已经计入" not in found
    assert Client().get(f"{address}.txt").content.decode() == receipt.replace("-", "") + "\n"


@pytest.mark.parametrize(
    ("stage", "said"), [("scoring", "先按程序退回"), ("review", "退回"), ("published", "已经公布")]
)
def test_a_round_that_is_scored_is_not_void(cast: Cast, stage: str, said: str) -> None:
    held, _ = spoilt(cast)
    voiding.ask_void(held, reason="查明票箱被动过", by=cast.person("clerk"), at=NOW)
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    with pytest.raises(PermissionDenied, match=said):
        voiding.sign_void(held, by=cast.person("group_head"), at=NOW)
    assert Round.objects.get(pk=held.pk).state == "counted"


def test_a_stop_before_the_box_is_gone_is_made_good(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, _ = opened(cast)
    with monkeypatch.context() as patched:
        patched.setattr(voiding, "destroy", lambda _: None)
        given_up(cast, held)
    assert boxes.box_of(held.tag).exists()
    go_on_after_a_stop(NOW)
    assert not boxes.box_of(held.tag).exists()


@pytest.mark.parametrize("counted", [False, True])
def test_it_is_asked_and_signed_on_the_page(cast: Cast, counted: bool) -> None:
    held = spoilt(cast)[0] if counted else opened(cast)[0]
    page = f"/surveys/{held.pk}/"
    clerk, heads = cast.client("clerk"), ("group_head", "other_group_head")
    assert "作废这一轮次" in clerk.get(page).content.decode()
    assert ("留存备查" in clerk.get(f"{page}void").content.decode()) == counted
    assert clerk.post(f"{page}void", {"reason": ""}).status_code == 422
    assert clerk.post(f"{page}void", {"reason": "纸条散失"}).status_code == 302
    assert clerk.post(f"{page}void/sign").status_code == 404
    for head in heads:
        assert "签署作废" in cast.client(head).get(page).content.decode()
        assert cast.client(head).post(f"{page}void/sign").status_code == 302
    shown = cast.client("auditor").get(page).content.decode()
    assert "已作废" in shown
    assert "纸条散失" in shown
    assert ("照原样留存备查" in shown) == ("公开查询页" in shown) == counted
