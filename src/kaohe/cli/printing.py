"""Results and reasons as a terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line
from rich.tree import Tree

from kaohe.outputs.readings_sentences import what_was_tried
from kaohe.outputs.readings_words import HEADINGS, MATTERS, is_told, numbered
from kaohe.pipeline import APART, INCOMPLETE, Assessment
from kaohe.readings import Study
from kaohe.scoring.explanation import Explained
from kaohe.scoring.reasons import worded
from kaohe.values.text import Language, Text

if TYPE_CHECKING:
    from kaohe.analysis.robustness import Robustness

SHOWN_SUBJECTS = 60
NARROW = 100


def print_results(assessment: Assessment, written: Sequence[Path], language: Language) -> None:
    """Who stands where, how many checks are open, and where the files are."""
    console = _console()
    scheme = assessment.scheme
    table = Table(box=box.SIMPLE_HEAD, title=scheme.title[language], title_justify="left")
    subject = assessment.subject
    columns = scheme.fact_tables[subject.table].columns
    shown = (subject.id, subject.name, *subject.show)
    for name in shown:
        table.add_column(columns[name].heading if language == "zh" else name)
    nodes = assessment.first or assessment.columns
    for node_id in nodes:
        node = scheme.nodes[node_id]
        table.add_column(node.label[language] if node.label else node_id, justify="right")
    for index in assessment.order[:SHOWN_SUBJECTS]:
        row = assessment.sheet.figures.subjects[index]
        own = [row.id, row.name, *assessment.shown(index)]
        if language == "zh":
            own = [
                columns[name].choices.get(cell, cell) for name, cell in zip(shown, own, strict=True)
            ]
        cells = [_cell(assessment, node_id, index, language) for node_id in nodes]
        table.add_row(*(Line(cell) for cell in (*own, *cells)))
    console.print(table)
    hidden = len(assessment.order) - SHOWN_SUBJECTS
    if hidden > 0:
        console.print(Text(zh=f"另有 {hidden} 个未列出", en=f"{hidden} more not shown")[language])
    console.print(_summary(assessment)[language])
    for path in written:
        console.print(Line(str(path)))


def print_report(
    assessment: Assessment, out: Path, written: Sequence[Path], language: Language
) -> None:
    """How many letters there are, where they and the other files are."""
    console = _console()
    console.print(_summary(assessment, "results.xlsx")[language])
    others = [path for path in written if path.parent == out]
    letters, folder = assessment.sheet.size, out / "letters"
    told = Text(
        zh=f"{folder}：{letters} 份反馈函，各有 PDF 和 DOCX",
        en=f"{folder}: {letters} letters, each as PDF and DOCX",
    )
    console.print(Line(told[language]))
    for path in others:
        console.print(Line(str(path)))


def print_robustness(
    assessment: Assessment, found: Robustness, written: Sequence[Path], language: Language
) -> None:
    """For how many subjects each result might turn, and where the files are."""
    console = _console()
    if found.replicates is not None:
        for node_id in found.replicates.repeated:
            if node_id in found.replicates.shares:
                shares = found.replicates.shares[node_id]
                console.print(_turning(assessment, node_id, shares)[language])
    for path in written:
        console.print(Line(str(path)))


def _turning(assessment: Assessment, node_id: str, shares: Sequence[Sized]) -> Text:
    node = assessment.scheme.nodes[node_id]
    kind = assessment.scheme.subject_named(node.subject).label
    label = node.label or Text(zh=node_id, en=node_id)
    turning = sum(len(one) > 1 for one in shares)
    zh = f"{label.zh}：{len(shares)} 个{kind.zh}中有 {turning} 个，再抽一次样结果可能不同"
    en = f"{label.en}: {turning} of {len(shares)} might come out otherwise in another sample"
    return Text(zh=zh, en=en)


def _console() -> Console:
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, width=NARROW * 2)


def _cell(assessment: Assessment, node_id: str, index: int, language: Language) -> str:
    text = assessment.printed(node_id, index)
    return worded(assessment.scheme.nodes[node_id], text, language) or "—"


def _summary(assessment: Assessment, checks_in: str = "checks.csv") -> Text:
    """Final or not and why, how many stand apart, and how much there is to know besides."""
    barring = sum(check.bars for check in assessment.checks)
    incomplete, apart = (assessment.statuses.count(status) for status in (INCOMPLETE, APART))
    kind = assessment.scheme.subject.label
    if assessment.final:
        zh, en = "正式结果：没有未满足的检查。", "Final: nothing bars this result."
    else:
        unmet = "1 check unmet" if barring == 1 else f"{barring} checks unmet"
        why = [
            Text(zh=f"{barring} 项检查未满足（见 {checks_in}）", en=f"{unmet} (see {checks_in})"),
            Text(zh=f"{incomplete} 个{kind.zh}数据不全", en=f"{incomplete} incomplete"),
        ]
        if not assessment.scheme.checks:
            why = why[1:]
        if not assessment.sheet.size:
            why = [Text(zh=f"没有一个{kind.zh}", en=f"there is no {kind.en}")]
        zh = f"暂定结果：{'，'.join(one.zh for one in why)}。"
        en = f"Provisional: {', '.join(one.en for one in why)}."
    if apart:
        zh, en = f"{zh}{apart} 个{kind.zh}按规定单列。", f"{en} {apart} listed apart."
    if assessment.warnings:
        number = len(assessment.warnings)
        warnings = "1 warning" if number == 1 else f"{number} warnings"
        zh, en = f"{zh}另有 {number} 条提醒。", f"{en} {warnings}."
    return Text(zh=zh, en=en)


def print_study(study: Study, written: Sequence[Path], language: Language) -> None:
    """What was tried, what each decision alone changes, and where the files are."""
    console = _console()
    for text in what_was_tried(study):
        console.print(Line(text[language]))
    table = Table(box=box.SIMPLE_HEAD, title=study.base.scheme.title[language])
    main = [moved for moved in study.kinds[None] if is_told(moved)]
    for name in ("number", "question", "matters"):
        table.add_column(HEADINGS[name][language], justify="right" if name == "number" else "left")
    for moved in main:
        table.add_column(moved.outcome.label[language], justify="right")
    for decision, number in numbered(study).items():
        question = study.base.scheme.decisions[decision].question[language]
        matters = MATTERS[study.sensitivity.weights[decision]][language]
        changed = (str(len(moved.changed(decision)) or "—") for moved in main)
        table.add_row(str(number), Line(question), matters, *changed)
    console.print(table)
    kind = study.base.subject.label
    zh = f"右边各列是只改这一项时变动的{kind.zh}数。"
    en = f"The columns at the right count {kind.en}s that change when this decision alone does."
    console.print(Line(Text(zh=zh, en=en)[language]))
    for path in written:
        console.print(Line(str(path)))


def print_reasons(
    assessment: Assessment, subject: str, node_id: str | None, language: Language
) -> None:
    """The tree of reasons of one subject, whole or from one node down."""
    console = _console()
    index = assessment.sheet.ids.index(subject)
    row = assessment.sheet.figures.subjects[index]
    root = Tree(Line(f"{row.id} {row.name}"))
    for tree in assessment.explain(index):
        for explained in tree.walk():
            if explained.id == node_id or (node_id is None and explained is tree):
                _grow(root, explained, language)
    console.print(root)


def _grow(branch: Tree, explained: Explained, language: Language) -> None:
    node, sentence = explained.node, explained.reason.sentence[language]
    label = node.label[language] if node.label else explained.id
    full = "" if node.max is None else f"/{node.max}"
    value = worded(node, explained.value, language) or "—"
    head = Line.assemble((f"{label} ", "bold"), f"{value}{full}  [{node.clause}]  {explained.id}\n")
    below = branch.add(head + Line(sentence, style="dim"))
    for child in explained.children:
        _grow(below, child, language)
