"""One call of ``kaohe plan``: its options as values, and what is wrong with it, said at once."""

from __future__ import annotations

import argparse
import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from kaohe.analysis.frames import FRAME
from kaohe.facts import Facts, SourceError, read_facts
from kaohe.scheme.loading import SchemeFile, take_decisions
from kaohe.scheme.model import Scheme
from kaohe.values.faults import Fault, fault_lines
from kaohe.values.numbers import PERCENT
from kaohe.values.tables import Table
from kaohe.values.text import Language, Text

SEED_BYTES = 16
LONGEST_SEED = 64
SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)%")
NUMBER = re.compile(r"[0-9]{1,9}")
POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?")


class Wrong(Exception):
    """The call, the scheme or the facts are wrong; every line has been said."""


class PlanCall:
    """One call: its options as values, and what is wrong with them, said all at once."""

    def __init__(self, asked: argparse.Namespace, scheme_file: SchemeFile) -> None:
        self.asked = asked
        self.language: Language = asked.lang
        self.scheme_file = scheme_file
        self.taken, self.wrong = take_decisions(scheme_file.options, asked.decide)
        self.scheme: Scheme = scheme_file.under(self.taken)
        self.last_year: dict[str, dict[str, str]] | None = None

    def say(self, text: Text) -> None:
        """A line for a person."""
        print(text[self.language], file=sys.stderr)

    def fault(self, zh: str, en: str) -> None:
        """Something wrong with the call."""
        self.wrong.append(Text(zh=zh, en=en))

    def share(self, name: str) -> Fraction | None:
        """An option that is a per cent from 0 to 100; None where it is not given."""
        text = getattr(self.asked, name)
        if text is None:
            return None
        found = SHARE.fullmatch(text)
        share = Fraction(found[1]) / PERCENT if found else Fraction(-1)
        if not 0 <= share <= 1:
            self.fault(
                f"--{name} {text}：应写成百分数，如 50%，不超过 100%",
                f"--{name} {text}: a per cent such as 50%, at most 100%",
            )
            return None
        return share

    def points(self, name: str) -> Fraction | None:
        """An option that is a number of points above 0; None where it is not given."""
        text = getattr(self.asked, name)
        if text is None:
            return None
        points = Fraction(text) if POINTS.fullmatch(text) else Fraction(0)
        if not 0 < points <= PERCENT:
            self.fault(
                f"--{name} {text}：应为大于 0、不超过 100 的分数，如 3 或 2.5",
                f"--{name} {text}: points above 0 and at most 100, such as 3 or 2.5",
            )
            return None
        return points

    def seed(self) -> str:
        """The seed that is given, else one that nobody chose."""
        if self.asked.seed is None:
            return secrets.token_hex(SEED_BYTES)
        seed: str = self.asked.seed.strip()
        if not seed or len(seed) > LONGEST_SEED or not seed.isprintable() or "|" in seed:
            self.fault(
                f"--seed：应为 1 至 {LONGEST_SEED} 个可见字符，不含“|”",
                f"--seed: 1 to {LONGEST_SEED} printable characters without “|”",
            )
        return seed

    def stop_if_wrong(self) -> None:
        """Refuse where something is wrong with the call, after all of it has been said."""
        for text in self.wrong:
            self.say(text)
        if self.wrong:
            raise Wrong

    def read(self, source: str, tables: Mapping[str, Table]) -> Facts | None:
        """The tables of a source; None where they have faults, which are said."""
        beside = {*self.scheme.fact_tables, FRAME}
        try:
            reading = read_facts(source, tables, beside=beside)
        except SourceError as problem:
            self.say(problem.text)
            return None
        for note in reading.notes:
            self.say(note)
        for line in fault_lines(reading.faults, reading.fault_count, self.language):
            print(line, file=sys.stderr)
        return reading.facts

    def refuse(self, faults: Sequence[Fault]) -> None:
        """Refuse where there are faults, after all of them have been said."""
        for line in fault_lines(faults, len(faults), self.language):
            print(line, file=sys.stderr)
        if faults:
            raise Wrong

    def origin(self, facts: Facts) -> dict[str, Any]:
        """What a plan was made from, for its record."""
        scheme = self.scheme
        return {
            "scheme": {
                "id": scheme.id,
                "version": scheme.version,
                "sha256": self.scheme_file.document.sha256,
            },
            "facts": hashes(facts),
            **({} if self.last_year is None else {"last_year": self.last_year}),
            "decisions": dict(self.taken),
        }


def hashes(facts: Facts) -> dict[str, dict[str, str]]:
    """Rows and hash of every table that is present, for a record."""
    return {
        name: {"rows": str(table.rows), "sha256": table.sha256}
        for name, table in facts.tables.items()
    }
