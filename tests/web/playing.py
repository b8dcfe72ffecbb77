"""A round played from its beginning to its end, with everything captured on the way, and attacked.

In a process and a database of its own (``races``). ``secret_ballot`` goes through the served form;
``leaks`` plays rounds with boxes that give something away, so that the attacks can be seen to work.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.test import Client

from kaohe.web.surveys import actions, boxes, codes, opening, sealing
from kaohe.web.surveys.models import Receipt, Round
from kaohe.web.surveys.rounds import asking_of
from tests.web import attacks
from tests.web.captures import Capture, Town
from tests.web.cast import AREAS, NOW, Cast
from tests.web.evidence import Evidence, Voter
from tests.web.rounds import closed, fields, households, prepared
from tests.web.served import Line, ask, serving
from tests.worlds.demonstrations import free_port

BACKUPS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""After which shares of all ballots somebody takes a copy of everything."""
WITH_RAW_FILES = (0.5,)
"""In which of them the raw files of a PostgreSQL server, too."""
MARKER = "MARK2MARK3MA"
"""Sent along with every ballot in a field that the form does not have."""
SHOWN = re.compile("-".join([f"[{codes.ALPHABET}]{{4}}"] * 4))
NUMBERS = count(1)
MISTAKEN = ("00", "20", "40", "60", "80")
"""How the numbers of households end that make mistakes."""

Sender = Callable[[Round, Voter], str]


def secret_ballot(cast: Cast, folder: Path, ballots: int) -> dict[str, Any]:
    """So many ballots through the form of the real server, then every attack."""
    data = settings.ENVIRONMENT.data
    (data / "tmp").mkdir()
    os.environ["TMPDIR"] = str(data / "tmp")
    town = Town(data, os.environ["KAOHE_DATABASE_URL"])
    settle(cast, ballots)
    held, voters = open_with_voters(cast, "online.2")
    port = free_port()
    statuses: Counter[int] = Counter()
    with serving(port, data / "log"):
        line = Line(port)

        def over_http(held: Round, voter: Voter, **changed: str) -> str:
            status, page = line.post(f"/f/{held.tag}", _sent(held, voter) | changed)
            statuses[status] += 1
            return page

        def with_mistakes(held: Round, voter: Voter) -> str:
            """One in twenty mistypes the code at first, and sends the ballot again afterwards."""
            mistakes = voter.household.endswith(MISTAKEN)
            if mistakes:
                over_http(held, voter, code=voter.code[::-1])
            page = over_http(held, voter)
            if mistakes:
                over_http(held, voter)
            return page

        voters, before = _play(town, held, voters, with_mistakes, folder)
        done = closed(cast, held)
        published = ask(port, f"/f/{held.tag}/receipts.txt")[1].split()
        after = [town.capture("after", folder, keys=True)]
        line.close()
    after.append(town.capture("stopped", folder, keys=True))
    evidence = Evidence(voters, held.tag, [*before, *after], published)
    words = [*(voter.code for voter in voters), MARKER]
    return {
        "statuses": statuses,
        "counted": [done.ballots, done.participants, len(published)],
        "receipts": sorted(published) == sorted(voter.receipt for voter in voters),
        **_attacked(evidence, held),
        "lengths": len(set(map(len, attacks.sealed_in(before).values()))),
        "answers_before": attacks.answers_in_files(before),
        "answers_after": len(attacks.answers_in_files(after)),
        "words": attacks.words_in_files([*before, *after], words),
        "log": (data / "log").read_text(encoding="utf-8").splitlines(),
    }


def settle(cast: Cast, ballots: int) -> None:
    """Households for so many ballots, spread over the areas."""
    for number, area in enumerate(AREAS):
        households(cast, area, len(range(number, ballots, len(AREAS))))


def open_with_voters(cast: Cast, sample: str) -> tuple[Round, list[Voter]]:
    """An open round, and households in the order in which they will send what they think."""
    held = prepared(cast, samples=[sample], title=sample)
    clerk = cast.person("clerk")
    issued = actions.issue_codes(held, [cast.area(one) for one in AREAS], by=clerk, at=NOW)
    held = actions.open_round(held, by=clerk, at=NOW)
    chance = random.Random(f"{sample} {len(issued)}")
    opinions = _opinions(held, len(issued), chance)
    voters = [
        Voter(one.household_id, one.building.area.area_id, code, answers, "")
        for (one, code), answers in zip(issued.items(), opinions, strict=True)
    ]
    chance.shuffle(voters)
    return held, voters


def _opinions(held: Round, many: int, chance: random.Random) -> list[Mapping[str, str]]:
    """Answers, no two alike, so that a ballot that was opened is known to its sender."""
    asked = asking_of(held).asked
    found: dict[tuple[str, ...], None] = {}
    while len(found) < many:
        found[tuple(chance.choice(sorted(one.codes)) for one in asked)] = None
    names = [one.name for one in asked]
    return [dict(zip(names, answers, strict=True)) for answers in found]


