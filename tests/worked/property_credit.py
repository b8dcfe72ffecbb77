"""`property-credit` by hand, beside the text of the policy: one function for each of its rules.

Slow and plain on purpose; nothing of the product is used. What figures are made of stands in
`property_values`, the estates in `property_estates`, the records in `property_records`.
"""

from fractions import Fraction
from math import ceil, floor
from pathlib import Path

from tests.worked.property_estates import estate_figures, estate_frequency, satisfaction
from tests.worked.property_records import list_figures, record_figures
from tests.worked.property_values import (
    GRADES,
    LAST_DAY,
    District,
    Row,
    Value,
    Why,
    add,
    day,
    from_limits,
    half_up,
    in_year,
    lasts,
    mean,
    median,
    share_of,
    why,
)

DEFAULTS = {
    "inspection_rule": "median",
    "satisfaction_by": "estates",
    "repeat_scope": "matter",
    "repair": "half",
    "deduction_cap": "forty",
    "newcomers": "six",
    "progress_shift": "counted",
    "cut_ties": "exclude",
}
OPTIONS = {
    "inspection_rule": ("latest", "mean"),
    "satisfaction_by": ("pooled",),
    "repeat_scope": ("kind",),
    "repair": ("nothing", "whole"),
    "deduction_cap": ("none",),
    "newcomers": ("twelve",),
    "progress_shift": ("ignored",),
    "cut_ties": ("include",),
}
# The first columns of the results, then the others in the order of the policy.
COMPANY_NODES = (
    "grade standing frequency supervision score basics.mark basics.review basics.staff"
    " basics.insured basics inspection.count inspection.mean inspection.median inspection.base"
    " inspection inspection.least inspection.best inspection.progress satisfaction"
    " satisfaction.substitute satisfaction.used satisfaction.points satisfaction.grade"
    " complaints.closed complaints.satisfied complaints base good.honours good.duty good"
    " bad.penalties bad.orders bad.lapses bad.accidents bad.handovers bad matters heaviest_fine"
    " list.unrated list.last list.barred list.court grade.earned grade.limit grade.limited"
    " grade.combined grade.adjusted rank"
).split()
ESTATE_NODES = (
    "estates.score estates.recheck estates.first estates.latest estates.progress estates.safety"
    " estates.spread estates.mark_grade estates.recheck_grade estates.better_grade"
    " estates.safety_grade estates.grade estates.satisfaction estates.frequency"
).split()
WHOLE = ("inspection.count", "matters", "frequency", "rank", "estates.frequency")


# 二(一) to 二(四) The points of an enterprise


def basic_figures(district: District, company: str) -> dict[str, Value]:
    """二(一): the median of three marks, certified managers, insurance."""
    audit, filing = district.own("audits", company), district.own("filings", company)
    given = [Fraction(audit[one]) for one in ("street", "association", "bureau") if audit[one]]
    found: dict[str, Value] = {"basics.mark": half_up(median(given))}
    found["basics.review"] = share_of(found["basics.mark"], 12)
    if filing["managers"]:
        rate = Fraction(filing["certified"]) / (Fraction(80, 100) * Fraction(filing["managers"]))
        found["basics.staff"] = half_up(min(Fraction(5), 5 * rate))
        found["basics.insured"] = Fraction(3 if filing["insured"] == "true" else 0)
    else:
        found["basics.staff"] = found["basics.insured"] = Why.NO_DATA
    found["basics"] = add(found["basics.review"], found["basics.staff"], found["basics.insured"])
    return found


def inspection_figures(
    district: District, company: str, estates: list[dict[str, Value]]
) -> dict[str, Value]:
    """二(二): the mean or the median of the estates, whichever is lower."""
    scores = [one["estates.score"] for one in estates if not isinstance(one["estates.score"], Why)]
    steps = [one["estates.progress"] for one in estates]
    steps = [one for one in steps if not isinstance(one, Why)]
    found: dict[str, Value] = {
        "inspection.count": Fraction(len(scores)),
        "inspection.mean": half_up(mean(scores)),
        "inspection.median": half_up(median(scores)) if len(scores) >= 2 else Why.TOO_FEW,
        "inspection.least": half_up(min(scores)) if scores else Why.NO_DATA,
        "inspection.best": half_up(max(scores)) if scores else Why.NO_DATA,
        "inspection.progress": half_up(median(steps)) if len(steps) >= 2 else Why.TOO_FEW,
    }
    if len(scores) >= 2:
        base = min(found["inspection.mean"], found["inspection.median"])
    else:
        base = found["inspection.mean"]
    found["inspection.base"] = base
    found["inspection"] = share_of(base, 40)
    return found


