"""How far sampling decides a result, and what else it rests on: three layers that are never mixed.

Sampling error is chance in who was asked. Readings of the policy are not chance: ``kaohe
sensitivity`` goes through them. Other weights are not in the policy at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kaohe.analysis.ballots import Ballots, read_ballots
from kaohe.analysis.rates import Rate, rates_of
from kaohe.analysis.replicates import Replicated, Told, replicated
from kaohe.analysis.surveys import SurveyError, survey_errors
from kaohe.analysis.weights import WhatIf, what_ifs
from kaohe.facts import Facts
from kaohe.scoring.sheet import Sheet
from kaohe.values.text import Text


@dataclass(frozen=True)
class Robustness:
    """All that is known of how firm a result is.

    ``replicates`` and ``ballots`` are None where the scheme counts no ballots; ``notes`` say what
    could not be told, and why.
    """

    ballots: Ballots | None
    replicates: Replicated | None
    surveys: Mapping[str, Sequence[SurveyError]]
    rates: Sequence[Rate]
    weights: Sequence[WhatIf]
    notes: Sequence[Text]

    @property
    def says_something(self) -> bool:
        """Whether there is anything to tell."""
        return self.replicates is not None or bool(self.rates or self.weights)


def robustness(
    sheet: Sheet, facts: Facts, replicates: int, seed: int, tell: Told = lambda _share: None
) -> Robustness:
    """How firm a worked-out sheet of the main subject is. The seed decides every figure."""
    ballots = read_ballots(sheet.scheme, facts)
    rates, weights = rates_of(sheet), what_ifs(sheet)
    if ballots is None:
        return Robustness(None, None, {}, rates, weights, [NO_BALLOTS])
    surveys = survey_errors(sheet, ballots)
    found = replicated(sheet, ballots, replicates, seed, tell)
    notes = list(_notes(sheet, ballots, surveys))
    return Robustness(ballots, found, surveys, rates, weights, notes)


NO_BALLOTS = Text(
    zh="方案的得分不用答卷，没有抽样误差可算，只给出比率的区间和改变权重的假设。",
    en="No score of this scheme rests on ballots, so none has a sampling error.",
)


def _notes(
    sheet: Sheet, ballots: Ballots, surveys: Mapping[str, Sequence[SurveyError]]
) -> Iterator[Text]:
    """What could not be told, or was taken for granted."""
    scheme = sheet.scheme
    if scheme.questionnaire is not None and not scheme.questionnaire.samples:
        yield Text(
            zh="方案没有说明答卷是从多少人中怎样抽来的（questionnaire.samples）："
            "各测评一律当作从很大的总体中随机抽取，误差偏大。",
            en="The scheme does not say of whom ballots are samples (questionnaire.samples): they "
            "count as drawn at random from very many, so errors are on the high side.",
        )
    if not any(stratum.varies for stratum in ballots.strata):
        yield Text(
            zh="没有可以重抽的答卷：或者没有答卷，或者每个样本只有一份，或者所有人都答了。",
            en="There are no ballots to draw again: none, one of each, or those of everybody.",
        )
    yield from _from_totals(sheet, surveys)
    for sample_id, sample in ballots.samples.items():
        whose = [s for s in ballots.strata if s.sample == sample_id]
        single = [_named(s.ids) for s in whose if len(s.members) == 1]
        if single:
            yield Text(
                zh=f"{sample.label.zh}只有一份答卷，看不出答卷之间差多少，按没有误差计："
                f"{'、'.join(single)}",
                en=f"{sample.label.en}: a single ballot does not show how ballots vary, and counts "
                f"as without error: {', '.join(single)}",
            )
        over = [_named(s.ids) for s in whose if s.population is not None and s.drawn == 1]
        if over:
            yield Text(
                zh=f"{sample.label.zh}的答卷不少于总体数，按所有人都答了计，没有抽样误差："
                f"{'、'.join(over)}",
                en=f"{sample.label.en}: as many ballots as people or more; counts as everybody, "
                f"without sampling error: {', '.join(over)}",
            )
    outside = sum(len(s.members) for s in ballots.strata if s.sample is None)
    if outside:
        yield Text(
            zh=f"有 {outside} 份答卷不属于方案说明的任何样本，重抽时不变。",
            en=f"{outside} ballots belong to no sample of the scheme and stay as they are.",
        )
    for node_id in ballots.partly:
        label = scheme.nodes[node_id].label or Text(zh=node_id, en=node_id)
        yield Text(
            zh=f"“{label.zh}”取的是答卷中不能相加的数（如中位数），重抽时不变，误差偏小。",
            en=f"{label.en} reads of ballots what does not add up, such as a median; it stays "
            "as it is, so errors are on the low side.",
        )


def _named(ids: Sequence[str]) -> str:
    return " ".join(ids)


def _from_totals(sheet: Sheet, surveys: Mapping[str, Sequence[SurveyError]]) -> Iterator[Text]:
    """Channels that report sums: how their ballots vary is not known."""
    for node_id, errors in surveys.items():
        node = sheet.scheme.nodes[node_id]
        own = sheet.sheets[node.subject]
        subjects = [own.ids[index] for index, error in enumerate(errors) if error.from_totals]
        if subjects:
            label = node.label or Text(zh=node_id, en=node_id)
            yield Text(
                zh=f"“{label.zh}”只报合计、没有单张答卷，这部分算不出抽样误差，按没有误差计："
                f"{'、'.join(subjects)}",
                en=f"{label.en} is reported as totals: its sampling error cannot be told and "
                f"counts as none: {', '.join(subjects)}",
            )
