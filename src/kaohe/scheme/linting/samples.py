"""Rules about samples: the parts can reach the whole, and leave room for it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from kaohe.scheme import formulas
from kaohe.scheme.conditions import conditions
from kaohe.scheme.formulas import Call, Constant, Name, Operation, Tree
from kaohe.scheme.linting.saying import Path, Said, finding, note, tried
from kaohe.scheme.model import Check, Scheme
from kaohe.scheme.sampling import population_of
from kaohe.scheme.tallies import Tally
from kaohe.values.numbers import shortest


def samples_fit(scheme: Scheme) -> Iterator[Said]:
    """S104: samples select ballots by what they hold; populations are those of subjects."""
    questionnaire = scheme.questionnaire
    if questionnaire is None or questionnaire.ballots not in scheme.tables:
        return
    for sample_id, sample in questionnaire.samples.items():
        path: Path = ("questionnaire", "samples", sample_id)
        chosen = partial(conditions, sample.where, questionnaire.ballots, scheme.ground)
        yield from tried("S104", path, chosen)
        yield from tried("S104", path, partial(population_of, sample, questionnaire, scheme))


def shares_can_be_met(scheme: Scheme) -> Iterator[Said]:
    """S205, S206: the parts of a sample can reach the whole, and leave room for it.

    Checks whose ``required`` is a share of an attribute and whose ``actual`` counts distinct
    things. Parts that share a condition which the whole does not have, such as two rounds of one
    channel, reach the same things; of them the greatest share counts.
    """
    shares = {
        check_id: found
        for check_id, check in scheme.checks.items()
        if (found := _share_of(check)) is not None
    }
    for check_id, (share, attribute, column, where) in shares.items():
        if share > 1:
            zh, en = "要求超过 100%，永远达不到", "more than 100% is required: it is never met"
            yield finding("S205", ("checks", check_id), zh, en)
        groups: dict[tuple[str, str], Fraction] = {}
        for other_id, (part, of, counted, narrower) in shares.items():
            own = dict(where)
            if other_id == check_id or (of, counted) != (attribute, column):
                continue
            more = [(name, value) for name, value in narrower if own.get(name) != value]
            if more and all(own.get(name, value) == value for name, value in narrower):
                groups[more[0]] = max(groups.get(more[0], Fraction(0)), part)
        if len(groups) > 1 and share <= 1:
            yield from _room(("checks", check_id), share, list(groups.values()))


def _room(path: Path, share: Fraction, parts: list[Fraction]) -> Iterator[Said]:
    together = sum(parts, Fraction(0))
    listed = "+".join(_percent(part) for part in parts)
    if together < share:
        zh = f"各方式的最低要求 {listed} 合计不足 {_percent(share)}：都达到了总数也不够"
        en = f"the parts at their least, {listed}, do not reach {_percent(share)}"
        yield finding("S205", path, zh, en)
    elif together == share:
        zh = f"各方式的最低要求 {listed} 恰好等于 {_percent(share)}：只要有一个重复参加，总数就不够"
        en = (
            f"the parts at their least, {listed}, are exactly {_percent(share)}:"
            " one that takes part twice and the total is missed"
        )
        yield note("S206", path, zh, en)


def _percent(share: Fraction) -> str:
    return f"{shortest(share * 100)}%"


Share = tuple[Fraction, str, str, tuple[tuple[str, str], ...]]


def _share_of(check: Check) -> Share | None:
    """Share, attribute, counted column and conditions of a check of a sample."""
    share = _linear(formulas.parse(check.required))
    if share is None or check.compare != "at_least":
        return None
    factor, name = share
    attribute = check.bind.get(name)
    counted = [one for one in check.bind.values() if isinstance(one, Tally) and one.distinct]
    if not isinstance(attribute, Tally) or attribute.attribute is None or len(counted) != 1:
        return None
    where = tuple(
        (column, str(value))
        for column, value in counted[0].where.items()
        if isinstance(value, str | int)
    )
    return factor, attribute.attribute, str(counted[0].distinct), where


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
