"""One document as PDF and as DOCX: the same words, the page of GB/T 9704, the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from kaohe.reports.charts import Bar, Series, bar_chart
from kaohe.reports.documents import (
    CLOSE,
    OFFICIAL,
    Attachment,
    Document,
    Heading,
    Layout,
    Paragraph,
    Picture,
    Signature,
    Table,
)
from kaohe.reports.pdf import as_pdf
from kaohe.reports.typesetting import MissingGlyphs
from kaohe.reports.word import as_docx
from tests.worlds.pdf import Pdf

CHART = bar_chart("得分", "走访 7.50", ["走访"], [Series("得分", [Bar(Fraction(15, 2), "7.50")])])
DOCUMENT = Document(
    title="关于某镇年度考核结果的通知",
    parts=[
        Paragraph("经研究，现将结果公布如下。"),
        Heading("基本情况"),
        Paragraph("完成。", lead="总体："),
        Heading("分类", 2),
        Heading("数据", 3),
        Table(["题目", "得分"], [["=走访", "7.50"], ["<物业>", "8.00"]], (3, 1), frozenset({1})),
        Heading("说明", 4),
        Picture(CHART, "走访 7.50", 80, "图1　得分"),
        Paragraph("不计总分。", small=True),
        Heading("其他"),
    ],
    addressee="各居民区党总支",
    attachments=[Attachment("名单", [Table(["居民区"], [["堃垚里"]])]), Attachment("办法")],
    signature=Signature("某镇综合考核领导小组", date(2025, 1, 8)),
    number="某委〔2025〕12号",
    mark="草稿",
)
HEADINGS = ["一、基本情况", "（一）分类", "1.数据", "（1）说明", "二、其他"]
WORDS = [
    *("草稿", "某委〔2025〕12号", "关于某镇年度考核结果的通知", "各居民区党总支：", "总体：完成。"),
    *(*HEADINGS, "=走访", "<物业>", "8.00", "图1　得分", "附件：", "1. 名单", "2. 办法"),
    *("某镇综合考核领导小组", "2025年1月8日", "附件1", "堃垚里"),
]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("layout", [CLOSE, OFFICIAL])
def test_pdf_says_all_of_it_with_its_own_fonts(layout: Layout) -> None:
    file = Pdf(as_pdf(DOCUMENT, layout))
    text = squeezed("".join(file.pages()))
    assert [word for word in WORDS if squeezed(word) not in text] == []
    assert all(file.fonts.values())
    assert {"NotoSerifSC-Regular", "NotoSansSC-Regular"} <= file.fonts.keys()
    assert "—2—" in squeezed(file.pages()[1])


def test_pdf_is_tagged_and_the_same_every_time() -> None:
    first = as_pdf(DOCUMENT)
    assert first == as_pdf(replace(DOCUMENT))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in first
    assert b"StructTreeRoot" in first
    with pytest.raises(MissingGlyphs):
        as_pdf(replace(DOCUMENT, addressee="𫚉村"))


def test_pdf_takes_smaller_print_to_keep_within_pages() -> None:
    long = replace(DOCUMENT, parts=[Paragraph("一段不短的话。" * 460)], attachments=[])
    assert len(Pdf(as_pdf(long)).pages()) == 3
    assert len(Pdf(as_pdf(long, within=2)).pages()) == 2


def test_docx_says_all_of_it_in_the_same_order() -> None:
    word = docx.Document(BytesIO(as_docx(DOCUMENT)))
    titles = [one.text for one in word.paragraphs if one.style.name.startswith("Heading")]
    assert titles == HEADINGS
    told = [one.text for one in word.paragraphs] + [word.sections[0].header.paragraphs[0].text]
    told += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert [one for one in WORDS if not any(one in text for text in told)] == []
    (picture,) = word.inline_shapes
    assert picture._inline.docPr.get("descr") == "走访 7.50"


def test_docx_has_the_page_of_official_documents() -> None:
    word = docx.Document(BytesIO(as_docx(DOCUMENT)))
    section = word.sections[0]
    margins = (
        *(section.top_margin, section.right_margin, section.bottom_margin, section.left_margin),
    )
    for margin, wanted in zip(margins, (37, 26, 35, 28), strict=True):
        assert abs(margin - Mm(wanted)) < Mm(0.1)
    assert abs(section.page_width - Mm(210)) < Mm(0.1)
    faces = {
        one.name: one._element.rPr.rFonts.get(qn("w:eastAsia"))
        for one in word.styles
        if one.type == 1
    }
    assert faces["Title"] == "方正小标宋简体"
    assert [faces[f"Heading {level}"] for level in (1, 2, 3)] == [
        "黑体",
        "楷体_GB2312",
        "仿宋_GB2312",
    ]
    body = word.styles["Body Text"]
    assert (faces["Body Text"], body.font.size.pt) == ("仿宋_GB2312", 16)
    assert body.paragraph_format.line_spacing.pt * 22 <= (297 - 37 - 35) * 72 / 25.4
    assert body.paragraph_format.line_spacing.pt * 22.5 > (297 - 37 - 35) * 72 / 25.4


def test_docx_keeps_the_signature_with_the_end_of_the_text() -> None:
    parts = [Paragraph("完成。"), Paragraph("请遵照执行。")]
    document = replace(DOCUMENT, parts=parts, attachments=[])
    word = docx.Document(BytesIO(as_docx(document)))
    kept = [line.text for line in word.paragraphs if line.paragraph_format.keep_with_next]
    assert "完成。" not in kept
    assert kept[0] == "请遵照执行。"
    assert kept[-1] == "某镇综合考核领导小组"


def test_docx_numbers_its_pages_outside() -> None:
    word = docx.Document(BytesIO(as_docx(DOCUMENT)))
    assert word.settings.odd_and_even_pages_header_footer
    section = word.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (line,) = footer.paragraphs
        assert line._p.xml.count('w:instr=" PAGE "') == 1
        assert f'<w:jc w:val="{side}"/>' in line._p.xml
        assert squeezed("".join(one.text for one in line._p.iter(qn("w:t")))) == "—1—"


def test_docx_names_open_faces_for_those_that_a_machine_may_lack() -> None:
    with ZipFile(BytesIO(as_docx(DOCUMENT))) as archive:
        faces = archive.read("word/fontTable.xml").decode()
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name]
    for name in ("仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"):
        entry = faces.split(f'w:name="{name}"')[1].split("</w:font>")[0]
        assert "Noto" in entry


def test_docx_is_the_same_every_time_and_knows_no_clock() -> None:
    first = as_docx(DOCUMENT)
    assert first == as_docx(replace(DOCUMENT))
    assert first != as_docx(replace(DOCUMENT, number=""))
    about = docx.Document(BytesIO(first)).core_properties
    assert (about.title, about.created.year, about.modified.year) == (DOCUMENT.title, 2000, 2000)
