"""Every page of every role: it opens, fits the screen, and nobody is shut out of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, AxeCheck, Screenshot
from tests.browser.people import log_in, places_of_menu
from tests.conftest import RUN
from tests.worlds.demonstrations import copy_of, made_once, served

ROLES = (
    # Those who act first: their pages have the buttons and forms.
    *("clerk", "inspection", "administrator", "scorer", "department_head", "provider", "leader"),
    *("secretary", "group_head", "auditor", "finance", "group_member", "worker", "monitor"),
    *("survey_manager", "interviewer", "statistics"),
)
EXAMINED: set[str] = set()
"""Pages that somebody has been through thoroughly; to others they only have to open."""
FURTHER = {
    "clerk": (
        *("results/1/", "results/1/areas/J0001/", "cycles/1/", "cycles/schemes/1/"),
        # With every field open and every sign of too few, beside the plain page of the menu.
        "results/plan/?margin=5&response=30&deviation=15&overlap=89",
        *("surveys/1/", "surveys/5/", "surveys/5/close", "surveys/5/links", "surveys/add"),
        "results/left-out/",
        *("hotline/exclusions/meeting", "hotline/exclusions/grounds"),
        *("hotline/exclusions/?show=decided", "hotline/exclusions/249/"),
    ),
    "scorer": ("evidence/notes/add", "hotline/exclusions/ask"),
    "auditor": ("results/1/", "audit/verify"),
    "group_head": (
        "results/1/areas/J0002/",
        "results/readings/1/decisions/hotline_formula/",
        "cycles/decisions/?cycle=2",
    ),
    "administrator": ("accounts/users/1/", "accounts/posts/add"),
    "leader": ("evidence/notes/add",),
    "secretary": ("accounts/me",),
}


@pytest.fixture(scope="module")
def demo(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The demonstration town, to be looked at: its address, and what the command printed."""
    data = copy_of(made_once(pytestconfig.stash[RUN]), tmp_path_factory.mktemp("looked-at"))
    with served(data) as started:
        yield started


@pytest.fixture(scope="module")
def town(demo: tuple[str, str]) -> str:
    """The address of the town."""
    return demo[0]


def test_the_command_prints_the_address_a_login_per_role_and_the_way_to_score_files(
    demo: tuple[str, str],
) -> None:
    address, told = demo
    assert address in told
    for role in ROLES:
        assert f"  {role} " in told
    assert "kaohe score" in told


def test_pages_before_login_can_be_used_by_everybody(
    town: str, page: Page, phone: Page, axe: AxeCheck, screenshot: Screenshot
) -> None:
    for one in (page, phone):
        for path in (
            *("accounts/login", "accounts/access", "evidence/complain"),
            *("f/", "f/demonstration/2025", "f/demonstration/2025/questions?lang=en"),
        ):
            assert one.goto(town + path).status == 200
            axe(one)
            assert fits(one), path
    page.goto(f"{town}accounts/login")
    screenshot(page, "login")


@pytest.mark.parametrize("username", ROLES)
def test_every_page_in_the_menu_of_a_role_can_be_used_at_a_desk_and_on_a_phone(
    town: str, page: Page, phone: Page, axe: AxeCheck, screenshot: Screenshot, username: str
) -> None:
    log_in(page, town, username)
    screenshot(page, f"desk-{username}")
    paths = [link.removeprefix(town) for link in places_of_menu(page)]
    paths += FURTHER.get(username, ())
    new = [path for path in paths if path not in EXAMINED]
    for path in set(paths) - set(new):
        assert page.request.get(town + path).status == 200, path
    for path in ("", *new):
        answer = page.goto(town + path)
        assert answer.status == 200, path
        assert fits(page), path
        axe(page)
        page.set_viewport_size(PHONE)
        assert fits(page), path
        page.set_viewport_size(DESK)
    if not new:
        return
    # Logged in already: whether the login fits a phone is seen before login.
    phone.context.add_cookies(page.context.cookies())
    phone.goto(town)
    assert fits(phone)
    axe(phone)
    EXAMINED.update(new)


def fits(page: Page) -> bool:
    """Whether nothing hangs over the right edge of the screen."""
    script = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(page.evaluate(script))
