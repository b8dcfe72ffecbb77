"""Whether all channels together will reach the households that the scheme asks for at the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil

from kaohe.analysis.asking import union_checks
from kaohe.analysis.union_plan import verdict_of
from kaohe.analysis.unions import Taking, Union, union_after, union_of
from kaohe.scheme.model import Scheme
from kaohe.scheme.sample_checks import SampleCheck
from kaohe.scoring.checking import CheckResult
from kaohe.web.results.participation import Followed, samples_for, thresholds_of


@dataclass(frozen=True)
class Outlook:
    """The union expected of one area when every round that goes on just reaches what it has to.

    ``is_known`` says whether it is known so far who took part, not only how many.
    """

    required: int
    union: Union
    is_known: bool

    @cached_property
    def verdict(self) -> str:
        """How sure it is, by the names of ``analysis.union_plan``."""
        return verdict_of(self.union.percent_chance(self.required))


def outlooks(
    scheme: Scheme, followed: Followed, ended: Collection[str]
) -> dict[str, dict[str, Outlook]]:
    """For each threshold that is a union of channels what is expected, area by area.

    ``ended`` are the samples whose rounds take no more ballots: nobody is added to these.
    """
    outlook: dict[str, dict[str, Outlook]] = {}
    thresholds = thresholds_of(scheme)
    for check_id, channels in union_checks(scheme).items():
        parts = {part.check for rounds in channels for part in rounds}
        if not {check_id, *parts} <= thresholds.keys():
            continue
        over = _over(channels, scheme, ended)
        column = thresholds[check_id].attribute.partition(".")[2]
        households = {area: int(cells[column] or 0) for area, cells in followed.areas.items()}
        outlook[check_id] = {
            area: _outlook(check_id, channels, results, households[area], over)
            for area, results in followed.results.items()
            if results[check_id].required
        }
    return outlook


def _over(
    channels: Sequence[Sequence[SampleCheck]], scheme: Scheme, ended: Collection[str]
) -> set[str]:
    """The checks of channels to which nobody is added any more."""
    parts = [part.check for rounds in channels for part in rounds]
    return {part for part in parts if (of := samples_for(part, scheme)) and of <= set(ended)}


def _outlook(
    check_id: str,
    channels: Sequence[Sequence[SampleCheck]],
    results: Mapping[str, CheckResult],
    households: int,
    over: Collection[str],
) -> Outlook:
    rounds = [
        [_taking(results[part.check], over=part.check in over) for part in parts]
        for parts in channels
    ]
    actual, required = results[check_id].actual, _whole(results[check_id].required)
    if actual.isdigit():
        every = [one for parts in rounds for one in parts]
        reached = min(int(actual), households)  # a household may have come after the count
        return Outlook(required, union_after(households, reached, every), is_known=True)
    numbers = [[min(one.so_far + one.more, households) for one in parts] for parts in rounds]
    union, surely = union_of(households, numbers), _whole(actual.partition("..")[0] or "0")
    union = replace(
        union, expected=max(union.expected, Fraction(surely)), least=max(union.least, surely)
    )
    return Outlook(required, union, is_known=False)


def _taking(result: CheckResult, *, over: bool) -> Taking:
    so_far = _whole(result.actual.partition("..")[0] or "0")
    return Taking(so_far, 0 if over else max(_whole(result.required) - so_far, 0))


def _whole(figure: str) -> int:
    return ceil(Fraction(figure))
