"""The worked examples of a scheme, assessed and held against what they expect, text by text."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.facts import SourceError, read_facts
from kaohe.outputs.delimited import check_rows, pay_rows, result_rows
from kaohe.pipeline import Assessment, assess
from kaohe.scheme.document import Document
from kaohe.scheme.examples import Example, Expectation, examples_file, read_examples, row_line
from kaohe.scheme.loading import SchemeFile, take_decisions
from kaohe.scheme.model import Scheme
from kaohe.values.faults import fault_lines
from kaohe.values.findings import Finding
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
        findings += _Run(document, found, example, ("examples", index)).findings()
    return Proof(len(examples), findings)


class _Run:
    """One example: what is said about it."""

    def __init__(self, document: Document, found: SchemeFile, example: Example, path: At) -> None:
        self.document = document
        self.found = found
        self.example = example
        self.path = path

    def findings(self) -> Iterator[Finding]:
        """Every place where the example does not come out."""
        if self.example.faults:
            yield from self._refused(("faults",), {}, self.example.faults)
        for index, expected in enumerate(self.example.expect):
            yield from self._expected(("expect", index), expected)

    def _error(self, code: str, where: At, zh: str, en: str, line: int | None = None) -> Finding:
        return self.document.finding(code, "error", (*self.path, *where), zh, en, line)

    def _expected(self, where: At, expected: Expectation) -> Iterator[Finding]:
        given = [f"{name}={option}" for name, option in expected.decide.items()]
        taken, wrong = take_decisions(self.found.options, given)
        for problem in wrong:
            yield self._error("S502", (*where, "decide"), problem.zh, problem.en)
        if wrong:
            return
        with TemporaryDirectory() as folder:
            assessment, faults = self._assessed(taken, Path(folder))
            if assessment is None:
                yield self._faults_differ(where, (), faults)
                return
            with assessment.facts:
                for name, text in expected.outputs.items():
                    yield from self._output((*where, name), name, text, assessment)

    def _assessed(
        self, taken: Mapping[str, str], folder: Path
    ) -> tuple[Assessment | None, list[str]]:
        """The example's facts assessed, or the lines that refuse them."""
        scheme = self.found.under(taken)
        for table, text in self.example.facts.items():
            (folder / f"{table}.csv").write_text(text, encoding="utf-8")
        try:
            reading = read_facts(str(folder), scheme.fact_tables)
        except SourceError as problem:
            return None, [problem.text.en]
        if reading.facts is None:
            return None, fault_lines(reading.faults, reading.fault_count, "en")
        return assess(scheme, self.found.document.sha256, taken, reading.facts), []

    def _refused(
        self, where: At, taken: Mapping[str, str], expected: Sequence[str]
    ) -> Iterator[Finding]:
        with TemporaryDirectory() as folder:
            assessment, faults = self._assessed({**self.found.defaults, **taken}, Path(folder))
        if assessment is not None:
            assessment.facts.close()
        if list(expected) != faults:
            yield self._faults_differ(where, expected, faults)

    def _faults_differ(self, where: At, expected: Sequence[str], faults: Sequence[str]) -> Finding:
        told = " | ".join(faults)
        zh = f"事实表被退回：{told}" if faults else "事实表没有被退回：请核对 faults"
        en = f"the facts are refused: {told}" if faults else "the facts are not refused"
        if expected and faults:
            zh, en = f"退回的理由与 faults 不同：{told}", f"refused otherwise than faults: {told}"
        return self._error("S503", where, zh, en)

    def _output(self, where: At, name: str, text: str, assessment: Assessment) -> Iterator[Finding]:
        found = _rows_of(name, assessment)
        if found is None:
            zh = f"没有 {name} 这样的结果：请用 results、checks、pay 或 results_对象"
            en = f"there is no output {name}: use results, checks, pay or results_SUBJECT"
            yield self._error("S502", where, zh, en)
            return
        header, rows, keys = found
        columns, expected = self._written(where, text)
        unknown = [column for column in columns if column not in header]
        missing = [key for key in keys if key not in columns]
        if unknown or missing:
            zh = f"列应有 {'、'.join(keys)}，没有的列：{'、'.join(unknown) or '无'}"
            en = f"it needs the columns {', '.join(keys)}; unknown: {', '.join(unknown) or 'none'}"
            yield self._error("S502", where, zh, en)
            return
        yield from self._compared(where, keys, expected, rows)
        if name == "pay":
            listed = {tuple(row[key] for key in keys) for _, row in expected}
            for row in rows:
                if tuple(row[key] for key in keys) not in listed:
                    zh = f"{row[keys[0]]} 也得到 {row['amount']} 元，算例中没有"
                    en = f"{row[keys[0]]} gets {row['amount']} too, which is not expected"
                    yield self._error("S501", where, zh, en)

    def _written(self, where: At, text: str) -> tuple[list[str], list[Row]]:
        """The columns of CSV text, and its rows with the lines on which they stand."""
        header, *rows = list(csv.reader(text.splitlines())) or [[]]
        columns = [cell.strip() for cell in header]
        found: list[Row] = []
        for number, row in enumerate(rows, start=1):
            line = row_line(self.document, (*self.path, *where), number)
            cells = [cell.strip() for cell in row]
            cells += [""] * (len(columns) - len(cells))
            found.append((line, dict(zip(columns, cells, strict=False))))
        return columns, found

    def _compared(
        self,
        where: At,
        keys: Sequence[str],
        expected: Sequence[Row],
        rows: Sequence[Mapping[str, str]],
    ) -> Iterator[Finding]:
        by_key = {tuple(row[key] for key in keys): row for row in rows}
        for line, wanted in expected:
            key = tuple(wanted[one] for one in keys)
            row, name = by_key.get(key), " ".join(key)
            if row is None:
                zh, en = f"结果中没有 {name}", f"there is no {name} in the result"
                yield self._error("S501", where, zh, en, line)
                continue
            for column, cell in wanted.items():
                if row[column] != cell:
                    zh = f"{name} 的 {column} 应为 {_told(cell).zh}，算得 {_told(row[column]).zh}"
                    en = f"{column} of {name} is {_told(row[column]).en}, not {_told(cell).en}"
                    yield self._error("S501", where, zh, en, line)


def _told(cell: str) -> Text:
    return Text(zh=cell, en=cell) if cell else Text(zh="空（没有结果）", en="empty (no result)")


def _rows_of(
    name: str, assessment: Assessment
) -> tuple[list[str], list[dict[str, str]], tuple[str, ...]] | None:
    """Header, rows and key columns of an output; None where the scheme has no such output."""
    scheme: Scheme = assessment.scheme
    kind = name.removeprefix("results_")
    if name == "results":
        lines, keys = result_rows(assessment), [scheme.subject.id]
    elif name.startswith("results_") and kind in scheme.subjects:
        lines, keys = result_rows(assessment.of(kind)), [scheme.subjects[kind].id]
    elif name == "checks" and scheme.checks:
        lines, keys = check_rows(assessment), [scheme.subject.id, "check"]
    elif name == "pay" and scheme.pay is not None:
        lines, keys = pay_rows(assessment), [scheme.pay.person]
    else:
        return None
    header, *rows = lines
    return header, [dict(zip(header, row, strict=True)) for row in rows], tuple(keys)
