"""The third party's file: read, mapped and checked, all faults at once, nothing personal kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.facts.readers.showing import timed_rows
from kaohe.facts.workspace import Unreadable
from kaohe.scheme.asking import Answers, Asked
from kaohe.values.faults import Fault
from kaohe.values.text import Text
from kaohe.web.cycles.delivery_headings import NOWHERE
from kaohe.web.surveys.durations import took_of
from kaohe.web.surveys.response_rates import ANSWERED, COMPLETE, DISPOSITIONS
from kaohe.web.surveys.return_headings import Mapped, is_personal, known_fields, mapped
from kaohe.web.surveys.return_sample import Sample
from kaohe.web.surveys.return_values import (
    UNCLEAR,
    Numbers,
    answer_reader,
    answers_expected,
    disposition_of,
    instant_of,
    seconds_between,
    seconds_of,
)
from kaohe.web.surveys.vendor_fields import (
    AREA,
    DISPOSITION,
    DURATION,
    END,
    HOUSEHOLD,
    INTERVIEWER,
    START,
)

TABLE = "returns"
HEADINGS_ROW = 1
IDS = (AREA, HOUSEHOLD, INTERVIEWER)
NO_ID = Text(zh="应填住户编号", en="the id of the household")
NO_NUMBER = Text(
    zh="应为访问员的编号，不填姓名和手机号", en="an interviewer's id, no name or phone number"
)
IS_ID, IS_PHONE = re.compile("[0-9A-Za-z]"), re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True)
class Returned:
    """What came back of a household; ``took`` names a coarse duration, if one is known.

    Whoever did not complete or partly complete has no answers here: a break-off is no ballot.
    """

    row: int
    area: str
    household: str
    interviewer: str
    disposition: str
    took: str
    answers: Answers


@dataclass(frozen=True)
class Returns:
    """What came of reading a file. With faults there are no rows.

    ``mapped`` says what each heading was taken for, to be shown, mended and remembered;
    ``personal`` are the headings of columns with personal data, ``ignored`` those of all others of
    which nothing was kept.
    """

    rows: tuple[Returned, ...]
    faults: tuple[Fault, ...]
    mapped: Mapped
    personal: tuple[str, ...]
    ignored: tuple[str, ...]


def read_returns(
    path: Path,
    asked: Sequence[Asked],
    sample: Sample,
    *,
    said: Mapped | None = None,
    numbers: Numbers | None = None,
) -> Returns:
    """Read an XLSX or CSV file as ODK, KoboToolbox, 问卷星 or anybody exports it.

    ``said`` is what columns mean by their headings, where somebody said so; ``numbers`` what bare
    numbers among the answers stand for. Faults are in the order of rows and columns. Without a
    column for it every row with an answer counts as a completed interview.
    """
    try:
        with TemporaryDirectory(prefix="kaohe-") as scratch:
            rows = [
                [cell.strip() for cell in row] for row in timed_rows(path, TABLE, Path(scratch))
            ]
    except Unreadable as problem:
        return _nothing(Fault(TABLE, None, None, "", problem.expected))
    if not any(any(row) for row in rows[1:]):
        at_least = Text(zh="应有标题和至少一行数据", en="headings and at least one row of data")
        return _nothing(Fault(TABLE, None, None, "", at_least))
    # A sheet does not say where its headings end.
    width = max((place for place, one in enumerate(rows[0], start=1) if one), default=0)
    return _Reading(asked, sample, rows[0][:width], said or {}, numbers).of(rows)


def _nothing(fault: Fault) -> Returns:
    return Returns((), (fault,), {}, (), ())


class _Reading:
    """One file on its way: the places of its columns, and the faults found so far."""

    def __init__(
        self,
        asked: Sequence[Asked],
        sample: Sample,
        header: list[str],
        said: Mapped,
        numbers: Numbers | None,
    ) -> None:
        self.asked, self.sample, self.header, self.numbers = asked, sample, header, numbers
        self.mapped = mapped(asked, header, said)
        self.labels = known_fields(asked)
        self.readers = {one.name: answer_reader(one, numbers) for one in asked}
        self.faults: list[tuple[int, int, Fault]] = []
        self.places = self._places()
        self.first_rows: dict[tuple[str, str], int] = {}

    def of(self, rows: list[list[str]]) -> Returns:
        """Everything that the file holds, or everything that is wrong with it."""
        self._check_headings()
        found = [
            self._row(number, self._under_headings(number, row))
            for number, row in enumerate(rows[1:], start=HEADINGS_ROW + 1)
            if any(row)
        ]
        faults = tuple(fault for _, _, fault in sorted(self.faults, key=lambda one: one[:2]))
        kept = tuple(one for one in found if one is not None) if not faults else ()
        left = [one for one in dict.fromkeys(self.header) if one and not self.mapped.get(one)]
        personal = tuple(one for one in left if is_personal(one))
        ignored = tuple(one for one in left if one not in personal)
        return Returns(kept, faults, self.mapped, personal, ignored)

    # -- headings ------------------------------------------------------------------------------

    def _places(self) -> dict[str, int]:
        """Where each field stands; the first of several."""
        places: dict[str, int] = {}
        for place, heading in enumerate(self.header):
            name = self.mapped.get(heading, NOWHERE)
            if name != NOWHERE:
                places.setdefault(name, place)
        return places

    def _check_headings(self) -> None:
        several = Counter(self.mapped.get(heading, NOWHERE) for heading in self.header)
        for name, label in self.labels.items():
            if several[name] > 1:
                zh, en = f"只应有一列对应“{label.zh}”", f"one column for “{label.en}”"
                self._fault(HEADINGS_ROW, name, "", Text(zh=zh, en=en))
                del self.places[name]
            elif name not in self.places and self._is_needed(name):
                self._missing(label)
        self._refuse_personal()

    def _refuse_personal(self) -> None:
        """Leave columns with personal data unread, whatever somebody said that they are."""
        by_themselves = mapped(self.asked, self.header, {})
        for name, place in list(self.places.items()):
            heading = self.header[place]
            said_only = by_themselves.get(heading) != name
            if is_personal(heading) and (name in IDS or said_only):
                zh = "这一列像是个人信息，不能收下；请改用编号"
                en = "this column seems to hold personal data, which is not taken: use ids instead"
                self._fault(HEADINGS_ROW, name, "", Text(zh=zh, en=en))
                del self.places[name]

    def _is_needed(self, name: str) -> bool:
        if name == AREA:
            return not self.sample.tells_areas
        return name == HOUSEHOLD or name in self.readers

    def _missing(self, label: Text) -> None:
        zh, en = f"缺少一列：{label.zh}", f"a column for “{label.en}”"
        if len(self.header) == 1 and ";" in self.header[0]:
            zh = f"{zh}（文件以分号分隔，请导出 XLSX，或改用逗号）"
            en = f"{en} (this file is separated by semicolons: export XLSX, or use commas)"
        fault = Fault(TABLE, HEADINGS_ROW, None, "", Text(zh=zh, en=en))
        self.faults.append((HEADINGS_ROW, len(self.header), fault))

    # -- rows ----------------------------------------------------------------------------------

    def _under_headings(self, number: int, row: list[str]) -> list[str]:
        """As many cells as there are headings; what stands beyond may have been moved there."""
        width = len(self.header)
        if any(row[width:]):
            zh, en = f"不应超出标题行的 {width} 列", f"no value beyond the {width} headings"
            self.faults.append((number, width, Fault(TABLE, number, None, "", Text(zh=zh, en=en))))
        return [*row[:width], *[""] * (width - len(row))]

    def _row(self, number: int, cells: list[str]) -> Returned | None:
        disposition = self._disposition(number, cells)
        answers = self._answers(number, cells)
        where = self._where(number, cells)
        took = self._took(number, cells)
        interviewer = self._interviewer(number, cells)
        if disposition in ANSWERED and not answers:
            self._no_answers(number, disposition)
        if where is None:
            return None
        area, household = where
        answers = answers if disposition in ANSWERED else {}
        return Returned(number, area, household, interviewer, disposition, took, answers)

    def _cell(self, name: str, cells: list[str]) -> str:
        return cells[self.places[name]] if name in self.places else ""

    def _disposition(self, number: int, cells: list[str]) -> str:
        if DISPOSITION not in self.places:
            return COMPLETE
        cell = self._cell(DISPOSITION, cells)
        code = disposition_of(cell)
        if code is UNCLEAR:
            labels = DISPOSITIONS.items()
            zh = "应为 " + "、".join(f"{code}（{label.zh}）" for code, label in labels) + "之一"
            en = "one of " + ", ".join(f"{code} ({label.en})" for code, label in labels)
            self._fault(number, DISPOSITION, cell, Text(zh=zh, en=en))
            return ""
        return code

    def _answers(self, number: int, cells: list[str]) -> dict[str, str]:
        answers: dict[str, str] = {}
        for one in self.asked:
            cell = self._cell(one.name, cells)
            code = self.readers[one.name](cell) if cell else None
            if code is UNCLEAR:
                self._fault(number, one.name, cell, answers_expected(one, self.numbers, cell))
                # Something was answered; only what is not clear.
                code = cell
            if code is not None:
                answers[one.name] = code
        return answers

    def _no_answers(self, number: int, disposition: str) -> None:
        if not all(one.name in self.places for one in self.asked):
            return
        label = DISPOSITIONS[disposition]
        zh, en = f"“{label.zh}”的户至少应答一题", f"at least one answer of a “{label.en}”"
        self._fault(number, DISPOSITION, "", Text(zh=zh, en=en))

    def _where(self, number: int, cells: list[str]) -> tuple[str, str] | None:
        """Area and household, where the household is to be asked and was not there before."""
        household = self._cell(HOUSEHOLD, cells)
        area = self._area(number, household, cells)
        if area is None or HOUSEHOLD not in self.places:
            return None
        expected = self.sample.why_not(area, household) if household else NO_ID
        first = number if expected else self.first_rows.setdefault((area, household), number)
        if first != number:
            zh, en = f"一户一行，第 {first} 行已有这一户", f"a row a household: row {first} has it"
            expected = Text(zh=zh, en=en)
        if expected is not None:
            self._fault(number, HOUSEHOLD, household, expected)
            return None
        return area, household

    def _area(self, number: int, household: str, cells: list[str]) -> str | None:
        """The area told, or else the one in which the household was drawn."""
        if AREA not in self.places:
            areas = self.sample.areas_of(household)
            return None if len(areas) > 1 else "".join(areas)
        told = self._cell(AREA, cells)
        area = self.sample.area_called(told)
        if area is None:
            zh, en = "应为本次调查的居民区的编号或名称", "the id or name of an area of this survey"
            self._fault(number, AREA, told, Text(zh=zh, en=en))
        return area

    def _interviewer(self, number: int, cells: list[str]) -> str:
        """The id of an interviewer. What looks like somebody's name or number is not repeated."""
        told = self._cell(INTERVIEWER, cells)
        if told and (not IS_ID.search(told) or IS_PHONE.fullmatch(told)):
            self._fault(number, INTERVIEWER, "", NO_NUMBER)
        return told

    def _took(self, number: int, cells: list[str]) -> str:
        """The coarse duration, from one told or else from start and end."""
        cell = self._cell(DURATION, cells)
        if cell:
            seconds = seconds_of(cell)
            if seconds is UNCLEAR:
                example = Text(zh="应如 123秒 或 0:02:03", en="such as 123秒 or 0:02:03")
                self._fault(number, DURATION, cell, example)
                return ""
            return took_of(seconds)
        start, end = self._instant(number, START, cells), self._instant(number, END, cells)
        between = seconds_between(start, end) if start and end else None
        return "" if between is None else took_of(between)

    def _instant(self, number: int, name: str, cells: list[str]) -> datetime | None:
        cell = self._cell(name, cells)
        instant = instant_of(cell) if cell else None
        if instant is UNCLEAR:
            example = Text(zh="应如 2024-10-05 09:30:00", en="such as 2024-10-05 09:30:00")
            self._fault(number, name, cell, example)
            return None
        return instant

    def _fault(self, row: int, name: str, value: str, expected: Text) -> None:
        """Note a fault of a cell, its column named as the file names it."""
        place = self.places.get(name)
        heading = None if place is None else self.header[place]
        fault = Fault(TABLE, row, heading, value, expected)
        self.faults.append((row, len(self.header) if place is None else place, fault))
