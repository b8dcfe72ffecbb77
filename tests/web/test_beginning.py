"""An empty installation and a year in preparation: every desk tells what is to be done first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

from kaohe.web.accounts.actions import found_town
from kaohe.web.accounts.models import Post, Town, User
from kaohe.web.audit.models import Event
from kaohe.web.audit.wording import WORDS, act_told
from kaohe.web.cycles.models import Cycle, SchemeVersion
from kaohe.web.desk.waiting import waiting_for
from kaohe.web.evidence.models import SpotCheckHousehold
from kaohe.web.registry.models import Area, AreaCount, Snapshot, Source
from kaohe.web.results.completeness import open_points
from tests.web.cast import NOW, Cast
from tests.web.filling import fill_cycle
from tests.web.preparing import assign_all, decide_all, in_stage, told_of_step

pytestmark = pytest.mark.either_database


def desk(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def new_town(cast: Cast) -> Town:
    """A town that was founded a moment ago, with an administrator and a clerk at work."""
    given = {"code": "new", "name": "新镇", "username": "admin", "person": "张三"}
    town = found_town(**given, password="abcd-efgh-jkmn-pqrs", at=NOW)
    User.objects.filter(town=town).update(must_change_password=False)
    clerk = User.objects.create_user("newclerk", name="李四", town=town)
    Post.objects.create(town=town, user=clerk, role="clerk", from_on=date(2024, 1, 1))
    return town


def test_a_scheme_of_last_year_has_to_be_copied_for_this_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, old = new_town(cast), cast.cycle.scheme
    SchemeVersion.objects.filter(pk=old.pk).update(town=town)
    client = cast.client("newclerk")
    assert "先复制为今年的" not in desk(client)
    monkeypatch.setattr("kaohe.web.desk.views.clock.today", lambda: date(2025, 2, 1))
    assert "先复制为今年的" in desk(client)


def test_what_is_to_be_entered_has_the_days_of_its_own_step(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    registry, adopt = date(2024, 12, 30), date(2024, 12, 20)
    for step, day in (("registry", registry), ("adopt", adopt)):
        cycle.deadlines.create(town=cast.town, step=step, opens_on=day, closes_on=day)
    Source.objects.filter(town=cast.town).delete()
    tasks = waiting_for(cast.person("clerk"), cycle, date(2024, 11, 20))
    due = {one.text: one.due for one in tasks}
    assert due["登记数据来源：谁报送哪些数据表"] == registry
    assert due["登记三张事项清单和其中的事项"] == adopt


def test_an_administrator_adds_accounts_through_the_page(cast: Cast) -> None:
    client = cast.client("administrator")
    answer = client.post("/accounts/users/add", {"username": "neu", "name": "李四"})
    assert answer.status_code == 302
    user = User.objects.get(username="neu")
    assert user.town == cast.town
    assert not user.has_usable_password()
    assert Event.objects.filter(act="accounts.user.added").count() == 1
    assert "1 个账号没有岗位" not in desk(client), "max has none either"
    assert "2 个账号没有岗位" in desk(client)


@pytest.mark.parametrize(
    ("username", "told"),
    [
        ("clerk", "这个登录名已有人用，请换一个。"),
        ("Clerk", "这个登录名已有人用，请换一个。"),
        ("li si", "登录名只能用字母、数字、汉字、点、连字符和下划线，不能有空格。"),
        ("李四@镇", "登录名只能用字母、数字、汉字、点、连字符和下划线，不能有空格。"),
    ],
)
def test_a_login_name_that_is_taken_or_cannot_be_is_refused(
    cast: Cast, username: str, told: str
) -> None:
    client = cast.client("administrator")
    page = client.post("/accounts/users/add", {"username": username, "name": "李四"})
    assert page.status_code == 422
    assert page.content.decode().count(told) == 1
    assert (
        User(username="李四.a-b_c", name="李四", town=cast.town).clean_fields({"password"}) is None
    )


def test_a_new_account_gets_a_password_then_a_post_and_its_name_can_be_corrected(
    cast: Cast,
) -> None:
    client, user = cast.client("administrator"), cast.user("max")
    page = client.get(f"/accounts/users/{user.pk}/").content.decode()
    to_post = f"/accounts/posts/add?user={user.pk}"
    assert to_post in page
    sent = {"password": "given-on-paper-1"}
    answer = client.post(f"/accounts/users/{user.pk}/password", sent)
    assert answer.headers["Location"] == to_post
    assert f'<option value="{user.pk}" selected>' in client.get(to_post).content.decode()
    assert client.get("/accounts/posts/add?user=nobody").status_code == 200
    scorer = cast.user("scorer")
    answer = client.post(f"/accounts/users/{scorer.pk}/password", sent)
    assert answer.headers["Location"] == f"/accounts/users/{scorer.pk}/"
    address = f"/accounts/users/{user.pk}/change"
    assert address in page
    assert client.post(address, {"username": "other", "name": "马克"}).status_code == 302
    user.refresh_from_db()
    assert (user.username, user.name) == ("max", "马克")
    assert Event.objects.filter(act="accounts.user.changed").count() == 1


def test_a_short_password_is_refused_in_chinese(cast: Cast) -> None:
    client, address = (
        cast.client("administrator"),
        f"/accounts/users/{cast.user('max').pk}/password",
    )
    answer = client.post(address, {"password": "x"}, follow=True)
    assert "密码太短，至少 12 个字符。" in answer.content.decode()


def test_the_desks_of_a_new_town_tell_where_to_begin(cast: Cast) -> None:
    new_town(cast)
    clerk = desk(cast.client("newclerk"))
    tasks = (
        "导入考核方案",
        "设立考核年度",
        "导入居民区",
        "登记科室",
        "登记数据来源",
        "三张事项清单",
    )
    places = [clerk.index(task) for task in tasks]
    assert places == sorted(places)
    admin = desk(cast.client("admin"))
    assert "还没有考核年度" not in admin
    assert "1 个账号没有岗位" not in admin
    User.objects.filter(username="newclerk").update(is_active=False)
    assert "先从党建办经办人开始" in desk(cast.client("admin"))


def test_pages_of_a_year_say_that_there_is_none_yet(cast: Cast) -> None:
    new_town(cast)
    client = cast.client("newclerk")
    for address in ("/results/", "/evidence/coverage/", "/evidence/spot-checks/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "还没有设立考核年度" in answer.content.decode()
    assert (
        "还没有设立考核年度" not in cast.client("clerk").get("/results/?cycle=999").content.decode()
    )


def test_a_year_in_preparation_leads_the_clerk_to_adoption(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    client = cast.client("clerk")
    page = desk(client)
    assert "还有 14 项决定事项没有选定" in page
    assert "还有 3 个项目没有牵头部门，12 项内容没有清单依据" in page
    assert "提请通过方案" not in page
    decide_all(cast)
    assign_all(cast)
    assert "提请通过方案" in desk(client)
    Cycle.objects.filter(pk=cycle.pk).update(stage="adopted")
    assert "方案已通过，可以开始收集" in desk(client)
    Cycle.objects.filter(pk=cycle.pk).update(stage="scoring")
    assert "请核对全部数据并计分" in desk(client)


def test_the_clerk_is_told_when_a_snapshot_can_be_frozen(cast: Cast) -> None:
    Snapshot.objects.filter(number=2).update(frozen_at=None)
    client = cast.client("clerk")
    assert "可以冻结" not in desk(client)
    AreaCount.objects.filter(snapshot__number=2).update(confirmed_at=NOW)
    assert "2024年第2次户数快照：居民区都已确认，可以冻结" in desk(client)


def test_drawn_households_that_nobody_asked_are_missing(cast: Cast, tmp_path: Path) -> None:
    fill_cycle(cast, tmp_path)
    told = "1 个居民区的走访抽查还没有结果"
    assert told not in [point.text for point in open_points(cast.cycle)]
    SpotCheckHousehold.objects.filter(area=cast.area("J02")).update(
        outcome="", first_by="", second_by="", settled_at=None
    )
    assert told in [point.text for point in open_points(cast.cycle)]


def test_departments_and_sources_without_anybody_are_missing(cast: Cast) -> None:
    points = [point.text for point in open_points(cast.cycle)]
    assert any(one.startswith("没有评分人的科室：") and "8 项" in one for one in points)
    assert any(one.startswith("没有报送人的数据来源：") for one in points)
    Post.objects.create(
        town=cast.town,
        user=cast.user("max"),
        role="provider",
        scope=["petition", "survey"],
        from_on=date(2024, 1, 1),
    )
    later = [point.text for point in open_points(cast.cycle)]
    assert not any(one.startswith("没有报送人的数据来源：") for one in later)


def test_the_log_tells_acts_in_words(cast: Cast) -> None:
    client = cast.client("administrator")
    client.post("/accounts/users/add", {"username": "neu", "name": "李四"})
    assert "新增：人员账号" in cast.client("auditor").get("/audit/").content.decode()
    with override("zh-hans"):
        assert act_told("registry.department.changed") == "修改：科室"
        assert act_told("cycles.set_up") == "设立年度"
        assert act_told("of.something.else") == "of.something.else"
    assert all(str(word) for word in WORDS.values())


@pytest.mark.parametrize(("stage", "enters"), [("prepare", "adopted"), ("adopted", "collecting")])
def test_what_the_year_will_need_is_told_before_anybody_works_on_it(
    cast: Cast, stage: str, enters: str
) -> None:
    cycle = in_stage(cast, stage)
    Area.objects.filter(pk=cast.area("J02").pk).update(category="")
    points = told_of_step(cycle, enters)[1]
    of_admin = next(one for one in points if one.startswith("系统管理员："))
    assert "没有评分人的科室" in of_admin
    assert "没有负责人的科室" in of_admin
    assert "没有报送人的数据来源" in of_admin
    of_office = next(one for one in points if one.startswith("党建办："))
    assert "没有填类别的居民区：“澄波里居民区”" in of_office
    assert "还没有登记人员任职" in of_office
    assert "户数快照" not in of_office
    AreaCount.objects.all().delete()
    Snapshot.objects.all().delete()
    assert any("还没有本年度的户数快照" in one for one in told_of_step(cycle, enters)[1])
