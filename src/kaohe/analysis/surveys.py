"""How far off each survey may be because only some were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from kaohe.analysis.ballots import Ballots, Stratum
from kaohe.analysis.intervals import Sampled, ratio_of
from kaohe.analysis.randomness import Floats
from kaohe.scheme.counting import node_measures
from kaohe.scheme.nodes import SurveyNode
from kaohe.scoring.sheet import Sheet
from kaohe.values.measures import AnyMeasure, Measure


@dataclass(frozen=True)
class Asked:
    """The part of a sample that a survey rests on; ``population`` None is one without end."""

    sample: str
    ballots: int
    population: int | None


@dataclass(frozen=True)
class SurveyError:
    """A survey of one subject: who was asked, and the standard error in the survey's own points.

    ``at_random``: whether all of them were drawn by lot; else the error is that of ballots as if
    they had been. No error where it cannot be told.
    """

    asked: Sequence[Asked]
    at_random: bool
    from_totals: int
    error: float | None


def survey_errors(sheet: Sheet, ballots: Ballots) -> dict[str, list[SurveyError]]:
    """For every named survey, of whatever kind of subject, its error for each subject."""
    return {
        node_id: _Survey(node, sheet.sheets[node.subject], ballots).errors()
        for node_id, node in sheet.scheme.nodes.items()
        if isinstance(node, SurveyNode)
    }


class _Survey:
    def __init__(self, node: SurveyNode, sheet: Sheet, ballots: Ballots) -> None:
        self.node = node
        self.sheet = sheet
        self.ballots = ballots
        numbers = {measure: number for number, measure in enumerate(ballots.measures)}
        measures = node_measures(node, sheet.scheme, sheet.ground)
        self.counting = numbers[_measure(measures["answered"])]
        self.points = {
            numbers[_measure(measure)]: float(self._worth(name, measure.scale))
            for name, measure in measures.items()
            if name == "points" or name.startswith("picked:")
        }
        self.by_subject: dict[str, list[Stratum]] = {}
        for stratum in ballots.strata:
            if self.counting in stratum.columns:
                subject = ballots.subject_of(stratum, self.counting)
                self.by_subject.setdefault(subject, []).append(stratum)

    def _worth(self, name: str, scale: int) -> Fraction:
        """What one of a measure is worth in the survey's own points, for one answer."""
        questionnaire = self.sheet.scheme.questionnaire
        assert questionnaire is not None
        share = Fraction(self.node.max or 1) / Fraction(questionnaire.full)
        if name == "points":
            return share / scale
        return share * Fraction(questionnaire.answers[name.split(":")[-1]].points)

    def errors(self) -> list[SurveyError]:
        return [self._error(index) for index in range(self.sheet.size)]

    def _error(self, index: int) -> SurveyError:
        strata = self.by_subject.get(self.sheet.ids[index], [])
        counted = self.sheet.counted(self.node)
        totals = counted.get("totals_answered")
        from_totals = 0 if totals is None else totals.numbers[index]
        samples = [self._sampled(stratum) for stratum in strata]
        if from_totals:
            points = float(counted["totals_points"].amount(index)) * float(self._worth("points", 1))
            samples.append(Sampled(np.array([points]), np.array([from_totals]), Fraction(1)))
        estimate = ratio_of(samples)
        asked = [
            Asked(stratum.sample, len(stratum.members), stratum.population)
            for stratum in strata
            if stratum.sample is not None
        ]
        at_random = bool(asked) and all(self.ballots.samples[a.sample].at_random for a in asked)
        unknown = estimate is None or not asked
        return SurveyError(
            asked, at_random, from_totals, None if unknown or estimate is None else estimate.error
        )

    def _sampled(self, stratum: Stratum) -> Sampled:
        places = {number: place for place, number in enumerate(stratum.columns)}
        points: Floats = np.zeros(len(stratum.members))
        for number, worth in self.points.items():
            if number in places:
                points = points + worth * stratum.members[:, places[number]]
        answers = stratum.members[:, places[self.counting]].astype(float)
        return Sampled(points, answers, stratum.drawn)


def _measure(measure: AnyMeasure) -> Measure:
    assert isinstance(measure, Measure), "surveys count rows and cells"
    return measure
