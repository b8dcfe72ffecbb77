"""Every wall is broken on purpose: a contract that no bad import can break proves nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.repo import ROOT, project_file

CONTRACTS: dict[str, str] = {
    contract["id"]: contract["name"]
    for contract in project_file()["tool"]["importlinter"]["contracts"]
}

HEAVY = {
    "django",
    "docx",
    "duckdb",
    "granian",
    "numpy",
    "pydantic",
    "pylopdf_fonts_zh_cn",
    "python_calamine",
    "rich",
    "segno",
    "sqlglot",
    "typst",
    "xlsxwriter",
}


@dataclass(frozen=True)
class Plant:
    """Bad lines, by the module below `kaohe` that they are written to."""

    contract: str
    lines: Mapping[str, str]

    def __str__(self) -> str:
        return " ".join([self.contract, *self.lines])


PLANTS = [
    Plant("layers", {"values.planted": "import kaohe.facts"}),
    Plant("layers", {"scheme.planted": "import kaohe.facts"}),
    Plant("layers", {"facts.planted": "import kaohe.scheme"}),
    Plant("layers", {"scoring.planted": "import kaohe.measures"}),
    Plant("layers", {"measures.planted": "import kaohe.scoring"}),
    Plant("layers", {"pipeline": "import kaohe.outputs"}),
    Plant("layers", {"analysis.planted": "import kaohe.pipeline"}),
    Plant("layers", {"pipeline": "import kaohe.readings"}),
    Plant("layers", {"pipeline": "import kaohe.cli"}),
    Plant("layers", {"reports.planted": "import kaohe.pipeline"}),
    Plant("layers", {"utils": ""}),
    Plant(
        "no-cycles",
        {
            "scoring.planted_hen": "import kaohe.scoring.planted_egg",
            "scoring.planted_egg": "import kaohe.scoring.planted_hen",
        },
    ),
    Plant("no-django-in-the-core", {"scoring.planted": "from django.db import models"}),
    Plant("no-django-in-the-core", {"cli": "def late(): import django"}),
    Plant("no-django-in-the-core", {"analysis.planted": "import django"}),
    Plant("no-django-in-the-core", {"reports.planted": "import django"}),
    Plant("web-layers", {"web.registry.planted": "import kaohe.web.cycles"}),
    Plant("web-layers", {"web.ui.planted": "import kaohe.web.accounts"}),
    Plant("web-layers", {"web.helpers": ""}),
    Plant("only-results-assesses", {"web.evidence.planted": "import kaohe.pipeline"}),
    Plant("only-results-assesses", {"web.cycles.planted": "import kaohe.readings"}),
    Plant("plain-judgement", {"values.planted": "import duckdb"}),
    Plant("plain-judgement", {"scheme.planted": "import numpy"}),
    Plant("plain-judgement", {"scoring.planted": "import sqlglot"}),
    Plant("sql-in-measures", {"facts.planted": "from sqlglot import exp"}),
    Plant("engine-homes", {"pipeline": "import duckdb"}),
    Plant("workbook-readers", {"outputs": "import python_calamine"}),
    Plant("workbook-writers", {"pipeline": "import xlsxwriter"}),
    Plant("yaml-in-scheme", {"facts.planted": "import yaml"}),
    Plant("layers", {"analysis.planted": "import kaohe.pipeline"}),
    Plant("numpy-in-analysis", {"outputs.planted": "import numpy"}),
    Plant("typesetting-in-reports", {"outputs.planted": "import typst"}),
    Plant("typesetting-in-reports", {"outputs.planted": "import docx"}),
    Plant("typesetting-in-reports", {"web.ui.planted": "import pylopdf_fonts_zh_cn"}),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product's code, where it may be spoiled."""
    no_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "kaohe", tmp_path / "kaohe", ignore=no_caches)
    return tmp_path


def module_path(root: Path, module: str) -> Path:
    """The file of a module below `kaohe`, whether it is there already or not."""
    path = root.joinpath("kaohe", *module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def plant_lines(root: Path, lines: Mapping[str, str]) -> None:
    for module, line in lines.items():
        with module_path(root, module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")


def lint_imports(root: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Check a copy's imports, in a process that finds the copy before the product."""
    linter = Path(sys.executable).parent / "lint-imports"
    command: list[str | Path] = [linter, "--no-cache", "--no-logo"]
    command += ["--config", ROOT / "pyproject.toml"]
    for contract in contracts:
        command += ["--contract", contract]
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONUTF8": "1", "COLUMNS": "300"}
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def test_a_faithful_copy_keeps_every_contract(copy: Path) -> None:
    outcome = lint_imports(copy)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    for name in CONTRACTS.values():
        assert f"{name} KEPT" in outcome.stdout


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_import_breaks_its_contract(copy: Path, plant: Plant) -> None:
    plant_lines(copy, plant.lines)
    outcome = lint_imports(copy, plant.contract)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    verdict, report = outcome.stdout.split("Broken contracts", maxsplit=1)
    assert f"{CONTRACTS[plant.contract]} BROKEN" in verdict
    assert all(module.split(".")[-1] in report for module in plant.lines)


def test_every_contract_is_broken_by_some_plant() -> None:
    assert {plant.contract for plant in PLANTS} == CONTRACTS.keys()


def test_help_is_shown_without_the_heavy_libraries() -> None:
    """`kaohe --help` answers at once: what takes long to import waits until it is needed."""
    script = (
        "import runpy, sys\n"
        "sys.argv = ['kaohe', '--help']\n"
        "try: runpy.run_module('kaohe', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print(sorted(sys.modules.keys() & {HEAVY}), file=sys.stderr)"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True
    )
    assert outcome.stderr.splitlines()[-1] == "[]"
