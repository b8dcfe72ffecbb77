"""Staff posts: entered, corrected, ended; nobody twice in the same role at the same time."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.web.audit.models import Event
from kaohe.web.registry import actions, vocabulary
from kaohe.web.registry.models import StaffPost
from tests.web.cast import NOW, Cast

BEGIN = date(2024, 1, 1)
ROLES = {"secretary": "党组织书记", "social_worker": "社区工作者（聘用）"}


@pytest.fixture(autouse=True)
def _roles(monkeypatch) -> None:
    monkeypatch.setattr(vocabulary, "_PROVIDERS", {"role": lambda town: ROLES})


def post(cast: Cast, staff_id: str = "S1", area_id: str = "J01", **given) -> StaffPost:
    row = StaffPost(
        town=cast.town,
        staff_id=staff_id,
        area=cast.area(area_id),
        **{"role": "social_worker", "from_on": BEGIN, **given},
    )
    actions.save_staff_post(row, by=cast.person("clerk"), at=NOW)
    return row


def address(row: StaffPost, act: str = "") -> str:
    return f"/registry/staff/{row.pk}/{act}"


def test_a_post_is_entered_with_a_role_of_the_policy(cast: Cast) -> None:
    client = cast.client("finance")
    sent = {
        "staff_id": "0012",
        "area": cast.area("J01").pk,
        "role": "secretary",
        "presiding": "on",
        "from_on": "2024-01-01",
    }
    assert client.post("/registry/staff/add", sent).status_code == 302
    row = StaffPost.objects.get(staff_id="0012")
    assert row.presiding
    assert "党组织书记" in client.get("/registry/staff/").content.decode()
    assert "党组织书记" in client.get(address(row)).content.decode()
    wrong = client.post("/registry/staff/add", {**sent, "role": "mayor"})
    assert wrong.status_code == 422
    late = client.post("/registry/staff/add", {**sent, "until_on": "2023-12-31"})
    assert "不能早于" in late.content.decode()


def test_the_same_role_twice_at_the_same_time_is_told(cast: Cast) -> None:
    post(cast, until_on=date(2024, 6, 30))
    with pytest.raises(ValidationError, match="重叠"):
        post(cast, from_on=date(2024, 6, 30))
    post(cast, from_on=date(2024, 7, 1))
    post(cast, area_id="J02")
    post(cast, role="secretary")


def test_a_post_ends_on_the_page_and_stays_in_the_list(cast: Cast) -> None:
    client, row = cast.client("clerk"), post(cast)
    assert "在岗最后一天" in client.get(address(row, "end")).content.decode()
    sent = {"on": "2024-10-31", "seen": row.version}
    for _ in range(2):
        assert client.post(address(row, "end"), sent).headers["Location"] == address(row)
    row.refresh_from_db()
    assert row.until_on == date(2024, 10, 31)
    assert Event.objects.filter(act="registry.staff_post_ended").count() == 1
    assert "S1" in client.get("/registry/staff/").content.decode()
    again = client.post(address(row, "end"), {"on": "2024-11-30"})
    assert again.status_code == 403
    assert "已于 2024-10-31 结束" in again.content.decode()
    assert address(row, "end") not in client.get(address(row)).content.decode()


def test_a_post_cannot_end_before_it_began(cast: Cast) -> None:
    client, row = cast.client("clerk"), post(cast)
    answer = client.post(address(row, "end"), {"on": "2023-10-31", "seen": row.version})
    assert answer.status_code == 422
    assert "2023-10-31" in answer.content.decode()
    row.until_on = date(2024, 2, 1)
    actions.save_staff_post(row, by=cast.person("clerk"), at=NOW)
    with pytest.raises(PermissionDenied, match="已于 2024-02-01 结束"):
        actions.end_staff_post(row, on=date(2024, 3, 1), by=cast.person("clerk"), at=NOW)


@pytest.mark.parametrize("username", ["secretary", "auditor", "worker", "max", "stranger"])
def test_nobody_but_clerk_and_finance_ends_posts(cast: Cast, username: str) -> None:
    row = post(cast)
    assert cast.client(username).post(address(row, "end"), {"on": "2024-10-31"}).status_code == 404


def test_a_secretary_sees_the_own_staff_only(cast: Cast) -> None:
    own, other = post(cast), post(cast, staff_id="S2", area_id="J02")
    client = cast.client("secretary")
    assert client.get(address(own)).status_code == 200
    assert client.get(address(other)).status_code == 404
    page = client.get("/registry/own-area").content.decode()
    assert "S1" in page
    assert "社区工作者（聘用）" in page
    assert "S2" not in page


def test_the_list_asks_few_questions(cast: Cast, django_assert_max_num_queries) -> None:
    for number in range(40):
        post(cast, staff_id=f"S{number}")
    client = cast.client("clerk")
    with django_assert_max_num_queries(12):
        client.get("/registry/staff/")
