"""What is read of somebody who is not logged in: what was typed, never a file.

A form that outlives its session waits for the login, so that it is read before anybody knows whose
it is. Files would be written to disk as they come: they are passed over, to be chosen again, and a
request that is longer than a form can be is not read at all.
"""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class _PassedOver(FileUploadHandler):
    """Of a file nothing is kept, in memory or on disk; the request knows that there was one."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        self.request.files_lost = True  # type: ignore[union-attr]
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing is received."""

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Nothing comes of it."""
        return None


def pass_files_over(request: HttpRequest) -> None:
    """Let no file of a request that was not read yet be kept."""
    request.upload_handlers = [_PassedOver(request)]


def has_lost_files(request: HttpRequest) -> bool:
    """Whether there were files in a request, now that it was read."""
    return getattr(request, "files_lost", False)


def is_too_long(request: HttpRequest) -> bool:
    """Whether a request is longer than a form without files can be, by what it says of itself."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return not length.isdecimal() or (most is not None and int(length) > most)
