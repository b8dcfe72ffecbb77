"""Clauses as Chinese official papers number them, and as schemes cite them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.scheme.policy_text import clauses_of, passages, read_policy, references


def cited(text: str) -> list[str]:
    return [clause.cited_as for clause in clauses_of(text)]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("一、目标\n（一）内容\n1.走访\n（1）次数", ["一", "一(一)", "一(一)1", "一(一)1(1)"]),
        ("一、目标\n1. 走访\n2．服务", ["一", "一1", "一2"]),
        ("第一章 总则\n第三条　内容：\n（二）服务", ["第一章", "第三条", "第三条(二)"]),
        ("附件1：考核细则\n一、内容\n1. 走访", ["附件1", "附件1一", "附件1一1"]),
        ("附表 2\n1\t走访\t10", ["附表2", "附表2第1项"]),
        ("## 一、目标\n## §2 Repeats", ["一", "§2"]),
        ("五、运用\n附件：1.框架表\n2.问卷", ["五"]),
        ("一、目标\n2024.5 亿元\n100、不是条款", ["一"]),
    ],
)
def test_numbering_gives_clauses(text: str, clauses: list[str]) -> None:
    assert cited(text) == clauses


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("四（二）2；附件1 第3项", ["四(二)2", "附件1第3项"]),
        ("附件1 第4–6项", ["附件1第4项", "附件1第5项", "附件1第6项"]),
        ("二(二)、二(三)", ["二(二)", "二(三)"]),
        ("三、（四）", ["三(四)"]),
        ("第三条第一款第（二）项", ["第三条(二)"]),
        ("附件1：第4项", ["附件1第4项"]),
    ],
)
def test_reference_is_read_in_one_form(clause: str, found: list[str]) -> None:
    assert references(clause) == found


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04...", b"%PDF-1.7", b"\xff\xfe\x00"])
def test_what_is_no_text_with_clauses_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "policy.docx"
    path.write_bytes(content)
    clauses, problem = read_policy(path)
    assert clauses == []
    assert problem is not None


def test_file_in_the_national_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "policy.txt"
    path.write_bytes("一、目标".encode("gb18030"))
    assert [clause.words for clause in read_policy(path)[0]] == ["目标"]


def test_a_clause_has_its_words_and_those_of_what_is_below_it() -> None:
    chapters = "前言\n一、目标\n甲\n（一）范围\n乙\n1.细则\n丙\n（二）其他\n丁\n"
    text = f"{chapters}附件1：框架\n1 走访\n2 热线\n"
    found = passages(text)
    assert found["一(一)1"] == "1.细则\n丙"
    assert found["一(一)"] == "（一）范围\n乙\n1.细则\n丙"
    assert found["一"].startswith("一、目标")
    assert found["一"].endswith("丁")
    assert found["附件1第2项"] == "2 热线"
    assert found["附件1"].splitlines() == ["附件1：框架", "1 走访", "2 热线"]
    assert found.keys() == {clause.cited_as for clause in clauses_of(text)}
