"""The text of a PDF, read from the file alone: what a reader's program would say of each page.

It knows the PDF that Typst writes, and no other.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"\nstream\r?\n(.*)\r?\nendstream", re.DOTALL)
REFERENCE = re.compile(rb"(\d+) 0 R")
FONT = re.compile(rb"/(f\d+) (\d+) 0 R")
CHOSEN = re.compile(rb"/(f\d+) [\d.]+ Tf")
NAMED = {ord(key): ord(sign) for key, sign in zip("nrtbf", "\n\r\t\b\f", strict=True)}
PAIR = re.compile(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", re.MULTILINE)
RANGE = re.compile(rb"^<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]+)>$", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """Glyphs shown at once, and where they begin: points from the left and from the bottom."""

    text: str
    across: float
    up: float


class Pdf:
    """A PDF by its objects."""

    def __init__(self, content: bytes) -> None:
        self.objects = {int(number): body for number, body in OBJECT.findall(content)}

    @property
    def fonts(self) -> dict[str, bool]:
        """The fonts of the file by their names, and whether the file carries them."""
        found = (body for body in self.objects.values() if b"/Type/FontDescriptor" in body)
        return {
            re.findall(rb"/FontName/\w+\+([\w-]+)", body)[0].decode(): b"/FontFile" in body
            for body in found
        }

    def pages(self) -> list[str]:
        """The text of each page, in the order in which it is written."""
        return ["".join(run.text for run in runs) for runs in self.runs()]

    def runs(self) -> list[list[Run]]:
        """What is shown on each page, in the order in which it is written."""
        return [list(self._runs(page)) for page in self._pages()]

    def drawings(self) -> list[str]:
        """How each page is drawn, as operators."""
        return [self._drawing(page).decode("latin-1") for page in self._pages()]

    def _pages(self) -> Iterator[bytes]:
        nodes = [body for body in self.objects.values() if b"/Type/Pages" in body]
        (root,) = (body for body in nodes if b"/Parent" not in body)
        return self._leaves(root)

    def _drawing(self, page: bytes) -> bytes:
        return _stream(self._follow(page, b"Contents"))

    def _leaves(self, node: bytes) -> Iterator[bytes]:
        for number in REFERENCE.findall(re.findall(rb"/Kids\[(.*?)\]", node)[0]):
            kid = self.objects[int(number)]
            if b"/Kids" in kid:
                yield from self._leaves(kid)
            else:
                yield kid

    def _follow(self, body: bytes, key: bytes) -> bytes:
        return self.objects[int(re.findall(rb"/" + key + rb" (\d+) 0 R", body)[0])]

    def _runs(self, page: bytes) -> Iterator[Run]:
        fonts = FONT.findall(self._follow(page, b"Resources"))
        meanings = {name: self._meanings(self.objects[int(number)]) for name, number in fonts}
        drawn = self._drawing(page)
        chosen = list(CHOSEN.finditer(drawn))
        for font, end in zip(chosen, [*chosen[1:], None], strict=True):
            part = drawn[font.end() : end and end.start()]
            text = "".join(meanings[font[1]][code] for code in _shown(part))
            placed = drawn.rindex(b" cm", 0, font.start())
            across, up = drawn[:placed].rsplit(b" ", 2)[1:]
            yield Run(text, float(across), float(up))

    def _meanings(self, font: bytes) -> dict[int, str]:
        table = _stream(self._follow(font, b"ToUnicode"))
        found = {int(code, 16): _letters(meant) for code, meant in PAIR.findall(table)}
        for first, last, meant in RANGE.findall(table):
            for place in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + place] = chr(int(meant, 16) + place)
        return found


def _stream(body: bytes) -> bytes:
    return zlib.decompress(STREAM.findall(body)[0])


def _letters(meant: bytes) -> str:
    return bytes.fromhex(meant.decode()).decode("utf-16-be")


def _shown(part: bytes) -> Iterator[int]:
    """The codes of glyphs, two bytes each, in the strings up to the first that are shown."""
    signs, depth, place = bytearray(), 0, part.index(b"Tm")
    while depth or part[place : place + 2].upper() != b"TJ":
        sign = part[place]
        if not depth and sign == ord("<"):
            end = part.index(b">", place)
            signs += bytes.fromhex(part[place + 1 : end].decode())
            place = end
        elif sign == ord("\\"):
            octal = re.match(rb"[0-7]{3}", part[place + 1 :])
            signs.append(int(octal[0], 8) if octal else NAMED.get(part[place + 1], part[place + 1]))
            place += 3 if octal else 1
        else:
            # A bracket within a string counts; only the outermost ones are not part of it.
            inner = depth > (sign == ord(")"))
            depth += (sign == ord("(")) - (sign == ord(")"))
            if inner:
                signs.append(sign)
        place += 1
    return (int.from_bytes(signs[at : at + 2], "big") for at in range(0, len(signs), 2))
