"""`property-credit` by hand: good and bad records, lists (三, 五)."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from tests.worked.property_values import (
    LAST_DAY,
    District,
    Value,
    capped,
    day,
    half_up,
    lasts,
)


def in_turn(points: Iterable[Fraction], free: int, factors: tuple[str, ...]) -> Fraction:
    """Repeats of one thing: the lightest are free and stand first, the last factor goes on."""
    counted = sorted(points)[free:]
    weights = [Fraction(one) for one in factors] or [Fraction(1)]
    return sum(
        (one * weights[min(number, len(weights) - 1)] for number, one in enumerate(counted)),
        Fraction(0),
    )


def honours(district: District, company: str) -> Fraction:
    """三(一)1: of one award the highest level that is still valid; district awards at most 2."""
    worth = {
        "national": (5, "3 years"),
        "provincial": (3, "2 years"),
        "city": (2, "1 year"),
        "district": (1, "1 year"),
    }
    best: dict[str, str] = {}
    for row in district.of_company("good_records", company):
        if row["kind"] == "honour" and lasts(row["granted_on"], worth[row["level"]][1]):
            before = best.get(row["award"], row["level"])
            best[row["award"]] = max(before, row["level"], key=lambda level: worth[level][0])
    levels = list(best.values())
    of_district = min(2, levels.count("district"))
    higher = sum(worth[level][0] for level in levels if level != "district")
    return capped(Fraction(higher + of_district), 6)


def duty(district: District, company: str) -> Fraction:
    """三(一)2: relief, training from the second lecture on, public service."""
    rows = district.of_company("good_records", company)

    def valid(kind: str, how_long: str) -> int:
        return sum(row["kind"] == kind and lasts(row["granted_on"], how_long) for row in rows)

    relief = capped(Fraction(2 * valid("relief", "2 years")), 4)
    training = capped(Fraction(max(0, valid("training", "1 year") - 1), 2), Fraction(3, 2))
    volunteer = capped(Fraction(valid("volunteer", "6 months"), 2), 1)
    return capped(relief + training + volunteer, 5)


def penalties(district: District, company: str) -> Fraction:
    """三(二)1: by level and circumstances; of one case only the heaviest; at most 25."""
    worth = {
        "warning": (2, "1 year"),
        "fine": (5, "2 years"),
        "suspension": (10, "3 years"),
        "revocation": (20, "5 years"),
    }
    repaired = {"half": Fraction(1, 2), "nothing": Fraction(0), "whole": Fraction(1)}
    factors = {
        "self_reported": Fraction(1, 2),
        "obstructive": Fraction(3, 2),
        "repaired": repaired[district.options["repair"]],
    }
    cases: dict[str, Fraction] = defaultdict(Fraction)
    for row in district.of_company("penalties", company):
        points, how_long = worth[row["level"]]
        if district.stands(row) and lasts(row["decided_on"], how_long):
            weighed = points * factors.get(row["circumstance"], Fraction(1))
            cases[row["case_no"]] = max(cases[row["case_no"]], weighed)
    return capped(sum(cases.values(), Fraction(0)), 25)


def orders(district: District, company: str) -> Fraction:
    """三(二)2: half where mended in time; repeats of one matter, or of one kind, weigh more."""
    rules = {
        "fees": (1, 0, ("1", "1.5", "2"), "1 year", 6),
        "facilities": (2, 0, ("1", "1.5", "2"), "1 year", 8),
        "funds": (3, 0, ("1", "2"), "2 years", None),
        "service": (1, 1, ("1", "1.5", "2"), "6 months", 4),
    }
    whole = Fraction(0)
    for kind, (points, free, factors, how_long, most) in rules.items():
        together: dict[str, list[Fraction]] = defaultdict(list)
        for row in district.of_company("orders", company):
            if row["kind"] == kind and district.stands(row) and lasts(row["ordered_on"], how_long):
                half = Fraction(1, 2) if row["mended"] == "true" else Fraction(1)
                by_matter = district.options["repeat_scope"] == "matter"
                together[row["matter"] if by_matter else ""].append(points * half)
        one_kind = sum((in_turn(one, free, factors) for one in together.values()), Fraction(0))
        whole += one_kind if most is None else capped(one_kind, most)
    return capped(whole, 15)


def lapses(district: District, company: str) -> Fraction:
    """三(二)3: the first late notice is free, silence doubles, rudeness costs 2 at most."""
    rows = district.of_company("lapses", company)

    def valid(kind: str, how_long: str) -> int:
        return sum(row["kind"] == kind and lasts(row["noted_on"], how_long) for row in rows)

    late = Fraction(max(0, valid("late", "1 year") - 1), 2)
    silent = in_turn([Fraction(1)] * valid("silent", "1 year"), 0, ("1", "2", "4"))
    rude = capped(Fraction(valid("rude", "6 months")), 2)
    forged = Fraction(5 * valid("forged", "2 years"))
    return capped(late + capped(silent, 6) + rude + forged, 10)


def accidents(district: District, company: str) -> Fraction:
    """三(二)4: only the gravest."""
    worth = {"general": (5, "1 year"), "serious": (10, "2 years"), "major": (20, "3 years")}
    valid = [
        worth[row["level"]][0]
        for row in district.of_company("accidents", company)
        if lasts(row["happened_on"], worth[row["level"]][1])
    ]
    return Fraction(max(valid, default=0))


def handovers(district: District, company: str) -> Fraction:
    """三(二)5: costs the enterprise that gives the estate up; the first of two years is free."""
    bad = sum(
        row["cooperative"] == "false" and lasts(row["handed_on"], "2 years")
        for row in district.of_company("handovers", company, "outgoing")
    )
    return capped(in_turn([Fraction(1)] * bad, 1, ("1", "2")), 5)


def record_figures(district: District, company: str) -> dict[str, Value]:
    good = {
        "good.honours": honours(district, company),
        "good.duty": duty(district, company),
    }
    bad = {
        "bad.penalties": penalties(district, company),
        "bad.orders": orders(district, company),
        "bad.lapses": lapses(district, company),
        "bad.accidents": accidents(district, company),
        "bad.handovers": handovers(district, company),
    }
    rounded = {name: half_up(points) for name, points in {**good, **bad}.items()}
    added = sum((rounded[name] for name in good), Fraction(0))
    taken = sum((rounded[name] for name in bad), Fraction(0))
    if district.options["deduction_cap"] == "forty":
        taken = capped(taken, 40)
    matters = {
        row["matter"]
        for row in district.of_company("orders", company)
        if lasts(row["ordered_on"], "1 year") and district.stands(row)
    }
    fines = [
        Fraction(row["fine"] or 0)
        for row in district.of_company("penalties", company)
        if lasts(row["decided_on"], "2 years") and district.stands(row)
    ]
    return {
        **rounded,
        "good": half_up(capped(added, 10)),
        "bad": half_up(taken),
        "matters": Fraction(len(matters)),
        "heaviest_fine": half_up(max(fines, default=Fraction(0))),
    }


def list_figures(district: District, company: str) -> dict[str, Value]:
    """五: entries in force on the last day of the period."""
    found: dict[str, Value] = {}
    for kind in ("unrated", "last", "barred"):
        found[f"list.{kind}"] = Fraction(
            sum(
                row["kind"] == kind and day(row["listed_on"]) <= LAST_DAY <= day(row["until"])
                for row in district.of_company("blacklist", company)
            )
        )
    code = district.own("companies", company)["credit_code"]
    found["list.court"] = Fraction(
        any(
            row["credit_code"] == code
            and day(row["listed_on"]) <= LAST_DAY
            and (not row["removed_on"] or day(row["removed_on"]) > LAST_DAY)
            for row in district["dishonest"]
        )
    )
    return found
