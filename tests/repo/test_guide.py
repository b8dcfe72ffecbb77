"""The guide shows the pictures that there are, and there are none that it does not show."""

import re

from tests.repo import ROOT

GUIDE = ROOT / "docs" / "guide"


def test_pictures_are_those_that_the_guide_shows() -> None:
    shown = set(re.findall(r"\((\S+\.png)\)", (GUIDE / "README.md").read_text(encoding="utf-8")))
    assert {path.name for path in GUIDE.glob("*.png")} == shown
