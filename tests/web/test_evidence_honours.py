"""Commendations: a department brings the certificate, two departments confirm, then it counts."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from kaohe.web.accounts.models import Post
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.actions import keep_honour
from kaohe.web.evidence.facts import observed
from kaohe.web.evidence.models import Attachment, Honour
from kaohe.web.results.completeness import open_points
from tests.web.cast import BEGIN, NOW, Cast

HONOURS = "/evidence/honours/"
PDF = b"%PDF-1.7 a certificate"


def an_honour(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "cycle": str(cast.cycle.pk),
        "department": str(cast.department("社建办").pk),
        "area": str(cast.area("J01").pk),
        "level": "municipal",
        "title": "上海市文明小区",
        "body": "市委市政府",
        "awarded_on": "2024-10-08",
        "scan": SimpleUploadedFile("证书.pdf", PDF),
        "submission": str(uuid.uuid4()),
        **changed,
    }


@pytest.fixture
def honour(cast: Cast) -> Honour:
    """One that 社建办 has entered."""
    cast.client("scorer").post(f"{HONOURS}add", an_honour(cast))
    return Honour.objects.get()


def confirm(cast: Cast, username: str, pk: int, act: str = "confirm", seen: str = ""):
    return cast.client(username).post(f"{HONOURS}{pk}/{act}", {"seen": seen}, follow=True)


def test_a_department_enters_it_with_the_certificate_as_one_event(cast: Cast) -> None:
    before = Event.objects.count()
    page = cast.client("scorer").get(f"{HONOURS}add").content.decode()
    assert "市级" in page
    assert "multipart/form-data" in page
    assert cast.client("scorer").post(f"{HONOURS}add", an_honour(cast)).status_code == 302
    row = Honour.objects.get()
    assert row.certificate is not None
    assert row.certificate.path.read_bytes() == PDF
    assert row.certificate.path.is_relative_to(settings.MEDIA_ROOT)
    assert Event.objects.count() == before + 1
    assert not list(Path(settings.MEDIA_ROOT, "incoming").iterdir())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"awarded_on": "2023-12-31"}, "不在考核期"),
        ({"awarded_on": "2024-12-01"}, "不能晚于今天"),
        ({"level": "county"}, "不在可用的选项中"),
        ({"scan": SimpleUploadedFile("证书.pdf", b"MZ not a pdf")}, "内容却不是"),
        ({"scan": SimpleUploadedFile("证书.exe", b"MZ")}, "只收"),
        ({"scan": ""}, "必填"),
        ({"title": ""}, "重新选择文件"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_and_leaves_no_file(
    cast: Cast, changed: dict[str, Any], told: str
) -> None:
    page = cast.client("scorer").post(f"{HONOURS}add", an_honour(cast, **changed))
    assert page.status_code == 422
    assert told in page.content.decode()
    assert "市委市政府" in page.content.decode(), "what was typed is kept"
    assert not Honour.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_the_same_commendation_counts_once(cast: Cast, honour: Honour) -> None:
    page = cast.client("scorer").post(f"{HONOURS}add", an_honour(cast, level="district"))
    assert "只计最高一级" in page.content.decode()
    elsewhere = an_honour(cast, area=str(cast.area("J02").pk))
    assert cast.client("scorer").post(f"{HONOURS}add", elsewhere).status_code == 302


def test_the_second_department_may_decline_with_a_reason(cast: Cast, honour: Honour) -> None:
    confirm(cast, "department_head", honour.pk)
    client, address = cast.client("party_head"), f"{HONOURS}{honour.pk}/decline"
    assert client.post(address, {"reason": ""}).status_code == 422
    before = Event.objects.count()
    page = client.post(address, {"reason": "是单项表彰"}, follow=True).content.decode()
    assert "党建办认为不属于综合性表彰" in page
    assert "是单项表彰" in page
    event = Event.objects.get(number=before + 1)
    assert (event.act, event.reason) == ("evidence.honour_declined", "是单项表彰")
    assert confirm(cast, "party_head", honour.pk).status_code == 403
    assert "请确认表彰" not in client.get("/").content.decode()
    assert not [one for one in open_points(cast.cycle) if "项表彰待第二个科室" in one.text]
    confirm(cast, "party_head", honour.pk, "withdraw")
    assert "已确认（社建办、党建办）" in confirm(cast, "party_head", honour.pk).content.decode()


def test_the_page_says_where_there_is_no_certificate(cast: Cast, honour: Honour) -> None:
    client, address = cast.client("department_head"), f"{HONOURS}{honour.pk}/"
    assert "没有上传证书扫描件" not in client.get(address).content.decode()
    Honour.objects.update(certificate=None)
    assert "没有上传证书扫描件" in client.get(address).content.decode()


def test_two_heads_of_different_departments_confirm_and_then_it_is_a_fact(
    cast: Cast, honour: Honour
) -> None:
    scheme = scheme_of(cast.cycle)
    before = Event.objects.count()
    assert confirm(cast, "department_head", honour.pk).status_code == 200
    assert observed(cast.cycle, scheme)["honours"] == []
    again = confirm(cast, "department_head", honour.pk)
    assert again.status_code == 403
    assert "还需要另一个科室" in again.content.decode()
    page = confirm(cast, "party_head", honour.pk).content.decode()
    assert "已确认（社建办、党建办）" in page
    assert observed(cast.cycle, scheme)["honours"] == [
        {"area_id": "J01", "level": "municipal", "title": "上海市文明小区"}
    ]
    assert Event.objects.count() == before + 2
    assert "两个科室都已确认" in page


def test_one_person_who_heads_two_departments_is_still_one(cast: Cast, honour: Honour) -> None:
    Post.objects.create(
        town=cast.town,
        user=cast.user("party_head"),
        role="department_head",
        scope=["规生办"],
        from_on=BEGIN,
    )
    confirm(cast, "party_head", honour.pk)
    assert confirm(cast, "party_head", honour.pk).status_code == 403
    assert Honour.objects.get().second_by == ""


def test_a_confirmation_can_be_taken_back_by_whoever_gave_it(cast: Cast, honour: Honour) -> None:
    confirm(cast, "department_head", honour.pk)
    confirm(cast, "party_head", honour.pk)
    assert confirm(cast, "department_head", honour.pk, "withdraw").status_code == 200
    row = Honour.objects.get()
    assert (row.first_by, row.first_person, row.second_by) == ("党建办", "party_head", "")
    assert confirm(cast, "department_head", honour.pk, "withdraw").status_code == 403


def test_what_changed_meanwhile_is_not_confirmed_unseen(cast: Cast, honour: Honour) -> None:
    changed = {**an_honour(cast), "scan": "", "title": "另一项表彰", "seen": "1"}
    address = f"{HONOURS}{honour.pk}/change"
    assert cast.client("scorer").post(address, changed).status_code == 302
    assert Honour.objects.get().certificate == honour.certificate
    page = confirm(cast, "party_head", honour.pk, seen="1").content.decode()
    assert "刚被别人修改过" in page
    assert Honour.objects.get().first_by == ""


def test_a_confirmed_one_is_not_changed_and_nobody_changes_anothers(
    cast: Cast, honour: Honour
) -> None:
    address = f"{HONOURS}{honour.pk}/change"
    other = cast.client("party_head").get(address)
    assert other.status_code == 403
    assert "由登记科室修改" in other.content.decode()
    confirm(cast, "party_head", honour.pk)
    assert cast.client("scorer").get(address).status_code == 403
    assert "已有科室确认" in cast.client("scorer").get(f"{HONOURS}{honour.pk}/").content.decode()


def test_who_sees_it_and_who_confirms(cast: Cast, honour: Honour) -> None:
    address = f"{HONOURS}{honour.pk}/"
    for username in ("scorer", "party_head", "clerk", "auditor", "group_head", "secretary"):
        assert cast.client(username).get(address).status_code == 200
    for username in ("other_scorer", "other_secretary", "worker", "leader", "inspection", "max"):
        assert cast.client(username).get(address).status_code == 404
    for username in ("scorer", "clerk", "auditor", "secretary", "stranger"):
        assert confirm(cast, username, honour.pk).status_code == 404
    page = cast.client("secretary").get(f"{HONOURS}add")
    assert page.status_code == 404, "areas bring no papers"


def test_the_certificate_is_given_to_keep_and_to_few(cast: Cast, honour: Honour) -> None:
    address = f"/evidence/attachments/{honour.certificate_id}"
    for username in ("scorer", "party_head", "clerk", "auditor"):
        page = cast.client(username).get(address)
        assert b"".join(page.streaming_content) == PDF
        assert page["Content-Disposition"].startswith("attachment")
        assert page["X-Content-Type-Options"] == "nosniff"
    for username in ("secretary", "other_scorer", "group_head", "stranger", "max"):
        assert cast.client(username).get(address).status_code == 404
    assert address not in cast.client("secretary").get(f"{HONOURS}{honour.pk}/").content.decode()
    Path(Attachment.objects.get().path).unlink()
    assert cast.client("clerk").get(address).status_code == 404


def test_outside_collecting_nothing_moves(cast: Cast, honour: Honour) -> None:
    Cycle.objects.update(stage="scoring")
    assert cast.client("scorer").get(f"{HONOURS}add").status_code == 403
    refused = confirm(cast, "party_head", honour.pk)
    assert refused.status_code == 403
    assert "退回“收集”阶段" in refused.content.decode()


def test_the_list_costs_few_queries(cast: Cast, django_assert_max_num_queries) -> None:
    for number in range(30):
        Honour.objects.create(
            town=cast.town,
            cycle=cast.cycle,
            area=cast.area("J01"),
            department=cast.department("社建办"),
            level="district",
            title=f"表彰{number}",
            body="区委区政府",
            awarded_on=date(2024, 5, 1),
        )
    client = cast.client("clerk")
    with django_assert_max_num_queries(20):
        assert "表彰29" in client.get(HONOURS).content.decode()


def test_a_stage_that_changed_meanwhile_is_seen_by_whoever_saves(
    cast: Cast, honour: Honour
) -> None:
    assert honour.cycle.stage == "collecting", "as it was when the form was read"
    Cycle.objects.filter(pk=honour.cycle_id).update(stage="scoring")
    honour.title = "另一个名称"
    with pytest.raises(ValidationError):
        keep_honour(honour, by=cast.person("scorer"), at=NOW)
    assert Honour.objects.get().title == "上海市文明小区"


def test_a_very_long_name_of_a_file_is_kept_at_its_end(cast: Cast) -> None:
    scan = SimpleUploadedFile(f"{'证' * 240}.pdf", PDF)
    assert (
        cast.client("scorer").post(f"{HONOURS}add", an_honour(cast, scan=scan)).status_code == 302
    )
    kept = Attachment.objects.get()
    assert len(kept.name) == 200
    assert kept.name.endswith("证.pdf")
