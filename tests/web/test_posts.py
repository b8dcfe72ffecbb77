"""The form of a post: what the town has is offered by name, what it has not is refused."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

import pytest
from django.db.models import Value
from django.db.models.functions import Concat

from kaohe.web.accounts.models import Post, Town, User
from kaohe.web.accounts.roles import APART, ROLES
from kaohe.web.accounts.scopes import parts_of, value_of
from kaohe.web.audit.models import Event
from kaohe.web.demonstration.people import make_people
from kaohe.web.registry.models import Area, Source
from tests.web.cast import AREAS, BEGIN, Cast
from tests.web.test_beginning import new_town

pytestmark = pytest.mark.either_database

ADD = "/accounts/posts/add"


def sent(cast: Cast, role: str, *scope: str) -> dict[str, Any]:
    return {
        "user": str(cast.user("max").pk),
        "role": role,
        "scope": list(scope),
        "from_on": "2024-05-01",
        "submission": str(uuid.uuid4()),
    }


def post_of_max() -> Post | None:
    return Post.objects.filter(user__username="max").first()


def ticked(page: str) -> list[str]:
    boxes = re.findall(r'<input type="checkbox" name="scope" value="([^"]+)"([^>]*)>', page)
    return [value for value, rest in boxes if "checked" in rest]


def test_the_form_offers_what_the_town_has_by_name_and_code(cast: Cast) -> None:
    Area.objects.filter(area_id="J03").update(until_on=date(2024, 6, 30))
    Source.objects.create(town=cast.town, code="J01", name="同号来源", tables=["cases"])
    page = cast.client("administrator").get(ADD).content.decode()
    assert 'value="areas:J01"' in page
    assert "云溪苑居民区（J01）" in page
    assert "听澜坊居民区，至 2024-06-30（J03）" in page
    assert 'value="departments:社建办"' in page
    assert "社区云平台（cloud）" in page
    assert 'value="sources:J01"' in page, "the same code may stand in two kinds"
    assert "包保领导、居民区书记、居民区社工" in page
    assert page.count('name="scope"') == 3 + 10 + 5


@pytest.mark.parametrize(
    ("role", "scope", "kept"),
    [
        ("leader", ["areas:J01", "areas:J03"], ["J01", "J03"]),
        ("scorer", ["departments:社建办"], ["社建办"]),
        ("provider", ["sources:cloud"], ["cloud"]),
        ("finance", [], []),
    ],
)
def test_a_post_over_what_its_role_takes_is_kept_as_codes(
    cast: Cast, role: str, scope: list[str], kept: list[str]
) -> None:
    answer = cast.client("administrator").post(ADD, sent(cast, role, *scope))
    assert answer.status_code == 302
    post = post_of_max()
    assert post is not None
    assert (post.role, post.scope) == (role, kept)
    assert Event.objects.get().act == "accounts.post.added"


@pytest.mark.parametrize(
    ("role", "scope", "told"),
    [
        ("secretary", [], "“居民区书记”按居民区授权，请在“居民区”中至少勾选一个。"),
        (
            "secretary",
            ["areas:J01", "departments:社建办", "sources:cloud"],
            "“居民区书记”按居民区授权，请取消勾选：社建办、cloud。",
        ),
        ("scorer", ["areas:J01"], "“科室评分人”按科室授权，请取消勾选：J01。"),
        ("finance", ["areas:J01"], "“财务人事”面向全镇，不选范围。请取消勾选。"),
        ("worker", ["areas:J99"], "登记中没有：J99。"),
        ("worker", ["areas:社建办"], "登记中没有：社建办。"),
        ("worker", ["J01"], "登记中没有"),
        ("nobody", ["areas:J01"], "nobody"),
    ],
)
def test_what_the_role_does_not_take_is_refused_with_what_to_do(
    cast: Cast, role: str, scope: list[str], told: str
) -> None:
    answer = cast.client("administrator").post(ADD, sent(cast, role, *scope))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert set(scope) & set(ticked(page)) == {one for one in scope if f'"{one}"' in page}
    assert post_of_max() is None
    assert not Event.objects.exists()


def test_a_post_that_has_begun_is_only_ended(cast: Cast) -> None:
    post = held(cast, "worker", "J01", "旧1")
    client, address = cast.client("administrator"), f"/accounts/posts/{post.pk}/change"
    page = client.get(address).content.decode()
    assert "岗位已经开始，只能改截止日期。" in page
    assert "旧1（登记中已没有）" in page
    other = sent(cast, "secretary", "areas:J02") | {"user": str(cast.user("clerk").pk)}
    assert client.post(address, other | {"until_on": "2024-12-31"}).status_code == 302
    post.refresh_from_db()
    assert (post.user.username, post.role, post.scope) == ("max", "worker", ["J01", "旧1"])
    assert (post.from_on, post.until_on) == (BEGIN, date(2024, 12, 31))


def test_a_post_that_ends_before_it_begins_is_told_at_the_field_and_above(cast: Cast) -> None:
    wrong = sent(cast, "finance") | {"until_on": "2024-04-30"}
    page = cast.client("administrator").post(ADD, wrong).content.decode()
    assert page.count("截止日期不能早于开始日期。") == 1
    assert 'id="id_until_on_error">截止日期不能早于开始日期。' in page
    assert "约束" not in page
    assert "有 1 处需要改正：" in page
    assert 'href="#id_until_on_field"' in page
    assert page.count('id="id_until_on_field"') == 1


def test_the_same_post_twice_is_refused_where_days_and_scope_meet(cast: Cast) -> None:
    held(cast, "worker", "J01", "J02", until=date(2024, 6, 30))
    client = cast.client("administrator")
    answer = client.post(ADD, sent(cast, "worker", "areas:J02", "areas:J03"))
    assert answer.status_code == 422
    told = "已有同样的岗位：居民区社工，2024-01-01 至 2024-06-30。"
    assert told in answer.content.decode()
    assert client.post(ADD, sent(cast, "worker", "areas:J03")).status_code == 302
    later = sent(cast, "worker", "areas:J02") | {"from_on": "2024-07-01"}
    assert client.post(ADD, later).status_code == 302
    held(cast, "finance")
    assert "已有同样的岗位" in client.post(ADD, sent(cast, "finance")).content.decode()


def test_the_scope_is_not_called_optional_and_no_name_is_said_twice(cast: Cast) -> None:
    page = cast.client("administrator").get(ADD).content.decode()
    assert "<legend>范围</legend>" in page
    assert "社建办（社建办）" not in page
    assert '至 <span class="quiet-text">选填</span>' in page


def held(cast: Cast, role: str, *scope: str, until: date | None = None) -> Post:
    given = {"role": role, "scope": list(scope), "from_on": BEGIN, "until_on": until}
    return Post.objects.create(town=cast.town, user=cast.user("max"), **given)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("clerk", "group_head", "党建办经办人不得同时担任领导小组组长。"),
        ("group_head", "clerk", "党建办经办人不得同时担任领导小组组长。"),
        ("inspection", "group_head", "领导小组组长不得同时担任纪检监察。"),
        ("group_head", "finance", "领导小组组长不得同时担任财务人事。"),
    ],
)
def test_posts_that_stand_apart_are_refused_in_either_order(
    cast: Cast, first: str, second: str, told: str
) -> None:
    held(cast, first)
    answer = cast.client("administrator").post(ADD, sent(cast, second))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "2024-01-01 起" in answer.content.decode()
    Post.objects.filter(user__username="max").update(until_on=date(2024, 4, 30))
    assert cast.client("administrator").post(ADD, sent(cast, second)).status_code == 302


def test_posts_that_met_before_this_was_refused_can_be_parted(cast: Cast) -> None:
    held(cast, "clerk")
    head, client = held(cast, "group_head"), cast.client("administrator")
    address = f"/accounts/posts/{head.pk}/change"
    assert client.post(address, {"until_on": "2024-11-19"}).status_code == 302
    longer = client.post(address, {"until_on": "2024-12-31"})
    assert "党建办经办人不得同时担任领导小组组长。" in longer.content.decode()


def test_who_scores_a_department_does_not_sign_for_it_but_may_for_another(cast: Cast) -> None:
    held(cast, "scorer", "社建办")
    client = cast.client("administrator")
    page = client.post(ADD, sent(cast, "department_head", "departments:社建办"))
    assert "科室评分人不得同时担任科室负责人。" in page.content.decode()
    other = sent(cast, "department_head", "departments:党建办")
    assert client.post(ADD, other).status_code == 302


def test_the_table_names_roles_once_and_leaves_inspection_free_to_score() -> None:
    pairs = [{one, other} for one, others in APART.items() for other in others.split()]
    assert all(pair <= set(ROLES) and len(pair) == 2 for pair in pairs)
    assert len(pairs) == len({frozenset(pair) for pair in pairs})
    assert {"inspection", "scorer"} not in pairs


@pytest.mark.parametrize("town", ["cast", "demonstration"])
def test_nobody_of_the_towns_that_are_made_here_holds_posts_that_stand_apart(
    cast: Cast, town: str
) -> None:
    made = cast.town
    if town == "demonstration":
        made = Town.objects.create(code="demonstration", name="演示镇")
        User.objects.update(username=Concat(Value("cast."), "username"))
        make_people(made, list(AREAS))
    for post in Post.objects.filter(town=made):
        post.full_clean()


def test_codes_of_another_town_are_unknown(cast: Cast) -> None:
    Area.objects.create(
        town=cast.user("stranger").town, area_id="K01", name="别处居民区", from_on=BEGIN
    )
    client = cast.client("administrator")
    assert "别处居民区" not in client.get(ADD).content.decode()
    assert client.post(ADD, sent(cast, "worker", "areas:K01")).status_code == 422


def test_a_code_that_the_town_has_no_more_shows_and_can_be_kept_or_taken_away(cast: Cast) -> None:
    begins = date(2025, 1, 1)
    post = Post.objects.create(
        town=cast.town, user=cast.user("max"), role="worker", scope=["J01", "旧1"], from_on=begins
    )
    client, address = cast.client("administrator"), f"/accounts/posts/{post.pk}/change"
    page = client.get(address).content.decode()
    assert "旧1（登记中已没有）" in page
    assert ticked(page) == ["areas:J01", "areas:旧1"]
    kept = sent(cast, "worker", "areas:J01", "areas:旧1") | {"until_on": "2025-12-31"}
    kept["from_on"] = "2025-02-01"
    assert client.post(address, kept).status_code == 302
    post.refresh_from_db()
    assert (post.scope, post.until_on) == (["J01", "旧1"], date(2025, 12, 31))
    assert client.post(address, sent(cast, "worker", "areas:J02")).status_code == 302
    post.refresh_from_db()
    assert post.scope == ["J02"]
    assert "旧1" not in client.get(address).content.decode()


def test_a_new_town_is_told_what_is_entered_first(cast: Cast) -> None:
    new_town(cast)
    page = cast.client("admin").get(ADD).content.decode()
    assert "还没有登记居民区。请党建办经办人先在“居民区”里登记" in page
    assert "还没有登记科室" in page
    assert "还没有登记数据来源" in page


def test_the_form_costs_no_more_with_many_areas(cast: Cast, django_assert_max_num_queries) -> None:
    Area.objects.bulk_create(
        Area(town=cast.town, area_id=f"K{number}", name=f"第{number}居民区", from_on=BEGIN)
        for number in range(200)
    )
    client = cast.client("administrator")
    with django_assert_max_num_queries(12):
        assert "K199" in client.get(ADD).content.decode()


def test_a_value_of_the_form_names_kind_and_code() -> None:
    assert parts_of(value_of("sources", "a:b")) == ("sources", "a:b")
