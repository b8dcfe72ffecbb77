"""The checks that bar a final result until met or waived, and the warnings that bar nothing."""

from dataclasses import dataclass

from tests.oracle.rounding import ceiling_of_percent
from tests.oracle.surveying import HOUSEHOLD, PARTY_MEMBER
from tests.oracle.town_facts import Town, month_of, quarter_of

CHECK_ORDER = (
    "sample.meeting.households",
    "sample.meeting.party_members",
    "sample.meeting.ceiling",
    "sample.third_party",
    "sample.online.1",
    "sample.online.2",
    "sample.total",
    "visits.year",
    "visits.quarter.1",
    "visits.quarter.2",
    "visits.quarter.3",
    "visits.quarter.4",
    "visits.monthly",
    "spot_check.size",
    "hotline.data",
)
ALWAYS_WARNINGS = ("sample.meeting.ceiling", "visits.monthly")

MOST_HOUSEHOLDS_AT_MEETINGS = 100
SPOT_CHECKED_HOUSEHOLDS = 10


@dataclass(frozen=True)
class Finding:
    """What a check found: `actual` is '' and `met` is None where there is no data."""

    required: int
    actual: str
    met: bool | None


@dataclass(frozen=True)
class CheckResult:
    """One check or warning of one area."""

    check: str
    required: int
    actual: str
    met: bool | None
    waived: bool


def at_least(required: int, actual: int) -> Finding:
    """A check for a least number."""
    return Finding(required, str(actual), actual >= required)


def no_data(required: int) -> Finding:
    """A check whose table is absent."""
    return Finding(required, "", None)


# Participation (四(二)2) ---------------------------------------------------------


def has_participation(town: Town) -> bool:
    """Whether anything is known of participation; a channel not in it then counts 0."""
    return town.has("participation") or town.has("participation_counts")


def linked_households(town: Town, area_id: str, channel: str, round_: str) -> set[str]:
    """The distinct households of the household panel in a channel and round."""
    return {
        row["household_id"]
        for row in town.rows("participation", area_id)
        if row["panel"] == HOUSEHOLD
        and row["channel"] == channel
        and row.get("round", "") == round_
    }


def households_that_took_part(town: Town, area_id: str, channel: str, round_: str) -> int:
    """Distinct households in a channel and round: the count of one that only reports a count."""
    for row in town.rows("participation_counts", area_id):
        if row["channel"] == channel and row.get("round", "") == round_:
            return int(row["households"])
    return len(linked_households(town, area_id, channel, round_))


def meeting_households(town: Town, area_id: str) -> Finding:
    """`sample.meeting.households`: at least 5% of households, but never more than 100."""
    required = min(ceiling_of_percent(5, town.households(area_id)), MOST_HOUSEHOLDS_AT_MEETINGS)
    if not has_participation(town):
        return no_data(required)
    return at_least(required, households_that_took_part(town, area_id, "meeting", ""))


def meeting_party_members(town: Town, area_id: str) -> Finding:
    """`sample.meeting.party_members`: at least 10% of party members."""
    required = ceiling_of_percent(10, int(town.area(area_id)["party_members"]))
    if not town.has("participation"):
        return no_data(required)
    members = {
        row["household_id"]
        for row in town.rows("participation", area_id)
        if row["panel"] == PARTY_MEMBER and row["channel"] == "meeting"
    }
    return at_least(required, len(members))


def meeting_ceiling(town: Town, area_id: str) -> Finding:
    """`sample.meeting.ceiling`: "generally" not more than 100 households."""
    required = MOST_HOUSEHOLDS_AT_MEETINGS
    if not has_participation(town):
        return no_data(required)
    actual = households_that_took_part(town, area_id, "meeting", "")
    return Finding(required, str(actual), actual <= required)


def third_party(town: Town, area_id: str) -> Finding:
    """`sample.third_party`: at least 5% of households."""
    required = ceiling_of_percent(5, town.households(area_id))
    if not has_participation(town):
        return no_data(required)
    return at_least(required, households_that_took_part(town, area_id, "third_party", ""))


def online(town: Town, area_id: str, round_: str) -> Finding:
    """`sample.online.1`, `sample.online.2`: each round at least 40% of households."""
    required = ceiling_of_percent(40, town.households(area_id))
    if not has_participation(town):
        return no_data(required)
    return at_least(required, households_that_took_part(town, area_id, "online", round_))


