"""What residents' judgement asks of people: rounds, keys, meetings, fieldwork, flagged ballots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.desk.matters import Found, Waiting, at, dated
from kaohe.web.surveys import rules
from kaohe.web.surveys.fieldwork_rules import AFTER_FIELDWORK, OVER
from kaohe.web.surveys.models import (
    BackCheck,
    Keeper,
    Meeting,
    Round,
    RoundVoid,
    SampleDraw,
    Vendor,
)
from kaohe.web.surveys.review_rules import UNTIL
from kaohe.web.surveys.reviewing import to_review
from kaohe.web.surveys.rounds import next_to_bring
from kaohe.web.surveys.voiding import why_not_sign


def clerks_rounds(cycle: Cycle, day: date) -> Found:
    """Rounds that should have begun, go on or be closed, their meetings and their fieldwork.

    That a round which counts is to be closed is one of the points that the year lacks.
    """
    rounds = list(Round.objects.filter(cycle=cycle).exclude(state="counted"))
    for held in rounds:
        address, told = reverse("surveys:round", args=[held.pk]), {"round": held}
        if held.state == "prepared" and held.opens_on <= day:
            text = _("轮次“%(round)s”到了开始日期，还没有开始") % told
            yield dated(text, address, held.opens_on, day)
        elif held.state == "paused":
            yield Waiting(_("轮次“%(round)s”已暂停，处理好后请恢复") % told, address)
        elif held.trial and held.state == "open" and held.closes_on < day:
            text = _("轮次“%(round)s”还没有截止并开箱") % told
            yield dated(text, address, held.closes_on, day)
    yield from _clerks_meetings(cycle, day)
    yield from _clerks_fieldwork(cycle, rounds, day)


def _meetings(cycle: Cycle) -> QuerySet[Meeting]:
    """The meetings whose record is still open."""
    rows = Meeting.objects.filter(cycle=cycle).exclude(state="closed")
    return rows.exclude(round__state__in=OVER).select_related("area", "round")


def _clerks_meetings(cycle: Cycle, day: date) -> Found:
    for row in _meetings(cycle):
        address, told = reverse("meetings:meeting", args=[row.pk]), {"area": row.area}
        if row.drawn_at is None:
            text = _("%(area)s座谈会：请抽取邀请名单") % told
            yield dated(text, address, row.held_on, day)
        elif row.state == "voted" or row.held_on < day:
            text = _("%(area)s座谈会：记录还没有完成") % told
            yield dated(text, address, row.round.closes_on, day)


def _clerks_fieldwork(cycle: Cycle, rounds: list[Round], day: date) -> Found:
    noted = Count("checks", filter=Q(checks__kind=AFTER_FIELDWORK))
    vendors = {
        vendor.round_id: vendor
        for vendor in Vendor.objects.filter(cycle=cycle)
        .select_related("round", "draw")
        .annotate(proved=noted)
    }
    for held in rounds:
        step = _next_step(vendors.get(held.pk)) if held.manner == "surveyor" else ""
        if step and held.state not in OVER:
            address = reverse("fieldwork:round", args=[held.pk])
            yield dated(step % {"round": held}, address, held.opens_on, day)
    for vendor in vendors.values():
        if vendor.round.state in OVER and not vendor.proved:
            text = _("%(round)s：请登记第三方数据交还与销毁") % {"round": vendor.round}
            yield Waiting(text, reverse("fieldwork:round", args=[vendor.round_id]))
    for held, count in _unsettled(Round.objects.filter(cycle=cycle)):
        text = _("%(round)s：第三方有 %(count)s 户复核不一致没有处理，请督促")
        address = reverse("fieldwork:round", args=[held.pk])
        yield dated(text % {"round": held, "count": count}, address, held.closes_on, day)


def _unsettled(rounds: QuerySet[Round]) -> Iterator[tuple[Round, int]]:
    """Rounds with back-checks that differ and are not settled, and how many."""
    counts = Counter(
        BackCheck.objects.unsettled()
        .filter(household__draw__vendor__round__in=rounds)
        .values_list("household__draw__vendor__round", flat=True)
    )
    for held in Round.objects.filter(pk__in=counts):
        yield held, counts[held.pk]


def _next_step(vendor: Vendor | None) -> str:
    """What a clerk does next so that a third party can begin; an empty text once it can."""
    if vendor is None:
        return _("%(round)s：请登记由哪家第三方机构访问")
    draw: SampleDraw | None = getattr(vendor, "draw", None)
    if draw is None:
        return _("%(round)s：请抽取第三方样本")
    return "" if draw.handed_over_at else _("%(round)s：请登记核查、移交第三方样本")


def keepers_keys(person: Person, cycle: Cycle, day: date) -> Found:
    """Keys to be taken before a round begins, and to be brought back once it is closed."""
    rounds = Round.objects.filter(cycle=cycle, two_keepers=True, state__in=("prepared", "closed"))
    for held in rounds.prefetch_related("keepers"):
        keepers: list[Keeper] = list(held.keepers.all())
        mine = [one for one in keepers if one.user_id == person.user.pk]
        address, told = reverse("surveys:round", args=[held.pk]), {"round": held}
        if held.state == "prepared" and not mine and len(keepers) < rules.KEEPERS:
            text = _("轮次“%(round)s”要两人各保管一份开箱密钥，请领取") % told
            yield dated(text, address, held.opens_on, day)
        elif held.state == "closed" and next_to_bring(keepers) in mine:
            yield Waiting(_("轮次“%(round)s”已截止，请交回开箱密钥") % told, address)


def voids_to_sign(person: Person, cycle: Cycle) -> Found:
    """Rounds that a clerk asks to be void, and that still want this head's signature."""
    for asked in RoundVoid.objects.filter(cycle=cycle).select_related("round__cycle"):
        if not why_not_sign(asked.round, asked, person.username):
            text = _("轮次“%(round)s”提请作废，请签署") % {"round": asked.round}
            yield Waiting(text, reverse("surveys:round", args=[asked.round_id]))


