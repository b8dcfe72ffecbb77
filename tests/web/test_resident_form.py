"""The resident's form: what it needs, what it says, and that nothing is lost or taken twice."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kaohe.web.audit.models import Event
from kaohe.web.surveys import actions, boxes
from kaohe.web.surveys.models import Ballot, Round
from kaohe.web.surveys.rounds import asking_of
from tests.web.cast import NOW, Cast
from tests.web.rounds import ANSWERS, closed, fields, opened, prepared, send

PAGE_LIMIT = 30_000
"""Bytes of everything that a first opening loads, before compression."""


def count_of(held: Round) -> int:
    """How many took part so far."""
    return sum(boxes.participants_by_area(boxes.box_of(held.tag)).values())


def test_the_form_asks_what_the_scheme_asks_in_its_words(cast: Cast) -> None:
    held, _ = opened(cast)
    page = Client().get(f"/f/{held.tag}").content.decode()
    for told in (
        "是否知道居民区负责的“两委”成员及包干干部，是否日常走访？",
        "您知道是谁负责您这一片吗？他们平时来走访过吗？",
        "“三驾马车”运作等方面是否满意？",
        "居委会、业委会、物业三家配合得怎么样，您满意吗？",
        "对“社区综合环境”的总体评价",
        "021-00000001",
        "021-00000002",
        "居委会门口的封口箱",
        "谁能看到我的回答？",
        "投诉与建议",
    ):
        assert told in page, told
    assert "这是试测" not in page
    Round.objects.update(trial=True, version=held.version + 1)
    assert "这是试测" in Client().get(f"/f/{held.tag}").content.decode()
    names = re.findall(r'type="radio" name="([^"]+)"', page)
    assert [names.count(f"q{place:03}") for place in range(1, 12)] == [4, 3, *[6] * 9]
    assert "required" not in page.replace('maxlength="24" required', "")


def test_the_form_is_there_in_english(cast: Cast) -> None:
    held, _ = opened(cast)
    page = Client().get(f"/f/{held.tag}?lang=en").content.decode()
    assert '<html lang="en">' in page
    assert "Are you satisfied with how safe you feel in this area?" in page
    assert "Very satisfied" in page
    assert not re.search(
        "[\u4e00-\u9fff]", re.sub(r"高境镇|下半年线上测评|居委会门口的封口箱|中文", "", page)
    )


def test_everything_that_a_first_opening_loads_is_small(cast: Cast) -> None:
    held, _ = opened(cast)
    page = Client().get(f"/f/{held.tag}").content
    linked = re.findall(rb'(?:href|src)="(/static/[^"]+)"', page)
    assert len(linked) == 2
    total = len(page)
    for address in linked:
        answer = Client().get(address.decode())
        assert answer.status_code == 200
        total += len(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert total < PAGE_LIMIT


def test_the_first_trip_paints(cast: Cast) -> None:
    held, _ = opened(cast)
    answer = Client().get(f"/f/{held.tag}")
    page = answer.content.decode()
    assert 'rel="stylesheet"' not in page
    assert re.findall("<script[^>]*>", page) == [
        '<script type="module" src="/static/surveys/residents.js">'
    ]
    [style] = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    told = b64encode(sha256(style.encode()).digest()).decode()
    policy = answer["Content-Security-Policy"].split("; ")
    assert f"style-src 'self' 'sha256-{told}'" in policy


def test_opening_writes_nothing_and_asks_for_nobody(cast: Cast) -> None:
    held, _ = opened(cast)
    client = Client()
    client.get(f"/f/{held.tag}")
    sessions, events = Session.objects.count(), Event.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(f"/f/{held.tag}")
    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]
    assert answer.cookies == {}
    assert (Session.objects.count(), Event.objects.count()) == (sessions, events)
    assert count_of(held) == 0


def test_a_ballot_is_taken_and_its_receipt_given(cast: Cast) -> None:
    held, codes = opened(cast)
    answer = send(held, codes["J01-1-00000"])
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "答卷收到了" in page
    assert re.search(r"(?:[2-9A-Y]{4}-){3}[2-9A-Y]{4}", page)
    assert answer.cookies == {}
    assert count_of(held) == 1


def test_sending_once_more_is_told_and_changes_nothing(cast: Cast) -> None:
    held, codes = opened(cast)
    code = codes["J01-1-00000"]
    send(held, code, {"q2": "satisfied"})
    again = send(held, code, {"q2": "dissatisfied"})
    assert again.status_code == 409
    assert "已经用过" in again.content.decode()
    assert closed(cast, held).ballots == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "答题码不对"),
        ("K7QH-2M4X", "答题码不对"),
        ("K7QH-2M4X-9TRX", "答题码不对"),
        ("答题码", "答题码不对"),
    ],
)
def test_a_slip_of_the_finger_keeps_what_was_ticked(cast: Cast, code: str, said: str) -> None:
    held, _ = opened(cast)
    answer = send(held, code)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert page.count(" checked") == len(ANSWERS)
    assert count_of(held) == 0


def test_a_code_of_another_round_is_unknown_here(cast: Cast) -> None:
    held, codes = opened(cast)
    other = prepared(cast, samples=["online.1"], title="另一轮")
    actions.issue_codes(other, [cast.area("J01")], by=cast.person("clerk"), at=NOW)
    other = actions.open_round(other, by=cast.person("clerk"), at=NOW)
    answer = send(other, codes["J01-1-00000"])
    assert answer.status_code == 422
    assert "没有找到这个答题码" in answer.content.decode()


def test_a_code_may_be_typed_in_any_way(cast: Cast) -> None:
    held, codes = opened(cast)
    code = codes["J01-1-00000"].lower()
    assert send(held, f" {code[:4]} {code[4:8]}－{code[8:]} ".replace("－", "-")).status_code == 200


def test_a_ballot_without_any_answer_is_asked_about(cast: Cast) -> None:
    held, codes = opened(cast)
    answer = send(held, codes["J01-1-00000"], {})
    assert answer.status_code == 422
    assert "还没有回答任何问题" in answer.content.decode()
    assert count_of(held) == 0


def test_answers_that_there_are_not_are_no_answers(cast: Cast) -> None:
    held, codes = opened(cast)
    strange = {"q004": "11", "q005": "<script>", "q099": "01", "q3": "fair", "area_id": "J03"}
    sent = {"code": codes["J01-1-00000"], **fields(held, ANSWERS), **strange}
    assert Client().post(f"/f/{held.tag}", sent).status_code == 200
    closed(cast, held)
    ballot = Ballot.objects.get()
    assert ballot.area_id == "J01"
    assert "q3" not in ballot.answers
    assert "q4" not in ballot.answers


def test_what_is_ticked_cannot_be_told_from_the_length_of_a_request(cast: Cast) -> None:
    held, codes = opened(cast)
    page = Client().get(f"/f/{held.tag}").content.decode()
    ticks = re.findall(r'type="(?:radio|checkbox)" name="([^"]+)" value="([^"]*)"', page)
    assert len(ticks) == 4 + 3 + 9 * 6 + 1
    assert {(len(name), len(value)) for name, value in ticks} == {(4, 2)}
    assert urlencode(ticks) == "&".join(f"{name}={value}" for name, value in ticks)
    ways: list[dict[str, Any]] = [
        {"answers": ANSWERS},
        {"answers": dict.fromkeys(ANSWERS, "")},
        {"answers": dict(list(ANSWERS.items())[1:]), "assisted": True},
        {"answers": ANSWERS, "took": "longer"},
    ]
    assert len({len(urlencode(fields(held, **way))) for way in ways}) == 1


def test_what_is_ticked_on_the_page_is_what_is_counted(cast: Cast) -> None:
    held, codes = opened(cast)
    page = Client().get(f"/f/{held.tag}").content.decode()
    labels = dict(re.findall(r'name="q003" value="(\d\d)"> ([^<]+)</label>', page))
    assert list(labels) == ["01", "02", "03", "04", "05", "00"]
    value = next(value for value, label in labels.items() if label == "不满意")
    sent = {"code": codes["J01-1-00000"], "q003": value, "q004": "00", "help": "01", "took": "02"}
    assert Client().post(f"/f/{held.tag}", sent).status_code == 200
    closed(cast, held)
    ballot = Ballot.objects.get()
    assert ballot.answers == {"q2": "dissatisfied"}
    assert (ballot.assisted, ballot.took) == (True, "under_1m")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "prepared"}, "测评还没有开始"),
        ({"opens_on": date(2024, 11, 25)}, "测评还没有开始"),
        ({"closes_on": date(2024, 11, 19)}, "测评已经截止"),
        ({"state": "paused"}, "测评暂停"),
        ({"state": "closed"}, "测评已经截止"),
        ({"state": "counted"}, "测评已经截止"),
    ],
)
def test_a_round_that_takes_none_says_so_before_and_after_sending(
    cast: Cast, change: dict[str, Any], said: str
) -> None:
    held, codes = opened(cast)
    Round.objects.filter(pk=held.pk).update(**change)
    before = Client().get(f"/f/{held.tag}")
    assert said in before.content.decode()
    after = send(held, codes["J01-1-00000"])
    assert after.status_code == 403
    assert said in after.content.decode()


@pytest.mark.parametrize(
    ("term", "word"),
    [
        (boxes.Term("paused", "2024-11-01", "2024-11-30"), "paused"),
        (boxes.Term("closed", "2024-11-01", "2024-11-30"), "closed"),
        (boxes.Term("open", "2024-11-01", "2024-11-19"), "late"),
        (boxes.Term("open", "2024-11-21", "2024-11-30"), "early"),
        (boxes.Term("open", "2024-11-20", "2024-11-20"), ""),
    ],
)
def test_the_box_itself_refuses_whatever_the_page_believed(
    cast: Cast, term: boxes.Term, word: str
) -> None:
    held, codes = opened(cast)
    boxes.set_term(boxes.box_of(held.tag), term)
    answer = send(held, codes["J01-1-00000"])
    assert answer.status_code == (409 if word else 200)
    assert count_of(held) == (0 if word else 1)


def test_an_unknown_address_is_a_page_too(cast: Cast) -> None:
    for path in ("/f/XXXX", "/f/XXXX/receipts", "/f/a/b/c/d"):
        answer = Client().get(path)
        assert answer.status_code == 404
        assert "没有这个网页" in answer.content.decode()


@pytest.mark.parametrize("tag", ["AB%00D", "AB%FFD", "%E8%BD%AE", "A" * 5000])
def test_odd_addresses_are_unknown_ones(cast: Cast, tag: str) -> None:
    for path in (tag, f"{tag}/links", f"{tag}/receipts", f"{tag}/2024"):
        assert Client().get(f"/f/{path}").status_code in (404, 405)


def test_what_is_too_long_is_not_read(cast: Cast) -> None:
    held, codes = opened(cast)
    sent = {"code": codes["J01-1-00000"], **fields(held, ANSWERS), "file": BytesIO(bytes(2**20))}
    assert Client().post(f"/f/{held.tag}", sent).status_code == 413
    assert count_of(held) == 0
    assert send(held, codes["J01-1-00000"]).status_code == 200


def test_a_database_that_does_not_answer_is_told_and_no_tick_is_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, codes = opened(cast)
    asking_of(held)  # what a test sends is made of the questions, which are read once
    with monkeypatch.context() as patch:
        patch.setattr(Round.objects, "select_related", refusing)
        answer = send(held, codes["J01-1-00000"])
    assert answer.status_code == 503
    assert 'id="problem">系统暂时不能用' in answer.content.decode(), "where the script looks"
    assert send(held, codes["J01-1-00000"]).status_code == 200


def refusing(*_asked: str) -> None:
    raise OperationalError("connection refused")


def test_looking_at_a_closed_round_is_no_fault(cast: Cast) -> None:
    held = closed(cast, opened(cast)[0])
    statuses = [getattr(Client(), how)(f"/f/{held.tag}").status_code for how in ("get", "head")]
    assert statuses == [200, 200]


def test_the_beginning_of_the_address_lists_what_is_open(cast: Cast) -> None:
    assert "现在没有正在进行的测评" in Client().get("/f/").content.decode()
    held, _ = opened(cast)
    page = Client().get("/f/").content.decode()
    assert f"/f/{held.tag}" in page
    assert held.title in page


def test_a_receipt_can_be_looked_up_once_the_box_was_opened(cast: Cast) -> None:
    held, codes = opened(cast)
    page = send(held, codes["J01-1-00000"]).content.decode()
    [receipt] = re.findall(r"(?:[2-9A-Y]{4}-){3}[2-9A-Y]{4}", page)
    client, address = Client(), f"/f/{held.tag}/receipts"
    assert "还没有开箱" in client.get(address).content.decode()
    assert client.get(f"{address}.txt").status_code == 404
    closed(cast, held)
    found = client.post(address, {"receipt": f" {receipt.lower()} "}).content.decode()
    assert "您的答卷已经计入" in found
    other = client.post(address, {"receipt": "2222-3333-4444-5555"}).content.decode()
    assert "不在清单里" in other
    listed = client.get(f"{address}.txt").content.decode()
    assert listed == receipt.replace("-", "") + "\n"


def test_no_code_and_no_answer_is_in_any_address(cast: Cast) -> None:
    held, codes = opened(cast)
    page = Client().get(f"/f/{held.tag}").content.decode()
    assert '<form method="post" data-tag' in page
    assert "action=" not in page.partition("<form")[2].partition(">")[0]
    answer = send(held, codes["J01-1-00000"])
    assert not answer.has_header("Location")


def test_staff_who_are_logged_in_are_not_known_here(cast: Cast) -> None:
    held, codes = opened(cast)
    client = cast.client("clerk")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/f/{held.tag}")
    assert not any("session" in query["sql"] for query in asked)
    assert settings.MIDDLEWARE.index(
        "kaohe.web.surveys.residents.residents_middleware"
    ) < settings.MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
