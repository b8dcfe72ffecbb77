"""The pages of ``robustness.xlsx`` that tell of subjects: what sampling decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain

from kaohe.analysis.robustness import Robustness
from kaohe.outputs.explained import COMMA, SEMICOLON, Sheet
from kaohe.outputs.pages import Cell, as_figure
from kaohe.outputs.robustness.columns import (
    SHARES,
    SURVEYS,
    figure_columns,
    outcome_columns,
    rank_columns,
    subject_columns,
)
from kaohe.outputs.robustness.telling import Told, label_of, per_cent, ranks_in_words
from kaohe.outputs.robustness.wording import (
    MARGINS,
    TOTALS_ONLY,
    lacks_ballots,
    of_ranks,
    of_samples,
    of_shares,
)
from kaohe.scheme.graph import nodes_below
from kaohe.scoring.reasons import worded
from kaohe.values.text import Language, Text

NONE = "—"
YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
NOBODY = Text(zh="无", en="none")
BY_LOT, AS_IF = Text(zh="抽签", en="by lot"), Text(zh="不是抽签", en="not by lot")
NOT_KNOWN = Text(zh="算不出", en="not known")
SUMS = Text(zh="只报合计", en="sums only")
ONLY_MOVING = Text(
    zh="只列重抽时出现过不止一种的；没有列的，每次都与本次相同。",
    en="Only what came out in more than one way; all others were the same each time.",
)


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
            name = self._name("可能变的结果", "Results that may change")
            columns = [*subject_columns(self.assessment), *SHARES]
            says = [*self._warning, of_shares(self.told.found.replicates), ONLY_MOVING]
            yield Sheet(name, columns, self._shares(sampled), says)
        surveys = [node for node in self.told.columns if node in self.found.surveys]
        if surveys:
            columns = [*subject_columns(self.assessment), *SURVEYS]
            says = [*self._warning, MARGINS, *of_samples(self.found)]
            name = self._name("测评误差", "Surveys")
            yield Sheet(name, columns, self._surveys(surveys), says)
        if self.told.figures:
            yield self._margins()

    def _name(self, zh: str, en: str) -> Text:
        """The name of a page; with the kind of subject where it is not the main one."""
        if self.assessment.sheet.kind is None:
            return Text(zh=zh, en=en)
        kind = self.assessment.subject.label
        return Text(zh=f"{zh}（{kind.zh}）", en=f"{en}, {kind.en}")

    @property
    def _warning(self) -> list[Text]:
        """That the error of some survey cannot be told, if so."""
        return [TOTALS_ONLY] if lacks_ballots(self.found) else []

    @cached_property
    def _surveys_below(self) -> dict[str, list[str]]:
        """For every node the surveys of this kind of subject that it rests on."""
        scheme, columns = self.assessment.scheme, self.told.columns
        surveys = [node for node in columns if node in self.found.surveys]
        return {
            node: [survey for survey in surveys if survey in below]
            for node, below in ((node, nodes_below([node], scheme)) for node in columns)
        }

    def _can_be_told(self, node: str, index: int) -> bool:
        """Whether no survey that a node rests on is known by its sums only."""
        below = self._surveys_below[node]
        return not any(self.found.surveys[survey][index].from_totals for survey in below)

    def _who(self, index: int) -> list[Cell]:
        row = self.assessment.sheet.figures.subjects[index]
        return [row.id, row.name]

    def _label(self, node: str) -> Text:
        return label_of(self.assessment.scheme, node)

    def _value(self, node: str, text: str) -> Cell:
        """A value as people read it: a result that there is not is none, a number a dash."""
        nothing = NOBODY[self.language] if node in self.told.outcomes else NONE
        return as_figure(worded(self.assessment.scheme.nodes[node], text, self.language) or nothing)

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
        says = [*self._warning, MARGINS, *([of_ranks(kind)] if self.told.ranks else ())]
        return Sheet(self._name("总表", "Overview"), columns, rows, says)

    def _figure(self, node: str, index: int) -> list[Cell]:
        margin = self.told.margin(node, index) or NONE
        return [self._own(node, index), self._if_told(node, index, margin)]

    def _if_told(self, node: str, index: int, figure: str) -> Cell:
        """A figure of chance, unless it would leave out what cannot be told."""
        if self._can_be_told(node, index):
            return as_figure(figure)
        return NOT_KNOWN[self.language]

    def _rank(self, node: str, index: int) -> list[Cell]:
        ranks = self.told.rank_set(node, index)
        if ranks is None:
            return [self._own(node, index), NONE, NONE]
        if not self._can_be_told(node, index):
            return [self._own(node, index), *[NOT_KNOWN[self.language]] * 2]
        subjects = self.assessment.sheet.figures.subjects
        others = sorted(ranks.alike, key=self.assessment.order.index)
        names = [subjects[other].name or subjects[other].id for other in others]
        alike = COMMA[self.language].join(names) or NOBODY[self.language]
        return [self._own(node, index), ranks_in_words(ranks)[self.language], alike]

    def _kept(self, node: str, index: int) -> list[Cell]:
        share = per_cent(self.told.share_of(node, index))
        return [self._own(node, index), self._if_told(node, index, share)]

    def _shares(self, sampled: Sequence[str]) -> Iterator[list[Cell]]:
        """Labels and bands that came out in redraws, where there were several, with shares."""
        for index in self.assessment.order:
            for node in sampled:
                own = self.assessment.printed(node, index)
                shares = list(self.told.shares(node, index))
                for value, share in shares if len(shares) > 1 else ():
                    yield [
                        *self._who(index),
                        self._label(node)[self.language],
                        self._value(node, value),
                        self._if_told(node, index, per_cent(share)),
                        (YES if value == own else NO)[self.language],
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
                if error.from_totals:
                    asked.append(SUMS[self.language])
                drawn = (BY_LOT if error.at_random else AS_IF)[self.language]
                margin = self.told.survey_margin(node, index, error) or NONE
                yield [
                    *self._who(index),
                    self._label(node)[self.language],
                    self._own(node, index),
                    self._if_told(node, index, margin),
                    as_figure(str(sum(one.ballots for one in error.asked))),
                    SEMICOLON[self.language].join(asked) or NONE,
                    drawn if error.asked else NONE,
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
        says = [*self._warning, MARGINS]
        return Sheet(self._name("得分误差", "Margins"), columns, rows, says)
