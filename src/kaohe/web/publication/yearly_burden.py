"""The facts on burden (减负) for the secretary's report (述职) and the yearly survey: counts only.

All are totals of the town. Nothing is counted per area or per person, and nobody's logging in or
time is looked at (三(一)); how long it took is reckoned from how much there was to fill in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kaohe.scheme.linting.burden import item_nodes
from kaohe.scheme.linting.yearly import asked_of_subjects
from kaohe.scheme.model import Scheme
from kaohe.web.accounts.models import Post
from kaohe.web.audit.models import Event
from kaohe.web.audit.wording import act_told
from kaohe.web.clock import day_of
from kaohe.web.cycles.facts import assessed_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import DoneSealedVisit, Report
from kaohe.web.ui.templatetags.ui import told

ASKED: Mapping[str, int] = {
    "registry.count_confirmed": 0,
    "registry.count_doubted": 1,
    "evidence.spot_check_answered": 1,
    "hotline.exclusion_asked": 3,
    "surveys.attendance_marked": 0,
    "publication.letter_read": 0,
    "publication.facts_confirmed": 0,
    "publication.objection_asked": 3,
    "publication.rectificationitem.added": 3,
    "publication.rectification_done": 2,
}
"""What the system asks of areas, or lets them say, and how many fields they fill in for it."""
ASKED_OF = ("secretary", "worker")
MINUTES_A_TIME, MINUTES_A_FIELD = 1, 1
"""By which the time is reckoned: nobody's is measured."""
SEEN_BY = "clerk group_head group_member auditor inspection"


@dataclass(frozen=True)
class Line:
    """A number of the year and of the year before, None where there was no such year."""

    name: str
    before: int | None
    now: int

    @property
    def change(self) -> str:
        """The difference with its sign; empty where there is nothing to compare with."""
        if self.before is None:
            return ""
        return f"{self.now - self.before:+d}" if self.now != self.before else "0"


@dataclass(frozen=True)
class Handled:
    """Complaints and suggestions of a kind: how many came, and how many were answered."""

    kind: str
    received: int
    answered: int


@dataclass(frozen=True)
class Burden:
    """What a year asked of areas, beside the year before."""

    cycle: Cycle
    before: Cycle | None
    areas: int
    lines: tuple[Line, ...]
    acts: tuple[Line, ...]
    cut: tuple[str, ...]
    added: tuple[str, ...]
    handled: tuple[Handled, ...]
    visits: int


def burden_of(cycle: Cycle) -> Burden:
    """The facts of a year, in the language of the page."""
    years = Cycle.objects.filter(town=cycle.town, year=cycle.year - 1).select_related("scheme")
    before = years.order_by("-comprehensive").first()
    now = _Counts(cycle)
    earlier = _Counts(before) if before is not None else None
    old, new = (earlier.items if earlier is not None else {}), now.items
    return Burden(
        cycle,
        before,
        now.areas,
        tuple(_beside(now.numbers(), earlier.numbers() if earlier is not None else None)),
        tuple(_beside(now.acts(), earlier.acts() if earlier is not None else None)),
        tuple(_without(old, new)),
        tuple(_without(new, old)) if earlier is not None else (),
        tuple(_handled(cycle)),
        DoneSealedVisit.objects.filter(cycle=cycle).count(),
    )


class _Counts:
    """What is counted of one year."""

    def __init__(self, cycle: Cycle) -> None:
        self._cycle = cycle
        self._scheme: Scheme = scheme_of(cycle)
        self.areas = assessed_areas(cycle).count()
        self._acts = _acts_by_areas(cycle)

    @property
    def items(self) -> dict[str, str]:
        """The scored items by their ids, in words."""
        found = item_nodes(self._scheme).items()
        return {name: told(node.label) if node.label else name for name, node in found}

    def numbers(self) -> dict[str, int]:
        """The numbers by their names."""
        same_year = Cycle.objects.filter(town=self._cycle.town, year=self._cycle.year)
        times = sum(self._acts.values())
        fields = sum(number * ASKED[act] for act, number in self._acts.items())
        minutes = MINUTES_A_TIME * times + MINUTES_A_FIELD * fields
        return {
            _("综合考核（次）"): same_year.filter(comprehensive=True).count(),
            _("其他考核（次）"): same_year.filter(comprehensive=False).count(),
            _("考核项目（个）"): len(self.items),
            _("方案要求居民区填报的内容（项）"): asked_of_subjects(self._scheme),
            # No page takes a file from an area; tests see to it.
            _("要求居民区上传的材料（件）"): 0,
            _("居民区在系统中办理（次，全镇合计）"): times,
            _("其中要填写的栏目（个，全镇合计）"): fields,
            _("估计用时（分钟，平均每个居民区）"): round(minutes / self.areas) if self.areas else 0,
        }

    def acts(self) -> dict[str, int]:
        """How often each thing was done, town-wide."""
        return {act_told(act): self._acts[act] for act in ASKED}


def _acts_by_areas(cycle: Cycle) -> Counter[str]:
    """What people of areas did in the year's period, by act; who did it is not kept."""
    posts: dict[str, list[Post]] = {}
    held = Post.objects.filter(town=cycle.town, role__in=ASKED_OF).select_related("user")
    for post in held:
        posts.setdefault(post.user.username, []).append(post)
    events = Event.objects.filter(
        town=cycle.town.code,
        act__in=ASKED,
        actor__in=posts,
        at__date__gte=cycle.first,
        at__date__lte=cycle.last,
    )
    return Counter(
        event.act
        for event in events.only("act", "actor", "at")
        if any(
            post.from_on <= day_of(event.at) and (post.until_on or cycle.last) >= day_of(event.at)
            for post in posts[event.actor]
        )
    )


def _beside(now: Mapping[str, int], before: Mapping[str, int] | None) -> Iterator[Line]:
    for name, number in now.items():
        yield Line(name, None if before is None else before[name], number)


def _without(some: Mapping[str, str], others: Mapping[str, str]) -> Sequence[str]:
    """The items of one year that the other does not have, neither under the id nor the name."""
    names = set(others.values())
    return [name for node, name in some.items() if node not in others and name not in names]


def _handled(cycle: Cycle) -> Iterator[Handled]:
    """Counts by kind; what was said, and by whom, is for inspection alone."""
    rows = Report.objects.filter(
        town=cycle.town, received_on__gte=cycle.first, received_on__lte=cycle.last
    )
    for kind, name in Report.KINDS:
        of_kind = rows.filter(kind=kind)
        yield Handled(str(name), of_kind.count(), of_kind.exclude(answered_on=None).count())
