"""Documents that are the same anywhere, carry their fonts, and print no boxes for characters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaohe.reports.notices import Notice, notice_content, notice_pdf
from kaohe.reports.slips import Slip, slips_pdf
from kaohe.reports.typesetting import MissingGlyphs, pictures
from tests.worlds.pdf import Pdf


def test_the_same_content_is_the_same_bytes(notice: Notice) -> None:
    first = notice_pdf(notice)
    assert first == notice_pdf(replace(notice))
    assert first != notice_pdf(replace(notice, telephone="021-36120003"))


def test_every_font_is_in_the_file_and_comes_with_the_installation(notice: Notice) -> None:
    for file in (notice_pdf(notice), slips_pdf([Slip("2号楼", "K7QH-2M4X-9TRB")], notice, "一村")):
        fonts = Pdf(file).fonts
        assert all(fonts.values())
        assert {"NotoSansSC-Regular", "DejaVuSansMono"} <= fonts.keys()
        assert not {name for name in fonts if not name.startswith(("NotoS", "DejaVuSansMono"))}


def test_documents_to_be_read_aloud_say_so(notice: Notice) -> None:
    file = notice_pdf(notice)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in file
    assert b"/Lang(zh-CN)" in file
    assert "StructTreeRoot" not in slips_pdf([], notice, "一村").decode("latin-1")


def test_characters_that_no_font_has_are_named_and_nothing_is_printed(notice: Notice) -> None:
    with pytest.raises(MissingGlyphs) as caught:
        notice_pdf(replace(notice, paper_at="𫚉路😀室", whom="𫚉"))
    assert set(caught.value.characters) == {"𫚉", "😀"}
    assert "𫚉" in caught.value.text.zh
    assert "𫚉" in caught.value.text.en
    with pytest.raises(MissingGlyphs):
        slips_pdf([Slip("𫚉楼", "K7QH-2M4X-9TRB")], notice, "一村")


def test_rare_characters_of_names_are_there(notice: Notice) -> None:
    (page,) = Pdf(notice_pdf(replace(notice, paper_at="堃垚玥赟翀昇喆镕路"))).pages()
    assert "堃垚玥赟翀昇喆镕路" in page


def test_what_looks_like_markup_is_printed_as_it_is(notice: Notice) -> None:
    odd = '#set page() *粗* $x$ \\ "引号" <标签> @这里'
    (page,) = Pdf(notice_pdf(replace(notice, whom=odd))).pages()
    assert "".join(odd.split()) in "".join(page.split())


def test_pages_can_be_looked_at(notice: Notice) -> None:
    (page,) = pictures("notice.typ", notice_content(notice), dots_per_inch=50)
    assert page.startswith(b"\x89PNG")
