"""What is read of somebody who is not logged in: no file of theirs lies anywhere, ever."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client

from tests.web.cast import Cast
from tests.web.test_login import with_password

HEAD = (
    b'--X\r\nContent-Disposition: form-data; name="title"\r\n\r\nA deed\r\n'
    b'--X\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
)
TAIL = b"\r\n--X--\r\n"
ADDRESSES = (
    "/cycles/",
    "/evidence/notes/add",
    "/no/such/page",
    "/accounts/login",
    "/accounts/logout",
    "/language",
    "/evidence/complain",
    "/healthz",
)


class Sent(io.RawIOBase):
    """A request's body, made as it is read; ``read_bytes`` tells how far."""

    def __init__(self, size: int) -> None:
        self.length = len(HEAD) + size + len(TAIL)
        self.read_bytes = 0
        self._parts = self._made(size)
        self._left = b""

    def _made(self, size: int) -> Iterator[bytes]:
        yield HEAD
        for start in range(0, size, 2**14):
            yield b"x" * min(2**14, size - start)
        yield TAIL

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._left = self._left or next(self._parts, b"")
        given, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(given)] = given
        self.read_bytes += len(given)
        return len(given)


@contextmanager
def one_connection() -> Iterator[None]:
    """What comes raw lets the connection of the test be, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def post(path: str, sent: Sent, **more: str) -> int:
    """Send it raw, as a server hands it over; the status."""
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": sent,
        "CONTENT_TYPE": "multipart/form-data; boundary=X",
        "CONTENT_LENGTH": str(sent.length),
        **more,
    }
    with one_connection():
        answer = get_wsgi_application()(environ, lambda status, _headers: told.append(status))
        list(answer)
        answer.close()
    return int(told[0].split()[0])


@pytest.fixture(autouse=True)
def no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("a file of somebody unknown is written")

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", never)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["testserver"])


@pytest.fixture
def cookies() -> str:
    """Those of a browser that has been here: without them the form's key keeps others out."""
    client = Client()
    client.get("/accounts/login")
    return "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", ADDRESSES)
def test_what_is_too_long_is_not_read_at_all(path: str, cookies: str) -> None:
    for size in (settings.DATA_UPLOAD_MAX_MEMORY_SIZE, 2**40):
        sent = Sent(size)
        assert post(path, sent, HTTP_COOKIE=cookies) == 413
        assert sent.read_bytes == 0


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", ADDRESSES)
def test_files_of_somebody_unknown_take_no_disk_and_no_memory(path: str, cookies: str) -> None:
    size = 4 * 2**20
    post(path, Sent(100), HTTP_COOKIE=cookies)  # what is made once
    tracemalloc.start()
    try:
        assert post(path, Sent(size), HTTP_COOKIE=cookies) < 500
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < size / 4


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("length", ["-1", "many"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    sent = Sent(100)
    assert post("/cycles/", sent, CONTENT_LENGTH=length) == 413
    assert sent.read_bytes == 0


@pytest.mark.usefixtures("cast")
def test_what_was_typed_beside_a_file_still_waits_for_the_login() -> None:
    body = HEAD + b"x" * 10 + TAIL
    page = Client().generic("POST", "/evidence/notes/add", body, "multipart/form-data; boundary=X")
    assert page.status_code == 401
    told = page.content.decode()
    assert "A deed" in told
    assert "所选的文件需要重新选择" in told
    long = Client().generic(
        "POST",
        "/evidence/notes/add",
        b"",
        "multipart/form-data; boundary=X",
        CONTENT_LENGTH="9" * 9,
    )
    assert "没有收下" in long.content.decode()


def test_whoever_lacks_the_second_factor_is_not_known_yet(cast: Cast) -> None:
    with_password(cast, "clerk")
    client = Client()
    client.post("/accounts/login", {"username": "clerk", "password": "long-enough-for-this"})
    cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    for path in ("/cycles/", "/accounts/second-factor"):
        assert post(path, Sent(4 * 2**20), HTTP_COOKIE=cookies) < 500
        long = Sent(2**30)
        assert post(path, long, HTTP_COOKIE=cookies) == 413
        assert long.read_bytes == 0
