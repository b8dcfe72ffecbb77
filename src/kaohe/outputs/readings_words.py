"""What is said of every reading, in both languages; terminal and workbook say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kaohe.analysis.sensitivity import Moved, Outcome, Spread, Weight
from kaohe.readings import CHECKS_APART, Study
from kaohe.values.text import Language, Text

HEADINGS = {
    "title": Text(zh="决定事项影响分析", en="What the decisions change"),
    "overview": Text(zh="总览", en="Overview"),
    "persons": Text(zh="个人绩效", en="Pay of persons"),
    "changes": Text(zh="变动明细", en="Changes"),
    "notes": Text(zh="说明", en="How to read this"),
    "number": Text(zh="序号", en="No."),
    "question": Text(zh="决定事项", en="Decision"),
    "clause": Text(zh="条款", en="Clause"),
    "taken": Text(zh="现行选项", en="Option taken"),
    "others": Text(zh="其他选项", en="Other options"),
    "matters": Text(zh="是否影响结果", en="Does it matter"),
    "greatest movement": Text(zh="最大变动", en="greatest movement"),
    "changed": Text(zh="变动的{}数", en="changed, {}"),
    "by taken": Text(zh="现行选项下", en="as taken"),
    "by all": Text(zh="各种组合下", en="under all readings"),
    "least": Text(zh="最低", en="least"),
    "greatest": Text(zh="最高", en="greatest"),
    "best": Text(zh="最靠前", en="best"),
    "worst": Text(zh="最靠后", en="worst"),
    "changed persons": Text(zh="变动的人数", en="persons changed"),
    "depends on": Text(zh="取决于", en="depends on no."),
    "person": Text(zh="人员编号", en="Person"),
    "instead": Text(zh="改为", en="Option instead"),
    "id": Text(zh="编号", en="Id"),
    "name": Text(zh="名称", en="Name"),
    "outcome": Text(zh="指标", en="Outcome"),
    "before": Text(zh="现行选项下", en="As taken"),
    "after": Text(zh="改后", en="Instead"),
    "movement": Text(zh="变动", en="Movement"),
}
MATTERS: Mapping[Weight, Text] = {
    "alone": Text(zh="有影响", en="yes"),
    "together": Text(zh="只与其他事项一同改变时有影响", en="only together with others"),
    "none": Text(zh="没有影响", en="no"),
}
NOTHING = Text(zh="无", en="none")


def numbered(study: Study) -> dict[str, int]:
    """The decisions by number, as tables name them."""
    return {one: number for number, one in enumerate(study.sensitivity.trials.options, start=1)}


def told(outcome: Outcome, value: str | None, language: Language) -> str:
    """A value as people read it: words instead of codes."""
    if value is None:
        return "—" if outcome.is_number else NOTHING[language]
    if outcome.is_number:
        return value
    codes = value.split(CHECKS_APART) if outcome.nature == "checks" else [value]
    words = [outcome.words.get(code, Text(zh=code, en=code))[language] for code in codes]
    return ("、" if language == "zh" else ", ").join(words)


def frequencies(outcome: Outcome, spread: Spread, language: Language) -> str:
    """Always the same, or under how many of the readings each value comes out."""
    if spread.is_constant:
        value = told(outcome, spread.taken, language)
        return Text(zh=f"始终：{value}", en=f"always {value}")[language]
    every = sum(times for _, times in spread.values)
    lines = [
        Text(
            zh=f"{told(outcome, value, language)}：{every} 种中有 {times} 种",
            en=f"{told(outcome, value, language)}: in {times} of {every}",
        )[language]
        for value, times in spread.values
    ]
    return "\n".join(lines)


def what_was_tried(study: Study) -> Iterator[Text]:
    """How many readings of which kind; first of all whether the facts are simulated."""
    simulated, trials = study.simulated, study.sensitivity.trials
    if simulated is not None:
        of = Text(zh="", en="")
        if simulated.subjects is not None and simulated.seed is not None:
            kind = study.base.subject.label
            of = Text(
                zh=f"（{simulated.subjects} 个{kind.zh}，随机种子 {simulated.seed}）",
                en=f" ({simulated.subjects} subjects, seed {simulated.seed})",
            )
        zh = f"模拟数据{of.zh}：不是任何人的真实成绩，只用来看各决定事项影响有多大。"
        en = f"Simulated facts{of.en}: nobody's real result, only to see how much hangs on what."
        yield Text(zh=zh, en=en)
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


def is_told(moved: Moved) -> bool:
    """Whether an outcome needs a column: being complete, and checks, do not if nothing moves."""
    if moved.outcome.nature not in ("status", "checks"):
        return True
    return any(not spread.is_constant for spread in moved.spreads)


def how_to_read(study: Study) -> Iterator[Text]:
    """What the words of the workbook mean."""
    number = len(study.sensitivity.trials.readings)
    yield Text(
        zh="一种“选项组合”就是对每个决定事项各取一个选项。每种组合都用同一份数据、按 kaohe score "
        "的同一套规则完整计分。",
        en="A reading takes one option of every decision. Each is scored in full on the same "
        "facts, by the same rules as kaohe score.",
    )
    yield Text(
        zh="“变动数”和“最大变动”指：从现行选项出发，只改这一项（有几个其他选项的，任何一个）时，有多"
        "少对象变动、数值最多变动多少。",
        en="“Changed” and “greatest movement” say what happens when this decision alone is "
        "answered otherwise, by any of its other options, and the rest stays as taken.",
    )
    yield Text(
        zh="“取决于”列出序号：有两种组合只在这一项上不同而结果不同，就算取决于它。只列一项的，由这一项"
        "单独决定。",
        en="“Depends on” lists numbers of decisions: one is listed if two readings that differ "
        "in it alone differ in the result. Where one is listed, it decides alone.",
    )
    yield Text(
        zh="“几种中有几种”是组合的个数，不是可能性大小。三个以上选项的事项只单独改变，两选项事项互相"
        "组合时它们保持现行选项，所以在个数中占得少；它是否重要，请看“取决于”。",
        en="“In 61 of 64” counts readings and is no probability. A decision with three or more "
        "options is only changed by itself and stays as taken while the others are combined, so "
        "few readings show it; whether it matters is told by “depends on”.",
    )
    yield Text(
        zh=f"在 {number} 种组合中，有 {study.final} 种没有检查未满足、数据齐全，可以作为正式结果。",
        en=f"Under {study.final} of {number} readings nothing bars a final result.",
    )
