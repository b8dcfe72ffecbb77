"""Checks of samples: how large a share of what they ask for, and which are parts of another.

Such a check asks for at least a share of an attribute and counts distinct things: 5% of the
households, say, and the households that took part in one channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kaohe.scheme import formulas
from kaohe.scheme.formulas import Call, Constant, Name, Operation, Tree
from kaohe.scheme.model import Check, Scheme
from kaohe.scheme.tallies import Tally


@dataclass(frozen=True)
class SampleCheck:
    """A check of a sample: its share of ``attribute``, what is counted, and which rows count.

    ``attribute`` and ``counted`` are written TABLE.COLUMN; ``where`` holds the plain conditions.
    """

    check: str
    share: Fraction
    attribute: str
    counted: str
    where: tuple[tuple[str, str], ...]


def sample_checks(scheme: Scheme) -> dict[str, SampleCheck]:
    """The checks of samples that a scheme declares, in its order."""
    found = {check_id: _sample_check(check_id, check) for check_id, check in scheme.checks.items()}
    return {check_id: one for check_id, one in found.items() if one is not None}


def parts_of(
    whole: SampleCheck, of: Iterable[SampleCheck]
) -> Mapping[tuple[str, str], list[SampleCheck]]:
    """The checks that count the same things, but only in some of the rows that the whole counts.

    Those that share their first narrower condition, such as two rounds of one channel, reach the
    same things and stand together under it.
    """
    own = dict(whole.where)
    groups: dict[tuple[str, str], list[SampleCheck]] = {}
    for part in of:
        alike = (part.attribute, part.counted) == (whole.attribute, whole.counted)
        narrower = [(name, value) for name, value in part.where if own.get(name) != value]
        within = all(own.get(name, value) == value for name, value in part.where)
        if part.check != whole.check and alike and narrower and within:
            groups.setdefault(narrower[0], []).append(part)
    return groups


def checks_on(scheme: Scheme, where: Mapping[str, object]) -> list[str]:
    """The checks that count distinct things in just the rows that fulfil plain conditions."""
    wanted = {column: str(value) for column, value in where.items()}
    counted = {check_id: _counted(check) for check_id, check in scheme.checks.items()}
    return [
        check_id
        for check_id, tally in counted.items()
        if tally is not None and dict(_plain_where(tally)) == wanted
    ]


def _sample_check(check_id: str, check: Check) -> SampleCheck | None:
    share = _linear(formulas.parse(check.required))
    if share is None or check.compare != "at_least":
        return None
    factor, name = share
    attribute, counted = check.bind.get(name), _counted(check)
    if not isinstance(attribute, Tally) or attribute.attribute is None or counted is None:
        return None
    return SampleCheck(
        check_id, factor, attribute.attribute, str(counted.distinct), _plain_where(counted)
    )


def _counted(check: Check) -> Tally | None:
    """The one tally of a check that counts distinct things."""
    found = [one for one in check.bind.values() if isinstance(one, Tally) and one.distinct]
    return found[0] if len(found) == 1 else None


def _plain_where(tally: Tally) -> tuple[tuple[str, str], ...]:
    return tuple(
        (column, str(value))
        for column, value in tally.where.items()
        if isinstance(value, str | int)
    )


def _linear(tree: Tree) -> tuple[Fraction, str] | None:
    """``5% * households``, looked for within ceil, floor and min."""
    match tree:
        case Call("ceil" | "floor" | "min", arguments):
            return next((one for one in map(_linear, arguments) if one is not None), None)
        case Operation("*", Constant(value), Name(name)) | Operation(
            "*", Name(name), Constant(value)
        ):
            return value, name
        case Name(name):
            return Fraction(1), name
    return None
