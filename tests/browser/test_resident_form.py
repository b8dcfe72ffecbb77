"""A household answers: on a phone, with script and without, by keyboard, on a slow line."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import PHONE, AxeCheck, NewContext, Screenshot
from tests.conftest import RUN
from tests.worlds.demonstrations import copy_of, made_once, served, trial_codes

RECEIPT = re.compile(r"(?:[2-9A-Y]{4}-){3}[2-9A-Y]{4}")
SLOW = {  # a phone of long ago on 3G
    "latency": 300,
    "downloadThroughput": 400_000 // 8,
    "uploadThroughput": 400_000 // 8,
    "offline": False,
}
FIRST_PAINT = 1000
"""Milliseconds of the phone's own time, without those of the machine that plays it."""


class Town:
    """The demonstration's trial round, with a code for each test and one box for all."""

    def __init__(self, address: str, tag: str, codes: list[str], data: Path) -> None:
        self.address, self.form = address, f"{address}f/{tag}"
        self._codes, self._box = codes, data / "boxes" / f"{tag}.sqlite3"
        self.next()

    def next(self) -> None:
        """Another household's code."""
        self.code = self._codes.pop()
        self.link = f"{self.form}#{self.code}"
        self._before = self._in_the_box()

    def taken(self) -> int:
        """How many ballots came in since; the box holds as many as households that took part."""
        return self._in_the_box() - self._before

    def _in_the_box(self) -> int:
        box = sqlite3.connect(self._box)
        [(ballots,)] = box.execute("SELECT count(*) FROM sealed")
        [(households,)] = box.execute("SELECT count(*) FROM participation")
        box.close()
        assert ballots == households
        return int(ballots)


