"""``kaohe report``: every file, whatever the ids; exit codes; all or nothing."""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path

import docx
import pytest

from kaohe.cli import main
from tests.oracle import towns
from tests.unit.analysis.towns import Town, plain_town
from tests.worlds.assessing import scheme_file
from tests.worlds.files import write_csv
from tests.worlds.pdf import Pdf

ODD = {"a1": "a/1 一", "a2": "A_2-x", "a3": "..%2F"}
NAMES = ("a%2F1%20%E4%B8%80", "A_2-x", "%2E%2E%252F")


def report(facts: Path, out: Path, *more: str) -> int:
    call = ["report", str(facts), "--scheme", "gaojing-2024", "--out", str(out)]
    return main([*call, "--lang", "zh", *more])


def odd_town(*, waived: bool = False) -> Town:
    """The plain town under other ids; with every check waived, its result is final."""
    town = plain_town()
    for rows in town.values():
        for row in rows:
            row["area_id"] = ODD[row["area_id"]]
    if waived:
        town["waivers"] = [
            {"area_id": area, "check": check, "reason": "议定"}
            for area in ODD.values()
            for check in scheme_file().under({}).checks
        ]
    return town


@pytest.fixture(scope="module")
def provisional(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    write_csv(odd_town(), towns.COLUMNS, folder / "town")
    assert report(folder / "town", folder / "out") == 3
    return folder / "out"


def texts(file: Path) -> list[str]:
    word = docx.Document(BytesIO(file.read_bytes()))
    return [one.text for one in (*word.sections[0].header.paragraphs, *word.paragraphs)]


def test_every_area_has_two_files_by_its_id(provisional: Path) -> None:
    found = {str(path.relative_to(provisional)) for path in provisional.rglob("*.*")}
    letters = {f"letters/{name}.{ending}" for name in NAMES for ending in ("pdf", "docx")}
    assert found == letters | {"notice.docx", "results.xlsx"}


def test_letters_are_two_pages_at_most_and_carry_their_fonts(provisional: Path) -> None:
    for path in (provisional / "letters").glob("*.pdf"):
        file = Pdf(path.read_bytes())
        assert len(file.pages()) <= 2
        assert all(file.fonts.values())
        assert all("草稿（暂定）" in page for page in file.pages())


def test_what_is_provisional_says_so(provisional: Path) -> None:
    for path in provisional.rglob("*.docx"):
        assert "草稿（暂定）" in texts(path)
        assert any("暂定" in line and line != "草稿（暂定）" for line in texts(path))


def test_a_final_result_is_a_draft_only(tmp_path: Path) -> None:
    write_csv(odd_town(waived=True), towns.COLUMNS, tmp_path / "town")
    assert report(tmp_path / "town", tmp_path / "out") == 0
    for path in (tmp_path / "out").rglob("*.docx"):
        assert "草稿" in texts(path)
        assert not any("暂定" in line for line in texts(path))


def test_the_same_facts_give_the_same_bytes(provisional: Path, tmp_path: Path) -> None:
    assert report(provisional.parent / "town", tmp_path / "again") == 3
    for path in provisional.rglob("*.*"):
        assert (
            tmp_path / "again" / path.relative_to(provisional)
        ).read_bytes() == path.read_bytes()


def test_wrong_facts_write_nothing(
    tmp_path: Path, provisional: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = odd_town()
    town["areas"][0]["households"] = "约20"
    write_csv(town, towns.COLUMNS, tmp_path / "town")
    assert report(tmp_path / "town", tmp_path / "out") == 2
    assert not (tmp_path / "out").exists()
    assert re.search(r"^areas:2:households: 约20: ", capsys.readouterr().err, re.MULTILINE)


def test_a_character_without_a_glyph_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = odd_town()
    town["areas"][0]["name"] = "𫚉村"
    write_csv(town, towns.COLUMNS, tmp_path / "town")
    (tmp_path / "out" / "letters").mkdir(parents=True)
    earlier = tmp_path / "out" / "letters" / "a1.pdf"
    earlier.write_text("earlier")
    assert report(tmp_path / "town", tmp_path / "out") == 2
    assert "𫚉" in capsys.readouterr().err
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == [earlier]


def test_where_documents_cannot_be_made_it_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("kaohe.outputs.papers")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "kaohe.reports.pdf", None)
    assert report(tmp_path / "town", tmp_path / "out") == 2
    assert "pip install 'kaohe[reports]'" in capsys.readouterr().err
