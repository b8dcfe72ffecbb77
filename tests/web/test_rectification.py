"""What areas put right after publication: written by the area or the clerk, followed by others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.desk.waiting import waiting_for
from kaohe.web.publication.letters import TO_MEND
from kaohe.web.publication.models import PublishedArea, RectificationItem
from kaohe.web.publication.rectification_actions import keep_item
from kaohe.web.publication.rectification_views import progress_of
from tests.web.cast import NOW, TODAY, Cast
from tests.web.rows import Scope, new_row

pytestmark = pytest.mark.either_database

LIST = "/publication/rectification/"


@pytest.fixture(autouse=True)
def _published(cast: Cast) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="published")


def item(cast: Cast, area: str = "J01", **given: Any) -> RectificationItem:
    told = {"text": "楼道堆物", "owner": "居民区书记", "due_on": TODAY + timedelta(days=30)}
    told |= given
    return RectificationItem(town=cast.town, cycle=cast.cycle, area=cast.area(area), **told)


def kept(cast: Cast, by: str = "secretary", **given: Any) -> RectificationItem:
    row = item(cast, **given)
    keep_item(row, by=cast.person(by), at=NOW)
    return row


def page(cast: Cast, username: str, address: str, status: int = 200) -> str:
    answer = cast.client(username).get(address)
    assert answer.status_code == status, (username, address)
    return str(answer.content.decode())


def test_a_secretary_writes_down_what_is_mended_and_that_it_is_done(cast: Cast) -> None:
    client = cast.client("secretary")
    form = client.get(f"{LIST}add").content.decode()
    assert 'type="file"' not in form
    assert "澄波里" not in form
    told = {"cycle": cast.cycle.pk, "area": cast.area("J01").pk, "text": "楼道堆物"}
    told |= {"owner": "物业", "due_on": "2024-12-20"}
    assert client.post(f"{LIST}add", told).status_code == 302
    row = RectificationItem.objects.get()
    assert "1 项整改事项在办" in page(cast, "secretary", "/")
    done = told | {"done_on": "2024-11-20", "seen": row.version}
    wrong = client.post(f"{LIST}{row.pk}/change", done).content.decode()
    assert "请写一句完成情况" in wrong
    assert client.post(f"{LIST}{row.pk}/change", done | {"outcome": "已清理"}).status_code == 302
    acts = list(Event.objects.order_by("number").values_list("act", flat=True))
    assert acts[-2:] == [
        "publication.rectificationitem.added",
        "publication.rectification_done",
    ]
    waits = waiting_for(cast.person("secretary"), cast.cycle, TODAY)
    assert not any("整改" in one.text for one in waits)


def test_only_the_area_itself_and_the_clerk_write_and_its_leader_follows(cast: Cast) -> None:
    kept(cast)
    kept(cast, by="clerk", area="J02", text="充电桩不足")
    for username in ("other_secretary", "leader", "group_head", "worker"):
        with pytest.raises(PermissionDenied):
            kept(cast, by=username, text="另一件")
    sees = {"secretary": 1, "leader": 1, "other_secretary": 1, "clerk": 2, "group_member": 2}
    for username, count in sees.items():
        text = page(cast, username, LIST)
        assert text.count("楼道堆物") + text.count("充电桩不足") == count, username
    for username in ("worker", "scorer", "finance", "provider"):
        page(cast, username, LIST, 404)


def test_nothing_is_written_before_publication_or_after_the_year_is_archived(cast: Cast) -> None:
    for stage, told in (("review", "公布"), ("archived", "归档")):
        Cycle.objects.update(stage=stage)
        with pytest.raises(PermissionDenied, match=told):
            kept(cast)


def test_the_leading_group_sees_counts_in_administrative_order(cast: Cast) -> None:
    kept(cast, area="J02", by="clerk", due_on=TODAY - timedelta(days=1))
    kept(cast, done_on=TODAY, outcome="已清理")
    found = [(one.name, one.done, one.open, one.late) for one in progress_of(cast.cycle, TODAY)]
    assert found == [
        ("云溪苑居民区", 1, 0, 0),
        ("澄波里居民区", 0, 1, 1),
        ("听澜坊居民区", 0, 0, 0),
    ]
    text = page(cast, "group_head", f"{LIST}progress")
    assert text.index("云溪苑") < text.index("澄波里") < text.index("听澜坊")
    for username in ("secretary", "leader", "worker"):
        page(cast, username, f"{LIST}progress", 404)


def test_points_of_the_letter_are_offered_until_they_are_written_down(
    cast: Cast,
) -> None:
    scope = Scope(
        cast.town,
        cast.cycle,
        cast.area("J01"),
        cast.department("社建办"),
        cast.source("hotline"),
        cast.user("secretary"),
    )
    published = new_row(PublishedArea, scope)
    assert isinstance(published, PublishedArea)
    PublishedArea.objects.filter(pk=published.pk).update(subject_id="J01")
    folder = published.publication.folder
    folder.mkdir(parents=True)
    (folder / TO_MEND).write_text('{"J01": ["多听意见", "楼道堆物"], "J02": ["别的"]}', "utf-8")
    assert "多听意见" in page(cast, "secretary", f"{LIST}offers")
    assert "多听意见" not in page(cast, "other_secretary", f"{LIST}offers")
    kept(cast)
    left = page(cast, "secretary", f"{LIST}offers")
    assert "楼道堆物" not in left
    form = page(cast, "secretary", f"{LIST}add?text=多听意见&area={cast.area('J01').pk}")
    assert "多听意见" in form
    page(cast, "leader", f"{LIST}offers", 404)
