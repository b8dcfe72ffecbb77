"""The codes of a town's scheme, offered to the registry, which knows no schemes."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe.scheme.model import Scheme
from kaohe.web.accounts.models import Town
from kaohe.web.cycles.delivery_presenters import formed_here
from kaohe.web.cycles.delivery_rules import ballot_table
from kaohe.web.cycles.items import items
from kaohe.web.cycles.models import Cycle, SchemeVersion
from kaohe.web.cycles.schemes import scheme_of, scheme_under
from kaohe.web.registry.vocabulary import offer


def _newest(town: Town) -> Scheme | None:
    """The scheme of the town's newest cycle, before there is one the scheme last taken in."""
    cycle = Cycle.objects.filter(town=town).select_related("scheme").first()
    if cycle is not None:
        return scheme_of(cycle)
    version = SchemeVersion.objects.filter(town=town).order_by("pk").last()
    return scheme_under(version, {}) if version is not None else None


def _choices(scheme: Scheme | None, table: str, column: str) -> Mapping[str, str]:
    declared = scheme.fact_tables.get(table) if scheme is not None else None
    found = declared.columns.get(column) if declared is not None else None
    return found.choices if found is not None else {}


def _categories(town: Town) -> Mapping[str, str]:
    scheme = _newest(town)
    return _choices(scheme, scheme.subject.table if scheme is not None else "", "category")


def _roles(town: Town) -> Mapping[str, str]:
    return _choices(_newest(town), "staff", "role")


def _tables(town: Town) -> Mapping[str, str]:
    """The tables that come as files: not those that are filled here, nor single ballots."""
    scheme = _newest(town)
    if scheme is None:
        return {}
    others = formed_here(scheme) | {ballot_table(scheme)}
    return {
        name: table.label.zh for name, table in scheme.fact_tables.items() if name not in others
    }


def _conditions(town: Town) -> Mapping[str, str]:
    """Every choice of every column, as a condition on rows."""
    scheme = _newest(town)
    tables = scheme.fact_tables if scheme is not None else {}
    return {
        f"{name}.{column}={code}": f"{table.label.zh}中{declared.heading}为{label}的行"
        for name, table in tables.items()
        for column, declared in table.columns.items()
        for code, label in declared.choices.items()
    }


def _departments(town: Town) -> Mapping[str, str]:
    """The departments that score, as the scheme writes them."""
    scheme = _newest(town)
    marked = items(scheme).values() if scheme is not None else ()
    return {code: code for item in marked for code in item.scorers}


def offer_codes() -> None:
    """Offer all codes that a scheme has for the registry; called when pages load."""
    offer("category", _categories)
    offer("role", _roles)
    offer("table", _tables)
    offer("department", _departments)
    offer("condition", _conditions)
