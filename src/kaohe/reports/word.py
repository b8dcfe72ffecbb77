"""A document as DOCX, to be worked on in Word or WPS: the draft of an official document.

Faces are named as GB/T 9704-2012 has them; where a machine lacks one, the table of fonts names
others, the last of them openly licensed. The same document gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as Word
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import _Footer
from docx.shared import Mm
from docx.text.paragraph import Paragraph as WordParagraph

from kaohe.reports.documents import (
    OFFICIAL,
    Document,
    Heading,
    Layout,
    Paragraph,
    Part,
    Picture,
    Signature,
    Table,
    names_of_attachments,
    numbered,
)
from kaohe.reports.typesetting import as_png
from kaohe.reports.word_styles import HEI, empty_docx, style_id
from kaohe.values.text import width_of

TWIPS: Final = 1440 / 25.4
"""In a millimetre."""
RIGHT: Final = '<w:jc w:val="right"/>'
NO_CLOCK: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""A file carries a date of creation; a fixed one keeps the same document the same bytes."""


def as_docx(document: Document, layout: Layout = OFFICIAL) -> bytes:
    """The file."""
    word = docx.Document(BytesIO(empty_docx(layout)))
    _describe(word, document)
    _frame(word, document.mark)
    if document.number:
        _line(word, document.number, "Document Number")
    _line(word, document.title, "Title")
    _line(word, "", "Normal")
    if document.addressee:
        _line(word, f"{document.addressee}：", "Normal")
    _write(word, document.parts, layout)
    body = len(word.paragraphs)
    _name_attachments(word, document, layout)
    if document.signature is not None:
        _sign(word, document.signature, layout)
        # A signature does not stand on a page without some of the text (GB/T 9704-2012, 7.3.5).
        for line in word.paragraphs[body - 1 : -1]:
            line.paragraph_format.keep_with_next = True
    _attach(word, document, layout)
    content = BytesIO()
    word.save(content)
    return _without_clock(content.getvalue())


def _describe(word: Word, document: Document) -> None:
    about = word.core_properties
    about.title, about.language, about.revision = document.title, "zh-CN", 1
    about.author = about.last_modified_by = document.signature.body if document.signature else ""
    about.comments = about.keywords = ""
    about.created = about.modified = NO_CLOCK


def _frame(word: Word, mark: str) -> None:
    """What stands on every page: the mark on top, the number outside below."""
    section = word.sections[0]
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        header.paragraphs[0].style = "header"
        header.paragraphs[0].text = mark
    _number_pages(section.footer, "right")
    _number_pages(section.even_page_footer, "left")


def _number_pages(footer: _Footer, side: str) -> None:
    """— 1 —, one character from the outer edge."""
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.style = "footer"
    _lay(line, side, **{f"{side}Chars": 100, side: 280})
    line.add_run("— ")
    field = parse_xml(
        f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    )
    line._p.append(field)
    line.add_run(" —")


def _lay(line: WordParagraph, side: str, **indents: int) -> None:
    """A paragraph to a side, set in by hundredths of characters and by twips."""
    properties = line._p.get_or_add_pPr()
    indent = OxmlElement("w:ind", {qn(f"w:{key}"): str(value) for key, value in indents.items()})
    properties.append(indent)
    properties.append(OxmlElement("w:jc", {qn("w:val"): side}))


def _line(word: Word, text: str, style: str) -> WordParagraph:
    """A paragraph; its style by the id, since a look-up by name goes through all styles."""
    line = word.add_paragraph(text)
    line._p.style = style_id(style)
    return line


def _write(word: Word, parts: Sequence[Part], layout: Layout) -> None:
    for number, part in numbered(parts):
        match part:
            case Heading():
                _line(word, f"{number}{part.text}", f"heading {part.level}")
            case Paragraph():
                _paragraph(word, part)
            case Table():
                _table(word, part, layout)
            case Picture():
                _picture(word, part)


def _paragraph(word: Word, part: Paragraph) -> None:
    line = _line(word, "", "Note" if part.small else "Body Text")
    if part.lead:
        lead = line.add_run(part.lead)
        lead._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEI)
    line.add_run(part.text)


def _table(word: Word, part: Table, layout: Layout) -> None:
    """Written as one piece of XML: asking python-docx for every cell takes most of the time."""
    if part.caption:
        _line(word, part.caption, "caption").paragraph_format.keep_with_next = True
    wide = (210 - layout.margins[1] - layout.margins[3]) * TWIPS
    shares = part.widths or [1] * len(part.headings)
    widths = [round(wide * share / sum(shares)) for share in shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row(part.headings, widths, "CellHeading", "tblHeader", frozenset())
    rows = (_row(row, widths, "Cell", "cantSplit", part.numbers) for row in part.rows)
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>"
    )
    _line(word, "", "Gap")._p.addprevious(table)


def _row(
    texts: Sequence[str], widths: Sequence[int], style: str, kind: str, numbers: frozenset[int]
) -> str:
    cells = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{RIGHT if place in numbers else ""}</w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
        for place, (text, width) in enumerate(zip(texts, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:{kind}/></w:trPr>{''.join(cells)}</w:tr>"


def _picture(word: Word, part: Picture) -> None:
    shown = (
        _line(word, "", "Picture").add_run().add_picture(BytesIO(as_png(part.svg)), Mm(part.width))
    )
    shown._inline.docPr.set("descr", part.says)
    if part.caption:
        _line(word, part.caption, "caption")


def _name_attachments(word: Word, document: Document, layout: Layout) -> None:
    """Listed below the text, names under one another."""
    if document.attachments:
        _line(word, "", "Normal")
    for lead, name in names_of_attachments(document):
        line = _line(word, f"{lead}{name}", "Normal")
        hanging = 3 if lead else 0
        _lay(
            line,
            "both",
            leftChars=500,
            left=_twips(5, layout),
            hangingChars=100 * hanging,
            hanging=_twips(hanging, layout),
        )


def _twips(characters: float, layout: Layout) -> int:
    return round(characters * layout.body * 20)


def _sign(word: Word, signature: Signature, layout: Layout) -> None:
    """The day four characters from the right, the body in the middle above it."""
    _line(word, "", "Normal")
    lines = [*signature.bodies, signature.dated]
    widest = max(map(width_of, lines)) / 2
    middle = max(4 + width_of(signature.dated) / 4, 2 + widest / 2)
    for text in lines:
        line = _line(word, text, "Signature")
        right = middle - width_of(text) / 4
        _lay(line, "right", rightChars=round(right * 100), right=_twips(right, layout))
        line.paragraph_format.keep_with_next = text != lines[-1]


def _attach(word: Word, document: Document, layout: Layout) -> None:
    """Attachments with a text of their own, each on a new page."""
    several = len(document.attachments) > 1
    for place, one in enumerate(document.attachments, start=1):
        if one.parts:
            name = _line(word, f"附件{place}" if several else "附件", "Attachment")
            name.paragraph_format.page_break_before = True
            _line(word, "", "Normal")
            _line(word, one.title, "Title")
            _line(word, "", "Normal")
            _write(word, one.parts, layout)


def _without_clock(content: bytes) -> bytes:
    """The same archive, its entries without the time at which they were written."""
    clean = BytesIO()
    with ZipFile(BytesIO(content)) as written, ZipFile(clean, "w", ZIP_DEFLATED) as archive:
        for name in written.namelist():
            archive.writestr(ZipInfo(name), written.read(name), ZIP_DEFLATED)
    return clean.getvalue()