def satisfaction_figures(
    district: District, company: str, estates: list[dict[str, Value]]
) -> dict[str, Value]:
    """二(三): the mean of the estates or all answers pooled, else last year's."""
    if district.options["satisfaction_by"] == "estates":
        there = [one["estates.satisfaction"] for one in estates]
        there = [one for one in there if not isinstance(one, Why)]
        own = half_up(mean(there)) if there else Why.TOO_FEW
    else:
        own = satisfaction(
            district.of_company("answers", company),
            district.of_company("answer_totals", company),
            20,
        )
    last_year = district.own("previous", company)["satisfaction"]
    found: dict[str, Value] = {"satisfaction": own}
    found["satisfaction.substitute"] = half_up(Fraction(last_year or 60))
    used = found["satisfaction.substitute"] if own is Why.TOO_FEW else own
    found["satisfaction.used"] = used
    found["satisfaction.points"] = share_of(used, 25)
    found["satisfaction.grade"] = from_limits(used, [(85, "high"), (70, "middle")], "low")
    return found


def complaint_figures(district: District, company: str) -> dict[str, Value]:
    """二(四): closed within 15 days, satisfied when called back; 100 where there is nothing."""
    cases = [
        one for one in district.of_company("complaints", company) if in_year(one["received_on"])
    ]
    soon = [
        one
        for one in cases
        if one["closed_on"] and (day(one["closed_on"]) - day(one["received_on"])).days <= 15
    ]
    called = [one for one in cases if one["satisfied"]]
    content = [one for one in called if one["satisfied"] == "true"]
    closed = half_up(Fraction(100 * len(soon), len(cases))) if cases else Fraction(100)
    liked = half_up(Fraction(100 * len(content), len(called))) if called else Fraction(100)
    mark = Fraction(4, 10) * closed + Fraction(6, 10) * liked
    return {
        "complaints.closed": closed,
        "complaints.satisfied": liked,
        "complaints": half_up(mark * 15 / 100),
    }


# 四 Grades


def combined_grade(limited: Value, liked: Value) -> Value:
    """四(三): the grade set against residents' satisfaction."""
    absent = why(limited, liked)
    if absent is not None:
        return absent
    columns = {"high": "AAA AA AA B C", "middle": "AA AA A B C", "low": "A A B C C"}
    return columns[liked].split()[GRADES.index(limited)]


def adjusted_grade(district: District, company: str, found: dict[str, Value]) -> Value:
    """四(四), 五: lifts and floors first, limits after them."""
    forged = any(
        row["kind"] == "forged" and lasts(row["noted_on"], "2 years")
        for row in district.of_company("lapses", company)
    )
    if isinstance(found["grade.combined"], Why):
        return "C" if forged else found["grade.combined"]
    step = GRADES.index(found["grade.combined"])
    progress = found["inspection.progress"]
    better = not isinstance(progress, Why) and progress > 5
    if district.options["progress_shift"] == "counted" and better and not found["matters"]:
        step = max(0, step - 1)
    if found["matters"] >= 3:
        step = min(4, step + 1)
    if any(row["trusteeship"] == "true" for row in district.of_company("estates", company)):
        step = min(step, GRADES.index("B"))
    if found["heaviest_fine"] >= 10:
        step = max(step, GRADES.index("B"))
    if found["list.barred"] or found["list.court"]:
        step = max(step, GRADES.index("AA"))
    return "C" if forged else GRADES[step]


