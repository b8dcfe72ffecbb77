"""Kinds built on counted facts: tallies, surveys, ratios, marks, ledgers."""

from __future__ import annotations

from fractions import Fraction

from kaohe.scheme.nodes import (
    LedgerNode,
    MarksNode,
    PointsByKind,
    RatioNode,
    SurveyNode,
    TallyNode,
)
from kaohe.scoring.operands import operand_input
from kaohe.scoring.reasons import Input as Figure
from kaohe.scoring.reasons import Reason, shown
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import Absence, Number, Value, shortest
from kaohe.values.text import Text


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
    sentence = Text(zh=f"{figure.label.zh}共 {text}。", en=f"{figure.label.en}: {text}.")
    return Reason(sentence, (figure,))


def survey_column(node: SurveyNode, sheet: Sheet) -> Column:
    """``max`` × points ÷ (full points × answers), from ballots that count and from totals."""
    return [_survey_value(node, sheet, index) for index in range(sheet.size)]


def _survey_value(node: SurveyNode, sheet: Sheet, index: int) -> Value:
    answered, points = _answers(node, sheet, index)
    ballots = sheet.counted(node)["ballots"].numbers[index]
    if node.min_sample is not None and ballots < node.min_sample:
        if not _from_totals(node, sheet, index):
            return Absence.BELOW_MIN_SAMPLE
    if not answered:
        return Absence.NO_DATA
    return Fraction(node.max or 1) * points / (_full(sheet) * answered)


def _full(sheet: Sheet) -> Fraction:
    questionnaire = sheet.scheme.questionnaire
    assert questionnaire is not None
    return Fraction(questionnaire.full)


def _from_totals(node: SurveyNode, sheet: Sheet, index: int) -> int:
    one = sheet.counted(node).get("totals_answered")
    return 0 if one is None else one.numbers[index]


def _answers(node: SurveyNode, sheet: Sheet, index: int) -> tuple[int, Number]:
    """How many questions were answered, and the points they earned."""
    counted = sheet.counted(node)
    answered = counted["answered"].numbers[index]
    points: Number
    if "points" in counted:
        points = counted["points"].amount(index)
    else:
        points = _picked_points(node, sheet, index)
    if "totals_answered" in counted:
        answered += counted["totals_answered"].numbers[index]
        points += counted["totals_points"].amount(index)
    return answered, points


def _picked_points(node: SurveyNode, sheet: Sheet, index: int) -> Number:
    questionnaire = sheet.scheme.questionnaire
    assert questionnaire is not None
    total = Fraction(0)
    for name, one in sheet.counted(node).items():
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
    answered, points = _answers(node, sheet, index)
    full = shown(Fraction(node.max or 1))
    possible = shown(_full(sheet) * answered)
    inputs = [
        Figure(Text(zh="有效答卷", en="ballots that count"), str(ballots)),
        Figure(Text(zh="有效回答", en="answers"), str(answered)),
        Figure(Text(zh="得分合计", en="points"), shown(points)),
    ]
    if not answered and node.min_sample is None:
        sentence = Text(zh="没有有效的回答，没有得分。", en="No answers that count: no score.")
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
        return Absence.NO_DATA if node.empty is None else Fraction(node.empty)
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


def marks_column(node: MarksNode, sheet: Sheet) -> Column:
    """The mean of the scorers' marks, once every one of them has marked."""
    counted = sheet.counted(node)
    column: Column = []
    for index in range(sheet.size):
        marked = [counted[f"marked:{one}"].numbers[index] for one in node.scorers]
        if not all(marked):
            column.append(Absence.NO_DATA)
            continue
        marks = [Fraction(counted[f"mark:{one}"].amount(index)) for one in node.scorers]
        column.append(sum(marks, Fraction(0)) / sum(marked))
    return column


def explain_marks(node: MarksNode, sheet: Sheet, index: int, text: str) -> Reason:
    """Every scorer's mark, or who has not marked yet."""
    counted = sheet.counted(node)
    column = sheet.scheme.fact_tables[node.table].columns[node.scorer]
    inputs = []
    missing = []
    for scorer in node.scorers:
        label = column.choices.get(scorer, scorer)
        mark = shortest(counted[f"mark:{scorer}"].amount(index))
        marked = counted[f"marked:{scorer}"].numbers[index]
        inputs.append(Figure(Text(zh=label, en=scorer), mark if marked else None))
        if not marked:
            missing.append(label)
    if missing:
        names = "、".join(missing)
        sentence = Text(
            zh=f"{names}尚未评分，没有结果。", en=f"Not yet marked by {names}: no result."
        )
        return Reason(sentence, tuple(inputs))
    zh = "、".join(f"{figure.label.zh} {figure.value}" for figure in inputs)
    en = ", ".join(f"{figure.label.en} {figure.value}" for figure in inputs)
    if len(inputs) == 1:
        sentence = Text(zh=f"{zh} 分，得 {text}。", en=f"{en}: {text}.")
    else:
        sentence = Text(zh=f"{zh}，平均 {text}。", en=f"{en}: mean {text}.")
    return Reason(sentence, tuple(inputs))


def ledger_column(node: LedgerNode, sheet: Sheet) -> Column:
    """Points of events added up, or the highest of them, at most the cap."""
    column: Column = []
    for index in range(sheet.size):
        points = _ledger_points(node, sheet, index)
        column.append(points if node.cap is None else min(points, Fraction(node.cap)))
    return column


def _ledger_points(node: LedgerNode, sheet: Sheet, index: int) -> Number:
    counted = sheet.counted(node)
    if not isinstance(node.points, PointsByKind):
        return counted[node.accumulate].amount(index)
    events = [
        (Fraction(points), counted[f"events:{code}"].numbers[index])
        for code, points in node.points.each.items()
    ]
    if node.accumulate == "highest":
        return max((points for points, number in events if number), default=0)
    return sum((points * number for points, number in events), Fraction(0))


def explain_ledger(node: LedgerNode, sheet: Sheet, index: int, text: str) -> Reason:
    """Which events, what they add up to, and whether the cap cut them."""
    counted = sheet.counted(node)
    number = counted["events"].numbers[index]
    label = sheet.scheme.fact_tables[node.table].label
    inputs = [Figure(label, str(number))]
    if not number:
        return Reason(
            Text(zh=f"没有{label.zh}，{text} 分。", en=f"{label.en}: none, {text}."), tuple(inputs)
        )
    if isinstance(node.points, PointsByKind):
        choices = sheet.scheme.fact_tables[node.table].columns[node.points.by].choices
        for code, points in node.points.each.items():
            count = counted[f"events:{code}"].numbers[index]
            if count:
                zh = f"{choices.get(code, code)}（每项 {shown(Fraction(points))} 分）"
                inputs.append(Figure(Text(zh=zh, en=f"{code}, {points} each"), str(count)))
    earned = shown(_ledger_points(node, sheet, index))
    listed_zh = "，".join(f"{figure.label.zh} {figure.value} 项" for figure in inputs)
    listed_en = ", ".join(f"{figure.label.en}: {figure.value}" for figure in inputs)
    highest = node.accumulate == "highest"
    zh = f"{listed_zh}；{'取最高一项' if highest else '合计'} {earned} 分"
    en = f"{listed_en}; {'the highest is' if highest else 'together'} {earned}"
    if node.cap is not None:
        zh, en = f"{zh}，最多 {shown(Fraction(node.cap))} 分", f"{en}, at most {node.cap}"
    return Reason(Text(zh=f"{zh}，得 {text}。", en=f"{en}: {text}."), tuple(inputs))
