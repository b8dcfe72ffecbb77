"""A stored robustness as plain data for its page: areas by id, words instead of codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kaohe.outputs.robustness import wording
from kaohe.scheme.model import Scheme
from kaohe.values.text import Text
from kaohe.web.results.files import stored_json
from kaohe.web.results.models import Robustness
from kaohe.web.results.presenters import figure
from kaohe.web.ui.language import in_a_row
from kaohe.web.ui.templatetags.ui import told

Entry = Mapping[str, Any]
HUNDRED = 100
ALWAYS = "1.000"
"""The share of what came out in every replicate."""


def content_of(stored: Robustness) -> Entry:
    """What was stored, as ``robustness.json`` has it."""
    return stored_json(stored.folder / "robustness.json", stored.sha256)


@dataclass(frozen=True)
class Cell:
    """What one area gets: the value, what is said of it, whether it could come out otherwise."""

    value: str
    under: str = ""
    open: bool = False


@dataclass(frozen=True)
class TableShown:
    """A table: the label of each column, and a line for every area."""

    headings: list[Text]
    lines: list[tuple[str, list[Cell]]]


class Shown:
    """The tables of a page; the scheme gives the words."""

    def __init__(self, content: Entry, scheme: Scheme) -> None:
        self.content = content
        self.scheme = scheme
        subject = scheme.subject
        entries: Iterable[Entry] = content.get(subject.table, ())
        self.areas = sorted(entries, key=lambda one: str(one[subject.id]))
        samples: Iterable[Entry] = content["sampling_error"]["samples"]
        self.samples = {one["id"]: told(_text(one, "label")) for one in samples}
        self.names = {one[subject.id]: str(one[subject.name]) for one in self.areas}

    @property
    def lacks_ballots(self) -> bool:
        """Whether some survey is known by its sums only, so that its error cannot be told."""
        return any(map(_lacks_ballots, self.areas))

    def results(self) -> TableShown:
        """What results put first: numbers with margins, labels with shares, sets of ranks."""
        first = [one for one in self.scheme.results.first if self._found(one)]
        lines = [
            (self._name(area), [self._result(area, node) for node in first]) for area in self.areas
        ]
        return TableShown([self._label(node) for node in first], lines)

    def surveys(self) -> TableShown:
        """Every survey: its value with the margin, and how many answered of how many."""
        ids = [one["id"] for one in self.areas[0]["surveys"]] if self.areas else []
        lines = []
        for area in self.areas:
            by_id = {one["id"]: one for one in area["surveys"]}
            lines.append((self._name(area), [self._survey(by_id[node]) for node in ids]))
        return TableShown([self._label(node) for node in ids], lines)

    def rates(self) -> TableShown:
        """Every rate with Wilson's interval."""
        rates: list[Entry] = list(self.content["rates"])
        subject = self.scheme.subject
        table: dict[str, list[Cell]] = {}
        for place, rate in enumerate(rates):
            for one in rate.get(subject.table, ()):
                cells = table.setdefault(one[subject.id], [Cell("—")] * len(rates))
                cells[place] = _rate(one, rate["times"])
        names = self.names or {area: area for area in table}
        lines = [(f"{area} {names.get(area, '')}", table[area]) for area in sorted(table)]
        return TableShown([_text(one, "label") for one in rates], lines)

    def weights(self) -> list[tuple[str, str, list[str]]]:
        """Other weights that would change anything: of what, how, and whose results."""
        found = []
        for change in self.content["what_if_weights"]["changes"]:
            moved = [
                _("%(outcome)s：%(who)s")
                % {
                    "outcome": told(self._label(one["id"])),
                    "who": "、".join(self.names.get(who, who) for who in one["subjects"]),
                }
                for one in change["moved"]
                if one["subjects"]
            ]
            if moved:
                found.append((told(self._label(change["id"])), self._changed(change), moved))
        return found

    def _survey(self, one: Entry) -> Cell:
        if _has_totals(one):
            return Cell(one["value"] or "—", _("只报合计，误差算不出"))
        asked = in_a_row(
            f"{self.samples[sample['sample']]} {sample['ballots']}/{sample['population'] or '—'}"
            for sample in one["asked"]
        )
        return Cell(one["value"] or "—", f"± {one['margin']}；{asked}" if one["margin"] else asked)

    def _changed(self, change: Entry) -> str:
        if change["part"] is None:
            return told(wording.ALL_EQUAL)
        return told(wording.changed_weight(self._label(change["part"]), change["factor"]))

    def _found(self, node: str) -> bool:
        return any(self._entry(area, node) is not None for area in self.areas[:1])

    def _entry(self, area: Entry, node: str) -> tuple[str, Entry] | None:
        for kind in ("surveys", "figures", "outcomes", "ranks"):
            for one in area[kind]:
                if one["id"] == node:
                    return kind, one
        return None

    def _result(self, area: Entry, node: str) -> Cell:
        found = self._entry(area, node)
        if found is None:
            return Cell("—")
        kind, one = found
        if kind == "ranks":
            return self._rank(one)
        if kind == "outcomes":
            return self._outcome(node, one)
        if _lacks_ballots(area):
            return Cell(one["value"] or "—", _("误差算不出"))
        margin = one["margin"]
        return Cell(one["value"] or "—", f"± {margin}" if margin else "")

    def _outcome(self, node: str, one: Entry) -> Cell:
        shares = one["shares"]
        if not one["sampled"] or (len(shares) == 1 and shares[0]["share"] == ALWAYS):
            return Cell(self._word(node, one["value"]))
        under = "、".join(
            f"{self._word(node, share['value'])} {_percent(share['share'])}" for share in shares
        )
        return Cell(self._word(node, one["value"]), under, open=True)

    def _rank(self, one: Entry) -> Cell:
        if one["best"] is None or one["best"] == one["worst"]:
            return Cell(one["value"] or "—")
        told_of = {
            "best": one["best"],
            "worst": one["worst"],
            "alike": in_a_row(one["alike"]),
        }
        return Cell(
            one["value"] or "—",
            _("可能是第 %(best)s 至第 %(worst)s 名，与这些分不清：%(alike)s") % told_of,
            open=True,
        )

    def _word(self, node: str, value: str | None) -> str:
        return told(figure(self.scheme, node, value)) or _("无")

    def _label(self, node: str) -> Text:
        declared = self.scheme.nodes.get(node)
        label = declared.label if declared is not None else None
        return label or Text(zh=node, en=node)

    def _name(self, area: Entry) -> str:
        subject = self.scheme.subject
        return f"{area[subject.id]} {area[subject.name] or ''}".strip()


def _lacks_ballots(area: Entry) -> bool:
    return any(_has_totals(one) for one in area["surveys"])


def _has_totals(survey: Entry) -> bool:
    return int(survey["answers_from_totals"]) > 0


def _rate(one: Entry, times: str) -> Cell:
    """A rate in per cent, however the scheme writes it."""
    if one["rate"] is None:
        return Cell("—")
    rate, low, high = (_in_percent(one[name], times) for name in ("rate", "low", "high"))
    told_of = {"met": one["met"], "trials": one["trials"], "low": low, "high": high}
    return Cell(rate, _("共 %(trials)s，其中 %(met)s；区间 %(low)s 至 %(high)s") % told_of)


def _in_percent(figure: str, times: str) -> str:
    return f"{Decimal(figure) * HUNDRED / Decimal(times):.1f}%"


def _percent(share: str) -> str:
    return f"{float(share):.1%}"


def _text(entry: Entry, name: str) -> Text:
    return Text(zh=entry[name], en=entry[f"{name}_en"])


def texts(entries: Iterable[Entry]) -> list[Text]:
    """Sentences in both languages."""
    return [_text(one, "text") for one in entries]