def final_grade(district: District, company: str, found: dict[str, Value]) -> Value:
    """一(三), 四(五): who is not rated, and who was reviewed; the first that holds."""
    own = district.own("companies", company)
    if own["investigated"] == "true":
        return Why.SUPPRESSED
    if found["list.unrated"]:
        return Why.NOT_MEANT
    if int(own["months"]) < (6 if district.options["newcomers"] == "six" else 12):
        return Why.NOT_MEANT
    if not district.of_company("filings", company):
        return Why.NO_DATA
    return district.own("reviews", company)["grade"] or found["grade.adjusted"]


def company_figures(
    district: District, company: str, estates: list[dict[str, Value]]
) -> dict[str, Value]:
    """All figures of an enterprise but its place and its published band."""
    found = basic_figures(district, company)
    found.update(inspection_figures(district, company, estates))
    found.update(satisfaction_figures(district, company, estates))
    found.update(complaint_figures(district, company))
    found.update(record_figures(district, company))
    found.update(list_figures(district, company))
    found["base"] = add(
        found["basics"], found["inspection"], found["satisfaction.points"], found["complaints"]
    )
    base = found["base"]
    found["score"] = (
        base if isinstance(base, Why) else max(Fraction(0), base + found["good"] - found["bad"])
    )
    earned = [(90, "AAA"), (80, "AA"), (70, "A"), (60, "B")]
    found["grade.earned"] = from_limits(found["score"], earned, "C")
    allowed = [(70, "AAA"), (60, "AA"), (50, "A")]
    found["grade.limit"] = from_limits(found["inspection.least"], allowed, "B")
    both = [found["grade.earned"], found["grade.limit"]]
    found["grade.limited"] = why(*both) or max(both, key=GRADES.index)
    found["grade.combined"] = combined_grade(found["grade.limited"], found["satisfaction.grade"])
    found["grade.adjusted"] = adjusted_grade(district, company, found)
    grade = found["grade"] = final_grade(district, company, found)
    if isinstance(grade, Why):
        found["frequency"] = found["supervision"] = grade
    else:
        found["frequency"] = Fraction({"AAA": 1, "AA": 2, "A": 3, "B": 4, "C": 6}[grade])
        found["supervision"] = {"AAA": "light", "C": "strict"}.get(grade, "ordinary")
    return found


# 六 Places and published bands


def give_places(district: District, companies: dict[str, dict[str, Value]]) -> None:
    """六(一)1: those with a grade and a score; equals share the last of their places."""

    def key(company: str) -> tuple[bool, Fraction, Fraction, bool, Fraction]:
        found = companies[company]
        disaster = any(
            row["level"] == "major" and lasts(row["happened_on"], "1 year")
            for row in district.of_company("accidents", company)
        )
        used = found["satisfaction.used"]
        none = isinstance(used, Why)
        last = bool(found["list.last"]) or disaster
        return last, -found["score"], found["bad"], none, Fraction(0) if none else -used

    keys = {
        company: key(company)
        for company, found in companies.items()
        if why(found["grade"], found["score"]) is None
    }
    for company, found in companies.items():
        found["rank"] = (
            Fraction(sum(other <= keys[company] for other in keys.values()))
            if company in keys
            else why(found["score"]) or Why.NOT_MEANT
        )
    give_bands(district, companies, keys)


def give_bands(
    district: District, companies: dict[str, dict[str, Value]], keys: dict[str, tuple]
) -> None:
    """六(一)2: model, then front, then by the number of inspections."""
    groups = [
        [company for company in keys if keys[company] == one] for one in sorted(set(keys.values()))
    ]

    def is_model(company: str) -> bool:
        found = companies[company]
        fresh = any(
            lasts(row["decided_on"], "6 months") and district.stands(row)
            for row in district.of_company("penalties", company)
        )
        return found["grade"] in ("AAA", "AA") and not fresh and not found["list.barred"]

    for found in companies.values():
        found["standing"] = found["rank"] if isinstance(found["rank"], Why) else ""
    places = max(1, floor(Fraction(15, 100) * len(keys)))
    taken = 0
    for group in groups:
        fit = [company for company in group if is_model(company)]
        if taken >= places:
            break
        if taken + len(fit) > places and district.options["cut_ties"] == "exclude":
            break
        for company in fit:
            companies[company]["standing"] = "model"
        taken += len(fit)
    places, taken = 5 + max(0, places - taken), 0
    for group in groups:
        if taken >= places:
            break
        for company in group:
            found = companies[company]
            if not found["standing"] and found["grade"] not in ("B", "C"):
                found["standing"] = "front"
                taken += 1
    for found in companies.values():
        if found["standing"] == "":
            found["standing"] = "steady" if found["frequency"] <= 3 else "watch"


