"""Nobody who has everything else learns who said what; and the attacks that find nothing can find.

Before the opening the attacker has all files, backups, tables and logs, but not the round's private
key; afterwards whatever is left on the machine.
"""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.test import RequestFactory

from tests.web.attacks import answers_in_files, too_far_off, too_many_right, words_in_files
from tests.web.captures import Capture
from tests.web.races import race

LEAKY = 60


@pytest.mark.parametrize("count", [1000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_ballot_is_linked_to_a_household_better_than_by_chance(
    environment: dict[str, str], count: int
) -> None:
    told = race("tests.web.playing:secret_ballot", count, environment)
    assert told["statuses"]["200"] == count
    assert told["statuses"]["422"] == told["statuses"]["409"] > 0
    assert told["counted"] == [count, count, count]
    assert told["receipts"], "every receipt that was shown is on the list, and no other"
    assert told["linked"]["by_chance"], told["linked"]
    assert told["by_keys"] == 0
    assert told["again"] == 0
    assert told["lengths"] == 1
    assert told["answers_before"] == []
    assert told["words"] == [], "no code and nothing else that was sent lies anywhere"
    [address] = told["log"]
    assert "127.0.0.1" in address, "of residents there is no line"


def test_boxes_that_leak_are_seen_through(environment: dict[str, str]) -> None:
    told = race("tests.web.playing:leaks", LEAKY, environment)
    for name in ("rows_kept", "not_shuffled", "inserted_as_opened"):
        assert told[name]["linked"]["right"] == LEAKY, name
        assert not told[name]["linked"]["by_chance"]
        assert told[name]["by_keys"] == 0
    assert told["key_kept"]["linked"]["by_chance"]
    assert told["key_kept"]["by_keys"] == LEAKY


def test_the_bounds_of_chance_are_those_of_the_permutations() -> None:
    assert too_many_right(areas=1, strategies=1) == 13  # 13! is the first above 2 × 10⁹
    assert too_many_right(areas=3, strategies=10_000) == 26
    assert too_far_off([1000], strategies=1) > 1000 * 999 / 4 / 10


def test_what_lies_in_a_file_is_found_in_any_way_of_writing_it(tmp_path: Path) -> None:
    planted = {
        "dump": b'\x00{"q1.1":"yes","q10":"fair"}\x00',
        "shown": b"INSERT ... {'q2': 'satisfied'}",
        "body": b"POST code=K7QH-2M4X-9TRB&q3=very_satisfied",
        "log": b"/f/ABCD?code=k7qh2m4x9trb 200",
        "scheme": b"q2:\n  label: satisfied",
    }
    for name, content in planted.items():
        (tmp_path / name).write_bytes(content)
    captures = [Capture("all", tmp_path, {})]
    assert answers_in_files(captures) == ["all/body", "all/dump", "all/shown"]
    assert words_in_files(captures, ["K7QH2M4X9TRB"]) == ["all/body", "all/log"]


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [("/f/ABCD", 409, False), ("/f/ABCD", 500, True), ("/results/", 403, True)],
)
def test_the_log_tells_of_faults_but_not_of_residents(path: str, status: int, kept: bool) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "told", (), None)
    record.request, record.status_code = RequestFactory().get(path), status
    console = next(one for one in logging.getLogger().handlers if one.filters)
    assert bool(console.filter(record)) is kept
