"""Codes that the policy defines and the town uses: categories of areas, roles of staff, tables,
departments that score, conditions of sources.

The registry does not know policies. Whoever does offers the codes when it is loaded::

    offer("category", lambda town: {"ordinary": "一般社区", "old": "老旧小区"})

Without an offer, or where it is empty, the field takes any text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar

from django.db.models import Case, CharField, F, JSONField, Model, QuerySet, Value, When

from kaohe.web.accounts.models import Town

Kind = Literal["category", "role", "table", "department", "condition"]
"""``condition`` is a column that holds one of its choices, ``TABLE.COLUMN=CODE``."""
Provider = Callable[[Town], Mapping[str, str]]
"""The codes of a town with what people call them, in the order in which they are offered."""

Row = TypeVar("Row", bound=Model)

_PROVIDERS: dict[Kind, Provider] = {}


def offer(kind: Kind, provider: Provider) -> None:
    """Say where the codes of a kind come from. The last one to say so counts."""
    _PROVIDERS[kind] = provider


def codes(kind: Kind, town: Town) -> dict[str, str]:
    """The codes of a kind with their labels; none where nobody offers any."""
    provider = _PROVIDERS.get(kind)
    return dict(provider(town)) if provider is not None else {}


def label(kind: Kind, town: Town, code: str) -> str:
    """What people call a code; the code itself if nobody says."""
    return codes(kind, town).get(code, code)


def labelled(rows: QuerySet[Row], kind: Kind, field: str) -> QuerySet[Row]:
    """Rows of one town with ``FIELD_label`` beside a field of codes: two queries, however many."""
    town = Town.objects.filter(pk__in=rows.order_by("pk").values("town")[:1]).first()
    offered = codes(kind, town) if town is not None else {}
    named: Any = F(field)
    if offered:
        cases = [When(**{field: code}, then=Value(told)) for code, told in offered.items()]
        named = Case(*cases, default=F(field), output_field=CharField())
    annotated: QuerySet[Row] = rows.annotate(**{f"{field}_label": named})
    return annotated


def told(field: str) -> Callable[[Any], str]:
    """What a list shows of a field of codes: its label where ``labelled`` has put one."""
    return lambda row: getattr(row, f"{field}_label", None) or getattr(row, field)


def with_labels(rows: QuerySet[Row], *kinds: Kind) -> QuerySet[Row]:
    """Rows of one town with what codes of some kinds are called beside them, for ``told_by``."""
    town = Town.objects.filter(pk__in=rows.order_by("pk").values("town")[:1]).first()
    offered = {kind: codes(kind, town) if town is not None else {} for kind in kinds}
    beside = {f"{kind}_labels": Value(offered[kind], JSONField()) for kind in kinds}
    annotated: QuerySet[Row] = rows.annotate(**beside)
    return annotated


def told_by(kind: Kind, row: Any, written: Iterable[str]) -> list[str]:
    """What several codes are called, those that nobody names as they are."""
    labels = getattr(row, f"{kind}_labels", {})
    return [labels.get(code, code) for code in written]
