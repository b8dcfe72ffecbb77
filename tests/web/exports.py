"""Files as interviewers' programs export them: the same interviews told in each program's way.

ODK Central: columns, order and marks as its own tests of exports have them
(getodk/central-backend). KoboToolbox: as its exporter writes them (kobotoolbox/formpack). 问卷星:
as programs that read its exports expect them: six columns of its own, then ``N、题目``, the rows of
a matrix as ``第N题(行)``; ``(跳过)`` or ``-3`` where a question was not shown.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from xlsxwriter import Workbook

from kaohe.values.text import Language, Text
from kaohe.web.surveys.response_rates import DISPOSITIONS
from kaohe.web.surveys.vendor_fields import FIELDS
from kaohe.web.surveys.xlsform import Form, ToVisit, xlsform
from tests.web.asking import ASKED
from tests.web.workbooks import rows_of

AREAS = {"J01": "云溪苑居民区", "J02": "澄波里居民区"}
FORM = Form("gaojing_2024", Text(zh="居民满意度调查", en="Residents' survey"), 18, 6)
START = datetime.fromisoformat("2024-10-05T09:30:00.000+08:00")
Table = list[list[object]]


@dataclass(frozen=True)
class Told:
    """An interview as it was held; answers by codes."""

    area: str
    household: str
    interviewer: str
    disposition: str
    seconds: int
    answers: Mapping[str, str]


FULL = {"q1.1": "partly", "q1.2": "no", **{f"q{n}": "satisfied" for n in range(2, 11)}}
VARIED = {"q1.1": "no", "q2": "very_satisfied", "q3": "very_dissatisfied", "q10": "fair"}
INTERVIEWS = (
    Told("J01", "0001", "F01", "I", 415, FULL),
    Told("J01", "0002", "F02", "P", 89, VARIED),
    Told("J02", "0003", "F01", "R", 20, {}),
)


def form_paths() -> list[str]:
    """The fields of the form as paths with their groups."""
    households = [ToVisit(one.area, one.household, one.household) for one in INTERVIEWS]
    head, *rows = rows_of(xlsform(FORM, ASKED, AREAS, households))
    groups: list[str] = []
    paths = []
    for kind, name in ((row[head.index("type")], row[head.index("name")]) for row in rows):
        if kind == "begin group":
            groups.append(name)
        elif kind == "end group":
            groups.pop()
        else:
            paths.append("/".join([*groups, name]))
    return paths


def _form_cell(one: Told, path: str, start: object, end: object) -> object:
    name = path.rpartition("/")[2]
    given = {question.replace(".", "_"): code for question, code in one.answers.items()}
    fields: dict[str, object] = {
        "start": start,
        "end": end,
        "area": one.area,
        "household": one.household,
        "interviewer": one.interviewer,
        "disposition": one.disposition,
        "met": "yes",
        "consent": "no" if one.disposition == "R" else "yes",
    }
    return fields.get(name, given.get(name, ""))


def odk_rows() -> Table:
    """The CSV of ODK Central: groups before names, with a dash."""
    paths = form_paths()
    after = ["SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected"]
    after += ["Status", "ReviewState", "DeviceID", "Edits", "FormVersion"]
    head = ["SubmissionDate", *(path.replace("/", "-") for path in paths)]
    rows: Table = [[*head, "meta-instanceID", "KEY", *after]]
    for number, one in enumerate(INTERVIEWS):
        end = START + timedelta(seconds=one.seconds)
        key = f"uuid:00000000-0000-4000-8000-00000000000{number}"
        cells = [
            _form_cell(one, path, START.isoformat(timespec="milliseconds"), end.isoformat())
            for path in paths
        ]
        meta = ["12", "平板 3", "0", "0", "", "", "collect:AbCdEf", "0", "1f2e3d"]
        rows.append(["2024-10-05T02:00:00.000Z", *cells, key, key, *meta])
    return rows


KOBO_OWN = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status"]
KOBO_OWN += ["_submitted_by", "__version__", "_tags", "_index"]


def kobo_rows(language: Language | None, *, groups: bool, dates: bool = False) -> Table:
    """The XLSX of KoboToolbox: XML values and headers, or labels; times as text or as dates."""
    paths = form_paths()
    labels = {name: field.label for name, field in FIELDS.items() if name not in ("start", "end")}
    labels |= {one.name.replace(".", "_"): one.label for one in ASKED}

    def heading(path: str) -> str:
        before, _, name = path.rpartition("/")
        if language is None or name not in labels:
            return path if groups else name
        # pyxform makes all quotation marks straight.
        label = labels[name][language].replace("“", '"').replace("”", '"')
        return f"问卷/分组/{label}" if groups and before else label

    rows: Table = [[*map(heading, paths), *KOBO_OWN]]
    for number, one in enumerate(INTERVIEWS):
        end = START + timedelta(seconds=one.seconds)
        times: Sequence[object] = [START.isoformat(), end.isoformat()]
        if dates:
            times = [START.replace(tzinfo=None), end.replace(tzinfo=None)]
        cells = [_form_cell(one, path, *times) for path in paths]
        if language is not None:
            cells = [
                _labelled(cell, path, language) for cell, path in zip(cells, paths, strict=True)
            ]
        meta = [
            1000 + number,
            "uuid",
            "2024-10-05T02:00:00",
            "",
            "",
            "submitted_via_web",
            "",
            "v1",
            "",
        ]
        rows.append([*cells, *meta, number + 1])
    return rows


def _labelled(cell: object, path: str, language: Language) -> object:
    name = path.rpartition("/")[2]
    if name == "area":
        return AREAS[str(cell)]
    if name == "disposition":
        return DISPOSITIONS[str(cell)][language]
    for one in ASKED:
        for choice in one.choices:
            if one.name.replace(".", "_") == name and choice.code == cell:
                return choice.label[language]
    return cell


def wjx_rows(how: str = "text", *, matrix: bool = False, skipped: str = "(跳过)") -> Table:
    """问卷星: ``how`` options are told, as ``text``, ``ordinal`` or ``letter``."""
    head = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
    head += ["1、请填写住户编号", "2、所在居民区", "3、访问员编号", "4、您的姓名", "5、联系电话"]
    head += ["6、访问结果"]
    for number, one in enumerate(ASKED, start=7):
        if matrix and not one.part_of:
            head.append(f"第9题({one.label.zh})")
        elif one.part_of:
            head.append(f"7、{one.part_of.zh}—{one.label.zh}")
        else:
            head.append(f"{number}、{one.label.zh}")
    rows: Table = [list(head)]
    for number, told in enumerate(INTERVIEWS, start=1):
        before = [number, "2024/10/5 9:40:12", f"{told.seconds}秒", "手机提交", "直接访问"]
        before += ["114.80.1.2(上海-上海)", told.household, AREAS[told.area], told.interviewer]
        before += ["张三", "13800000000", DISPOSITIONS[told.disposition].zh]
        cells: list[object] = []
        for one in ASKED:
            codes = [choice.code for choice in one.choices]
            place = codes.index(told.answers[one.name]) if one.name in told.answers else None
            if place is None:
                cells.append(skipped)
            elif how == "ordinal":
                cells.append(place + 1)
            else:
                letter = f"{'ABCDE'[place]}." if how == "letter" else ""
                cells.append(f"{letter}{one.choices[place].label.zh}")
        rows.append([*before, *cells])
    return rows


def as_csv(path: Path, rows: Table, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def as_xlsx(path: Path, rows: Table) -> Path:
    with Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as workbook:
        sheet = workbook.add_worksheet("居民满意度调查")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path
