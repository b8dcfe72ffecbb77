"""What has to be known before any figure is read, in words for people without statistics."""

from __future__ import annotations

from collections.abc import Iterator

from kaohe.analysis.replicates import MARGIN_LEVEL, RANK_LEVEL
from kaohe.analysis.robustness import Robustness
from kaohe.pipeline import Assessment
from kaohe.values.text import Text

READINGS = Text(
    zh="考核方案读法不同带来的差别不是抽样误差，不在这里；请用 kaohe sensitivity 逐一比较。",
    en="What turns on how the policy is read is no sampling error and not here: kaohe sensitivity.",
)
NOT_IN_POLICY = Text(
    zh="这一页是假设，考核方案没有这样规定：把一项权重增减一成（其余按比例补足），或者各项等权，"
    "看谁的结果会变。只说明结果对权重有多敏感，不能据此改分。",
    en="What if, not in the policy: one weight a tenth more or less, the others making up for it, "
    "or all equal; who would come out otherwise? It tells how much turns on weights, no more.",
)


def cautions(assessment: Assessment, found: Robustness) -> Iterator[Text]:
    """What each kind of figure means and what it does not mean."""
    if found.replicates is None or found.ballots is None:
        return
    kind = assessment.subject.label
    yield Text(
        zh="只问了一部分人，换一批人来答，得分会有些不同，这就是抽样误差。"
        "误差范围：假如向所有人都问一遍，得分落在“得分 ± 误差范围”之内，"
        f"把握是 {MARGIN_LEVEL:.0%}。它不包括有人不肯答、答得不真带来的偏差。",
        en="Only some were asked; others would have given somewhat other scores: that is sampling "
        "error. Had everybody been asked, a figure would lie within its margin with "
        f"{MARGIN_LEVEL:.0%} confidence. That some refuse or do not say the truth is not in it.",
    )
    samples = found.ballots.samples.values()
    others = [sample.label for sample in samples if not sample.at_random]
    if others:
        yield Text(
            zh="下列样本不是抽签定的人，误差按“当作随机抽取”来算，只能参考："
            f"{'、'.join(label.zh for label in others)}。",
            en="Those asked were not drawn by lot in these samples; their errors are told as if "
            f"they had been, and are a rough guide: {', '.join(label.en for label in others)}.",
        )
    if found.replicates.ranks:
        yield Text(
            zh=f"可能的名次：所有{kind.zh}的真实名次同时都在各自的范围之内，"
            f"把握不低于 {RANK_LEVEL:.0%}；所列“分不清”的，凭这次抽样说不出谁先谁后。",
            en=f"Possible ranks: with at least {RANK_LEVEL:.0%} confidence those of every "
            f"{kind.en} hold its true rank, all at once. Of two that “cannot be told apart” these "
            "samples do not say which comes first.",
        )
    number = found.replicates.replicates
    yield Text(
        zh=f"再抽占比：按这次的答卷重新抽样、按方案重新计分 {number} 次，各种结果出现的比例。"
        "它说明结果离界线有多近，不是名次的置信区间，也不是谁“应得”的可能性。",
        en=f"Share of redraws: the samples were drawn and scored anew {number} times; how often "
        "each result came out. It tells how close a result is; it is no confidence interval of "
        "a rank, nor how likely somebody deserves it.",
    )
    yield Text(
        zh="不靠答卷的数据没有抽样，重抽时不变。",
        en="What does not rest on ballots was not sampled and stays as it is.",
    )
