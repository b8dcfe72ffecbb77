"""Kinds built on counted facts: tallies, surveys, ratios, marks, rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kaohe.scheme.nodes import MarksNode, RatioNode, RowsNode, SurveyNode, TallyNode
from kaohe.scoring.combining import median, trimmed
from kaohe.scoring.operands import operand_input
from kaohe.scoring.reasons import Input as Figure
from kaohe.scoring.reasons import Reason, shown
from kaohe.scoring.sheet import Column, Counted, Sheet
from kaohe.values.measures import Stored
from kaohe.values.numbers import Absence, Number, Value, shortest
from kaohe.values.text import Text

BALLOTS = Text(zh="有效答卷", en="ballots that count")
"""How a survey's reason names its number of single ballots; 0 where only totals were reported."""
ANSWERS = Text(zh="有效回答", en="answers")
"""How it names the number of answers, those reported as totals among them."""


def tally_column(node: TallyNode, sheet: Sheet) -> Column:
    """The tally as it is."""
    return sheet.column(node.of)


def explain_tally(node: TallyNode, sheet: Sheet, index: int, text: str) -> Reason:
    """What was counted, and how much it was."""
    figure = operand_input(node.of, sheet, index)
    if not text:
        return Reason(
            Text(zh=f"{figure.label.zh}没有数据。", en=f"No {figure.label.en}."), (figure,)
        )
    word = "" if node.of.taken in ("attribute", "greatest") else "共"
    sentence = Text(zh=f"{figure.label.zh}{word} {text}。", en=f"{figure.label.en}: {text}.")
    return Reason(sentence, (figure,))


def survey_column(node: SurveyNode, sheet: Sheet) -> Column:
    """``max`` × points ÷ (full points × answers), from ballots that count and from totals."""
    earned, counted = Fraction(node.max or 1) / _full(sheet), sheet.counted(node)
    return [_survey_value(node, earned, counted, sheet, index) for index in range(sheet.size)]


def _survey_value(
    node: SurveyNode, earned: Fraction, counted: Mapping[str, Counted], sheet: Sheet, index: int
) -> Value:
    """``earned`` is what a point is worth, for one answer."""
    ballots = counted["ballots"].numbers[index]
    if node.min_sample is not None and ballots < node.min_sample:
        if not _from_totals(node, sheet, index):
            return Absence.BELOW_MIN_SAMPLE
    answered, points = _answers(counted, sheet, index)
    if not answered:
        return Absence.NO_DATA
    above, below = earned.numerator * points.numerator, earned.denominator * points.denominator
    return Fraction(above, below * answered)


def _full(sheet: Sheet) -> Fraction:
    questionnaire = sheet.scheme.questionnaire
    assert questionnaire is not None
    return Fraction(questionnaire.full)


def _from_totals(node: SurveyNode, sheet: Sheet, index: int) -> int:
    one = sheet.counted(node).get("totals_answered")
    return 0 if one is None else one.numbers[index]


def _answers(counted: Mapping[str, Counted], sheet: Sheet, index: int) -> tuple[int, Number]:
    """How many questions were answered, and the points they earned."""
    answered = counted["answered"].numbers[index]
    points: Number
    if "points" in counted:
        points = counted["points"].amount(index)
    else:
        points = _picked_points(counted, sheet, index)
    if "totals_answered" in counted:
        answered += counted["totals_answered"].numbers[index]
        if counted["totals_points"].numbers[index]:
            points += counted["totals_points"].amount(index)
    return answered, points


def _picked_points(counted: Mapping[str, Counted], sheet: Sheet, index: int) -> Number:
    questionnaire = sheet.scheme.questionnaire
    assert questionnaire is not None
    total = Fraction(0)
    for name, one in counted.items():
        word, _, rest = name.partition(":")
        if word == "picked":
            code = rest.partition(":")[2]
            points = Fraction(questionnaire.answers[code].points)
            total += points * one.numbers[index]
    return total


