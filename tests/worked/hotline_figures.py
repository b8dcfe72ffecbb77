"""What the hotline scorecard is worked out with: absent figures, rounding, working days, places."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

# The State's holidays of 2025 that fall on weekdays, and the weekend days worked in their place.
HOLIDAYS = {
    date(2025, month, day)
    for month, days in {
        1: [1, 28, 29, 30, 31],
        2: [3, 4],
        4: [4],
        5: [1, 2, 5],
        6: [2],
        10: [1, 2, 3, 6, 7, 8],
    }.items()
    for day in days
}
MAKE_UP_DAYS = {
    date(2025, 1, 26),
    date(2025, 2, 8),
    date(2025, 4, 27),
    date(2025, 9, 28),
    date(2025, 10, 11),
}


class Absent(str):
    """Why a figure is not there."""


NO_DATA, SUPPRESSED = Absent("no_data"), Absent("suppressed")
FEW, NOT_MEANT = Absent("below_min_sample"), Absent("not_applicable")
WEIGHTIEST_FIRST = (NO_DATA, SUPPRESSED, FEW, NOT_MEANT)


def there(value):
    return not isinstance(value, Absent)


def unless_absent(values, rule):
    """The rule over the values, or the weightiest reason why one of them is not there."""
    reasons = [value for value in values if not there(value)]
    if reasons:
        return min(reasons, key=WEIGHTIEST_FIRST.index)
    return rule(*values)


def half_up(value):
    """To hundredths, a half away from zero."""
    if not there(value):
        return value
    hundredths = floor(abs(value) * 100 + Fraction(1, 2))
    return Fraction(hundredths if value >= 0 else -hundredths, 100)


def half_even(value):
    """To hundredths, a half to the even neighbour."""
    return value if not there(value) else Fraction(round(Fraction(value) * 100), 100)


def root(value):
    """The root in hundredths, a half up."""
    hundredths = 0
    while Fraction(2 * hundredths + 1, 200) ** 2 <= value:
        hundredths += 1
    return Fraction(hundredths, 100)


def printed(value, *, decimals):
    """A figure as results print it; ``decimals`` is how many it keeps, None as many as it has."""
    if not there(value):
        return ""
    if isinstance(value, str):
        return value
    value = Fraction(value)
    if decimals is None:
        return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
    steps = value * 10**decimals
    assert steps.denominator == 1, f"{value} was printed before it was rounded"
    return str(Decimal(steps.numerator).scaleb(-decimals))


def mean(values):
    values = list(values)
    return sum(values, Fraction(0)) / len(values) if values else NO_DATA


def median(values):
    ordered = sorted(values)
    if not ordered:
        return NO_DATA
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def day(text):
    return date.fromisoformat(text) if text else None


def is_worked(one):
    return one in MAKE_UP_DAYS or (one.weekday() < 5 and one not in HOLIDAYS)


def working_days(start, end):
    """Working days after the start up to the end; None without both, -1 if the end comes first."""
    if start is None or end is None:
        return None
    if end < start:
        return -1
    return sum(is_worked(start + timedelta(n)) for n in range(1, (end - start).days + 1))


def within(number, most):
    return number is not None and 0 <= number <= most


def slope(value, par, gives, above=None, below=None):
    """Points at par, and for every point of distance so many more or fewer, up to a limit."""

    def points(value, par):
        side = above if value > par else below
        if side is None or value == par:
            return Fraction(gives)
        adds, steps, limit = side
        distance = abs(value - par)
        counted = {"exact": distance, "full": floor(distance), "started": ceil(distance)}[steps]
        moved = gives + adds * counted
        return min(moved, Fraction(limit)) if adds > 0 else max(moved, Fraction(limit))

    return half_up(unless_absent([value, par], points))


def band(value, *bands):
    """The first label whose test holds."""
    return value if not there(value) else next(label for test, label in bands if test(value))


def places(keys, classes, *, last=False):
    """Places within each class: equals share the first (or the last) of theirs."""
    found = {}
    for one, key in keys.items():
        rivals = [keys[other] for other in keys if classes[other] == classes[one]]
        better = sum(rival > key for rival in rivals)
        found[one] = better + (sum(rival == key for rival in rivals) if last else 1)
    return found


def dense_places(keys, classes):
    """Equals share a number, and no number is left out."""
    found = {}
    for one, key in keys.items():
        rivals = {keys[other] for other in keys if classes[other] == classes[one]}
        found[one] = 1 + sum(rival > key for rival in rivals)
    return found
