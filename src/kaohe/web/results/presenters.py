"""A stored result as plain data for pages: nothing is worked out again, ranks only for some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.outputs.few_ballots import Entry, without_few
from kaohe.scheme.graph import keys_among_equals
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import LABELLED, MarksNode, RankNode
from kaohe.scoring.counting import BALLOTS
from kaohe.values.text import Text
from kaohe.web.accounts.people import Person
from kaohe.web.registry.models import Area
from kaohe.web.results.check_words import (
    actual_told,
    asks_yes_or_no,
    counts_persons_by_period,
    required_told,
)
from kaohe.web.results.models import Run, SubjectResult
from kaohe.web.results.published import published_run


def label_of(run: Run, node: str) -> Text:
    """What a node is called."""
    zh, en = run.told["labels"].get(node, [node, node])
    return Text(zh=zh, en=en)


def decided_otherwise(run: Run, scheme: Scheme) -> list[str]:
    """What has to stand after ``kaohe score`` for a run's decisions: those that are no default."""
    return [
        f"--decide {name}={option}"
        for name, option in run.taken.items()
        if option != scheme.decisions[name].default
    ]


@dataclass(frozen=True)
class CheckShown:
    """A check of an area as a page shows it; ``state`` is met, unmet, waived or unknown.

    ``by_period`` says that its figures are persons times periods, such as person-months.
    """

    subject: str
    id: str
    name: Text
    clause: str
    level: str
    required: str
    actual: str
    state: str
    is_limit: bool
    is_yes_or_no: bool
    by_period: bool

    @property
    def bars(self) -> bool:
        """Whether it keeps the result from being final."""
        return self.level == "check" and self.state in ("unmet", "unknown")

    @property
    def is_noticed(self) -> bool:
        """Whether it is something to know that bars nothing."""
        return self.level == "warning" and self.state in ("unmet", "unknown")


def checks_shown(run: Run, scheme: Scheme) -> list[CheckShown]:
    """Every check of a run with its name and clause."""
    found = []
    for one in run.told["checks"]:
        declared = scheme.checks[one["check"]]
        state = {True: "met", False: "unmet", None: "unknown"}[one["met"]]
        if one["waived"] and state != "met":
            state = "waived"
        found.append(
            CheckShown(
                one["subject"],
                one["check"],
                declared.label,
                declared.clause,
                declared.level,
                required_told(declared, one["required"]),
                actual_told(declared, one["actual"]),
                state,
                is_limit=declared.compare == "at_most" and not asks_yes_or_no(declared),
                is_yes_or_no=asks_yes_or_no(declared),
                by_period=counts_persons_by_period(declared),
            )
        )
    return found


@dataclass(frozen=True)
class TreeNode:
    """A node of the tree of reasons as a page shows it; ``printed`` is its value as stored."""

    id: str
    label: Text
    clause: str
    printed: str
    value: Text
    maximum: str
    why: Text
    inputs: tuple[tuple[Text, str, bool], ...]
    """Label, value, and whether the figure only parts those who are equal in the rank above."""
    children: tuple[TreeNode, ...]
    parts_equals: bool = False


def reasons_shown(result: SubjectResult, scheme: Scheme, *, ranks: bool) -> tuple[TreeNode, ...]:
    """The stored tree of one subject, labels by their names in the scheme.

    Without ``ranks``, for those assessed, a sentence that names a place gives way to the one that
    does not, places themselves are left out, and so are the figures that sentences cite; what
    rests on few ballots is withheld; of marks it is told who gave them, not who gave which.
    """
    nodes = result.entry["scores"]
    if ranks:
        return _tree(nodes, scheme, ranks=True, hidden=frozenset())
    return _tree(without_few(nodes, scheme), scheme, ranks=False, hidden=hidden_nodes(scheme))


def _tree(
    nodes: Iterable[Entry],
    scheme: Scheme,
    *,
    ranks: bool,
    hidden: frozenset[str],
    above: str | None = None,
) -> tuple[TreeNode, ...]:
    """``above`` is the node whose children these are; what a place goes by stands in its place."""
    equals = keys_among_equals(scheme, above)
    found: list[TreeNode] = []
    for node in nodes:
        if node["id"] not in hidden:
            found.append(_tree_node(node, scheme, ranks, hidden, equals))
        elif above is not None:
            aside = keys_among_equals(scheme, node["id"])
            below = [one for one in node["children"] if one["id"] not in aside]
            found += _tree(below, scheme, ranks=ranks, hidden=hidden, above=above)
    return tuple(found)