def explain_survey(node: SurveyNode, sheet: Sheet, index: int, text: str) -> Reason:
    """Ballots, answers, points, and what they come to."""
    counted = sheet.counted(node)
    ballots = counted["ballots"].numbers[index]
    answered, points = _answers(counted, sheet, index)
    full = shown(Fraction(node.max or 1))
    possible = shown(_full(sheet) * answered)
    inputs = [
        Figure(BALLOTS, str(ballots)),
        Figure(ANSWERS, str(answered)),
        Figure(Text(zh="得分合计", en="points"), shown(points)),
    ]
    if not answered and node.min_sample is None:
        sentence = Text(zh="没有有效的回答，没有得分。", en="No answers that count: no score.")
    elif not text and ballots >= (node.min_sample or 0):
        sentence = Text(
            zh=f"有效答卷 {ballots} 份，都没有回答所计的题目，没有得分。",
            en=f"Ballots {ballots}, none of which answers these questions: no score.",
        )
    elif not text:
        zh = f"有效答卷 {ballots} 份，不足 {node.min_sample} 份，不计分。"
        en = f"Ballots {ballots}, fewer than {node.min_sample}: not scored."
        sentence = Text(zh=zh, en=en)
    else:
        work = f"{full} × {shown(points)} ÷ {possible} = {text}"
        source = _sources(node, sheet, index, ballots)
        zh = (
            f"{source.zh}有效回答 {answered} 个，得 {shown(points)} 分（满分 {possible}）：{work}。"
        )
        en = f"{source.en}answers {answered}, points {shown(points)} of {possible}: {work}."
        sentence = Text(zh=zh, en=en)
    unsplit = counted.get("totals_unsplit")
    if unsplit is not None and unsplit.numbers[index]:
        lost = unsplit.numbers[index]
        zh = f"另有 {lost} 个回答只报全部题目的合计，不能分题，未计入。"
        en = f" {lost} answers reported as one total over all questions cannot be split: left out."
        sentence = Text(zh=sentence.zh + zh, en=sentence.en + en)
    return Reason(sentence, tuple(inputs))


def _sources(node: SurveyNode, sheet: Sheet, index: int, ballots: int) -> Text:
    """Where answers come from: single ballots, reported totals, or both."""
    from_totals = _from_totals(node, sheet, index)
    if not from_totals:
        return Text(zh=f"有效答卷 {ballots} 份，", en=f"Ballots {ballots}, ")
    if not ballots:
        return Text(zh="按合计数报送，", en="Reported as totals: ")
    zh = f"有效答卷 {ballots} 份，另有 {from_totals} 个回答按合计数报送，共"
    return Text(zh=zh, en=f"Ballots {ballots}, and {from_totals} answers as totals; together ")


def ratio_column(node: RatioNode, sheet: Sheet) -> Column:
    """``times`` × numerator ÷ denominator, or what ``empty`` says where there are no rows."""
    return [_ratio_value(node, sheet, index) for index in range(sheet.size)]


def _ratio_value(node: RatioNode, sheet: Sheet, index: int) -> Value:
    counted = sheet.counted(node)
    below = counted["denominator"].numbers[index]
    if node.min_sample is not None and below < node.min_sample:
        return Absence.BELOW_MIN_SAMPLE
    if not below:
        return Fraction(node.empty) if isinstance(node.empty, Decimal) else Absence.NO_DATA
    return Fraction(node.times) * counted["numerator"].numbers[index] / below


def explain_ratio(node: RatioNode, sheet: Sheet, index: int, text: str) -> Reason:
    """How many of how many, and what that comes to."""
    counted = sheet.counted(node)
    below = counted["denominator"].numbers[index]
    above = counted["numerator"].numbers[index]
    inputs = (
        Figure(Text(zh="分子", en="numerator"), str(above)),
        Figure(Text(zh="分母", en="denominator"), str(below)),
    )
    row = sheet.scheme.fact_tables[node.table].label
    if node.min_sample is not None and below < node.min_sample:
        zh = f"{row.zh} {below} 件，不足 {node.min_sample} 件，不计比率。"
        en = f"{row.en}: {below}, fewer than {node.min_sample}, no rate."
    elif not below and not text:
        zh, en = f"没有可计的{row.zh}，没有结果。", f"Nothing to count ({row.en}): no result."
    elif not below:
        zh, en = (
            f"没有可计的{row.zh}，按 {text} 计。",
            f"Nothing to count ({row.en}): {text} by rule.",
        )
    else:
        work = f"{shown(Fraction(node.times))} × {above} ÷ {below} = {text}"
        zh = f"{below} 件中有 {above} 件：{work}。"
        en = f"{above} of {below}: {work}."
    return Reason(Text(zh=zh, en=en), inputs)


