"""Does a well-formed scheme mean something: every reference, every name, every cycle, every limit.

All findings at once, each with a stable code, its place and a cure. The codes stand in
``docs/reference/lint.md``; a rule is a function that yields what it has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kaohe.scheme.document import Document
from kaohe.scheme.linting import bands, nodes, outcomes, tables, wording
from kaohe.scheme.linting.saying import Said
from kaohe.scheme.model import Scheme
from kaohe.scheme.unfolding import written_id
from kaohe.values.findings import Finding

RULES: tuple[Callable[[Scheme], Iterator[Said]], ...] = (
    tables.columns_exist,
    tables.values_fit,
    tables.waivers_name_subjects,
    tables.periods_run_forward,
    tables.periods_are_named,
    nodes.names_fit,
    nodes.references_exist,
    nodes.nothing_on_itself,
    nodes.measures_fit,
    nodes.questions_exist,
    nodes.formulas_fit,
    nodes.ranked_by_numbers,
    outcomes.labels_exist,
    bands.bands_cover,
    outcomes.nodes_are_named,
    outcomes.rounding_is_stated,
    outcomes.ties_are_stated,
    outcomes.missing_is_stated,
    outcomes.pay_fits,
    wording.words_go_together,
    wording.conditions_ask,
    wording.orders_agree,
    wording.subjects_meet,
    wording.cohorts_exist,
    wording.one_rule_at_a_time,
)


def lint(scheme: Scheme, written: Scheme, document: Document) -> list[Finding]:
    """All findings about the meaning of a scheme; ``written`` is how it stands in the file."""
    said = [one for rule in RULES for one in rule(scheme)]
    said.extend(outcomes.layout_names_nodes(scheme, document))
    found = [document.finding(*_as_written(one, written)) for one in said]
    return list(dict.fromkeys(found))


def _as_written(said: Said, written: Scheme) -> Said:
    """What is said, with the place under which a node stands in the file."""
    code, weight, path, zh, en = said
    if len(path) > 1 and path[0] == "nodes":
        path = ("nodes", written_id(str(path[1]), written.nodes), *path[2:])
    return code, weight, path, zh, en
