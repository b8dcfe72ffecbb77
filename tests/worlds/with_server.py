"""Run a command with a PostgreSQL server of its own, for as long as it runs.

    python -m tests.worlds.with_server python -m pytest tests/web

``KAOHE_DATABASE_URL`` is the address of an empty database there.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.worlds.servers import MissingServer, Server, programs


def main(command: list[str]) -> int:
    """Start, run, stop; the exit code is the command's, 2 where there is no server to be had."""
    try:
        server = Server.started(programs())
    except MissingServer as missing:
        print(missing, file=sys.stderr)
        return 2
    try:
        environment = os.environ | {"KAOHE_DATABASE_URL": server.url()}
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
