"""What has to be known to read a study: terminal, workbook and page say the same."""

from __future__ import annotations

from collections.abc import Iterator

from kaohe.outputs.readings_words import numbered
from kaohe.readings import Study
from kaohe.values.text import Text

INTRO = Text(
    zh="方案没有写定的地方，换一个选项，谁的结果会变？这里把各种选项组合都完整计分一遍，再放在一起比较。",
    en="Where the scheme leaves something open: whose result would another option change? Every "
    "combination of options that was tried is scored in full, and all are held side by side.",
)
IDLE = Text(
    zh="“没有影响”只说明在这些数据上没有碰上，换一年、换一份数据就可能碰上，仍然要定。"
    "请按道理定，不要看谁得利来定。",
    en="“Does not matter” only says that it did not arise in these facts; in others it may, and "
    "it still has to be decided. Please decide by what is right, not by who gains.",
)
COUNTS = Text(
    zh="“几种”是选项组合的个数，不是可能性：三个以上选项的事项，每个选项只单独试一次。"
    "所以哪怕几百种中只有一种，选了那个选项，结果就是那样。",
    en="Counts of readings are no probabilities: each option of a decision with three or more is "
    "tried once, by itself. Even what comes out once in hundreds does come out if that option is "
    "chosen.",
)
DEPENDS = Text(
    zh="“取决于”后面是决定事项的序号：别的都不动，只改这一项，结果就可能变。只列一项的，由它单独决定："
    "在比较过的组合中，别的各项怎样选，都改变不了这个结果。",
    en="After “depends on” stand numbers of decisions: the rest as it is, this one alone may "
    "change the result. Where one is listed, it decides alone: in all readings that were tried, "
    "no option of the others changes this result.",
)


def of_decisions(kind: Text) -> Text:
    """What the figures beside a decision count."""
    return Text(
        zh=f"各列的数：其他事项都按现行选项，只改这一项，有几个{kind.zh}的这项结果变动；"
        f"“最多”是变动最大的那个{kind.zh}变动多少，别的有升有降。",
        en="The figures: everything else as taken and this decision alone answered otherwise, for "
        f"how many this result changes; “at most” is the movement of the {kind.en} that moves "
        "furthest, others may rise or fall.",
    )


def simulated_facts(study: Study) -> Iterator[Text]:
    """That the facts are simulated, if they are."""
    simulated = study.simulated
    if simulated is None:
        return
    of = Text(zh="", en="")
    if simulated.subjects is not None and simulated.seed is not None:
        kind = study.base.subject.label
        of = Text(
            zh=f"（{simulated.subjects} 个{kind.zh}，随机种子 {simulated.seed}）",
            en=f" ({simulated.subjects} subjects, seed {simulated.seed})",
        )
    yield Text(
        zh=f"模拟数据{of.zh}：不是任何人的真实成绩，只用来看各决定事项影响有多大。",
        en=f"Simulated facts{of.en}: nobody's real result, only to see how much hangs on what.",
    )


def what_was_tried(study: Study) -> Iterator[Text]:
    """How many readings of which kind; first of all whether the facts are simulated."""
    yield from simulated_facts(study)
    trials = study.sensitivity.trials
    two, number = len(trials.together), len(trials.readings)
    others = number - trials.combinations
    if not trials.exhaustive:
        zh = (
            f"共比较 {number} 种选项组合：每个选项单独改变，{two} 个两选项事项两两改变；"
            f"它们的全部组合有 {trials.combinations} 种，太多，没有逐一比较。"
        )
        en = (
            f"{number} readings: every option alone, and {two} two-way decisions in pairs; "
            f"all {trials.combinations} combinations of these are too many and were not tried."
        )
    else:
        zh = f"共比较 {number} 种选项组合：{two} 个两选项事项的全部 {trials.combinations} 种组合"
        en = f"{number} readings: all {trials.combinations} combinations of {two} two-way decisions"
        if others:
            zh = f"{zh}，另有 {others} 种是三个以上选项的事项单独改变"
            en = f"{en}, and {others} in which a decision with more options is changed alone"
        zh, en = f"{zh}。", f"{en}."
    yield Text(zh=zh, en=en)
    yield _what_does_not_matter(study)


def _what_does_not_matter(study: Study) -> Text:
    """Which decisions nothing hangs on, and of which that is known only for them alone."""
    trials, numbers = study.sensitivity.trials, numbered(study)
    idle = [one for one, weight in study.sensitivity.weights.items() if weight == "none"]
    crossed = [str(numbers[one]) for one in idle if one in trials.together and trials.exhaustive]
    alone = [str(numbers[one]) for one in idle if str(numbers[one]) not in crossed]
    if not idle:
        return Text(zh="每个决定事项都影响结果。", en="Every decision matters.")
    zh, en = [], []
    if crossed:
        zh.append(f"第 {'、'.join(crossed)} 项无论怎样决定，结果都一样")
        en.append(f"nothing hangs on decisions {', '.join(crossed)}")
    if alone:
        zh.append(f"第 {'、'.join(alone)} 项没有与其他各项一一组合，单独改变时结果也一样")
        en.append(f"{', '.join(alone)}, not tried in all combinations, change nothing alone")
    return Text(zh=f"在这些数据上，{'；'.join(zh)}。", en=f"On these facts {'; '.join(en)}.")


def how_to_read(study: Study) -> Iterator[Text]:
    """What a reading is, what decides a result, and how many readings could be final."""
    yield Text(
        zh="每个决定事项各取一个选项，就是一种选项组合。每种组合都用同一份数据、按正式计分的同一套规则"
        "完整计分一遍。",
        en="A reading takes one option of every decision. Each is scored in full on the same "
        "facts, by the same rules as a result is.",
    )
    yield DEPENDS
    number, final = len(study.sensitivity.trials.readings), study.final
    if final:
        yield Text(
            zh=f"{number} 种组合中，有 {final} 种数据齐全、检查都满足，可以作为正式结果。",
            en=f"Under {final} of {number} readings nothing bars a final result.",
        )
    else:
        yield Text(
            zh=f"{number} 种组合都还有检查未满足或数据不全，算出的都只是暂定结果。",
            en=f"Under all {number} readings a check is unmet or data is missing: every result "
            "is provisional.",
        )
