"""Pages of declared rows: who gets in, what a list costs, what a form forgives."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

import pytest

from kaohe.web.accounts.models import Post, User
from kaohe.web.audit.models import Event
from kaohe.web.registry.models import DutyList
from tests.web.cast import BEGIN, Cast
from tests.web.workbooks import rows_of

pytestmark = pytest.mark.either_database

USERS = "/accounts/users/"
POSTS = "/accounts/posts/"


def a_post(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "user": str(cast.user("max").pk),
        "role": "worker",
        "scope": ["areas:J01", "areas:J02"],
        "from_on": "2024-05-01",
        "until_on": "",
        "submission": str(uuid.uuid4()),
        **changed,
    }


def test_a_list_shows_rows_of_ones_own_town_and_nobody_else_gets_in(cast: Cast) -> None:
    page = cast.client("administrator").get(USERS).content.decode()
    assert "马某" in page
    assert "stranger" not in page
    for username in ("clerk", "scorer", "secretary", "max", "stranger"):
        assert cast.client(username).get(USERS).status_code == 404


def test_a_row_of_another_town_is_not_found_by_its_number(cast: Cast) -> None:
    stranger = cast.user("stranger").pk
    client = cast.client("administrator")
    assert client.get(f"{USERS}{stranger}/").status_code == 404
    assert client.post(f"{USERS}{stranger}/change", {"name": "x"}).status_code == 404
    assert client.post(f"{USERS}{stranger}/deactivate", {"reason": "x"}).status_code == 404


def test_a_reader_finds_no_form(cast: Cast) -> None:
    client = cast.client("auditor")
    assert client.get(USERS).status_code == 200
    assert f"{USERS}add" not in client.get(USERS).content.decode()
    assert client.get(f"{USERS}add").status_code == 404
    assert client.post(f"{USERS}add", {"username": "new", "name": "新"}).status_code == 404
    assert not User.objects.filter(username="new").exists()


def test_an_added_row_is_one_event_and_stands_in_the_list(cast: Cast) -> None:
    client = cast.client("administrator")
    assert client.post(f"{POSTS}add", a_post(cast)).status_code == 302
    post = Post.objects.get(user__username="max")
    assert post.scope == ["J01", "J02"]
    assert post.town == cast.town
    event = Event.objects.get()
    assert event.act == "accounts.post.added"
    assert event.actor == "administrator"
    assert "已保存" in client.get(POSTS).content.decode()


def test_a_form_that_is_sent_twice_adds_one_row(cast: Cast) -> None:
    client, sent = cast.client("administrator"), a_post(cast)
    assert client.post(f"{POSTS}add", sent).status_code == 302
    assert client.post(f"{POSTS}add", sent).status_code == 302
    assert Post.objects.filter(user__username="max").count() == 1
    assert Event.objects.count() == 1


def test_a_wrong_form_keeps_what_was_typed_and_says_what_to_do(cast: Cast) -> None:
    client = cast.client("administrator")
    page = client.post(f"{POSTS}add", a_post(cast, scope=[], from_on="明天"))
    assert page.status_code == 422
    text = page.content.decode()
    assert "明天" in text
    assert re.search(r'<option value="worker"\s+selected>', text)
    page = client.post(f"{POSTS}add", a_post(cast, scope=[]))
    assert "请在“居民区”中至少勾选一个" in page.content.decode()
    page = client.post(f"{POSTS}add", a_post(cast, until_on="2024-04-01"))
    assert page.status_code == 422
    assert not Post.objects.filter(user__username="max").exists()


def test_somebody_who_watches_may_hold_no_other_post(cast: Cast) -> None:
    auditor = str(cast.user("auditor").pk)
    page = cast.client("administrator").post(f"{POSTS}add", a_post(cast, user=auditor))
    assert page.status_code == 422
    assert "不得同时担任其他角色" in page.content.decode()


def test_a_form_older_than_the_row_is_shown_beside_it_and_nothing_is_lost(cast: Cast) -> None:
    client = cast.client("administrator")
    pk = Post.objects.get(user__username="worker").pk
    form = client.get(f"{POSTS}{pk}/change").content.decode()
    assert 'name="seen" value="1"' in form
    first = {"until_on": "2024-12-30", "seen": "1"}
    assert client.post(f"{POSTS}{pk}/change", first).status_code == 302
    mine = {"until_on": "2024-12-31", "seen": "1"}
    late = client.post(f"{POSTS}{pk}/change", mine)
    assert late.status_code == 409
    text = late.content.decode()
    assert "这一页已在别处改过" in text
    assert "<dd>2024-12-30</dd>" in text
    assert re.search(r'name="until_on" value="2024-12-31"', text)
    assert 'name="seen" value="2"' in text
    assert Post.objects.get(pk=pk).until_on == date(2024, 12, 30)
    again = client.post(f"{POSTS}{pk}/change", mine | {"seen": "2"})
    assert again.status_code == 302
    assert Post.objects.get(pk=pk).until_on == date(2024, 12, 31)


def test_a_long_list_comes_in_pages_at_a_bounded_cost(
    cast: Cast, django_assert_max_num_queries
) -> None:
    for number in range(150):
        user = User.objects.create_user(f"u{number:03}", name=f"某{number:03}", town=cast.town)
        Post.objects.create(town=cast.town, user=user, role="worker", scope=["J01"], from_on=BEGIN)
    client = cast.client("administrator")
    with django_assert_max_num_queries(12):
        page = client.get(USERS).content.decode()
    assert "第 1 页，共 2 页" in page
    with django_assert_max_num_queries(12):
        page = client.get(f"{POSTS}?page=2").content.decode()
    with django_assert_max_num_queries(12):
        found = client.get(f"{USERS}?q=某149").content.decode()
    assert "u149" in found
    assert "u148" not in found
    with django_assert_max_num_queries(12):
        rows = rows_of(client.get(f"{USERS}workbook").content)
    assert len(rows) == 2 + User.objects.filter(town=cast.town).count()


def test_a_workbook_holds_what_is_visible_and_no_cell_is_a_formula(cast: Cast) -> None:
    User.objects.create_user("evil", name="=1+1", town=cast.town)
    answer = cast.client("administrator").get(f"{USERS}workbook")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    cells = [cell for row in rows_of(answer.content) for cell in row]
    assert "'=1+1" in cells
    assert "stranger" not in cells
    assert cast.client("clerk").get(f"{USERS}workbook").status_code == 404


def test_a_post_that_has_ended_opens_nothing(cast: Cast) -> None:
    Post.objects.filter(user__username="auditor").update(until_on=date(2024, 11, 19))
    assert cast.client("auditor").get(USERS).status_code == 404


def test_a_post_with_a_mistake_in_person_or_date_is_told_at_the_field(cast: Cast) -> None:
    client = cast.client("administrator")
    for wrong in ({"user": ""}, {"user": "x"}, {"from_on": ""}, {"from_on": "2024-13-01"}):
        page = client.post(f"{POSTS}add", a_post(cast, **wrong))
        assert page.status_code == 422, wrong
        assert not Post.objects.filter(user__username="max").exists()
    clerk = str(cast.user("clerk").pk)
    assert client.post(f"{POSTS}add", a_post(cast, user=clerk, from_on="x")).status_code == 422


def test_a_login_name_is_never_given_to_somebody_else(cast: Cast) -> None:
    head = cast.user("group_head")
    sent = {"username": "another", "name": "改名", "seen": str(head.version)}
    assert cast.client("administrator").post(f"{USERS}{head.pk}/change", sent).status_code == 302
    head.refresh_from_db()
    assert (head.username, head.name) == ("group_head", "改名")


def test_odd_values_of_hidden_fields_neither_break_nor_swallow_a_form(cast: Cast) -> None:
    client = cast.client("administrator")
    sent = a_post(cast, submission="no key", seen="²")
    assert client.post(f"{POSTS}add", sent).status_code == 302
    post = Post.objects.get(user__username="max")
    changed = a_post(cast, until_on="2024-12-31", seen="9" * 5000)
    assert client.post(f"{POSTS}{post.pk}/change", changed).status_code == 302
    post.refresh_from_db()
    assert post.until_on == date(2024, 12, 31)


def test_addresses_that_no_row_can_have_are_not_found(cast: Cast) -> None:
    client = cast.client("clerk")
    for address in (
        "/registry/areas/?q=%00",
        "/results/?cycle=" + "9" * 5000,
        "/evidence/spot-checks/areas/%00/",
    ):
        assert client.get(address).status_code == 404, address[:40]
    assert client.get("/registry/contacts?year=" + "9" * 5000).status_code == 200


def test_what_was_added_goes_on_to_its_own_page_where_it_has_one(cast: Cast) -> None:
    client = cast.client("administrator")
    form = {"username": "new", "name": "新某", "submission": str(uuid.uuid4())}
    answer = client.post(f"{USERS}add", form)
    user = User.objects.get(username="new")
    assert answer.headers["Location"] == f"/accounts/users/{user.pk}/"
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_long_text_is_cut_in_a_list_and_whole_on_its_page_and_days_do_not_break(
    cast: Cast,
) -> None:
    long = "做" * 80
    duty_list = DutyList.objects.create(
        town=cast.town, kind="statutory", edition="1", adopted_on=date(2024, 1, 5), basis=long
    )
    client = cast.client("clerk")
    listed = client.get("/registry/duty_lists/").content.decode()
    assert f'<td><div class="clamped">{long}</div></td>' in listed
    assert '<td class="day">2024-01-05</td>' in listed
    alone = client.get(f"/registry/duty_lists/{duty_list.pk}/").content.decode()
    assert f"<dd>{long}</dd>" in alone


def test_who_only_reads_is_not_told_how_to_keep_the_list(cast: Cast) -> None:
    for path, kept, read in (
        ("areas", "并入、分设、撤销在各居民区的页面办理", "按编号排列。已并入"),
        ("counts", "成批填报请用", "冻结以后不再更改"),
        ("staff", "调动时结束旧的任职", "请告诉党建办更正"),
    ):
        clerk = cast.client("clerk").get(f"/registry/{path}/").content.decode()
        assert kept in clerk
        assert read not in clerk
        secretary = cast.client("secretary").get(f"/registry/{path}/").content.decode()
        assert kept not in secretary
        assert read in secretary
