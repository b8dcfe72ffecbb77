"""What a scheme says of its ballots as samples: from whom they are, and what is counted of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kaohe.scheme.conditions import conditions
from kaohe.scheme.counting import measures_wanted, node_groupings
from kaohe.scheme.graph import with_inner
from kaohe.scheme.ground import Ground, Misuse
from kaohe.scheme.head import Subject
from kaohe.scheme.model import Questionnaire, Sample, Scheme
from kaohe.scheme.nodes import SurveyNode
from kaohe.values.measures import Measure, Take
from kaohe.values.text import Text

ADDED = (Take.ROWS, Take.SUM, Take.FILLED)
"""What adds up over rows: a ballot that counts twice adds twice as much."""


@dataclass(frozen=True)
class Population:
    """How many could have been asked: ``column`` of the subject that a ballot names in ``by``."""

    subject: Subject
    column: str
    by: str


def population_of(
    sample: Sample, questionnaire: Questionnaire, scheme: Scheme
) -> Population | None:
    """Where it stands how many could have been asked; None where they count as endless.

    Raises Misuse where the column is no whole number of subjects that ballots refer to.
    """
    if sample.population is None:
        return None
    table, _, column = sample.population.partition(".")
    whose = [one for one in (scheme.subject, *scheme.subjects.values()) if one.table == table]
    if not whose:
        raise Misuse(f"{table} 不是考核对象的名册", f"{table} is no table of subjects")
    ground = Ground(scheme.fact_tables, scheme.period, scheme.periods, whose[0])
    if ground.column(table, column).type != "whole":
        raise Misuse(f"{table}.{column} 不是整数列", f"{table}.{column} is no whole number")
    return Population(whose[0], column, ground.subject_column(questionnaire.ballots))


def samples_of(scheme: Scheme) -> Mapping[str, Sample]:
    """The samples that a scheme declares; else the ballots of every survey, as if they were one.

    Surveys with more conditions come first, so that a ballot belongs to the narrowest.
    """
    questionnaire = scheme.questionnaire
    if questionnaire is None:
        return {}
    if questionnaire.samples:
        return questionnaire.samples
    surveys = [
        (node_id, inner)
        for node_id, node in scheme.nodes.items()
        for inner in with_inner(node)
        if isinstance(inner, SurveyNode)
    ]
    found: dict[object, tuple[str, Sample]] = {}
    for node_id, node in sorted(surveys, key=lambda one: -len(one[1].where)):
        label = node.label or Text(zh=node_id, en=node_id)
        ground = scheme.ground_of(node.subject)
        wanted = frozenset(conditions(node.where, questionnaire.ballots, ground))
        found.setdefault(wanted, (node_id, Sample(label=label, where=node.where)))
    # A node may hold several surveys without a name of their own.
    return {
        f"{node_id}.{number}" if number else node_id: sample
        for node_id in dict.fromkeys(node_id for node_id, _ in found.values())
        for number, sample in enumerate(one for named, one in found.values() if named == node_id)
    }


def ballot_measures(scheme: Scheme) -> tuple[list[Measure], list[str]]:
    """What named nodes count of ballots, each once, and the nodes that it stands for only partly.

    The latter read something of ballots that does not add up, such as a greatest cell or a median.
    """
    found: dict[Measure, None] = {}
    partly: dict[str, None] = {}
    ballots = scheme.questionnaire.ballots if scheme.questionnaire is not None else None
    for node_id, node in scheme.nodes.items():
        ground = scheme.ground_of(node.subject)
        for inner in with_inner(node):
            for measure in measures_wanted(inner, scheme, ground):
                if measure.table != ballots:
                    continue
                if isinstance(measure, Measure) and measure.take in ADDED:
                    found[measure] = None
                else:
                    partly[node_id] = None
            if any(one.table == ballots for one in node_groupings(inner, ground).values()):
                partly[node_id] = None
    return list(found), list(partly)
