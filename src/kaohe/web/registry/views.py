"""Areas and staff, and who of the leaders keeps contact with which area."""

from __future__ import annotations

from datetime import date

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web import clock
from kaohe.web.accounts.models import Post
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.registry import actions, rules, vocabulary
from kaohe.web.registry.acting import Act, Sent, act_page, already_done
from kaohe.web.registry.contacts import contacts_of
from kaohe.web.registry.forms import (
    CloseForm,
    EndPostForm,
    MergeForm,
    MissingDepartmentsForm,
    ReasonForm,
    SplitForm,
)
from kaohe.web.registry.models import Area, AreaCount, Department, StaffPost
from kaohe.web.registry.places import places_of
from kaohe.web.registry.presenters import own_areas
from kaohe.web.registry.scopes import missing_departments
from kaohe.web.ui.acts import refuse, submission_of

OLDEST_YEAR, LAST_YEAR = 2000, 2100
AREA_CLAUSE = "二；四(三)"


# -- areas --------------------------------------------------------------------------------------


def area(request: HttpRequest, pk: int) -> HttpResponse:
    """One area: what is known of it, as far as the person may see, and what may be done."""
    person = person_of_request(request)
    areas = person.visible(Area.objects.select_related("successor", "town"))
    found = get_object_or_404(areas, pk=pk)
    counts = person.visible(AreaCount.objects.select_related("snapshot", "area"))
    staff = person.visible(StaffPost.objects.filter(area=found).select_related("area"))
    shown = {
        "area": found,
        "category": vocabulary.label("category", found.town, found.category),
        "predecessors": person.visible(found.predecessors.all()),
        "counts": counts.filter(area=found).order_by("-snapshot__year", "-snapshot__number"),
        "may_see_counts": person.may_read(AreaCount),
        "staff": vocabulary.labelled(staff, "role", "role"),
        "may_see_staff": person.may_read(StaffPost),
        "may": may_change(person, found),
        "refused": rules.why_not_end_area(found.until_on),
        "places": places_of(person, found),
    }
    return render(request, "registry/area.html", shown)


def may_change(person: Person, row: Model) -> bool:
    """Whether the person's posts let them change a row."""
    return person.writable(type(row)._default_manager.filter(pk=row.pk)).exists()


def _area_to_change(request: HttpRequest, pk: int) -> Area:
    areas = person_of_request(request).writable(Area.objects.select_related("town"))
    return get_object_or_404(areas, pk=pk)


def _area_act(
    found: Area, heading: str, button: str, explained: str, *, grave: bool = False
) -> Act:
    return Act(
        heading=heading,
        button=button,
        done=_("已办理。"),
        back=reverse("registry:area", args=[found.pk]),
        back_name=str(found),
        clause=AREA_CLAUSE,
        explained=explained,
        grave=grave,
        version=found.version,
    )


def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """An area becomes part of another."""
    person, found = person_of_request(request), _area_to_change(request, pk)
    explained = _(
        "并入以后，这个居民区不再单独参加考核；它在本年的办件、走访、户数和人员归到并入的居民区。"
        "旧的记录都保留。"
    )
    heading = _("并入：%(area)s") % {"area": found}
    act = _area_act(found, heading, _("办理并入"), explained, grave=True)
    form = MergeForm(request.POST if request.method == "POST" else None, area=found)
    if found.until_on is not None and form.is_bound:
        same = {"into": str(found.successor_id), "on": found.until_on.isoformat()}
        if all(request.POST.get(name) == value for name, value in same.items()):
            return already_done(request, act)
    refuse(rules.why_not_end_area(found.until_on))

    def do(sent: Sent) -> None:
        data = form.cleaned_data
        into, on = data["into"], data["on"]
        actions.merge_area(found, into=into, on=on, by=person, at=clock.now(), seen=sent.seen)

    return act_page(request, act, form, do)


def split(request: HttpRequest, pk: int) -> HttpResponse:
    """A new area is split off."""
    person, found = person_of_request(request), _area_to_change(request, pk)
    heading = _("分设：%(area)s") % {"area": found}
    explained = _("从这个居民区分出一个新的居民区；原居民区继续存在，名称、编号不变。")
    act = _area_act(found, heading, _("办理分设"), explained)
    key = submission_of(request)
    if key is not None and Area.objects.filter(town=found.town, submission=key).exists():
        return already_done(request, act)
    refuse(rules.why_not_end_area(found.until_on))
    new = Area(town=found.town, category=found.category)
    form = SplitForm(request.POST or None, instance=new, person=person)

    def do(sent: Sent) -> None:
        row = form.save(commit=False)
        row.submission = sent.submission
        actions.split_area(found, new=row, by=person, at=clock.now())

    return act_page(request, act, form, do)


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """An area ends without a successor."""
    person, found = person_of_request(request), _area_to_change(request, pk)
    heading = _("撤销：%(area)s") % {"area": found}
    explained = _("撤销以后没有居民区接续，它在本年的数据不再计入任何居民区。")
    act = _area_act(found, heading, _("办理撤销"), explained, grave=True)
    form = CloseForm(request.POST or None)
    refuse(rules.why_not_end_area(found.until_on))

    def do(sent: Sent) -> None:
        on, reason = form.cleaned_data["on"], form.cleaned_data["reason"]
        actions.close_area(found, on=on, reason=reason, by=person, at=clock.now(), seen=sent.seen)

    return act_page(request, act, form, do)


