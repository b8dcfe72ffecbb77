"""Shape: what the typed model says of a document, as findings that a person can act on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kaohe.scheme.document import Document, child
from kaohe.values.findings import Finding


def shape_findings(document: Document, problem: ValidationError) -> list[Finding]:
    """What the typed model complains of: of one place that fits no way of writing it, one thing."""
    found: dict[tuple[str, bool], Finding] = {}
    for error in problem.errors(include_url=False):
        one = _shape_finding(document, error)
        found.setdefault((one.path, one.code == "S023"), one)
    return list(found.values())


def _shape_finding(document: Document, error: ErrorDetails) -> Finding:
    """What the typed model complains of, at the line of the document where it stands."""
    path = _existing_path(document, error["loc"])
    zh, en = _message(error)
    code = {"missing": "S021", "extra_forbidden": "S022"}.get(error["type"], "S023")
    return document.finding(code, "error", path, zh, en)


def _existing_path(document: Document, loc: Iterable[object]) -> list[object]:
    """The parts of pydantic's location that stand in the file (its union tags do not)."""
    node: yaml.Node = document.root
    path: list[object] = []
    passed = False
    parts = list(loc)
    for index, part in enumerate(parts):
        kind = child(node, "kind")
        if isinstance(kind, yaml.ScalarNode) and kind.value == part and not passed:
            passed = True  # the tag of the union, not a field of that name
            continue
        passed = False
        found = child(node, part)
        if found is not None:
            node = found
            path.append(part)
        elif index == len(parts) - 1 and not re.search(r"[\[(-]", str(part)):
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
    "model_attributes_type": ("应为一组“键: 值”", "a mapping is expected"),
    "tuple_type": ("应为列表", "a list is expected"),
    "date_from_datetime_parsing": ("应为日期，如 2024-12-31", "a date like 2024-12-31 is expected"),
    "duration": (
        "应为时长，如 90 days、6 months、2 years，最长 100 年",
        "a duration such as 90 days, 6 months, 2 years is expected, at most 100 years",
    ),
    "string_pattern_mismatch": (
        "只能用字母、数字、点、横线和下划线，以字母或数字开头",
        "only letters, digits, points, dashes and underscores, a letter or digit first",
    ),
    "date_type": ("应为日期，如 2024-12-31", "a date like 2024-12-31 is expected"),
}


LIMITS = ("gt", "ge", "lt", "le", "min_length")
LIMITED: Mapping[str, tuple[str, str]] = {
    "greater_than": ("应大于", "more than"),
    "greater_than_equal": ("应不小于", "at least"),
    "less_than": ("应小于", "less than"),
    "less_than_equal": ("应不大于", "at most"),
    "too_short": ("项数应不少于", "a number of items of at least"),
}


def _message(error: ErrorDetails) -> tuple[str, str]:
    context = error.get("ctx", {})
    if error["type"] == "extra_forbidden" and error["input"] is None:
        zh = "不认识这个键：请核对拼写；若是文字的一部分，含逗号的文字要加引号"
        return zh, "unknown key: check its spelling; a text that holds a comma must be quoted"
    limit = next((context[name] for name in LIMITS if name in context), None)
    if error["type"] in LIMITED and limit is not None:
        zh, en = LIMITED[error["type"]]
        return f"{zh} {limit}", f"{en} {limit} is expected"
    if error["type"] == "value_error":
        told = context.get("error")
        en = error["msg"].removeprefix("Value error, ")
        return getattr(told, "zh", f"取值不合要求：{en}"), en
    if error["type"] in MESSAGES:
        return MESSAGES[error["type"]]
    if error["type"] == "union_tag_not_found":
        return "缺少 kind（种类），请补上", "kind is missing: add it"
    if "expected_tags" in context:
        every, tag = str(context["expected_tags"]).replace("'", ""), str(context.get("tag"))
        near = get_close_matches(tag, every.split(", "), n=1)
        zh, en = f"没有这种 kind，可用：{every}", f"there is no kind {tag}; there are {every}"
        return (f"{zh}（相近的有 {near[0]}）", f"{en} (near: {near[0]})") if near else (zh, en)
    if "expected" in context:
        expected = str(context["expected"])
        return f"只能是：{expected.replace(' or ', '、').replace(', ', '、')}", f"only {expected}"
    return f"取值不合要求：{error['msg']}", error["msg"]
