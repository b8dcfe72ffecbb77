"""The ballot box of a round: who may take part, who did, and the ballots under seal.

Everything of an open round lies in one place, so that one transaction uses up a code and takes the
ballot: on SQLite a file of its own (two attached files do not commit together), on PostgreSQL a
schema of its own. Statements are the same on both. Tables have no order and no time: SQLite stores
them by their random keys (WITHOUT ROWID), and the day is all that is known of a participation.
With the round's keys the box is destroyed when it has been opened.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import (
    DatabaseError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)

from kaohe.web.surveys.codes import receipt_of

SINGLE = ""
"""The batch of ballots that came one by one."""
WAIT = 20.0
"""Seconds that a writer waits for another."""

TABLES = (
    "CREATE TABLE {box}state (word TEXT NOT NULL, opens_on TEXT NOT NULL, closes_on TEXT NOT NULL)",
    "CREATE TABLE {box}codes (digest {bytes} PRIMARY KEY, voter TEXT NOT NULL,"
    " area TEXT NOT NULL, sample TEXT NOT NULL){plain}",
    "CREATE INDEX codes_by_voter ON {box}codes (voter)",
    "CREATE TABLE {box}participation (voter TEXT NOT NULL, sample TEXT NOT NULL,"
    " area TEXT NOT NULL, day TEXT NOT NULL, batch TEXT NOT NULL,"
    " PRIMARY KEY (voter, sample)){plain}",
    "CREATE TABLE {box}sealed (receipt TEXT PRIMARY KEY, ballot {bytes} NOT NULL,"
    " batch TEXT NOT NULL){plain}",
    "CREATE TABLE {box}room (area TEXT NOT NULL, sample TEXT NOT NULL, most INTEGER NOT NULL,"
    " taken INTEGER NOT NULL, PRIMARY KEY (area, sample)){plain}",
)
TAKE_PART = (
    "INSERT INTO {box}participation (voter, sample, area, day, batch)"
    " SELECT voter, sample, area, %s, '' FROM {box}codes, {state}"
    " WHERE digest = %s AND word = 'open' AND %s BETWEEN opens_on AND closes_on"
    " ON CONFLICT DO NOTHING RETURNING area, sample"
)
PUT = "INSERT INTO {box}sealed (receipt, ballot, batch) VALUES (%s, %s, %s)"
PUT_PARTICIPATION = (
    "INSERT INTO {box}participation (voter, sample, area, day, batch) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING"
)
TAKE_ROOM = (
    "UPDATE {box}room SET taken = taken + 1"
    " WHERE area = %s AND sample = %s AND taken < most RETURNING taken"
)
ADD_CODE = "INSERT INTO {box}codes (digest, voter, area, sample) VALUES (%s, %s, %s, %s)"


PREPARED = "prepared"
"""The word of a box that takes no ballots yet."""


class BoxGone(Exception):
    """The box was opened and destroyed, or never made."""


class _Full(Exception):
    """There are as many ballots as there is room for."""


class Work(Protocol):
    """A transaction on a box."""

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement; the rows that it gives."""
        ...

    def run_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row."""
        ...


class Box(Protocol):
    """Where a box lies: how to make it, to work in it, to destroy it."""

    def exists(self) -> bool: ...
    def make(self) -> None: ...
    def work(self) -> Any: ...
    def destroy(self) -> None: ...


def box_of(tag: str) -> Box:
    """The box of a round, by the round's tag."""
    if connection.vendor == "postgresql":
        return SchemaBox(tag)
    return FileBox(Path(settings.BOXES) / f"{tag}.sqlite3")


@dataclass(frozen=True)
class _Cursor:
    """Statements on whichever database, the names of the box filled in."""

    cursor: Any
    names: dict[str, str]
    mark: str

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self.cursor.execute(self._told(statement), values)
        return list(self.cursor.fetchall()) if self.cursor.description else []

    def run_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self.cursor.executemany(self._told(statement), rows)

    def _told(self, statement: str) -> str:
        return statement.format(**self.names).replace("%s", self.mark)


# -- a file ---------------------------------------------------------------------------------------

_OPEN = threading.local()


def let_go_of_files() -> None:
    """Close this thread's connections: a process that is forked must not inherit one, for it would
    believe that it holds locks which its parent holds."""
    for held in _OPEN.__dict__.pop("boxes", {}).values():
        held.close()


