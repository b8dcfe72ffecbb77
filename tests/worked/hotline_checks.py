"""The checks of the hotline scorecard, worked out from its figures and facts."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from tests.worked.hotline_figures import day


def checks(card):
    """The rows of checks.csv: unit, check, required, actual, met, waived."""
    found = set()
    for unit, figures in card.figures.items():
        exclusions = card.of("exclusions", unit, "requester_id")
        waiting = sum(row["status"] == "pending" for row in exclusions)
        early = sum(
            bool(case["closed_on"]) and day(case["closed_on"]) < day(case["received_on"])
            for case in card.of("cases", unit)
        )
        received, excluded = figures["cases.received"], figures["cases.excluded"]
        most = 15 * received // 100
        rows = [
            ("register.decided", 0, waiting, waiting == 0),
            ("register.share", most, excluded, excluded <= most),
            ("dates.in_order", 0, early, early == 0),
            ("cases.any", 1, received, received >= 1),
            ("coverage", *coverage(card, unit, figures["cases.eligible"])),
        ]
        for month in ("1", "2", "3"):
            sheets = sum(row["month"] == month for row in card.of("inspections", unit))
            rows.append((f"inspected.{month}", 1, sheets, sheets >= 1))
        for check, required, actual, met in rows:
            waived = str((unit, check) in card.waived).lower()
            told = "" if met is None else str(met).lower()
            found.add((unit, check, str(required), str(actual), told, waived))
    return found


def coverage(card, unit, eligible):
    """三(五): sums cannot be matched to cases, so the figure lies between two."""
    required = ceil(Fraction(30 * eligible, 100))
    heard = [row for row in card.of("callbacks", unit) if row["reached"] == "true"]
    linked = len({row["case_id"] for row in heard})
    summed = sum(int(row["answered"]) for row in card.of("answer_sums", unit))
    if not summed:
        return required, linked, linked >= required
    lower = max(linked, summed)
    upper = max(lower, min(linked + summed, eligible))
    met = True if lower >= required else False if upper < required else None
    return required, f"{lower}..{upper}", met
