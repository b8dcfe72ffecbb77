"""How a demonstration town for a scheme looks: the hints that lie beside the scheme as data."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ValidationError

from kaohe.facts.generating import TownHints
from kaohe.scheme.comparing.years import days_moved, years_moved
from kaohe.scheme.document import plain, read_document
from kaohe.scheme.loading import load_scheme
from kaohe.scheme.model import Scheme
from kaohe.scheme.shipped import FILE, schemes_folder, shipped_schemes
from kaohe.values.text import Text

HINTS = "town.yaml"
YEAR_AT_THE_END = re.compile(r"[0-9]{4}$")


def hints_beside(scheme: Path) -> TownHints | Text:
    """The hints beside a scheme file, or why there are none."""
    path = scheme.parent / HINTS
    if not path.is_file():
        zh = f"这个方案没有演示数据的说明（{path.name}），不能生成"
        return Text(zh=zh, en=f"this scheme has no {path.name} that says how a town looks")
    document, findings = read_document(path)
    if document is None:
        return Text(zh=findings[0].text("zh"), en=findings[0].text("en"))
    try:
        return TownHints.model_validate(plain(document.root))
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return Text(
            zh=f"{path.name}：{place}：{first['msg']}", en=f"{path.name}: {place}: {first['msg']}"
        )


def shipped_hints(scheme_id: str) -> Path | None:
    """The hints beside the shipped scheme of this id, or of this id but for the year it ends in."""
    names = sorted(shipped_schemes(), key=lambda name: name != scheme_id)
    stem = YEAR_AT_THE_END.sub("", scheme_id)
    paths = [schemes_folder() / name / HINTS for name in names]
    like = (path for path in paths if YEAR_AT_THE_END.sub("", path.parent.name) == stem)
    return next((path for path in like if path.is_file()), None)


def hints_in_year_of(scheme: Scheme, hints: Path) -> str:
    """Hints that lie beside a scheme, as they stand for another whose period is years off."""
    shipped, _ = load_scheme(hints.with_name(FILE), only_errors=True)
    assert shipped is not None, "a shipped scheme has no errors"
    years = years_moved(shipped.under({}).period, scheme.period)
    return days_moved(hints.read_text(encoding="utf-8"), years)
