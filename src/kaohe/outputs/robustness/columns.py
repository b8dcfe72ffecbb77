"""The columns of ``robustness.xlsx``: each with the sentence that says what it means."""

from __future__ import annotations

from dataclasses import dataclass

from kaohe.analysis.rates import RATE_LEVEL
from kaohe.pipeline import Assessment
from kaohe.values.text import Text


@dataclass(frozen=True)
class Column:
    """A column: its width in characters, its heading, what it means in a sentence."""

    width: float
    heading: Text
    meaning: Text


SHARES = (
    Column(
        22,
        Text(zh="项目", en="Result"),
        Text(zh="哪一种结果，如等次、档次。", en="Which result, such as a grade."),
    ),
    Column(
        16,
        Text(zh="可能的结果", en="Possible value"),
        Text(
            zh="重新抽样、重新计分后出现过的结果；“—”表示没有。",
            en="What came out in redraws; “—” is none.",
        ),
    ),
    Column(
        10,
        Text(zh="占比（%）", en="Share (%)"),
        Text(zh="每一百次重抽中大约出现几次。", en="How often in a hundred redraws."),
    ),
    Column(
        10,
        Text(zh="本次结果", en="As scored"),
        Text(zh="“是”表示这就是本次计分的结果。", en="“yes” is what was scored."),
    ),
    Column(
        12,
        Text(zh="受抽样影响", en="Sampled"),
        Text(
            zh="“否”表示这项结果不靠答卷，怎样重抽都不变。",
            en="“no”: it does not rest on ballots and no redraw changes it.",
        ),
    ),
)

SURVEYS = (
    Column(
        24,
        Text(zh="测评", en="Survey"),
        Text(zh="哪一种方式、哪一轮的测评。", en="Which survey."),
    ),
    Column(
        10,
        Text(zh="得分", en="Score"),
        Text(zh="本次计分得到的测评分。", en="The survey's score."),
    ),
    Column(
        12,
        Text(zh="误差范围±", en="Margin ±"),
        Text(
            zh="只因为问到谁、没问到谁，这个分上下可能差多少；“—”表示算不出。",
            en="How far the score may be off by who was asked; “—”: it cannot be told.",
        ),
    ),
    Column(
        9,
        Text(zh="答卷", en="Ballots"),
        Text(zh="收到多少份答卷。", en="How many ballots there are."),
    ),
    Column(
        44,
        Text(zh="样本与总体", en="Of how many"),
        Text(
            zh="每个样本的答卷数，斜线后是可以问的户数或人数；问到的比例越大，误差越小。",
            en="Ballots of each sample, and of how many: the more of them, the smaller the error.",
        ),
    ),
    Column(
        12,
        Text(zh="抽样方式", en="Drawn"),
        Text(
            zh="“随机”是抽签定的人；“当作随机”不是，误差只能参考。",
            en="“by lot”, or “as if by lot”: then the margin is only a rough guide.",
        ),
    ),
)

RATES = (
    Column(22, Text(zh="比率", en="Rate"), Text(zh="哪一个比率。", en="Which rate.")),
    Column(
        8,
        Text(zh="其中", en="Met"),
        Text(zh="符合的有几件（户）。", en="How many there are that count."),
    ),
    Column(8, Text(zh="总数", en="Of"), Text(zh="一共几件（户）。", en="Of how many.")),
    Column(
        10,
        Text(zh="比率（%）", en="Rate (%)"),
        Text(zh="其中 ÷ 总数。", en="The one divided by the other."),
    ),
    Column(
        10,
        Text(zh="低（%）", en="Low (%)"),
        Text(
            zh="这些件（户）只是碰巧遇到的一部分，背后真正的比率可能低到这里；"
            "件数越少，低与高离得越远。",
            en="These are only some that happened to come: the rate behind them may be as low. The "
            "fewer there are, the farther apart are low and high.",
        ),
    ),
    Column(
        10,
        Text(zh="高（%）", en="High (%)"),
        Text(
            zh=f"背后真正的比率可能高到这里；它在低与高之间，把握是 {RATE_LEVEL:.0%}。",
            en=f"The same upwards; it lies between low and high with {RATE_LEVEL:.0%} confidence.",
        ),
    ),
)

WEIGHTS = (
    Column(22, Text(zh="加权项目", en="Node"), Text(zh="哪一项的权重。", en="Whose weights.")),
    Column(
        34,
        Text(zh="假如", en="What if"),
        Text(zh="假设权重怎样变。", en="How the weights were changed."),
    ),
    Column(
        52, Text(zh="权重", en="Weights"), Text(zh="变后各项的权重。", en="The weights after that.")
    ),
    Column(20, Text(zh="结果", en="Result"), Text(zh="哪一种结果。", en="Which result.")),
    Column(
        10,
        Text(zh="变的个数", en="Changed"),
        Text(zh="有几个的这种结果会变；0 表示都不变。", en="For how many it would change."),
    ),
    Column(
        60,
        Text(zh="哪些会变", en="Who"),
        Text(zh="这种结果会变的有哪些。", en="Whose result would change."),
    ),
)


def subject_columns(assessment: Assessment) -> list[Column]:
    """The id and the name of a subject."""
    kind = assessment.subject.label
    declared = assessment.scheme.fact_tables[assessment.subject.table].columns
    which = Text(zh=f"哪个{kind.zh}。", en=f"Which {kind.en}.")
    return [
        Column(width, Text(zh=declared[name].heading, en=name.replace("_", " ")), which)
        for name, width in ((assessment.subject.id, 13), (assessment.subject.name, 20))
    ]


def figure_columns(label: Text) -> list[Column]:
    """A figure and its margin."""
    return [
        Column(12, label, _as_scored(label)),
        Column(
            12,
            Text(zh=f"{label.zh}误差范围±", en=f"{label.en}, margin ±"),
            Text(
                zh=f"只因为问到谁、没问到谁，{label.zh}上下可能差多少。",
                en=f"How far {label.en} may be off either way by who was asked.",
            ),
        ),
    ]


def rank_columns(label: Text, kind: Text) -> list[Column]:
    """A rank, the ranks that are possible, and who cannot be told apart."""
    return [
        Column(9, label, _as_scored(label)),
        Column(
            16,
            Text(zh=f"可能的{label.zh}", en=f"{label.en}, possible"),
            Text(
                zh="考虑抽样误差后，真实名次在这个范围之内；范围越宽，本次的名次越说明不了问题。",
                en="The true rank is among these; the more there are, the less the rank says.",
            ),
        ),
        Column(
            52,
            Text(zh="与谁分不清", en="Cannot be told apart from"),
            Text(
                zh=f"凭这次抽样，说不出该{kind.zh}与这些{kind.zh}谁先谁后；“无”表示与其他的都分得清。",
                en="From these samples it is not known which of them comes first; “none”: it can "
                "be told apart from all others.",
            ),
        ),
    ]


def outcome_columns(label: Text) -> list[Column]:
    """What a subject came to, and how often it came to the same again."""
    return [
        Column(12, label, _as_scored(label)),
        Column(
            14,
            Text(zh=f"{label.zh}再抽仍同（%）", en=f"{label.en}, the same again (%)"),
            Text(
                zh=f"重新抽样、重新计分，{label.zh}与本次相同的占多少；越接近 100 越稳。",
                en=f"How often {label.en} came out the same in redraws; 100 is firm.",
            ),
        ),
    ]


def _as_scored(label: Text) -> Text:
    return Text(
        zh=f"本次计分得到的{label.zh}；“—”表示没有。", en=f"{label.en} as scored; “—” is none."
    )
