"""A Chromium for the tests of pages: found on this machine, else brought to it.

Run as ``python -m tests.worlds.browsers`` (what `make browser` does): prints the path of the
browser, after bringing one if there is none. Nothing else brings one: a test only finds it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

Which = Callable[[str], str | None]
Command = Sequence[str]

SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
"""The same browser without windows, tabs and menus, which take more time than a plain page."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BRING = "make browser"
MISSING = (
    f"没有 Chromium，请运行 {BRING}；装不上时请自行安装 Chromium 或 Chrome 并放入 PATH。\n"
    f"There is no Chromium: run {BRING}; where that cannot bring one, "
    "install Chromium or Chrome and put it on PATH."
)
ARGUMENTS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PLAYWRIGHT = (sys.executable, "-m", "playwright")
# Nothing but the fonts that were installed with the tests, so that a page looks the same anywhere.
FONTS = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias>
  <match target="pattern">
    <edit name="family" mode="append_last"><string>Noto Sans SC</string></edit>
  </match>
</fontconfig>
"""


class MissingBrowser(Exception):
    """There is no browser; the text says what to run."""


def runs(path: str | Path) -> bool:
    """Whether it is a browser that starts: a stub of Ubuntu's, or one without its libraries,
    does not."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def of_playwright() -> str:
    """Where Playwright would keep a whole browser of its own, whether there is one or not."""
    # In a process of its own: it may not be asked twice within one.
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    command = [sys.executable, "-c", ask]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return told.stdout.rstrip("\n")


def candidates(
    which: Which = shutil.which, own: Callable[[], str] = of_playwright
) -> Iterator[str]:
    """Where a browser may be: shells before whole ones, what is on the path before the rest."""
    yield from filter(None, map(which, SHELLS))
    downloaded = Path(own())
    yield from map(str, _shells_beside(downloaded))
    yield from filter(None, map(which, NAMES))
    if downloaded.exists():
        yield str(downloaded)


def _shells_beside(downloaded: Path) -> list[Path]:
    """Playwright's shell of the same number as its whole browser, which is three folders down."""
    whole = downloaded.parents[1]
    number = whole.name.removeprefix("chromium-")
    return sorted(whole.parent.glob(f"chromium_headless_shell-{number}/*/*headless[-_]shell"))


def find(
    found: Callable[[], Iterator[str]] = candidates, runs: Callable[[str], bool] = runs
) -> str:
    """The path of a browser that starts. Raises MissingBrowser, with what to run."""
    for path in found():
        if runs(path):
            return path
    raise MissingBrowser(MISSING)


def ways(which: Which = shutil.which, is_root: bool | None = None) -> Iterator[list[Command]]:
    """The commands of each way to bring a browser that this user may go, the lightest first."""
    yield [(*PLAYWRIGHT, "install", "--only-shell", "chromium")]
    apt = which("apt-get")
    if apt and (os.geteuid() == 0 if is_root is None else is_root):
        install = (apt, "install", "--yes", "--no-install-recommends")
        yield [(apt, "update"), (*install, SHELLS[0])]
        yield [(*install, "chromium")]
        yield [(*PLAYWRIGHT, "install-deps", "chromium")]


def bring(
    find: Callable[[], str] = find,
    ways: Callable[[], Iterator[list[Command]]] = ways,
    run: Callable[[Command], object] | None = None,
) -> str:
    """The path of a browser, brought if there is none. Raises MissingBrowser if none can be had.

    What matters of a command is whether a browser starts after it, not what it returns.
    """
    for commands in chain([[]], ways()):
        for command in commands:
            (run or _run)(command)
        with suppress(MissingBrowser):
            return find()
    raise MissingBrowser(MISSING)


def _run(command: Command) -> None:
    print("+", *command, file=sys.stderr)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # stdout is for the path alone.
    subprocess.run(command, env=environment, stdout=sys.stderr, check=False)


def launch_arguments(is_root: bool | None = None) -> list[str]:
    """What a browser is started with: it keeps to itself, and runs in a container too."""
    root = os.name == "posix" and os.geteuid() == 0 if is_root is None else is_root
    return [*ARGUMENTS, *(["--no-sandbox"] if root else [])]


def environment(folder: Path, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a browser that draws Chinese with the installed fonts and no others.

    The folder takes the file that says so, and the cache of the fonts.
    """
    import pylopdf_fonts_zh_cn

    file = folder / "fonts.conf"
    fonts, cache = pylopdf_fonts_zh_cn.sans_path().parent, folder / "fonts"
    text = FONTS.format(fonts=escape(str(fonts)), cache=escape(str(cache)))
    file.write_text(text, encoding="utf-8")
    return {**given, "FONTCONFIG_FILE": str(file)}


def main() -> int:
    """Print where the browser is."""
    try:
        print(bring())
    except MissingBrowser as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
