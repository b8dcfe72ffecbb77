"""Server processes that are there at once, to be killed: forked where the application is loaded.

    python -m tests.web.nursery PORT TAG

Each line read is ``serve``, or ``close`` with the number of a round to be closed and counted. What
is forked for it leads a group of its own, and prints the number of the group, then ``ready`` or
``done``. It goes through the same application as ``kaohe serve``, with a plainer server around it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

PROCESSES = 2


@dataclass(frozen=True)
class Nursery:
    """The process that forks, seen from outside."""

    process: subprocess.Popen[str]

    @classmethod
    def opened(cls, port: int, tag: str) -> Nursery:
        """Load the application once; the form of the round ``tag`` is made ready."""
        command = [sys.executable, "-m", "tests.web.nursery", str(port), tag]
        pipe = subprocess.PIPE
        return cls(subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8"))

    def fork(self, task: str) -> int:
        """Begin something; the number of its group of processes."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{task}\n")
        self.process.stdin.flush()
        return int(self.line())

    def line(self) -> str:
        """The next line that somebody there prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        """Let it end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def kill(group: int) -> None:
    """Kill every process of a group, as a power cut does."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Load the application, then fork whatever is asked for."""
    port, tag = int(sys.argv[1]), sys.argv[2]
    import django

    django.setup()
    from django.db import connections
    from django.test import Client

    from kaohe.web.wsgi import application

    assert Client().get(f"/f/{tag}").status_code == 200
    connections.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    for line in sys.stdin:
        if os.fork():
            continue
        os.setsid()
        print(os.getpid(), flush=True)
        task, *words = line.split()
        if task == "serve":
            _serve(listener, application)
        else:
            _close(int(words[0]))
        os._exit(0)


def _serve(listener: socket.socket, application: Any) -> None:
    from django.db import connections

    from kaohe.web.surveys.opening import go_on_after_a_stop
    from tests.web.cast import NOW

    go_on_after_a_stop(NOW)
    connections.close_all()
    print("ready", flush=True)
    for _ in range(PROCESSES - 1):
        if not os.fork():
            break
    server = _Server(listener.getsockname(), _Quiet, bind_and_activate=False)
    server.socket = listener
    server.server_name, server.server_port = "127.0.0.1", listener.getsockname()[1]
    server.setup_environ()
    server.set_app(application)
    server.serve_forever()


def _close(round_pk: int) -> None:
    from kaohe.web.surveys import actions
    from kaohe.web.surveys.models import Round
    from kaohe.web.surveys.opening import count_ballots, go_on_after_a_stop
    from tests.web.cast import NOW, Cast

    go_on_after_a_stop(NOW)
    held = Round.objects.get(pk=round_pk)
    if held.state == "open":
        actions.close_round(held, reason="提前", by=Cast().person("clerk"), at=NOW)
    count_ballots(held, at=NOW)
    print("done", flush=True)


if __name__ == "__main__":
    main()