def _tree_node(
    node: Entry, scheme: Scheme, ranks: bool, hidden: frozenset[str], equals: frozenset[str]
) -> TreeNode:
    marked = not ranks and isinstance(scheme.nodes.get(node["id"]), MarksNode)
    public = not ranks and "explanation_public" in node
    sentence = "explanation_public" if public else "explanation"
    inputs = () if public or marked else node["inputs"]
    below = keys_among_equals(scheme, node["id"])
    return TreeNode(
        id=node["id"],
        label=Text(zh=node["label"], en=node["label_en"]),
        clause=node["clause"] or "",
        printed=node["value"] or "",
        value=figure(scheme, node["id"], node["value"]),
        maximum=node["max"] or "",
        why=_scorers(node) if marked else Text(zh=node[sentence], en=node[f"{sentence}_en"]),
        inputs=tuple(
            (Text(zh=one["label"], en=one["label_en"]), one["value"] or "", one["id"] in below)
            for one in inputs
            if one["id"] not in hidden and not _unknown_ballots(one)
        ),
        children=_tree(node["children"], scheme, ranks=ranks, hidden=hidden, above=node["id"]),
        parts_equals=node["id"] in equals,
    )


def _unknown_ballots(told: Entry) -> bool:
    """Whether no ballots are counted because a channel reported totals of answers only."""
    return bool(told["label_en"] == BALLOTS.en and told["value"] == "0")


def _scorers(node: Entry) -> Text:
    """Who gave the marks of a node, without them. The mark of a single one is the figure itself."""
    names = [(one["label"], one["label_en"]) for one in node["inputs"]]
    if len(names) == 1:
        return Text(zh=node["explanation"], en=node["explanation_en"])
    zh, en = "、".join(zh for zh, _ in names), ", ".join(en for _, en in names)
    return Text(zh=f"由{zh}评分，各自的评分不列出。", en=f"Marked by {en}; whose mark is not told.")


def every_node(tree: Iterable[TreeNode]) -> Iterator[TreeNode]:
    """All nodes of a tree, each before those below it."""
    for node in tree:
        yield node
        yield from every_node(node.children)


def clauses_in(tree: Iterable[TreeNode]) -> set[str]:
    """What the nodes of a tree cite, as they write it."""
    return {node.clause for node in every_node(tree) if node.clause}


def hidden_nodes(scheme: Scheme) -> frozenset[str]:
    """The nodes that are places: not for those assessed."""
    return frozenset(name for name, node in scheme.nodes.items() if isinstance(node, RankNode))


def figure(scheme: Scheme, node: str, value: str | None) -> Text:
    """A figure as people read it; a label by its name in the scheme where it has one."""
    declared = scheme.nodes.get(node)
    labels = getattr(declared, "labels", None) if isinstance(declared, LABELLED) else None
    found = labels.get(value) if isinstance(labels, Mapping) else None
    if isinstance(found, Text):
        return found
    return Text(zh=value or "", en=value or "")


def overview_rows(
    run: Run, scheme: Scheme, subjects: Iterable[SubjectResult], nodes: list[str]
) -> list[tuple[SubjectResult, list[tuple[str, Text]]]]:
    """Every subject with some nodes and their figures, in administrative order."""
    return [
        (subject, [(node, figure(scheme, node, subject.entry.get(node))) for node in nodes])
        for subject in subjects
    ]


# -- links ----------------------------------------------------------------------------------------


def results_of_area(person: Person, area: Area) -> list[tuple[str, str]]:
    """The results of an area that a person may see: of each year those of the run that counts.

    Whoever sees runs is led to the newest, those assessed to the one that was published.
    """
    rows = person.visible(SubjectResult.objects.filter(subject_id=area.area_id, town=area.town_id))
    found = []
    for row in rows.select_related("run__cycle").order_by("-run__cycle__year", "-run__number"):
        cycle = row.run.cycle
        if row.run == (cycle.runs.first() if person.may_read(Run) else published_run(cycle)):
            name = _("%(year)s年度结果") % {"year": cycle.year}
            found.append((name, reverse("results:subject", args=[row.run_id, area.area_id])))
    return found
