"""How firm a result is, written down: JSON for machines, XLSX for those who decide."""

from __future__ import annotations

from pathlib import Path

from kaohe.analysis.robustness import Robustness
from kaohe.outputs.robustness.structured import write_json
from kaohe.outputs.robustness.workbook import write_workbook
from kaohe.outputs.writing import written_together
from kaohe.pipeline import Assessment
from kaohe.values.text import Language

__all__ = ["write_robustness"]


def write_robustness(
    assessment: Assessment, found: Robustness, out: Path, language: Language
) -> list[Path]:
    """``robustness.json`` and ``robustness.xlsx`` in ``out``, which is made if needed.

    Raises OSError where it cannot be written to; nothing is changed then.
    """

    def write(folder: Path) -> None:
        with (folder / "robustness.json").open("w", encoding="utf-8", newline="\n") as file:
            write_json(file, assessment, found)
        write_workbook(folder / "robustness.xlsx", assessment, found, language)

    return written_together(out, write)
