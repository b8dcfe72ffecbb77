"""Departments taken over from the scheme as it writes them: one act, nothing twice."""

from __future__ import annotations

from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle, SchemeVersion
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.sheet_contents import marking_departments
from kaohe.web.registry.models import Department
from tests.web.cast import DEPARTMENTS, Cast
from tests.web.test_beginning import desk, new_town

LIST = "/registry/departments/"
MISSING = f"{LIST}missing"


def without(cast: Cast, *codes: str) -> None:
    Department.objects.filter(town=cast.town, code__in=codes).delete()


def test_the_list_offers_what_the_scheme_names_and_the_town_has_not(cast: Cast) -> None:
    client = cast.client("clerk")
    assert MISSING not in client.get(LIST).content.decode()
    without(cast, "纪委", "平安办（信访）")
    assert "按方案登记缺少的 2 个科室" in client.get(LIST).content.decode()
    assert MISSING not in cast.client("auditor").get(LIST).content.decode()
    page = client.get(MISSING).content.decode()
    assert page.count('name="codes"') == page.count("checked") == 2


def test_what_is_ticked_is_entered_as_the_scheme_writes_it_in_one_act(cast: Cast) -> None:
    without(cast, "纪委", "平安办（信访）", "安全办")
    sent = {"codes": ["平安办（信访）", "纪委"]}
    client = cast.client("clerk")
    assert client.post(MISSING, sent).headers["Location"] == LIST
    event = Event.objects.get()
    assert event.act == "registry.departments_registered"
    assert event.told == "平安办（信访）、纪委"
    assert cast.department("平安办（信访）").name == "平安办（信访）"
    assert marking_departments(cast.cycle, scheme_of(cast.cycle))[1] == ["安全办"]
    assert client.post(MISSING, sent).headers["Location"] == LIST
    assert Event.objects.count() == 1


def test_what_the_scheme_does_not_name_is_not_entered_there(cast: Cast) -> None:
    without(cast, "纪委")
    client = cast.client("clerk")
    for codes in ([], ["纪委", "别的办"]):
        assert client.post(MISSING, {"codes": codes}).status_code == 422
    assert not Department.objects.filter(town=cast.town, code="纪委").exists()
    assert not Event.objects.exists()


def test_nothing_missing_is_said_and_others_do_not_find_the_page(cast: Cast) -> None:
    answer = cast.client("clerk").get(MISSING)
    assert answer.status_code == 403
    assert "方案中的评价部门都已登记" in answer.content.decode()
    for username in ("scorer", "administrator", "auditor", "max"):
        assert cast.client(username).get(MISSING).status_code == 404


def test_a_new_town_takes_them_over_once_it_has_a_scheme(cast: Cast) -> None:
    town = new_town(cast)
    client = cast.client("newclerk")
    assert MISSING not in desk(client)
    version = SchemeVersion.objects.get(town=cast.town)
    version.pk, version.town = None, town
    version.save(force_insert=True)
    assert "按方案登记缺少的科室：“社建办”" in desk(client)
    assert client.post(MISSING, {"codes": list(DEPARTMENTS)}).status_code == 302
    assert Department.objects.filter(town=town).count() == len(DEPARTMENTS)
    assert MISSING not in desk(client)


def test_a_year_whose_scheme_names_more_tells_the_clerk(cast: Cast) -> None:
    without(cast, "纪委")
    Cycle.objects.filter(town=cast.town).update(stage="prepare")
    assert "按方案登记缺少的科室：“纪委”" in desk(cast.client("clerk"))
