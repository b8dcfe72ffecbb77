"""The pages of ``robustness.xlsx`` beside sampling: rates, and other weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kaohe.analysis.rates import Rate
from kaohe.analysis.weights import WhatIf
from kaohe.outputs.explained import COMMA, Sheet
from kaohe.outputs.pages import Cell, as_figure
from kaohe.outputs.robustness import wording
from kaohe.outputs.robustness.columns import RATES, WEIGHTS, subject_columns
from kaohe.outputs.robustness.sheets import NONE
from kaohe.outputs.robustness.telling import PLACES, WEIGHT_PLACES, label_of
from kaohe.pipeline import Assessment
from kaohe.scheme.model import Scheme
from kaohe.values.numbers import PERCENT, fixed, shortest
from kaohe.values.text import Language, Text

WHAT_IF = Text(zh="假如改变权重（非方案规定）", en="What if (not in the policy)")


def rate_sheet(assessment: Assessment, rates: Sequence[Rate], language: Language) -> Sheet:
    """Every rate with Wilson's interval."""
    columns = [*subject_columns(assessment), *RATES]
    rows = (row for rate in rates for row in _rate_rows(assessment.of(rate.kind), rate, language))
    return Sheet(Text(zh="比率区间", en="Rates"), columns, rows, [wording.RATES])


def _rate_rows(own: Assessment, rate: Rate, language: Language) -> Iterator[list[Cell]]:
    scale = PERCENT / rate.times
    for index in own.order:
        row, one = own.sheet.figures.subjects[index], rate.subjects[index]
        told = [NONE] * 3
        if one.interval is not None:
            ends = (one.interval.low, one.interval.high)
            rated = fixed(Fraction(PERCENT * one.met, one.trials), PLACES)
            told = [rated, *(f"{float(scale) * end:.{PLACES}f}" for end in ends)]
        figures = [as_figure(text) for text in (str(one.met), str(one.trials), *told)]
        yield [row.id, row.name, rate.label[language], *figures]


def weight_sheet(assessment: Assessment, what_ifs: Sequence[WhatIf], language: Language) -> Sheet:
    """Other weights under which somebody would come out otherwise, and who."""
    rows = (row for one in what_ifs for row in _what_if_rows(assessment, one, language))
    return Sheet(WHAT_IF, WEIGHTS, rows, [wording.NOT_IN_POLICY])


def _what_if_rows(assessment: Assessment, one: WhatIf, language: Language) -> Iterator[list[Cell]]:
    scheme, sheets = assessment.scheme, assessment.sheet.sheets
    labels = {part: label_of(scheme, part)[language] for part in one.weights}
    weights = [f"{labels[part]} {_per_cent(to)}" for part, to in one.weights.items()]
    for node, moved in ((node, moved) for node, moved in one.moved.items() if moved):
        subjects = sheets[scheme.nodes[node].subject].figures.subjects
        names = [subjects[index].name or subjects[index].id for index in moved]
        yield [
            label_of(scheme, one.node)[language],
            _changed(assessment.scheme, one)[language],
            COMMA[language].join(weights),
            label_of(scheme, node)[language],
            as_figure(str(len(moved))),
            COMMA[language].join(names),
        ]


def _per_cent(weight: Fraction) -> str:
    return f"{fixed(PERCENT * weight, WEIGHT_PLACES - 2)}%"


def _changed(scheme: Scheme, one: WhatIf) -> Text:
    if one.part is None or one.factor is None:
        return wording.ALL_EQUAL
    return wording.changed_weight(label_of(scheme, one.part), shortest(one.factor))
