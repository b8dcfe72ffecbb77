"""The published JSON Schema accepts every shipped scheme and underlines what is wrong."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kaohe.scheme.document import plain, read_document
from kaohe.scheme.json_schema import scheme_json_schema
from kaohe.scheme.shipped import find_scheme, shipped_schemes

VALIDATOR = Draft202012Validator(json.loads(json.dumps(scheme_json_schema())))


def test_schema_is_one() -> None:
    VALIDATOR.check_schema(VALIDATOR.schema)


def content(name: str) -> Any:
    """A shipped scheme as an editor sees it: decimals are numbers."""
    path = find_scheme(name)
    assert path is not None
    document, _ = read_document(path)
    assert document is not None
    return as_json(plain(document.root))


def as_json(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: as_json(value) for key, value in part.items()}
    if isinstance(part, list):
        return [as_json(value) for value in part]
    return float(part) if isinstance(part, Decimal) else part


@pytest.mark.parametrize("name", shipped_schemes())
def test_shipped_scheme_fits(name: str) -> None:
    assert list(VALIDATOR.iter_errors(content(name))) == []


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ((), "surprise", 1),
        (("nodes", "total"), "surprise", 1),
        (("nodes", "total"), "kind", "guess"),
        (("nodes", "rank"), "ties", "somehow"),
        (("tables", "areas", "columns", "name"), "type", "number"),
        (("decisions", "bonus_rule"), "options", []),
    ],
)
def test_what_the_language_does_not_know_is_underlined(
    place: tuple[str, ...], key: str, value: object
) -> None:
    scheme = content("gaojing-2024")
    part = scheme
    for name in place:
        part = part[name]
    part[key] = value
    assert list(VALIDATOR.iter_errors(scheme)) != []
