"""What is published of a run: ``publication.json``, the same bytes for the same run and rulings.

The run itself is untouched: whoever has its ``results.json`` and these overrides has every label
and every payment that is published.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kaohe.pipeline import Assessment
from kaohe.scoring.overriding import as_label, overridable
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.publication.models import Publication, Ruling
from kaohe.web.publication.ruling_outcomes import pay_total
from kaohe.web.results.files import stored_json
from kaohe.web.results.models import Run

Override = dict[str, Any]
"""``subject``, ``name``, ``node``, ``was``, ``becomes``, ``reason``, ``deciders``, ``ruling``."""


def overrides_of(rulings: Iterable[Ruling]) -> list[Override]:
    """The list of overrides that decided rulings come to, in the order of subject and node."""
    found = [
        {
            "subject": change["subject"],
            "name": change["name"],
            "node": ruling.node,
            "was": change["was"],
            "becomes": change["becomes"],
            "reason": ruling.reason,
            "deciders": [vote.name for vote in ruling.votes.all()],
            "ruling": ruling.pk,
        }
        for ruling in rulings
        for change in ruling.changes
        if change["was"] != change["becomes"]
    ]
    return sorted(found, key=lambda one: (one["subject"], one["node"]))


def decided_on(run: Run) -> list[Ruling]:
    """The rulings that hold on a run."""
    return list(Ruling.objects.filter(run=run).decided().prefetch_related("votes"))


def subjects_of(published: Assessment) -> list[dict[str, Any]]:
    """Every subject with its labels as published, in administrative order: that of the ids."""
    sheet = published.sheet
    nodes = overridable(published.scheme)
    return [
        {
            "id": row.id,
            "name": row.name,
            "labels": {node: as_label(sheet.values[node][index]) for node in nodes},
        }
        for index, row in enumerate(sheet.figures.subjects)
    ]


def publication_json(
    run: Run, number: int, reason: str, overrides: Sequence[Override], published: Assessment
) -> bytes:
    """The publication as a file."""
    content = {
        "cycle": {"town": run.cycle.town.code, "year": str(run.cycle.year), "number": str(number)},
        "reason": reason,
        "scheme": {"id": published.scheme.id, "sha256": run.scheme_sha256},
        "run": {
            "number": str(run.number),
            "facts": run.facts_sha256,
            "results": run.results_sha256,
            "program": run.program,
        },
        "overrides": [
            {key: value for key, value in one.items() if key != "ruling"} for one in overrides
        ],
        "subjects": subjects_of(published),
        "pay": pay_total(published) or None,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def public_nodes(run: Run) -> tuple[str, ...]:
    """The nodes whose labels everybody may read."""
    scheme = scheme_under(run.cycle.scheme, run.taken)
    paid = scheme.pay.by if scheme.pay is not None else ""
    return tuple(node for node in overridable(scheme) if node != paid)


def in_force(cycle: Cycle) -> Publication | None:
    """The publication of a year that counts: the newest that took effect."""
    return Publication.objects.effective().filter(cycle=cycle).first()


def differences(
    before: Publication | None, now: Sequence[Mapping[str, Any]], pay: str
) -> list[dict[str, Any]]:
    """What has changed since the version before: labels, subject by subject, and the money."""
    if before is None:
        return []
    content = stored(before)
    had = {one["id"]: one for one in content["subjects"]}
    found: list[dict[str, Any]] = []
    for one in now:
        old = had.pop(one["id"], None)
        labels = old["labels"] if old is not None else {}
        for node, label in one["labels"].items():
            if labels.get(node, "") != label:
                was = labels.get(node, "")
                found.append(
                    {"subject": one["id"], "name": one["name"], "node": node, "was": was}
                    | {"becomes": label}
                )
    found += [
        {"subject": gone["id"], "name": gone["name"], "node": node, "was": label, "becomes": ""}
        for gone in had.values()
        for node, label in gone["labels"].items()
    ]
    if (content["pay"] or "") != pay:
        found.append({"pay": True, "was": content["pay"] or "", "becomes": pay})
    return found


def stored(publication: Publication) -> Mapping[str, Any]:
    """The content of ``publication.json``."""
    return stored_json(publication.folder / "publication.json", publication.sha256)
