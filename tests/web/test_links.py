"""Links for a platform: only with its key, one for each household, and as the reference tells."""

from __future__ import annotations

import io
import json
import re
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kaohe.web.audit.models import Event
from kaohe.web.surveys import actions, linking
from kaohe.web.surveys.models import LinkKey, Round
from tests.web.cast import NOW, Cast
from tests.web.deliveries import deliver_counts
from tests.web.rounds import closed, households, prepared, send

REFERENCE = Path(__file__).parents[2] / "docs/reference/links.md"


def opened(cast: Cast) -> tuple[Round, str]:
    """An open round whose codes a platform fetches, and its key."""
    held = prepared(cast)
    households(cast, "J01", 3)
    actions.issue_codes(held, [cast.area("J01")], by=cast.person("clerk"), at=NOW)
    held = actions.open_round(held, by=cast.person("clerk"), at=NOW)
    key = linking.make_key(held, cast.source("cloud"), by=cast.person("clerk"), at=NOW)
    return held, key


def ask(held: Round, key: str, body: Any) -> Any:
    """One request."""
    sent = body if isinstance(body, str) else json.dumps(body)
    return Client().post(
        f"/f/{held.tag}/links",
        sent,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )


def code_of(url: str) -> str:
    """The code in the fragment."""
    return url.partition("#")[2]


def test_a_household_answers_by_the_link_that_the_platform_fetched(cast: Cast) -> None:
    held, key = opened(cast)
    answer = ask(held, key, {"household_ids": ["J01-1-00001", "NOBODY", "J01-1-00000"]})
    assert answer.status_code == 200
    told = answer.json()
    assert [one["household_id"] for one in told["links"]] == ["J01-1-00001", "J01-1-00000"]
    assert told["unknown"] == ["NOBODY"]
    for link in told["links"]:
        assert link["url"].startswith(f"http://testserver/f/{held.tag}#")
        assert link["expires_on"] == "2024-11-30"
        assert send(held, code_of(link["url"])).status_code == 200
    assert closed(cast, held).ballots == 2


def test_one_request_is_one_event_under_the_platforms_name(cast: Cast) -> None:
    held, key = opened(cast)
    before = Event.objects.count()
    ask(held, key, {"household_ids": ["J01-1-00001"]})
    assert Event.objects.count() == before + 1
    event = Event.objects.order_by("-number").first()
    assert event is not None
    assert (event.act, event.actor, event.actor_name) == (
        "surveys.links_fetched",
        "source:cloud",
        "社区云平台",
    )


def test_asking_again_voids_the_link_before(cast: Cast) -> None:
    held, key = opened(cast)
    urls = [
        ask(held, key, {"household_ids": ["J01-1-00001"]}).json()["links"][0]["url"]
        for _ in range(2)
    ]
    assert send(held, code_of(urls[0])).status_code == 422
    assert send(held, code_of(urls[1])).status_code == 200
    third = ask(held, key, {"household_ids": ["J01-1-00001"]}).json()["links"][0]["url"]
    assert send(held, code_of(third)).status_code == 409


def test_only_a_key_in_force_of_this_round_opens(cast: Cast) -> None:
    held, key = opened(cast)
    body = {"household_ids": ["J01-1-00001"]}
    assert ask(held, "", body).status_code == 401
    assert ask(held, key[:-1], body).status_code == 401
    other = prepared(cast, samples=["online.1"], title="另一轮")
    assert ask(other, key, body).status_code == 401
    linking.revoke_key(LinkKey.objects.get(), by=cast.person("clerk"), at=NOW)
    assert ask(held, key, body).status_code == 401


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"household_ids": "H1"}', '{"household_ids": [1]}', "\x00"]
)
def test_what_is_no_list_of_households_is_told_so(cast: Cast, body: str) -> None:
    held, key = opened(cast)
    before = Event.objects.count()
    answer = ask(held, key, body)
    assert answer.status_code == 422
    assert "household_ids" in answer.json()["error"]
    assert Event.objects.count() == before


