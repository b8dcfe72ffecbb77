"""Operands as they are told in a sentence: their label and their figure for one subject."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from kaohe.scheme.counting import attribute_of
from kaohe.scheme.nodes import BaseNode, Operand, Referred, labels_of
from kaohe.scheme.tallies import Tally
from kaohe.scoring.reasons import Input, printed, shown
from kaohe.scoring.sheet import Sheet
from kaohe.values.numbers import Absence
from kaohe.values.text import Text


def operand_label(operand: Operand, sheet: Sheet) -> Text:
    """What an operand is called."""
    if isinstance(operand, str):
        return sheet.scheme.nodes[operand].label or Text(zh=operand, en=operand)
    if isinstance(operand, Decimal):
        number = shown(Fraction(operand))
        return Text(zh=number, en=number)
    if isinstance(operand, Referred):
        return operand.label or operand_label(operand.node, sheet)
    return operand.label or _tally_label(operand, sheet)


def _tally_label(operand: Tally | BaseNode, sheet: Sheet) -> Text:
    """An unlabelled attribute is called by its column, another tally by its table."""
    if not isinstance(operand, Tally) or operand.periods_met is not None:
        return Text(zh="该项", en="this part")
    named = getattr(operand, operand.taken)
    table, _, column = (named if isinstance(named, str) else named[0]).partition(".")
    declared = sheet.scheme.fact_tables[table]
    if operand.taken == "attribute":
        return Text(zh=declared.columns[column].heading, en=column.replace("_", " "))
    return declared.label


def is_truth(operand: Operand, sheet: Sheet) -> bool:
    """Whether an operand is a cell of a column of booleans, which scoring holds as 1 or 0."""
    if not isinstance(operand, Tally) or operand.attribute is None:
        return False
    table, column = attribute_of(operand)
    return sheet.scheme.fact_tables[table].columns[column].type == "boolean"


def code_names(operand: Operand, sheet: Sheet) -> Mapping[str, Text]:
    """What the labels of a node, or the codes of a column of choices, are called."""
    if isinstance(operand, Tally) and operand.attribute is not None:
        table, column = attribute_of(operand)
        if is_truth(operand, sheet):
            return {"1": Text(zh="是", en="yes"), "0": Text(zh="否", en="no")}
        choices = sheet.scheme.fact_tables[table].columns[column].choices
        return {code: Text(zh=name, en=code) for code, name in choices.items()}
    node: object = operand.node if isinstance(operand, Referred) else operand
    node = sheet.scheme.nodes.get(node) if isinstance(node, str) else node
    return labels_of(node) if isinstance(node, BaseNode) else {}


def operand_input(operand: Operand, sheet: Sheet, index: int) -> Input:
    """An operand with its figure for one subject; a named node's figure as it is printed."""
    value = sheet.column(operand)[index]
    label = operand_label(operand, sheet)
    if isinstance(operand, str):
        text = printed(sheet.scheme, sheet.scheme.nodes[operand], value)
        return Input(label, text or None, operand)
    return Input(label, None if isinstance(value, Absence) else shown(value))
