"""CSV files: encodings, records, headings, rows."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kaohe.facts import read_facts
from tests.unit.facts.gardens import (
    SOME_GARDENS,
    SOME_HARVESTS,
    TABLES,
    as_csv,
    faults,
    hashes,
    notes,
    read_csv,
    sha256,
    table,
    tables_of,
    write_csv,
)

NOTES = tables_of(
    notes=table(
        {
            "id": {"type": "id", "heading": "编号"},
            "text": {"type": "text", "heading": "文字", "required": False},
        }
    )
)


def rows_of(folder: Path, content: str | bytes) -> list[tuple[str, str]]:
    reading = read_csv(folder, NOTES, notes=content)
    assert reading.facts is not None, faults(reading)
    with reading.facts as facts:
        return facts.rows("notes", ["id", "text"])


def fault_lines_of(folder: Path, content: str | bytes) -> list[str]:
    return faults(read_csv(folder, NOTES, notes=content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("quote", ["", '"'])
def test_every_encoding_and_line_end_reads_the_same(
    tmp_path: Path, encoding: str, end: str, last: bool, quote: str
) -> None:
    lines = ["编号,文字", f"01,{quote}家𠮷{quote}", "1,b"]
    content = end.join(lines) + (end if last else "")
    assert rows_of(tmp_path, content.encode(encoding)) == [("01", "家𠮷"), ("1", "b")]


def test_mixed_line_ends(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "id,text\r\n1,a\n2,b\r\n") == [("1", "a"), ("2", "b")]


@pytest.mark.parametrize("at", [(1 << 19) - 1, 1 << 19, (1 << 19) + 1])
def test_line_end_split_between_chunks(tmp_path: Path, at: int) -> None:
    start = "id,text\r\n"
    rows = 8000
    filler = "".join(f"{row:05d},{'x' * 57}\r\n" for row in range(rows))
    content = (start + filler).ljust(at - 1, "y")[: at - 1] + "\r\n7,z\r\n"
    assert rows_of(tmp_path, content)[-1] == ("7", "z")


def test_text_that_fits_no_encoding(tmp_path: Path) -> None:
    assert fault_lines_of(tmp_path, b"id,text\n1,\xff\xff\n") == [
        'notes::: "": a text file encoded as UTF-8 or GB18030'
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_character_cut_off_at_the_end(tmp_path: Path, encoding: str) -> None:
    # Neither half of this character is one in the other encoding.
    assert fault_lines_of(tmp_path, "id,text\n1,\U0001f3e0".encode(encoding)[:-1]) == [
        'notes::: "": a text file encoded as UTF-8 or GB18030'
    ]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b" , \n\xe3\x80\x80\n", b'""'])
def test_empty_file(tmp_path: Path, content: bytes) -> None:
    assert fault_lines_of(tmp_path, content) == [
        'notes::: "": a row of headings; there is nothing here'
    ]


@pytest.mark.parametrize("content", ["id,text", "id,text\n", "id,text\n\n , \n"])
def test_header_alone_is_a_table_without_rows(tmp_path: Path, content: str) -> None:
    assert rows_of(tmp_path, content) == []


def test_white_space_around_cells_is_dropped_as_python_does(tmp_path: Path) -> None:
    space = "".join(chr(code) for code in range(0x3001) if chr(code).isspace() and code != 10)
    for around in (space, *space):
        if around == "\r":
            continue
        content = f"{around}id,text{around}\n{around}1{around},{around}a b{around}\n"
        if "\r" in around:
            content = content.replace("\r", " ")
        assert rows_of(tmp_path, content) == [("1", "a b")], hex(ord(around[0]))


@pytest.mark.parametrize("first", ["", " ", "a", " a "])
@pytest.mark.parametrize("second", ["", " ", " b", "b ", " b  c "])
@pytest.mark.parametrize("third", ["", " ", " d "])
def test_white_space_beside_empty_cells(
    tmp_path: Path, first: str, second: str, third: str
) -> None:
    cells = tables_of(
        cells=table(
            {
                name: {"type": "text", "heading": f"列{name}", "required": False}
                for name in ("x", "y", "z")
            }
        )
    )
    reading = read_csv(tmp_path, cells, cells=f"x,y,z\n{first},{second},{third}\n-,-,-\n")
    trimmed = [first.strip(), second.strip(), third.strip()]
    rows = [["-", "-", "-"], *([trimmed] if any(trimmed) else [])]
    assert hashes(reading)["cells"] == sha256(as_csv([["x", "y", "z"], *sorted(rows)]))


def test_what_is_no_white_space_stays(tmp_path: Path) -> None:
    kept = "\u200b\ufeff\u2060\x00\x01\x02\x07\x1b\u180e"
    rows = [(f"x{mark}", f"{mark}y") for mark in kept]
    content = "id,text\n" + "".join(f"{first},{second}\n" for first, second in rows)
    assert rows_of(tmp_path, content) == rows


def test_quoted_cells_keep_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    rows = [("1", 'say "a", b'), ("2", "one\r\ntwo"), ("3", "c\rd\x01e\x02s")]
    assert rows_of(tmp_path, as_csv([["id", "text"], *map(list, rows)])) == rows


def test_many_quoted_records(tmp_path: Path) -> None:
    rows = [(f"{row}", f"a,{row}") for row in range(45_000)]
    assert rows_of(tmp_path, as_csv([["id", "text"], *map(list, rows)])) == rows


def test_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "notes.csv").write_text("id\n1\n")
    monkeypatch.setattr(Path, "open", refuse)
    assert faults(read_facts(str(tmp_path), NOTES)) == [
        'notes::: "": a file that can be read (Permission denied)'
    ]


def test_quote_inside_a_cell_is_a_quote(tmp_path: Path) -> None:
    assert rows_of(tmp_path, 'id,text\n1,a"b"\n') == [("1", 'a"b"')]


def test_quote_that_never_ends_swallows_nothing_unseen(tmp_path: Path) -> None:
    assert fault_lines_of(tmp_path, 'id,text\n1,a\n2,"b\n3,c\n') == [
        'notes::: "": a closing quote for the cell that opens in row 3'
    ]


@pytest.mark.parametrize("length", [200_000, 3_000_000])
@pytest.mark.parametrize("quote", ["", '"'])
def test_long_cell(tmp_path: Path, length: int, quote: str) -> None:
    limit = csv.field_size_limit()
    content = f"id,text\n1,{quote}{'x' * length}{quote}\n2,b\n"
    assert [len(text) for _, text in rows_of(tmp_path, content)] == [length, 1]
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize("mark", ["", '""'])
def test_row_numbers_are_those_of_records(tmp_path: Path, mark: str) -> None:
    content = f"id,text\n1,a{mark}\n\n , \n,b\n\n,c\n"
    assert fault_lines_of(tmp_path, content) == [
        'notes:5:id: "": an id (text), not empty',
        'notes:7:id: "": an id (text), not empty',
    ]


def test_line_break_in_quotes_makes_one_record(tmp_path: Path) -> None:
    assert fault_lines_of(tmp_path, 'id,text\n1,"a\n\nb"\n,c\n') == [
        'notes:3:id: "": an id (text), not empty'
    ]


def test_short_row_is_filled_up(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "id,text\n1\n2,\n") == [("1", None), ("2", None)]


def test_value_beyond_the_header(tmp_path: Path) -> None:
    content = "id,text\n1,a,\n2,b,,  \n3,c,d\n,e,f\n"
    assert fault_lines_of(tmp_path, content) == [
        'notes:4:: "": no value beyond the last heading of the table',
        'notes:5:: "": no value beyond the last heading of the table',
        'notes:5:id: "": an id (text), not empty',
    ]


def test_heading_without_text_is_no_column(tmp_path: Path) -> None:
    reading = read_csv(tmp_path, NOTES, notes="id,,text,\n1,x,a,\n2,,b,y\n3,,c,,\n")
    assert notes(reading) == ["notes: 2 values under headings without text are ignored"]
    assert hashes(reading) == {"notes": sha256("id,text\n1,a\n2,b\n3,c\n")}


def test_column_that_is_not_listed_is_ignored(tmp_path: Path) -> None:
    reading = read_csv(tmp_path, NOTES, notes="备注, id ,ID\nx,1,y\n")
    assert notes(reading) == [
        "notes: the column “备注” is not listed and is ignored",
        "notes: the column “ID” is not listed and is ignored",
    ]
    assert hashes(reading) == {"notes": sha256("id,text\n1,\n")}


def test_row_with_a_value_in_an_ignored_column_alone_is_a_row(tmp_path: Path) -> None:
    assert fault_lines_of(tmp_path, "id,text,more\n1,a,\n,,x\n") == [
        'notes:3:id: "": an id (text), not empty'
    ]


def test_missing_heading(tmp_path: Path) -> None:
    reading = read_csv(tmp_path, NOTES, notes="text\na\n,\n")
    assert faults(reading) == ['notes:1:id: "": a column headed id or “编号”']
    assert faults(reading, "zh") == ['notes:1:id: "": 缺少列，应有标题 id 或“编号”']


def test_heading_that_stands_twice(tmp_path: Path) -> None:
    reading = read_csv(tmp_path, NOTES, notes="id,编号,text,text,text\n1,1,a,b,c\n")
    assert faults(reading) == [
        'notes:1:id: "": this column once, not 2 times',
        'notes:1:text: "": this column once, not 3 times',
    ]
    assert faults(reading, "zh")[0] == 'notes:1:id: "": 该列出现了 2 次，应只有一列'


def test_blank_header_above_rows(tmp_path: Path) -> None:
    assert fault_lines_of(tmp_path, "\nid,text\n1,a\n") == [
        'notes:1:id: "": a column headed id or “编号”',
        'notes:2:: "": no value beyond the last heading of the table',
        'notes:3:: "": no value beyond the last heading of the table',
    ]


def test_values_are_shown_on_one_line_and_cut(tmp_path: Path) -> None:
    counts = tables_of(counts=table({"n": {"type": "whole", "heading": "数"}}))
    long = "园" * 100
    reading = read_csv(tmp_path, counts, counts=f'n\n"a\nb"\n{long}\n')
    assert faults(reading) == [
        "counts:2:n: a b: a whole number",
        f"counts:3:n: {long[:80]}: a whole number",
    ]


def test_values_with_control_characters_are_shown_as_they_are(tmp_path: Path) -> None:
    counts = tables_of(counts=table({"n": {"type": "whole", "heading": "数"}}))
    assert read_csv(tmp_path, counts, counts="n\na\x01b\x02c\n").faults[0].value == "a\x01b\x02c"


def test_name_with_wildcards_is_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "数据[2024] *?"
    folder.mkdir()
    source = write_csv(folder, {"gardens": SOME_GARDENS, "harvests": SOME_HARVESTS})
    assert set(hashes(read_facts(source, TABLES))) == {"gardens", "harvests"}


def test_folder_named_like_a_partition(tmp_path: Path) -> None:
    folder = tmp_path / "name=x"
    folder.mkdir()
    reading = read_csv(folder, NOTES, notes="id,text\n1,a\n")
    assert (notes(reading), set(hashes(reading))) == ([], {"notes"})
