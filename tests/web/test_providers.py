"""The interface for programs: by its key alone, idempotent by id and version, into one's own inbox;
and the page on which keys are made and revoked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kaohe.values.tables import Column, Table
from kaohe.values.text import Text
from kaohe.web.audit.models import Event
from kaohe.web.cycles.delivery_headings import Layout
from kaohe.web.cycles.facts import canonical_rows
from kaohe.web.cycles.models import Cycle, Delivery, Mapping
from kaohe.web.hotline import provider_api, provider_keys
from kaohe.web.hotline.inbox import MOST_CASES
from kaohe.web.hotline.inbox_cells import Reader, Refused, differing
from kaohe.web.hotline.machines import MOST_BYTES
from kaohe.web.hotline.models import ProviderKey, PushedCase
from tests.web.cast import NOW, Cast
from tests.web.providers import ADDRESS, REFERENCE, ask, key_for, push, statuses, told

PAGE = "/hotline/interface/"


def last_event() -> Event:
    return Event.objects.latest("pk")


# -- cases come in --------------------------------------------------------------------------------


def test_a_telling_is_taken_once_and_a_newer_one_takes_its_place(cast: Cast) -> None:
    key = key_for(cast)
    first = push(key, told("A1"), told("A2"))
    assert first.status_code == 200
    assert statuses(first) == ["accepted", "accepted"]
    before = Event.objects.count()
    again = push(key, told("A1"), told("A2"))
    assert (again.status_code, statuses(again)) == (200, ["known", "known"])
    assert Event.objects.count() == before, "nothing changed"
    newer = push(key, told("A1", 3, handled="否"), told("A1", 2), told("A3"))
    assert statuses(newer) == ["updated", "older", "accepted"]
    assert newer.json()["cases"][1]["version"] == 3
    assert Event.objects.count() == before + 1
    row = PushedCase.objects.get(case_id="A1")
    assert (row.number, row.cells["handled"]) == (3, "false")


def test_what_is_stored_is_canonical_however_it_was_told(cast: Cast) -> None:
    key = key_for(cast)
    push(key, told("A1", area_id="云溪苑居民区", source="12345热线", received_on="2024/5/6 8:05"))
    row = PushedCase.objects.get()
    assert row.cells == {
        "area_id": "J01",
        "source": "hotline",
        "received_on": "2024-05-06",
        "responsible": "true",
        "handled": "true",
    }
    headings = {"居民区编号": "J01", "来源": "12345热线", "受理日期": "2024-05-06", "有责": 1}
    cells = {**headings, "已处置": True, "满意": " ", "已解决": None}
    assert statuses(push(key, {"case_id": " A1 ", "version": 1, "cells": cells})) == ["known"]


def test_own_headings_and_words_mean_what_was_said_of_them_once(cast: Cast) -> None:
    key = key_for(cast)
    Mapping.objects.create(
        town=cast.town,
        source=cast.source("hotline"),
        table="cases",
        headings={
            "columns": {"handled": "办结情况", "satisfied": ""},
            "values": {"excluded": {"重复来电": "repeat"}},
        },
    )
    cells = {"办结情况": "是", "excluded": "重复来电", "satisfied": "是"}
    push(key, told("A1", handled=None, **cells))
    row = PushedCase.objects.get()
    assert (row.cells["handled"], row.cells["excluded"]) == ("true", "repeat")
    assert ask(key, "deliver", {}).status_code == 200
    [told_again] = canonical_rows(Delivery.objects.get().content)
    assert told_again["satisfied"] == "true", "though a file once had no such column"


def test_the_same_version_with_other_content_is_a_conflict_that_names_the_field(
    cast: Cast,
) -> None:
    key = key_for(cast)
    push(key, told("A1"))
    answer = push(key, told("A1", handled="否"), told("A2"))
    assert answer.status_code == 207
    first, second = answer.json()["cases"]
    assert (first["status"], first["http_status"]) == ("conflict", 409)
    error = first["error"]
    assert (error["code"], error["case_id"], error["field"]) == ("other_content", "A1", "handled")
    assert "更大的版本号" in error["message"]["zh"]
    assert "higher version" in error["message"]["en"]
    assert second["status"] == "accepted"
    assert PushedCase.objects.get(case_id="A1").cells["handled"] == "true"


def test_a_case_stays_in_its_part(cast: Cast) -> None:
    key = key_for(cast)
    push(key, told("A1"), part="2024-05")
    answer = push(key, told("A1", 2), part="2024-06")
    assert answer.json()["cases"][0]["error"]["code"] == "other_part"
    assert statuses(push(key, told("A1", 2), part="２０２４-05")) == ["updated"]


@pytest.mark.parametrize(
    ("case", "code", "field"),
    [
        (told("A1", received_on="昨天"), "wrong_value", "received_on"),
        (told("A1", area_id="J99"), "wrong_value", "area_id"),
        (told("A1", source="petition"), "not_of_this_source", "source"),
        (told("A1", handled=1.5), "wrong_type", "handled"),
        (told("A1", handled=["是"]), "wrong_type", "handled"),
        (told("A1", excluded="x" * 2001), "too_long", "excluded"),
        (told("A1", area_id="J\0"), "wrong_value", "area_id"),
        (told("A1", area_id="\ud800"), "wrong_value", "area_id"),
        (told("A1", 已处置="否"), "told_twice", "handled"),
        (told("A1", 办件编号="A2"), "wrong_value", "case_id"),
        (told("A1", 0), "wrong_value", "version"),
        (told("A1", 2**31), "wrong_value", "version"),
        ({**told("A1"), "version": True}, "wrong_value", "version"),
        ({**told("A1"), "version": "1"}, "wrong_value", "version"),
        ({**told("A1"), "cells": []}, "wrong_type", "cells"),
        (told(" "), "wrong_value", "case_id"),
        (told("x" * 81), "wrong_value", "case_id"),
        (told("\ud800"), "wrong_value", "case_id"),
        ({"version": 1, "cells": {}}, "wrong_case", None),
        ({**told("A1"), "case_id": 7}, "wrong_case", None),
        (None, "wrong_case", None),
    ],
    ids=lambda one: str(one)[:40],
)
def test_a_case_that_cannot_be_read_is_refused_alone(
    cast: Cast, case: Any, code: str, field: str | None
) -> None:
    key = key_for(cast)
    answer = push(key, case, told("B1"))
    assert answer.status_code == 207
    refused, good = answer.json()["cases"]
    assert (refused["status"], refused["http_status"]) == ("refused", 422)
    assert (refused["error"]["code"], refused["error"].get("field")) == (code, field)
    assert refused["error"]["message"].keys() == {"zh", "en"}
    assert good["status"] == "accepted"
    assert list(PushedCase.objects.values_list("case_id", flat=True)) == ["B1"]


def test_names_that_stand_for_no_column_are_not_kept(cast: Cast) -> None:
    answer = push(key_for(cast), told("A1", 来电人="王某", 联系电话="13800001234"))
    assert answer.json()["cases"][0]["ignored"] == ["来电人", "联系电话"]
    stored = str(PushedCase.objects.values().get())
    assert "王某" not in stored
    assert "13800001234" not in stored


TEXTS = Table(
    label=Text(zh="表", en="table"),
    row=Text(zh="行", en="row"),
    columns={
        "summary": Column(type="text", heading="诉求摘要", required=False),
        "earlier_case": Column(type="text", heading="重复关联办件", required=False),
    },
)


def test_texts_are_masked_before_they_are_stored_and_ids_are_not() -> None:
    reader = Reader(TEXTS, Layout(), {})
    told = {"诉求摘要": " 来电\n13812345678 反映漏水 ", "earlier_case": "13812345678"}
    cells, unknown = reader.read(told)
    assert cells == {"summary": "来电 ［电话］ 反映漏水", "earlier_case": "13812345678"}
    assert not unknown
    assert differing({"summary": cells["summary"]}, cells) == "earlier_case"
    before = {**cells, "summary": "来电 13812345678 反映漏水"}
    assert differing(before, cells) is None, "masked by older rules"
    with pytest.raises(Refused, match="text, a whole number"):
        reader.read({"summary": {}})


def test_the_log_tells_how_many_and_nothing_of_what_they_say(cast: Cast) -> None:
    key = key_for(cast)
    push(key, told("A1"), told("A2"), part="2024-05")
    event = last_event()
    assert (event.act, event.actor, event.actor_name) == (
        "hotline.cases_pushed",
        "source:hotline",
        "城运中心",
    )
    assert event.told == "城运中心 2024-05 +2 ±0"
    ask(key, "deliver", {"part": "2024-05"})
    assert last_event().actor_name == "城运中心"
    for one in Event.objects.all():
        assert "A1" not in f"{one.told}{one.object}{one.reason}"


# -- who may --------------------------------------------------------------------------------------


def test_only_a_key_in_force_opens(cast: Cast) -> None:
    key = key_for(cast)
    tag, _, secret = key.partition(".")
    for wrong in ("", key[:-1], f"{tag}.", f".{secret}", secret, f"{key}x", "密钥", f"{tag}\0.x"):
        answer = ask(wrong.encode().decode("latin-1"), "inbox")
        assert answer.status_code == 401, wrong
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json()["error"]["code"] == "unknown_key"
    assert Client().get(f"{ADDRESS}inbox").status_code == 401
    basic = Client().get(f"{ADDRESS}inbox", headers={"Authorization": f"Basic {key}"})
    assert basic.status_code == 401
    assert ask(key, "inbox").status_code == 200
    provider_keys.revoke_key(ProviderKey.objects.get(), by=cast.person("clerk"), at=NOW)
    assert push(key, told("A1")).status_code == 401
    assert not PushedCase.objects.exists()
    row = ProviderKey.objects.get()
    assert secret not in row.digest
    assert row.used_on is not None


def test_a_session_opens_nothing_and_a_key_no_page(cast: Cast) -> None:
    assert cast.client("provider").get(f"{ADDRESS}inbox").status_code == 401
    headers = {"Authorization": f"Bearer {key_for(cast)}"}
    assert Client().get("/cycles/deliveries/", headers=headers).status_code == 302
    answer = Client().get(f"{ADDRESS}inbox", headers=headers)
    assert not answer.cookies


def test_a_source_reaches_its_own_inbox_only(cast: Cast) -> None:
    ours, theirs = key_for(cast), key_for(cast, "petition")
    push(ours, told("A1"))
    assert ask(theirs, "cases?id=A1").json()["cases"] == [{"case_id": "A1", "status": "unknown"}]
    assert ask(theirs, "inbox").json()["parts"] == []
    assert ask(theirs, "deliver", {}).status_code == 404
    assert statuses(push(theirs, told("A1", source="petition"))) == ["accepted"]
    assert PushedCase.objects.get(source__code="hotline").cells["source"] == "hotline"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("stage", ["adopted", "scoring"])
def test_outside_collecting_nothing_is_taken_and_the_reason_is_told(cast: Cast, stage: str) -> None:
    key = key_for(cast)
    push(key, told("A1"))
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    for answer in (push(key, told("A2")), ask(key, "deliver", {})):
        assert answer.status_code == 409
        error = answer.json()["error"]
        assert error["code"] == "not_now"
        assert "收集" in error["message"]["zh"]
        assert "ollect" in error["message"]["en"]
    assert PushedCase.objects.count() == 1
    assert ask(key, "inbox").json()["parts"][0]["cases"] == 1, "looking is free"


def test_a_source_without_cases_is_told_so(cast: Cast) -> None:
    assert push(key_for(cast, "cloud"), told("A1")).status_code == 409


# -- what is no request ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "{}", "null", "\x00", '{"cases": {}}', '{"cases": []}', "[" * 50_000),
        '{"cases": [{}], "part": 5}',
        json.dumps({"cases": [told("A1")], "part": "x" * 61}),
        json.dumps({"cases": [told("A1")], "part": "\ud800"}),
        json.dumps({"cases": [1] * (MOST_CASES + 1)}),
        b'{"cases": [{"case_id": "A1", "version": ' + b"9" * 5000 + b', "cells": {}}]}',
        b"\xff\xfe",
    ],
    ids=lambda one: str(one)[:40],
)
def test_what_is_no_request_is_told_so(cast: Cast, body: str | bytes) -> None:
    key = key_for(cast)
    before = Event.objects.count()
    answer = ask(key, "cases", body)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]["en"]
    assert Event.objects.count() == before


def test_addresses_methods_and_years_that_are_none(cast: Cast) -> None:
    key = key_for(cast)
    for path in ("2024", "2024/none", "x/cases", "2024/cases/A1"):
        answer = ask(key, path, base="/providers/v1/")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_address")
    for year in ("1999", "9" * 30):
        answer = ask(key, f"{year}/inbox", base="/providers/v1/")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_year")
    assert ask(key, "deliver").status_code == 405
    wrong = ask(key, "inbox", {})
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET")
    assert ask(key, "cases").status_code == 422
    nobody = ask(key, "cases?id=%00&id=%ED%A0%80&id=x").json()["cases"]
    assert {one["status"] for one in nobody} == {"unknown"}


@pytest.mark.parametrize("address", [ADDRESS, "/providers/v1/"])
def test_whoever_opens_the_address_reads_how_it_is_used(cast: Cast, address: str) -> None:
    chinese, english = (Client().get(address, query) for query in ({}, {"lang": "en"}))
    assert chinese["Content-Type"] == "text/plain; charset=utf-8"
    assert "办件接口：接口说明" in chinese.content.decode()
    assert english.content.decode() == REFERENCE.read_text(encoding="utf-8")
    for same in (r"```python\n[\s\S]*?```|^ {4}.*$", r"`[^`\n]+`"):
        first, second = (re.findall(same, one.content.decode(), re.M) for one in (chinese, english))
        assert sorted(set(first)) == sorted(set(second))
    assert Client().head(address).status_code == 200
    wrong = Client().put(address)
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, HEAD")
    assert wrong.json()["error"]["code"] == "wrong_method"


def test_no_more_is_read_or_answered_than_is_promised(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_for(cast)
    most = [told(f"A{number}") for number in range(MOST_CASES)]
    assert len(json.dumps({"cases": most})) < MOST_BYTES
    assert push(key, *most).status_code == 200
    too_long = ask(key, "cases", " " * (MOST_BYTES + 1))
    assert (too_long.status_code, too_long.json()["error"]["code"]) == (413, "too_long")
    cache.clear()
    monkeypatch.setattr(provider_api, "MOST_REQUESTS", 2)
    assert [ask(key, "inbox").status_code for _ in range(3)] == [200, 200, 429]
    assert ask(key, "inbox").headers["Retry-After"] == "60"
    assert ask(key_for(cast), "inbox").status_code == 200, "each key for itself"


# -- pages ----------------------------------------------------------------------------------------


def test_the_clerk_makes_a_key_that_is_shown_once_and_revokes_it(cast: Cast) -> None:
    client = cast.client("clerk")
    page = client.get(PAGE).content.decode()
    assert f'href="http://testserver{ADDRESS}"' in page
    assert "社区云平台" not in page, "hands in no cases"
    sent = {
        "source": cast.source("hotline").pk,
        "submission": re.findall(r'name="submission" value="([^"]+)"', page)[0],
    }
    made = client.post(f"{PAGE}keys", sent)
    assert made.status_code == 200
    assert "no-store" in made.headers["Cache-Control"]
    [key] = re.findall(r'key-groups" lang="en"><code>([^<]+)</code>', made.content.decode())
    assert ask(key, "inbox").status_code == 200
    assert client.post(f"{PAGE}keys", sent).status_code == 302, "sent again: no second key"
    assert ProviderKey.objects.count() == 1
    page = client.get(PAGE).content.decode()
    assert key.partition(".")[0] in page
    assert key not in page
    assert "2024-11-20" in page
    row = ProviderKey.objects.get()
    assert client.post(f"{PAGE}keys/{row.pk}/revoke").status_code == 302
    assert ask(key, "inbox").status_code == 401
    acts = list(Event.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["hotline.provider_key_made", "hotline.provider_key_revoked"]
    assert client.post(f"{PAGE}keys", {"source": cast.source("cloud").pk}).status_code == 422


def test_providers_see_their_own_inbox_and_keys_and_make_none(cast: Cast) -> None:
    push(key_for(cast), told("A1"), part="2024-05")
    push(key_for(cast, "petition"), told("B1", source="petition"), part="2024-07")
    provider = cast.client("provider")
    page = provider.get(PAGE).content.decode()
    assert "2024-05" in page
    assert "1 件还没有交成文件" in page
    assert "2024-07" not in page
    assert "信访办" not in page
    assert "收回" not in page
    assert provider.post(f"{PAGE}keys", {"source": 1}).status_code == 404
    row = ProviderKey.objects.filter(source__code="hotline").get()
    assert provider.post(f"{PAGE}keys/{row.pk}/revoke").status_code == 404
    clerks = cast.client("clerk").get(PAGE).content.decode()
    assert "2024-05" not in clerks, "what lies in the inbox is not the clerk's"
    assert "2024-07" in cast.client("auditor").get(PAGE).content.decode()
    for other in ("secretary", "group_head", "scorer", "max"):
        assert cast.client(other).get(PAGE).status_code == 404
