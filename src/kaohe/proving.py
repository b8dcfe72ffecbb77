"""The worked examples of a scheme, assessed and held against what they expect, text by text."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.facts import Facts, SourceError, read_facts
from kaohe.outputs.delimited import check_rows, pay_rows, result_rows
from kaohe.pipeline import Assessment, assess, counted
from kaohe.scheme.document import Document
from kaohe.scheme.examples import Example, Expectation, examples_file, read_examples, row_line
from kaohe.scheme.loading import SchemeFile, take_decisions
from kaohe.scheme.model import Scheme
from kaohe.values.faults import fault_lines
from kaohe.values.findings import Finding
from kaohe.values.tables import Table
from kaohe.values.text import Text

At = tuple[object, ...]
Row = tuple[int | None, dict[str, str]]
"""A row that is expected, with the line on which it stands."""


@dataclass(frozen=True)
class Proof:
    """How many examples there are, and every place where one does not come out."""

    examples: int
    findings: list[Finding]


def prove(scheme: Path, found: SchemeFile) -> Proof:
    """Every example beside a scheme; none where there is no such file.

    S501: something comes out otherwise than the example says; S502: the example asks for what
    there is not; S503: its facts are refused otherwise than it says.
    """
    path = examples_file(scheme)
    if not path.is_file():
        return Proof(0, [])
    examples, document, findings = read_examples(path)
    for index, example in enumerate(examples):
        assert document is not None
        findings += _Proving(document, ("examples", index), example, found).findings()
    return Proof(len(examples), findings)


@dataclass(frozen=True)
class _Expected:
    """What is expected under some options."""

    where: At
    taken: Mapping[str, str]
    scheme: Scheme
    outputs: Mapping[str, str]


class _Proving:
    """One example: what is said about it."""

    def __init__(self, document: Document, path: At, example: Example, found: SchemeFile) -> None:
        self.document = document
        self.path = path
        self.example = example
        self.found = found

    def findings(self) -> Iterator[Finding]:
        """Every place where the example does not come out."""
        tables = self.found.under({}).fact_tables
        strange = list(self._tables_not_declared(tables))
        if strange:
            yield from strange
        elif self.example.faults:
            facts, faults = self._read(tables)
            if facts is not None:
                facts.close()
            if list(self.example.faults) != faults:
                yield self._faults_differ(("faults",), faults)
        else:
            wanted: list[_Expected] = []
            for index, expected in enumerate(self.example.expect):
                yield from self._prepared(("expect", index), expected, wanted)
            yield from self._all_proved(wanted)

    def _tables_not_declared(self, tables: Mapping[str, Table]) -> Iterator[Finding]:
        for name in self.example.facts:
            if name not in tables:
                zh = f"没有声明事实表 {name}：请核对表名，可用：{'、'.join(tables)}"
                en = f"no table {name} is declared; there are {', '.join(tables)}"
                yield self._error("S502", ("facts", name), Text(zh=zh, en=en))

    def _prepared(
        self, where: At, expected: Expectation, wanted: list[_Expected]
    ) -> Iterator[Finding]:
        """What is wrong with an expectation itself; if nothing is, it is added to the wanted."""
        given = [f"{name}={option}" for name, option in expected.decide.items()]
        taken, wrong = take_decisions(self.found.options, given)
        scheme, findings = (None, []) if wrong else self.found.checked(taken)
        for one in findings:
            zh = f"方案在这些选项下有误：{one.text('zh')}"
            wrong.append(Text(zh=zh, en=f"wrong under these options: {one.text('en')}"))
        for problem in wrong:
            yield self._error("S502", (*where, "decide"), problem)
        if not expected.outputs:
            zh, en = "算例没有写明应得的结果：请写 results 等", "nothing is expected: state results"
            yield self._error("S502", where, Text(zh=zh, en=en))
        elif scheme is not None and not wrong:
            wanted.append(_Expected(where, taken, scheme, expected.outputs))

    def _all_proved(self, wanted: list[_Expected]) -> Iterator[Finding]:
        while wanted:
            tables = wanted[0].scheme.fact_tables
            alike = [one for one in wanted if one.scheme.fact_tables == tables]
            wanted = [one for one in wanted if one not in alike]
            yield from self._proved(alike, tables)

    def _error(self, code: str, where: At, text: Text, line: int | None = None) -> Finding:
        path = (*self.path, *where)
        return self.document.finding(code, "error", path, text.zh, text.en, line)

    def _read(self, tables: Mapping[str, Table]) -> tuple[Facts | None, list[str]]:
        """The example's facts, or the lines that refuse them."""
        with TemporaryDirectory() as folder:
            for table, text in self.example.facts.items():
                (Path(folder) / f"{table}.csv").write_text(text, encoding="utf-8")
            try:
                reading = read_facts(folder, tables)
            except SourceError as problem:
                return None, [problem.text.en]
        return reading.facts, fault_lines(reading.faults, reading.fault_count, "en")

    def _proved(
        self, expected: Sequence[_Expected], tables: Mapping[str, Table]
    ) -> Iterator[Finding]:
        """Expectations over the same tables: the facts are read and counted once."""
        facts, faults = self._read(tables)
        if facts is None:
            yield self._faults_differ(expected[0].where, faults)
            return
        with facts:
            already = counted([one.scheme for one in expected], facts)
            for one in expected:
                digest = self.found.document.sha256
                assessment = assess(one.scheme, digest, one.taken, facts, already=already)
                for name, text in one.outputs.items():
                    yield from self._output((*one.where, name), name, text, assessment)

    def _faults_differ(self, where: At, faults: Sequence[str]) -> Finding:
        told = " | ".join(faults)
        if not faults:
            text = Text(zh="事实表没有被退回：请核对 faults", en="the facts are not refused")
        elif self.example.faults:
            zh, en = f"退回的理由与 faults 不同：{told}", f"refused otherwise than faults: {told}"
            text = Text(zh=zh, en=en)
        else:
            text = Text(zh=f"事实表被退回：{told}", en=f"the facts are refused: {told}")
        return self._error("S503", where, text)

    def _output(self, where: At, name: str, text: str, assessment: Assessment) -> Iterator[Finding]:
        """Every cell of an output that is not as expected."""
        found = _rows_of(name, assessment)
        if found is None:
            zh = f"没有 {name} 这样的结果：请用 results、checks、pay 或 results_对象"
            en = f"there is no output {name}: use results, checks, pay or results_SUBJECT"
            yield self._error("S502", where, Text(zh=zh, en=en))
            return
        header, rows, keys = found
        columns, expected = self._written(where, text)
        unknown = [column for column in columns if column not in header]
        lacking = [key for key in keys if key not in columns]
        twice = sorted({column for column in columns if columns.count(column) > 1})
        for names, zh, en in (
            (lacking, "必须有这一列", "this column is needed"),
            (
                unknown,
                "结果中没有这一列，请核对列名",
                "the result has no such column: check its name",
            ),
            (twice, "这一列写了两次", "this column stands twice"),
        ):
            for name in names:
                yield self._error("S502", where, Text(zh=f"{name}：{zh}", en=f"{name}: {en}"))
        if lacking or unknown or twice:
            return
        by_key = {tuple(row[key] for key in keys): row for row in rows}
        seen: set[tuple[str, ...]] = set()
        for line, wanted in expected:
            own = tuple(wanted[key] for key in keys)
            if own in seen:
                zh, en = f"{' '.join(own)} 写了两次", f"{' '.join(own)} stands twice"
                yield self._error("S502", where, Text(zh=zh, en=en), line)
                continue
            seen.add(own)
            row = by_key.pop(own, None)
            for told in _differences(wanted, row, keys):
                yield self._error("S501", where, told, line)
        for key in by_key if name == "pay" else ():
            zh, en = (
                f"{key[0]} 也有发放，算例中没有",
                f"{key[0]} is paid too, which is not expected",
            )
            yield self._error("S501", where, Text(zh=zh, en=en))

    def _written(self, where: At, text: str) -> tuple[list[str], list[Row]]:
        """The columns of CSV text, and its rows with the lines on which they stand."""
        every = list(csv.reader(text.lstrip("\ufeff").splitlines()))
        filled = [(number, row) for number, row in enumerate(every) if any(map(str.strip, row))]
        columns = [cell.strip() for cell in filled[0][1]] if filled else []
        found: list[Row] = []
        for number, row in filled[1:]:
            line = row_line(self.document, (*self.path, *where), number)
            cells = [cell.strip() for cell in row]
            cells += [""] * (len(columns) - len(cells))
            found.append((line, dict(zip(columns, cells, strict=False))))
        return columns, found


