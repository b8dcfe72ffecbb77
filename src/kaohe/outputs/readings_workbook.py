"""``sensitivity.xlsx``: which open questions decide what, for those who settle them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import chain
from pathlib import Path

from kaohe.analysis.sensitivity import Moved, Outcome, Spread
from kaohe.outputs.explained import COMMA, SEMICOLON, Explained, Sheet, write_explained
from kaohe.outputs.pages import Cell, as_figure
from kaohe.outputs.readings_columns import (
    CHANGES,
    DECISIONS,
    PERSONS_CHANGED,
    alone_columns,
    person_columns,
    spread_columns,
    subject_columns,
)
from kaohe.outputs.readings_sentences import (
    COUNTS,
    DEPENDS,
    IDLE,
    INTRO,
    how_to_read,
    of_decisions,
    simulated_facts,
    what_was_tried,
)
from kaohe.outputs.readings_structured import names_of, number_text
from kaohe.outputs.readings_words import HEADINGS, MATTERS, frequencies, is_told, numbered, told
from kaohe.readings import Kind, Study
from kaohe.values.text import Language, Text

ONLY_MOVING = Text(
    zh="只列绩效会变的人；没有列的，在比较过的各种选项组合下都一样。最低、最高是各种组合中发得最少、最多的。",
    en="Only those whose pay changes; all others are paid the same under every reading tried.",
)
ONE_CHANGE_A_ROW = Text(
    zh="一行是一处变动：其他事项都按现行选项，只把这一项改为所列选项。没有列的不变。",
    en="A row is one change: everything else as taken, this decision answered otherwise. What is "
    "not listed stays.",
)


def write_study_workbook(path: Path, study: Study, language: Language) -> None:
    """How to read it, the decisions, the subjects of every kind, the persons paid, every change."""
    scheme, title = study.base.scheme, HEADINGS["title"]
    stamps = list(simulated_facts(study))
    told = Explained(
        title=Text(
            zh=f"{title.zh}　{scheme.title.zh}",
            en=f"{title.en} · {scheme.title.en}",
        ),
        stamps=stamps,
        says=[INTRO, *list(what_was_tried(study))[len(stamps) :]],
        notions=[*how_to_read(study), COUNTS, IDLE],
        sheets=list(_Sheets(study, language).all()),
    )
    write_explained(path, told, language)


class _Sheets:
    """What stands on each sheet, in one language."""

    def __init__(self, study: Study, language: Language) -> None:
        self.study = study
        self.language: Language = language
        self.trials = study.sensitivity.trials
        self.numbers = numbered(study)

    def all(self) -> Iterator[Sheet]:
        """The pages in their order."""
        yield self.decisions()
        for kind in self.study.kinds:
            yield self.subjects(kind)
        if self.study.persons is not None:
            yield self.persons(self.study.persons)
        yield Sheet(
            Text(zh="变动明细", en="Changes"), CHANGES, self._change_rows(), [ONE_CHANGE_A_ROW]
        )

    def decisions(self) -> Sheet:
        """One row for each decision: what it asks, whether it matters, what it alone changes."""
        main = [moved for moved in self.study.kinds[None] if is_told(moved)]
        kind = self.study.base.subject.label
        alone = (alone_columns(moved.outcome, kind) for moved in main)
        columns = [*DECISIONS, *chain.from_iterable(alone)]
        if self.study.persons is not None:
            columns.append(PERSONS_CHANGED)
        rows = (self._decision(decision, main) for decision in self.trials.options)
        return Sheet(Text(zh="总览", en="Overview"), columns, rows, [of_decisions(kind), IDLE])

    def _decision(self, decision: str, main: Sequence[Moved]) -> list[Cell]:
        declared = self.study.base.scheme.decisions[decision]
        taken, others = self.trials.base[decision], self.trials.others(decision)
        cells: list[Cell] = [
            as_figure(str(self.numbers[decision])),
            declared.question[self.language],
            declared.clause,
            declared.options[taken][self.language],
            SEMICOLON[self.language].join(declared.options[one][self.language] for one in others),
            MATTERS[self.study.sensitivity.weights[decision]][self.language],
        ]
        for moved in main:
            cells += self._effect(moved, decision)
        persons = self.study.persons
        if persons is not None:
            cells.append(as_figure(str(len(persons.changed(decision)))))
        return cells

    def _effect(self, moved: Moved, decision: str) -> list[Cell]:
        """How many subjects change, and the movement that is furthest from nothing."""
        changed = as_figure(str(len(moved.changed(decision))))
        if moved.outcome.nature not in ("figure", "money"):
            return [changed]
        most = max(moved.movements(decision), key=abs, default=Fraction(0))
        return [changed, self._movement(most, moved.outcome)]

    def _movement(self, movement: Fraction, outcome: Outcome) -> Cell:
        return as_figure(number_text(movement, outcome), is_movement=True)

    def subjects(self, kind: Kind) -> Sheet:
        """One row for each subject: what it gets under every reading, and what decides that."""
        subject = self.study.base.of(kind).subject
        every = [moved for moved in self.study.kinds[kind] if is_told(moved)]
        declared = self.study.base.scheme.fact_tables[subject.table].columns
        headings = [
            Text(zh=declared[name].heading, en=name.replace("_", " "))
            for name in (subject.id, subject.name)
        ]
        columns = subject_columns(headings[0], headings[1], subject.label)
        columns += chain.from_iterable(spread_columns(moved.outcome) for moved in every)
        return Sheet(subject.label, columns, self._subject_rows(kind, every), [COUNTS, DEPENDS])

    def _subject_rows(self, kind: Kind, every: Sequence[Moved]) -> Iterator[list[Cell]]:
        names = names_of(self.study, kind)
        alone = [self._alone(moved) for moved in every]
        for spreads in zip(*(moved.spreads for moved in every), strict=True):
            cells: list[Cell] = [spreads[0].subject, names.get(spreads[0].subject, "")]
            for moved, spread, brings in zip(every, spreads, alone, strict=True):
                cells += self._spread(moved.outcome, spread, brings.get(spread.subject, {}))
            yield cells

    def _alone(self, moved: Moved) -> Mapping[str, Mapping[str | None, list[int]]]:
        """For each subject and value, the decisions one of whose options alone brings it."""
        found: dict[str, dict[str | None, list[int]]] = {}
        for (decision, _), changes in moved.changes.items():
            for change in changes:
                numbers = found.setdefault(change.subject, {}).setdefault(change.after, [])
                if self.numbers[decision] not in numbers:
                    numbers.append(self.numbers[decision])
        return found

    def _spread(
        self, outcome: Outcome, spread: Spread, alone: Mapping[str | None, Sequence[int]]
    ) -> list[Cell]:
        depends = self._depends(spread)
        if not outcome.is_number:
            return [frequencies(outcome, spread, alone, self.language), depends]
        taken = "—" if spread.taken is None else spread.taken
        if not spread.numbers:
            return [taken, "—", "—", depends]
        ends = (spread.numbers[0], spread.numbers[-1])
        return [as_figure(taken), *(as_figure(number_text(one, outcome)) for one in ends), depends]

    def _depends(self, spread: Spread) -> str:
        """The numbers of the decisions that matter."""
        return COMMA[self.language].join(str(self.numbers[one]) for one in spread.decisions)

    def persons(self, persons: Moved) -> Sheet:
        """Who is not paid the same under every reading."""
        pay = self.study.base.scheme.pay
        heading = Text(zh="人员", en="Person")
        if pay is not None:
            declared = self.study.base.scheme.fact_tables[pay.table].columns[pay.person]
            heading = Text(zh=declared.heading, en=heading.en)
        moving = (spread for spread in persons.spreads if not spread.is_constant)
        rows = ([spread.subject, *self._paid(persons.outcome, spread)] for spread in moving)
        columns = person_columns(persons.outcome, heading)
        return Sheet(Text(zh="个人绩效", en="Pay of persons"), columns, rows, [ONLY_MOVING])

    def _paid(self, outcome: Outcome, spread: Spread) -> list[Cell]:
        """Whom a reading pays nothing gets nothing there."""
        nothing = any(value is None for value, _ in spread.values)
        least = Fraction(0) if nothing else spread.numbers[0]
        paid = (Fraction(spread.taken or 0), least, spread.numbers[-1])
        return [*(as_figure(number_text(one, outcome)) for one in paid), self._depends(spread)]

    def _change_rows(self) -> Iterator[list[Cell]]:
        decisions = self.study.base.scheme.decisions
        for decision, option in self.trials.single:
            declared = decisions[decision]
            head: list[Cell] = [
                as_figure(str(self.numbers[decision])),
                declared.question[self.language],
                declared.options[option][self.language],
            ]
            for kind, every in self.study.kinds.items():
                for moved in every:
                    yield from self._changes(head, kind, moved, (decision, option))

    def _changes(
        self, head: Sequence[Cell], kind: Kind, moved: Moved, single: tuple[str, str]
    ) -> Iterator[list[Cell]]:
        """What one option alone changes of one outcome."""
        outcome, names = moved.outcome, names_of(self.study, kind)
        tell = partial(told, outcome, language=self.language)
        for change in moved.changes[single]:
            movement = change.movement if outcome.is_number else None
            yield [
                *head,
                change.subject,
                names.get(change.subject, ""),
                outcome.label[self.language],
                *(as_figure(tell(one)) for one in (change.before, change.after)),
                "" if movement is None else self._movement(movement, outcome),
            ]
