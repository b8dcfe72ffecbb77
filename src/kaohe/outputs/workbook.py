"""``results.xlsx``: the same for people, with headings in their language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from xlsxwriter import Workbook

from kaohe.outputs.pages import NO_CLOCK, Book, Cell, Page, as_figure, how_to_write
from kaohe.pipeline import SHORT_POSTS, STATUS_WORDS, Assessment, Warned
from kaohe.scoring.reasons import worded
from kaohe.values.text import Language, Text

WORDS = {
    "overview": Text(zh="总表", en="Overview"),
    "status": Text(zh="状态", en="Status"),
    "checks": Text(zh="检查", en="Checks"),
    "pay": Text(zh="绩效", en="Pay"),
    "decisions": Text(zh="决定与读法", en="Decisions"),
    "warnings": Text(zh="提醒", en="Warnings"),
    "final": Text(zh="正式结果", en="Final"),
    "provisional": Text(
        zh="暂定结果：尚有检查未满足或数据不全",
        en="Provisional: a check is unmet or data is missing",
    ),
    "check": Text(zh="检查项", en="Check"),
    "level": Text(zh="级别", en="Level"),
    "required": Text(zh="要求", en="Required"),
    "actual": Text(zh="实际", en="Actual"),
    "met": Text(zh="是否满足", en="Met"),
    "waived": Text(zh="是否认可", en="Waived"),
    "clause": Text(zh="条款", en="Clause"),
    "person": Text(zh="人员编号", en="Person"),
    "role": Text(zh="职务", en="Role"),
    "amount": Text(zh="金额（元）", en="Amount (yuan)"),
    "why": Text(zh="依据", en="Reason"),
    "question": Text(zh="问题", en="Question"),
    "taken": Text(zh="采用", en="Taken"),
    "yes": Text(zh="是", en="yes"),
    "no": Text(zh="否", en="no"),
    "unknown": Text(zh="无法判断", en="cannot be told"),
    "bars": Text(zh="检查", en="check"),
    "warns": Text(zh="提醒", en="warning"),
}


SUBJECT_WIDTHS = (14.0, 26.0)


def write_workbook(
    path: Path, assessment: Assessment, language: Language, *, pay: bool = True
) -> None:
    """An overview, a sheet per block, the checks, the pay list, decisions and readings.

    Without ``pay`` for whoever may see results but not who is paid what: no pay list, and no
    warning that names persons and their posts.
    """
    with Workbook(path, how_to_write(constant_memory=True)) as workbook:
        title = assessment.scheme.title[language]
        workbook.set_properties({"created": NO_CLOCK, "title": title})
        sheets = _Sheets(Book(workbook), assessment, language)
        sheets.overview()
        sheets.blocks()
        for kind in assessment.scheme.subjects:
            sheets.other(kind)
        if assessment.scheme.checks:
            sheets.checks()
        if pay and assessment.scheme.pay is not None:
            sheets.pay()
        sheets.decisions()
        warnings = [one for one in assessment.warnings if pay or one.id != SHORT_POSTS]
        if warnings:
            sheets.warnings(warnings)


class _Sheets:
    """What stands on each sheet, in one language."""

    def __init__(self, book: Book, assessment: Assessment, language: Language) -> None:
        self.book = book
        self.assessment = assessment
        self.scheme = assessment.scheme
        self.language: Language = language

    def word(self, name: str) -> str:
        return WORDS[name][self.language]

    def overview(self) -> None:
        """Who stands where: the nodes that the scheme puts first."""
        nodes = list(self.assessment.first or self.assessment.columns)
        page = self._subject_page(self.word("overview"), nodes, width=11)
        page.line(self.scheme.title[self.language], self.book.title)
        state = self.word("final" if self.assessment.final else "provisional")
        page.line(f"{self.scheme.number or self.scheme.id}　{state}")
        page.line("")
        self._subject_table(page, nodes, with_max=False)

    def other(self, kind: str) -> None:
        """Another kind of subject: its nodes on one sheet, then its blocks."""
        sheets = _Sheets(self.book, self.assessment.of(kind), self.language)
        found = sheets.assessment
        sheets.block(found.subject.label[self.language], list(found.first or found.columns))
        sheets.blocks()

    def blocks(self) -> None:
        """The blocks that hold nodes of this kind of subject."""
        for block in self.scheme.results.blocks:
            nodes = [node for node in block.nodes if node in self.assessment.columns]
            if nodes:
                self.block(block.label[self.language], nodes)

    def block(self, name: str, nodes: Sequence[str]) -> None:
        """One block of the scheme: a column for each of its nodes."""
        page = self._subject_page(name, nodes, width=15)
        self._subject_table(page, nodes, with_max=True)

    def _subject_page(self, name: str, nodes: Sequence[str], width: float) -> Page:
        shown = [13.0] * len(self.assessment.subject.show)
        return self.book.page(name, [*SUBJECT_WIDTHS, *shown, 12.0, *([width] * len(nodes))])

    def _subject_table(self, page: Page, nodes: Sequence[str], *, with_max: bool) -> None:
        subject = self.assessment.subject
        columns = self.scheme.fact_tables[subject.table].columns
        headings = [
            columns[name].heading if self.language == "zh" else name.replace("_", " ")
            for name in (subject.id, subject.name, *subject.show)
        ]
        headings.append(self.word("status"))
        headings += [self._node_heading(node, with_max=with_max) for node in nodes]
        page.table(headings, (self._subject_row(index, nodes) for index in self.assessment.order))

    def _node_heading(self, node_id: str, *, with_max: bool) -> str:
        node = self.scheme.nodes[node_id]
        label = node.label[self.language] if node.label else node_id
        if not with_max or node.max is None:
            return label
        full = f"（满分{node.max}）" if self.language == "zh" else f"(of {node.max})"
        return f"{label}\n{full}"

    def _subject_row(self, index: int, nodes: Sequence[str]) -> list[Cell]:
        row = self.assessment.sheet.figures.subjects[index]
        cells: list[Cell] = [row.id, row.name]
        columns = self.scheme.fact_tables[self.assessment.subject.table].columns
        shown = zip(self.assessment.subject.show, self.assessment.shown(index), strict=True)
        for name, code in shown:
            choices = columns[name].choices
            cells.append(choices.get(code, code) if self.language == "zh" else code)
        cells.append(STATUS_WORDS[self.assessment.statuses[index]][self.language])
        cells += [self._value(node, index) for node in nodes]
        return cells

    def _value(self, node_id: str, index: int) -> Cell:
        text = self.assessment.printed(node_id, index)
        return as_figure(worded(self.scheme.nodes[node_id], text, self.language) or "—")

    def checks(self) -> None:
        """Every check of every subject, what was required and what there was."""
        names = ("check", "level", "required", "actual", "met", "waived", "clause")
        headings = [self.scheme.subject.label[self.language], *(self.word(one) for one in names)]
        page = self.book.page(self.word("checks"), [13, 46, 9, 11, 15, 12, 12, 26])
        page.table(headings, self._check_rows())

    def _check_rows(self) -> Iterator[list[Cell]]:
        met = {True: "yes", False: "no", None: "unknown"}
        for check in self.assessment.checks:
            body = self.scheme.checks[check.check]
            yield [
                check.subject,
                body.label[self.language],
                self.word("bars" if body.level == "check" else "warns"),
                as_figure(check.required),
                as_figure(check.actual),
                self.word(met[check.met]),
                self.word("yes" if check.waived else "no"),
                body.clause,
            ]

    def pay(self) -> None:
        """Who gets what, and why."""
        pay = self.scheme.pay
        assert pay is not None
        node = self.scheme.nodes[pay.by]
        by = node.label[self.language] if node.label else pay.by
        subject = self.scheme.subject.label[self.language]
        role, amount, why = (self.word(name) for name in ("role", "amount", "why"))
        page = self.book.page(self.word("pay"), [15, 13, 26, 8, 14, 56])
        page.table([self.word("person"), subject, role, by, amount, why], self._pay_rows())

    def _pay_rows(self) -> Iterator[list[Cell]]:
        pay = self.scheme.pay
        assert pay is not None
        roles = self.scheme.fact_tables[pay.table].columns[pay.role].choices
        for line in self.assessment.pay:
            role = roles.get(line.role, line.role) if self.language == "zh" else line.role
            amount, reason = as_figure(line.amount), line.reason[self.language]
            yield [line.person, line.subject, role, line.label, amount, reason]

    def decisions(self) -> None:
        """Open questions with the option taken, then the fixed readings."""
        language, taken = self.language, self.assessment.taken
        headings = [self.word(name) for name in ("question", "taken", "clause")]
        page = self.book.page(self.word("decisions"), [56, 64, 26])
        rows: list[list[Cell]] = [
            [one.question[language], one.options[taken[name]][language], one.clause]
            for name, one in self.scheme.decisions.items()
        ]
        rows += [
            [one.question[language], one.reading[language], one.clause]
            for one in self.scheme.readings.values()
        ]
        page.table(headings, rows)

    def warnings(self, warnings: Sequence[Warned]) -> None:
        """What to know about the result that bars nothing."""
        page = self.book.page(self.word("warnings"), [88])
        rows = [[warned.text[self.language]] for warned in warnings]
        page.table([self.word("warnings")], rows)
