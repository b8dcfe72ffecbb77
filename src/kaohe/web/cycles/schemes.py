"""Schemes as a town holds them: texts in the database, loaded once and kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.scheme.loading import SchemeFile, load_scheme
from kaohe.scheme.model import Scheme
from kaohe.values.findings import Finding
from kaohe.web.cycles.models import Cycle, SchemeVersion

KEPT = 32


def read_scheme(text: str, *, only_errors: bool = False) -> tuple[SchemeFile | None, list[Finding]]:
    """A scheme from its text, with what is to be said about it; None if it has errors."""
    found, findings = _read(text, only_errors)
    return found, list(findings)


def scheme_file(version: SchemeVersion) -> SchemeFile:
    """The scheme file of a version; it was without errors when it was taken in."""
    return _stored(version.text)


def findings_of(version: SchemeVersion) -> tuple[Finding, ...]:
    """Everything that the lint says about a version, notes and accepted findings included."""
    return _read(version.text, False)[1]


def scheme_of(cycle: Cycle) -> Scheme:
    """The scheme of a cycle under the options chosen so far, the default for the rest."""
    return scheme_under(cycle.scheme, cycle.taken)


def scheme_under(version: SchemeVersion, taken: Mapping[str, str]) -> Scheme:
    """The scheme of a version under these options, the default for the rest."""
    return _under(version.text, tuple(sorted(taken.items())))


@lru_cache(maxsize=KEPT)
def _under(text: str, taken: tuple[tuple[str, str], ...]) -> Scheme:
    return _stored(text).under(dict(taken))


def _stored(text: str) -> SchemeFile:
    found, findings = _read(text, True)
    if found is None:
        raise AssertionError(f"a stored scheme has errors: {findings}")
    return found


@lru_cache(maxsize=KEPT)
def _read(text: str, only_errors: bool) -> tuple[SchemeFile | None, tuple[Finding, ...]]:
    with TemporaryDirectory(prefix="kaohe-scheme-") as folder:
        path = Path(folder) / "scheme.yaml"
        path.write_text(text, encoding="utf-8", newline="")
        found, findings = load_scheme(path, only_errors=only_errors)
    return found, tuple(findings)