@dataclass(frozen=True)
class FileBox:
    """A box that is a SQLite file; each thread keeps its connection."""

    path: Path

    NAMES = {"box": "", "state": "state", "bytes": "BLOB", "plain": " WITHOUT ROWID"}

    def exists(self) -> bool:
        """Whether it was made and not yet destroyed."""
        return self.path.exists()

    def make(self) -> None:
        """Make an empty box. It is nobody's but this system's user's."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.touch(mode=0o600)
        with self.work() as work:
            _make_tables(work)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One transaction; nobody else writes during it. Raises BoxGone, and what Django calls
        errors of a database."""
        try:
            with self._transaction() as work:
                yield work
        except sqlite3.OperationalError as problem:
            raise OperationalError(str(problem)) from problem
        except sqlite3.DatabaseError as problem:
            raise DatabaseError(str(problem)) from problem

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        held = self._connection()
        try:
            held.execute("BEGIN IMMEDIATE")
            yield _Cursor(held.cursor(), self.NAMES, "?")
            held.execute("COMMIT")
        except BaseException:
            if held.in_transaction:
                held.execute("ROLLBACK")
            raise

    def _connection(self) -> sqlite3.Connection:
        kept: dict[Path, sqlite3.Connection] = _OPEN.__dict__.setdefault("boxes", {})
        if not self.path.exists():
            self._let_go()
            raise BoxGone(self.path.stem)
        if self.path not in kept:
            made = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("PRAGMA synchronous=FULL")  # what was acknowledged outlives a power cut
            made.execute("PRAGMA secure_delete=ON")
            kept[self.path] = made
        return kept[self.path]

    def _let_go(self) -> None:
        kept: dict[Path, sqlite3.Connection] = _OPEN.__dict__.setdefault("boxes", {})
        if self.path in kept:
            kept.pop(self.path).close()

    def destroy(self) -> None:
        """Remove the file and all that SQLite keeps beside it; the file last, for while it is
        there a stop in the middle is made good."""
        if self.path.exists():
            with suppress(sqlite3.Error):  # what a file without its log would say is what it is
                self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._let_go()
        for suffix in ("-journal", "-shm", "-wal", ""):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)


# -- a schema of the database ---------------------------------------------------------------------


