"""How a demonstration town for a scheme looks: the hints that lie beside the scheme as data."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from kaohe.facts.generating import TownHints
from kaohe.scheme.document import plain, read_document
from kaohe.values.text import Text

HINTS = "town.yaml"


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
