"""An area over the years, its own figures only; the papers of a year, with totals only."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from kaohe.web.accounts.models import Post
from kaohe.web.audit.actions import record
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Report
from kaohe.web.publication.export_actions import Wanted, make_export
from kaohe.web.publication.models import NamedExport, PublishedArea, Reminder
from kaohe.web.publication.reminder_actions import (
    drop_reminder,
    propose_reminder,
    vote_on_reminder,
)
from kaohe.web.publication.reminder_facts import weak_areas
from kaohe.web.publication.yearly_burden import burden_of
from kaohe.web.publication.yearly_facts import area_year
from kaohe.web.registry.models import Area, StaffPost
from kaohe.web.results.models import Run, SubjectResult
from tests.web.cast import BEGIN, NOW, TODAY, Cast
from tests.web.publishing import earlier_year, publish
from tests.web.workbooks import rows_of

pytestmark = pytest.mark.either_database

PAGE = "/publication/trends"
LABEL_AND_LEGEND = 2
"""The grade goes by the total; and a sentence says what the mark means."""
REMINDERS = "/publication/reminders"
EARLIER = NOW - timedelta(days=365)


def page(cast: Cast, username: str, area: str = "") -> str:
    response = cast.client(username).get(f"{PAGE}?area={area}" if area else PAGE)
    assert response.status_code == 200
    return response.content.decode()


def test_an_area_sees_its_own_years_and_no_rank(reviewed: Run, cast: Cast) -> None:
    earlier_year(reviewed)
    publish(cast, reviewed.cycle)
    own = SubjectResult.objects.get(run=reviewed, subject_id="J01").entry
    other = SubjectResult.objects.get(run=reviewed, subject_id="J02").entry
    told = page(cast, "secretary")
    assert "2023年度" in told
    assert "2024年度" in told
    assert own["survey"] in told
    assert own["total"] not in told
    assert "澄波里" not in told
    assert other["survey"] not in told
    assert "名次" not in told.replace("没有名次", "").replace("不排名次", "")
    assert "口径与上年不同" not in told
    for refused in ("J02", "J99"):
        assert cast.client("secretary").get(f"{PAGE}?area={refused}").status_code == 404
    for role in ("worker", "provider", "finance", "administrator"):
        assert cast.client(role).get(PAGE).status_code == 404
    assert f'href="{PAGE}?area=J01"' in page_of_area(cast)


def page_of_area(cast: Cast) -> str:
    response = cast.client("secretary").get(f"/registry/areas/{cast.area('J01').pk}/", follow=True)
    return response.content.decode()


def test_who_sees_runs_sees_any_area_with_its_total(reviewed: Run, cast: Cast) -> None:
    earlier_year(reviewed)
    publish(cast, reviewed.cycle)
    entry = SubjectResult.objects.get(run=reviewed, subject_id="J02").entry
    for role in ("clerk", "group_head", "auditor"):
        assert entry["total"] in page(cast, role, "J02")


def test_what_is_worked_out_otherwise_is_said_and_not_drawn(reviewed: Run, cast: Cast) -> None:
    def change(text: str) -> str:
        changed = text.replace("max: 13", "max: 14", 1)
        assert changed != text
        return changed

    earlier_year(reviewed, change)
    publish(cast, reviewed.cycle)
    told = page(cast, "secretary")
    # 加强党建引领 itself; for the clerk the total that is built on it too
    assert told.count("口径与上年不同") == 1 + LABEL_AND_LEGEND
    assert "满分由 14 改为 13" in told
    assert page(cast, "clerk", "J01").count("口径与上年不同") == 2 + LABEL_AND_LEGEND
    assert "加强党建引领（满分 13）" in told
    assert "减分（最多 3 分）" in told
    row = told.index("加强党建引领", told.index("<table"))
    assert "口径与上年不同" in told[row : told.index("</tr>", row)]


def test_bounds_that_changed_are_said(reviewed: Run, cast: Cast) -> None:
    earlier_year(reviewed)
    publish(cast, reviewed.cycle)
    gone = Area.objects.create(
        town=cast.town,
        area_id="J00",
        name="旧里居民区",
        from_on=date(2020, 1, 1),
        until_on=date(2023, 12, 31),
        successor=cast.area("J01"),
    )
    told = page(cast, "secretary")
    assert f"{gone.name}并入本居民区" in told
    assert "不满一年" not in told
    Area.objects.filter(area_id="J01").update(from_on=date(2023, 7, 1))
    assert "2023-07-01 设立云溪苑居民区，当年不满一年。" in page(cast, "secretary")


def test_what_few_said_is_withheld_from_those_assessed_only(reviewed: Run, cast: Cast) -> None:
    publish(cast, reviewed.cycle)
    area = PublishedArea.objects.select_related("publication__cycle__scheme").get(subject_id="J01")
    result = SubjectResult.objects.get(run=reviewed, subject_id="J01")
    told, known = (area_year(area, result, assessed=one) for one in (True, False))
    few = {key for key, one in told.questions.items() if one.few}
    assert few == set(), "the year has ballots enough"
    assert told.figures["survey"] == known.figures["survey"]
    for node in _walk(result.entry["scores"]):
        for one in node["inputs"]:
            if one["label_en"] in ("ballots", "answers"):
                one["value"] = "3"
    told = area_year(area, result, assessed=True)
    known = area_year(area, result, assessed=False)
    hidden = {key for key, one in told.figures.items() if one.few}
    assert "survey.third_party" in hidden
    assert all(not told.figures[key].value and known.figures[key].value for key in hidden)


def _walk(nodes: list[dict]) -> list[dict]:  # type: ignore[type-arg]
    return [one for node in nodes for one in (node, *_walk(node["children"]))]


def test_before_anything_is_published_the_page_says_so(reviewed: Run, cast: Cast) -> None:
    assert reviewed.final
    assert "还没有公布过年度结果" in page(cast, "secretary")


# -- papers ---------------------------------------------------------------------------------------


def test_facts_on_burden_are_counts_of_the_town(reviewed: Run, cast: Cast) -> None:
    def change(text: str) -> str:
        return text.replace("zh: 加强党建引领", "zh: 党建引领旧名", 1)

    earlier_year(reviewed, change)
    Post.objects.filter(user__username="secretary").update(from_on=date(2023, 1, 1))
    mine = cast.person("secretary")
    with transaction.atomic():
        for by, at in ((mine, NOW), (mine, NOW), (cast.person("clerk"), NOW), (mine, EARLIER)):
            record("registry.count_doubted", by=by, at=at, about="registry.areacount:1")
        record("accounts.logged_in", by=mine, at=NOW, about="accounts.user:1")
    Report.objects.create(
        town=cast.town, kind="burden", matter="表格太多", received_on=TODAY, answered_on=TODAY
    )
    burden = burden_of(reviewed.cycle)
    lines = {one.name: one for one in burden.lines}
    assert lines["居民区在系统中办理（次，全镇合计）"].now == 2
    assert lines["居民区在系统中办理（次，全镇合计）"].before == 1
    assert lines["居民区在系统中办理（次，全镇合计）"].change == "+1"
    assert lines["其中要填写的栏目（个，全镇合计）"].now == 2
    assert lines["综合考核（次）"].now == 1
    assert lines["要求居民区上传的材料（件）"].now == 0
    assert lines["考核项目（个）"].change == "0"
    assert {one.kind: (one.received, one.answered) for one in burden.handled}["增加基层负担"] == (
        1,
        1,
    )
    page = cast.client("inspection").get(f"/publication/papers?cycle={reviewed.cycle.pk}")
    told = page.content.decode()
    assert "表格太多" not in told
    for area in ("云溪苑", "澄波里", "听澜坊"):
        assert area not in told
    for role in ("secretary", "leader", "finance", "scorer"):
        assert cast.client(role).get("/publication/papers").status_code == 404


def test_papers_to_take_along(reviewed: Run, cast: Cast) -> None:
    earlier_year(reviewed)
    publish(cast, reviewed.cycle)
    clerk, year = cast.client("clerk"), f"?cycle={reviewed.cycle.pk}"
    paper = clerk.get(f"/publication/papers/burden.pdf{year}").content
    assert paper.startswith(b"%PDF")
    assert re.findall(rb"/Type/Pages/Count (\d+)/Kids", paper) == [b"1"]
    assert "减负情况" in words(clerk.get(f"/publication/papers/burden.docx{year}").content)
    draft = words(clerk.get(f"/publication/papers/summary.docx{year}").content)
    given = Counter(
        area.labels["grade"] for area in PublishedArea.objects.filter(cycle=reviewed.cycle)
    )
    assert f"优秀 {given['excellent']} 个" in draft
    assert f"合格 {given['qualified']} 个" in draft
    assert "由经办人填写" in draft
    assert "第三方测评户数不少于总户数的5%" in draft
    assert "第一季度走访全覆盖" not in draft, "only noticed, not demanded"
    assert "结果公布以后没有更正" in draft
    for one in reviewed.subjects.all():
        assert one.name not in draft
        assert one.entry["total"] not in draft
    assert Event.objects.filter(act="publication.downloaded").count() == 1
    assert (
        cast.client("inspection").get(f"/publication/papers/summary.docx{year}").status_code == 404
    )


def words(file: bytes) -> str:
    word = docx.Document(BytesIO(file))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


# -- exports --------------------------------------------------------------------------------------

EXPORT = {
    "purpose": "先进基层党组织评选参考",
    "recipient": "组织科",
    "basis": "考核方案五(三)",
    "areas": ["J01", "J02"],
}


def test_an_export_has_published_labels_only_and_is_on_record(reviewed: Run, cast: Cast) -> None:
    publish(cast, reviewed.cycle)
    StaffPost.objects.create(
        town=cast.town, staff_id="S-77", area=cast.area("J01"), role="secretary", from_on=BEGIN
    )
    key = {"submission": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}
    for given in (EXPORT | key, EXPORT | key):
        clerk = cast.client("clerk")
        assert (
            clerk.post("/publication/exports", given | {"roles": ["secretary"]}).status_code == 302
        )
    export = NamedExport.objects.get()
    assert (export.purpose, export.recipient, export.basis) == tuple(
        EXPORT[one] for one in ("purpose", "recipient", "basis")
    )
    assert export.what["areas"] == {"J01": "云溪苑居民区", "J02": "澄波里居民区"}
    file = b"".join(cast.client("finance").get(f"/publication/exports/{export.pk}.xlsx"))
    assert hashlib.sha256(file).hexdigest() == export.sha256
    rows = rows_of(file)
    cells = {cell for row in rows for cell in row}
    assert "S-77" in " ".join(cells)
    assert "听澜坊居民区" not in cells
    results = {one.subject_id: one.entry for one in reviewed.subjects.all()}
    for entry in results.values():
        assert not cells & {entry["total"], entry["rank"], entry["tier"]}
    acts = Event.objects.filter(act__startswith="publication.export").order_by("number")
    assert list(acts.values_list("act", flat=True)) == [
        "publication.exported",
        "publication.export_taken",
    ]
    for role in ("inspection", "auditor", "group_head"):
        assert "先进基层党组织" in cast.client(role).get("/publication/exports").content.decode()
    assert (
        cast.client("inspection").get(f"/publication/exports/{export.pk}.xlsx").status_code == 404
    )
    for role in ("secretary", "leader", "group_member", "scorer"):
        assert cast.client(role).get("/publication/exports").status_code == 404
        assert cast.client(role).post("/publication/exports", EXPORT).status_code == 404


def test_an_export_needs_a_purpose_and_something_published(reviewed: Run, cast: Cast) -> None:
    given = EXPORT | {"cycle": reviewed.cycle.pk}
    clerk = cast.client("clerk")
    with pytest.raises(PermissionDenied, match="还没有公布"), transaction.atomic():
        make_export(
            reviewed.cycle,
            Wanted("评优", "组织科", "五(三)", ["J01"]),
            by=cast.person("clerk"),
            at=NOW,
        )
    publish(cast, reviewed.cycle)
    for left_out in ("purpose", "recipient", "basis", "areas"):
        some = {name: value for name, value in given.items() if name != left_out}
        assert clerk.post("/publication/exports", some).status_code == 422
    assert clerk.post("/publication/exports", given | {"areas": ["J99"]}).status_code == 422
    assert not NamedExport.objects.exists()


# -- reminders ------------------------------------------------------------------------------------


def weak_twice(reviewed: Run, cast: Cast, area: str = "J01") -> Cycle:
    """An area whose published label was a weak one in this year and in the year before."""
    earlier_year(reviewed)
    publish(cast, reviewed.cycle)
    for one in PublishedArea.objects.filter(subject_id=area):
        one.labels = one.labels | {"grade": "basic"}
        one.save(update_fields=["labels"])
    return reviewed.cycle


def test_two_weak_years_are_a_fact_and_nothing_follows_of_itself(reviewed: Run, cast: Cast) -> None:
    cycle = weak_twice(reviewed, cast)
    (weak,) = weak_areas(cycle)
    assert (weak.subject_id, weak.labels) == ("J01", ((2023, "基本合格"), (2024, "基本合格")))
    assert not Reminder.objects.exists()
    page = cast.client("group_member").get(REMINDERS).content.decode()
    assert "云溪苑居民区" in page
    assert "澄波里居民区" not in page
    for word in ("免职", "调整岗位", "处分"):
        assert word not in page.partition("<main")[2]
    assert cast.client("secretary").get(REMINDERS).status_code == 200
    assert cast.client("worker").get(REMINDERS).status_code == 404
    PublishedArea.objects.filter(cycle__year=2023, subject_id="J01").update(
        labels={"grade": "qualified"}
    )
    assert weak_areas(cycle) == []


def test_an_area_is_reminded_by_two_who_did_not_propose_it(reviewed: Run, cast: Cast) -> None:
    cycle = weak_twice(reviewed, cast)
    propose_page = f"{REMINDERS}/of/J01"
    given = {"reason": "热线办理要改进，镇里帮助协调"}
    assert cast.client("clerk").post(propose_page, given).status_code == 404
    assert cast.client("group_member").post(f"{REMINDERS}/of/J02", given).status_code == 403
    member = cast.client("group_member")
    assert member.post(propose_page, given).status_code == 302
    assert member.post(propose_page, given).status_code == 403
    reminder = Reminder.objects.get()
    assert reminder.facts == [
        {"year": "2023", "label": "基本合格"},
        {"year": "2024", "label": "基本合格"},
    ]
    assert member.post(f"{REMINDERS}/{reminder.pk}/vote").status_code == 403
    secretary = cast.client("secretary")
    assert "热线办理要改进" not in secretary.get(REMINDERS).content.decode()
    waits = "1 项督促提醒等您决定"
    head = cast.client("group_head")
    assert waits in head.get("/").content.decode()
    assert waits not in member.get("/").content.decode()
    vote_on_reminder(reminder, by=cast.person("group_head"), at=NOW)
    assert waits not in head.get("/").content.decode()
    assert "热线办理要改进" not in secretary.get(REMINDERS).content.decode()
    assert not cast.person("secretary").visible(Reminder.objects.all()).exists()
    vote_on_reminder(reminder, by=cast.person("other_group_head"), at=NOW)
    assert "热线办理要改进" in secretary.get(REMINDERS).content.decode()
    assert "收到领导小组的督促提醒" in secretary.get("/").content.decode()
    other = cast.client("other_secretary").get(REMINDERS).content.decode()
    assert "热线办理要改进" not in other
    acts = Event.objects.filter(act__startswith="publication.remind").order_by("number")
    assert list(acts.values_list("act", flat=True)) == [
        "publication.reminder_proposed",
        "publication.reminder_voted",
        "publication.reminded",
    ]
    with pytest.raises(PermissionDenied), transaction.atomic():
        drop_reminder(reminder, "不需要", by=cast.person("group_head"), at=NOW)
    assert cycle.year == 2024


def test_whoever_leads_the_area_takes_no_part(reviewed: Run, cast: Cast) -> None:
    cycle = weak_twice(reviewed, cast)
    Post.objects.create(
        town=cast.town,
        user=cast.user("group_head"),
        role="leader",
        scope=["J01"],
        from_on=BEGIN,
    )
    reminder = propose_reminder(cycle, "J01", "要改进", by=cast.person("other_group_head"), at=NOW)
    with pytest.raises(PermissionDenied, match="您包保云溪苑"), transaction.atomic():
        vote_on_reminder(reminder, by=cast.person("group_head"), at=NOW)
    dropped = drop_reminder(reminder, "已有改进", by=cast.person("group_member"), at=NOW)
    assert dropped.dropped_at == NOW
    assert weak_areas(cycle), "it may be proposed again"
    propose_reminder(cycle, "J01", "再提", by=cast.person("group_member"), at=NOW)
