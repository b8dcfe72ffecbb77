"""Rules about samples: the parts can reach the whole, and leave room for it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from kaohe.scheme.conditions import conditions
from kaohe.scheme.linting.saying import Path, Said, finding, note, tried
from kaohe.scheme.model import Scheme
from kaohe.scheme.sample_checks import parts_of, sample_checks
from kaohe.scheme.sampling import population_of
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

    Of parts that reach the same things, such as two rounds of one channel, the greatest counts.
    """
    shares = sample_checks(scheme)
    for check_id, whole in shares.items():
        if whole.share > 1:
            zh, en = "要求超过 100%，永远达不到", "more than 100% is required: it is never met"
            yield finding("S205", ("checks", check_id), zh, en)
        groups = parts_of(whole, shares.values())
        if len(groups) > 1 and whole.share <= 1:
            greatest = [max(part.share for part in parts) for parts in groups.values()]
            yield from _room(("checks", check_id), whole.share, greatest)


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
