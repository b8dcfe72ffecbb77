"""Shape: what the typed model says of a document, as findings that a person can act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import yaml
from pydantic_core import ErrorDetails

from kaohe.scheme.document import Document, child
from kaohe.values.findings import Finding


def shape_finding(document: Document, error: ErrorDetails) -> Finding:
    """What the typed model complains of, at the line of the document where it stands."""
    path = _existing_path(document, error["loc"])
    zh, en = _message(error)
    code = {"missing": "S021", "extra_forbidden": "S022"}.get(error["type"], "S023")
    return document.finding(code, "error", path, zh, en)


def _existing_path(document: Document, loc: Iterable[object]) -> list[object]:
    """The parts of pydantic's location that stand in the file (its union tags do not)."""
    node: yaml.Node = document.root
    path: list[object] = []
    parts = list(loc)
    for index, part in enumerate(parts):
        found = child(node, part)
        if found is not None:
            node = found
            path.append(part)
        elif index == len(parts) - 1:
            path.append(part)
    return path


MESSAGES: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少这一项，请补上", "this is missing: add it"),
    "extra_forbidden": ("不认识这个键，请核对拼写或删去", "unknown key: check its spelling"),
    "string_type": ("应为文字", "text is expected"),
    "decimal_type": ("应为数", "a number is expected"),
    "decimal_parsing": ("应为数", "a number is expected"),
    "int_type": ("应为整数", "a whole number is expected"),
    "int_parsing": ("应为整数", "a whole number is expected"),
    "bool_type": ("应为 true 或 false", "true or false is expected"),
    "dict_type": ("应为一组“键: 值”", "a mapping is expected"),
    "model_type": ("应为一组“键: 值”", "a mapping is expected"),
    "tuple_type": ("应为列表", "a list is expected"),
    "date_from_datetime_parsing": ("应为日期，如 2024-12-31", "a date like 2024-12-31 is expected"),
    "date_type": ("应为日期，如 2024-12-31", "a date like 2024-12-31 is expected"),
}


def _message(error: ErrorDetails) -> tuple[str, str]:
    context = error.get("ctx", {})
    if error["type"] == "extra_forbidden" and error["input"] is None:
        zh = "不认识这个键：请核对拼写；若是文字的一部分，含逗号的文字要加引号"
        return zh, "unknown key: check its spelling; a text that holds a comma must be quoted"
    if error["type"] in MESSAGES:
        return MESSAGES[error["type"]]
    if "expected_tags" in context:
        return f"没有这种 kind，可用：{context['expected_tags']}", f"{error['msg']}"
    if "expected" in context:
        expected = str(context["expected"])
        return f"只能是：{expected.replace(' or ', '、').replace(', ', '、')}", f"only {expected}"
    return f"取值不合要求：{error['msg']}", error["msg"]
