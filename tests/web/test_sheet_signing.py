"""Signing a sheet and a block, and how a signed sheet is opened again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kaohe.web.accounts.models import Post, User
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import BlockSignature, Mark, Reopening, SheetSignature
from tests.web.cast import BEGIN, Cast
from tests.web.sheets import address, fill, name_leads, open_window, send


@pytest.fixture
def head(cast: Cast) -> Client:
    open_window(cast)
    return cast.client("department_head")


def head_of(cast: Cast, department: str) -> Client:
    """A head of another department, logged in."""
    user = User.objects.create_user(f"head-{department}", name=f"{department}主任", town=cast.town)
    Post.objects.create(
        town=cast.town, user=user, role="department_head", scope=[department], from_on=BEGIN
    )
    return cast.client(user.username)


def sign(client: Client, cast: Cast, department: str = "社建办", seen: int | None = None) -> Any:
    page = client.get(address(cast, department)).content.decode()
    found = re.search(r'name="seen" value="(\d+)"', page)
    edition = seen if seen is not None else int(found[1]) if found else 0
    return client.post(f"{address(cast, department)}sign", {"seen": edition}, follow=True)


def ask(client: Client, cast: Cast, reason: str = "J02 登记错了") -> Any:
    return client.post(f"{address(cast)}reopening", {"reason": reason}, follow=True)


def decide(cast: Cast, answer: str, word: str = "grant", username: str = "clerk") -> Any:
    request = Reopening.objects.get()
    sent = {word: "yes", "answer": answer}
    return cast.client(username).post(f"/evidence/reopenings/{request.pk}", sent, follow=True)


def test_the_head_signs_a_full_sheet_and_from_then_on_it_is_closed(
    cast: Cast, head: Client
) -> None:
    fill(cast)
    before = Event.objects.count()
    answer = sign(head, cast)
    assert "department_head先生于 2024-11-20 10:00 签署" in answer.content.decode()
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("number").act == "evidence.sheet_signed"
    refused = send(cast.client("scorer"), cast, {"score": "90", "seen": 1})
    assert refused.status_code == 403
    assert "已签署本表" in refused.json()["reason"]
    assert not Mark.objects.filter(score="90").exists()


def test_a_sheet_with_empty_cells_or_without_its_comments_cannot_be_signed(
    cast: Cast, head: Client
) -> None:
    assert "还有 21 格没有评分" in sign(head, cast).content.decode()
    fill(cast)
    send(head, cast, {"score": "100", "seen": 1})
    answer = sign(head, cast)
    assert answer.status_code == 403
    assert "还有 1 格缺少说明" in answer.content.decode()
    assert not SheetSignature.objects.exists()
    send(head, cast, {"score": "100", "comment": "区级示范点", "seen": 2})
    assert sign(head, cast).status_code == 200
    assert SheetSignature.objects.exists()


def test_only_the_head_of_this_department_signs(cast: Cast, head: Client) -> None:
    fill(cast)
    answer = sign(cast.client("scorer"), cast)
    assert answer.status_code == 403
    assert "由科室负责人签署" in answer.content.decode()
    assert "由科室负责人签署" in cast.client("scorer").get(address(cast)).content.decode()
    assert sign(cast.client("party_head"), cast).status_code == 404
    assert not SheetSignature.objects.exists()


def test_a_sheet_that_changed_under_the_heads_eyes_is_shown_again(cast: Cast, head: Client) -> None:
    fill(cast)
    send(cast.client("scorer"), cast, {"score": "70", "seen": 1})
    answer = sign(head, cast, seen=21)
    assert answer.status_code == 409
    assert "有改动" in answer.content.decode()
    assert not SheetSignature.objects.exists()
    assert sign(head, cast, seen=22).status_code == 200


def test_signing_twice_is_told_and_leaves_one_signature(cast: Cast, head: Client) -> None:
    fill(cast)
    sign(head, cast)
    assert "已签署本表" in sign(head, cast).content.decode()
    assert SheetSignature.objects.count() == 1


def test_a_signed_sheet_is_opened_again_when_the_clerk_grants_it(cast: Cast, head: Client) -> None:
    fill(cast)
    sign(head, cast)
    before = Event.objects.count()
    assert "等待党建办决定" in ask(head, cast).content.decode()
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("number").reason == "J02 登记错了"
    page = cast.client("clerk").get("/evidence/sheet/progress").content.decode()
    assert "J02 登记错了" in page
    before = Event.objects.count()
    assert "已同意，评分表重新打开" in decide(cast, "").content.decode()
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("number").act == "evidence.reopening_granted"
    assert SheetSignature.objects.get().reopened_at is not None
    changed = send(head, cast, {"score": "90", "seen": 1})
    assert changed.json()["cells"][0]["state"] == "saved"
    assert sign(head, cast).status_code == 200
    assert SheetSignature.objects.filter(reopened_at=None).count() == 1


def test_a_refusal_needs_a_reason_which_the_department_reads(cast: Cast, head: Client) -> None:
    fill(cast)
    sign(head, cast)
    ask(head, cast)
    without = decide(cast, "", "refuse")
    assert without.status_code == 422
    assert "请写明不同意的理由" in without.content.decode()
    before = Event.objects.count()
    decide(cast, "评分时间已过", "refuse")
    assert Event.objects.count() == before + 1
    page = head.get(address(cast)).content.decode()
    assert "评分时间已过" in page
    assert "未同意" in page
    assert send(head, cast, {"score": "90", "seen": 1}).status_code == 403


def test_a_request_is_decided_once_and_asked_once_at_a_time(cast: Cast, head: Client) -> None:
    assert ask(head, cast).status_code == 403, "not signed yet"
    fill(cast)
    sign(head, cast)
    assert ask(head, cast, "  ").status_code == 422
    ask(head, cast)
    again = ask(head, cast)
    assert again.status_code == 403
    assert "已经提出申请" in again.content.decode()
    decide(cast, "")
    late = decide(cast, "改主意了", "refuse")
    assert late.status_code == 403
    assert "已经有了决定" in late.content.decode()


@pytest.mark.parametrize("username", ["scorer", "department_head", "auditor", "group_head", "max"])
def test_nobody_but_the_clerk_decides(cast: Cast, head: Client, username: str) -> None:
    fill(cast)
    sign(head, cast)
    ask(head, cast)
    assert decide(cast, "", username=username).status_code == 404
    assert Reopening.objects.get().granted is None


def test_the_clerk_of_another_town_finds_no_request(cast: Cast, head: Client) -> None:
    fill(cast)
    sign(head, cast)
    ask(head, cast)
    assert decide(cast, "", username="stranger").status_code == 404


def test_after_collecting_nothing_is_signed_or_opened(cast: Cast, head: Client) -> None:
    fill(cast)
    sign(head, cast)
    ask(head, cast)
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="scoring")
    answer = decide(cast, "")
    assert answer.status_code == 403
    assert "收集阶段已经结束" in answer.content.decode()


# -- blocks


def sign_block(client: Client, cast: Cast, node: str, department: str) -> Any:
    return client.post(f"{address(cast, department)}blocks/{node}", follow=True)


def test_the_lead_signs_its_block_when_every_department_has_signed(
    cast: Cast, head: Client
) -> None:
    name_leads(cast)
    fill(cast)
    sign(head, cast)
    answer = sign_block(head, cast, "daily.service", "社建办")
    assert answer.status_code == 403
    assert "还有科室没有签署评分表：规生办" in answer.content.decode()
    assert "规生办" in head.get(address(cast)).content.decode()
    fill(cast, "规生办")
    sign(head_of(cast, "规生办"), cast, "规生办")
    before = Event.objects.count()
    answer = sign_block(head, cast, "daily.service", "社建办")
    assert "本项目各科室评分完整" in answer.content.decode()
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("number").act == "evidence.block_signed"
    again = sign_block(head, cast, "daily.service", "社建办")
    assert again.status_code == 403
    assert BlockSignature.objects.count() == 1


def test_a_block_is_signed_by_the_head_of_its_lead_only(cast: Cast, head: Client) -> None:
    name_leads(cast)
    fill(cast)
    sign(head, cast)
    fill(cast, "规生办")
    other = head_of(cast, "规生办")
    sign(other, cast, "规生办")
    assert sign_block(other, cast, "daily.service", "规生办").status_code == 404
    assert sign_block(head, cast, "daily.party", "社建办").status_code == 404
    refused = sign_block(cast.client("scorer"), cast, "daily.service", "社建办")
    assert refused.status_code == 403
    assert "由牵头科室的负责人签署" in refused.content.decode()
    assert not BlockSignature.objects.exists()


def test_opening_a_sheet_again_ends_the_signatures_of_the_blocks_it_touches(
    cast: Cast, head: Client
) -> None:
    name_leads(cast)
    fill(cast)
    sign(head, cast)
    fill(cast, "规生办")
    sign(head_of(cast, "规生办"), cast, "规生办")
    sign_block(head, cast, "daily.service", "社建办")
    untouched = BlockSignature.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        node="daily.stability",
        department=cast.department("平安办"),
        by="平安办主任",
        at=SheetSignature.objects.latest("pk").at,
    )
    ask(head, cast)
    decide(cast, "")
    assert BlockSignature.objects.get(node="daily.service").withdrawn_at is not None
    untouched.refresh_from_db()
    assert untouched.withdrawn_at is None
