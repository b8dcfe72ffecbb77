"""The JSON Schema of scheme files, so that an editor completes and underlines while one writes."""

from __future__ import annotations

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


def scheme_json_schema() -> dict[str, Any]:
    """The schema of the language: the typed model, with ``decide`` and ``when`` everywhere."""
    schema: dict[str, Any] = _any_of_several(Scheme.model_json_schema(by_alias=True))
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
        return body
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
