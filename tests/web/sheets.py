"""What tests of sheets have in common: an open window, cells sent as the script sends them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.test import Client

from kaohe.web.cycles.models import BlockLead, Deadline
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.sheet_actions import Cell, give_marks
from kaohe.web.evidence.sheet_contents import marked_blocks, marked_items
from tests.web.cast import NOW, Cast

ITEM = "daily.party.1"
OTHER_ITEM = "daily.service.1"
LEADS = {"daily.party": "党建办", "daily.service": "社建办", "daily.stability": "平安办"}


def open_window(cast: Cast) -> None:
    """Let departments mark on the day of the tests."""
    Deadline.objects.update_or_create(
        town=cast.town,
        cycle=cast.cycle,
        step="department_window",
        defaults={"opens_on": date(2024, 11, 11), "closes_on": date(2024, 11, 24)},
    )


def name_leads(cast: Cast) -> None:
    """Give every block its lead department."""
    for block in marked_blocks(scheme_of(cast.cycle)):
        BlockLead.objects.create(
            town=cast.town,
            cycle=cast.cycle,
            node=block.node,
            department=cast.department(LEADS[block.node]),
        )


def address(cast: Cast, department: str = "社建办") -> str:
    """Where the sheet of a department is."""
    return f"/evidence/sheet/{cast.cycle.pk}/{cast.department(department).pk}/"


def send(client: Client, cast: Cast, *cells: dict[str, Any], username: str | None = None) -> Any:
    """Send cells as the script does; what a cell does not say is the first cell of the sheet."""
    whose = client.session.get("_auth_user_id")
    known = {str(cast.user(name).pk): name for name in ("scorer", "department_head")}
    first = {"area": "J01", "node": ITEM, "score": "", "comment": "", "seen": 0}
    body = {
        "username": username or known.get(str(whose), "scorer"),
        "cells": [{**first, **cell} for cell in cells],
    }
    return client.post(f"{address(cast)}cells", json.dumps(body), content_type="application/json")


def fill(cast: Cast, department: str = "社建办", score: str = "88") -> None:
    """Fill a department's whole sheet."""
    nodes = [
        item.node for item in marked_items(scheme_of(cast.cycle)) if department in item.scorers
    ]
    outcomes = give_marks(
        [Cell(area, node, score) for area in ("J01", "J02", "J03") for node in nodes],
        cycle=cast.cycle,
        department=cast.department(department),
        by=cast.person("scorer"),
        at=NOW,
    )
    assert {one.state for one in outcomes} <= {"saved", "unchanged"}
