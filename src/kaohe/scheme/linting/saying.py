"""What a lint rule says: a code, a place, and a message in both languages that tells the cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kaohe.scheme.ground import Misuse
from kaohe.values.findings import Weight

Path = tuple[object, ...]
Said = tuple[str, Weight, Path, str, str]
"""Code, weight, path, Chinese and English message."""


def error(code: str, path: Path, zh: str, en: str) -> Said:
    """Something because of which a scheme cannot score."""
    return (code, "error", path, zh, en)


def finding(code: str, path: Path, zh: str, en: str) -> Said:
    """Something that a scheme should mend, or accept with a reason."""
    return (code, "finding", path, zh, en)


def note(code: str, path: Path, zh: str, en: str) -> Said:
    """Something to know about a scheme."""
    return (code, "note", path, zh, en)


def tried(code: str, path: Path, attempt: Callable[[], object]) -> Iterator[Said]:
    """What an attempt complains of, if it does."""
    try:
        attempt()
    except Misuse as misuse:
        yield error(code, path, misuse.zh, misuse.en)