@dataclass(frozen=True)
class Mark:
    """One scorer's mark of one subject, if there is one."""

    scorer: str
    label: str
    weight: Fraction
    mark: Fraction | None


def marks_of(node: MarksNode, sheet: Sheet, index: int) -> list[Mark]:
    """The marks of all scorers, in the scheme's order."""
    counted = sheet.counted(node)
    names = sheet.scheme.fact_tables[node.table].columns[node.scorer].choices
    weights = node.scorers if isinstance(node.scorers, Mapping) else dict.fromkeys(node.scorers, 1)
    found = []
    for scorer, weight in weights.items():
        there = counted[f"marked:{scorer}"].numbers[index]
        mark = Fraction(counted[f"mark:{scorer}"].amount(index)) if there else None
        found.append(Mark(scorer, names.get(scorer, scorer), Fraction(weight), mark))
    return found


def marks_column(node: MarksNode, sheet: Sheet) -> Column:
    """The mean of the scorers' marks, once every one of them has marked, or enough have."""
    return [_marks_value(node, marks_of(node, sheet, index)) for index in range(sheet.size)]


def _marks_value(node: MarksNode, marks: Sequence[Mark]) -> Value:
    there = [one for one in marks if one.mark is not None]
    if len(there) < (node.min_available or len(marks)):
        return Absence.NO_DATA
    counted = _untrimmed(node, there)
    weight = sum((one.weight for one in counted), Fraction(0))
    if not weight:
        return Absence.BELOW_MIN_SAMPLE
    return sum((one.weight * (one.mark or 0) for one in counted), Fraction(0)) / weight


def _untrimmed(node: MarksNode, there: Sequence[Mark]) -> list[Mark]:
    low, high = trimmed(len(there), node.trim)
    ordered = sorted(there, key=lambda one: one.mark or 0)
    kept = ordered[low : len(ordered) - high]
    return [one for one in there if one in kept]


def explain_marks(node: MarksNode, sheet: Sheet, index: int, text: str) -> Reason:
    """Every scorer's mark, or who has not marked yet."""
    marks = marks_of(node, sheet, index)
    inputs = tuple(
        Figure(Text(zh=one.label, en=one.scorer), None if one.mark is None else shortest(one.mark))
        for one in marks
    )
    missing = "、".join(one.label for one in marks if one.mark is None)
    missing_en = ", ".join(one.scorer for one in marks if one.mark is None)
    if not text and missing:
        zh, en = f"{missing}尚未评分，没有结果。", f"Not yet marked by {missing_en}: no result."
        return Reason(Text(zh=zh, en=en), inputs)
    if not text:
        zh, en = (
            "去掉最高和最低后没有评分，没有结果。",
            "No mark is left after trimming: no result.",
        )
        return Reason(Text(zh=zh, en=en), inputs)
    there = [one for one in marks if one.mark is not None]
    counted = _untrimmed(node, there)
    weighted = isinstance(node.scorers, Mapping)
    told = [(one, shortest(one.mark or 0), shown(one.weight)) for one in counted]
    if weighted:
        zh = "、".join(f"{one.label} {mark}（权重 {weight}）" for one, mark, weight in told)
        en = ", ".join(f"{one.scorer} {mark} (weight {weight})" for one, mark, weight in told)
    else:
        zh = "、".join(f"{one.label} {mark}" for one, mark, _ in told)
        en = ", ".join(f"{one.scorer} {mark}" for one, mark, _ in told)
    if len(counted) == 1:
        zh, en = f"{zh} 分，得 {text}。", f"{en}: {text}."
    else:
        mean = ("加权平均", "weighted mean") if weighted else ("平均", "mean")
        zh, en = f"{zh}，{mean[0]} {text}。", f"{en}: {mean[1]} {text}."
    dropped = [one for one in there if one not in counted]
    if dropped:
        zh += f"{'、'.join(one.label for one in dropped)}为最高或最低，去掉。"
        en += f" Highest or lowest and dropped: {', '.join(one.scorer for one in dropped)}."
    if missing:
        zh, en = f"{zh}{missing}未评分。", f"{en} Not marked by {missing_en}."
    return Reason(Text(zh=zh, en=en), inputs)


