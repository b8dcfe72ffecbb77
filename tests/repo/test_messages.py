"""Every message of the web application has English, none is left over, all are compiled."""

from __future__ import annotations

import re

import polib
import pytest

from tests.repo import messages

PLACE = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def entries() -> list[polib.POEntry]:
    return list(messages.catalogue())


def test_every_message_has_english_and_none_is_left_over(entries: list[polib.POEntry]) -> None:
    used = messages.used()
    missing = [message for message in used if message not in {messages.key(one) for one in entries}]
    assert missing == [], "run: python -m tests.repo.messages"
    assert [one.msgid for one in entries if messages.key(one) not in used] == []
    assert [one.msgid for one in entries if not one.msgstr.strip()] == []


def test_english_keeps_the_places_of_the_chinese(entries: list[polib.POEntry]) -> None:
    for one in entries:
        assert sorted(PLACE.findall(one.msgid)) == sorted(PLACE.findall(one.msgstr)), one.msgid


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    assert messages.COMPILED.read_bytes() == messages.catalogue().to_binary()
