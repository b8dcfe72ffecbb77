"""YAML read so that nothing is lost: exact decimals, no duplicate keys, a line for every leaf.

The document stays a tree of YAML nodes (which know their lines) until a set of decisions has been
applied; only then it becomes plain values for the typed model.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from kaohe.values.findings import Finding, Weight
from kaohe.values.text import Text

WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
DEEPEST = 40
LARGEST = 1_000_000
"""Bytes of a file; the longest policy known takes a tenth of it."""
CAUSES = {
    "found character that cannot start any token": "有不能这样用的字符；缩进请用空格，不用制表符",
    "mapping values are not allowed in this context": "冒号的位置不对；含冒号的文字要加引号",
    "could not find expected ':'": "缺少冒号",
    "did not find expected key": "缩进不齐，或缺少键",
    "did not find expected ',' or '}'": "花括号没有配对，或缺少逗号",
    "did not find expected ',' or ']'": "方括号没有配对，或缺少逗号",
}
"""What the YAML parser complains of, in Chinese where it is known."""


def why_unreadable(problem: OSError) -> Text:
    """Why a file cannot be read, in both languages."""
    known = {
        FileNotFoundError: "没有这个文件",
        IsADirectoryError: "这是文件夹",
        PermissionError: "没有权限",
    }
    reason = problem.strerror or "unreadable"
    return Text(zh=known.get(type(problem), reason), en=reason)


@dataclass(frozen=True)
class Document:
    """A scheme file as read: its name, the digest of its bytes, and its tree."""

    file: str
    sha256: str
    root: yaml.MappingNode

    def finding(
        self,
        code: str,
        weight: Weight,
        path: Sequence[object],
        zh: str,
        en: str,
        line: int | None = None,
    ) -> Finding:
        """A finding at ``path``; its line, if not given, is that of the deepest part there is."""
        shown = ".".join(str(part) for part in path)
        place = line_at(self.root, path) if line is None else line
        return Finding(code, weight, self.file, place, shown, Text(zh=zh, en=en))


def read_document(
    path: Path, listed_as: str | None = None
) -> tuple[Document | None, list[Finding]]:
    """The tree of a YAML file, or the findings that say why it cannot be read.

    A file that is a list becomes a mapping with the list under the key ``listed_as``, if given.
    """
    name = path.name
    try:
        content = path.read_bytes()
    except OSError as problem:
        why = why_unreadable(problem)
        return None, [_unreadable(name, None, f"读不了文件：{why.zh}", f"cannot read: {why.en}")]
    if len(content) > LARGEST:
        zh, en = "文件超过 1 MB，不像是方案文件", "more than 1 MB: this is hardly a scheme"
        return None, [_unreadable(name, None, zh, en)]
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError:
        return None, [_unreadable(name, None, "文件不是 UTF-8 编码", "the file is not UTF-8")]
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else None
        cause = problem.problem or "syntax"
        zh = f"YAML 语法错误：{CAUSES.get(cause, cause)}"
        return None, [_unreadable(name, line, zh, f"YAML syntax: {cause}")]
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        cause = str(problem).splitlines()[0]
        return None, [_unreadable(name, None, f"YAML 读不了：{cause}", f"YAML: {cause}")]
    if listed_as is not None and isinstance(root, yaml.SequenceNode):
        key = yaml.ScalarNode("tag:yaml.org,2002:str", listed_as, root.start_mark, root.start_mark)
        root = yaml.MappingNode("tag:yaml.org,2002:map", [(key, root)], root.start_mark)
    if not isinstance(root, yaml.MappingNode):
        return None, [_unreadable(name, 1, "文件应是一组“键: 值”", "the file must be a mapping")]
    document = Document(name, hashlib.sha256(content).hexdigest(), root)
    findings = list(_shape_findings(document, root, (), set()))
    return (None if findings else document), findings


def _unreadable(file: str, line: int | None, zh: str, en: str) -> Finding:
    return Finding("S001", "error", file, line, "", Text(zh=zh, en=en))


def _shape_findings(
    document: Document, node: yaml.Node, path: tuple[str, ...], seen: set[int]
) -> Iterable[Finding]:
    """Duplicate keys, keys that are no text, aliases, and nesting beyond any sense."""
    if id(node) in seen:
        yield document.finding(
            "S002", "error", path, "不支持 YAML 锚点与别名，请写全", "no YAML aliases: write it out"
        )
        return
    seen.add(id(node))
    if len(path) > DEEPEST:
        yield document.finding("S002", "error", path, "嵌套过深", "nested too deeply")
        return
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                yield document.finding("S002", "error", path, "键应是文字", "a key must be text")
                continue
            here = (*path, key.value)
            if key.value in keys:
                line = int(key.start_mark.line) + 1
                zh, en = "同一个键写了两次，请删去一处", "key twice: remove one"
                yield document.finding("S003", "error", here, zh, en, line)
            keys.add(key.value)
            yield from _shape_findings(document, value, here, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _shape_findings(document, value, (*path, str(index)), seen)


def plain(node: yaml.Node) -> Any:
    """The tree as plain values: text, whole numbers, exact decimals, true/false, none."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(value) for value in node.value]
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _scalar(node: yaml.ScalarNode) -> Any:
    """Only ``true``, ``false``, ``null`` and numbers are not text, and only where unquoted."""
    text: str = node.value
    if node.style:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if WHOLE.fullmatch(text) and len(text) <= 40:
        return int(text)
    if DECIMAL.fullmatch(text) and len(text) <= 40:
        return Decimal(text)
    return text


def child(node: yaml.Node, part: object) -> yaml.Node | None:
    """The part of a mapping or list, or None where there is none."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value  # type: ignore[no-any-return]  # PyYAML has no types for its nodes
    elif isinstance(node, yaml.SequenceNode) and str(part).isdigit():
        index = int(str(part))
        if index < len(node.value):
            return node.value[index]  # type: ignore[no-any-return]  # as above
    return None


def line_at(root: yaml.Node, path: Sequence[object]) -> int:
    """The line of the deepest part of ``path`` that exists; parts that do not are passed over."""
    node = root
    line: int = root.start_mark.line + 1
    for part in path:
        found = child(node, part)
        if found is not None:
            line = _key_line(node, part) or found.start_mark.line + 1
            node = found
    return line


def _key_line(node: yaml.Node, part: object) -> int | None:
    if isinstance(node, yaml.MappingNode):
        for key, _ in node.value:
            if key.value == str(part):
                return int(key.start_mark.line) + 1
    return None