@dataclass(frozen=True)
class SchemaBox:
    """A box that is a schema of the PostgreSQL database."""

    tag: str

    @property
    def _schema(self) -> str:
        return f"box_{self.tag.lower()}"

    @property
    def _names(self) -> dict[str, str]:
        # A row that is locked for sharing keeps whoever closes the round waiting.
        state = f"(SELECT * FROM {self._schema}.state FOR SHARE) AS state"
        return {"box": f"{self._schema}.", "state": state, "bytes": "BYTEA", "plain": ""}

    def exists(self) -> bool:
        """Whether it was made and not yet destroyed."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [self._schema])
            return bool(cursor.fetchone()[0])

    def make(self) -> None:
        """Make an empty box."""
        with self.work() as work:
            work.run(f"CREATE SCHEMA {self._schema}")
            _make_tables(work)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One transaction. Raises BoxGone."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                yield _Cursor(cursor, self._names, "%s")
        except ProgrammingError as problem:
            if self.exists():
                raise
            raise BoxGone(self.tag) from problem

    def destroy(self) -> None:
        """Drop the schema: its files are removed, not only its rows."""
        with self.work() as work:
            work.run(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE")


# -- what happens in a box ------------------------------------------------------------------------


def _make_tables(work: Work) -> None:
    for statement in TABLES:
        work.run(statement)
    work.run("INSERT INTO {box}state (word, opens_on, closes_on) VALUES (%s, '', '')", [PREPARED])


@dataclass(frozen=True)
class Term:
    """Whether a box takes ballots (``open``, ``paused``, ``closed``), and from when to when."""

    word: str
    opens_on: str
    closes_on: str


@dataclass(frozen=True)
class Outcome:
    """What came of a ballot that was sent.

    ``word`` is ``taken``, ``used``, ``unknown``, ``early``, ``late``, ``paused``, ``closed`` or
    ``full``; ``receipt`` is there if it was taken.
    """

    word: str
    receipt: str = ""


@dataclass(frozen=True)
class Right:
    """A code's digest and what it gives: one ballot of a sample for an area. ``voter`` is a
    household, or a seat at a meeting."""

    digest: bytes
    voter: str
    area_id: str
    sample: str


def set_term(box: Box, term: Term) -> None:
    """Say whether the box takes ballots, and when; whoever is sending one is waited for."""
    with box.work() as work:
        work.run(
            "UPDATE {box}state SET word = %s, opens_on = %s, closes_on = %s",
            [term.word, term.opens_on, term.closes_on],
        )


def add_rights(box: Box, rights: Iterable[Right]) -> None:
    """Put codes into the box; those that the same voters had before are void."""
    rows = [(one.digest, one.voter, one.area_id, one.sample) for one in rights]
    with box.work() as work:
        old = "DELETE FROM {box}codes WHERE voter = %s AND sample = %s"
        work.run_many(old, [(voter, sample) for _, voter, _, sample in rows])
        work.run_many(ADD_CODE, rows)


def voters_with_codes(box: Box) -> set[str]:
    """Who has a code, used or not."""
    with box.work() as work:
        return {str(voter) for (voter,) in work.run("SELECT voter FROM {box}codes")}


def set_room(box: Box, area: str, most: Mapping[str, int]) -> bool:
    """Say how many ballots of each sample an area may give; False, and nothing said, where some
    sample has given more already."""
    rows = [(area, sample) for sample in most]
    try:
        with box.work() as work:
            work.run_many(
                "INSERT INTO {box}room (area, sample, most, taken) VALUES (%s, %s, 0, 0)"
                " ON CONFLICT DO NOTHING",
                rows,
            )
            for sample, count in most.items():
                _set_most(work, area, sample, count)
    except _Full:
        return False
    return True


def _set_most(work: Work, area: str, sample: str, most: int) -> None:
    said = work.run(
        "UPDATE {box}room SET most = %s WHERE area = %s AND sample = %s AND taken <= %s"
        " RETURNING most",
        [most, area, sample, most],
    )
    if not said:
        raise _Full


def void_every_right(box: Box) -> None:
    """Let no code at all take part any more."""
    with box.work() as work:
        work.run("DELETE FROM {box}codes")


def void_rights(box: Box, area: str) -> None:
    """Let no code of an area take part any more."""
    with box.work() as work:
        work.run("DELETE FROM {box}codes WHERE area = %s", [area])


def cast(
    box: Box,
    digest: bytes,
    day: str,
    seal: Callable[[str, str], bytes],
    *,
    bounded: bool = False,
) -> Outcome:
    """Use up a code and take the ballot that ``seal`` makes for the code's area and sample.

    Both or neither is done. Of two devices that send the same code at the same moment one is taken.
    ``bounded``: only as far as there is room for the area's sample.
    """
    try:
        return _cast(box, digest, day, seal, bounded)
    except BoxGone:
        return Outcome("closed")
    except _Full:
        return Outcome("full")


def _cast(
    box: Box, digest: bytes, day: str, seal: Callable[[str, str], bytes], bounded: bool
) -> Outcome:
    with box.work() as work:
        taken = work.run(TAKE_PART, [day, digest, day])
        if not taken:
            return Outcome(_why_not(work, digest, day))
        [(area, sample)] = taken
        if bounded and not work.run(TAKE_ROOM, [area, sample]):
            raise _Full
        sealed = seal(area, sample)
        receipt = receipt_of(sealed)
        work.run(PUT, [receipt, sealed, SINGLE])
    return Outcome("taken", receipt)


def _why_not(work: Work, digest: bytes, day: str) -> str:
    [(word, opens_on, closes_on)] = work.run("SELECT word, opens_on, closes_on FROM {box}state")
    known = work.run("SELECT voter, sample FROM {box}codes WHERE digest = %s", [digest])
    if not known:
        return "unknown"
    used = work.run(
        "SELECT 1 FROM {box}participation WHERE voter = %s AND sample = %s", list(known[0])
    )
    if used:
        return "used"
    if word != "open":
        return str(word)
    return "early" if day < opens_on else "late"


def put_batch(
    box: Box,
    batch: str,
    day: str,
    participants: Iterable[tuple[str, str, str]],
    sealed: Iterable[bytes],
) -> None:
    """Put many ballots into the box in place of those that the batch had before.

    ``participants`` are voter, sample and area. Who took part some other way already is not
    counted twice.
    """
    with box.work() as work:
        replace_batch(work, batch, day, participants, sealed)


def replace_batch(
    work: Work,
    batch: str,
    day: str,
    participants: Iterable[tuple[str, str, str]],
    sealed: Iterable[bytes],
) -> None:
    """The same within a transaction that does more."""
    work.run("DELETE FROM {box}participation WHERE batch = %s", [batch])
    work.run("DELETE FROM {box}sealed WHERE batch = %s", [batch])
    work.run_many(PUT_PARTICIPATION, [(*one, day, batch) for one in participants])
    work.run_many(PUT, [(receipt_of(one), one, batch) for one in sealed])


def participants_by_area(box: Box) -> dict[tuple[str, str], int]:
    """How many took part, by area and sample."""
    with box.work() as work:
        rows = work.run(
            "SELECT area, sample, count(*) FROM {box}participation GROUP BY area, sample"
        )
    return {(area, sample): int(count) for area, sample, count in rows}


def size_of_batch(box: Box, batch: str) -> int:
    """How many took part by a batch."""
    with box.work() as work:
        [(count,)] = work.run("SELECT count(*) FROM {box}participation WHERE batch = %s", [batch])
    return int(count)


def participants(box: Box) -> list[tuple[str, str, str]]:
    """Area, sample and voter of all who took part, in the order of these."""
    with box.work() as work:
        rows = work.run("SELECT area, sample, voter FROM {box}participation")
    return sorted((str(area), str(sample), str(voter)) for area, sample, voter in rows)


def receipts(box: Box) -> list[str]:
    """The receipts of all ballots in the box, in the order of their signs."""
    with box.work() as work:
        return sorted(str(receipt) for (receipt,) in work.run("SELECT receipt FROM {box}sealed"))


def sealed_ballots(box: Box) -> list[tuple[str, bytes]]:
    """All ballots with their receipts, in the order of these, which is that of chance."""
    with box.work() as work:
        rows = work.run("SELECT receipt, ballot FROM {box}sealed")
    return sorted((str(receipt), bytes(ballot)) for receipt, ballot in rows)


def codes_by_area(box: Box) -> dict[tuple[str, str], int]:
    """How many codes there are, by area and sample."""
    with box.work() as work:
        rows = work.run("SELECT area, sample, count(*) FROM {box}codes GROUP BY area, sample")
    return {(area, sample): int(count) for area, sample, count in rows}
