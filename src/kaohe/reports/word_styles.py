"""The empty document in Word's terms: page, styles, faces, by GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from math import floor
from typing import Final, Literal

import docx
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm

from kaohe.reports.documents import Layout

FANGSONG, HEI, KAI, TITLES, SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"
LATIN: Final = "Times New Roman"
EAST: Final = 'w:hint="eastAsia"'
"""Marks that both scripts have, such as “”, are Chinese ones."""
INSTEAD: Final = {
    FANGSONG: "仿宋,FandolFang R,Noto Serif CJK SC,Noto Serif SC",
    HEI: "SimHei,FandolHei,Noto Sans CJK SC,Noto Sans SC",
    KAI: "楷体,FandolKai,LXGW WenKai,Noto Serif CJK SC,Noto Serif SC",
    TITLES: "小标宋体,华文中宋,FandolSong,Noto Serif CJK SC,Noto Serif SC",
    SONG: "SimSun,FandolSong,Noto Serif CJK SC,Noto Serif SC",
}
"""Faces to be taken where a machine lacks one: what it may have, then openly licensed ones."""

Align = Literal["left", "right", "center", "both"]


@dataclass(frozen=True)
class Style:
    """A paragraph style; ``pitch`` is the exact distance of lines in points, else it is the face's.

    ``indent`` is how many characters the first line is set in; ``outline`` the level of a heading.
    """

    name: str
    face: str
    size: float
    pitch: float | None = None
    align: Align = "both"
    indent: int = 0
    outline: int | None = None
    around: float = 0
    """Points left free above and below."""


def style_id(name: str) -> str:
    """How paragraphs refer to a style."""
    return name.title().replace(" ", "")


@cache
def empty_docx(layout: Layout) -> bytes:
    """A document with styles and without content."""
    word = docx.Document()
    main = word.part
    for owner in (main.package, main):
        for name, relation in list(owner.rels.items()):
            if relation.reltype not in KEPT:
                del owner.rels[name]
    faces = Part(
        PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, _faces(), main.package
    )
    main.relate_to(faces, RELATIONSHIP_TYPE.FONT_TABLE)
    _replace(word.styles.element, _styles(layout))
    _replace(word.settings.element, SETTINGS)
    _shape(word.sections[0], layout)
    content = BytesIO()
    word.save(content)
    return content.getvalue()


KEPT: Final = {
    RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
    RELATIONSHIP_TYPE.CORE_PROPERTIES,
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.SETTINGS,
}
SETTINGS: Final = f"""<w:settings {nsdecls("w")}>
  <w:zoom w:percent="100"/>
  <w:defaultTabStop w:val="420"/>
  <w:evenAndOddHeaders/>
  <w:characterSpacingControl w:val="compressPunctuation"/>
  <w:compat>
    <w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:adjustLineHeightInTable/><w:useFELayout/>
    <w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"
      w:val="15"/>
  </w:compat>
  <w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>
