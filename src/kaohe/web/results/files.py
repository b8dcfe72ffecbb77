"""Where what came of scoring lies as files: made whole in a folder of its own, read once."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

KEPT = 16
"""So many stored results are kept in memory."""


@contextmanager
def draft_in(kind: str) -> Iterator[Path]:
    """A folder to fill beside those of a kind (``runs``), gone again unless it was renamed."""
    draft = Path(settings.MEDIA_ROOT) / kind / f".new-{uuid.uuid4()}"
    draft.mkdir(parents=True)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=KEPT)
def stored_json(path: Path, _sha256: str) -> Mapping[str, Any]:
    """A stored file of known content: read again only if it is another."""
    found: Mapping[str, Any] = json.loads(path.read_bytes())
    return found
