"""The door before the table of cases: what an export of a hotline tells of people stays outside.

Columns about the caller are dropped by their heading, others by what they hold; of what is left
every cell is masked. So nobody has to trust that a provider's export was made for this purpose.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Final

from kaohe.facts.readers.cells import Cell, cell_text, is_number
from kaohe.facts.readers.delimited import delimited_rows
from kaohe.facts.readers.encodings import as_it_lies
from kaohe.facts.readers.parquet import parquet_rows
from kaohe.facts.readers.workbooks import chosen_sheet, open_workbook, sheet_names, sheet_rows
from kaohe.facts.workspace import Unreadable
from kaohe.values.text import Text
from kaohe.web.cycles.delivery_doors import Passage, Tell
from kaohe.web.hotline.door_columns import (
    NO_HEADING,
    NOTHING_LEFT,
    check_headings,
    holds_id_numbers,
    is_numbered,
    is_of_cases,
    why_by_content,
    why_dropped,
)
from kaohe.web.hotline.facts import CASES
from kaohe.web.hotline.masking import Masked, has_id_number, has_phone, mask

KINDS: Final = {
    "name": Text(zh="姓名", en="names"),
    "phone": Text(zh="电话", en="phone numbers"),
    "id_number": Text(zh="证件号码", en="ID numbers"),
    "plate": Text(zh="车牌", en="number plates"),
    "room": Text(zh="室号", en="rooms"),
    "account": Text(zh="微信、QQ、邮箱等账号", en="accounts and mail addresses"),
    "card": Text(zh="银行卡号", en="bank cards"),
}
LONG_NUMBERS: Final = Text(
    zh="有的编号是超过15位的数字，表格软件可能已改动末几位，请用文本格式导出",
    en="some ids are numbers of more than 15 digits; a spreadsheet may have changed the last ones",
)

_MOMENT = re.compile(r"(\d{4}[-/]\d{1,2}[-/]\d{1,2})[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
IS_NUMBER = re.compile(r"[\s\w\-/.#]{1,40}", re.ASCII)

SEEN_FIRST = 2000
"""So many rows say what a column holds."""
LONGEST = 500
"""Characters of a cell that is kept, as long as the index of cases takes them."""
EXACT_DIGITS = 15
TOLD_EVERY = 5000
REMEMBERED = 20_000
"""So many short cells are not masked again: most columns say the same few words."""
SHORT = 40


def rewrite(path: Path, kind: str, out: Path, known: Mapping[str, str], tell: Tell) -> Passage:
    """Write what may stay of a file to ``out``; see ``cycles.delivery_doors.Door``.

    Holds a bounded number of rows at a time, but for a workbook, which its reader takes whole.
    """
    numbers = _Numbers()
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            rows = _READERS[kind](path, tell, numbers)
            passing = _Passing(known)
            csv.writer(file, lineterminator="\n").writerows(passing.rows(rows))
    except Unreadable as problem:
        out.write_bytes(b"")
        return Passage(unreadable=problem.expected)
    tell(1.0)
    return Passage(passing.dropped(), passing.masked(), numbers.notes)


def clean_name(name: str) -> str:
    """The name of a file without what it tells of people."""
    return mask(name).text


def masked_cell(text: str) -> Masked:
    """A cell as it may be kept: on one line, masked, and cut."""
    return _cut(mask(without_time_of_day(" ".join(text.split()))))


def masked_text(text: str) -> str:
    """What somebody typed about a case, as it may be kept: masked, and cut."""
    return _cut(mask(text.strip())).text


def _cut(found: Masked) -> Masked:
    if len(found.text) <= LONGEST:
        return found
    return Masked(f"{found.text[: LONGEST - 1]}…", found.counts)


def without_time_of_day(text: str) -> str:
    """A point in time as its day, as workbooks are read; any other text as it is."""
    moment = _MOMENT.fullmatch(text)
    return moment[1] if moment else text


@dataclass
class _Passing:
    """Rows on their way: which columns go on, and what was masked in each."""

    known: Mapping[str, str]
    headings: list[str] = field(default_factory=list)
    reasons: dict[int, Text] = field(default_factory=dict)
    counts: dict[int, Counter[str]] = field(default_factory=dict)
    of_cases: set[int] = field(default_factory=set)
    empty: set[int] = field(default_factory=set)
    _met: dict[str, Masked] = field(default_factory=dict)

    def rows(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """What may stay of every row, the headings first."""
        first = list(islice(rows, SEEN_FIRST))
        if not first:
            return
        header, *sample = first
        check_headings(header, sample)
        self.headings = [masked_cell(one).text for one in header]
        self._decide(header, sample)
        kept = [at for at in range(len(header)) if at not in self.reasons]
        if header and not kept:
            raise Unreadable(NOTHING_LEFT)
        numbered = {
            at: holds_id_numbers([row[at] for row in sample if at < len(row)])
            for at in kept
            if at in self.of_cases or is_numbered(header[at])
        }
        yield [self.headings[at] for at in kept]
        width = len(header)
        for row in chain(sample, rows):
            passed = [self._cell(at, row[at], numbered.get(at)) for at in kept if at < len(row)]
            # What stands beyond the headings is not kept, but that something does is a fault.
            yield [*passed, "…"] if any(row[width:]) else passed

    def dropped(self) -> tuple[tuple[str, Text], ...]:
        """The columns that stayed outside, and why."""
        return tuple(
            (self._heading(at), self.reasons[at])
            for at in sorted(self.reasons)
            if at not in self.empty
        )

    def masked(self) -> tuple[tuple[str, Text, int], ...]:
        """What was masked, by column and kind."""
        return tuple(
            (self._heading(at), KINDS[kind], self.counts[at][kind])
            for at in sorted(self.counts)
            for kind in KINDS
            if self.counts[at][kind]
        )

    def _heading(self, at: int) -> str:
        return self.headings[at] or f"（第{at + 1}列）"

    def _decide(self, header: Sequence[str], sample: Sequence[Sequence[str]]) -> None:
        for at, heading in enumerate(header):
            cells = [row[at] for row in sample if at < len(row) and row[at]]
            column = self.known.get(heading.strip())
            if is_of_cases(heading, column):
                self.of_cases.add(at)
            why = why_dropped(heading) if heading.strip() else NO_HEADING
            if why is None and column is None:
                why = why_by_content(cells, may_be_phones=at not in self.of_cases)
            if why is not None:
                self.reasons[at] = why
            if why is NO_HEADING and not cells:
                self.empty.add(at)

    def _cell(self, at: int, cell: str, of_people: bool | None) -> str:
        """A cell as it goes on; ``of_people`` says of a column of numbers whether some of them are
        ID numbers."""
        is_number = of_people is not None and IS_NUMBER.fullmatch(cell)
        is_phone = at not in self.of_cases and has_phone(cell)
        if not cell or (is_number and not is_phone and not (of_people and has_id_number(cell))):
            return cell.strip()
        found = self._met.get(cell) or self._masked(cell)
        if found.counts:
            self.counts.setdefault(at, Counter()).update(found.counts)
        return found.text

    def _masked(self, cell: str) -> Masked:
        found = masked_cell(cell)
        if len(cell) <= SHORT:
            if len(self._met) >= REMEMBERED:
                self._met.clear()
            self._met[cell] = found
        return found


# -- the rows of a file, nothing of which is written anywhere on the way ---------------------------


@dataclass
class _Numbers:
    """What is doubtful of typed cells: numbers too long to be exact, errors, other sheets."""

    too_long: bool = False
    errors: int = 0
    other_sheets: tuple[str, ...] = ()

    def text(self, cell: Cell) -> str:
        """A cell as text."""
        if type(cell) is str:
            return cell
        text = cell_text(cell)
        if is_number(cell) and "." not in text and len(text) > EXACT_DIGITS:
            self.too_long = True
        return text

    @property
    def notes(self) -> tuple[Text, ...]:
        """What people should know of the file."""
        ignored = tuple(
            Text(zh=f"忽略工作表“{one}”", en=f"the sheet “{one}” is ignored")
            for one in self.other_sheets
        )
        long = (LONG_NUMBERS,) if self.too_long else ()
        zh = f"{self.errors} 格是错误值（如 #N/A），请核对"
        wrong = Text(zh=zh, en=f"{self.errors} cells hold errors such as #N/A: please check")
        return (*ignored, *long, *((wrong,) if self.errors else ()))


def _delimited(path: Path, tell: Tell, _numbers: _Numbers) -> Iterator[list[str]]:
    text, size, read = as_it_lies(path), path.stat().st_size or 1, 0
    for number, cells in enumerate(delimited_rows(text), 1):
        read += sum(map(len, cells)) + len(cells)
        if number % TOLD_EVERY == 0:
            # A Chinese character is two bytes or three.
            tell(min(0.99, 2 * read / size))
        yield cells


def _sheet(path: Path, tell: Tell, numbers: _Numbers) -> Iterator[list[str]]:
    workbook = open_workbook(path)
    chosen = chosen_sheet(workbook, CASES)
    numbers.other_sheets = tuple(mask(one).text for one in sheet_names(workbook) if one != chosen)
    for cells, errors in sheet_rows(workbook, path, chosen, tell):
        numbers.errors += len(errors)
        yield [numbers.text(cell) for cell in cells]


def _parquet(path: Path, tell: Tell, numbers: _Numbers) -> Iterator[list[str]]:
    for number, cells in enumerate(parquet_rows(path), 1):
        if number % TOLD_EVERY == 0:
            tell(min(0.9, number / 1_000_000))
        yield [numbers.text(cell) for cell in cells]


_READERS: dict[str, Callable[[Path, Tell, _Numbers], Iterator[list[str]]]] = {
    "csv": _delimited,
    "xlsx": _sheet,
    "parquet": _parquet,
}
