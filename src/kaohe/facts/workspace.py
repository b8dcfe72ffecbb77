"""Where facts are read and checked: an embedded database in a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from kaohe.facts.faultlog import FaultLog
from kaohe.facts.sql import literal
from kaohe.values.text import Text

MEMORY = "1500MB"


SCRATCH = '"#scratch"'
"""A second database, in memory, for what is needed only while a table is read or checked."""


class Unreadable(Exception):
    """A table cannot be read at all; the text says what was expected of it."""

    def __init__(self, expected: Text) -> None:
        super().__init__(expected.en)
        self.expected = expected


@dataclass
class Workspace:
    """A database file with its folder, the faults found so far, and what else is to be said."""

    folder: Path
    connection: duckdb.DuckDBPyConnection
    log: FaultLog
    notes: list[Text] = field(default_factory=list)
    tell: Callable[[float], None] = lambda _share: None
    """Told by a reader how much of its table it has read, 0 to 1."""

    def __post_init__(self) -> None:
        self._end = weakref.finalize(self, _leave, self.connection, self.folder)

    def note(self, zh: str, en: str) -> None:
        """Something that is ignored or doubtful, but no fault."""
        self.notes.append(Text(zh=zh, en=en))

    def close(self) -> None:
        """Close the database and remove its folder; a second time nothing is left to do."""
        self._end()


def open_workspace() -> Workspace:
    """An empty database. It lies in a file, compressed, so that memory does not bound a town."""
    folder = Path(tempfile.mkdtemp(prefix="kaohe-"))
    connection = duckdb.connect(str(folder / "facts.duckdb"))
    # Neither the network nor the machine's time zone may have a say in what is read.
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute(f"SET temp_directory = {literal(str(folder / 'spill'))}")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(f"ATTACH ':memory:' AS {SCRATCH}")
    connection.execute("CREATE SCHEMA reading")
    return Workspace(folder, connection, FaultLog(connection))


def _leave(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)
