"""Templates keep to the policy of their content, and every action to one event."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import kaohe

WEB = Path(kaohe.__file__).parent / "web"
TEMPLATES = sorted(WEB.rglob("*.html"))
# but for the residents' style sheet, whose hash is in the policy
WITHIN = re.compile(
    r"\sstyle=|<style(?!>{% include \"surveys/residents.css\" %}</style>)|\son(?:change|click|error|input|key\w+|load|submit)=|<script(?![^>]*\ssrc=)|https?://",
    re.I,
)


def test_templates_have_no_style_or_script_within_and_no_address_of_others() -> None:
    found = {
        (path.name, match.group(0).strip())
        for path in TEMPLATES
        for match in WITHIN.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_every_page_names_its_clauses_or_is_one_that_has_none() -> None:
    frames = [path for path in TEMPLATES if '{% extends "ui/base.html" %}' in path.read_text()]
    bare = {
        path.relative_to(WEB).as_posix()
        for path in frames
        if "block clause" not in path.read_text(encoding="utf-8")
    }
    of_the_program = ("accounts/", "ui/", "audit/")
    assert {path for path in bare if not path.startswith(of_the_program)} == set()


def test_nobody_saves_rows_in_views() -> None:
    found = {
        (path.relative_to(WEB).as_posix(), node.lineno)
        for path in WEB.rglob("*views.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in ("save", "create", "update", "delete", "bulk_create")
        and not any(word.arg == "commit" for word in node.keywords)
        and "session" not in ast.unparse(node.func)
    }
    assert found == set()
