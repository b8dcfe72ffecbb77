"""The clauses of a policy document, found in its text by how Chinese official papers number them.

    一、  （一）  1.  （1）        chapters and what is below them: 四(二)1(3)
    第一章  第三条                 articles, which are numbered through
    附件1                          an annex; rows of a table in it are 附件1第3项
    ## §2                          sections of notes

Full-width and half-width forms are the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaohe.scheme.document import why_unreadable
from kaohe.values.text import Text

NUMERAL = "[一二三四五六七八九十百零〇]+"
ANNEX = re.compile(rf"附[件表]\s*(\d{{0,2}}|{NUMERAL})\s*(?::|$)\s*(.*)")
LIST_OF_ANNEXES = re.compile(r"附件:\s*(1|一)[.、]")
ROW = re.compile(r"(\d+)\s")
ARTICLE = re.compile(rf"#*\s*(第(?:{NUMERAL}|\d+)[章节条])\s*(.*)")
SECTION = re.compile(r"#+\s*(§[\d.]+)\s*(.*)")
LEVELS = (
    re.compile(rf"#*\s*({NUMERAL})、\s*(.*)"),
    re.compile(rf"#*\s*(\({NUMERAL}\))\s*(.*)"),
    re.compile(r"#*\s*(\d{1,2})[.、]\s*(?!\d)(.*)"),
    re.compile(r"(\(\d{1,2}\))\s*(.*)"),
)
LISTED = 9
"""The level of a list of annexes, whose numbers are no clauses."""
SHOWN = 30
"""Characters of a clause that are shown to find it by."""
HALF_WIDTH = str.maketrans("０１２３４５６７８９（）．：", "0123456789().:")
"""The forms in which numbers of clauses come; the words of a clause stay as they are written."""


@dataclass(frozen=True)
class Clause:
    """A clause: how it is cited, the line where it begins, and its first words."""

    cited_as: str
    line: int
    words: str


def folded(text: str) -> str:
    """A reference, or text, in one form: half-width, without spaces, one kind of dash."""
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"[–—~～至]", "-", re.sub(r"\s", "", plain))


def references(cited: str) -> list[str]:
    """What a ``clause`` cites, one by one: ``四(二)1；附件1 第4–6项`` are four.

    >>> references("三(四)；附件1 第7–8项")
    ['三(四)', '附件1第7项', '附件1第8项']
    """
    found = []
    for part in _parts(cited):
        one = re.sub(rf"第({NUMERAL}|\d+)款", "", folded(part))
        one = re.sub(rf"第(\((?:{NUMERAL}|\d+)\))项", r"\1", one)
        one = re.sub(r"(附[件表][^:]*):", r"\1", one)
        several = re.fullmatch(r"(.*第)(\d{1,3})-(\d{1,3})(项|条)", one)
        if several is None:
            found.append(one)
            continue
        before, first, last, unit = several.groups()
        ends = sorted((int(first), int(last)))
        found += [f"{before}{number}{unit}" for number in range(ends[0], ends[1] + 1)]
    return [one for one in found if one]


def _parts(cited: str) -> list[str]:
    """What is cited, part by part; in “三、（四）” the mark belongs to the number."""
    joined = re.sub(rf"(^|[;；,，])\s*({NUMERAL})、\s*(?=[（(])", r"\1\2", cited)
    return re.split(r"[;；,，、]", joined)


def read_policy(path: Path) -> tuple[list[Clause], Text | None]:
    """The clauses of a text file, or what is wrong with it."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        why = why_unreadable(problem)
        return [], Text(zh=f"读不了文件：{why.zh}", en=f"cannot read: {why.en}")
    text, problem_found = text_of_policy(content)
    return list(clauses_of(text)), problem_found


def text_of_policy(content: bytes) -> tuple[str, Text | None]:
    """The text of a policy document as a file holds it, UTF-8 or GB18030, or what is wrong."""
    text = _decoded(content)
    if text is None or content.startswith((b"PK", b"%PDF", b"\xd0\xcf")):
        zh = "不是文本文件：请在 Word 中另存为“纯文本”（.txt）再试"
        return "", Text(zh=zh, en="no text file: save it as plain text (.txt) first")
    if next(clauses_of(text), None) is None:
        zh = "没有找到条款：应有“一、”“（一）”“1.”“第一条”“附件1”这样编号的行"
        en = "no clauses found: lines numbered like 一、 (一) 1. 第一条 附件1"
        return "", Text(zh=zh, en=en)
    return text, None


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def passages(text: str) -> dict[str, str]:
    """The words of every clause by how it is cited, those of what is below it included."""
    clauses, lines = list(clauses_of(text)), text.splitlines()
    found: dict[str, str] = {}
    for place, clause in enumerate(clauses):
        later = (one.line for one in clauses[place + 1 :] if not is_within(one.cited_as, clause))
        end = next(later, len(lines) + 1)
        found.setdefault(clause.cited_as, "\n".join(lines[clause.line - 1 : end - 1]).strip())
    return found


def is_within(reference: str, clause: Clause) -> bool:
    """Whether a reference is to a clause or to something below it (四(二)1 is below 四(二))."""
    if not reference.startswith(clause.cited_as):
        return False
    rest = reference.removeprefix(clause.cited_as)
    same_number = rest[:1].isdigit() and clause.cited_as[-1].isdigit()
    below = rest[:1] in ("(", "第") or rest[:1].isdigit() or clause.cited_as.startswith("附")
    return not rest or (below and not same_number)


def clauses_of(text: str) -> Iterator[Clause]:
    """The clauses of a document, in its order."""
    annex = ""
    above: list[tuple[int, str]] = []
    for number, written in enumerate(text.splitlines(), start=1):
        line = written.translate(HALF_WIDTH).strip()
        if LIST_OF_ANNEXES.match(line):
            above = [(LISTED, "")]
            continue
        begun = ANNEX.fullmatch(line)
        if begun is not None:
            annex, above = folded(line[: begun.start(2)]).rstrip(":"), []
            yield Clause(annex, number, _first_words(begun[2]))
            continue
        row = ROW.match(line) if annex and not above else None
        article = ARTICLE.match(line) or SECTION.match(line)
        level, found = _level(line)
        if row is not None:
            yield Clause(f"{annex}第{row[1]}项", number, _first_words(line[row.end() :]))
        elif article is not None:
            above = [(-1, article[1])]
            yield Clause(annex + article[1], number, _first_words(article[2]))
        elif found is not None and (not above or above[0][0] < LISTED or level == 0):
            above = [one for one in above if one[0] < level] + [(level, found[1])]
            cited = "".join(mark for _, mark in above)
            if annex and cited.isdigit():
                cited = f"第{cited}项"
            yield Clause(annex + cited, number, _first_words(found[2]))


def _level(line: str) -> tuple[int, re.Match[str] | None]:
    for level, pattern in enumerate(LEVELS):
        found = pattern.match(line)
        if found is not None:
            return level, found
    return 0, None


def _first_words(text: str) -> str:
    words = re.sub(r"\s+", " ", text).strip()
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
