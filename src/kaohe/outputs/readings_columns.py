"""The columns of ``sensitivity.xlsx``: each with the sentence that says what it means."""

from __future__ import annotations

from kaohe.analysis.sensitivity import Outcome
from kaohe.outputs.explained import Column
from kaohe.outputs.readings_words import HEADINGS
from kaohe.values.text import Text

NUMBER, ID, NAME, QUESTION, OPTION, DEPENDING = 6.0, 13.0, 24.0, 46.0, 34.0, 14.0
"""Widths, in characters."""

DECISIONS = (
    Column(
        NUMBER,
        HEADINGS["number"],
        Text(
            zh="决定事项的序号，各页都用它。",
            en="The number of the decision, the same on all pages.",
        ),
    ),
    Column(
        QUESTION,
        HEADINGS["question"],
        Text(zh="方案没有写定、要人来定的问题。", en="What the scheme leaves open."),
    ),
    Column(
        16,
        Text(zh="条款", en="Clause"),
        Text(zh="问题出在哪一条。", en="Where in the policy it is open."),
    ),
    Column(
        OPTION,
        Text(zh="现行选项", en="Option taken"),
        Text(zh="现在采用的选项，别的都与它比。", en="What others are compared with."),
    ),
    Column(
        OPTION,
        Text(zh="其他选项", en="Other options"),
        Text(zh="还可以怎样选。", en="What else could be chosen."),
    ),
    Column(
        18,
        HEADINGS["matters"],
        Text(
            zh="“有影响”：只改这一项，就有结果变动。“与别项一同才有影响”：单独改不变，与别的事项一起改才变。"
            "“没有影响”：在这些数据上怎样选都一样。",
            en="“Matters”: this one alone changes some result. “Only together with others”: alone "
            "it changes nothing. “Does not matter”: on these facts all is the same.",
        ),
    ),
)
CHANGES = (
    *DECISIONS[:2],
    Column(
        OPTION,
        Text(zh="改为", en="Option instead"),
        Text(zh="这一项改成这个选项，其余不动。", en="Chosen instead, the rest as taken."),
    ),
    Column(ID, Text(zh="编号", en="Id"), Text(zh="谁的结果变了。", en="Whose result changes.")),
    Column(NAME, Text(zh="名称", en="Name"), Text(zh="谁的结果变了。", en="Whose result changes.")),
    Column(
        16, Text(zh="指标", en="Outcome"), Text(zh="变的是哪一种结果。", en="Which result changes.")
    ),
    Column(
        16,
        Text(zh="现行选项下", en="As taken"),
        Text(zh="改以前的结果。", en="The result under the options taken."),
    ),
    Column(16, Text(zh="改后", en="Instead"), Text(zh="改以后的结果。", en="The result after it.")),
    Column(
        12,
        Text(zh="变动", en="Movement"),
        Text(
            zh="改后减去改前；名次变动为负，是名次靠前了。不是数字的空着。",
            en="What it moves by, if it is a number; a rank that falls is a better one.",
        ),
    ),
)


def subject_columns(id_heading: Text, name_heading: Text, kind: Text) -> list[Column]:
    """The id and the name of a subject."""
    which = Text(zh=f"哪个{kind.zh}。", en=f"Which {kind.en}.")
    return [Column(ID, id_heading, which), Column(NAME, name_heading, which)]


def alone_columns(outcome: Outcome, kind: Text) -> list[Column]:
    """For how many a decision alone changes an outcome, and by how much at most."""
    changed = Column(
        16,
        Text(zh=f"变动的{kind.zh}数", en="changed"),
        Text(
            zh=f"只改这一项，有几个{kind.zh}的这项结果变动；有几个其他选项的，哪个能改变都算。",
            en=f"For how many {kind.en}s it changes under any of the other options, alone.",
        ),
        outcome.label,
    )
    if outcome.nature not in ("figure", "money"):
        return [changed]
    most = Column(
        13,
        Text(zh="最多", en="at most"),
        Text(
            zh=f"变动最大的那个{kind.zh}变动多少：“+”是升，“-”是降；别的有升有降。",
            en=f"By how much it moves for the {kind.en} that moves furthest: + up, - down.",
        ),
        outcome.label,
    )
    return [changed, most]


PERSONS_CHANGED = Column(
    13,
    Text(zh="变动的人数", en="persons changed"),
    Text(zh="只改这一项，有几个人的绩效变动。", en="For how many persons pay changes."),
    Text(zh="个人绩效", en="Pay of persons"),
)

TAKEN = Text(zh="现行选项下", en="as taken")
OVER_ALL = Text(zh="各种组合下", en="over all readings")
LEAST, GREATEST = Text(zh="最低", en="least"), Text(zh="最高", en="greatest")
BEST, WORST = Text(zh="最靠前", en="best"), Text(zh="最靠后", en="worst")
DEPENDS_ON = Text(zh="取决于", en="depends on no.")

MEANINGS = {
    TAKEN: Text(
        zh="按现在采用的选项得到的结果；“—”是没有。",
        en="The result under the options taken; “—” is none.",
    ),
    OVER_ALL: Text(
        zh="几种选项组合下是哪一个结果，“无”是没有。“现行”是现行选项下的结果；“只改第几项”是说，别的都"
        "不动，只改那一项就成这样。",
        en="Under how many readings which result comes out. “As taken”: under the options taken; "
        "“no. … alone”: an option of that decision alone brings it.",
    ),
    LEAST: Text(
        zh="比较过的各种选项组合中最低到多少。", en="The least under any reading that was tried."
    ),
    GREATEST: Text(
        zh="比较过的各种选项组合中最高到多少。",
        en="The greatest under any reading that was tried.",
    ),
    BEST: Text(
        zh="比较过的各种选项组合中，最好到第几名。", en="The best rank under any reading tried."
    ),
    WORST: Text(
        zh="比较过的各种选项组合中，最差到第几名。", en="The worst rank under any reading tried."
    ),
    DEPENDS_ON: Text(
        zh="哪几个决定事项能改变它（序号）；空着的，怎样选都一样。",
        en="The decisions that can change it, by number; blank if none can.",
    ),
}


def spread_columns(outcome: Outcome) -> list[Column]:
    """What a subject gets in an outcome over all readings, and which decisions matter to it."""
    if outcome.is_number:
        ends = (BEST, WORST) if outcome.nature == "place" else (LEAST, GREATEST)
        shown = [(heading, 11.0) for heading in (TAKEN, *ends)]
    else:
        shown = [(OVER_ALL, 44.0 if outcome.nature == "checks" else 28.0)]
    return [
        Column(width, heading, MEANINGS[heading], outcome.label)
        for heading, width in (*shown, (DEPENDS_ON, DEPENDING))
    ]


def person_columns(persons: Outcome, person: Text) -> list[Column]:
    """What a person is paid over all readings."""
    return [Column(18, person, Text(zh="谁的绩效。", en="Whose pay.")), *spread_columns(persons)]
