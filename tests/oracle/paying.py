"""Who is paid what for the tier of an area: per person, the highest row, once (五(二)1)."""

from fractions import Fraction

from tests.oracle.rounding import half_up, two_places
from tests.oracle.town_facts import Row, Town

ROLES = ("secretary", "deputy_secretary", "director", "social_worker", "other")

HEAD = {"A": 5000, "B": 3000}
DEPUTY = {"A": 2000, "B": 1500}
RESIDENT_DIRECTOR = {"A": 2000, "B": 1500}
SOCIAL_WORKER = {"A": 1500, "B": 1000}
NOTHING = {"A": 0, "B": 0}

MONTHS_OF_YEAR = 12
LEAST_MONTHS = 6


def amounts_of_role(post: Row, presiding_pay: str) -> dict[str, int]:
    """The yearly amounts of a row of `staff` by tier (五(二)1)."""
    match post["role"]:
        case "secretary":
            return HEAD
        case "deputy_secretary" if post["presiding"] == "true":
            return HEAD if presiding_pay == "as_head" else NOTHING
        case "deputy_secretary":
            return DEPUTY
        case "director" if post["resident_office"] == "true":
            return RESIDENT_DIRECTOR
        case "social_worker":
            return SOCIAL_WORKER
        case _:
            return NOTHING


def amount_of_post(town: Town, post: Row, tier: str) -> Fraction:
    """What one row of `staff` is worth, with the months in post considered."""
    if tier == "":
        return Fraction(0)
    in_full = Fraction(amounts_of_role(post, town.options["presiding_pay"])[tier])
    months = int(post["months"])
    if town.options["part_year_pay"] == "pro_rata":
        return half_up(in_full * months / MONTHS_OF_YEAR)
    return in_full if months >= LEAST_MONTHS else Fraction(0)


def pay_list(town: Town, tier_of_area: dict[str, str]) -> list[Row]:
    """The lines of pay.csv: one per person who gets something, by `staff_id`.

    Of equal rows of one person the first counts in the order of roles, then by area.
    """
    payable = []
    for post in town.all_rows("staff"):
        tier = tier_of_area.get(post["area_id"], "")
        amount = amount_of_post(town, post, tier)
        if amount > 0:
            payable.append((post, tier, amount))
    payable.sort(key=lambda one: (-one[2], ROLES.index(one[0]["role"]), one[0]["area_id"]))
    best_of_person: dict[str, Row] = {}
    for post, tier, amount in payable:
        if post["staff_id"] not in best_of_person:
            best_of_person[post["staff_id"]] = {
                "staff_id": post["staff_id"],
                "area_id": post["area_id"],
                "role": post["role"],
                "tier": tier,
                "amount": two_places(amount),
            }
    return [best_of_person[staff_id] for staff_id in sorted(best_of_person)]


def staff_below_six_months(town: Town) -> tuple[tuple[str, str, str], ...]:
    """Person, area and role of every row that pays nothing for being below 6 months.

    Under `pro_rata` no row pays nothing for that reason, so none is listed.
    """
    if town.options["part_year_pay"] == "pro_rata":
        return ()
    short = [post for post in town.all_rows("staff") if int(post["months"]) < LEAST_MONTHS]
    short.sort(key=lambda post: (post["staff_id"], post["area_id"], ROLES.index(post["role"])))
    return tuple((post["staff_id"], post["area_id"], post["role"]) for post in short)


def held_list(
    town: Town, tier_of_area: dict[str, str], grade_of_area: dict[str, str]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Person, amount and reasons of everybody whose pay waits for HR, by `staff_id`.

    Only of posts that pay something for a whole year in an area with a tier; several posts are
    counted wherever they are.
    """
    posts_of: dict[str, list[Row]] = {}
    for post in town.all_rows("staff"):
        posts_of.setdefault(post["staff_id"], []).append(post)
    held = []
    for staff_id, posts in sorted(posts_of.items()):
        amounts = []
        reasons = set()
        for post in posts:
            tier = tier_of_area.get(post["area_id"], "")
            if not tier or not amounts_of_role(post, town.options["presiding_pay"])[tier]:
                continue
            amounts.append(amount_of_post(town, post, tier))
            if len(posts) > 1:
                reasons.add("several posts")
            if int(post["months"]) < MONTHS_OF_YEAR:
                reasons.add("less than a year in post")
            if post["role"] == "deputy_secretary" and post["presiding"] == "true":
                reasons.add("presiding deputy")
            if grade_of_area[post["area_id"]] in ("basic", "unqualified"):
                reasons.add("area graded below qualified")
        if reasons:
            held.append((staff_id, two_places(max(amounts)), tuple(sorted(reasons))))
    return held
