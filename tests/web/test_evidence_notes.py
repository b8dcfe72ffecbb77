"""Notes of departments and leaders: three taps and a few words, no points, nobody counted."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from kaohe.web.accounts.models import Post
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Note
from tests.web.cast import Cast

NOTES = "/evidence/notes/"


def a_note(cast: Cast, area: str = "J01", **changed: str) -> dict[str, str]:
    return {
        "cycle": str(cast.cycle.pk),
        "area": str(cast.area(area).pk),
        "theme": "service",
        "seen_on": "2024-11-20",
        "finding": "楼道堆物已清理",
        "help_given": "联系了物业",
        "submission": str(uuid.uuid4()),
        **changed,
    }


def of_department(cast: Cast, code: str = "社建办", **changed: str) -> dict[str, str]:
    return a_note(cast, department=str(cast.department(code).pk), **changed)


def test_a_leader_is_offered_own_areas_and_todays_date(cast: Cast) -> None:
    page = cast.client("leader").get(f"{NOTES}add").content.decode()
    assert "云溪苑居民区" in page
    assert "澄波里居民区" not in page
    assert 'value="2024-11-20"' in page
    assert 'name="department"' not in page
    assert 'type="hidden" name="cycle"' in page, "one open cycle is not asked about"


def test_a_leader_goes_from_the_area_to_its_notes_and_to_a_new_one(cast: Cast) -> None:
    Post.objects.filter(user__username="leader").update(scope=["J01", "J03"])
    client, area = cast.client("leader"), cast.area("J03")
    new = f"{NOTES}add?area={area.pk}"
    assert new in client.get("/").content.decode()
    page = client.get(reverse("registry:area", args=[area.pk])).content.decode()
    assert new in page
    assert f"{NOTES}?q=" in page
    form = client.get(new).context["form"]
    assert str(form["area"].value()) == str(area.pk)
    assert "记一笔" not in cast.client("secretary").get("/").content.decode()


def test_a_note_is_one_event_and_is_seen_by_its_writer_and_those_who_run_the_year(
    cast: Cast,
) -> None:
    before = Event.objects.count()
    assert cast.client("leader").post(f"{NOTES}add", a_note(cast)).status_code == 302
    note = Note.objects.get()
    assert (note.username, note.by) == ("leader", "leader先生")
    event = Event.objects.get(number=before + 1)
    assert event.act == "evidence.note.added"
    assert Event.objects.count() == before + 1
    for username in ("leader", "clerk", "group_head", "auditor"):
        assert "楼道堆物" in cast.client(username).get(NOTES).content.decode()
    assert "楼道堆物" not in cast.client("scorer").get(NOTES).content.decode()
    for username in ("secretary", "worker", "inspection", "monitor", "max"):
        assert cast.client(username).get(NOTES).status_code == 404


def test_a_note_saved_again_from_the_page_before_leads_to_the_first(cast: Cast) -> None:
    client = cast.client("leader")
    client.post(f"{NOTES}add", a_note(cast))
    again = client.post(f"{NOTES}add", a_note(cast), follow=True)
    assert Note.objects.count() == 1
    assert again.redirect_chain[-1][0] == f"{NOTES}{Note.objects.get().pk}/"
    assert "这条记录刚才已经保存。" in again.content.decode()
    client.post(f"{NOTES}add", a_note(cast, finding="楼道堆物又有了"))
    assert Note.objects.count() == 2, "other words are another note"


def test_a_department_may_write_about_any_area_and_no_other_department_sees_it(
    cast: Cast,
) -> None:
    client = cast.client("scorer")
    assert "听澜坊居民区" in client.get(f"{NOTES}add").content.decode()
    assert client.post(f"{NOTES}add", of_department(cast, area="J03")).status_code == 302
    note = Note.objects.get()
    assert note.department == cast.department("社建办")
    other = cast.client("other_scorer")
    assert "楼道堆物" not in other.get(NOTES).content.decode()
    assert other.get(f"{NOTES}{note.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"area": "x"}, "选择一个有效的选项"),
        ({"seen_on": "2024-11-21"}, "不能晚于今天"),
        ({"finding": ""}, "必填"),
    ],
)
def test_a_wrong_note_is_shown_again_as_it_was_typed(
    cast: Cast, changed: dict[str, str], told: str
) -> None:
    page = cast.client("scorer").post(f"{NOTES}add", {**of_department(cast), **changed})
    assert page.status_code == 422
    assert told in page.content.decode()
    assert "联系了物业" in page.content.decode()
    assert not Note.objects.exists()


def test_an_area_or_department_out_of_scope_is_refused(cast: Cast) -> None:
    assert cast.client("leader").post(f"{NOTES}add", a_note(cast, "J02")).status_code == 422
    foreign = of_department(cast, "城建中心")
    assert cast.client("scorer").post(f"{NOTES}add", foreign).status_code == 422
    assert not Note.objects.exists()


def test_a_note_sent_twice_is_one_and_is_changed_by_its_writer_alone(cast: Cast) -> None:
    sent = of_department(cast)
    client = cast.client("scorer")
    client.post(f"{NOTES}add", sent)
    client.post(f"{NOTES}add", sent)
    note = Note.objects.get()
    colleague = cast.client("department_head").get(f"{NOTES}{note.pk}/change")
    assert colleague.status_code == 403
    assert "由记录人本人修改" in colleague.content.decode()
    changed = {**sent, "finding": "已复查", "seen": "1"}
    assert client.post(f"{NOTES}{note.pk}/change", changed).status_code == 302
    stale = client.post(f"{NOTES}{note.pk}/change", {**changed, "finding": "旧页面"})
    assert stale.status_code == 409
    assert "已复查" in stale.content.decode()
    assert "旧页面" in stale.content.decode()


def test_nothing_is_written_once_the_year_is_published(cast: Cast) -> None:
    Cycle.objects.update(stage="published")
    page = cast.client("scorer").get(f"{NOTES}add")
    assert page.status_code == 403
    assert "没有可以登记的年度" in cast.client("scorer").get(NOTES).content.decode()


def test_a_list_of_notes_costs_few_queries(cast: Cast, django_assert_max_num_queries) -> None:
    for number in range(40):
        Note.objects.create(
            town=cast.town,
            cycle=cast.cycle,
            area=cast.area("J01"),
            department=cast.department("社建办"),
            seen_on="2024-11-01",
            theme="other",
            finding=f"情况{number}",
            username="scorer",
            by="x",
        )
    client = cast.client("scorer")
    with django_assert_max_num_queries(14):
        page = client.get(NOTES).content.decode()
    assert "情况39" in page
    assert "合计" not in page, "notes are not counted per person"
