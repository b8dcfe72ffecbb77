"""Links as QR pictures."""

from __future__ import annotations

from io import BytesIO

import segno


def qr_svg(link: str) -> str:
    """A link as black modules without a margin, which the page around it must leave free.

    Level M bears that a seventh of the picture is lost: paper is folded, and lasers run dry.
    """
    drawn = BytesIO()
    code = segno.make(link, error="m", micro=False)
    code.save(drawn, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None, nl=False)
    return drawn.getvalue().decode()
