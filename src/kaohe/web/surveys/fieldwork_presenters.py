"""The third party's work as pages show it: areas in the order of their ids, never in another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from kaohe.analysis.sampling import DrawnHousehold
from kaohe.outputs.few_ballots import FEWEST_TOLD
from kaohe.scheme.asking import Asked
from kaohe.values.numbers import PERCENT, fixed
from kaohe.web.cycles.delivery_headings import NOWHERE
from kaohe.web.registry.models import Area
from kaohe.web.surveys import fieldwork_rules as rules
from kaohe.web.surveys.back_checks import Agreement, agreement_of
from kaohe.web.surveys.fieldwork_models import CHECKS
from kaohe.web.surveys.models import BackCheck, SampleDraw, SampleHousehold, Vendor
from kaohe.web.surveys.quality import FLAGS, Interview, Limits, patterns
from kaohe.web.surveys.response_rates import (
    COMPLETE,
    DISPOSITIONS,
    NOT_ELIGIBLE,
    PARTIAL,
    Counts,
    counts_of,
    response_rate_1,
    response_rate_2,
)
from kaohe.web.surveys.return_headings import Mapped, known_fields
from kaohe.web.surveys.returns import Returned, Returns
from kaohe.web.ui.templatetags.ui import told

PLACES = 1


@dataclass(frozen=True)
class ShownCheck:
    """A check of the third party, noted or not."""

    kind: str
    name: str
    found: str = ""
    checked_on: date | None = None
    noted_by: str = ""
    not_noted: str = ""
    """Why it cannot be noted now."""


def shown_checks(vendor: Vendor) -> list[ShownCheck]:
    """All that is checked of a third party, in order."""
    noted = {one.kind: one for one in vendor.checks.all()}
    found = []
    for kind, name in CHECKS.items():
        refused = rules.why_not_note_check(kind, vendor.round.state)
        one = noted.get(kind)
        if one is None:
            found.append(ShownCheck(kind, str(name), not_noted=refused))
        else:
            told_of = (one.found, one.checked_on, one.noted_by, refused)
            found.append(ShownCheck(kind, str(name), *told_of))
    return found


@dataclass(frozen=True)
class AreaWork:
    """How far an area is: ``wanted`` are to be completed, ``to_ask`` may be asked so far.

    ``counts`` has every case to be asked by its disposition; without one it is an unknown
    household, as long as nobody has said more.
    """

    area: Area | None
    wanted: int
    to_ask: int
    told: int
    reserves_left: int
    counts: Counts

    @property
    def completed(self) -> int:
        """How many were completed."""
        return self.counts[COMPLETE]

    @property
    def lacking(self) -> int:
        """How many are still to be completed."""
        return max(self.wanted - self.completed, 0)

    @property
    def by_disposition(self) -> list[int]:
        """The counts in the order of the dispositions."""
        return [self.counts[code] for code in DISPOSITIONS]

    @property
    def rates(self) -> tuple[str, str]:
        """AAPOR's response rates 1 and 2."""
        both = response_rate_1(self.counts), response_rate_2(self.counts)
        return _percent(both[0]), _percent(both[1])

    @property
    def sentence(self) -> str:
        """How the rates come about."""
        eligible = self.to_ask - self.counts[NOT_ELIGIBLE]
        if not eligible:
            return _("没有可以计算的住户。")
        completed, partial = self.counts[COMPLETE], self.counts[PARTIAL]
        one, two = self.rates
        words = {
            "asked": self.to_ask,
            "out": self.counts[NOT_ELIGIBLE],
            "eligible": eligible,
            "completed": completed,
            "partial": partial,
            "both": completed + partial,
            "one": one,
            "two": two,
        }
        return (
            _(
                "应访 %(asked)s 户，除去不符合条件的 %(out)s 户为 %(eligible)s 户。"
                "应答率一：完成 %(completed)s ÷ %(eligible)s = %(one)s；"
                "应答率二：加部分完成 %(partial)s，%(both)s ÷ %(eligible)s = %(two)s。"
            )
            % words
        )


def _percent(share: Fraction | None) -> str:
    return "—" if share is None else f"{fixed(share * PERCENT, PLACES)}%"


def works_of(draw: SampleDraw) -> list[AreaWork]:
    """Every area of a draw, in the order of their ids."""
    by_area: dict[int, list[SampleHousehold]] = {}
    areas: dict[int, Area] = {}
    for row in draw.households.select_related("area").order_by("area__area_id", "pk"):
        by_area.setdefault(row.area_id, []).append(row)
        areas[row.area_id] = row.area
    return [_work(areas[key], rows) for key, rows in by_area.items()]


def _work(area: Area, rows: Sequence[SampleHousehold]) -> AreaWork:
    asked = [row for row in rows if not row.reserve or row.replaces_id is not None]
    reported = [row.disposition for row in asked if row.disposition]
    return AreaWork(
        area=area,
        wanted=sum(not row.reserve for row in rows),
        to_ask=len(asked),
        told=len(reported),
        reserves_left=len(rows) - len(asked),
        counts=counts_of(reported, len(asked)),
    )