def test_odd_ids_are_nobodys(cast: Cast) -> None:
    held, key = opened(cast)
    odd = ["\0", "\ud800", "J01-1-00001\0"]
    answer = ask(held, key, {"household_ids": [*odd, "J01-1-00001"]}).json()
    assert answer["unknown"] == odd
    assert len(answer["links"]) == 1


def test_households_of_an_area_that_a_file_tells_of_get_no_links(
    cast: Cast, tmp_path: Path
) -> None:
    held, key = opened(cast)
    households(cast, "J02", 1)
    deliver_counts(cast, tmp_path, ("J02", "online", "2", "5"))
    answer = ask(held, key, {"household_ids": ["J02-1-00000"]})
    assert answer.status_code == 409
    assert "参与户数" in answer.json()["error"]
    assert ask(held, key, {"household_ids": ["J01-1-00000"]}).status_code == 200


def test_a_closed_round_gives_out_nothing(cast: Cast) -> None:
    held, key = opened(cast)
    closed(cast, held)
    answer = ask(held, key, {"household_ids": ["J01-1-00001"]})
    assert answer.status_code == 409
    assert answer.json()["error"]


def test_the_client_of_the_reference_works_as_it_stands(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, key = opened(cast)
    [program] = re.findall(r"```python\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.S)
    spoilt = False

    @contextmanager
    def urlopen(request: urllib.request.Request) -> Any:
        path = request.full_url.removeprefix("http://testserver")
        answer = Client().post(
            path,
            request.data,
            content_type="application/json",
            headers={"Authorization": request.get_header("Authorization")},
        )
        assert answer.status_code == 200
        content = answer.content.replace(b"2024-11-30", b"2025-11-30") if spoilt else answer.content
        yield io.BytesIO(content)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    names: dict[str, Any] = {}
    exec(compile(program, str(REFERENCE), "exec"), names)
    address = f"http://testserver/f/{held.tag}/links"
    found = names["fetch_links"](address, key, ["J01-1-00002"])
    assert send(held, code_of(found["J01-1-00002"])).status_code == 200
    spoilt = True
    with pytest.raises(ValueError, match="J01-1-00001"):
        names["fetch_links"](address, key, ["J01-1-00001"])


def test_whoever_opens_the_address_reads_how_it_is_used(cast: Cast) -> None:
    held, _ = opened(cast)
    page = cast.client("clerk").get(f"/surveys/{held.pk}/links").content.decode()
    address = f"http://testserver/f/{held.tag}/links"
    assert f'href="{address}"' in page
    chinese, english = (Client().get(address, query) for query in ({}, {"lang": "en"}))
    assert chinese["Content-Type"] == "text/plain; charset=utf-8"
    assert english.content.decode() == REFERENCE.read_text(encoding="utf-8")
    program = re.compile(r"```python\n(.*?)```", re.S)
    assert program.findall(chinese.content.decode()) == program.findall(english.content.decode())
    assert Client().put(address).status_code == 405


def test_the_clerk_makes_and_revokes_keys_and_nobody_else(cast: Cast) -> None:
    held, _ = opened(cast)
    page = f"/surveys/{held.pk}/links"
    made = cast.client("clerk").post(page, {"source": cast.source("cloud").pk})
    assert made.status_code == 200
    [shown] = re.findall(r"key-groups\"><code>([^<]+)</code>", made.content.decode())
    assert ask(held, shown, {"household_ids": ["J01-1-00001"]}).status_code == 200
    assert shown not in cast.client("clerk").get(page).content.decode()
    for other in ("secretary", "auditor", "group_head", "inspection", "provider"):
        assert cast.client(other).get(page).status_code == 404
    newest = LinkKey.objects.order_by("-pk").first()
    assert newest is not None
    cast.client("clerk").post(f"/surveys/links/{newest.pk}/revoke")
    assert ask(held, shown, {"household_ids": ["J01-1-00001"]}).status_code == 401
