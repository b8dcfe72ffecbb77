"""The letter to each subject: what it is told of its own result, and nothing of anybody else's.

The scheme says what is told (``feedback``). A letter names no place and no distance to one; a mean
is that of a class with enough subjects in it; what rests on few ballots is withheld, as on pages.
Chinese, since the letter is an official document; words for it are made by ``papers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from kaohe.analysis.ballots import read_ballots
from kaohe.analysis.intervals import two_sided
from kaohe.analysis.surveys import SurveyError, survey_errors
from kaohe.outputs.few_ballots import (
    FEWEST_TOLD,
    Entry,
    ballots_of,
    is_of_ballots,
    withheld,
    without_few,
)
from kaohe.outputs.letter_content import CheckTold, Figure, Letter, SurveyTold, YearBefore
from kaohe.outputs.structured import FEEDBACK_PLACES, node_as_json
from kaohe.pipeline import Assessment
from kaohe.scheme.feedback import Beside, Feedback
from kaohe.scheme.nodes import Operand, SurveyNode, labels_of
from kaohe.scoring.checking import CheckResult
from kaohe.scoring.cohorts import class_name, classes
from kaohe.scoring.operands import operand_label
from kaohe.scoring.reasons import printed, shown
from kaohe.scoring.sheet import Column
from kaohe.values.numbers import Absence, Value, fixed, shortest
from kaohe.values.text import Text

LEVEL = 0.95
"""How surely a margin holds."""
ROUNDED = re.compile(r"(?<=≈)-?\d+\.\d+")
"""A figure that a reason gives with more places than a letter needs."""
NOTHING = Feedback(label=Text(zh="反馈", en="Feedback"))


class Letters:
    """The letters of an assessment. ``labels`` are results in force that were decided otherwise,
    by subject; they are codes of the node that the scheme publishes."""

    def __init__(self, assessment: Assessment, labels: Mapping[str, str] | None = None) -> None:
        self.assessment = assessment
        self.sheet = assessment.sheet
        self.scheme = assessment.scheme
        self.feedback = self.scheme.feedback or NOTHING
        self.labels = labels or {}

    def __iter__(self) -> Iterator[Letter]:
        """By the ids of subjects."""
        return map(self.of, range(self.sheet.size))

    def result(self, index: int) -> tuple[str, str]:
        """The label in force of a subject, as a code and in words; empty without one."""
        node_id = self.feedback.result
        if node_id is None:
            return "", ""
        own = self.sheet.values[node_id][index]
        code = self.labels.get(self.sheet.ids[index], own if isinstance(own, str) else "")
        known = labels_of(self.scheme.nodes[node_id])
        return code, known[code].zh if code in known else code

    @property
    def result_name(self) -> str:
        """What the published label is called."""
        node_id = self.feedback.result
        return "" if node_id is None else self._label(node_id)

    def of(self, index: int) -> Letter:
        """The letter of one subject, by its place in the sheet."""
        entries = tuple(node_as_json(tree) for tree in self.assessment.explain(index))
        hidden = withheld(entries, self.scheme)
        stored = {entry["id"]: entry for entry in _walk(entries)}
        reasons = {entry["id"]: entry for entry in _walk(without_few(entries, self.scheme))}
        points = [self._point(node, index, node in hidden) for node in self.feedback.points]
        questions = [self._question(name, index) for name in self.assessment.feedback]
        judged = self._judged(points, questions)
        mend = list(self._to_mend(judged, index))
        peers = class_name(self.feedback.within, self.sheet, index)
        return Letter(
            id=self.sheet.ids[index],
            name=self.sheet.figures.subjects[index].name or self.sheet.ids[index],
            result_name=self.result_name,
            result=self.result(index)[1],
            status=self.assessment.statuses[index],
            final=self.assessment.final,
            peers="" if peers is None else peers.zh,
            points=points,
            questions=questions,
            surveys=list(self._surveys(index, stored, hidden)),
            apart=[self._plain(node, index) for node in self.feedback.apart],
            progress=[
                replace(self._plain(node, index), made_of=_made_of(reasons[node]))
                for node in self.feedback.progress
                if self.sheet.applies(self.scheme.nodes[node])[index]
            ],
            last_year=[
                self._beside(both, index, hidden) for both in self.feedback.last_year.values()
            ],
            checks=[self._check(one) for one in self._checks_of.get(self.sheet.ids[index], [])],
            strong=self._strong(judged),
            weak=_lowest(questions)[: self.feedback.weak or 0],
            to_mend=mend,
        )

    # -- figures ----------------------------------------------------------------------------------

    def _label(self, node_id: str) -> str:
        label = self.scheme.nodes[node_id].label
        return node_id if label is None else label.zh

    def _plain(self, node_id: str, index: int) -> Figure:
        return Figure(self._label(node_id), self.assessment.printed(node_id, index), "")

    def _point(self, node_id: str, index: int, hidden: bool) -> Figure:
        node = self.scheme.nodes[node_id]
        assert node.max is not None, "checked with the scheme"
        full, value = Fraction(node.max), self.sheet.values[node_id][index]
        places = self.scheme.places(node)
        mean = self._mean(self.sheet.values[node_id], index)
        return Figure(
            label=self._label(node_id),
            value="" if hidden else printed(self.scheme, node, value),
            full=shortest(full),
            mean="" if mean is None else _figure(mean, places),
            share=None if hidden else _share(value, full),
            below_mean=None if hidden else _is_below(value, mean, places),
            withheld=hidden,
        )

    def _question(self, question: str, index: int) -> Figure:
        questionnaire = self.scheme.questionnaire
        assert questionnaire is not None, "without one there are no questions"
        means, answers = self.assessment.feedback[question]
        value, full = means[index], Fraction(questionnaire.full)
        few = answers[index] < FEWEST_TOLD or isinstance(value, Absence)
        mean = self._mean(means, index)
        return Figure(
            label=questionnaire.questions[question].label.zh,
            value="" if few else _figure(value, FEEDBACK_PLACES),
            full=shortest(full),
            mean="" if mean is None else _figure(mean, FEEDBACK_PLACES),
            share=None if few else _share(value, full),
            below_mean=None if few else _is_below(value, mean, FEEDBACK_PLACES),
            answers=None if few and answers[index] else answers[index],
            withheld=few and bool(answers[index]),
        )

    def _mean(self, column: Column, index: int) -> Fraction | None:
        """The mean of the class of a subject; None where too few of it have a figure."""
        if self.feedback.mean_of is None:
            return None
        own = self._classes[index]
        values = [
            Fraction(value)
            for value, one in zip(column, self._classes, strict=True)
            if one == own and not isinstance(value, str | Absence)
        ]
        enough = len(values) >= self.feedback.mean_of and not isinstance(own, Absence)
        return sum(values, Fraction(0)) / len(values) if enough else None

    @cached_property
    def _classes(self) -> Sequence[str | Absence]:
        return classes(self.feedback.within, self.sheet)

    def _beside(self, both: Beside, index: int, hidden: Mapping[str, object]) -> YearBefore:
        if any(isinstance(one, str) and one in hidden for one in (both.now, both.before)):
            return YearBefore(both.label.zh, "", "", "")
        was, is_now = (self.sheet.column(one)[index] for one in (both.before, both.now))
        told = self._told(both.before, index), self._told(both.now, index)
        change = ""
        if not isinstance(was, str | Absence) and not isinstance(is_now, str | Absence):
            moved = Fraction(is_now) - Fraction(was)
            places = max(len(one.partition(".")[2]) for one in told)
            told = fixed(Fraction(was), places), fixed(Fraction(is_now), places)
            change = f"{'+' if moved > 0 else ''}{fixed(moved, places)}"
        return YearBefore(both.label.zh, *told, change)

    def _told(self, operand: Operand, index: int) -> str:
        if isinstance(operand, str):
            return self.assessment.printed(operand, index)
        value = self.sheet.column(operand)[index]
        return "" if isinstance(value, Absence) else shown(value)

    # -- surveys ----------------------------------------------------------------------------------

    def _surveys(
        self, index: int, stored: Mapping[str, Entry], hidden: Mapping[str, object]
    ) -> Iterator[SurveyTold]:
        for node_id in self.assessment.columns:
            node = self.scheme.nodes[node_id]
            if isinstance(node, SurveyNode):
                error = self._errors[node_id][index] if node_id in self._errors else None
                unknown = error is None or error.error is None or error.from_totals > 0
                away = node_id in hidden
                margin = "" if unknown or away else fixed(_margin(error), 1)
                yield SurveyTold(
                    label=self._label(node_id),
                    value="" if away else self.assessment.printed(node_id, index),
                    ballots=ballots_of(stored[node_id], self.scheme),
                    margin=margin,
                    at_random=error is not None and error.at_random,
                    withheld=away,
                )

    @cached_property
    def _errors(self) -> Mapping[str, Sequence[SurveyError]]:
        """As ``kaohe robustness`` tells them."""
        ballots = read_ballots(self.scheme, self.assessment.facts)
        return {} if ballots is None else survey_errors(self.sheet, ballots)

    # -- checks -----------------------------------------------------------------------------------

    @cached_property
    def _checks_of(self) -> Mapping[str, Sequence[CheckResult]]:
        """For every subject what is unmet, accepted or not."""
        found: dict[str, list[CheckResult]] = {}
        for one in self.assessment.checks:
            if one.met is not True:
                found.setdefault(one.subject, []).append(one)
        return found

    def _check(self, result: CheckResult) -> CheckTold:
        body = self.scheme.checks[result.check]
        return CheckTold(
            label=body.label.zh,
            clause=body.clause,
            required=result.required,
            actual=result.actual,
            waived=result.waived,
            bars=result.bars,
            is_warning=body.level == "warning",
            is_limit=body.compare == "at_most",
        )

    # -- what is strong, weak, to be mended -------------------------------------------------------

    def _judged(self, points: Sequence[Figure], questions: Sequence[Figure]) -> list[Figure]:
        """Questions, and points: of these not those that only sum up what residents answered."""
        own = [
            figure
            for node_id, figure in zip(self.feedback.points, points, strict=True)
            if not (questions and is_of_ballots(node_id, self.scheme))
        ]
        return [figure for figure in (*own, *questions) if figure.share is not None]

    def _strong(self, judged: Sequence[Figure]) -> list[Figure]:
        """What reaches most of its maximum, not below the mean of the class."""
        best = sorted(judged, key=lambda one: -(one.share or 0))
        return [one for one in best if not one.below_mean][: self.feedback.strong or 0]

    def _to_mend(self, judged: Sequence[Figure], index: int) -> Iterator[str]:
        """Counts that should be 0; what lies below the mean of the class, the lowest share first;
        if these are few, what reaches least. Nothing that is full, and nothing that is strong."""
        mend = self.feedback.mend
        if mend is None:
            return
        strong = self._strong(judged)
        open_to = [one for one in _lowest(judged) if one.share != 1 and one not in strong]
        below = [one for one in open_to if one.below_mean]
        others = [one for one in open_to if not one.below_mean]
        counts = list(self._counts(mend.counts, index))
        named = [*counts, *(one.told for one in below)][: mend.at_most]
        yield from named
        yield from (one.told for one in others[: max(0, mend.at_least - len(named))])

    def _counts(self, counts: Mapping[str, Operand], index: int) -> Iterator[str]:
        for operand in counts.values():
            value = self.sheet.column(operand)[index]
            if not isinstance(value, str | Absence) and value > 0:
                yield f"{operand_label(operand, self.sheet).zh}：{self._told(operand, index)}"


def _made_of(entry: Entry) -> str:
    """The first sentence of a figure's reason, without its end; empty where there is no figure or
    the sentence is not for those assessed."""
    if not entry["value"] or "explanation_public" in entry:
        return ""
    sentence = str(entry["explanation"]).partition("。")[0]
    return ROUNDED.sub(lambda found: fixed(Fraction(found[0]), 2), sentence)


def _walk(entries: Sequence[Entry]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        yield from _walk(entry["children"])


def _lowest(figures: Sequence[Figure]) -> list[Figure]:
    """Those with a figure, the smallest part of the maximum first."""
    known = [one for one in figures if one.share is not None]
    return sorted(known, key=lambda one: one.share or Fraction(0))


def _share(value: Value, full: Fraction) -> Fraction | None:
    return None if isinstance(value, str | Absence) or not full else Fraction(value) / full


def _is_below(value: Value, mean: Fraction | None, places: int | None) -> bool | None:
    """Whether a figure is less than a mean, both as they are printed."""
    if mean is None or isinstance(value, str | Absence):
        return None
    return Fraction(_figure(value, places)) < Fraction(_figure(mean, places))


def _figure(value: Value, places: int | None) -> str:
    assert not isinstance(value, str | Absence)
    return _short(Fraction(value)) if places is None else fixed(value, places)


def _short(value: Fraction) -> str:
    """Exact where it is short, else to two places."""
    return shown(value) if (value * 100).denominator == 1 else fixed(value, FEEDBACK_PLACES)


def _margin(error: SurveyError | None) -> Fraction:
    assert error is not None
    assert error.error is not None
    return Fraction(error.error * two_sided(LEVEL))
