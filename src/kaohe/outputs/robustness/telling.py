"""How figures of robustness are printed and told, the same in both files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaohe.analysis.intervals import two_sided
from kaohe.analysis.ranks import RankSet
from kaohe.analysis.replicates import MARGIN_LEVEL, Replicated
from kaohe.analysis.surveys import SurveyError
from kaohe.pipeline import Assessment
from kaohe.scheme.graph import nodes_below
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import SurveyNode
from kaohe.values.numbers import PERCENT, fixed
from kaohe.values.text import Text

PLACES = 2
"""Decimals of an error where the node is not rounded to more."""
SHARE_PLACES, WEIGHT_PLACES = 3, 4


@dataclass(frozen=True)
class Told:
    """Figures of one kind of subject as they are printed."""

    assessment: Assessment
    found: Replicated

    @property
    def columns(self) -> Sequence[str]:
        """The nodes of this kind of subject."""
        return self.assessment.columns

    @property
    def figures(self) -> list[str]:
        """The numbers that rest on ballots; surveys apart, which are told with their samples."""
        nodes = self.assessment.scheme.nodes
        resting = [node for node in self.columns if node in self.found.errors]
        return [node for node in resting if not isinstance(nodes[node], SurveyNode)]

    @property
    def survey(self) -> str | None:
        """The first number that all surveys of this kind of subject go into."""
        nodes, scheme = self.assessment.scheme.nodes, self.assessment.scheme
        every = {node for node in self.columns if isinstance(nodes[node], SurveyNode)}
        ordered = (node for node in self.found.repeated if node in self.figures)
        joint = (node for node in ordered if every <= nodes_below([node], scheme))
        return next(joint, None) if every else None

    @property
    def outcomes(self) -> list[str]:
        """The labels and bands, whether they rest on ballots or not."""
        return [node for node in self.columns if node in self.found.shares]

    @property
    def ranks(self) -> list[str]:
        """The nodes that rank by a number which rests on ballots."""
        return [node for node in self.columns if node in self.found.ranks]

    def error(self, node: str, index: int) -> str:
        """The standard error of a figure; empty where there is none."""
        return self._printed(node, self.found.errors[node][index])

    def margin(self, node: str, index: int) -> str:
        """How far a figure may be off to either side; empty where that cannot be told."""
        error = self.found.errors[node][index]
        return self._printed(node, None if error is None else error * two_sided(MARGIN_LEVEL))

    def survey_error(self, node: str, index: int, error: SurveyError) -> str:
        """The standard error of a survey; empty where the survey has no value."""
        return self._printed(node, error.error) if self.assessment.printed(node, index) else ""

    def survey_margin(self, node: str, index: int, error: SurveyError) -> str:
        """How far a survey may be off to either side; empty where it has no value."""
        if error.error is None or not self.assessment.printed(node, index):
            return ""
        return self._printed(node, error.error * two_sided(MARGIN_LEVEL))

    def _printed(self, node: str, figure: float | None) -> str:
        if figure is None:
            return ""
        places = self.assessment.scheme.places(self.assessment.scheme.nodes[node])
        return f"{figure:.{max(places or PLACES, PLACES)}f}"

    def shares(self, node: str, index: int) -> Iterator[tuple[str, Fraction]]:
        """What a node came to, as printed, and in which share; the most frequent first."""
        counts = self.found.shares[node][index]
        for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
            yield value, Fraction(count, self.found.replicates)

    def share_of(self, node: str, index: int) -> Fraction:
        """In which share of replicates a node came to what it comes to in the result."""
        count = self.found.shares[node][index].get(self.assessment.printed(node, index), 0)
        return Fraction(count, self.found.replicates)

    def rank_set(self, node: str, index: int) -> RankSet | None:
        """The ranks that a subject may have."""
        return self.found.ranks[node][index]


def ranks_in_words(ranks: RankSet) -> Text:
    """第3至第9名."""
    if ranks.best == ranks.worst:
        return Text(zh=f"第{ranks.best}名", en=f"{ranks.best}")
    return Text(zh=f"第{ranks.best}至第{ranks.worst}名", en=f"{ranks.best} to {ranks.worst}")


def per_cent(share: Fraction) -> str:
    """A share in per cent with one decimal."""
    return fixed(PERCENT * share, SHARE_PLACES - 2)


def label_of(scheme: Scheme, node: str) -> Text:
    """What a node is called."""
    return scheme.nodes[node].label or Text(zh=node, en=node)
