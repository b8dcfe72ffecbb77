"""``kaohe generate``: a demonstration town after the hints that lie beside a scheme."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from kaohe.cli import SCORED, WRONG
from kaohe.cli.watching import progress_shown
from kaohe.facts.generating import GeneratingError, TownHints, generate
from kaohe.scheme.document import plain, read_document
from kaohe.scheme.loading import SchemeFile
from kaohe.values.text import Language, Text

HINTS = "town.yaml"


def generate_town(asked: argparse.Namespace, scheme_path: Path, scheme_file: SchemeFile) -> int:
    """Generate the town that the call asks for; say what is wrong where it cannot be."""
    language: Language = asked.lang
    hints = read_hints(scheme_path.parent / HINTS)
    if isinstance(hints, Text):
        print(hints[language], file=sys.stderr)
        return WRONG
    try:
        with progress_shown(language) as progress:
            rows = generate(
                scheme_file.under({}).fact_tables,
                hints,
                subjects=asked.areas,
                seed=asked.seed,
                households=asked.households,
                out=Path(asked.out),
                file_format=asked.format,
                progress=progress,
            )
    except GeneratingError as problem:
        for text in problem.texts:
            print(text[language], file=sys.stderr)
        return WRONG
    total = sum(rows.values())
    zh = f"{asked.out}：{len(rows)} 张表，{total} 行"
    print(Text(zh=zh, en=f"{asked.out}: {len(rows)} tables, {total} rows")[language])
    return SCORED


def read_hints(path: Path) -> TownHints | Text:
    """The hints of a scheme, or why there are none."""
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
