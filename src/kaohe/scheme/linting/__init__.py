"""Does a well-formed scheme mean something: every reference, every name, every cycle, every limit.

All findings at once, each with a stable code, its place and a cure. The codes stand in
``docs/reference/lint.md``; a rule is a function that yields what it has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from kaohe.scheme.document import Document
from kaohe.scheme.linting import (
    bands,
    burden,
    letters,
    money,
    nodes,
    outcomes,
    places,
    points,
    priority,
    samples,
    settled,
    tables,
    unused,
    voice,
    wording,
    yearly,
)
from kaohe.scheme.linting.bounds import Reach, reaches
from kaohe.scheme.linting.saying import Said
from kaohe.scheme.linting.yearly import Others
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
    letters.letters_tell_what_is_there,
    samples.samples_fit,
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
    priority.one_rule_at_a_time,
    settled.nothing_is_settled,
)


MEANING: tuple[Callable[[Scheme], Iterator[Said]], ...] = (
    points.parts_add_up,
    points.better_earns_more,
    samples.shares_can_be_met,
    places.labels_are_reached,
    places.quotas_give_something,
    places.bands_by_place_fill,
    money.money_meets_grade,
    settled.denominators_are_stated,
    settled.enough_parts,
    settled.records_run_out,
    voice.voice_of_residents,
    burden.items_are_allowed,
    burden.vetoes_are_founded,
    burden.items_trace_to_lists,
    burden.nobody_is_ranked_in_public,
    burden.places_stay_inside,
)
"""Rules that only look at a scheme without errors."""

PROVING: tuple[Callable[[Scheme, Mapping[str, Reach]], Iterator[Said]], ...] = (
    points.limits_can_bind,
    points.floors_are_stated,
    money.money_follows_points,
)
"""Those of them that ask between which numbers the nodes lie."""


def _has_errors(said: Iterable[Said]) -> bool:
    return any(weight == "error" for _, weight, *_ in said)


def lint(
    scheme: Scheme, written: Scheme, document: Document, *, only_errors: bool = False
) -> list[Finding]:
    """All findings about the meaning of a scheme; ``written`` is how it stands in the file."""
    said = [one for rule in RULES for one in rule(scheme)]
    said.extend(outcomes.layout_names_nodes(scheme, document))
    if not _has_errors(said):
        said.extend(letters.letters_tell_no_place(scheme))
        said.extend(letters.reminders_go_by_the_result(scheme))
    if not only_errors and not _has_errors(said):
        proved = reaches(scheme)
        said.extend(one for rule in MEANING for one in rule(scheme))
        said.extend(one for rule in PROVING for one in rule(scheme, proved))
        said.extend(unused.everything_is_used(scheme, written, document))
    found = [document.finding(*_as_written(one, written)) for one in said]
    return [accepted(one, scheme) for one in dict.fromkeys(found)]


def beside_findings(scheme: Scheme, document: Document, others: Others) -> list[Finding]:
    """What is to be said of a scheme beside last year's, and others of the same year."""
    said = yearly.beside_others(scheme, others)
    return [accepted(document.finding(*one), scheme) for one in said]


def accepted(one: Finding, scheme: Scheme) -> Finding:
    """A finding that the scheme overrides, as a note with the reason."""
    if one.weight != "finding":
        return one
    for override in scheme.overrides:
        if override.code == one.code and override.at in (None, one.path):
            return replace(one, weight="note", reason=override.reason)
    return one


def idle_overrides(scheme: Scheme, document: Document, said: Iterable[Finding]) -> list[Finding]:
    """S212: overrides that accept nothing, because there is no such finding."""
    every = list(said)
    idle = [
        (index, override)
        for index, override in enumerate(scheme.overrides)
        if not any(one.reason == override.reason and one.code == override.code for one in every)
    ]
    notes = {one.code for one in every if one.weight == "note" and one.reason is None}
    found = []
    for index, override in idle:
        zh = f"没有 {override.code} 这样的问题可以接受：请核对 code 和 at，或删去"
        en = f"there is no finding {override.code} to accept here: check code and at, or remove it"
        if override.code in notes:
            zh = f"{override.code} 在这里只是提示，不必接受：请删去"
            en = f"{override.code} is only a note here and needs no override: remove it"
        found.append(document.finding("S212", "finding", ("overrides", index), zh, en))
    return found


def _as_written(said: Said, written: Scheme) -> Said:
    """What is said, with the place under which a node stands in the file."""
    code, weight, path, zh, en = said
    if len(path) > 1 and path[0] == "nodes":
        path = ("nodes", written_id(str(path[1]), written.nodes), *path[2:])
    return code, weight, path, zh, en
