"""The pages of ``robustness.xlsx`` that tell of subjects: what sampling decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from kaohe.analysis.robustness import Robustness
from kaohe.outputs.pages import Cell, as_figure
from kaohe.outputs.robustness.columns import (
    SHARES,
    SURVEYS,
    Column,
    figure_columns,
    outcome_columns,
    rank_columns,
    subject_columns,
)
from kaohe.outputs.robustness.telling import Told, label_of, per_cent, ranks_in_words
from kaohe.scoring.reasons import worded
from kaohe.values.text import Language, Text

NONE = "—"
YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
NOBODY = Text(zh="无", en="none")
BY_LOT, AS_IF = Text(zh="随机", en="by lot"), Text(zh="当作随机", en="as if by lot")
COMMA, SEMICOLON = Text(zh="、", en=", "), Text(zh="；", en="; ")


@dataclass(frozen=True)
class Sheet:
    """A page: its name, a line above its table if need be, its columns and rows."""

    name: Text
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    caution: Text | None = None


class SubjectSheets:
    """The pages of one kind of subject, subjects in the order of results."""

    def __init__(self, told: Told, found: Robustness, language: Language) -> None:
        self.told = told
        self.found = found
        self.language: Language = language
        self.assessment = told.assessment

    def all(self) -> Iterator[Sheet]:
        """The pages that have something to say, the most important first."""
        sampled = [node for node in self.told.outcomes if node in self.told.found.repeated]
        if self.told.ranks or sampled:
            yield self._overview(sampled)
        if sampled:
            name = self._name("各种结果占比", "Shares of results")
            columns = [*subject_columns(self.assessment), *SHARES]
            yield Sheet(name, columns, self._shares())
        surveys = [node for node in self.told.columns if node in self.found.surveys]
        if surveys:
            columns = [*subject_columns(self.assessment), *SURVEYS]
            yield Sheet(self._name("测评误差", "Surveys"), columns, self._surveys(surveys))
        if self.told.figures:
            yield self._margins()

    def _name(self, zh: str, en: str) -> Text:
        """The name of a page; with the kind of subject where it is not the main one."""
        if self.assessment.sheet.kind is None:
            return Text(zh=zh, en=en)
        kind = self.assessment.subject.label
        return Text(zh=f"{zh}（{kind.zh}）", en=f"{en}, {kind.en}")

    def _who(self, index: int) -> list[Cell]:
        row = self.assessment.sheet.figures.subjects[index]
        return [row.id, row.name]

    def _label(self, node: str) -> Text:
        return label_of(self.assessment.scheme, node)

    def _value(self, node: str, text: str) -> Cell:
        return as_figure(worded(self.assessment.scheme.nodes[node], text, self.language) or NONE)

    def _own(self, node: str, index: int) -> Cell:
        return self._value(node, self.assessment.printed(node, index))

    def _overview(self, sampled: Sequence[str]) -> Sheet:
        """First figures with their margins, ranks with their sets, outcomes with their shares."""
        kind = self.assessment.subject.label
        figures = [node for node in self.assessment.first if node in self.told.figures]
        if self.told.survey is not None and self.told.survey not in figures:
            figures.insert(0, self.told.survey)
        columns = subject_columns(self.assessment)
        columns += chain.from_iterable(figure_columns(self._label(node)) for node in figures)
        for node in self.told.ranks:
            columns += rank_columns(self._label(node), kind)
        columns += chain.from_iterable(outcome_columns(self._label(node)) for node in sampled)
        rows = [
            [
                *self._who(index),
                *(cell for node in figures for cell in self._figure(node, index)),
                *(cell for node in self.told.ranks for cell in self._rank(node, index)),
                *(cell for node in sampled for cell in self._kept(node, index)),
            ]
            for index in self.assessment.order
        ]
        return Sheet(self._name("总表", "Overview"), columns, rows)

    def _figure(self, node: str, index: int) -> list[Cell]:
        return [self._own(node, index), as_figure(self.told.margin(node, index) or NONE)]

    def _rank(self, node: str, index: int) -> list[Cell]:
        ranks = self.told.rank_set(node, index)
        if ranks is None:
            return [self._own(node, index), NONE, NONE]
        subjects = self.assessment.sheet.figures.subjects
        others = sorted(ranks.alike, key=self.assessment.order.index)
        names = [subjects[other].name or subjects[other].id for other in others]
        alike = COMMA[self.language].join(names) or NOBODY[self.language]
        return [self._own(node, index), ranks_in_words(ranks)[self.language], alike]

    def _kept(self, node: str, index: int) -> list[Cell]:
        return [self._own(node, index), as_figure(per_cent(self.told.share_of(node, index)))]

    def _shares(self) -> Iterator[list[Cell]]:
        """Every label or band that came out in redraws, with its share."""
        for index in self.assessment.order:
            for node in self.told.outcomes:
                own = self.assessment.printed(node, index)
                sampled = node in self.told.found.repeated
                for value, share in self.told.shares(node, index):
                    yield [
                        *self._who(index),
                        self._label(node)[self.language],
                        self._value(node, value),
                        as_figure(per_cent(share)),
                        (YES if value == own else NO)[self.language],
                        (YES if sampled else NO)[self.language],
                    ]

    def _surveys(self, nodes: Sequence[str]) -> Iterator[list[Cell]]:
        """Every survey: who was asked, and how far its score may be off."""
        assert self.found.ballots is not None
        samples = self.found.ballots.samples
        for index in self.assessment.order:
            for node in nodes:
                error = self.found.surveys[node][index]
                asked = [
                    f"{samples[one.sample].label[self.language]} {one.ballots}"
                    + ("" if one.population is None else f"/{one.population}")
                    for one in error.asked
                ]
                drawn = (BY_LOT if error.at_random else AS_IF)[self.language]
                yield [
                    *self._who(index),
                    self._label(node)[self.language],
                    self._own(node, index),
                    as_figure(self.told.survey_margin(node, index, error) or NONE),
                    as_figure(str(sum(one.ballots for one in error.asked))),
                    SEMICOLON[self.language].join(asked) or NONE,
                    drawn if asked else NONE,
                ]

    def _margins(self) -> Sheet:
        """Every number that rests on ballots, with its margin."""
        figures = self.told.figures
        columns = subject_columns(self.assessment)
        columns += chain.from_iterable(figure_columns(self._label(node)) for node in figures)
        rows = (
            [*self._who(index), *(cell for node in figures for cell in self._figure(node, index))]
            for index in self.assessment.order
        )
        return Sheet(self._name("得分误差", "Margins"), columns, rows)
