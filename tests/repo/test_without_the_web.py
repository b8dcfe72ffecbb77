"""Scoring needs no web: every module of the core, and the command, without Django installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.repo import ROOT, project_file

HIDE = """
import importlib, pkgutil, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {extras!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
import kaohe
for found in pkgutil.walk_packages(kaohe.__path__, "kaohe."):
    apart = ("kaohe.web", "kaohe.reports", "kaohe.outputs.papers", "kaohe.__main__")
    if not found.name.startswith(apart):
        importlib.import_module(found.name)
from kaohe.cli import main
sys.exit(main({arguments!r}))
"""


def extras() -> set[str]:
    """The top-level names that the web extra brings, those of documents among them."""
    wanted = project_file()["project"]["optional-dependencies"]["web"]
    assert any(one.startswith("Django") for one in wanted)
    assert "kaohe[reports]" in wanted
    django = {"django", "axes", "csp", "django_otp"}
    return django | {
        "argon2",
        "docx",
        "environ",
        "granian",
        "nacl",
        "pylopdf_fonts_zh_cn",
        "segno",
        "typst",
        "vl_convert",
    }


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = HIDE.format(extras=extras(), arguments=list(arguments))
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )


def test_a_town_is_made_and_scored_without_it(tmp_path: Path) -> None:
    facts, out = str(tmp_path / "town"), str(tmp_path / "result")
    town = ("generate", "--areas", "3", "--households", "100", "--seed", "1", "--out", facts)
    made = run(*town)
    assert made.returncode == 0, made.stderr
    scored = run("score", facts, "--scheme", "gaojing-2024", "--out", out)
    assert scored.returncode in (0, 3), scored.stderr
    assert (tmp_path / "result" / "results.json").exists()


def test_whoever_asks_for_it_is_told_what_to_install() -> None:
    refused = run("--lang", "en", "demo")
    assert refused.returncode == 2
    assert "pip install 'kaohe[web]'" in refused.stderr
    refused = run("--lang", "en", "report", "town", "--scheme", "gaojing-2024", "--out", "out")
    assert refused.returncode == 2
    assert "pip install 'kaohe[reports]'" in refused.stderr
