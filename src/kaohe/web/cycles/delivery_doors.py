"""Doors: what a file passes before anything of it is stored, where its table asks for one.

A provider's export may tell more than the town may keep. A higher app puts a door before such a
table: it writes the file anew without what must not stay, and may let the table have columns that
no measure reads. Everything that is asked of a file is asked of what the door let through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kaohe.scheme.model import Scheme
from kaohe.values.tables import Table
from kaohe.values.text import Text

Tell = Callable[[float], None]


@dataclass(frozen=True)
class Passage:
    """What a door did to a file.

    ``dropped`` are headings with the reason; ``masked`` headings with a kind and how often it was
    masked; ``unreadable`` says what was expected of a file that could not be read, of which then
    nothing was written. ``sha256`` is that of what was written.
    """

    dropped: tuple[tuple[str, Text], ...] = ()
    masked: tuple[tuple[str, Text, int], ...] = ()
    notes: tuple[Text, ...] = ()
    unreadable: Text | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Door:
    """What stands before a table.

    ``declared`` gives the table as files may have it here; ``shared`` names columns of it that may
    stand under a heading of another one. ``rewrite`` reads ``path`` and writes what may stay to
    ``out`` as CSV in UTF-8, row by row under the same numbers; ``known`` gives the column of each
    heading that is known to be one. ``clean`` does the same to the name of a file. ``limit`` tells
    people what the door may miss.
    """

    takes: Callable[[Scheme], bool]
    declared: Callable[[Table], Table]
    shared: frozenset[str]
    rewrite: Callable[[Path, str, Path, Mapping[str, str], Tell], Passage]
    clean: Callable[[str], str]
    limit: Text


_DOORS: dict[str, Door] = {}


def add_door(table: str, door: Door) -> None:
    """Put a door before a table, under schemes that it takes."""
    _DOORS[table] = door


def door_of(scheme: Scheme, table: str) -> Door | None:
    """The door before a table, if there is one."""
    door = _DOORS.get(table)
    return door if door is not None and table in scheme.fact_tables and door.takes(scheme) else None


def taken_table(scheme: Scheme, table: str) -> Table:
    """A table as files have it here: as the scheme declares it, or with what its door adds."""
    declared, door = scheme.fact_tables[table], door_of(scheme, table)
    return declared if door is None else door.declared(declared)


def passage_as_json(passage: Passage) -> Mapping[str, object]:
    """A passage as it is kept beside the file."""
    return {
        "dropped": [[heading, why.zh, why.en] for heading, why in passage.dropped],
        "masked": [[heading, kind.zh, kind.en, count] for heading, kind, count in passage.masked],
        "sha256": passage.sha256,
    }


def passage_from_json(plain: Mapping[str, list[list[str]]] | None) -> Passage | None:
    """The passage that was kept, if the file passed a door."""
    if plain is None:
        return None
    return Passage(
        dropped=tuple((heading, Text(zh=zh, en=en)) for heading, zh, en in plain["dropped"]),
        masked=tuple(
            (heading, Text(zh=zh, en=en), int(count)) for heading, zh, en, count in plain["masked"]
        ),
        sha256=str(plain["sha256"]),
    )


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
