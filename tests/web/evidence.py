"""What somebody who attacks the secret ballot knows, and every order that can be had from it.

Orders are looked for everywhere: by each column of each table (also those that the database keeps
of its own), by first and last place in each raw file, by what an observer of the network saw.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kaohe.web.surveys import codes
from tests.web.captures import Capture, distinct_files

Order = list[str]
"""Households, or ballots, each once."""


@dataclass(frozen=True)
class Voter:
    """A household: what it sent, and the receipt it was shown. ``ballot`` names its answers."""

    household: str
    area: str
    code: str
    answers: Mapping[str, str]
    receipt: str

    @property
    def ballot(self) -> str:
        return ballot_of(self.area, self.answers)


def ballot_of(area: str, answers: Mapping[str, str]) -> str:
    """A name of a ballot that tells it from all others of its area."""
    return json.dumps([area, answers], sort_keys=True)


@dataclass(frozen=True)
class Evidence:
    """What the attacker knows: who sent in which order (as seen on the network), which receipt each
    household was shown (as seen over its shoulder), and all captures."""

    voters: Sequence[Voter]
    tag: str
    captures: Sequence[Capture]
    published: Sequence[str]

    def of_households(self) -> dict[str, Order]:
        """Every order of households that can be had."""
        by_receipt = {one.receipt: one.household for one in self.voters}
        names = {one.household: one.household for one in self.voters} | by_receipt
        names |= {codes.digest_of(self.tag, one.code).hex(): one.household for one in self.voters}
        found = {
            "seen on the network": [one.household for one in self.voters],
            "published receipts": [by_receipt[one] for one in self.published if one in by_receipt],
            "codes": [one.household for one in sorted(self.voters, key=lambda one: one.code)],
        }
        found |= self._by_backup()
        pattern = re.compile(rb"J0\d-\d-\d{5}|[%s]{16}" % codes.ALPHABET.encode())
        for capture in self.captures:
            found |= _by_columns(capture, lambda row: _named(row, names))
        for name, content in distinct_files(self.captures):
            found |= _by_place(name, content, pattern, names)
        return found

    def of_ballots(self) -> dict[str, Order]:
        """Every order of opened ballots that can be had."""
        known = {one.ballot for one in self.voters}
        found: dict[str, Order] = {}
        ids: dict[bytes, str] = {}
        for capture in self.captures:
            found |= _by_columns(capture, lambda row: _ballot_in(row, known))
            ids |= _ids(capture, known)
        for name, content in distinct_files(self.captures):
            found |= _by_place_of_ids(name, content, ids)
        return found

    def _by_backup(self) -> dict[str, Order]:
        """Households in the order in which they are new in a backup."""
        seen: Order = []
        known = {one.household: one.household for one in self.voters}
        for capture in self.captures:
            for name, table in capture.tables.items():
                if name.endswith(".participation"):
                    seen += [one for row in table if (one := _named(row, known))]
        return {"new in backups": _once(seen)}


def _named(row: Mapping[str, Any], names: Mapping[str, str]) -> str | None:
    for value in row.values():
        plain = bytes(value).hex() if isinstance(value, bytes | memoryview) else value
        if isinstance(plain, str) and plain in names:
            return names[plain]
    return None


def _ballot_in(row: Mapping[str, Any], known: set[str]) -> str | None:
    if "answers" not in row or "area_id" not in row:
        return None
    answers = row["answers"]
    plain = json.loads(answers) if isinstance(answers, str) else answers
    ballot = ballot_of(row["area_id"], plain)
    return ballot if ballot in known else None


def _by_columns(capture: Capture, whose: Any) -> dict[str, Order]:
    """Orders by each column of each table; of equal ones as they lie there."""
    found = {}
    for name, table in capture.tables.items():
        rows = [(one, row) for row in table if (one := whose(row))]
        if len(rows) > 1:
            found[f"{capture.name}: {name}"] = _once(one for one, _ in rows)
            for column in rows[0][1]:
                ordered = sorted(rows, key=lambda pair, column=column: _key(pair[1][column]))
                found[f"{capture.name}: {name} by {column}"] = _once(one for one, _ in ordered)
    return found


def _key(value: Any) -> tuple[int, Any]:
    """Numbers as numbers, places on pages by page and line, anything else as text."""
    text = str(value)
    if re.fullmatch(r"\d+", text):
        return 0, (int(text),)
    if place := re.fullmatch(r"\((\d+),(\d+)\)", text):
        return 0, (int(place[1]), int(place[2]))
    return 1, (text,)


def _by_place(
    name: str, content: bytes, pattern: re.Pattern[bytes], names: Mapping[str, str]
) -> dict[str, Order]:
    """Orders by first and last place in a raw file."""
    there = [one for found in pattern.findall(content) if (one := names.get(found.decode()))]
    if len(there) < 2:
        return {}
    return {f"first in {name}": _once(there), f"last in {name}": _once(reversed(there))}


def _ids(capture: Capture, known: set[str]) -> dict[bytes, str]:
    """The keys of ballots as they may stand in raw files."""
    found = {}
    for table in capture.tables.values():
        for row in table:
            if ballot := _ballot_in(row, known):
                digits = str(row["id"]).replace("-", "")
                found[bytes.fromhex(digits)] = ballot
                found[digits.encode()[:16]] = ballot
    return found


def _by_place_of_ids(name: str, content: bytes, ids: Mapping[bytes, str]) -> dict[str, Order]:
    if not any(one in content for one in list(ids)[:20]):
        return {}
    starts = _where_any_begins(content, [one[:8] for one in ids])
    there = [ids[one] for start in starts if (one := content[start : start + 16]) in ids]
    return {f"first in {name}": _once(there), f"last in {name}": _once(reversed(there))}


def _where_any_begins(content: bytes, beginnings: Sequence[bytes]) -> list[int]:
    """Where any of these eight bytes stand, in order of place."""
    wanted = np.frombuffer(b"".join(beginnings), dtype=np.uint64)
    found: list[int] = []
    for shift in range(8):
        words = np.frombuffer(content, np.uint64, (len(content) - shift) // 8, shift)
        found += (np.flatnonzero(np.isin(words, wanted)) * 8 + shift).tolist()
    return sorted(found)


def _once(names: Iterable[str]) -> Order:
    return list(dict.fromkeys(names))
