"""A browser and a database server are found, brought, or asked for by the command that helps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.worlds import browsers, servers
from tests.worlds.browsers import Command, MissingBrowser

INSTALL = (sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")


def program(folder: Path, name: str, code: int = 0) -> str:
    """A program that ends with a code, whatever is asked of it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def missing() -> str:
    raise MissingBrowser(browsers.MISSING)


def which(*names: str) -> Callable[[str], str | None]:
    return lambda name: f"/usr/bin/{name}" if name in names else None


# Browsers ----------------------------------------------------------------------------------------


def test_shells_come_before_whole_browsers_and_the_path_before_playwright(tmp_path: Path) -> None:
    own = program(tmp_path / "chromium-7/linux", "chrome")
    program(tmp_path / "chromium_headless_shell-6/linux", "headless_shell")
    shell = program(tmp_path / "chromium_headless_shell-7/linux", "chrome-headless-shell")
    on_path = which("google-chrome", "chromium", "chromium-headless-shell")
    assert list(browsers.candidates(on_path, lambda: own)) == [
        "/usr/bin/chromium-headless-shell",
        shell,
        "/usr/bin/chromium",
        "/usr/bin/google-chrome",
        own,
    ]


def test_playwright_without_a_download_has_no_browser(tmp_path: Path) -> None:
    assert list(browsers.candidates(which(), lambda: str(tmp_path / "7/linux/chrome"))) == []


def test_playwright_says_where_it_keeps_its_browser() -> None:
    assert Path(browsers.of_playwright()).is_absolute()


def test_browser_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    stub, whole = program(tmp_path, "stub", code=1), program(tmp_path, "whole")
    assert browsers.find(lambda: iter([str(tmp_path / "none"), stub, whole])) == whole


def test_missing_browser_is_told_with_the_command_that_brings_it() -> None:
    with pytest.raises(MissingBrowser, match="run make browser"):
        browsers.find(lambda: iter([]))


def test_root_may_install_a_browser_where_playwright_has_none() -> None:
    ways = [
        [command[-2:] for command in way] for way in browsers.ways(which("apt-get"), is_root=True)
    ]
    assert ways == [
        [("--only-shell", "chromium")],
        [("/usr/bin/apt-get", "update"), ("--no-install-recommends", "chromium-headless-shell")],
        [("--no-install-recommends", "chromium")],
        [("install-deps", "chromium")],
    ]


@pytest.mark.parametrize(("is_root", "apt"), [(False, ["apt-get"]), (True, [])])
def test_others_have_playwrights_download_alone(is_root: bool, apt: list[str]) -> None:
    assert list(browsers.ways(which(*apt), is_root)) == [[INSTALL]]


def test_nothing_is_run_where_there_is_a_browser() -> None:
    run: list[Command] = []
    assert browsers.bring(lambda: "here", run=run.append) == "here"
    assert run == []


@pytest.mark.parametrize("tries", [1, 2])
def test_ways_are_gone_until_a_browser_starts(tries: int) -> None:
    run: list[Command] = []
    ways = [[("one",)], [("update",), ("two",)], [("three",)]]

    def find() -> str:
        return "brought" if len(run) >= tries else missing()

    assert browsers.bring(find, lambda: iter(ways), run.append) == "brought"
    assert run == [("one",), ("update",), ("two",)][: 1 if tries == 1 else 3]


def test_browser_that_cannot_be_brought_is_asked_for() -> None:
    run: list[Command] = []
    with pytest.raises(MissingBrowser, match="put it on PATH"):
        browsers.bring(missing, lambda: iter([[("one",)], [("two",)]]), run.append)
    assert run == [("one",), ("two",)]


@pytest.mark.parametrize("is_root", [True, False])
def test_sandbox_is_left_out_for_root_alone(is_root: bool) -> None:
    arguments = browsers.launch_arguments(is_root)
    assert ("--no-sandbox" in arguments) == is_root
    assert "--disable-background-networking" in arguments


def test_fonts_of_a_browser_are_those_of_the_tests_alone(tmp_path: Path) -> None:
    given = browsers.environment(tmp_path, {"PATH": "/bin"})
    file = tmp_path / "fonts.conf"
    assert given == {"PATH": "/bin", "FONTCONFIG_FILE": str(file)}
    (line,) = [line for line in file.read_text("utf-8").splitlines() if "<dir>" in line]
    fonts = Path(line.strip().removeprefix("<dir>").removesuffix("</dir>"))
    assert {path.name for path in fonts.glob("*.otf")} == {
        "NotoSansSC-Regular.otf",
        "NotoSerifSC-Regular.otf",
    }


# Servers -----------------------------------------------------------------------------------------


def complete(folder: Path) -> Path:
    for name in servers.PROGRAMS:
        program(folder, name)
    return folder


def test_server_of_the_path_comes_before_those_of_debian(tmp_path: Path) -> None:
    debian = [complete(tmp_path / "postgresql" / version / "bin") for version in ("9.6", "15", "9")]
    (tmp_path / "link").symlink_to(complete(tmp_path / "own") / "initdb")
    found = list(
        servers.of_the_system(lambda name: str(tmp_path / "link"), tmp_path / "postgresql")
    )
    assert found == [tmp_path / "own", debian[1], debian[0], debian[2]]


def test_incomplete_server_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "half", "initdb")
    whole = complete(tmp_path / "whole")
    assert servers.programs(lambda: iter([tmp_path / "half", whole])) == whole


def test_missing_server_is_told_with_the_command_that_brings_it(tmp_path: Path) -> None:
    def nowhere() -> Iterator[Path]:
        yield from servers.of_the_system(lambda name: None, tmp_path)

    with pytest.raises(servers.MissingServer, match="run make setup"):
        servers.programs(nowhere)


@pytest.mark.postgres
def test_server_of_pip_starts_where_the_system_has_none() -> None:
    server = servers.Server.started(servers.programs(servers.of_pip))
    try:
        with psycopg.connect(server.new_database("考核")) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("考核",)
    finally:
        server.stop()
    assert not server.folder.exists()


@pytest.mark.postgres
def test_run_has_one_server_and_every_worker_its_databases(
    server: str, fresh_database: str, worker_id: str
) -> None:
    ask = "SELECT current_database(), pg_postmaster_start_time()"
    with psycopg.connect(server) as one, psycopg.connect(fresh_database) as other:
        found = [connection.execute(ask).fetchone() for connection in (one, other)]
    (facts, started), (fresh, again) = found
    assert (facts, fresh) == (f"facts_{worker_id}", f"fresh_{worker_id}")
    assert started == again


@pytest.mark.postgres
def test_server_is_started_once_and_gone_after_the_run(tmp_path: Path) -> None:
    servers.stop_shared(tmp_path)  # nobody asked for one
    first = servers.shared(tmp_path)
    assert servers.shared(tmp_path) == first
    servers.stop_shared(tmp_path)
    assert not first.folder.exists()