def all_channels(town: Town, area_id: str) -> Finding:
    """`sample.total`: at least 50% of households over all channels and rounds.

    A count cannot be linked to households, so an area with counts only has bounds.
    """
    required = ceiling_of_percent(50, town.households(area_id))
    if not has_participation(town):
        return no_data(required)
    linked = {
        row["household_id"]
        for row in town.rows("participation", area_id)
        if row["panel"] == HOUSEHOLD
    }
    counts = [int(row["households"]) for row in town.rows("participation_counts", area_id)]
    if not counts:
        return at_least(required, len(linked))
    lower = max(max(counts), len(linked))
    upper = max(lower, min(sum(counts) + len(linked), town.households(area_id)))
    met: bool | None = None
    if lower >= required:
        met = True
    elif upper < required:
        met = False
    return Finding(required, f"{lower}..{upper}", met)


# Home visits, spot check, hotline (四(二)2, 附件1 第1、3项) ---------------------------


def visits_in_year(town: Town, area_id: str) -> Finding:
    """`visits.year`: every household is visited within the year."""
    required = town.households(area_id)
    if not town.has("visits"):
        return no_data(required)
    visited = {row["household_id"] for row in town.visits_of_year(area_id)}
    return at_least(required, len(visited))


def visits_in_quarter(town: Town, area_id: str, quarter: int) -> Finding:
    """`visits.quarter.1` to `.4`: every household is visited within the quarter."""
    required = town.households(area_id)
    if not town.has("visits"):
        return no_data(required)
    visited = {
        row["household_id"]
        for row in town.visits_of_year(area_id)
        if quarter_of(row["visited_on"]) == quarter
    }
    return at_least(required, len(visited))


def visits_monthly(town: Town, area_id: str) -> Finding:
    """`visits.monthly`: months in which each social worker went out, of the months in post."""
    due = 0
    done = 0
    for post in town.rows("staff", area_id):
        if post["role"] == "social_worker":
            months = int(post["months"])
            months_with_a_visit = {
                month_of(visit["visited_on"])
                for visit in town.visits_of_year(area_id)
                if visit["staff_id"] == post["staff_id"]
            }
            due += months
            done += min(months, len(months_with_a_visit))
    if not town.has("visits") or not town.has("staff"):
        return no_data(due)
    return at_least(due, done)


def spot_check_size(town: Town, area_id: str) -> Finding:
    """`spot_check.size`: exactly 10 households are checked."""
    required = SPOT_CHECKED_HOUSEHOLDS
    if not town.has("spot_checks"):
        return no_data(required)
    checked = {row["household_id"] for row in town.rows("spot_checks", area_id)}
    return Finding(required, str(len(checked)), len(checked) == required)


def hotline_data(town: Town, area_id: str) -> Finding:
    """`hotline.data`: there is a list of cases at all, even if none is of this area."""
    if not town.has("cases"):
        return no_data(0)
    return at_least(0, len(town.cases_of_year(area_id)))


# All of them -------------------------------------------------------------------


def checks_of_area(town: Town, area_id: str) -> list[CheckResult]:
    """All checks and warnings of an area, in the contract's order."""
    findings = {
        "sample.meeting.households": meeting_households(town, area_id),
        "sample.meeting.party_members": meeting_party_members(town, area_id),
        "sample.meeting.ceiling": meeting_ceiling(town, area_id),
        "sample.third_party": third_party(town, area_id),
        "sample.online.1": online(town, area_id, "1"),
        "sample.online.2": online(town, area_id, "2"),
        "sample.total": all_channels(town, area_id),
        "visits.year": visits_in_year(town, area_id),
        "visits.quarter.1": visits_in_quarter(town, area_id, 1),
        "visits.quarter.2": visits_in_quarter(town, area_id, 2),
        "visits.quarter.3": visits_in_quarter(town, area_id, 3),
        "visits.quarter.4": visits_in_quarter(town, area_id, 4),
        "visits.monthly": visits_monthly(town, area_id),
        "spot_check.size": spot_check_size(town, area_id),
        "hotline.data": hotline_data(town, area_id),
    }
    results = []
    for check in CHECK_ORDER:
        finding = findings[check]
        waived = town.is_waived(area_id, check)
        results.append(CheckResult(check, finding.required, finding.actual, finding.met, waived))
    return results


def is_warning(town: Town, check: str) -> bool:
    """Whether it bars nothing; `visit_coverage` decides which visits bar (四(二)2, 附件1)."""
    if check in ALWAYS_WARNINGS:
        return True
    if check.startswith("visits.quarter."):
        return town.options["visit_coverage"] == "year"
    if check == "visits.year":
        return town.options["visit_coverage"] == "quarter"
    return False


def bars_a_final_result(town: Town, result: CheckResult) -> bool:
    """An unmet check bars unless it is waived; no data bars like an unmet one."""
    return not is_warning(town, result.check) and result.met is not True and not result.waived