@pytest.fixture(scope="module")
def trial(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town, served, with a code for every household of the trial."""
    data = copy_of(made_once(pytestconfig.stash[RUN]), tmp_path_factory.mktemp("answered"))
    with served(data) as (address, told):
        assert re.search(rf"{address}f/\S+#\S+", told)
        yield Town(address, *trial_codes(data), data)


@pytest.fixture
def town(trial: Town) -> Town:
    """The town, with a code that nobody has used."""
    trial.next()
    return trial


def tick(page: Page) -> None:
    """Answer every question."""
    for group in page.locator("form fieldset").all():
        group.locator("label").nth(1).click()


def test_a_household_scans_ticks_sends_and_keeps_its_receipt(
    town: Town, phone: Page, axe: AxeCheck, screenshot: Screenshot
) -> None:
    phone.goto(town.link)
    assert phone.get_by_label("答题码").input_value().replace("-", "") == town.code
    axe(phone)
    screenshot(phone, "resident-form")
    tick(phone)
    axe(phone)
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("heading", name="答卷收到了").wait_for()
    assert RECEIPT.search(phone.locator(".receipt").inner_text())
    axe(phone)
    screenshot(phone, "resident-receipt")
    assert town.taken() == 1
    phone.goto(town.link)
    phone.reload()
    assert phone.locator("input:checked").count() == 0
    tick(phone)
    phone.get_by_role("button", name="提交").dblclick()
    phone.get_by_role("heading", name="这个答题码已经用过").wait_for()
    axe(phone)
    assert town.taken() == 1


def test_a_phone_without_script_types_the_code(
    town: Town, new_context: NewContext, axe: AxeCheck
) -> None:
    page = new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, java_script_enabled=False
    ).new_page()
    page.goto(town.link)
    assert page.get_by_label("答题码").input_value() == ""
    assert page.get_by_role("button", name="读给我听").count() == 0
    tick(page)
    page.get_by_label("答题码").fill(town.code[:-1])
    page.get_by_role("button", name="提交").click()
    page.get_by_role("alert").get_by_text("答题码不对").wait_for()
    assert page.locator("fieldset input:checked").count() == 11
    page.get_by_label("答题码").fill(town.code.lower())
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="答卷收到了").wait_for()
    assert town.taken() == 1


def test_going_back_and_sending_again_without_script_is_told_so(
    town: Town, new_context: NewContext
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(town.link)
    tick(page)
    page.get_by_label("答题码").fill(town.code)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="答卷收到了").wait_for()
    page.go_back()
    tick(page)
    page.get_by_label("答题码").fill(town.code)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="这个答题码已经用过").wait_for()
    assert town.taken() == 1


def test_answers_outlast_a_line_that_drops(town: Town, phone: Page) -> None:
    phone.goto(town.link)
    tick(phone)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="提交").click()
    phone.get_by_text("网络不通").wait_for()
    assert phone.locator("fieldset input:checked").count() == 11
    phone.context.set_offline(False)
    phone.reload()
    assert phone.locator("fieldset input:checked").count() == 11
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("heading", name="答卷收到了").wait_for()
    assert town.taken() == 1


def test_an_answer_that_is_lost_on_the_way_back_is_not_asked_for_twice(
    town: Town, phone: Page
) -> None:
    """The ballot came in, the receipt did not arrive: sending again is told so."""
    phone.goto(town.link)
    tick(phone)
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().text())
        route.abort()

    phone.route("**/f/*", lose, times=1)
    phone.get_by_role("button", name="提交").click()
    phone.get_by_text("网络不通").wait_for()
    assert "答卷收到了" in lost[0]
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("heading", name="这个答题码已经用过").wait_for()
    phone.get_by_text("不用再交").wait_for()
    assert town.taken() == 1


def test_a_request_has_one_length_whatever_is_ticked(town: Town, phone: Page) -> None:
    sent: list[str] = []

    def hear(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
            route.abort()
        else:
            route.continue_()

    phone.route("**/f/*", hear)
    phone.goto(town.link)
    groups = phone.locator("form fieldset").all()
    for ticked in (
        [(0, 0)],
        [(place, -1) for place in range(11)],
        [(place, 1) for place in (2, 9)],
    ):
        for group, label in ticked:
            groups[group].locator("label").nth(label).click()
        phone.get_by_label("是别人帮我填的").click()
        phone.get_by_role("button", name="提交").click()
        phone.get_by_text("网络不通").wait_for()
        phone.locator("#progress").evaluate("(one) => one.textContent = ''")
    assert len(set(sent)) == 3
    assert len(set(map(len, sent))) == 1
    assert town.taken() == 0


def test_by_keyboard_alone(town: Town, page: Page) -> None:
    page.goto(town.link)
    page.get_by_label("答题码").focus()
    for _ in range(200):
        page.keyboard.press("Tab")
        kind = page.evaluate("[document.activeElement.type, document.activeElement.className]")
        if kind[0] == "radio":
            page.keyboard.press("ArrowDown")
        if "send" in kind[1]:
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="答卷收到了").wait_for()
    assert page.evaluate("document.activeElement.id") == "main"
    assert town.taken() == 1


def test_who_listens_hears_every_question_with_its_answers(town: Town, phone: Page) -> None:
    phone.goto(town.link)
    told = phone.locator("form").aria_snapshot()
    groups = re.findall(r'- group "([^"]+(?:\\"[^"]*)*)"', told)
    assert len(groups) == 11
    assert told.count("- radio") == 2 + 3 + 2 + 9 * 6
    assert 'textbox "答题码"' in told
    assert 'button "提交"' in told


def test_everything_can_be_hit_and_read(town: Town, phone: Page) -> None:
    phone.goto(town.link)
    touched = "a, button, summary, fieldset label, .switch + label, .box, #code"
    small = phone.evaluate(
        """(touched) => [...document.querySelectorAll(touched)].filter((one) => one.offsetParent)
        .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)""",
        touched,
    )
    assert small == []
    read = "p, label, legend, li, summary, button, a, #code"
    sizes = phone.evaluate(
        """(read) => [...document.querySelectorAll(read)].filter((one) => one.offsetParent)
        .map((one) => parseFloat(getComputedStyle(one).fontSize))""",
        read,
    )
    assert min(sizes) >= 18
    phone.get_by_label("大字").check()
    larger = "parseFloat(getComputedStyle(document.querySelector('legend')).fontSize)"
    assert phone.evaluate(larger) >= 26
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_high_contrast_and_larger_print_are_for_everybody(
    town: Town, phone: Page, axe: AxeCheck, screenshot: Screenshot
) -> None:
    phone.goto(town.link)
    phone.get_by_label("大字").check()
    phone.get_by_label("高对比").check()
    axe(phone)
    screenshot(phone, "resident-form-contrast")


def test_the_form_is_on_a_slow_phone_in_a_second(town: Town, new_context: NewContext) -> None:
    """What is loaded is measured, the machine's own slowness is not: the line is simulated."""
    page = new_context(viewport=PHONE, is_mobile=True, has_touch=True).new_page()
    loaded: list[int] = []
    page.on("requestfinished", lambda one: loaded.append(one.sizes()["responseBodySize"]))
    page.goto(town.link)
    page.wait_for_load_state("networkidle")
    total = sum(loaded)
    assert 0 < total < 30_000
    assert len(loaded) <= 3
    round_trips = 1  # the page; what it links to is not needed to paint it
    seconds = round_trips * SLOW["latency"] / 1000 + total / SLOW["downloadThroughput"]
    assert seconds * 1000 < FIRST_PAINT


def test_a_receipt_is_looked_up(town: Town, phone: Page, axe: AxeCheck) -> None:
    phone.goto(f"{town.form}/receipts")
    phone.get_by_text("还没有开箱").wait_for()
    axe(phone)
    phone.goto(f"{town.address}f/")
    axe(phone)
    past: Any = phone.goto(f"{town.address}f/NONE")
    assert past.status == 404
    axe(phone)
