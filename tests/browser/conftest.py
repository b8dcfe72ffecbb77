"""A browser at a desk and one in a hand, the check that everybody can use a page, and pictures.

``page`` is a page at a desk, ``phone`` one on a phone; ``axe(page)`` fails where somebody who
cannot see or point would be stuck; ``screenshot(page, name)`` takes a picture for the guide.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError

from tests.worlds import browsers

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/guide"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

EXCUSED = ("Failed to load resource", "Applying inline style")
"""That a page was not found is for the test to judge; styles within a page are those that axe and
the camera bring, since templates have none (tests/repo/test_templates.py)."""

NewContext = Callable[..., BrowserContext]
AxeCheck = Callable[[Page], None]
Screenshot = Callable[..., Path]

# Playwright runs an event loop in the thread of the test, where Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: an address is whole. (That of pytest-playwright draws a warning, which is an error.)"""


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """The browser that was found, started so that it draws Chinese and keeps to itself."""
    try:
        found = browsers.find()
    except browsers.MissingBrowser as missing:
        pytest.fail(str(missing), pytrace=False)
    return {
        **browser_type_launch_args,
        "executable_path": found,
        "args": browsers.launch_arguments(),
        "env": browsers.environment(tmp_path_factory.mktemp("browser")),
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Of somebody in China."""
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def context(new_context: NewContext) -> Iterator[BrowserContext]:
    """A browser at a desk: ``page`` is a page in it."""
    with without_complaints(new_context(viewport=DESK)) as context:
        yield context


@pytest.fixture
def phone(new_context: NewContext) -> Iterator[Page]:
    """A page on a phone, which is touched."""
    held = new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    with without_complaints(held) as context:
        yield context.new_page()


@contextmanager
def without_complaints(context: BrowserContext) -> Iterator[BrowserContext]:
    """Fail at the end where a script failed, or the policy of a page's content forbade one."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXCUSED):
            complaints.append(message.text)

    def broke(problem: WebError) -> None:
        complaints.append(str(problem.error))

    context.on("console", listen)
    context.on("weberror", broke)
    yield context
    assert complaints == []


@pytest.fixture(scope="session")
def axe() -> AxeCheck:
    """Fails with every fault of a page that the standards of accessibility know."""

    def check(page: Page) -> None:
        only = {"type": "tag", "values": list(STANDARDS)}
        found = Axe().run(page, options={"runOnly": only, "resultTypes": ["violations"]})
        if violations := found.response["violations"]:
            pytest.fail("\n".join([page.url, *map(_told, violations)]), pytrace=False)

    return check


def _told(violation: dict[str, Any]) -> str:
    """A rule that is broken, and every place where it is."""
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        lines.append(f"  {' '.join(map(str, node['target']))}: {node['html'][:200]}")
        lines += [f"    {line}" for line in node["failureSummary"].splitlines()]
    return "\n".join(lines)


@pytest.fixture(scope="session")
def screenshot() -> Screenshot:
    """Takes a picture; where KAOHE_PICTURES=1 asks for it, those of the guide go there."""
    return partial(take, pictures_of_guide(os.environ))


def pictures_of_guide(environment: Mapping[str, str]) -> frozenset[str]:
    """The pictures that the guide shows and that are asked for."""
    text = (GUIDE / "README.md").read_text(encoding="utf-8")
    asked = environment.get("KAOHE_PICTURES") == "1"
    return frozenset(re.findall(r"\((\S+)\.png\)", text)) if asked else frozenset()


def take(wanted: Collection[str], page: Page, name: str, **options: Any) -> Path:
    """Take a picture of what is shown; ``full_page=True`` takes what is below it too."""
    folder = GUIDE if name in wanted else ROOT / "build/pictures"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide", **options)
    return path
