"""What the steps to scoring and to review tell beforehand, and to whom; what of it bars."""

from __future__ import annotations

import re
from html import unescape

import pytest

from kaohe.web.cycles.models import Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import SpotCheckHousehold
from kaohe.web.results.actions import run_scoring
from tests.web.cast import NOW, Cast
from tests.web.filling import begin_scoring
from tests.web.preparing import told_of_step

pytestmark = pytest.mark.either_database


def test_all_that_is_missing_is_told_before_scoring_and_bars_nothing(filled: Cast) -> None:
    SpotCheckHousehold.objects.filter(area=filled.area("J02")).update(
        outcome="", first_by="", second_by="", settled_at=None
    )
    barred, points = told_of_step(filled.cycle, "scoring")
    assert barred == []
    assert "审计：1 个居民区的走访抽查还没有结果" in points
    office = next(one for one in points if one.startswith("规生办："))
    assert "评分表待科室负责人签署" in office
    assert any("待牵头部门确认完整" in one for one in points)
    assert any(one.startswith("系统管理员：没有评分人的科室") for one in points)
    client = filled.client("clerk")
    address = f"/cycles/{filled.cycle.pk}/stage/scoring"
    page = client.get(address).content.decode()
    assert all(one in page for one in points)
    assert page.index("请留意（不影响办理）") < page.index("审计：1 个居民区")
    assert client.post(address).status_code == 302


def test_a_file_without_signature_bars_and_is_told_once(filled: Cast) -> None:
    Delivery.objects.filter(source__code="petition").update(signed_at=None, signed_by="")
    barred, points = told_of_step(filled.cycle, "scoring")
    assert len(barred) == 1
    assert "还没有签认" in barred[0]
    assert not any("还没有签认" in one for one in points)


def test_requirements_unmet_in_a_provisional_run_are_told_before_review(filled: Cast) -> None:
    begin_scoring(filled)
    barred, points = told_of_step(filled.cycle, "review")
    assert barred == ["还没有计分。请先在“计分与结果”里计分，再进入复核。"]
    assert points == []
    run = run_scoring(filled.cycle, by=filled.person("clerk"), at=NOW)
    assert not run.final
    barred, points = told_of_step(filled.cycle, "review")
    assert barred == []
    assert points[0] == "第 1 次计分是暂定结果，以下各项未达到或数据不全。"
    unmet = {one["check"] for one in run.told["checks"] if one["met"] is not True}
    assert points[1].startswith("公布以前，这些都要补齐，或由领导小组登记认可")
    assert len(points) - 2 <= len(unmet)
    label = scheme_of(filled.cycle).checks["sample.total"].label.zh
    sample = next(one for one in points if one.startswith(f"{label}："))
    assert "云溪苑居民区（应有 " in sample
    assert "听澜坊居民区" not in sample, "the leading group has waived it"
    assert "计分结果是暂定的" in filled.client("clerk").get("/").content.decode()
    member = filled.client("group_member")
    assert "项要求未达到，是否认可请领导小组决定" in member.get("/").content.decode()
    page = member.get(f"/results/{run.pk}/").content.decode()
    area = filled.area("J01").pk
    wanted = rf'href="(/evidence/waivers/add[^"]*area={area}&amp;check_id=sample.total)"'
    [form] = set(re.findall(wanted, page))
    filled_in = member.get(unescape(form)).content.decode()
    assert re.search(rf'name="area"[^>]*value="{area}"[^>]*checked', filled_in)
    assert '<option value="sample.total" selected>' in filled_in
    assert "登记认可</a>" not in filled.client("clerk").get(f"/results/{run.pk}/").content.decode()
    client = filled.client("clerk")
    assert "第 1 次计分是暂定结果" in client.get(f"/cycles/{filled.cycle.pk}/").content.decode()
    assert client.post(f"/cycles/{filled.cycle.pk}/stage/review").status_code == 302


def test_a_final_run_leaves_nothing_to_tell(filled: Cast) -> None:
    begin_scoring(filled)
    run = run_scoring(filled.cycle, by=filled.person("clerk"), at=NOW)
    type(run).objects.filter(pk=run.pk).update(final=True)
    assert told_of_step(filled.cycle, "review") == ([], [])


def test_the_newest_run_counts(filled: Cast) -> None:
    begin_scoring(filled)
    for _time in range(2):
        run = run_scoring(filled.cycle, by=filled.person("clerk"), at=NOW)
    assert f"第 {run.number} 次计分" in told_of_step(filled.cycle, "review")[1][0]


def test_what_is_open_is_told_to_those_who_take_the_step_only(filled: Cast) -> None:
    """Requirements area by area are results, which most of the town do not see yet."""
    address = f"/cycles/{filled.cycle.pk}/"
    begin_scoring(filled)
    run_scoring(filled.cycle, by=filled.person("clerk"), at=NOW)
    for username in ("secretary", "scorer", "worker", "leader", "monitor", "finance"):
        page = filled.client(username).get(address).content.decode()
        assert "提交复核" in page
        assert "暂定结果" not in page
        assert "没有未了的事项" not in page


def test_the_step_tells_all_at_a_bounded_cost(filled: Cast, django_assert_max_num_queries) -> None:
    client, address = filled.client("clerk"), f"/cycles/{filled.cycle.pk}/stage/scoring"
    client.get(address)
    with django_assert_max_num_queries(64):
        client.get(address)
