"""The XLSForm: taken by pyxform without a warning, and a form that asks what the scheme asks."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pyxform.xls2xform import convert

from kaohe.values.text import Text
from kaohe.web.surveys.xlsform import MOST_LISTED, Form, ToVisit, xlsform
from tests.web.asking import ASKED
from tests.web.workbooks import rows_of

pytestmark = pytest.mark.no_database

FORM = Form("gaojing_2024", Text(zh="居民满意度调查", en="Residents' survey"), 18, 6)
AREAS = {"J01": "云溪苑居民区", "J02": "澄波里居民区"}
HOUSEHOLDS = [
    ToVisit("J01", "H0001", "3 号楼 · 301 室"),
    ToVisit("J01", "H0002", "<r>=1+1</r>"),
    ToVisit("J02", "H0003", "1 号楼 · ${area}"),
]
HTML = "{http://www.w3.org/1999/xhtml}"
XFORMS = "{http://www.w3.org/2002/xforms}"


def form_of(households: list[ToVisit] = HOUSEHOLDS) -> bytes:
    return xlsform(FORM, ASKED, AREAS, households)


def converted(content: bytes) -> ElementTree.Element:
    """The XForm; whatever pyxform finds doubtful fails the test."""
    warnings: list[str] = []
    result = convert(BytesIO(content), validate=False, file_type=".xlsx", warnings=warnings)
    assert warnings == []
    assert result.warnings == []
    return ElementTree.fromstring(result.xform)


def texts(xform: ElementTree.Element, language: str) -> dict[str, str]:
    """Every text of a language, by its id."""
    for translation in xform.iter(f"{XFORMS}translation"):
        if language in translation.attrib["lang"]:
            return {
                text.attrib["id"]: "".join((text.find(f"{XFORMS}value") or text[0]).itertext())
                for text in translation
            }
    raise AssertionError(language)


def straight(text: str) -> str:
    """As every XLSForm program shows it: pyxform makes all quotation marks straight."""
    return text.replace("“", '"').replace("”", '"')


def by_name(content: bytes, sheet: int) -> dict[str, dict[str, str]]:
    head, *rows = rows_of(content, sheet)
    named = [dict(zip(head, row, strict=True)) for row in rows]
    return {f"{one.get('list_name', '')}/{one['name']}": one for one in named if one["name"]}


def test_every_question_is_there_in_both_languages() -> None:
    xform = converted(form_of())
    binds = {bind.attrib["nodeset"]: bind for bind in xform.iter(f"{XFORMS}bind")}
    chinese, english = texts(xform, "zh"), texts(xform, "en")
    for one in ASKED:
        (path,) = [path for path in binds if path.endswith("/" + one.name.replace(".", "_"))]
        assert chinese[f"{path}:label"] == straight(one.label.zh)
        assert english[f"{path}:label"] == one.label.en
        if one.help is not None:
            assert chinese[f"{path}:hint"] == straight(one.help.zh)


def test_what_is_not_known_can_be_left_open() -> None:
    survey = by_name(form_of(), 0)
    required = {name for name, row in survey.items() if row["required"] == "yes"}
    assert required == {
        *("/interviewer", "/area", "/household", "/disposition"),
        *("/met", "/consent", "/adult", "/resident"),
    }


def test_answers_are_the_codes_of_the_scheme_question_by_question() -> None:
    content = form_of()
    survey, choices = by_name(content, 0), by_name(content, 1)
    for one in ASKED:
        kind, name = survey["/" + one.name.replace(".", "_")]["type"].split()
        assert kind == "select_one"
        offered = {
            key.partition("/")[2]: (row["label::中文 (zh)"], row["label::English (en)"])
            for key, row in choices.items()
            if key.startswith(f"{name}/")
        }
        assert offered == {c.code: (c.label.zh, c.label.en) for c in one.choices}


def test_limits_of_age_and_residence_are_those_given() -> None:
    other = xlsform(Form("f", FORM.title, 16, 12), ASKED, AREAS, HOUSEHOLDS)
    survey = by_name(other, 0)
    assert "16" in survey["/adult"]["label::中文 (zh)"]
    assert "12" in survey["/resident"]["label::English (en)"]
    assert survey["/resident"]["relevant"] == "${adult} = 'yes'"
    assert survey["/questions"]["relevant"] == "${resident} = 'yes'"


def test_only_who_was_asked_can_have_answered() -> None:
    """A break-off and other reasons may come after the first question, unknowns may not."""
    offered = {
        name.partition("/")[2]: (row["asked"], row["unasked"])
        for name, row in by_name(form_of(), 1).items()
        if name.startswith("disposition/")
    }
    assert offered == {
        **dict.fromkeys(["I", "P"], ("yes", "no")),
        **dict.fromkeys(["R", "O"], ("yes", "yes")),
        **dict.fromkeys(["NC", "UH", "UO", "NE"], ("no", "yes")),
    }
    rule = by_name(form_of(), 0)["/disposition"]["choice_filter"]
    assert "asked = 'yes' and ${resident} = 'yes'" in rule
    assert "unasked = 'yes' and not(${resident} = 'yes')" in rule


def test_households_are_chosen_from_the_list_of_their_area() -> None:
    content = form_of()
    survey, choices = by_name(content, 0), by_name(content, 1)
    assert survey["/household"]["choice_filter"] == "area = ${area}"
    assert choices["household/H0001"]["area"] == "J01"
    assert choices["household/H0002"]["label::中文 (zh)"] == "<r>=1+1</r>"
    itemset = next(
        one
        for one in converted(content).iter(f"{XFORMS}itemset")
        if "household" in one.attrib["nodeset"]
    )
    assert re.search(r"area\s*=\s*/data/area", re.sub(r"\s+", " ", itemset.attrib["nodeset"]))


def test_the_same_id_in_two_areas_is_no_error() -> None:
    converted(form_of([ToVisit("J01", "1", "甲"), ToVisit("J02", "1", "乙")]))


def test_a_long_list_is_not_carried_along() -> None:
    many = [ToVisit("J01", f"H{n}", f"{n} 室") for n in range(MOST_LISTED + 1)]
    content = form_of(many)
    converted(content)
    assert by_name(content, 0)["/household"]["type"] == "text"
    assert not [name for name in by_name(content, 1) if name.startswith("household/")]


def test_the_same_content_is_the_same_bytes_and_another_is_another_version() -> None:
    content = form_of()
    assert content == form_of()
    assert content != form_of(HOUSEHOLDS[:1])
    version = [rows_of(one, 2)[1][2] for one in (content, form_of(HOUSEHOLDS[:1]))]
    assert version[0] != version[1]


@pytest.mark.parametrize("word", ["deviceid", "phone", "geopoint", "image", "audio", "username"])
def test_nothing_personal_is_asked(word: str) -> None:
    assert not [row for row in rows_of(form_of()) if word in str(row[0])]
