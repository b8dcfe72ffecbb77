"""The inbox becomes a file, once whoever asks and however often; a person applies and signs it."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from kaohe.web.audit.models import Event
from kaohe.web.cycles.delivering import apply_delivery, sign_delivery
from kaohe.web.cycles.facts import canonical_rows, delivered_rows
from kaohe.web.cycles.models import Delivery
from kaohe.web.hotline import provider_api
from kaohe.web.hotline.inbox import MOST_CASES
from tests.web.cast import NOW, Cast
from tests.web.providers import REFERENCE, ask, key_for, push, statuses, told
from tests.web.races import THREADS, at_once, race


def test_a_part_becomes_a_version_that_a_person_applies_and_signs(cast: Cast) -> None:
    key = key_for(cast)
    push(key, told("A2"), told("A1"), part="2024-05")
    push(key, told("B1"), part="2024-06")
    answer = ask(key, "deliver", {"part": "2024-05"})
    assert answer.status_code == 200
    file = {"number": 1, "state": "checked", "rows": 2, "faults": 0, "signed": False}
    assert answer.json() == {
        "part": "2024-05",
        "known": False,
        "file": file,
        "faults": [],
        "notes": [],
    }
    assert list(delivered_rows(cast.cycle, "cases")) == [], "nothing counts yet"
    provider = cast.person("provider")
    version = apply_delivery(Delivery.objects.get(), by=provider, at=NOW)
    sign_delivery(version, by=provider, at=NOW)
    assert [row["case_id"] for row in delivered_rows(cast.cycle, "cases")] == ["A1", "A2"]
    states = {one["part"]: one for one in ask(key, "inbox").json()["parts"]}
    assert states["2024-05"]["file"] == {**file, "state": "applied", "signed": True}
    assert states["2024-05"]["waiting"] == 0
    assert (states["2024-06"]["waiting"], states["2024-06"]["file"]) == (1, None)
    page = cast.client("provider").get("/cycles/deliveries/").content.decode()
    assert "2024-05" in page


def test_delivering_the_same_again_changes_nothing(cast: Cast) -> None:
    key = key_for(cast)
    push(key, told("A1"))
    ask(key, "deliver", {})
    before = Event.objects.count()
    again = ask(key, "deliver", {}).json()
    assert (again["known"], again["file"]["number"]) == (True, 1)
    apply_delivery(Delivery.objects.get(), by=cast.person("provider"), at=NOW)
    assert ask(key, "deliver", {}).json()["file"]["state"] == "applied"
    assert Event.objects.count() == before + 1
    push(key, told("A1", 2, handled=False))
    newer = ask(key, "deliver", {}).json()
    assert (newer["known"], newer["file"]["number"]) == (False, 2)
    push(key, told("A1", 3, handled=True))
    assert ask(key, "deliver", {}).json()["file"]["number"] == 1, "in force already says so"


def test_faults_of_the_dry_run_are_told_by_case(cast: Cast) -> None:
    key = key_for(cast)
    push(key, told("A1"), told("A2", handled=None), told("A3", received_on=None))
    answer = ask(key, "deliver", {})
    assert answer.status_code == 422
    found = answer.json()
    assert (found["file"]["state"], found["file"]["faults"]) == ("faulty", 2)
    assert [(one["case_id"], one["field"]) for one in found["faults"]] == [
        ("A2", "handled"),
        ("A3", "received_on"),
    ]
    assert "不能为空" in found["faults"][0]["message"]["zh"]
    before = Event.objects.count()
    again = ask(key, "deliver", {}).json()
    assert (again["known"], again["file"]["number"]) == (True, 1)
    assert again["faults"] == found["faults"]
    assert Event.objects.count() == before
    push(key, told("A2", 2), told("A3", 2))
    assert ask(key, "deliver", {}).json()["file"]["number"] == 2


def test_a_case_that_was_taken_back_is_in_no_file(cast: Cast) -> None:
    key = key_for(cast)
    push(key, told("A1"), told("A2"))
    ask(key, "deliver", {})
    assert statuses(push(key, {"case_id": "A1", "version": 2, "cells": {}})) == ["updated"]
    assert ask(key, "inbox").json()["parts"][0]["waiting"] == 1
    assert ask(key, "deliver", {}).json()["file"]["rows"] == 1
    assert ask(key, "inbox").json()["parts"][0]["waiting"] == 0
    assert [row["case_id"] for row in canonical_rows(Delivery.objects.get(number=2).content)] == [
        "A2"
    ]


def test_how_a_case_stands(cast: Cast) -> None:
    key = key_for(cast)
    push(key, told("A1"), part="2024-05")
    [one] = ask(key, "cases?id=A1").json()["cases"]
    assert (one["status"], one["version"], one["part"], one["file"]) == (
        *("waiting", 1, "2024-05", None),
    )
    assert one["cells"]["handled"] == "true"
    ask(key, "deliver", {"part": "2024-05"})
    first, second = ask(key, "cases?id=A1&id=A9").json()["cases"]
    assert (first["status"], first["file"]["number"]) == ("in_file", 1)
    assert second == {"case_id": "A9", "status": "unknown"}


# -- at the same moment ---------------------------------------------------------------------------


def same_case(cast: Any, folder: Path, rounds: int) -> dict[str, Any]:
    """Eight requests tell the same case at once: the same, then each something else; then all ask
    for the file."""
    settings.MEDIA_ROOT, provider_api.MOST_REQUESTS = folder / "files", 100 * rounds
    key, alike, other, files = key_for(cast), list[str](), list[str](), list[str]()
    for number in range(rounds):
        case, days = told(f"A{number}"), [f"2024-05-{day:02}" for day in range(1, THREADS + 1)]
        alike += at_once(lambda _, case=case: statuses(push(key, case))[0])
        each = [told(f"A{number}", 2, received_on=day) for day in days]
        other += at_once(lambda one, each=each: statuses(push(key, each[one]))[0])
        files += at_once(lambda _: str(ask(key, "deliver", {}).json()["file"]["number"]))
    return {"alike": Counter(alike), "other": Counter(other), "files": Counter(files)}


@pytest.mark.parametrize("rounds", [2, pytest.param(50, marks=pytest.mark.soak)])
def test_a_case_told_by_eight_at_once_is_taken_once(
    environment: dict[str, str], rounds: int
) -> None:
    found = race(f"{__name__}:same_case", rounds, environment)
    assert found["alike"] == {"accepted": rounds, "known": (THREADS - 1) * rounds}
    assert found["other"] == {"updated": rounds, "conflict": (THREADS - 1) * rounds}
    assert found["files"] == {str(number + 1): THREADS for number in range(rounds)}
    assert found["acts"]["hotline.cases_pushed"] == 2 * rounds
    assert found["acts"]["cycles.delivery_taken"] == rounds
    assert not found["broken"]


# -- the reference --------------------------------------------------------------------------------


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@contextmanager
def connection_kept() -> Iterator[None]:
    """A request does not let go of the connection in whose transaction the test is."""
    signals = (request_started, request_finished)
    for one in signals:
        one.disconnect(close_old_connections)
    try:
        yield
    finally:
        for one in signals:
            one.connect(close_old_connections)


def test_the_client_of_the_reference_works_as_it_stands(cast: Cast, tmp_path: Path) -> None:
    [program] = re.findall(r"```python\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.S)
    names: dict[str, Any] = {}
    exec(compile(program, str(REFERENCE), "exec"), names)
    key, found = key_for(cast), dict[str, Any]()
    cases = [told(f"A{number}") for number in range(MOST_CASES + 1)]

    def client() -> None:
        address = f"http://127.0.0.1:{server.server_port}/providers/v1/2024/"
        found["first"] = names["push"](address, key, "2024-05", cases)
        wrong = [told("A1", handled="否"), told("A2", 2, handled=None)]
        found["second"] = names["push"](address, key, "2024-05", wrong)
        found["faulty"] = names["deliver"](address, key, "2024-05")
        found["third"] = names["push"](address, key, "2024-05", [told("A2", 3)])
        found["good"] = names["deliver"](address, key, "2024-05")
        try:
            names["deliver"](address.removesuffix("/"), f"{key}x", "2024-05")
        except PermissionError as refused:
            found["refused"] = str(refused)

    # The server answers here, on the database of the test; the program talks to it from outside.
    handler = WSGIHandler()
    with connection_kept(), make_server("127.0.0.1", 0, handler, handler_class=Quiet) as server:
        server.timeout = 0.05
        program_runs = threading.Thread(target=client)
        program_runs.start()
        while program_runs.is_alive():
            server.handle_request()
        program_runs.join()
    assert found["first"] == []
    assert [(one["case_id"], one["error"]["code"]) for one in found["second"]] == [
        ("A1", "other_content")
    ]
    assert [one["case_id"] for one in found["faulty"]["faults"]] == ["A2"]
    assert found["third"] == []
    assert (found["good"]["file"]["state"], found["good"]["file"]["rows"]) == (
        *("checked", MOST_CASES + 1),
    )
    assert "密钥" in found["refused"]
