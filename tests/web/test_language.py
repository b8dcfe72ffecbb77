"""Punctuation is that of the page's language, and names in quotation marks nest."""

from __future__ import annotations

from django.utils.translation import override

from kaohe.web.records.views import LONGEST_NAME, shortened
from kaohe.web.ui.language import in_a_row, in_brackets, in_quotes, named, sentences
from tests.web.cast import Cast


def test_marks_follow_the_language_of_the_page() -> None:
    with override("zh-hans"):
        assert named("甲", "乙") == "甲：乙"
        assert f"甲{in_brackets('乙')}" == "甲（乙）"
        assert in_a_row(["甲", "乙"]) == "甲、乙"
        assert sentences(["甲", "乙"]) == "甲；乙"
    with override("en"):
        assert named("a", "b") == "a: b"
        assert f"a{in_brackets('b')}" == "a (b)"
        assert in_a_row(["a", "b"]) == "a, b"
        assert sentences(["a", "b"]) == "a; b"


def test_quotation_marks_within_others_are_single_ones() -> None:
    assert in_quotes("协调“三驾马车”等") == "“协调‘三驾马车’等”"


def test_a_long_name_is_cut_where_it_was_saved() -> None:
    assert shortened("短") == "短"
    assert shortened("长" * 61) == "长" * LONGEST_NAME + "…"


def test_the_form_of_an_area_names_its_fields_as_the_template_does(cast: Cast) -> None:
    page = cast.client("clerk").get("/registry/areas/add").content.decode()
    template = cast.client("clerk").get("/registry/intake/areas/").content.decode()
    for name in ("居民区编号", "居民区名称"):
        assert f">{name}<" in page
        assert name in template


def test_the_example_of_a_part_lies_in_the_year_of_the_cycle(cast: Cast) -> None:
    page = cast.client("provider").get("/cycles/deliveries/upload").content.decode()
    assert f"如 {cast.cycle.year}-10；" in page
