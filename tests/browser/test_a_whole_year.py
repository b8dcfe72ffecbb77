"""One town from collecting to archived, by the people whose work it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, AxeCheck, NewContext, Screenshot
from tests.browser.people import log_in
from tests.worlds.small_towns import make, served

Somebody = Callable[..., Page]
BEGIN, LATER, SPRING = "2024-11-20T10:00", "2024-12-05T10:00", "2025-03-28T10:00"


@pytest.fixture
def people(new_context: NewContext) -> Callable[[str], Somebody]:
    """People who log in at an address, at a desk or on a phone."""

    def at(address: str) -> Somebody:
        def somebody(username: str, *, phone: bool = False) -> Page:
            page: Page = new_context(viewport=PHONE if phone else DESK).new_page()
            log_in(page, address, username)
            return page

        return somebody

    return at


def test_a_year_is_closed_scored_decided_published_read_paid_and_archived(
    tmp_path: Path,
    people: Callable[[str], Somebody],
    new_context: NewContext,
    axe: AxeCheck,
    screenshot: Screenshot,
) -> None:
    environment = make(tmp_path)
    with served(environment, BEGIN, tmp_path / "log.txt") as town:
        somebody = people(town)
        clerk = somebody("clerk")
        with step(clerk, town, "开始计分"):
            pass
        score(clerk, town)
        clerk.get_by_text("暂定结果：还有要求未达到").wait_for()
        accept_the_last(somebody("group_member"), town)
        score(clerk, town)
        clerk.get_by_text("各项要求都已达到或已认可").wait_for()
        with step(clerk, town, "提交复核"):
            pass
        for name in ("secretary", "other_secretary"):
            facts = somebody(name, phone=True)
            facts.goto(f"{town}publication/facts/")
            axe(facts)
            facts.get_by_role("button", name="核对无误").click()
            facts.get_by_text("已核对无误").wait_for()
        rule(clerk, [somebody("group_head"), somebody("other_group_head")], town, axe, screenshot)
    with served(environment, LATER, tmp_path / "log.txt") as town:
        somebody = people(town)
        clerk, heads = somebody("clerk"), [somebody("group_head"), somebody("other_group_head")]
        publish(clerk, heads, town, axe, screenshot)
        public = new_context(viewport=PHONE).new_page()
        public.goto(f"{town}f/gaojing/2024/results")
        public.get_by_text("怎样核对公布以后没有改过").click()
        told = public.locator("main").inner_text()
        assert [told.index(name) for name in ("云溪苑", "澄波里", "听澜坊")] == sorted(
            told.index(name) for name in ("云溪苑", "澄波里", "听澜坊")
        )
        assert "基本合格" in told
        axe(public)
        content = json.loads(taken(clerk, f"{town}publication/1/files/publication.json"))
        assert content["overrides"][0]["becomes"] == "basic"
        digest = hashlib.sha256(taken(clerk, f"{town}publication/1/files/publication.json"))
        assert digest.hexdigest() in told
        read_the_letter(somebody("secretary", phone=True), town, axe, screenshot)
        confirm_pay(somebody("finance"), town, axe, screenshot)
    with served(environment, SPRING, tmp_path / "log.txt") as town:
        somebody = people(town)
        clerk, heads = somebody("clerk"), [somebody("group_head"), somebody("other_group_head")]
        with step(clerk, town, "归档"):
            pass
        sign(heads, town)
        clerk.goto(f"{town}cycles/1/")
        clerk.locator("li[aria-current=step]").get_by_text("已归档").wait_for()


@contextmanager
def step(page: Page, town: str, name: str) -> Iterator[None]:
    """The clerk takes a step of the year; what it asks for is filled in within."""
    page.goto(f"{town}cycles/1/")
    page.get_by_role("link", name=name, exact=True).click()
    yield
    page.locator("main form button.main").click()
    page.get_by_role("heading", name="2024年度考核").wait_for()


def score(clerk: Page, town: str) -> None:
    clerk.goto(f"{town}results/")
    clerk.get_by_role("button", name="计分", exact=True).click()
    clerk.get_by_text("计分完成").wait_for(timeout=60_000)


def accept_the_last(member: Page, town: str) -> None:
    """A member of the leading group accepts the one requirement that is left unmet."""
    member.goto(f"{town}evidence/waivers/add")
    member.get_by_role("radio", name="云溪苑居民区").check()
    member.get_by_label("检查项").select_option("sample.total")
    member.get_by_label("理由").fill("村改居住户多在外，已由第三方补访，会议研究认可。")
    member.get_by_label("会议日期").fill("2024-11-19")
    member.get_by_label("会议编号").fill("领导小组〔2024〕3号")
    member.locator("main form button.main").click()
    member.get_by_text("云溪苑居民区").first.wait_for()


def rule(clerk: Page, heads: list[Page], town: str, axe: AxeCheck, screenshot: Screenshot) -> None:
    """The clerk proposes one override, two heads agree."""
    clerk.goto(f"{town}publication/rulings")
    axe(clerk)
    clerk.get_by_role("link", name="提出个别调整").click()
    axe(clerk)
    clerk.get_by_label("居民区").select_option("J03")
    clerk.get_by_label("调整为").select_option("grade=basic")
    clerk.get_by_label("理由").fill("年内发生有责火情，会议研究后下调一档。")
    clerk.get_by_role("button", name="提出").click()
    for head in heads:
        head.goto(f"{town}publication/rulings")
        head.get_by_text("听澜坊居民区：由“").wait_for()
        head.get_by_role("button", name="同意").click()
    heads[-1].get_by_text("已审定。").wait_for()
    screenshot(heads[-1], "rulings")
    axe(heads[-1])


def publish(
    clerk: Page, heads: list[Page], town: str, axe: AxeCheck, screenshot: Screenshot
) -> None:
    """What is published is made in the background, proposed with the meeting, and signed."""
    clerk.goto(f"{town}publication/rulings")
    clerk.get_by_role("link", name="准备公布").click()
    axe(clerk)
    clerk.get_by_label("落款日期").fill("2024-12-05")
    clerk.get_by_label("异议向谁提出").fill("镇党建办")
    clerk.get_by_label("异议期限").fill("2024-12-12")
    clerk.get_by_role("button", name="生成").click()
    clerk.get_by_role("heading", name="公布第1版").wait_for(timeout=90_000)
    axe(clerk)
    clerk.goto(f"{town}publication/rulings")
    clerk.get_by_role("link", name="提请公布").click()
    clerk.get_by_label("会议日期").fill("2024-12-05")
    clerk.get_by_label("会议编号").fill("领导小组〔2024〕4号")
    clerk.locator("main form button.main").click()
    sign(heads, town)
    clerk.goto(f"{town}publication/1/")
    clerk.get_by_text("领导小组〔2024〕4号").wait_for()
    screenshot(clerk, "publication")


def sign(heads: list[Page], town: str) -> None:
    for head in heads:
        head.goto(f"{town}cycles/1/")
        head.get_by_role("button", name="签署").click()
        head.get_by_text("已签署").wait_for()


def taken(page: Page, address: str) -> bytes:
    """A file that somebody takes along."""
    return page.request.get(address).body()


def read_the_letter(page: Page, town: str, axe: AxeCheck, screenshot: Screenshot) -> None:
    page.get_by_role("link", name="云溪苑居民区的考核反馈还没有阅读").click()
    axe(page)
    assert "名次" not in page.locator("main").inner_text()
    letter = page.get_by_role("link", name="下载反馈函（PDF）").get_attribute("href")
    assert taken(page, f"{town.rstrip('/')}{letter}").startswith(b"%PDF")
    page.get_by_role("button", name="已阅").click()
    page.get_by_text("先生 已阅").wait_for()
    screenshot(page, "letter-on-a-phone", full_page=True)


def confirm_pay(page: Page, town: str, axe: AxeCheck, screenshot: Screenshot) -> None:
    page.goto(f"{town}publication/pay/")
    axe(page)
    while (waiting := page.get_by_role("link", name="核定", exact=True)).count():
        waiting.first.click()
        page.get_by_role("radio").first.check()
        page.get_by_label("理由").fill("按任职情况核定。")
        page.get_by_role("button", name="保存").click()
        page.goto(f"{town}publication/pay/")
    screenshot(page, "pay", full_page=True)
    page.get_by_role("button", name="确认名单").click()
    page.get_by_text("已确认").first.wait_for()