</w:settings>"""


def _replace(element: BaseOxmlElement, xml: str) -> None:
    for child in list(element):
        element.remove(child)
    element.extend(list(parse_xml(xml)))


def _shape(section: Section, layout: Layout) -> None:
    """The page: its margins, and the grid of its lines."""
    above, right, below, left = layout.margins
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin = Mm(above), Mm(right)
    section.bottom_margin, section.left_margin = Mm(below), Mm(left)
    # The number stands 7 mm below the text (GB/T 9704, 7.5).
    section.footer_distance = Mm(below - 7) - Mm(layout.page_number * 25.4 / 72)
    section.header_distance = Mm(above / 2)
    properties = section._sectPr
    for old in properties.findall(f"{{{properties.nsmap['w']}}}docGrid"):
        properties.remove(old)
    grid = f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{round(layout.pitch * 20)}"/>'
    properties.append(parse_xml(grid))


def _faces() -> bytes:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in INSTEAD.items()
    )
    latin = f'<w:font w:name="{LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/></w:font>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f"{head}<w:fonts {nsdecls('w')}>{fonts}{latin}</w:fonts>".encode()


def _all(layout: Layout) -> Iterator[Style]:
    body, pitch, small = layout.body, layout.pitch, layout.table
    yield Style("Normal", FANGSONG, body, pitch)
    yield Style("Body Text", FANGSONG, body, pitch, indent=2)
    yield Style("Title", TITLES, layout.title, layout.title * 1.5, "center")
    for level, face in enumerate((HEI, KAI, FANGSONG, FANGSONG), start=1):
        yield Style(f"heading {level}", face, body, pitch, "both", 2, level - 1)
    yield Style("Attachment", HEI, body, pitch, "left")
    yield Style("Document Number", FANGSONG, body, pitch, "center")
    yield Style("caption", HEI, small, None, "center", around=3)
    yield Style("Note", FANGSONG, small, small * 1.5)
    yield Style("Gap", FANGSONG, 1, 4)
    yield Style("Picture", FANGSONG, body, None, "center", around=3)
    yield Style("Cell", FANGSONG, small, None, "left")
    yield Style("Cell Heading", HEI, small, None, "center")
    yield Style("Signature", FANGSONG, body, pitch, "right")
    yield Style("header", HEI, layout.page_number, None, "left")
    yield Style("footer", SONG, layout.page_number, None, "right")


def _styles(layout: Layout) -> str:
    return f"""<w:styles {nsdecls("w")}>
  <w:docDefaults>
    <w:rPrDefault><w:rPr>
      <w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:cs="{LATIN}" w:eastAsia="{FANGSONG}"/>
      <w:kern w:val="2"/><w:sz w:val="{_half_points(layout.body)}"/>
      <w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>
    </w:rPr></w:rPrDefault>
    <w:pPrDefault/>
  </w:docDefaults>
  {"".join(_xml(style, layout) for style in _all(layout))}
  <w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">
    <w:name w:val="Default Paragraph Font"/></w:style>
  <w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
    <w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>{_sides(108, "dxa")}</w:tblCellMar>
    </w:tblPr></w:style>
  <w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>
    <w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{_lines()}</w:tblBorders></w:tblPr>
    </w:style>
</w:styles>"""


def _sides(width: int, unit: str) -> str:
    sides = (("top", 40), ("left", width), ("bottom", 40), ("right", width))
    return "".join(f'<w:{side} w:w="{one}" w:type="{unit}"/>' for side, one in sides)


def _lines() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return "".join(
        f'<w:{one} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for one in sides
    )


def _half_points(size: float) -> int:
    return round(size * 2)


def _closeness(layout: Layout) -> int:
    """Twentieths of a point by which characters stand closer, for as many to a line as asked.

    A grid of characters would say the same, but LibreOffice gives two of its places to a character
    that is wider than one.
    """
    if layout.across is None:
        return 0
    width = (210 - layout.margins[1] - layout.margins[3]) * 72 / 25.4
    return floor((width / layout.across - layout.body) * 20)


def _xml(style: Style, layout: Layout) -> str:
    default = ' w:default="1"' if style.name == "Normal" else ""
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    indent = outline = ""
    if style.indent:
        twips = round(style.indent * style.size * 20)
        # Word goes by characters, others by twips.
        indent = f'<w:ind w:firstLineChars="{style.indent * 100}" w:firstLine="{twips}"/>'
    if style.outline is not None:
        outline = f'<w:outlineLvl w:val="{style.outline}"/>'
    heading = "<w:keepNext/>" if style.outline is not None else ""
    # What is in smaller print than the text keeps its own distance of lines.
    line = "" if style.pitch == layout.pitch else '<w:snapToGrid w:val="0"/>'
    distance = 240 if style.pitch is None else round(style.pitch * 20)
    rule = "auto" if style.pitch is None else "exact"
    around = round(style.around * 20)
    # What has lines of the body's pitch has its characters too.
    closeness = 0 if style.pitch is None else _closeness(layout)
    close = f'<w:spacing w:val="{closeness}"/>' if closeness else ""
    return f"""<w:style w:type="paragraph"{default} w:styleId="{style_id(style.name)}">
    <w:name w:val="{style.name}"/>{based}<w:qFormat/>
    <w:pPr>{heading}<w:widowControl w:val="0"/>{line}
      <w:spacing w:before="{around}" w:after="{around}" w:line="{distance}" w:lineRule="{rule}"/>
      {indent}<w:jc w:val="{style.align}"/>{outline}</w:pPr>
    <w:rPr><w:rFonts {EAST} w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{style.face}"/>
      {close}<w:sz w:val="{_half_points(style.size)}"/><w:szCs w:val="{_half_points(style.size)}"/>
    </w:rPr></w:style>"""
