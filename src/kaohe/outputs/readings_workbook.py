"""``sensitivity.xlsx``: which open questions decide what, for those who settle them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from xlsxwriter import Workbook

from kaohe.analysis.sensitivity import Moved, Outcome, Spread
from kaohe.outputs.pages import NO_CLOCK, Book, Cell, Page, as_figure, how_to_write
from kaohe.outputs.readings_structured import names_of, number_text
from kaohe.outputs.readings_words import (
    HEADINGS,
    MATTERS,
    frequencies,
    how_to_read,
    is_told,
    numbered,
    told,
    what_was_tried,
)
from kaohe.readings import Kind, Study
from kaohe.values.text import Language, Text

NUMBER, ID, NAME, QUESTION, OPTION = 6.0, 13.0, 26.0, 46.0, 34.0
"""Widths of columns, in characters."""


def write_study_workbook(path: Path, study: Study, language: Language) -> None:
    """The decisions, the subjects of every kind, the persons paid, every change, how to read it."""
    with Workbook(path, how_to_write(constant_memory=True)) as workbook:
        title = HEADINGS["title"][language]
        workbook.set_properties({"created": NO_CLOCK, "title": title})
        sheets = _Sheets(Book(workbook), study, language)
        sheets.decisions()
        for kind in study.kinds:
            sheets.subjects(kind)
        if study.persons is not None:
            sheets.persons(study.persons)
        sheets.changes()
        sheets.notes()


class _Sheets:
    """What stands on each sheet, in one language."""

    def __init__(self, book: Book, study: Study, language: Language) -> None:
        self.book = book
        self.study = study
        self.language: Language = language
        self.trials = study.sensitivity.trials
        self.numbers = numbered(study)

    def word(self, name: str) -> str:
        return HEADINGS[name][self.language]

    def decisions(self) -> None:
        """One row for each decision: what it asks, whether it matters, what it alone changes."""
        main = [moved for moved in self.study.kinds[None] if is_told(moved)]
        widths = [NUMBER, QUESTION, 16.0, OPTION, OPTION, 18.0, *([14.0] * len(main))]
        persons = self.study.persons
        if persons is not None:
            widths.append(14.0)
        page = self._page("overview", widths)
        names = ("number", "question", "clause", "taken", "others", "matters")
        headings = [self.word(name) for name in names]
        headings += [self._alone(moved.outcome) for moved in main]
        if persons is not None:
            headings.append(f"{self.word('persons')}\n{self.word('changed persons')}")
        page.table(headings, (self._decision(decision, main) for decision in self.trials.options))

    def _alone(self, outcome: Outcome) -> str:
        """What a column says of an outcome under the options taken alone."""
        label = outcome.label[self.language]
        if outcome.nature in ("figure", "money"):
            return f"{label}\n{self.word('greatest movement')}"
        subject = self.study.base.subject.label[self.language]
        return f"{label}\n{self.word('changed').format(subject)}"

    def _decision(self, decision: str, main: Sequence[Moved]) -> list[Cell]:
        declared = self.study.base.scheme.decisions[decision]
        taken, others = self.trials.base[decision], self.trials.others(decision)
        apart = "；" if self.language == "zh" else "; "
        cells: list[Cell] = [
            as_figure(str(self.numbers[decision])),
            declared.question[self.language],
            declared.clause,
            declared.options[taken][self.language],
            apart.join(declared.options[one][self.language] for one in others),
            MATTERS[self.study.sensitivity.weights[decision]][self.language],
        ]
        cells += [self._effect(moved, decision) for moved in main]
        persons = self.study.persons
        if persons is not None:
            cells.append(as_figure(str(len(persons.changed(decision)))))
        return cells

    def _effect(self, moved: Moved, decision: str) -> Cell:
        """How many subjects change, or the movement that is furthest from nothing."""
        if moved.outcome.nature not in ("figure", "money"):
            return as_figure(str(len(moved.changed(decision))))
        movements = moved.movements(decision)
        if not movements:
            return as_figure("0")
        return as_figure(number_text(max(movements, key=abs), moved.outcome))

    def subjects(self, kind: Kind) -> None:
        """One row for each subject: what it gets under every reading, and what decides that."""
        subject = self.study.base.of(kind).subject
        every = [moved for moved in self.study.kinds[kind] if is_told(moved)]
        shown = [(moved, self._columns(moved)) for moved in every]
        widths = [ID, NAME, *(width for _, columns in shown for _, width in columns)]
        page = self._page(subject.label, widths)
        columns = self.study.base.scheme.fact_tables[subject.table].columns
        headings = [
            columns[name].heading if self.language == "zh" else name.replace("_", " ")
            for name in (subject.id, subject.name)
        ]
        headings += [heading for _, columns in shown for heading, _ in columns]
        page.table(headings, self._subject_rows(kind, every))

    def _columns(self, moved: Moved) -> list[tuple[str, float]]:
        """Headings and widths of an outcome's columns."""
        label = moved.outcome.label[self.language]
        ends = ("best", "worst") if moved.outcome.nature == "place" else ("least", "greatest")
        names = ("by taken", *ends) if moved.outcome.is_number else ("by all",)
        width = 11.0 if moved.outcome.is_number else 30.0
        found = [(f"{label}\n{self.word(name)}", width) for name in names]
        return [*found, (f"{label}\n{self.word('depends on')}", 16.0)]

    def _subject_rows(self, kind: Kind, every: Sequence[Moved]) -> Iterator[list[Cell]]:
        names = names_of(self.study, kind)
        for spreads in zip(*(moved.spreads for moved in every), strict=True):
            cells: list[Cell] = [spreads[0].subject, names.get(spreads[0].subject, "")]
            for moved, spread in zip(every, spreads, strict=True):
                cells += self._spread(moved.outcome, spread)
            yield cells

    def _spread(self, outcome: Outcome, spread: Spread) -> list[Cell]:
        depends = self._depends(spread)
        if not outcome.is_number:
            return [frequencies(outcome, spread, self.language), depends]
        taken = "—" if spread.taken is None else spread.taken
        if not spread.numbers:
            return [taken, "—", "—", depends]
        ends = (spread.numbers[0], spread.numbers[-1])
        return [as_figure(taken), *(as_figure(number_text(one, outcome)) for one in ends), depends]

    def _depends(self, spread: Spread) -> str:
        """The numbers of the decisions that matter."""
        apart = "、" if self.language == "zh" else ", "
        return apart.join(str(self.numbers[one]) for one in spread.decisions)

    def persons(self, persons: Moved) -> None:
        """Who is not paid the same under every reading."""
        pay = self.study.base.scheme.pay
        page = self._page("persons", [18.0, 14.0, 14.0, 14.0, 22.0])
        heading = self.word("person")
        if pay is not None and self.language == "zh":
            heading = self.study.base.scheme.fact_tables[pay.table].columns[pay.person].heading
        names = ("by taken", "least", "greatest", "depends on")
        moving = [spread for spread in persons.spreads if not spread.is_constant]
        page.table(
            [heading, *(self.word(name) for name in names)],
            ([spread.subject, *self._paid(persons.outcome, spread)] for spread in moving),
        )

    def _paid(self, outcome: Outcome, spread: Spread) -> list[Cell]:
        """Whom a reading pays nothing gets nothing there."""
        numbers = [number_text(one, outcome) for one in (spread.numbers[0], spread.numbers[-1])]
        least = "0" if any(value is None for value, _ in spread.values) else numbers[0]
        taken = "0" if spread.taken is None else spread.taken
        return [*map(as_figure, (taken, least, numbers[1])), self._depends(spread)]

    def changes(self) -> None:
        """Every change that an option makes by itself, subject by subject."""
        widths = [NUMBER, QUESTION, OPTION, ID, NAME, 16.0, 16.0, 16.0, 12.0]
        page = self._page("changes", widths)
        names = ("number", "question", "instead", "id", "name", "outcome", "before", "after")
        headings = [self.word(name) for name in (*names, "movement")]
        page.table(headings, self._change_rows())

    def _change_rows(self) -> Iterator[list[Cell]]:
        decisions = self.study.base.scheme.decisions
        names = {kind: names_of(self.study, kind) for kind in self.study.kinds}
        for decision, option in self.trials.single:
            declared = decisions[decision]
            head: list[Cell] = [
                as_figure(str(self.numbers[decision])),
                declared.question[self.language],
                declared.options[option][self.language],
            ]
            for kind, every in self.study.kinds.items():
                for moved in every:
                    for change in moved.changes[decision, option]:
                        outcome = moved.outcome
                        tell = partial(told, outcome, language=self.language)
                        movement = change.movement if outcome.is_number else None
                        yield [
                            *head,
                            change.subject,
                            names[kind].get(change.subject, ""),
                            outcome.label[self.language],
                            *(as_figure(tell(one)) for one in (change.before, change.after)),
                            "" if movement is None else as_figure(number_text(movement, outcome)),
                        ]

    def notes(self) -> None:
        """What was tried, and how to read it."""
        page = self._page("notes", [110.0])
        rows = [[text[self.language]] for text in how_to_read(self.study)]
        page.table([self.word("notes")], rows)

    def _page(self, name: str | Text, widths: Sequence[float]) -> Page:
        """A page under the title, with a line that says what was tried and on which facts."""
        label = HEADINGS[name] if isinstance(name, str) else name
        page = self.book.page(label[self.language], widths)
        title = self.study.base.scheme.title[self.language]
        page.line(f"{self.word('title')}　{title}", self.book.title)
        for text in what_was_tried(self.study):
            page.line(text[self.language])
        page.line("")
        return page
