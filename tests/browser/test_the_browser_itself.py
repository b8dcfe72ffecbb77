"""The browser can show what the other tests look at: Chinese, a phone, and what is wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import (
    ROOT,
    AxeCheck,
    NewContext,
    pictures_of_guide,
    take,
    without_complaints,
)

PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>考核</title>
<main><h1>考核结果</h1>%s</main>
</html>
"""


def drawn(page: Page, text: str, family: str) -> bytes:
    """The picture of a text."""
    page.set_content(PAGE % f'<span id="text" style="font: 40px {family}">{text}</span>')
    return page.locator("#text").screenshot()


@pytest.mark.parametrize("family", ["sans-serif", "serif", "monospace", "FangSong", "system-ui"])
def test_chinese_characters_are_drawn_each_in_its_own_way(page: Page, family: str) -> None:
    """A character without a glyph is a box, and a box looks like any other."""
    pictures = [drawn(page, one, family) for one in "考核镇堃"]
    assert len(set(pictures)) == len(pictures)
    assert drawn(page, "考", family) == pictures[0]


def test_song_and_hei_are_two_faces(page: Page) -> None:
    assert drawn(page, "考核", "serif") != drawn(page, "考核", "sans-serif")


def test_a_page_is_as_wide_as_the_desk_or_the_phone(page: Page, phone: Page) -> None:
    for shown, width in ((page, 1280), (phone, 390)):
        shown.set_content(PAGE % "")
        assert shown.evaluate("document.documentElement.clientWidth") == width
        assert shown.evaluate("navigator.language") == "zh-CN"
    assert phone.evaluate("matchMedia('(pointer: coarse)').matches")


def test_a_page_that_everybody_can_use_passes(page: Page, axe: AxeCheck) -> None:
    page.set_content(PAGE % '<label>姓名 <input name="name"></label>')
    axe(page)


def test_a_planted_fault_is_told_with_its_place(page: Page, axe: AxeCheck) -> None:
    page.set_content(PAGE % '<input name="name"><p style="color: #bbb">太浅</p>')
    with pytest.raises(pytest.fail.Exception) as caught:
        axe(page)
    told = str(caught.value)
    assert 'label (critical): Form elements must have labels\n  input: <input name="name">' in told
    assert "color-contrast (serious)" in told


def test_a_script_that_fails_is_a_complaint(new_context: NewContext) -> None:
    with (
        pytest.raises(AssertionError, match="planted"),
        without_complaints(new_context()) as context,
    ):
        context.new_page().set_content(PAGE % '<script>throw new Error("planted")</script>')


def test_what_the_policy_of_a_page_forbids_is_a_complaint(new_context: NewContext) -> None:
    policy = """<meta http-equiv="Content-Security-Policy" content="script-src 'self'">"""
    with (
        pytest.raises(AssertionError, match="Content Security Policy"),
        without_complaints(new_context()) as context,
    ):
        context.new_page().set_content(PAGE % f"{policy}<script>1</script>")


def test_pictures_go_into_the_guide_only_where_that_is_asked_for_and_it_shows_them() -> None:
    assert pictures_of_guide({}) == frozenset()
    shown = pictures_of_guide({"KAOHE_PICTURES": "1"})
    assert "login" in shown
    assert "desk-worker" not in shown


def test_the_picture_of_a_page_is_the_same_twice(page: Page) -> None:
    page.set_content(PAGE % "<input autofocus>")
    one, two = (take((), page, f"twice-{name}", full_page=True) for name in ("one", "two"))
    assert one == ROOT / "build/pictures/twice-one.png"
    assert one.read_bytes() == two.read_bytes()
