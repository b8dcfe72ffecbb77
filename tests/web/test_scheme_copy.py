"""Next year's scheme begins as a copy, and what differs is told clause by clause."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from kaohe.scheme.loading import SchemeFile
from kaohe.scheme.shipped import find_scheme, shipped_schemes
from kaohe.values.text import Text
from kaohe.web.cycles.copying import Naming, named_by, naming_for_year, text_for_year
from kaohe.web.cycles.models import SchemeVersion
from kaohe.web.cycles.scheme_actions import copy_for_year, take_in_scheme
from kaohe.web.cycles.schemes import read_scheme, scheme_under
from tests.web.cast import NOW, SCHEME, Cast
from tests.web.preparing import acts

pytestmark = pytest.mark.either_database

COPY = {
    "year": "2025",
    "title": "2025年高境镇居民区考核方案",
    "title_en": "Gaojing Town: assessment of residential areas 2025",
    "number": "",
    "issued_on": "",
}
NAMING = Naming(Text(zh="甲", en="A"))


def named(text: str, naming: Naming) -> SchemeFile:
    """The scheme that a text becomes under a name, in the same year as before."""
    found, _ = read_scheme(text, only_errors=True)
    assert found is not None
    period = found.under({}).period
    assert period is not None
    new, findings = read_scheme(
        text_for_year(text, found, period.last.year, naming), only_errors=True
    )
    assert new is not None, [one.text("zh") for one in findings]
    return new


def moved(text: str, year: int) -> str:
    found, findings = read_scheme(text, only_errors=True)
    assert found is not None, findings
    return text_for_year(text, found, year)


def changed_lines(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return [one for one in lines if one[:1] in "+-" and one[:3] not in ("+++", "---")]


def test_only_dates_of_periods_and_the_id_change() -> None:
    text = SCHEME.read_bytes().decode()
    new = moved(text, 2025)
    changed = [one.strip("+- ") for one in changed_lines(text, new)]
    assert all(one.startswith(("id:", "period:", "- {from:", "{from:")) for one in changed)
    assert "id: gaojing-2025" in new
    assert "{from: 2025-02-01, to: 2025-02-28}" in new
    assert "date: 2024-06-28" in new
    assert "title: {zh: 2024年高境镇" in new
    assert len(changed) == 2 * (1 + 1 + 4 + 12)


def test_the_copy_carries_its_own_name_where_the_old_one_stood() -> None:
    text = SCHEME.read_bytes().decode()
    found, _ = read_scheme(text, only_errors=True)
    assert found is not None
    guessed = naming_for_year(found, 2025)
    assert guessed.title.zh == COPY["title"]
    assert guessed.title.en == COPY["title_en"]
    assert (guessed.number, guessed.issued_on) == (None, None)
    draft = text_for_year(text, found, 2025, guessed)
    lines = set(changed_lines(moved(text, 2025), draft))
    assert {one for one in lines if one[0] == "+"} == {
        '+title: {zh: "2025年高境镇居民区考核方案", '
        'en: "Gaojing Town: assessment of residential areas 2025"}',
        "+number: null",
        "+date: null",
    }
    issued = Naming(guessed.title, "宝高委〔2025〕9号", date(2025, 3, 1))
    again, _ = read_scheme(draft, only_errors=True)
    assert again is not None
    assert named_by(again) == {"title", "title_en", "number", "issued_on"}
    scheme = named(draft, issued).under({})
    assert (scheme.title, scheme.number, scheme.date) == (
        issued.title,
        issued.number,
        issued.issued_on,
    )


def test_a_name_that_stays_is_left_as_it_was_written() -> None:
    text = SCHEME.read_bytes().decode()
    found, _ = read_scheme(text, only_errors=True)
    assert found is not None
    scheme = found.under({})
    same = Naming(scheme.title, scheme.number, scheme.date)
    assert text_for_year(text, found, 2024, same) == text


SMALL = Path(__file__).parents[1] / "unit/scheme/clinics.yaml"
NAME_LINES = ("title: {zh: 2024年诊所考核, en: Clinics 2024}\n", "date: 2023-12-20\n")
WAYS = {
    "plain": ("title: 2024年考核", "number: 1号"),
    "single": ("title: {zh: '2024年''考核', en: x} # c", "number: '1号' # c"),
    "block": ("title:\n  zh: 考核 # c\n  en: x", "number: >-\n  1\n  号\n# c"),
    "literal": ("title:\n  zh: |\n    考核\n  en: |-\n    x", "number: |\n  1号\n"),
    "nothing": ("title: {zh: 考核, en: x}", "number:"),
    "nothing with a comment": ("title: {zh: 考核, en: x}", "number: # none yet"),
    "null": ("title: {en: x, zh: 考核}", "number: ~"),
    "wide blank": ("title: {zh: 考核\u3000, en: x}", "number: 1号\u3000"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_however_a_name_is_written_the_new_one_takes_its_place(way: str, end: str) -> None:
    title, number = WAYS[way]
    text = SMALL.read_text(encoding="utf-8")
    assert all(line in text for line in NAME_LINES)
    text = text.replace(NAME_LINES[0], f"{title}\n{number}\n").replace("\n", end)
    naming = Naming(Text(zh="甲: #乙", en="甲: #乙"), "{x}", date(2024, 1, 2))
    new = named(text, naming)
    scheme = new.under({})
    assert (scheme.title, scheme.number, scheme.date) == (naming.title, "{x}", naming.issued_on)
    assert ("title_en" in named_by(new)) == (way != "plain")


@pytest.mark.parametrize("typed", ['"}', "null", "2025", "- a", "a: b #c", "\\", "'", "甲\u2028乙"])
def test_what_is_typed_into_the_form_is_the_name_of_the_copy(cast: Cast, typed: str) -> None:
    version = cast.cycle.scheme
    sent = {**COPY, "title": typed, "number": typed, "issued_on": "2025-03-01"}
    answer = cast.client("clerk").post(f"/cycles/schemes/{version.pk}/copy", sent)
    assert answer.status_code == 302
    made = SchemeVersion.objects.get(town=cast.town, scheme_id="gaojing-2025")
    scheme = scheme_under(made, {})
    assert (made.title, scheme.title.zh, scheme.number) == (typed, typed, typed)
    assert scheme.date == date(2025, 3, 1)


def test_the_form_asks_for_what_the_scheme_has_and_keeps_what_was_typed(cast: Cast) -> None:
    version, client = cast.cycle.scheme, cast.client("clerk")
    page = client.get(f"/cycles/schemes/{version.pk}/").content.decode()
    assert 'value="2025年高境镇居民区考核方案"' in page
    assert 'name="number"' in page
    assert "104号" not in page.partition("复制为哪一年度")[2]
    wrong = client.post(f"/cycles/schemes/{version.pk}/copy", {**COPY, "title": " "})
    assert wrong.status_code == 422
    assert f'value="{COPY["title_en"]}"' in wrong.content.decode()
    text = SMALL.read_text(encoding="utf-8").replace(NAME_LINES[0], "title: 考核\n")
    plain, _ = take_in_scheme(text, by=cast.person("clerk"), at=NOW)
    page = client.get(f"/cycles/schemes/{plain.pk}/").content.decode()
    assert 'name="title"' in page
    assert 'name="title_en"' not in page
    assert 'name="number"' not in page
    assert 'name="issued_on"' in page


def test_there_and_back_gives_the_same_text_over_a_leap_year() -> None:
    text = SCHEME.read_bytes().decode()
    assert "to: 2028-02-29" in moved(text, 2028)
    assert moved(moved(text, 2025), 2024) == text


@pytest.mark.parametrize("name", shipped_schemes())
def test_copies_of_all_shipped_schemes_with_a_period_load(name: str) -> None:
    path = find_scheme(name)
    assert path is not None
    text = path.read_bytes().decode()
    found, _ = read_scheme(text, only_errors=True)
    assert found is not None
    old = found.under({}).period
    if old is None:
        return
    new, findings = read_scheme(moved(text, old.last.year + 1), only_errors=True)
    assert new is not None, [one.text("zh") for one in findings]
    period = new.under({}).period
    assert period is not None
    assert period.last.year == old.last.year + 1
    assert period.first.year == old.first.year + 1


def test_quotes_comments_byte_order_mark_and_line_ends_stay() -> None:
    text = SCHEME.read_bytes().decode()
    text = text.replace("id: gaojing-2024", 'id: "gaojing-2024" # the id').replace(
        "period: {from: 2024-01-01, to: 2024-12-31}",
        "period:\n  from: '2024-01-01' # 2024-01-01 is a Monday\n  to: 2024-12-31",
    )
    text = "\ufeff" + text.replace("\n", "\r\n")
    new = moved(text, 2025)
    assert new.startswith("\ufeff")
    assert 'id: "gaojing-2025" # the id\r\n' in new
    assert "  from: '2025-01-01' # 2024-01-01 is a Monday\r\n  to: 2025-12-31\r\n" in new
    assert new.count("\r\n") == text.count("\r\n")


def test_the_year_in_the_label_of_a_period_goes_along_and_other_numbers_stay() -> None:
    text = (
        SCHEME.read_bytes()
        .decode()
        .replace(
            "- {from: 2024-01-01, to: 2024-03-31}",
            "- {from: 2024-01-01, to: 2024-03-31, label: {zh: 2024年（1000户）, en: 2024 Q1}}",
        )
    )
    assert "label: {zh: 2025年（1000户）, en: 2025 Q1}" in moved(text, 2025)


def test_the_copy_is_one_act_and_its_differences_are_shown_clause_by_clause(cast: Cast) -> None:
    version = cast.cycle.scheme
    client = cast.client("clerk")
    page = client.get(f"/cycles/schemes/{version.pk}/").content.decode()
    assert 'value="2025"' in page
    made = client.post(f"/cycles/schemes/{version.pk}/copy", COPY, follow=True)
    told = made.content.decode()
    assert acts() == ["cycles.scheme_taken_in"]
    new = SchemeVersion.objects.get(town=cast.town, scheme_id="gaojing-2025")
    assert scheme_under(new, {}).period.last == date(2025, 12, 31)  # type: ignore[union-attr]
    assert "2025年高境镇居民区考核方案" in told
    assert "共 5 处不同" in told
    assert "考核期推后 1 年" in told
    client.post(f"/cycles/schemes/{version.pk}/copy", COPY)
    assert acts() == ["cycles.scheme_taken_in"], "sent twice it is one copy"


def test_no_copy_where_there_is_nothing_to_move(cast: Cast) -> None:
    version = cast.cycle.scheme
    client = cast.client("clerk")
    same = client.post(f"/cycles/schemes/{version.pk}/copy", {**COPY, "year": 2024})
    assert same.status_code == 422
    assert "已经是2024年度的" in same.content.decode()
    for year in ("", "x", "1999", "99999"):
        sent = {**COPY, "year": year}
        assert client.post(f"/cycles/schemes/{version.pk}/copy", sent).status_code == 422
    path = find_scheme("insteval")
    assert path is not None
    without, _ = take_in_scheme(path.read_text(encoding="utf-8"), by=cast.person("clerk"), at=NOW)
    with pytest.raises(PermissionDenied, match="没有写考核期"):
        copy_for_year(without, 2025, NAMING, by=cast.person("clerk"), at=NOW)
    assert client.post(f"/cycles/schemes/{without.pk}/copy", COPY).status_code == 403
    assert "复制为哪一年度" not in client.get(f"/cycles/schemes/{without.pk}/").content.decode()


def test_a_changed_weight_is_told_under_its_clause(cast: Cast) -> None:
    old = cast.cycle.scheme
    text = old.text.replace("places: 2, half: up}\nmissing", "places: 1, half: up}\nmissing")
    new, _ = take_in_scheme(text, by=cast.person("clerk"), at=NOW)
    page = cast.client("auditor").get(f"/cycles/schemes/compare?old={old.pk}&new={new.pk}")
    told = page.content.decode()
    assert "方案概况" in told
    assert "共" in told
    same = cast.client("clerk").get(f"/cycles/schemes/compare?old={old.pk}&new={old.pk}")
    assert "两份方案没有不同" in same.content.decode()


def test_versions_of_another_town_are_not_compared(cast: Cast) -> None:
    own, other = cast.cycle.scheme_id, SchemeVersion.objects.get(town__code="elsewhere").pk
    client = cast.client("clerk")
    assert client.get(f"/cycles/schemes/compare?old={own}&new={other}").status_code == 404
    assert client.get(f"/cycles/schemes/compare?old={own}&new=x").status_code == 404
    assert client.get("/cycles/schemes/compare").status_code == 200
    assert cast.client("max").get("/cycles/schemes/compare").status_code == 404
