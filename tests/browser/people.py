"""People of the demonstration town at their browsers."""

from __future__ import annotations

from playwright.sync_api import Page


def log_in(page: Page, address: str, username: str) -> None:
    """Log in from the login page; in the demonstration the password is the login name."""
    page.goto(f"{address}accounts/login")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(username)
    page.locator("main").get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="工作台").wait_for()


def places_of_menu(page: Page) -> list[str]:
    """The addresses of everything in somebody's menu."""
    links = page.locator("nav.menu a").evaluate_all("all => all.map(one => one.href)")
    return list(dict.fromkeys(links))