def _differences(
    wanted: Mapping[str, str], row: Mapping[str, str] | None, keys: Sequence[str]
) -> Iterator[Text]:
    name = " ".join(wanted[key] for key in keys)
    if row is None:
        yield Text(zh=f"结果中没有 {name}", en=f"there is no {name} in the result")
        return
    for column, cell in wanted.items():
        if row[column] != cell:
            found, told = _told(row[column]), _told(cell)
            zh = f"{name} 的 {column} 应为 {told.zh}，算得 {found.zh}"
            yield Text(zh=zh, en=f"{column} of {name} is {found.en}, not {told.en}")


def _told(cell: str) -> Text:
    return Text(zh=cell, en=cell) if cell else Text(zh="空（没有结果）", en="empty (no result)")


def _rows_of(
    name: str, assessment: Assessment
) -> tuple[list[str], list[dict[str, str]], tuple[str, ...]] | None:
    """Header, rows and key columns of an output; None where the scheme has no such output."""
    scheme = assessment.scheme
    kind = name.removeprefix("results_")
    keys: tuple[str, ...]
    if name == "results":
        lines, keys = result_rows(assessment), (scheme.subject.id,)
    elif name.startswith("results_") and kind in scheme.subjects:
        lines, keys = result_rows(assessment.of(kind)), (scheme.subjects[kind].id,)
    elif name == "checks" and scheme.checks:
        lines, keys = check_rows(assessment), (scheme.subject.id, "check")
    elif name == "pay" and scheme.pay is not None:
        lines, keys = pay_rows(assessment), (scheme.pay.person,)
    else:
        return None
    header, *rows = lines
    return header, [dict(zip(header, row, strict=True)) for row in rows], keys
