"""Words laid out by a Typst template: PDF to print, pictures to look at.

A template only lays out: every sentence comes with the content, in one language. The same content
gives the same bytes: fonts come with the installation, never from the machine, and nothing asks
what time it is. The PDF is of a kind to be kept (PDF/A), and to be read aloud (PDF/UA).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from kaohe.values.text import Text

Content = Mapping[str, object]
"""What a template lays out, as JSON has it; ``title`` and ``language`` are in each."""

TEMPLATES = Path(__file__).parent / "templates"
READ_ALOUD: list[typst.PDFStandard] = ["a-2a", "ua-1"]
PRINTED: list[typst.PDFStandard] = ["a-2u"]
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
DRAWING = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")"""
KEPT_FOR = 10
"""Compilations for which Typst keeps what it worked out before."""


class MissingGlyphs(Exception):
    """The fonts lack characters, so that nothing is printed rather than boxes in their place.

    ``characters`` are all that lack, in the order in which they stand.
    """

    def __init__(self, characters: tuple[str, ...]) -> None:
        self.characters = characters
        self.text = Text(
            zh=f"字库里没有这些字，印不出来：{'、'.join(characters)}。请换一种写法再印。",
            en=f"No font has these characters: {', '.join(characters)}. Write them another way.",
        )
        super().__init__(self.text.en)


def pdf(template: str, content: Content, *, read_aloud: bool = True, forget: bool = True) -> bytes:
    """The document. Raises ``MissingGlyphs``.

    What is only printed need not be ``read_aloud``: the marks for it take more room than all else.
    What is neither secret nor large need not be forgotten.
    """
    # Only a standard for archives forbids boxes in place of characters: else Typst is silent.
    try:
        return typst.compile(
            TEMPLATES / template,
            root=TEMPLATES,
            font_paths=_fonts(),
            format="pdf",
            pdf_standards=READ_ALOUD if read_aloud else PRINTED,
            pdf_tags=read_aloud,
            sys_inputs=_inputs(content),
            timestamp=0,
        )
    except typst.TypstError as error:
        if characters := NO_GLYPH.findall(error.diagnostic):
            raise MissingGlyphs(tuple(dict.fromkeys(characters))) from error
        raise
    finally:
        if forget:
            _forget()


def pictures(template: str, content: Content, dots_per_inch: int = 100) -> list[bytes]:
    """The pages as PNG."""
    compiler = typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts())
    pages = compiler.compile(format="png", ppi=dots_per_inch, sys_inputs=_inputs(content))
    _forget()
    assert pages is not None
    return pages if isinstance(pages, list) else [pages]


def as_png(svg: str, dots_per_inch: int = 240) -> bytes:
    """A drawing for programs that know no SVG."""
    inputs = {"svg": svg}
    file = typst.compile(
        DRAWING, font_paths=_fonts(), format="png", ppi=dots_per_inch, sys_inputs=inputs
    )
    assert isinstance(file, bytes), "one drawing is one page"
    return file


@cache
def _fonts() -> typst.Fonts:
    """Song and Hei, and what Typst carries; none of the machine's."""
    folder = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def _inputs(content: Content) -> dict[str, str]:
    return {"content": json.dumps(content, ensure_ascii=False)}


def _forget() -> None:
    """Have Typst drop what it keeps of a document: codes, and 0.2 GB for the slips of an area."""
    for _ in range(KEPT_FOR + 1):
        typst.compile(b"", font_paths=_fonts(), format="pdf")
