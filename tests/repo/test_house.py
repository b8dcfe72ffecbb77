"""Documents, locks, names and sizes: what a reader or an installer relies on."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repo import ROOT, project_file

DOCUMENTS = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    "LICENSE",
    "README.md",
    "README.zh-CN.md",
    "TESTING.md",
]

# Written so that no expression matches its own text.
UNWANTED = {
    "a path of one machine": r"(?<![\w.~-])/(?:home|root|Users|tmp|work)/\w",
    "a package registry": r"[p]ythonhosted|[p]ypi\.org|registry\.[n]pmjs|deb\.[d]ebian\.org",
    "a mark of unfinished work": r"\b(?:T[O]DO|F[I]XME)\b",
}

VAGUE_NAMES = {"base", "common", "helpers", "misc", "utils"}

MOST_LINES = 500

LOCKS = ["requirements.lock", "requirements-run.lock", "requirements-bench.lock"]


@cache
def own_files() -> list[Path]:
    """Every file that is or would be committed."""
    # The working tree of a build may belong to somebody else than its user.
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(
        [*git, "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    assert paths
    return [path for path in paths if path.is_file()]


def own_modules() -> list[Path]:
    return [path for path in own_files() if path.suffix == ".py"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def locked(name: str) -> dict[str, set[str]]:
    """The versions that a lock pins, by package; more than one where it depends on the Python."""
    versions: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([^ \\\n]+)", text_of(name), re.MULTILINE):
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


def make_targets() -> set[str]:
    return set(re.findall(r"^\.PHONY: (.+)$", text_of("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_there_and_says_something(name: str) -> None:
    assert len(text_of(name)) > 200


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds(what: str) -> None:
    unwanted = re.compile(UNWANTED[what].encode())
    found = [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in own_files()
        if b"\0" not in (content := path.read_bytes()) and (match := unwanted.search(content))
    ]
    assert found == []


def test_no_module_is_longer_than_one_idea() -> None:
    lengths = {path: len(path.read_bytes().splitlines()) for path in own_modules()}
    assert {path.name: n for path, n in lengths.items() if n > MOST_LINES} == {}


def test_no_module_or_package_has_a_vague_name() -> None:
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in own_modules()]
    assert [part for part in parts if VAGUE_NAMES.intersection(part)] == []


def test_help_documents_every_target() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    described = {line.split()[0] for line in shown.splitlines() if len(line.split()) > 1}
    assert described == make_targets()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_readme_says_how_to_run_and_test(name: str) -> None:
    assert {"make run", "make test"} <= set(re.findall(r"make [a-z-]+", text_of(name)))


def test_contributing_knows_every_target() -> None:
    known = set(re.findall(r"make ([a-z-]+)", text_of("CONTRIBUTING.md")))
    assert known == make_targets()


def test_ci_can_be_started() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert os.access(ROOT / ".ci" / "environment", os.X_OK)


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_by_hash_and_names_no_address(name: str) -> None:
    text = text_of(name)
    assert "://" not in text
    assert " @ " not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert len(entries) == sum(map(len, locked(name).values()))


@pytest.mark.parametrize("name", LOCKS[1:])
def test_locks_agree_on_versions(name: str) -> None:
    tests, other = locked(LOCKS[0]), locked(name)
    both = tests.keys() & other.keys()
    assert {package: tests[package] for package in both} == {
        package: other[package] for package in both
    }


def test_whatever_runs_is_also_tested() -> None:
    assert locked("requirements-run.lock").keys() <= locked("requirements.lock").keys()


def test_run_lock_holds_what_the_project_asks_for() -> None:
    pinned = locked("requirements-run.lock")
    for text in project_file()["project"]["dependencies"]:
        asked = Requirement(text)
        versions = pinned[canonicalize_name(asked.name)]
        assert all(asked.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("name", LOCKS[:2])
def test_no_table_library_in_the_product(name: str) -> None:
    assert {"pandas", "polars", "pyarrow", "scipy"}.isdisjoint(locked(name))


def test_changelog_is_the_home_of_the_version() -> None:
    heading = re.search(r"^## (\d+\.\d+\.\d+)", text_of("CHANGELOG.md"), re.MULTILINE)
    assert heading is not None
    assert importlib.metadata.version("kaohe") == heading[1]


def test_wheel_carries_the_schemes_and_templates(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("kaohe-*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    schemes = [path for path in own_files() if path.is_relative_to(ROOT / "schemes")]
    assert {f"kaohe/{path.relative_to(ROOT).as_posix()}" for path in schemes} <= packed
    assert {"kaohe/py.typed", "kaohe/reports/templates/slips.typ"} <= packed
