"""The columns of ``robustness.xlsx``: each with the sentence that says what it means."""

from __future__ import annotations

from kaohe.analysis.rates import RATE_LEVEL
from kaohe.outputs.explained import Column
from kaohe.pipeline import Assessment
from kaohe.values.text import Text

MARGIN = Text(
    zh="只因为问到谁、没问到谁，这个分上下可能差多少；“算不出”：测评只报合计，没有单张答卷；“—”：没有。",
    en="How far it may be off either way by who was asked; “not known”: only sums were reported, "
    "no single ballots; “—”: there is none.",
)

SHARES = (
    Column(
        22,
        Text(zh="哪种结果", en="Result"),
        Text(zh="等次、档次等，靠答卷算出的。", en="Such as a grade, resting on ballots."),
    ),
    Column(
        16,
        Text(zh="出现过的结果", en="Came out"),
        Text(zh="重抽时出现过这个结果；“无”是没有。", en="What came out in redraws."),
    ),
    Column(
        11,
        Text(zh="占比（%）", en="Share (%)"),
        Text(
            zh="重抽中有百分之几是这个结果；不是“应得”它的可能性。",
            en="In how many of a hundred redraws; not how likely it is deserved.",
        ),
    ),
    Column(
        11,
        Text(zh="是否本次结果", en="As scored"),
        Text(zh="“是”：本次计分就是这个结果。", en="“yes” is what was scored."),
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
        Text(zh="本次计分得到的测评分；“—”是没有。", en="The survey's score; “—” is none."),
    ),
    Column(12, Text(zh="误差范围±", en="margin ±"), MARGIN),
    Column(
        9,
        Text(zh="答卷", en="Ballots"),
        Text(
            zh="收到多少份单张答卷；只报合计的不算在内。",
            en="How many single ballots there are; sums do not count.",
        ),
    ),
    Column(
        44,
        Text(zh="问了多少、一共多少", en="Of how many"),
        Text(
            zh="斜线前是答卷数，斜线后是一共有多少户（人）可以问：问到的比例越大，误差越小。",
            en="Ballots, and of how many who could be asked: the more of them, the smaller the "
            "error.",
        ),
    ),
    Column(
        13,
        Text(zh="怎样选的人", en="Drawn"),
        Text(
            zh="“抽签”：误差范围站得住。“不是抽签”：误差范围只能参考。",
            en="“by lot”: the margin holds; “not by lot”: it is a rough guide.",
        ),
    ),
)

RATES = (
    Column(
        22,
        Text(zh="比率", en="Rate"),
        Text(
            zh="哪一个比率；“…户数”是抽查的户中有几户。",
            en="Which rate; of a check, how many of those checked.",
        ),
    ),
    Column(
        8,
        Text(zh="其中", en="Met"),
        Text(zh="符合的有几件（户）。", en="How many there are that count."),
    ),
    Column(8, Text(zh="总数", en="Of"), Text(zh="一共几件（户）。", en="Of how many.")),
    Column(
        10,
        Text(zh="比率（%）", en="Rate (%)"),
        Text(zh="其中 ÷ 总数；“—”是一件也没有。", en="The one divided by the other."),
    ),
    Column(
        10,
        Text(zh="低（%）", en="Low (%)"),
        Text(
            zh="同样情形的事再多些，比率可能低到这里；件数越少，低与高离得越远。",
            en="With more of the same the rate might be as low. The fewer there are, the farther "
            "apart are low and high.",
        ),
    ),
    Column(
        10,
        Text(zh="高（%）", en="High (%)"),
        Text(
            zh=f"同样情形的事再多些，比率可能高到这里；在低与高之间，把握是 {RATE_LEVEL:.0%}。",
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
        52,
        Text(zh="权重", en="Weights"),
        Text(zh="这样变了以后，各项的权重。", en="The weights after that."),
    ),
    Column(20, Text(zh="结果", en="Result"), Text(zh="哪一种结果。", en="Which result.")),
    Column(
        10,
        Text(zh="变的个数", en="Changed"),
        Text(zh="有几个的这种结果会变。", en="For how many it would change."),
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


AS_SCORED = (
    Text(zh="本次", en="as scored"),
    Text(zh="本次计分的结果；“无”“—”是没有。", en="The result as scored; “none” and “—” are none."),
)


def figure_columns(label: Text) -> list[Column]:
    """A figure and its margin."""
    margin = Column(13, Text(zh="误差范围±", en="margin ±"), MARGIN, label)
    return [Column(11, *AS_SCORED, label), margin]


def rank_columns(label: Text, kind: Text) -> list[Column]:
    """A rank, the ranks that are possible, and who cannot be told apart."""
    return [
        Column(9, *AS_SCORED, label),
        Column(
            16,
            Text(zh="可能是", en="possible"),
            Text(
                zh="考虑抽样误差后，真实名次在这个范围之内；范围越宽，本次的名次越说明不了问题。"
                "“算不出”：测评只报合计，没有单张答卷。",
                en="The true rank is among these; the more there are, the less the rank says. "
                "“Not known”: only sums were reported.",
            ),
            label,
        ),
        Column(
            52,
            Text(zh="与谁分不清", en="Cannot be told apart from"),
            Text(
                zh=f"凭这次抽样，说不出该{kind.zh}与这些{kind.zh}谁先谁后（不是并列）；“无”：与其他的都分得清。",
                en="From these samples it is not known which of them comes first (no tie); “none”: "
                "it can be told apart from all others.",
            ),
        ),
    ]


def outcome_columns(label: Text) -> list[Column]:
    """What a subject came to, and how often it came to the same again."""
    return [
        Column(11, *AS_SCORED, label),
        Column(
            14,
            Text(zh="重抽不变（%）", en="the same again (%)"),
            Text(
                zh="重抽中有百分之几与本次相同：越接近 100 越稳，100 也不等于绝不会变；"
                "不是“应得”的可能性。“算不出”：测评只报合计，没有单张答卷。",
                en="In how many of a hundred redraws it came out the same: near 100 is firm, and "
                "100 is not for ever; not how likely it is deserved. “Not known”: only sums were "
                "reported.",
            ),
            label,
        ),
    ]
