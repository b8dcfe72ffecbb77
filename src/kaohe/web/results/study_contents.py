"""A stored study as it lies in ``sensitivity.json``, without what somebody may not see of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kaohe.pipeline import STATUS_WORDS
from kaohe.readings import CHECKS_APART
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import labels_of
from kaohe.values.text import Text
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.results.files import stored_json
from kaohe.web.results.models import Study
from kaohe.web.results.presenters import figure, hidden_nodes
from kaohe.web.results.rules import may_see_ranks
from kaohe.web.results.study_rules import may_see_pay
from kaohe.web.ui.templatetags.ui import told

Entry = Mapping[str, Any]
STATUS, CHECKS, PAY = "status", "checks", "pay"
"""Outcomes that are no nodes of the scheme."""


@dataclass(frozen=True)
class OutcomeShown:
    """A column: something that every area gets. ``kind`` is label, figure, place, pay or state."""

    id: str
    label: Text
    kind: str


@dataclass(frozen=True)
class Seen:
    """A study as somebody with certain roles may see it."""

    content: Entry
    scheme: Scheme
    outcomes: tuple[OutcomeShown, ...]

    @property
    def areas(self) -> list[Entry]:
        """The entries of the areas, by id."""
        found: list[Entry] = self.content[self.scheme.subject.table]
        return found

    def outcome(self, area: Entry, outcome: str) -> Entry:
        """What an area gets in one outcome."""
        found: Entry = next(one for one in area["outcomes"] if one["id"] == outcome)
        return found

    @property
    def numbers(self) -> dict[str, int]:
        """The decisions by number."""
        return {one["id"]: place for place, one in enumerate(self.content["questions"], start=1)}

    def value(self, outcome: OutcomeShown, value: str | None) -> str:
        """A value as people read it."""
        if value is None:
            return "—" if outcome.kind in ("figure", "place", "pay") else _("没有")
        if outcome.id == STATUS:
            return told(STATUS_WORDS[value])
        if outcome.id == CHECKS:
            return "、".join(
                told(self.scheme.checks[one].label) for one in value.split(CHECKS_APART)
            )
        return told(figure(self.scheme, outcome.id, value))

    def effects(self, effect: Entry) -> dict[str, Entry]:
        """What an option changes for areas, outcome by outcome."""
        table = self.scheme.subject.table
        shown = {one.id for one in self.outcomes}
        outcomes = (one for one in effect["outcomes"] if one["of"] == table)
        return {one["id"]: one for one in outcomes if one["id"] in shown}


def seen_by(study: Study, roles: Collection[str]) -> Seen:
    """What somebody sees of a study: pay and ranks only where the roles allow it."""
    content = stored_json(study.folder / "sensitivity.json", study.study_sha256)
    scheme = scheme_under(study.cycle.scheme, study.taken)
    ranks, pay = may_see_ranks(frozenset(roles)), may_see_pay(roles)
    entries: Iterable[Entry] = content[scheme.subject.table]
    outcomes = [
        OutcomeShown(one["id"], Text(zh=one["label"], en=one["label_en"]), _kind(scheme, one["id"]))
        for one in next(iter(entries), {"outcomes": ()})["outcomes"]
    ]
    moving = {one["id"] for entry in entries for one in entry["outcomes"] if not one["always"]}
    shown = [
        one
        for one in outcomes
        if (one.kind != "state" or one.id in moving)
        and (one.kind != "place" or ranks)
        and (one.kind != "pay" or pay)
    ]
    return Seen(content, scheme, tuple(shown))


def _kind(scheme: Scheme, outcome: str) -> str:
    node = scheme.nodes.get(outcome)
    if node is None:
        return "pay" if outcome == PAY else "state"
    if outcome in hidden_nodes(scheme):
        return "place"
    return "label" if labels_of(node) else "figure"
