"""What has to be known before any figure is read, in words for people without statistics.

Workbook, JSON and page say the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from kaohe.analysis.rates import RATE_LEVEL
from kaohe.analysis.replicates import MARGIN_LEVEL, RANK_LEVEL
from kaohe.analysis.robustness import Robustness
from kaohe.pipeline import Assessment
from kaohe.values.text import Text

TITLE = Text(zh="结果有多稳", en="How firm results are")
INTRO = Text(
    zh="测评只问了一部分人。换一批人来答，谁的得分和结果会不一样？分不清先后的，定结果时请不要只看名次。",
    en="Only some were asked. Whose score and result would be another if others had answered? "
    "Where two cannot be told apart, do not go by ranks alone.",
)
PROVISIONAL = Text(
    zh="按暂定结果计算：尚有检查未满足或数据不全。",
    en="Of a provisional result: a check is unmet or data is missing.",
)
TOTALS_ONLY = Text(
    zh="有的测评只报合计，没有单张答卷，看不出答卷之间差多少，抽样误差算不出。各种结果和名次没有算进这部分"
    "误差，不能据此说结果是稳的。要算得出，请提供单位报送逐张答卷（不记名），不要只报合计。",
    en="Some surveys gave sums only and no single ballots: how ballots differ is not known, so the "
    "sampling error cannot be told. Results and ranks leave it out and are not shown to be firm. "
    "To tell it, ask the provider for single, anonymous ballots instead of sums.",
)
MARGINS = Text(
    zh="只问了一部分人，换一批人来答，得分会有些不同，这就是抽样误差。"
    "误差范围：假如向所有人都问一遍，得分落在“得分 ± 误差范围”之内，"
    f"把握是 {MARGIN_LEVEL:.0%}。它不包括有人不肯答、答得不真带来的偏差。",
    en="Only some were asked; others would have given somewhat other scores: that is sampling "
    "error. Had everybody been asked, a figure would lie within its margin with "
    f"{MARGIN_LEVEL:.0%} confidence. That some refuse or do not say the truth is not in it.",
)
RATES = Text(
    zh="件数少，比率就有碰巧：假如同样情形的事多得多，比率会落在所列区间（从低到高）之内，把握是 "
    f"{RATE_LEVEL:.0%}。一两件的差别说明不了什么。抽查也是抽样：只抽几户核查的，换几户来查，"
    "结果可能不同，得分也跟着不同，这一点没有算进得分的误差范围。",
    en="With few cases a rate owes much to chance: were there many more of the same, it would lie "
    f"in the interval, from low to high, with {RATE_LEVEL:.0%} confidence. A case or two tell "
    "nothing. Checking a few households is sampling too: others might have given another result "
    "and other scores; that is not in the margins of scores.",
)
READINGS = Text(
    zh="考核方案没有写定的地方怎样选，结果也会不同。那不是抽样误差，不在这里，"
    "请看“决定事项影响分析”（kaohe sensitivity）。",
    en="How open questions of the policy are answered changes results too. That is no sampling "
    "error and not here: see what the decisions change (kaohe sensitivity).",
)
NOT_IN_POLICY = Text(
    zh="这一部分是假设，考核方案没有这样规定（别的部分不是假设）：把一项权重增减一成（其余按比例补足），"
    "或者各项等权，看谁的结果会变。没有列的，谁的结果都不变。只说明结果对权重有多敏感，不能据此改分。",
    en="This part, and no other, is a what-if that is not in the policy: one weight a tenth more "
    "or less, the others making up for it, or all equal; who would come out otherwise? What is "
    "not listed changes nobody's result. It tells how much turns on weights and is no ground for "
    "changing points.",
)


def of_ranks(kind: Text) -> Text:
    """What a set of ranks says, and that those who share it are not equal."""
    return Text(
        zh=f"可能的名次：所有{kind.zh}的真实名次同时都在各自的范围之内，把握不低于 "
        f"{RANK_LEVEL:.0%}，是从宽估计。“分不清”：凭这次抽样说不出谁先谁后。它不是并列，也不是说两家一样好；换一批人来答，"
        "先后可能倒过来。可能的名次跨过界线的，不能说稳在界线哪一边。",
        en=f"Possible ranks: with at least {RANK_LEVEL:.0%} confidence those of every "
        f"{kind.en} hold its true rank, all at once, on the wide side. Of two that “cannot be told "
        "apart” these samples do not say which comes first: that is no tie, and does not make "
        "them equal; with others asked the order may turn. Possible ranks across a line are not "
        "firmly on either side of it.",
    )


def of_shares(replicates: int) -> Text:
    """What a share of replicates says, and what it does not."""
    return Text(
        zh=f"重抽：按这次的答卷重新抽样、按方案重新计分 {replicates} 次，看各种结果各占多少。"
        "占比说明结果离界线有多近，不是谁“应得”的可能性，也不能当作名次的范围；"
        f"{replicates} 次都一样，也不等于绝不会变。",
        en=f"Redraws: the samples were drawn and scored anew {replicates} times; how often did "
        "each result come out? A share tells how close a result is to a line; it is not how "
        "likely somebody deserves it, and no interval of a rank. The same in all "
        f"{replicates} does not mean that it never changes.",
    )


def of_samples(found: Robustness) -> Iterator[Text]:
    """Which samples were not drawn by lot, if any."""
    samples = found.ballots.samples.values() if found.ballots is not None else ()
    others = [sample.label for sample in samples if not sample.at_random]
    if others:
        yield Text(
            zh="下列样本不是抽签定的人，误差按“当作随机抽取”来算，只能参考："
            f"{'、'.join(label.zh for label in others)}。",
            en="Those asked were not drawn by lot in these samples; their errors are told as if "
            f"they had been, and are a rough guide: {'; '.join(label.en for label in others)}.",
        )


def cautions(assessment: Assessment, found: Robustness) -> Iterator[Text]:
    """What each kind of figure means and what it does not mean."""
    if found.replicates is None or found.ballots is None:
        return
    yield MARGINS
    yield from of_samples(found)
    if found.replicates.ranks:
        yield of_ranks(assessment.subject.label)
    yield of_shares(found.replicates.replicates)
    yield Text(
        zh="不靠答卷的数据没有抽样，重抽时不变。",
        en="What does not rest on ballots was not sampled and stays as it is.",
    )


def lacks_ballots(found: Robustness) -> bool:
    """Whether some survey is known by its sums only."""
    return any(one.from_totals for errors in found.surveys.values() for one in errors)


def changed_weight(part: Text, factor: str) -> Text:
    """Which weight is another."""
    return Text(
        zh=f"“{part.zh}”的权重乘以 {factor}", en=f"the weight of “{part.en}” times {factor}"
    )


ALL_EQUAL = Text(zh="各项等权", en="all parts weigh the same")
