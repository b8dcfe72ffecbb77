"""What everybody may read: without login, without a cookie, nothing before a round has ended."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kaohe.web.cycles.models import Cycle
from kaohe.web.registry.models import AreaCount
from kaohe.web.results.public_presenters import _reached
from kaohe.web.surveys.models import Receipt
from tests.web.cast import Cast
from tests.web.rounds import closed, opened, prepared, send

pytestmark = pytest.mark.either_database

PAGE = "/f/gaojing/2024"


def read(address: str = PAGE) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.content.decode()


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Tests change rows without an act in the log, so that what was kept may not hold."""
    _reached.cache_clear()


def states_of(page: str) -> dict[str, list[str]]:
    """Area by area, the words for each threshold."""
    return {
        name: re.findall(r"<strong>(.*?)</strong>", rest)
        for name, rest in re.findall(r"<summary>(.*?)</summary><ul>(.*?)</ul>", page, re.S)
    }


def test_method_weights_and_minima_come_from_the_scheme(cast: Cast) -> None:
    page = read()
    for told in (
        "座谈会（居民户）",
        "第三方（抽签确定请哪些住户）",
        "座谈会测评 20%",
        "第三方测评 40%",
        "线上测评 40%",
        "参与评价总户数不少于总户数的50%",
        "您怎么答：没有人知道",
    ):
        assert told in page
    english = read(f"{PAGE}?lang=en")
    assert "Enough is enough" in english
    assert 'lang="en"' in english
    assert "meeting 20%" in english


def test_nothing_of_an_area_is_told_before_its_round_has_ended(cast: Cast) -> None:
    AreaCount.objects.filter(area__area_id="J01").update(households=5)
    held, codes = opened(cast, {"J01": 3})
    for code in codes.values():
        send(held, code)
    states = states_of(read())
    assert list(states) == ["云溪苑居民区", "澄波里居民区", "听澜坊居民区"]
    assert {word for words in states.values() for word in words} == {"截止以后公布"}
    done = closed(cast, held)
    page = read()
    states = states_of(page)
    assert states["云溪苑居民区"] == [*["截止以后公布"] * 4, "达到", "截止以后公布"]
    assert states["澄波里居民区"][4] == "没有达到"
    assert done.receipts_sha256 in page
    assert f"/f/{held.tag}/receipts.txt" in page
    assert "3 份答卷" in page
    for receipt in Receipt.objects.all():
        assert receipt.code not in page
    assert "J01-1-0" not in page


def test_no_figure_of_an_area_stands_on_the_page(cast: Cast) -> None:
    held, codes = opened(cast, {"J01": 2, "J03": 1})
    for code in codes.values():
        send(held, code)
    closed(cast, held)
    by_area = read().split("各居民区够不够数")[1].split("谁能看到什么")[0]
    told = re.sub(r"<[^>]*>|不少于[^<]*?\d+%", "", by_area)
    assert not re.search(r"\d", told)


def test_channels_of_files_are_told_when_the_collection_is_over(cast: Cast) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="scoring")
    closed_states = states_of(read())
    assert {word for words in closed_states.values() for word in words} == {"没有达到"}


def test_before_the_rules_are_adopted_there_is_no_page(cast: Cast) -> None:
    for address in ("/f/gaojing/2023", "/f/nowhere/2024", "/f/nowhere/2024/questions"):
        assert Client().get(address).status_code == 404
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="prepare")
    assert Client().get(PAGE).status_code == 404


@pytest.mark.parametrize("address", ["/questions", ""])
def test_the_questionnaire_can_be_read_and_pages_are_light(cast: Cast, address: str) -> None:
    prepared(cast)
    page = read(PAGE + address)
    assert "<script" not in page
    assert "<form" not in page
    assert len(page.encode()) < 30_000
    if address:
        assert "您对居民区组织群众发动群众工作是否满意？" in page
        assert "不清楚，不回答" in page


def test_reading_writes_nothing_and_asks_little(cast: Cast, django_assert_max_num_queries) -> None:
    held, codes = opened(cast, {"J01": 2})
    send(held, next(iter(codes.values())))
    closed(cast, held)
    read()
    with django_assert_max_num_queries(8) as asked:
        read()
    assert not [one for one in asked if not one["sql"].startswith("SELECT")]


def test_the_form_leads_to_the_page(cast: Cast) -> None:
    held, _codes = opened(cast)
    assert PAGE in read(f"/f/{held.tag}")
    assert PAGE in read("/f/")
