"""What would move an area's figures to another band, place or label: for whom, and against what.

Those assessed are told the way to numbers that the scheme states, from figures that they see. Who
may see ranks is told, when they ask, the way to every other outcome on the facts of the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import labels_of
from kaohe.scoring.distance_words import distance_in_words, fixed_in_words
from kaohe.scoring.distances import distances
from kaohe.scoring.fixed_distances import fixed_distances
from kaohe.values.numbers import Value
from kaohe.values.text import Text
from kaohe.web.results.actions import assessed_again
from kaohe.web.results.models import SubjectResult
from kaohe.web.results.presenters import TreeNode, every_node

PASSING = 60
"""Who would have to pass more figures of others than that is told nothing: it would take long."""
Told = Mapping[str, list[Text]]
"""The sentences of each node that has any."""


def to_stated_limits(tree: Iterable[TreeNode], scheme: Scheme) -> Told:
    """From the figures of a tree as it is shown, to numbers of the scheme."""
    values = {node.id: _value(node, scheme) for node in every_node(tree) if node.printed}
    found = {
        node: [fixed_in_words(one, node, scheme) for one in fixed_distances(node, scheme, values)]
        for node in values
    }
    return {node: sentences for node, sentences in found.items() if sentences}


def to_every_outcome(result: SubjectResult, scheme: Scheme) -> Told:
    """On the facts that were scored; for those only who may see ranks.

    A node that this version of the program works out otherwise than the run did says nothing.
    """
    found = {}
    with assessed_again(result.run, scheme) as assessment:
        sheet = assessment.sheet
        index = sheet.places[result.subject_id]
        for node in assessment.columns:
            if assessment.printed(node, index) == (result.entry.get(node) or ""):
                sentences = [
                    distance_in_words(one, node, sheet, index)
                    for one in distances(node, sheet, index, PASSING)
                ]
                found[node] = sentences
    return {node: sentences for node, sentences in found.items() if sentences}


def _value(node: TreeNode, scheme: Scheme) -> Value:
    """What a node came to: printed as it was stored, a number is exact."""
    labelled = node.printed in labels_of(scheme.nodes[node.id])
    return node.printed if labelled else Fraction(node.printed)
