"""A row of any model, made from its fields within a scope: a town, an area, an office, a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from django.db import models

from kaohe.web.accounts.models import Town, User
from kaohe.web.cycles.models import Cycle
from kaohe.web.registry.models import Area, Department, Source
from tests.web.cast import NOW, TODAY

NUMBERS = count(1)
FITTING: dict[str, dict[str, Any]] = {
    "accounts.Post": {"role": "worker", "scope": ["J03"]},
    "cycles.Deadline": {"step": "adopt"},
    "evidence.Honour": {"level": "district"},
    "evidence.Sanction": {"confirmed_by": "somebody"},
    "evidence.SealedVisit": {"done_on": date(2024, 10, 1)},
    "evidence.TypicalCase": {"agreed": True},
    "evidence.Waiver": {"check_id": "sample.total"},
    "publication.ObjectionWord": {"agrees": True},
    "publication.Reminder": {"decided_at": NOW},
    "results.Study": {"subjects": 3, "seed": 2024},
}
"""What a model's pages need to make sense of a row."""


@dataclass
class Scope:
    """Whose row it is to be; rows that it refers to are made once for a scope."""

    town: Town
    cycle: Cycle
    area: Area
    department: Department
    source: Source
    user: User
    made: dict[type[models.Model], models.Model] = field(default_factory=dict)

    def known(self) -> Mapping[type[models.Model], models.Model]:
        """The rows that there are already."""
        return {
            Town: self.town,
            Cycle: self.cycle,
            Area: self.area,
            Department: self.department,
            Source: self.source,
            User: self.user,
            **self.made,
        }

    def code(self, kind: str) -> str:
        """The code by which a scope of a kind is compared."""
        return {
            "areas": self.area.area_id,
            "departments": self.department.code,
            "sources": self.source.code,
            "self": self.user.username,
        }[kind]


def new_row(model: type[models.Model], scope: Scope) -> models.Model:
    """A new row of a model, all of whose required fields hold something."""
    concrete = model._meta.concrete_model or model
    number = next(NUMBERS)
    scoped = {lookup.split("__")[0] for lookup in getattr(model, "own_lookups", {}).values()}
    values = {
        one.name: _value(one, scope, number, filled=one.name in scoped)
        for one in concrete._meta.concrete_fields
        if not one.primary_key
    }
    values |= FITTING.get(concrete._meta.label, {})
    for kind, lookup in getattr(model, "own_lookups", {}).items():
        if "__" not in lookup and lookup in values:
            values[lookup] = scope.code(kind)
    if model._meta.label == "audit.Event":
        values["town"] = scope.town.code
    found = concrete(**values)
    concrete._base_manager.bulk_create([found])
    return concrete._base_manager.get(pk=found.pk)


def _value(one: models.Field, scope: Scope, number: int, *, filled: bool) -> Any:
    if one.null and not filled:
        return None
    match one:
        case models.ForeignKey():
            related = one.related_model
            if related not in scope.known():
                scope.made[related] = new_row(related, scope)
            return scope.known()[related]
        case models.DateTimeField():
            return NOW
        case models.DateField():
            return TODAY
        case models.TimeField():
            return NOW.time()
        case models.JSONField():
            return one.get_default() if one.has_default() else {}
        case models.BooleanField():
            return False
        case models.IntegerField():
            return number if not one.choices else one.choices[0][0]
        case _:
            if one.blank:
                return ""
            return one.choices[0][0] if one.choices else f"{one.name}{number}"[: one.max_length]
