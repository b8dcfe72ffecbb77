"""``kaohe generate``: a demonstration town after the hints that lie beside a scheme."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kaohe.cli import SCORED, WRONG
from kaohe.cli.watching import progress_shown
from kaohe.facts.generating import GeneratingError, generate
from kaohe.scheme.loading import SchemeFile
from kaohe.towns import hints_beside
from kaohe.values.text import Language, Text


def generate_town(asked: argparse.Namespace, scheme_path: Path, scheme_file: SchemeFile) -> int:
    """Generate the town that the call asks for; say what is wrong where it cannot be."""
    language: Language = asked.lang
    hints = hints_beside(scheme_path)
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