def together(works: Iterable[AreaWork]) -> AreaWork:
    """All areas together."""
    every = list(works)
    counts: Counter[str] = Counter()
    for one in every:
        counts.update(one.counts)
    return AreaWork(
        area=None,
        wanted=sum(one.wanted for one in every),
        to_ask=sum(one.to_ask for one in every),
        told=sum(one.told for one in every),
        reserves_left=sum(one.reserves_left for one in every),
        counts={code: counts[code] for code in DISPOSITIONS},
    )


@dataclass(frozen=True)
class ShownAgreement:
    """What came of back-checks, the share that agreed, and how many that differ are unsettled."""

    counts: Agreement
    drawn: int
    share: str
    unsettled: int


def shown_agreement(draw: SampleDraw) -> ShownAgreement:
    """What came of the back-checks of a draw."""
    rows = BackCheck.objects.filter(household__draw=draw).values_list("agreed", "outcome")
    counts = agreement_of(agreed for agreed, _outcome in rows)
    unsettled = sum(agreed is False and not outcome for agreed, outcome in rows)
    return ShownAgreement(counts, len(rows), _percent(counts.share), unsettled)


def batch_of(check: BackCheck) -> dict[str, str | int]:
    """What else came from whoever had asked: completed interviews, back-checks, those differing."""
    interviewer, draw = check.interviewer, check.household.draw
    checks = BackCheck.objects.filter(household__draw=draw, interviewer=interviewer)
    return {
        "interviewer": interviewer,
        "completed": draw.households.filter(interviewer=interviewer, disposition=COMPLETE).count(),
        "checked": checks.exclude(agreed=None).count(),
        "differing": checks.filter(agreed=False).count(),
    }


def dispositions() -> list[tuple[str, str]]:
    """The codes with what they mean."""
    return [(code, told(label)) for code, label in DISPOSITIONS.items()]


# -- a file that came back ------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownColumn:
    """A column of a file and what it was taken for."""

    heading: str
    field: str
    personal: bool


def shown_columns(returns: Returns) -> list[ShownColumn]:
    """The columns of a file: those understood first, then all others."""
    understood = [
        ShownColumn(heading, field, False)
        for heading, field in returns.mapped.items()
        if field != NOWHERE
    ]
    others = [ShownColumn(heading, NOWHERE, False) for heading in returns.ignored]
    personal = [ShownColumn(heading, NOWHERE, True) for heading in returns.personal]
    return [*understood, *others, *personal]


def fields_offered(asked: Sequence[Asked]) -> list[tuple[str, str]]:
    """What a column can be, with what it is called."""
    nowhere = (NOWHERE, _("不采用"))
    return [nowhere, *((name, told(label)) for name, label in known_fields(asked).items())]


def said_in(headings: Sequence[str], fields: Sequence[str], asked: Sequence[Asked]) -> Mapped:
    """What a form says of columns: each heading with a field that there is, or with none."""
    known = known_fields(asked)
    pairs = zip(headings, fields, strict=False)
    return {one: field for one, field in pairs if field in known or field == NOWHERE}


@dataclass(frozen=True)
class InterviewerLine:
    """One interviewer's interviews in a file, and how many of them have each flag."""

    interviewer: str
    interviews: int
    flagged: tuple[str, ...]
    stands_out: bool


def interviewer_lines(
    asked: Sequence[Asked], rows: Iterable[Returned], limits: Limits
) -> list[InterviewerLine]:
    """What ``quality`` counts of each interviewer; nothing of those with very few interviews."""
    interviews = [Interview(row.interviewer, row.took, row.answers) for row in rows if row.answers]
    found: dict[str, dict[str, tuple[int, bool]]] = {}
    own = Counter(one.interviewer for one in interviews)
    for one in patterns(asked, interviews, limits):
        found.setdefault(one.interviewer, {})[one.flag] = one.flagged, one.stands_out
    return [
        InterviewerLine(
            name,
            own[name],
            tuple(str(flags[flag][0]) if own[name] >= FEWEST_TOLD else "—" for flag in FLAGS),
            own[name] >= FEWEST_TOLD and any(out for _n, out in flags.values()),
        )
        for name, flags in sorted(found.items())
    ]


def flag_names() -> list[str]:
    """What the flags are called, in order."""
    return [told(label) for label in FLAGS.values()]


# -- drawn again ----------------------------------------------------------------------------------


def same_draw(
    rows: Iterable[SampleHousehold], again: Mapping[str, Sequence[DrawnHousehold]]
) -> bool:
    """Whether a draw done again gives what is stored."""
    stored = {
        (row.area.area_id, row.building, row.household_id, row.place, row.reserve, row.stands_by)
        for row in rows
    }
    drawn = {
        (area, one.building, one.household, one.place, one.reserve, one.stands_by)
        for area, households in again.items()
        for one in households
    }
    return stored == drawn
