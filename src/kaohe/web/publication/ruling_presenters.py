"""Decisions and publications as plain data for pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.values.numbers import fixed
from kaohe.web.accounts.people import Person
from kaohe.web.publication.models import Publication, Ruling
from kaohe.web.publication.ruling_actions import may_drop, why_not_vote
from kaohe.web.publication.ruling_forms import NO_LABEL, label_named
from kaohe.web.publication.ruling_outcomes import Outcome, Outcomes
from kaohe.web.results.models import Run
from kaohe.web.ui.language import in_quotes, sentences
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class Changed:
    """One label before and after, in words."""

    name: str
    was: str
    becomes: str

    @property
    def told(self) -> str:
        """The change in a sentence, without its end."""
        given = {
            "name": self.name,
            "was": in_quotes(self.was),
            "becomes": in_quotes(self.becomes),
        }
        return _("%(name)s：由%(was)s调整为%(becomes)s") % given


@dataclass(frozen=True)
class RulingShown:
    """A ruling as the page of the leading group shows it."""

    row: Ruling
    what: str
    changes: tuple[Changed, ...]
    money: str
    votes: tuple[str, ...]
    state: str
    tone: str
    refused: str
    may_drop: bool


def ruling_shown(row: Ruling, outcomes: Outcomes, person: Person, day: date) -> RulingShown:
    """A ruling in words, and what somebody may do with it."""
    outcome = outcomes.node(row.node)
    assert outcome is not None, "only such nodes are decided"
    state, tone = _state(row)
    return RulingShown(
        row,
        _what(row, outcome),
        changes_of(row, outcome),
        money_told(row.pay_before, row.pay_after),
        tuple(vote.name for vote in row.votes.all()),
        state,
        tone,
        why_not_vote(row, person, day) if row.is_open else "",
        may_drop(row, person, day) and row.dropped_at is None,
    )


def changes_of(row: Ruling, outcome: Outcome) -> tuple[Changed, ...]:
    """Whom a ruling changes, and from what to what."""
    return tuple(
        Changed(one["name"], label_named(outcome, one["was"]), label_named(outcome, one["becomes"]))
        for one in row.changes
        if one["was"] != one["becomes"]
    )


def _what(row: Ruling, outcome: Outcome) -> str:
    """What a ruling is about: labels, or how many have one at most."""
    what = told(outcome.label)
    if row.kind != "quota":
        return what
    given = {"node": what, "label": label_named(outcome, row.label), "most": row.most}
    return _("%(node)s：%(label)s最多 %(most)s 个") % given


@dataclass(frozen=True)
class LapsedShown:
    """A ruling on an earlier run: what it was, and where it is proposed again as it was."""

    what: str
    reason: str
    state: str
    address: str


def lapsed_shown(run: Run, outcomes: Outcomes) -> list[LapsedShown]:
    """Rulings on earlier runs of a year that nobody proposed again on this one."""
    rows = Ruling.objects.filter(cycle=run.cycle, dropped_at=None).exclude(run=run)
    known = {_matter(row) for row in Ruling.objects.filter(run=run)}
    found = {_matter(row): row for row in rows.order_by("proposed_at")}
    return [
        LapsedShown(_lapsed_told(row, outcome), row.reason, _state(row)[0], _again(row))
        for matter, row in found.items()
        if matter not in known and (outcome := outcomes.node(row.node)) is not None
    ]


def _matter(row: Ruling) -> tuple[str, ...]:
    """What two rulings have in common that decide the same."""
    if row.kind == "quota":
        return row.kind, row.node, row.label
    return row.kind, row.node, *sorted(one["subject"] for one in row.changes)


def _lapsed_told(row: Ruling, outcome: Outcome) -> str:
    if row.kind == "quota":
        return _what(row, outcome)
    return sentences(change.told for change in changes_of(row, outcome))


def _again(row: Ruling) -> str:
    """The form with what was proposed then; empty for equals, who may be others now."""
    if row.kind == "tie":
        return ""
    given: dict[str, Any] = {"cycle": row.cycle_id, "reason": row.reason}
    if row.kind == "quota":
        given |= {"place": f"{row.node}={row.label}", "most": row.most}
    else:
        [change] = row.changes
        given |= {
            "subject": change["subject"],
            "becomes": f"{row.node}={change['becomes'] or NO_LABEL}",
        }
    return f"{reverse('publication:propose', args=[row.kind])}?{urlencode(given)}"


def _state(row: Ruling) -> tuple[str, str]:
    if row.dropped_at is not None:
        return _("不予审定"), "plain"
    if row.decided_at is not None:
        return _("已审定"), "good"
    return _("待审定"), "warn"


def money_told(before: str, after: str) -> str:
    """What a change costs or saves, in yuan; empty where nothing is paid or nothing changes."""
    if not before or not after or before == after:
        return ""
    by = Fraction(after) - Fraction(before)
    places = len(before.partition(".")[2])
    given = {
        "before": before,
        "after": after,
        "by": fixed(abs(by), places),
    }
    if by > 0:
        return _("绩效总额由 %(before)s 元变为 %(after)s 元，增加 %(by)s 元") % given
    return _("绩效总额由 %(before)s 元变为 %(after)s 元，减少 %(by)s 元") % given


def differences_shown(publication: Publication, outcomes: Outcomes) -> list[str]:
    """What a version changes against the one before, sentence by sentence."""
    found = []
    for one in publication.differences:
        if "pay" in one:
            found.append(money_told(one["was"], one["becomes"]))
            continue
        outcome = outcomes.node(one["node"])
        label = told(outcome.label) if outcome is not None else one["node"]
        given = {
            "name": one["name"],
            "node": label,
            "was": label_named(outcome, one["was"]) if outcome is not None else one["was"],
            "becomes": label_named(outcome, one["becomes"])
            if outcome is not None
            else one["becomes"],
        }
        found.append(_("%(name)s：%(node)s由“%(was)s”改为“%(becomes)s”") % given)
    return [text for text in found if text]


def label_columns(outcomes: Outcomes) -> list[str]:
    """Headings of the labels that are published."""
    return [told(outcome.label) for outcome in outcomes.nodes]


def labels_shown(outcomes: Outcomes, labels: Mapping[str, str]) -> list[str]:
    """A subject's labels in words, in the order of the headings."""
    return [label_named(outcome, labels.get(outcome.id, "")) for outcome in outcomes.nodes]


def overrides_shown(
    overrides: Iterable[Mapping[str, Any]], outcomes: Outcomes
) -> list[dict[str, str]]:
    """The overrides of a publication in words."""
    found = []
    for one in overrides:
        outcome = outcomes.node(one["node"])
        assert outcome is not None, "only such nodes are decided"
        found.append(
            {
                "name": one["name"],
                "node": told(outcome.label),
                "was": label_named(outcome, one["was"]),
                "becomes": label_named(outcome, one["becomes"]),
                "reason": one["reason"],
                "deciders": "、".join(one["deciders"]),
            }
        )
    return found
