"""The file that a person has uploaded and not yet applied: kept until they do, or send another."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from kaohe.web.ui.uploads import CheckedUpload

KEY = "registry_intake"


@dataclass(frozen=True)
class Pending:
    """What the session remembers: the kind, the snapshot it goes into, the file."""

    kind: str
    snapshot: int | None
    name: str
    sha256: str
    file: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(settings.MEDIA_ROOT) / "incoming" / Path(self.file).name


def keep(session: SessionBase, kind: str, snapshot: int | None, upload: CheckedUpload) -> None:
    """Remember an upload in place of the one before."""
    forget(session)
    pending = Pending(kind, snapshot, upload.name, upload.sha256, upload.path.name)
    session[KEY] = asdict(pending)


def pending_of(session: SessionBase, kind: str) -> Pending | None:
    """The upload that waits, if it is of this kind and the file is still what it was."""
    kept: dict[str, Any] | None = session.get(KEY)
    if kept is None or kept["kind"] != kind:
        return None
    pending = Pending(**kept)
    if not pending.path.is_file():
        return None
    found = sha256(pending.path.read_bytes()).hexdigest()
    return pending if found == pending.sha256 else None


def forget(session: SessionBase) -> None:
    """The upload is done with."""
    kept = session.pop(KEY, None)
    if kept is not None:
        Pending(**kept).path.unlink(missing_ok=True)