# Checks, and everything as it is printed


def check_rows(
    district: District, companies: dict[str, dict[str, Value]]
) -> tuple[list[Row], bool]:
    """Every check of every enterprise, and whether one of them bars a final result."""
    rows: list[Row] = []
    bars = False
    for company, found in companies.items():
        waived = [row["check"] for row in district.of_company("waivers", company)]
        own = district.of_company("estates", company)
        inspected = int(found["inspection.count"])
        ballots = len(district.of_company("answers", company))
        totals = sum(int(row["answered"]) for row in district.of_company("answer_totals", company))
        least = ceil(Fraction(5, 100) * sum(int(row["households"]) for row in own))
        low, high = ballots, ballots
        if totals:
            low, high = ballots + ceil(Fraction(totals, 5)), ballots + totals
        late = sum(
            day(row[column]) > LAST_DAY
            for table, column in (
                ("penalties", "decided_on"),
                ("orders", "ordered_on"),
                ("lapses", "noted_on"),
                ("accidents", "happened_on"),
            )
            for row in district.of_company(table, company)
        )
        enough = "true" if low >= least else "false" if high < least else ""
        told = f"{low}..{high}" if totals else str(ballots)
        whole = inspected >= len(own)
        bars = bars or not (whole or "inspection.coverage" in waived)
        for check, required, actual, met in (
            ("inspection.coverage", len(own), str(inspected), str(whole).lower()),
            ("satisfaction.sample", least, told, enough),
            ("records.dated", 0, str(late), str(late == 0).lower()),
        ):
            rows.append(
                {
                    "company_id": company,
                    "check": check,
                    "required": str(required),
                    "actual": actual,
                    "met": met,
                    "waived": str(check in waived).lower(),
                }
            )
    return rows, bars


def printed(node: str, value: Value) -> str:
    if isinstance(value, Why):
        return ""
    if isinstance(value, str):
        return value
    if node in WHOLE or node.startswith("list."):
        return str(int(value))
    places = 1 if node == "estates.score" else 2
    units = value * 10**places
    assert units.denominator == 1, f"{node} was printed before it was rounded"
    sign, digits = "-" if value < 0 else "", str(abs(int(units))).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def assess(folder: Path, decisions: dict[str, str]) -> dict[str, object]:
    """What a district's result files hold, and whether the result is final."""
    district = District(folder, {**DEFAULTS, **decisions})
    estates = {
        row["estate_id"]: estate_figures(district, row["estate_id"]) for row in district["estates"]
    }
    companies = {}
    for row in district["companies"]:
        company = row["company_id"]
        own = [estates[one["estate_id"]] for one in district.of_company("estates", company)]
        companies[company] = company_figures(district, company, own)
    give_places(district, companies)
    results, result_estates = [], []
    for row in district["companies"]:
        found = companies[row["company_id"]]
        grade = found["grade"]
        status = "complete"
        if isinstance(grade, Why):
            status = "incomplete" if grade is Why.NO_DATA else "apart"
        figures = {node: printed(node, found[node]) for node in COMPANY_NODES}
        own = {"company_id": row["company_id"], "name": row["name"], "status": status}
        results.append({**own, **figures})
    for row in district["estates"]:
        found = estates[row["estate_id"]]
        enterprise = companies[row["company_id"]]["grade"]
        found["estates.frequency"] = estate_frequency(found["estates.grade"], enterprise)
        figures = {node: printed(node, found[node]) for node in ESTATE_NODES}
        own = {one: row[one] for one in ("estate_id", "name", "company_id")}
        result_estates.append({**own, "status": "complete", **figures})
    checks, bars = check_rows(district, companies)
    missing = any(row["status"] == "incomplete" for row in results)
    return {
        "results.csv": results,
        "results_estates.csv": result_estates,
        "checks.csv": checks,
        "final": not bars and not missing,
    }