def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """A merger or closing was recorded by mistake."""
    person, found = person_of_request(request), _area_to_change(request, pk)
    heading = _("恢复：%(area)s") % {"area": found}
    explained = _("撤回录错的并入或撤销，居民区恢复为继续存在。")
    act = _area_act(found, heading, _("办理恢复"), explained)
    form = ReasonForm(request.POST or None)
    refuse(rules.why_not_restore_area(found.until_on))

    def do(sent: Sent) -> None:
        reason = form.cleaned_data["reason"]
        actions.restore_area(found, reason=reason, by=person, at=clock.now(), seen=sent.seen)

    return act_page(request, act, form, do)


# -- staff --------------------------------------------------------------------------------------


def staff_post(request: HttpRequest, pk: int) -> HttpResponse:
    """One staff post."""
    person = person_of_request(request)
    posts = person.visible(StaffPost.objects.select_related("area", "town"))
    found = get_object_or_404(posts, pk=pk)
    shown = {
        "post": found,
        "role": vocabulary.label("role", found.town, found.role),
        "may": may_change(person, found),
        "refused": rules.why_not_end_post(found.until_on, clock.today()),
    }
    return render(request, "registry/staff_post.html", shown)


def end_staff_post(request: HttpRequest, pk: int) -> HttpResponse:
    """A staff post ends."""
    person = person_of_request(request)
    posts = person.writable(StaffPost.objects.select_related("area", "town"))
    found = get_object_or_404(posts, pk=pk)
    role = vocabulary.label("role", found.town, found.role)
    act = Act(
        heading=_("结束任职：%(staff)s %(area)s %(role)s")
        % {"staff": found.staff_id, "area": found.area, "role": role},
        button=_("结束任职"),
        done=_("已登记任职结束。"),
        back=reverse("registry:staff_post", args=[found.pk]),
        back_name=found.staff_id,
        clause="五(二)1",
        version=found.version,
    )
    form = EndPostForm(request.POST or None)
    if found.until_on is not None and request.POST.get("on") == found.until_on.isoformat():
        return already_done(request, act)
    refuse(rules.why_not_end_post(found.until_on, clock.today()))

    def do(sent: Sent) -> None:
        on = form.cleaned_data["on"]
        actions.end_staff_post(found, on=on, by=person, at=clock.now(), seen=sent.seen)

    return act_page(request, act, form, do)


# -- departments --------------------------------------------------------------------------------


def register_missing_departments(request: HttpRequest) -> HttpResponse:
    """The departments that the scheme names and the town has not yet, entered in one act."""
    person = person_of_request(request)
    if not person.may_write(Department):
        raise Http404
    act = Act(
        heading=_("按方案登记缺少的科室"),
        button=_("登记勾选的科室"),
        done=_("科室已登记。请核对全称，再请系统管理员为评分人和负责人登记岗位。"),
        back=reverse("registry:departments"),
        back_name=_("科室"),
        clause="附件1",
    )
    missing = missing_departments(person.user.town)
    sent_codes = request.POST.getlist("codes")
    if request.method == "POST" and sent_codes and missing.keys().isdisjoint(sent_codes):
        return already_done(request, act)
    refuse(rules.why_not_register_departments(missing))
    form = MissingDepartmentsForm(request.POST or None, missing=missing)

    def do(sent: Sent) -> None:
        actions.register_departments(form.cleaned_data["codes"], by=person, at=clock.now())

    return act_page(request, act, form, do)


# -- leaders ------------------------------------------------------------------------------------


def sees_contacts(person: Person) -> bool:
    """Whether the page of leaders' contacts is for this person."""
    return sees_all_contacts(person) or person.has("leader")


def sees_all_contacts(person: Person) -> bool:
    """Whether the person may see every post and every area."""
    return person.sees_all(Post) and person.sees_all(Area)


def contacts(request: HttpRequest) -> HttpResponse:
    """包保: area by area which leader keeps contact, and on which days of the year none does."""
    person = person_of_request(request)
    if not sees_contacts(person):
        raise Http404
    year = _year_asked(request)
    first, last = date(year, 1, 1), date(year, 12, 31)
    areas = person.visible(Area.objects.existing(first, last))
    if not sees_all_contacts(person):
        areas = areas.filter(area_id__in=areas_as(person, "leader"))
    lines = contacts_of(areas, person.user.town, first, last)
    shown = {
        "year": year,
        "lines": lines,
        "gaps": [gap for line in lines for gap in line.gaps],
        "short": [line.area for line in lines if line.gaps],
        "everything": sees_all_contacts(person),
    }
    return render(request, "registry/contacts.html", shown)


def areas_as(person: Person, role: str) -> set[str]:
    """The areas that a person has in one role."""
    return {code for post in person.posts if post.role == role for code in post.scope}


def _year_asked(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    if (
        len(asked) == 4
        and asked.isascii()
        and asked.isdigit()
        and OLDEST_YEAR <= int(asked) <= LAST_YEAR
    ):
        return int(asked)
    return clock.today().year


# -- the secretary's own area -------------------------------------------------------------------


def own_area(request: HttpRequest) -> HttpResponse:
    """本居民区情况: what the secretary confirms once, and what the assessment knows of the area."""
    person = person_of_request(request)
    own = areas_as(person, "secretary")
    areas = person.visible(Area.objects.filter(area_id__in=own).select_related("successor"))
    if not areas:
        raise Http404
    found = own_areas(list(areas), person.user.town, clock.today())
    shown = {"areas": [(one, places_of(person, one.area)) for one in found]}
    return render(request, "registry/own_area.html", shown)
