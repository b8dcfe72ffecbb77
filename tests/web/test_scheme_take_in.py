"""Schemes come in as files, as text or from the program; wrong ones are told where and why."""

from __future__ import annotations

from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kaohe.scheme.shipped import find_scheme, shipped_schemes
from kaohe.web.cycles.models import SchemeVersion
from kaohe.web.cycles.scheme_actions import Faulty, take_in_scheme
from tests.web.cast import NOW, SCHEME, Cast
from tests.web.preparing import acts

pytestmark = pytest.mark.either_database

TAKE_IN = "/cycles/schemes/take-in"


def versions(cast: Cast) -> int:
    return SchemeVersion.objects.filter(town=cast.town).count()


@pytest.mark.parametrize("name", shipped_schemes())
def test_every_shipped_scheme_is_taken_in_byte_by_byte(cast: Cast, name: str) -> None:
    path = find_scheme(name)
    assert path is not None
    client = cast.client("clerk")
    page = client.post(TAKE_IN, {"shipped": name})
    assert page.status_code == 302
    version = SchemeVersion.objects.get(town=cast.town, scheme_id=name)
    assert version.sha256 == sha256(path.read_bytes()).hexdigest()
    text = client.get(f"/cycles/schemes/{version.pk}/text")
    assert text.content == path.read_bytes()
    shown = client.get(page.headers["Location"])
    assert shown.status_code == 200
    assert version.sha256 in shown.content.decode()


def test_the_same_text_is_one_version_and_no_second_act(cast: Cast) -> None:
    before = versions(cast)
    page = cast.client("clerk").post(TAKE_IN, {"shipped": "gaojing-2024"}, follow=True)
    assert "此前已经导入" in page.content.decode()
    assert versions(cast) == before
    assert acts() == []


def test_a_file_is_taken_in_as_it_is_and_pasted_text_with_plain_line_ends(cast: Cast) -> None:
    text = SCHEME.read_bytes().decode().replace('version: "1"', 'version: "2"')
    client = cast.client("clerk")
    crlf = ("\ufeff" + text.replace("\n", "\r\n")).encode()
    file = SimpleUploadedFile("方案.yaml", crlf, content_type="text/plain")
    assert client.post(TAKE_IN, {"file": file, "text": ""}).status_code == 302
    version = SchemeVersion.objects.get(town=cast.town, edition="2")
    assert version.text.encode() == crlf
    pasted = client.post(TAKE_IN, {"text": text.replace("\n", "\r\n")})
    assert pasted.status_code == 302
    assert SchemeVersion.objects.filter(sha256=sha256(text.encode()).hexdigest()).exists()
    assert acts() == ["cycles.scheme_taken_in"] * 2


def test_errors_are_listed_with_line_and_cure_and_nothing_is_stored(cast: Cast) -> None:
    text = SCHEME.read_text(encoding="utf-8").replace("rounding: {places: 2", "roundin: {places: 2")
    page = cast.client("clerk").post(TAKE_IN, {"text": text})
    assert page.status_code == 422
    told = page.content.decode()
    line = next(i for i, one in enumerate(text.splitlines(), 1) if one.startswith("roundin:"))
    assert f"第 {line} 行" in told
    assert "不认识这个键，请核对拼写或删去" in told
    assert "S022" in told
    assert "roundin: {places: 2, half: up}" in told, "what was typed is kept"
    assert acts() == []
    with pytest.raises(Faulty):
        take_in_scheme(text, by=cast.person("clerk"), at=NOW)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04\xff\xfe\x00 no text", "不是 UTF-8 编码的文本文件"),
        (b"a" * 1_000_001, "文件超过 1 MB"),
        (b"id: [", "YAML 语法错误"),
        (b"a: b\x00c", "YAML"),
        (b"- 1\n", "键: 值"),
    ],
)
def test_a_file_that_is_no_scheme_is_refused_in_words(
    cast: Cast, content: bytes, told: str
) -> None:
    before = versions(cast)
    page = cast.client("clerk").post(TAKE_IN, {"file": SimpleUploadedFile("x.yaml", content)})
    assert page.status_code == 422
    assert told in page.content.decode()
    assert versions(cast) == before


def test_an_empty_form_and_an_unknown_name_say_what_to_do(cast: Cast) -> None:
    client = cast.client("clerk")
    empty = client.post(TAKE_IN, {})
    assert empty.status_code == 422
    assert "请选择方案文件，或粘贴方案文本" in empty.content.decode()
    assert client.post(TAKE_IN, {"shipped": "../etc/passwd"}).status_code == 422


def test_a_name_too_long_to_keep_is_told(cast: Cast) -> None:
    text = SCHEME.read_text(encoding="utf-8").replace("id: gaojing-2024", f"id: {'x' * 81}")
    page = cast.client("clerk").post(TAKE_IN, {"text": text})
    assert page.status_code == 422
    assert "80" in page.content.decode()


def test_readers_read_and_others_find_nothing(cast: Cast) -> None:
    version = cast.cycle.scheme
    other = SchemeVersion.objects.get(town__code="elsewhere")
    page, text = f"/cycles/schemes/{version.pk}/", f"/cycles/schemes/{version.pk}/text"
    for username in ("scorer", "secretary", "auditor", "group_head"):
        client = cast.client(username)
        assert client.get("/cycles/schemes/").status_code == 200
        assert client.get(page).status_code == 200
        assert client.get(text).status_code == 200
        assert client.get(TAKE_IN).status_code == 404
        assert client.post(TAKE_IN, {"shipped": "insteval"}).status_code == 404
        assert client.post(f"{page}copy", {"year": 2025}).status_code == 404
    for username in ("max", "stranger", "interviewer", "administrator"):
        client = cast.client(username)
        assert client.get(page).status_code == 404
        assert client.get(text).status_code == 404
    client = cast.client("clerk")
    assert client.get(f"/cycles/schemes/{other.pk}/").status_code == 404
    assert client.get(f"/cycles/schemes/{other.pk}/text").status_code == 404


def test_the_page_of_a_version_says_what_it_is(cast: Cast) -> None:
    page = cast.client("clerk").get(f"/cycles/schemes/{cast.cycle.scheme_id}/").content.decode()
    for told in (
        "宝高委〔2024〕104号",
        "2024-01-01 — 2024-12-31",
        "座谈会上谁参加测评？",
        "评分只看宣传、教育、报告",
        "已接受",
        "平时成绩评分",
        "2024年度考核",
    ):
        assert told in page, told
    lines = cast.cycle.scheme.text.splitlines()
    assert f"第 {lines.index('  daily.stability.2:') + 1} 行" in page, "what was accepted"


def test_the_list_costs_few_queries(cast: Cast, django_assert_max_num_queries: object) -> None:
    for name in ("insteval", "nyc311"):
        path = find_scheme(name)
        assert path is not None
        take_in_scheme(path.read_text(encoding="utf-8"), by=cast.person("clerk"), at=NOW)
    client = cast.client("clerk")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page = client.get("/cycles/schemes/").content.decode()
    assert "未写考核期" in page
    assert "宝高委〔2024〕104号" in page
