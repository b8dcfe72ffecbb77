"""The JSON Schema that editors use accepts what the language accepts."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from kaohe.scheme.document import plain
from kaohe.scheme.json_schema import scheme_json_schema
from tests.spec.cases import Case, all_cases
from tests.spec.schemes import scheme_text

CASES = all_cases()


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(scheme_json_schema())


def as_json(value: Any) -> Any:
    """A document as JSON would hold it."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_schema_accepts_the_scheme_of_a_case(case: Case) -> None:
    document = plain(yaml.compose(scheme_text(case), Loader=yaml.CSafeLoader))
    assert [error.message for error in validator().iter_errors(as_json(document))] == []
