"""From the snippet of a case to a scheme file: what a case is not about is filled in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from kaohe.scheme.document import plain
from kaohe.scheme.loading import SchemeFile, load_scheme
from tests.spec.cases import Case

HEAD: Mapping[str, Any] = {
    "id": "example",
    "version": "1",
    "title": {"zh": "示例", "en": "Example"},
    "rounding": {"places": 2},
    "missing": "absent",
}
CLAUSE = {"clause": "1"}


class _Dumper(yaml.CSafeDumper):
    """Writes decimals as they are."""


_Dumper.add_representer(
    Decimal,
    lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", format(value, "f")),
)


def scheme_file(case: Case, folder: Path) -> SchemeFile:
    """The scheme of a case, without an error."""
    path = folder / "scheme.yaml"
    path.write_text(scheme_text(case), encoding="utf-8")
    found, findings = load_scheme(path)
    assert [one.text("en") for one in findings if one.weight == "error"] == []
    assert found is not None
    return found


def scheme_text(case: Case) -> str:
    """The text of a case's scheme: as it stands if it is whole, else with what it leaves out."""
    if case.is_whole:
        return "".join(snippet.text for snippet in case.snippets if "whole" in snippet.info)
    document: dict[str, Any] = {}
    for snippet in case.snippets:
        document = merged(document, plain(yaml.compose(snippet.text, Loader=yaml.CSafeLoader)))
    return written(completed(document))


def written(document: Any) -> str:
    """A document as the text of a scheme file."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False)


def merged(one: Any, other: Any) -> Any:
    """Two documents as one; a node, and whatever is no mapping, replaces what was there."""
    if not isinstance(one, dict) or not isinstance(other, dict) or "kind" in other:
        return other
    both = {key: merged(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **both}


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """A document with the head, the labels and the clauses that a case may leave out."""
    filled = {**HEAD, **document}
    for section, complete in SECTIONS.items():
        if section in filled:
            filled[section] = {
                name: _through_decisions(name, body, complete)
                for name, body in filled[section].items()
            }
    for section, defaults in WHOLE_SECTIONS.items():
        if section in filled:
            filled[section] = {**defaults, **filled[section]}
    return filled


Complete = Callable[[str, dict[str, Any]], dict[str, Any]]


def _through_decisions(name: str, body: dict[str, Any], complete: Complete) -> dict[str, Any]:
    """What is filled in goes into every option of a decision."""
    if "decide" not in body:
        return complete(name, body)
    return {
        key: _through_decisions(name, value, complete) if isinstance(value, dict) else value
        for key, value in body.items()
        if key != "when"
    } | {key: value for key, value in body.items() if key == "when"}


def _table(name: str, body: dict[str, Any]) -> dict[str, Any]:
    columns = {
        column: {"heading": column, **declared} for column, declared in body["columns"].items()
    }
    return {"label": name, "row": f"{name} row", **body, "columns": columns}


SECTIONS: Mapping[str, Complete] = {
    "tables": _table,
    "nodes": lambda name, body: {"label": name, **CLAUSE, **body},
    "checks": lambda name, body: {"label": name, **CLAUSE, **body},
    "decisions": lambda name, body: {"question": f"{name}?", **CLAUSE, **body},
}
WHOLE_SECTIONS: Mapping[str, Mapping[str, Any]] = {
    "questionnaire": {"title": "Questionnaire"},
    "pay": CLAUSE,
}
