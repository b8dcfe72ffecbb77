"""What a third party's work puts into a round's box: files area by area, or a single interview.

Both are taken only while the round takes ballots, and whoever closes it waits for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kaohe.web.surveys.boxes import (
    PUT,
    PUT_PARTICIPATION,
    SINGLE,
    Box,
    BoxGone,
    Outcome,
    Work,
    replace_batch,
)
from kaohe.web.surveys.codes import receipt_of

TAKEN = "taken"


class _UsedElsewhere(Exception):
    """A household of the batch took part in some other way already."""


@dataclass(frozen=True)
class Batch:
    """Everybody of an area who took part, and their ballots under seal."""

    voters: tuple[str, ...]
    sealed: tuple[bytes, ...]


def put_interview(
    box: Box, voter: str, sample: str, area: str, day: str, seal: Callable[[], bytes]
) -> Outcome:
    """Take one household's ballot, if it has given none. Both it and its participation or none."""
    try:
        with box.work() as work:
            shut = _why_shut(work, day)
            if shut:
                return Outcome(shut)
            if not work.run(f"{PUT_PARTICIPATION} RETURNING voter", [voter, sample, area, day, ""]):
                by_file = "SELECT 1 FROM {box}participation WHERE voter = %s AND batch <> ''"
                return Outcome("filed" if work.run(by_file, [voter]) else "used")
            sealed = seal()
            receipt = receipt_of(sealed)
            work.run(PUT, [receipt, sealed, SINGLE])
    except BoxGone:
        return Outcome("closed")
    return Outcome(TAKEN, receipt)


def replace_batches(box: Box, sample: str, day: str, batches: Mapping[str, Batch]) -> str:
    """Put the ballots of areas into the box in place of what files brought of them before.

    All areas or none; the answer is ``taken`` or a word that says why not. Ballots come in the
    order of their bytes, which is that of chance, so that none stands where its household does.
    """
    try:
        with box.work() as work:
            shut = _why_shut(work, day)
            if shut:
                return shut
            for area, batch in sorted(batches.items()):
                _replace(work, sample, day, area, batch)
    except BoxGone:
        return "closed"
    except _UsedElsewhere:
        return "used"
    return TAKEN


def _replace(work: Work, sample: str, day: str, area: str, batch: Batch) -> None:
    participants = [(voter, sample, area) for voter in sorted(batch.voters)]
    replace_batch(work, area, day, participants, sorted(batch.sealed))
    [(put,)] = work.run("SELECT count(*) FROM {box}participation WHERE batch = %s", [area])
    if put != len(participants):
        raise _UsedElsewhere


def _why_shut(work: Work, day: str) -> str:
    """Why the box takes nothing on a day; an empty text if it does."""
    [(word, opens_on, closes_on)] = work.run("SELECT word, opens_on, closes_on FROM {state}")
    if word != "open":
        return str(word)
    if day < opens_on:
        return "early"
    return "late" if day > closes_on else ""