def _sent(held: Round, voter: Voter) -> dict[str, str]:
    return {"code": codes.shown(voter.code), **fields(held, voter.answers), "note": MARKER}


def _in_process(client: Client) -> Sender:
    def send(held: Round, voter: Voter) -> str:
        page: str = client.post(f"/f/{held.tag}", _sent(held, voter)).content.decode()
        return page

    return send


def _play(
    town: Town, held: Round, voters: Sequence[Voter], sender: Sender, folder: Path
) -> tuple[list[Voter], list[Capture]]:
    """Send all ballots, one after the other; copies of everything are taken on the way."""
    stops = {int(len(voters) * share): share for share in BACKUPS}
    told, captures = [], []
    for number, voter in enumerate(voters):
        if (share := stops.get(number)) is not None:
            raw = share in WITH_RAW_FILES
            name = f"{held.tag} {number}"
            captures.append(town.capture(name, folder, keys=False, raw=raw))
        shown = SHOWN.search(sender(held, voter))
        assert shown, "no receipt was shown"
        told.append(replace(voter, receipt=codes.read(shown[0])))
    captures.append(town.capture(f"{held.tag} all", folder, keys=False, raw=False))
    return told, captures


def _attacked(evidence: Evidence, held: Round) -> dict[str, Any]:
    linked = attacks.linked_by_order(evidence)
    length = asking_of(held).length
    return {
        "linked": {**asdict(linked), "by_chance": linked.by_chance},
        "by_keys": attacks.linked_by_keys(evidence, held.public_keys),
        "again": attacks.sealed_again(evidence, held.public_keys, length, 20),
    }


# -- boxes that leak ------------------------------------------------------------------------------


def leaks(cast: Cast, folder: Path, ballots: int) -> dict[str, Any]:
    """Rounds whose boxes give something away, each in its own manner, and what attacks make of it.

    Each is open and counted; another sample of the scheme is taken each time.
    """
    town = Town(settings.ENVIRONMENT.data, os.environ["KAOHE_DATABASE_URL"])
    settle(cast, ballots)
    sender, found = _in_process(Client()), {}
    for sample, (name, leak) in zip(SAMPLES, LEAKS.items(), strict=True):
        with leak():
            held, voters = open_with_voters(cast, sample)
            voters, before = _play(town, held, voters, sender, folder)
            closed(cast, held)
        after = town.capture(f"{held.tag} after", folder, keys=True)
        published = list(Receipt.objects.filter(round=held).values_list("code", flat=True))
        evidence = Evidence(voters, held.tag, [*before, after], published)
        found[name] = _attacked(evidence, held)
    return found


SAMPLES = ("online.1", "online.2", "third_party", "meeting.household")


@contextmanager
def _numbered() -> Iterator[None]:
    """Ballots get numbers in the order in which they are opened, instead of random keys."""

    def next_number(size: int) -> bytes:
        return next(NUMBERS).to_bytes(6, "big") + bytes(size - 6)

    with patch.object(opening.secrets, "token_bytes", next_number):
        yield


@contextmanager
def _rows_kept() -> Iterator[None]:
    """The box has serial numbers, and is opened in their order."""

    def as_they_lie(box: boxes.Box) -> list[tuple[str, bytes]]:
        with box.work() as work:
            rows = work.run("SELECT receipt, ballot FROM {box}sealed")
        return [(str(receipt), bytes(ballot)) for receipt, ballot in rows]

    with (
        _numbered(),
        patch.dict(boxes.FileBox.NAMES, plain=""),
        patch.object(boxes, "sealed_ballots", as_they_lie),
    ):
        yield


@contextmanager
def _inserted_as_opened() -> Iterator[None]:
    """Ballots have random keys, but are inserted as they came out of the box."""
    opened: list[tuple[str, Any]] = []
    unseal = sealing.unseal
    insert = opening.Ballot.objects.bulk_create

    def noted(ballot: bytes, keys: Sequence[str]) -> sealing.Contents:
        contents = unseal(ballot, keys)
        opened.append((contents.area_id, dict(contents.answers)))
        return contents

    def unsorted(ballots: list[Any], **options: Any) -> Any:
        return insert(
            sorted(ballots, key=lambda one: opened.index((one.area_id, one.answers))), **options
        )

    with (
        patch.object(sealing, "unseal", noted),
        patch.object(opening.Ballot.objects, "bulk_create", unsorted),
    ):
        yield


@contextmanager
def _key_kept() -> Iterator[None]:
    """The key is not destroyed."""
    with patch.object(sealing, "destroy_keys", lambda _: None):
        yield


LEAKS = {
    "rows_kept": _rows_kept,
    "not_shuffled": _numbered,
    "inserted_as_opened": _inserted_as_opened,
    "key_kept": _key_kept,
}
