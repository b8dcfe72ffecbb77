"""Worked examples beside a scheme: small facts, and what must come out of them to the last digit.

They stand in ``examples.yaml`` beside ``scheme.yaml`` (beside ``NAME.yaml`` in
``NAME.examples.yaml``), with tables as CSV text, so that they can be copied from a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import Field, ValidationError, model_validator

from kaohe.scheme.document import Document, child, plain, read_document
from kaohe.scheme.ground import Misuse
from kaohe.scheme.shapes import shape_findings
from kaohe.scheme.shipped import FILE
from kaohe.values.findings import Finding
from kaohe.values.text import Frozen, Label

BESIDE = "examples.yaml"


class Expectation(Frozen, extra="allow"):
    """What must come out, under the options that ``decide`` takes: output → CSV text.

    Outputs are ``results`` and ``results_SUBJECT`` (any columns, any rows), ``checks`` (any rows)
    and ``pay`` (all rows), each named like its file.
    """

    decide: Mapping[str, str] = {}

    @property
    def outputs(self) -> dict[str, str]:
        """The CSV text of each output that is expected."""
        given = (self.__pydantic_extra__ or {}).items()
        return {name: str(text) for name, text in given if text is not None}


class Example(Frozen):
    """Facts as CSV text by table, and what comes of them: expectations, or ``faults``.

    ``faults`` are the English lines with which the facts are refused.
    """

    label: Label
    clause: str
    facts: Mapping[str, str] = Field(min_length=1)
    expect: tuple[Expectation, ...] = ()
    faults: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _something_comes_out(self) -> Example:
        if bool(self.expect) == bool(self.faults):
            raise Misuse("应写 expect 或 faults 中的一个", "state expect or faults, one of them")
        return self


class Examples(Frozen):
    """The examples of a scheme."""

    examples: tuple[Example, ...]


def examples_file(scheme: Path) -> Path:
    """Where the examples of a scheme file stand."""
    name = BESIDE if scheme.name == FILE else f"{scheme.stem}.{BESIDE}"
    return scheme.with_name(name)


def read_examples(path: Path) -> tuple[tuple[Example, ...], Document | None, list[Finding]]:
    """The examples of a file with its document, or the findings that say what is wrong."""
    document, findings = read_document(path, listed_as="examples")
    if document is None:
        return (), None, findings
    try:
        content = Examples.model_validate(plain(document.root))
    except ValidationError as problem:
        return (), None, shape_findings(document, problem)
    return content.examples, document, []


def row_line(document: Document, path: tuple[object, ...], row: int) -> int | None:
    """The line of a row of a block of CSV text in the file; 0 is the line after its key."""
    node: yaml.Node | None = document.root
    for part in path:
        node = None if node is None else child(node, part)
    if not isinstance(node, yaml.ScalarNode) or node.style not in ("|", ">"):
        return None
    return int(node.start_mark.line) + 2 + row