def watched_meetings(person: Person, cycle: Cycle, day: date) -> Found:
    """Meetings at which a person watches over the voting."""
    for row in _meetings(cycle).filter(observer=person.user):
        address, told = reverse("meetings:meeting", args=[row.pk]), {"area": row.area}
        if row.state == "planned":
            text = _("%(area)s座谈会：请到场监督投票") % told
            yield dated(text, address, row.held_on, day)
        else:
            text = _("%(area)s座谈会：记录还没有完成") % told
            yield dated(text, address, row.round.closes_on, day)


def hosted_meetings(person: Person, cycle: Cycle, day: date) -> Found:
    """Meetings in the areas of a leader that are still to be held."""
    meetings = _meetings(cycle).filter(area__area_id__in=person.areas, held_on__gte=day)
    for row in meetings:
        text = _("%(area)s座谈会：由包保领导主持") % {"area": row.area}
        yield dated(text, reverse("meetings:meeting", args=[row.pk]), row.held_on, day)


def attended_meetings(person: Person, cycle: Cycle, day: date) -> Found:
    """Whom a secretary is to invite; on the day, who came."""
    meetings = _meetings(cycle).filter(area__area_id__in=person.areas, state="planned")
    for row in meetings.exclude(drawn_at=None):
        text = (
            _("%(area)s座谈会：请按名单邀请住户")
            if day < row.held_on
            else _("%(area)s座谈会：请登记到会")
        )
        address = reverse("meetings:attendance", args=[row.pk])
        yield dated(text % {"area": row.area}, address, row.held_on, day)


def flagged_ballots(person: Person, cycle: Cycle) -> Found:
    """Ballots with flags that want this person's opinion."""
    count = len(to_review(cycle, person)) if cycle.stage in UNTIL else 0
    if count:
        text = _("%(count)s 份带提示的答卷待审阅") % {"count": count}
        yield Waiting(text, at("surveys:flagged", cycle))


def fieldwork(person: Person, day: date) -> Found:
    """Samples that a third party is to ask; for its manager also back-checks without an outcome."""
    draws = person.visible(SampleDraw.objects.exclude(handed_over_at=None))
    manages = person.has("survey_manager")
    open_checks = Count(
        "households__back_check",
        filter=Q(households__back_check__isnull=False, households__back_check__agreed=None),
    )
    at_work = draws.exclude(vendor__round__state__in=OVER).select_related("vendor__round")
    for draw in at_work.annotate(open_checks=open_checks):
        held = draw.vendor.round
        text = _("%(round)s：样本已移交，请访问并交回数据") % {"round": held}
        yield dated(text, reverse("fieldwork:round", args=[held.pk]), held.closes_on, day)
        if draw.open_checks and manages:
            told = {"round": held, "count": draw.open_checks}
            text = _("%(round)s：%(count)s 户复核还没有登记结果") % told
            yield Waiting(text, reverse("fieldwork:back_checks", args=[held.pk]))
    if manages:
        for held, count in _unsettled(Round.objects.filter(vendor__draw__in=draws)):
            text = _("%(round)s：%(count)s 户复核不一致，请处理") % {"round": held, "count": count}
            address = reverse("fieldwork:back_checks", args=[held.pk])
            yield dated(text, address, held.closes_on, day)
