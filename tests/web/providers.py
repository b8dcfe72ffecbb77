"""A provider's program: its key, and what it sends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.test import Client

from kaohe.web.hotline import provider_keys
from tests.web.cast import NOW, Cast

ADDRESS = "/providers/v1/2024/"
REFERENCE = Path(__file__).parents[2] / "docs/reference/providers.md"
CELLS = {
    "area_id": "J01",
    "source": "hotline",
    "received_on": "2024-05-06",
    "responsible": True,
    "handled": "是",
}
"""What is told of a case without faults."""


def key_for(cast: Cast, source: str = "hotline") -> str:
    """A new key of a source."""
    key = provider_keys.make_key(cast.source(source), by=cast.person("clerk"), at=NOW)
    assert key is not None
    return key


def told(case_id: str, number: int = 1, **changed: Any) -> dict[str, Any]:
    """One telling of a case; a cell that is changed to None is left out."""
    cells = {name: cell for name, cell in {**CELLS, **changed}.items() if cell is not None}
    return {"case_id": case_id, "version": number, "cells": cells}


def ask(key: str, path: str, body: Any = None, *, base: str = ADDRESS) -> Any:
    """One request: a POST where there is a body, else a GET."""
    headers = {"Authorization": f"Bearer {key}"}
    if body is None:
        return Client().get(base + path, headers=headers)
    sent = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client().post(base + path, sent, content_type="application/json", headers=headers)


def push(key: str, *cases: Any, part: str = "") -> Any:
    """Push cases."""
    return ask(key, "cases", {"part": part, "cases": list(cases)})


def statuses(answer: Any) -> list[str]:
    """What came of each case of an answer."""
    return [one["status"] for one in answer.json()["cases"]]
