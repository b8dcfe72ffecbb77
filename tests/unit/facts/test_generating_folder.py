"""A folder is filled at once or not at all, and nobody else's file is ever replaced."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from kaohe.facts.generating import GeneratingError
from kaohe.facts.generating.folder import replaced_folder
from tests.unit.facts.clubs import make_little as make


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def stop_halfway(folder: Path) -> None:
    with replaced_folder(folder) as staging:
        (staging / "clubs.csv").touch()
        raise ValueError("halfway")


def test_missing_folder_is_made(tmp_path: Path) -> None:
    rows = make(tmp_path / "a" / "town")
    files = {f"{table}.csv" for table in rows}
    assert names(tmp_path / "a" / "town") == files | {".generated"}


def test_list_of_files_has_their_digests(tmp_path: Path) -> None:
    make(tmp_path)
    lines = (tmp_path / ".generated").read_text("utf-8").splitlines()
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert len(lines) == 2


def test_earlier_town_is_replaced_whatever_its_format(tmp_path: Path) -> None:
    make(tmp_path)
    make(tmp_path, file_format="parquet")
    assert {name for name in names(tmp_path) if name.endswith(".csv")} == set()
    make(tmp_path, seed=5)
    assert {name for name in names(tmp_path) if name.endswith(".parquet")} == set()


def test_foreign_file_is_named_and_nothing_changes(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(GeneratingError, match=r"notes\.txt") as caught:
        make(tmp_path, seed=2)
    assert "notes.txt" in caught.value.texts[0].zh
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_real_facts_without_a_list_are_refused(tmp_path: Path) -> None:
    (tmp_path / "clubs.csv").write_text("club\nreal\n", "utf-8")
    with pytest.raises(GeneratingError, match=r"clubs\.csv"):
        make(tmp_path)


def test_file_changed_by_hand_is_refused(tmp_path: Path) -> None:
    make(tmp_path)
    with (tmp_path / "marks.csv").open("a", encoding="utf-8") as file:
        file.write("001,m1,a,99\n")
    with pytest.raises(GeneratingError, match=r"marks\.csv"):
        make(tmp_path)


def test_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    for number in range(6):
        (tmp_path / f"file{number}").touch()
    with pytest.raises(GeneratingError, match="archive, .* …"):
        make(tmp_path)


def test_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "town").touch()
    with pytest.raises(GeneratingError, match="is not a folder"):
        make(tmp_path / "town")


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".generating-x").mkdir()
    (tmp_path / ".generating-x" / "half.csv").touch()
    make(tmp_path)
    assert ".generating-x" not in names(tmp_path)


def test_failure_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="halfway"):
        stop_halfway(tmp_path / "town")
    assert names(tmp_path) == set()


def test_failure_leaves_an_earlier_town(tmp_path: Path) -> None:
    make(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match="halfway"):
        stop_halfway(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_stop_between_two_files_leaves_only_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list names old and new files while they change places, so a new run can go on."""
    make(tmp_path)
    replace = Path.replace
    moved: list[str] = []

    def stopping(path: Path, target: str | os.PathLike[str]) -> Path:
        if len(moved) == 2:
            raise OSError("no space left")
        moved.append(path.name)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", stopping)
    with pytest.raises(OSError, match="no space"):
        make(tmp_path, seed=2)
    monkeypatch.undo()
    assert moved[0] == ".generated.new"
    make(tmp_path, seed=3)
    assert len(names(tmp_path)) == 3
