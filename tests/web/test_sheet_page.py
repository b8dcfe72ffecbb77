"""The page of a sheet, and the same sheet as one form where there is no script."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from kaohe.web.accounts.models import Post
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Mark, Note, SheetSignature
from kaohe.web.registry.models import Area
from tests.web.cast import BEGIN, NOW, Cast
from tests.web.sheets import ITEM, OTHER_ITEM, address, fill, open_window, send

pytestmark = pytest.mark.either_database


@pytest.fixture
def scorer(cast: Cast) -> Client:
    open_window(cast)
    return cast.client("scorer")


def fields_of(page: str) -> dict[str, str]:
    """What a browser without a script would send back if nobody touched anything."""
    form = page[page.index('<form class="sheet"') : page.index("</form>", page.index("sheet-form"))]
    inputs = re.findall(r'<input name="(score[^"]+)" value="([^"]*)"', form)
    comments = re.findall(r'<textarea name="(comment[^"]+)"[^>]*>([^<]*)</textarea>', form)
    (shown,) = re.findall(r'name="shown" value="([^"]*)"', form)
    fields = {name: unescape(value) for name, value in [*inputs, *comments]}
    return {**fields, "shown": unescape(shown)}


def test_the_sheet_has_areas_down_in_order_and_only_own_items_across(
    cast: Cast, scorer: Client
) -> None:
    page = scorer.get(address(cast)).content.decode()
    places = [page.index(name) for name in ("云溪苑居民区", "澄波里居民区", "听澜坊居民区")]
    assert places == sorted(places)
    assert page.count('name="score|J01|') == 7
    assert f'name="score|J03|{ITEM}"' in page
    assert "daily.party.4" not in page
    assert "依据条款：附件1 第4项；附件1 第5项" in page


def test_one_sheet_is_opened_at_once_and_of_several_one_is_chosen(
    cast: Cast, scorer: Client
) -> None:
    assert scorer.get("/evidence/sheet/").headers["Location"] == address(cast)
    Post.objects.create(
        town=cast.town,
        user=cast.user("scorer"),
        role="scorer",
        scope=["党服中心"],
        from_on=BEGIN,
    )
    page = scorer.get("/evidence/sheet/").content.decode()
    assert address(cast) in page
    assert address(cast, "党服中心") in page
    assert "已评 0/21 格" in page


def test_readers_of_progress_are_led_there_and_others_find_nothing(cast: Cast) -> None:
    led = cast.client("clerk").get("/evidence/sheet/").headers["Location"]
    assert led.startswith("/evidence/sheet/progress")
    assert cast.client("secretary").get("/evidence/sheet/").status_code == 404
    assert cast.client("max").get("/evidence/sheet/").status_code == 404


def test_a_form_without_a_script_saves_what_was_changed_in_one_act(
    cast: Cast, scorer: Client
) -> None:
    sent = fields_of(scorer.get(address(cast)).content.decode())
    sent[f"score|J01|{ITEM}"] = "92.5"
    sent[f"score|J02|{ITEM}"] = "100"
    sent[f"comment|J02|{ITEM}"] = "第一行\r\n第二行"
    events = Event.objects.count()
    page = scorer.post(address(cast), sent, follow=True)
    assert "已保存 2 格" in page.content.decode()
    assert Event.objects.count() == events + 1
    assert Mark.objects.get(area__area_id="J02").comment == "第一行\n第二行"
    again = scorer.post(address(cast), sent, follow=True)
    assert "没有改动" in again.content.decode()
    assert Event.objects.count() == events + 1


def test_what_is_wrong_stands_beside_its_cell_and_everything_typed_is_kept(
    cast: Cast, scorer: Client
) -> None:
    sent = fields_of(scorer.get(address(cast)).content.decode())
    sent[f"score|J01|{ITEM}"] = "很好"
    sent[f"comment|J01|{ITEM}"] = "阵地<b>升级</b>"
    sent[f"score|J02|{ITEM}"] = "91"
    answer = scorer.post(address(cast), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "应填数字" in page
    assert 'value="很好"' in page
    assert "阵地&lt;b&gt;升级" in page
    assert Mark.objects.get().area.area_id == "J02"
    sent = fields_of(page)
    sent[f"score|J01|{ITEM}"] = "90"
    scorer.post(address(cast), sent)
    assert Mark.objects.get(area__area_id="J01").comment == "阵地<b>升级</b>"


def test_what_others_saved_meanwhile_stays_where_one_changed_nothing(
    cast: Cast, scorer: Client
) -> None:
    sent = fields_of(scorer.get(address(cast)).content.decode())
    send(cast.client("department_head"), cast, {"area": "J03", "score": "77"})
    sent[f"score|J01|{ITEM}"] = "90"
    assert scorer.post(address(cast), sent).status_code == 302
    assert Mark.objects.get(area__area_id="J03").score == "77"


def test_a_cell_changed_by_two_people_shows_both_and_the_second_save_decides(
    cast: Cast, scorer: Client
) -> None:
    sent = fields_of(scorer.get(address(cast)).content.decode())
    send(cast.client("department_head"), cast, {"score": "77", "comment": "少一处"})
    sent[f"score|J01|{ITEM}"] = "90"
    answer = scorer.post(address(cast), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "department_head先生在" in page
    assert "改为 77，说明：少一处" in page
    assert 'value="90"' in page
    assert Mark.objects.get().score == "77"
    assert scorer.post(address(cast), fields_of(page)).status_code == 302
    assert Mark.objects.get().score == "90"


def test_a_form_that_comes_after_the_signature_loses_nothing(cast: Cast, scorer: Client) -> None:
    sent = fields_of(scorer.get(address(cast)).content.decode())
    sent[f"score|J01|{ITEM}"] = "90"
    sent[f"comment|J01|{ITEM}"] = "写了很久的话"
    SheetSignature.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        department=cast.department("社建办"),
        by="王主任",
        at=NOW,
    )
    answer = scorer.post(address(cast), sent)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "王主任已签署本表" in page
    assert "写了很久的话" in page
    assert not Mark.objects.exists()


@pytest.mark.parametrize("shown", ["", "[]", '{"J01|daily.party.1": 1}'])
def test_a_form_that_is_not_the_sheets_own_changes_nothing(
    cast: Cast, scorer: Client, shown: str
) -> None:
    sent = {f"score|J01|{ITEM}": "90", f"comment|J01|{ITEM}": "", "shown": shown}
    assert scorer.post(address(cast), sent).status_code == 400
    assert not Mark.objects.exists()


def test_own_notes_stand_beside_and_those_of_others_do_not(cast: Cast, scorer: Client) -> None:
    for department, finding in (("社建办", "楼道整洁"), ("城建中心", "外墙渗水")):
        Note.objects.create(
            town=cast.town,
            cycle=cast.cycle,
            area=cast.area("J01"),
            department=cast.department(department),
            seen_on=date(2024, 9, 1),
            theme="service",
            finding=finding,
            username="scorer",
            by="李某",
        )
    page = scorer.get(address(cast)).content.decode()
    assert "楼道整洁" in page
    assert "外墙渗水" not in page
    assert "走访 1" in page


def test_an_area_merged_during_the_year_is_not_marked(cast: Cast, scorer: Client) -> None:
    Area.objects.filter(town=cast.town, area_id="J02").update(
        until_on=date(2024, 7, 1), successor=cast.area("J01")
    )
    page = scorer.get(address(cast)).content.decode()
    assert "澄波里居民区" not in page
    assert "听澜坊居民区" in page


@pytest.mark.parametrize(
    ("username", "stage", "status"),
    [
        ("group_member", "collecting", 200),
        ("auditor", "collecting", 200),
        ("clerk", "collecting", 404),
        ("clerk", "scoring", 200),
        ("other_scorer", "scoring", 404),
        ("secretary", "published", 404),
        ("max", "published", 404),
    ],
)
def test_who_may_read_a_sheet_reads_it_and_cannot_fill_it(
    cast: Cast, username: str, stage: str, status: int
) -> None:
    open_window(cast)
    fill(cast, score="88.25")
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    client = cast.client(username)
    answer = client.get(address(cast))
    assert answer.status_code == status
    assert client.get(f"{address(cast)}workbook").status_code == status
    if status == 200:
        page = answer.content.decode()
        assert "88.25" in page
        assert "<input name=" not in page
        assert "签署本表" not in page
        assert client.post(address(cast), {"shown": "{}"}).status_code == 404


def test_the_page_takes_few_queries_however_many_cells_there_are(
    cast: Cast, scorer: Client, django_assert_max_num_queries: Any
) -> None:
    fill(cast)
    scorer.get(address(cast))
    with django_assert_max_num_queries(25):
        scorer.get(address(cast))


def test_the_page_speaks_english_where_it_is_asked_to(cast: Cast, scorer: Client) -> None:
    page = scorer.get(address(cast), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Party service stations and brands" in page


def test_a_scheme_without_marks_offers_no_sheet(cast: Cast, scorer: Client) -> None:
    version = cast.cycle.scheme
    version.text = (
        "id: small\nversion: '1'\ntitle: 小方案\nrounding: exact\n"
        "subject: {table: areas, id: area_id, name: name, label: 居民区}\n"
        "tables:\n  areas:\n    label: 名册\n    row: 一个居民区\n    key: [area_id]\n"
        "    columns:\n      area_id: {type: id, heading: 居民区编号}\n"
        "      name: {type: text, heading: 名称}\n"
        "      points: {type: whole, heading: 分, minimum: 0, maximum: 9}\n"
        "nodes:\n  total: {kind: tally, label: 总分, clause: 一, of: {attribute: areas.points}}\n"
    )
    version.sha256 = "0" * 64
    version.save()
    answer = scorer.get(address(cast))
    assert answer.status_code == 200
    assert "没有要社建办评分的内容" in answer.content.decode()


def test_the_hidden_copy_of_the_sheet_is_what_the_page_shows(cast: Cast, scorer: Client) -> None:
    fill(cast)
    shown = json.loads(fields_of(scorer.get(address(cast)).content.decode())["shown"])
    assert len(shown) == 21
    assert shown[f"J01|{OTHER_ITEM}"] == [1, "88", ""]
