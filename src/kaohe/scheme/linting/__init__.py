"""Does a well-formed scheme mean something: every reference, every name, every cycle, every limit.

All findings at once, each with a stable code, its place and a cure. The codes stand in
``docs/reference/lint.md``; a rule is a function that yields what it has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kaohe.scheme.document import Document
from kaohe.scheme.linting import nodes, outcomes, tables
from kaohe.scheme.linting.saying import Said
from kaohe.scheme.model import Scheme
from kaohe.values.findings import Finding

RULES: tuple[Callable[[Scheme], Iterator[Said]], ...] = (
    tables.columns_exist,
    tables.values_fit,
    tables.waivers_name_subjects,
    tables.periods_run_forward,
    nodes.names_fit,
    nodes.references_exist,
    nodes.nothing_on_itself,
    nodes.measures_fit,
    nodes.questions_exist,
    nodes.formulas_fit,
    nodes.ranked_by_numbers,
    outcomes.labels_exist,
    outcomes.bands_run_one_way,
    outcomes.nodes_are_named,
    outcomes.rounding_is_stated,
    outcomes.pay_fits,
)


def lint(scheme: Scheme, document: Document) -> list[Finding]:
    """All findings about the meaning of a scheme."""
    said = [one for rule in RULES for one in rule(scheme)]
    said.extend(outcomes.layout_names_nodes(scheme, document))
    return [document.finding(*one) for one in said]
