"""What a plan of a cycle stands on: its scheme and frozen counts; and the plans made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError

from kaohe.analysis.asking import Ask, asked_of, partial_checks, tables_for, union_checks
from kaohe.analysis.plan import Plan
from kaohe.analysis.size_plan import Wishes, size_plan
from kaohe.analysis.union_plan import Expectations, part_names, union_plan
from kaohe.scheme.model import Scheme
from kaohe.scheme.sample_checks import SampleCheck
from kaohe.values.faults import Fault
from kaohe.values.text import Text
from kaohe.web.cycles.facts import counted_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.registry.facts import counting_snapshot
from kaohe.web.registry.models import Area, Snapshot
from kaohe.web.results.gathering import areas_uncounted, gather_areas
from kaohe.web.results.plan_rules import why_no_plan
from kaohe.web.ui.language import page_language


@dataclass(frozen=True)
class UnionAsked:
    """The check that counts different households over several channels, and its parts.

    ``channels`` has the rounds of each channel together.
    """

    check: str
    channels: Sequence[Sequence[SampleCheck]]
    names: Mapping[str, Text]

    @property
    def has_rounds(self) -> bool:
        """Whether a channel asks more than once, so that the same households may come again."""
        return any(len(rounds) > 1 for rounds in self.channels)


@dataclass(frozen=True)
class PlanBasis:
    """The scheme as decided so far and the areas with their frozen counts, as rows of a table.

    ``uncounted`` are areas that nobody has counted; ``refused`` says what is lacking for a plan.
    """

    cycle: Cycle
    scheme: Scheme
    snapshot: Snapshot | None
    areas: Sequence[Mapping[str, str]]
    uncounted: Sequence[Area]
    refused: str

    @cached_property
    def sized(self) -> Mapping[str, SampleCheck]:
        """The checks of single channels, in the scheme's order."""
        return partial_checks(self.scheme)

    @cached_property
    def union(self) -> UnionAsked | None:
        """The union that the scheme asks for; None where it asks for none or for several."""
        unions = union_checks(self.scheme)
        if len(unions) != 1:
            return None
        ((check, channels),) = unions.items()
        return UnionAsked(check, channels, part_names(self.scheme, check, channels))


def plan_basis_of(cycle: Cycle) -> PlanBasis:
    """What the plans of a cycle stand on now."""
    scheme, snapshot = scheme_of(cycle), counting_snapshot(cycle.town, cycle.year)
    areas, samples = counted_areas(cycle), bool(partial_checks(scheme))
    refused = why_no_plan(samples=samples, frozen=snapshot is not None, areas=len(areas))
    return PlanBasis(cycle, scheme, snapshot, areas, areas_uncounted(cycle), refused)


def plans_of(basis: PlanBasis, wishes: Wishes, expectations: Expectations) -> dict[str, Plan]:
    """The plans by name, as ``kaohe plan`` makes them: sizes and, where one is asked for, union.

    Raises ValidationError where the counts do not fit the scheme.
    """
    scheme, union = basis.scheme, basis.union
    wanted = [*basis.sized, *([union.check, *union.names] if union is not None else [])]
    asks = _asks(basis, dict.fromkeys(wanted))
    plans = [size_plan(scheme, {check: asks[check] for check in basis.sized}, wishes)]
    if union is not None:
        plans.append(union_plan(scheme, union.check, union.channels, asks, expectations))
    return {plan.name: plan for plan in plans}


def _asks(basis: PlanBasis, checks: Mapping[str, None]) -> dict[str, list[Ask]]:
    gathered = gather_areas(basis.areas, tables_for(basis.scheme))
    if gathered.facts is None:
        raise _misfit(gathered.faults)
    with gathered.facts as facts:
        asks, faults = asked_of(basis.scheme, facts, checks)
    if faults:
        raise _misfit(faults)
    return asks


def _misfit(faults: Sequence[Fault]) -> ValidationError:
    return ValidationError([fault.line(page_language()) for fault in faults])
