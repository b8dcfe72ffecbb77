"""What the first of two keepers' keys does in a box: the outer seal comes off every ballot."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from kaohe.web.surveys.boxes import Box
from kaohe.web.surveys.codes import receipt_of

PLACE_BYTES = 16
UNWRAPPED = (
    "CREATE TABLE IF NOT EXISTS {box}unwrapped"
    " (place {bytes} PRIMARY KEY, ballot {bytes} NOT NULL){plain}"
)


def unwrap(box: Box, take_off: Callable[[bytes], bytes]) -> int:
    """Take the outer seal off every ballot and lay the ballots down by chance, apart from their
    receipts; all or none. How many receipts were not those of their ballots.

    From then on nothing leads from a household or a receipt to a ballot: what is left of a ballot
    is in no copy of the box that was made before. A second time there is nothing to do.
    """
    with box.work() as work:
        rows = work.run("SELECT receipt, ballot FROM {box}sealed WHERE ballot <> %s", [b""])
        sealed = [(str(receipt), bytes(ballot)) for receipt, ballot in rows]
        work.run(UNWRAPPED)
        work.run_many(
            "INSERT INTO {box}unwrapped (place, ballot) VALUES (%s, %s)",
            sorted((secrets.token_bytes(PLACE_BYTES), take_off(ballot)) for _, ballot in sealed),
        )
        work.run("UPDATE {box}sealed SET ballot = %s", [b""])
    return sum(receipt_of(ballot) != receipt for receipt, ballot in sealed)


def unwrapped_ballots(box: Box) -> list[bytes]:
    """All ballots without their outer seal, in the order of chance in which they lie."""
    with box.work() as work:
        rows = work.run("SELECT place, ballot FROM {box}unwrapped")
    return [bytes(ballot) for _place, ballot in sorted((bytes(one), two) for one, two in rows)]
