"""What a check asks and what there is, as people say it: 有 or 无, a limit, person-months."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaohe.scheme.formulas import Constant, parse
from kaohe.scheme.graph import formula_operands
from kaohe.scheme.model import Check
from kaohe.scheme.tallies import Tally

YES_OR_NO = {("at_least", 0), ("at_least", 1), ("exactly", 0), ("exactly", 1), ("at_most", 0)}
"""Ways to compare with a number that only ask whether there is something, or nothing."""
NOTHING = {("exactly", 0), ("at_most", 0)}


def _asked(check: Check) -> tuple[str, int] | None:
    """How a check compares with 0 or 1, if that is all that it ever asks."""
    required = parse(check.required)
    if not isinstance(required, Constant) or required.value not in (0, 1):
        return None
    asked = (check.compare, int(required.value))
    return asked if asked in YES_OR_NO else None


def asks_yes_or_no(check: Check) -> bool:
    """Whether a check asks whether there is something, not how much."""
    return _asked(check) is not None


def required_told(check: Check, required: str) -> str:
    """What a check asks; a limit without the word for it."""
    asked = _asked(check)
    if asked is None:
        return required
    return _("无") if asked in NOTHING else _("有")


def actual_told(check: Check, actual: str) -> str:
    """What there is; an empty text where that is not known, a span as the result has it.

    Where at least 0 is asked, to be told a figure at all is what was asked.
    """
    asked = _asked(check)
    any_figure = asked == ("at_least", 0)
    if any_figure and not actual:
        return _("无")
    if asked is None or not actual.isdigit():
        return actual
    if actual == "0" and not any_figure:
        return _("无")
    return _("有") if actual == "1" else _("有（%(count)s）") % {"count": actual}


def counts_persons_by_period(check: Check) -> bool:
    """Whether a check adds up periods of persons, such as person-months."""
    counted = formula_operands(check.actual, check.bind)
    return any(isinstance(one, Tally) and one.periods_met is not None for one in counted)
