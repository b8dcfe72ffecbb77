"""Which requests wait for whom, and for whom nobody is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from kaohe.web.accounts.models import Post
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.roles import ROLES
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline.exclusion_models import SIDES, Exclusion
from kaohe.web.hotline.exclusion_rules import DECIDERS, OPEN_IN
from kaohe.web.hotline.facts import cases_in_force
from kaohe.web.hotline.models import Case
from kaohe.web.registry.models import Area, Source

NOTHING = Q(pk__in=[])


def requests_of(person: Person, cycle: Cycle) -> QuerySet[Exclusion]:
    """The requests of a cycle that somebody may see."""
    rows = Exclusion.objects.filter(cycle=cycle)
    return person.visible(rows.select_related("cycle", "source", "area", "department"))


def waiting_for(person: Person, cycle: Cycle) -> QuerySet[Exclusion]:
    """The open requests on which somebody can speak now."""
    if cycle.stage not in OPEN_IN:
        return Exclusion.objects.none()
    mine = NOTHING
    if person.has(DECIDERS["line"]):
        own = Q(source__code__in=person.sources, line_agrees=None)
        mine |= own & ~Q(area_person=person.username)
    if person.has(DECIDERS["area"]):
        mine |= Q(area_agrees=None) & ~Q(line_person=person.username)
    rows = requests_of(person, cycle).filter(mine, state="open").exclude(asker=person.username)
    return rows.exclude(area__area_id__in=person.areas)


def cases_of(cycle: Cycle, case_ids: Iterable[str]) -> dict[str, Case]:
    """The cases of these numbers as files in force tell them."""
    cases = cases_in_force(cycle).filter(case_id__in=set(case_ids))
    return {case.case_id: case for case in cases.select_related("cycle", "source", "area")}


class Deciders:
    """Who holds a post for each side on a day, looked up once for a page."""

    def __init__(self, cycle: Cycle, day: date) -> None:
        roles = [role for told in DECIDERS.values() for role in told.split()]
        posts = Post.objects.held_on(day).filter(town=cycle.town_id, user__is_active=True)
        self._posts = list(posts.filter(role__in=roles).select_related("user"))
        mine = posts.filter(user__in=[post.user_id for post in self._posts])
        self._areas: dict[str, set[str]] = {}
        for post in mine.select_related("user"):
            if post.kind.scope == "areas":
                self._areas.setdefault(post.user.username, set()).update(post.scope)

    def of(self, row: Exclusion, side: str) -> set[str]:
        """The login names of those who may speak on a request for a side, or could have."""
        other = next(row.word_of(one).person for one in SIDES if one != side)
        area = row.area.area_id if row.area is not None else ""
        return {
            name
            for name in self._holders(row, side)
            if name not in (row.asker, other) and area not in self._areas.get(name, ())
        }

    def _holders(self, row: Exclusion, side: str) -> set[str]:
        return {
            post.user.username
            for post in self._posts
            if post.role in DECIDERS[side].split()
            and (side != "line" or row.source.code in post.scope)
        }

    def nobody(self, row: Exclusion, side: str) -> str:
        """Why nobody can speak on an open request for a side, and what is to be done about it."""
        if row.state != "open" or row.word_of(side).agrees is not None or self.of(row, side):
            return ""
        told = {"source": row.source, "asker": row.asked_by, "post": ROLES["provider"].name}
        if side == "area":
            return _(
                "块上没有人可以决定这项申请：申请人和代表条线决定的人不能代表块上。"
                "请系统管理员给另一个人登记“党建办经办人”或“领导小组成员”岗位。"
            )
        if row.asker in self._holders(row, side):
            return (
                _(
                    "“%(source)s”目前只有%(asker)s一人，申请人又不能自己决定，所以条线一方没有人可以"
                    "决定。请系统管理员给该单位另一个人登记“%(post)s”岗位，由其决定；或者由"
                    "%(asker)s撤回这项申请，改由党建办或居民区提出，再由%(asker)s决定。"
                )
                % told
            )
        return (
            _(
                "“%(source)s”没有人可以代表条线决定这项申请。请系统管理员给该单位的人登记“%(post)s”岗位。"
            )
            % told
        )


def without_deciders(person: Person, cycle: Cycle, day: date) -> list[str]:
    """The open requests on which nobody can speak, told to those who can do something about it."""
    if cycle.stage not in OPEN_IN or not person.has("clerk provider"):
        return []
    deciders, reasons = Deciders(cycle, day), Counter[str]()
    for row, count in _alike(requests_of(person, cycle).filter(state="open")):
        for side in SIDES:
            if reason := deciders.nobody(row, side):
                reasons[reason] += count
    return [
        _("%(count)s 项申请没有人可以决定。%(reason)s") % {"count": count, "reason": reason}
        for reason, count in reasons.items()
    ]


def _alike(rows: QuerySet[Exclusion]) -> Iterator[tuple[Exclusion, int]]:
    """One request for all that have the same people to decide on them, and how many they are."""
    names = ["source_id", "area_id", "state", "asker", "asked_by"]
    names += [f"{side}_{name}" for side in SIDES for name in ("agrees", "person")]
    sources = Source.objects.in_bulk(rows.order_by().values_list("source_id", flat=True).distinct())
    areas = Area.objects.in_bulk(rows.order_by().values_list("area_id", flat=True).distinct())
    for told in rows.order_by().values(*names).annotate(count=Count("pk")):
        count = told.pop("count")
        row = Exclusion(**told)
        row.source, row.area = sources[row.source_id], areas.get(row.area_id)
        yield row, count
