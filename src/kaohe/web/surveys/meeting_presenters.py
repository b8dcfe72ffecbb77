"""A meeting as its page shows it: numbers by sample, who was invited and who was brought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kaohe.analysis.asking import Bounds
from kaohe.web.registry.models import Department
from kaohe.web.surveys import meeting_rules as rules
from kaohe.web.surveys.meeting_attendance import ballots_of, excess_of, meeting_samples
from kaohe.web.surveys.models import Meeting, MeetingCount, MeetingHousehold
from kaohe.web.ui.language import in_a_row
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class SampleLine:
    """The numbers of one sample at a meeting."""

    count: MeetingCount
    label: str
    least: int | None
    most: int | None
    ballots: int

    @property
    def is_short(self) -> bool:
        """Whether fewer came than the scheme asks for."""
        return self.least is not None and self.count.came < self.least

    @property
    def is_many(self) -> bool:
        """Whether more came than the scheme generally wants."""
        return self.most is not None and self.count.came > self.most


def sample_lines(meeting: Meeting, sizes: Mapping[str, Bounds]) -> list[SampleLine]:
    """Sample by sample, in the order of the round."""
    ballots, counts = ballots_of(meeting), {one.sample: one for one in meeting.counts.all()}
    return [
        SampleLine(
            count=counts[name],
            label=told(sample.label),
            least=sizes.get(name, Bounds()).least,
            most=sizes.get(name, Bounds()).most,
            ballots=ballots.get(name, 0),
        )
        for name, sample in meeting_samples(meeting.round).items()
        if name in counts
    ]


@dataclass(frozen=True)
class Coming:
    """Of the households that came, how many were drawn and how many the area brought."""

    invited: int
    reserves: int
    brought: int

    @property
    def all(self) -> int:
        """How many came."""
        return self.invited + self.reserves + self.brought

    @property
    def drawn_share(self) -> int:
        """The percentage that was drawn, in whole percent."""
        if not self.all:
            return 0
        drawn = self.invited + self.reserves
        return (2 * rules.PERCENT * drawn + self.all) // (2 * self.all)


def coming_to(meeting: Meeting) -> Coming:
    """Who came to a meeting, by how they came on its list."""
    ways = list(
        MeetingHousehold.objects.filter(meeting=meeting, came=True).values_list("way", flat=True)
    )
    return Coming(ways.count("invited"), ways.count("reserve"), ways.count("brought"))


def findings_of(meeting: Meeting) -> list[str]:
    """What the leading group should know about a meeting before its ballots count."""
    found = []
    if told_excess := rules.why_not_exceed(excess_of(meeting)):
        found.append(told_excess)
    if rules.why_not_hold(meeting.round.state) and meeting.state != "closed":
        found.append(_("轮次已经截止，座谈会的记录还没有完成。"))
    return found


def departments_told(meeting: Meeting) -> str:
    """The names of the departments that are there."""
    names = dict(Department.objects.filter(town=meeting.town).values_list("code", "name"))
    return in_a_row(names.get(code, code) for code in meeting.departments)


def by_building(
    rows: Iterable[MeetingHousehold],
) -> list[tuple[str, list[MeetingHousehold]]]:
    """Households building by building, those that were brought left out: who is invited by their
    ids, to be found at the door, then reserves in the order in which they are asked."""
    found: dict[str, list[MeetingHousehold]] = {}
    for row in sorted(rows, key=lambda one: (one.stands_by, one.household_id)):
        if row.way != "brought":
            found.setdefault(row.building, []).append(row)
    return sorted(found.items())


def questions_told(names: Sequence[str]) -> str:
    """Questions as their numbers are printed: ``q1.2`` is the second half of the first."""
    return in_a_row(name.removeprefix("q") for name in names)