def _cells(node: RowsNode, sheet: Sheet, index: int) -> list[Fraction]:
    """The cells that count, each as often as it stands, from the least to the greatest."""
    grouping, groups = sheet.groups(node)["cells"]
    found = groups[index]
    if node.take in ("latest", "first") and found:
        days = [cells[1] for cells, _ in found]
        wanted = max(days, key=_day) if node.take == "latest" else min(days, key=_day)
        found = [group for group in found if group[0][1] == wanted]
    return sorted(
        Fraction(int(cells[0] or 0), grouping.scale) for cells, rows in found for _ in range(rows)
    )


def _day(cell: Stored | None) -> int:
    return int(cell or 0)


def _row_count(node: RowsNode, sheet: Sheet, index: int) -> int:
    return sheet.counted(node)["rows"].numbers[index]


def rows_column(node: RowsNode, sheet: Sheet) -> Column:
    """The cells reduced to one value; below the minimum sample there is none."""
    return [_rows_value(node, sheet, index) for index in range(sheet.size)]


def _rows_value(node: RowsNode, sheet: Sheet, index: int) -> Value:
    if _row_count(node, sheet, index) < (node.min_sample or 0):
        return Absence.BELOW_MIN_SAMPLE
    cells = _cells(node, sheet, index)
    if not cells:
        return Absence.NO_DATA
    low, high = trimmed(len(cells), node.trim)
    kept = cells[low : len(cells) - high]
    if not kept:
        return Absence.BELOW_MIN_SAMPLE
    match node.take:
        case "median":
            return median(kept)
        case "least":
            return kept[0]
        case "greatest":
            return kept[-1]
    return sum(kept, Fraction(0)) / len(kept)


ROW_WORDS: Mapping[str, Text] = {
    "mean": Text(zh="平均", en="mean"),
    "median": Text(zh="中位数", en="median"),
    "least": Text(zh="最低", en="least"),
    "greatest": Text(zh="最高", en="greatest"),
    "latest": Text(zh="最近一次", en="latest"),
    "first": Text(zh="最早一次", en="first"),
}


def explain_rows(node: RowsNode, sheet: Sheet, index: int, text: str) -> Reason:
    """How many rows there are, how many were dropped, and what the rest comes to."""
    table = sheet.scheme.fact_tables[node.table]
    number = _row_count(node, sheet, index)
    inputs = (Figure(table.label, str(number)),)
    heading = Text(zh=table.columns[node.column].heading, en=node.column.replace("_", " "))
    if not text:
        least = node.min_sample
        if least is not None and number < least:
            zh = f"{table.label.zh} {number} 条，不足 {least} 条，不计。"
            en = f"{table.label.en}: {number}, fewer than {least}: not counted."
        else:
            zh = f"没有可计的{table.label.zh}，没有结果。"
            en = f"Nothing to count ({table.label.en}): no result."
        return Reason(Text(zh=zh, en=en), inputs)
    word = ROW_WORDS[node.take]
    low, high = trimmed(len(_cells(node, sheet, index)), node.trim)
    zh, en = f"{table.label.zh} {number} 条", f"{table.label.en}: {number}"
    if low or high:
        zh = f"{zh}，去掉最低 {low} 个、最高 {high} 个"
        en = f"{en}, the {low} lowest and {high} highest dropped"
    zh, en = f"{zh}，{heading.zh}{word.zh} {text}。", f"{en}; {heading.en}, {word.en}: {text}."
    return Reason(Text(zh=zh, en=en), inputs)
