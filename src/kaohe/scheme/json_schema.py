"""The JSON Schema of scheme files, so that an editor completes and underlines while one writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaohe.scheme.decisions import DECIDE, WHEN
from kaohe.scheme.model import Scheme

CHOICE = {
    "type": "object",
    "description": "The value of the option taken: {decide: DECISION, OPTION: value, …}",
    "properties": {DECIDE: {"type": "string"}, WHEN: {"$ref": "#/$defs/When"}},
    "required": [DECIDE],
}
CONDITION = {
    "type": "object",
    "description": "Only under these options: {DECISION: OPTION, …}, or a list of options",
    "additionalProperties": {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    },
}


SHARED: Mapping[str, tuple[str, str]] = {
    "Label": ("Check", "label"),
    "Where": ("SurveyNode", "where"),
    "Operand": ("BandsNode", "of"),
    "If": ("Rule", "if"),
}
"""Parts that stand in many places, by a place that holds nothing else: each is defined once."""


OWN_WORDS = ("title", "default", "description")
"""What a place says of itself, not of the part that stands there."""


def scheme_json_schema() -> dict[str, Any]:
    """The schema of the language: the typed model, with ``decide`` and ``when`` everywhere."""
    whole = Scheme.model_json_schema(by_alias=True)
    for name, (part, key) in SHARED.items():
        found = whole["$defs"][part]["properties"][key]
        alone = {word: value for word, value in found.items() if word not in OWN_WORDS}
        whole = _referring(whole, alone, {"$ref": f"#/$defs/{name}"})
        whole["$defs"][name] = alone
    schema: dict[str, Any] = _any_of_several(whole)
    definitions = schema.get("$defs", {})
    schema["$defs"] = {
        **{name: _with_decisions(body) for name, body in definitions.items()},
        "Choice": CHOICE,
        "When": CONDITION,
    }
    schema["properties"] = _values_or_choices(schema["properties"])
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Kaohe scheme"
    return schema


def _referring(part: Any, alone: Any, reference: dict[str, Any]) -> Any:
    """A schema in which every occurrence of a part is a reference to it."""
    if isinstance(part, list):
        return [_referring(inner, alone, reference) for inner in part]
    if not isinstance(part, dict):
        return part
    if all(part.get(key) == value for key, value in alone.items()):
        rest = {key: value for key, value in part.items() if key not in alone and key != "title"}
        return {**reference, **rest}
    return {key: _referring(value, alone, reference) for key, value in part.items()}


def _any_of_several(part: Any) -> Any:
    """``anyOf`` for ``oneOf``: where a choice may stand, more than one alternative can hold."""
    if isinstance(part, list):
        return [_any_of_several(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    renamed = {"anyOf" if key == "oneOf" else key: value for key, value in part.items()}
    return {key: _any_of_several(value) for key, value in renamed.items() if key != "discriminator"}


def _with_decisions(body: dict[str, Any]) -> dict[str, Any]:
    """An object whose values may be choices, and which may stand under a condition."""
    if "properties" not in body:
        return _inner(body)
    properties = _values_or_choices(body["properties"])
    return {**body, "properties": {**properties, WHEN: {"$ref": "#/$defs/When"}}}


def _values_or_choices(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: _or_choice(_inner(value)) for name, value in properties.items()}


def _inner(value: dict[str, Any]) -> dict[str, Any]:
    """The values within a mapping or list may be choices too."""
    found = dict(value)
    if "anyOf" in found:
        found["anyOf"] = [_inner(one) for one in found["anyOf"]]
    for key in ("additionalProperties", "items"):
        if isinstance(found.get(key), dict):
            found[key] = _or_choice(_inner(found[key]))
    return found


def _or_choice(value: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [value, {"$ref": "#/$defs/Choice"}]}
