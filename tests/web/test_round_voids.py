"""A round that is given up: asked by the clerk, signed by two heads, destroyed unread."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client

from kaohe.web.audit.models import Event
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.surveys import boxes, voiding
from kaohe.web.surveys.facts import judged
from kaohe.web.surveys.models import Ballot, Participation, Round
from kaohe.web.surveys.opening import go_on_after_a_stop
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
    assert "截止" in Client().get(f"/f/{held.tag}").content.decode()
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


def test_what_is_counted_stays(cast: Cast) -> None:
    held, _ = opened(cast)
    closed(cast, held)
    with pytest.raises(PermissionDenied, match="已经开箱"):
        voiding.ask_void(held, reason="不满意", by=cast.person("clerk"), at=NOW)


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


def test_it_is_asked_and_signed_on_the_page(cast: Cast) -> None:
    held, _ = opened(cast)
    page = f"/surveys/{held.pk}/"
    clerk, heads = cast.client("clerk"), ("group_head", "other_group_head")
    assert "作废这一轮次" in clerk.get(page).content.decode()
    assert clerk.post(f"{page}void", {"reason": ""}).status_code == 422
    assert clerk.post(f"{page}void", {"reason": "纸条散失"}).status_code == 302
    assert clerk.post(f"{page}void/sign").status_code == 404
    for head in heads:
        assert "签署作废" in cast.client(head).get(page).content.decode()
        assert cast.client(head).post(f"{page}void/sign").status_code == 302
    shown = cast.client("auditor").get(page).content.decode()
    assert "已作废" in shown
    assert "纸条散失" in shown
