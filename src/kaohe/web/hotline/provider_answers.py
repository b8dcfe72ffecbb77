"""What programs are told, as plain data for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kaohe.values.text import Text
from kaohe.web.cycles.models import Delivery
from kaohe.web.hotline.inbox import Outcome, Part
from kaohe.web.hotline.inbox_cells import Refused
from kaohe.web.hotline.inbox_files import Delivered
from kaohe.web.hotline.models import PushedCase

Told = dict[str, Any]

CODES: Mapping[str, int] = {"conflict": 409, "refused": 422}
"""What a case alone would be answered with, by its status; 200 for every other one."""


def text_told(text: Text) -> Told:
    """A message in both languages."""
    return {"zh": text.zh, "en": text.en}


def problem_told(problem: Refused) -> Told:
    """Why something was not taken."""
    field = {"field": problem.field} if problem.field is not None else {}
    return {"code": problem.code, "message": text_told(problem.text), **field}


def outcome_told(one: Outcome) -> Told:
    """What came of a pushed case."""
    told: Told = {
        "case_id": one.case_id,
        "status": one.status,
        "http_status": CODES.get(one.status, 200),
    }
    if one.number is not None:
        told["version"] = one.number
    if one.unknown:
        told["ignored"] = list(one.unknown)
    if one.problem is not None:
        told["error"] = {**problem_told(one.problem), "case_id": one.case_id}
    return told


def case_told(case_id: str, row: PushedCase | None) -> Told:
    """How a case stands in the inbox."""
    if row is None:
        return {"case_id": case_id, "status": "unknown"}
    return {
        "case_id": case_id,
        "status": "waiting" if row.delivery is None else "in_file",
        "version": row.number,
        "part": row.part,
        "cells": row.cells,
        "received_at": row.received_at.isoformat(),
        "file": file_told(row.delivery),
    }


def file_told(delivery: Delivery | None) -> Told | None:
    """A version of a part."""
    if delivery is None:
        return None
    return {
        "number": delivery.number,
        "state": delivery.state,
        "rows": delivery.rows,
        "faults": delivery.faults,
        "signed": delivery.signed_at is not None,
    }


def parts_told(lines: Iterable[Part]) -> list[Told]:
    """The parts of an inbox."""
    return [
        {
            "part": one.part,
            "cases": one.cases,
            "waiting": one.waiting,
            "received_at": one.received_at.isoformat(),
            "file": file_told(one.newest),
        }
        for one in lines
    ]


def delivered_told(found: Delivered) -> Told:
    """The version that a part has become, and what is wrong with it, case by case."""
    faults = [
        {
            "case_id": one.case_id,
            "field": one.fault.column,
            "value": one.fault.value,
            "message": text_told(one.fault.expected),
        }
        for one in found.faults
    ]
    return {
        "part": found.delivery.part,
        "known": found.known,
        "file": file_told(found.delivery),
        "faults": faults,
        "notes": [text_told(note) for note in found.notes],
    }
