"""Tables of parameters: the fields of a typed part of the language, each with its meaning.

Names, values and defaults come from the models, so that they cannot be out of date. A chapter gives
the meaning of each, a line each, in a block that names the model:

    ```parameters RankKey
    node: the node to rank by
    order: which end comes first
    ```
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import BaseNode
from kaohe.values.text import Frozen, Text
from tests.spec.markdown import Fence, MarkdownError

WORDS: Mapping[str, str] = {
    "str": "text",
    "int": "whole number",
    "bool": "`true` or `false`",
    "Exact": "number",
    "Day": "date",
    "date": "date",
    "Label": "label",
    "Formula": "formula",
    "Where": "[conditions](#conditions)",
    "Operand": "[operand](#what-a-node-is-built-on)",
    "Node": "[node](#nodes)",
    "Cell": "value",
    "NodeId": "node id",
    "Missing": "[treatment](#missing-parts)",
    "If": "[conditions](#conditions-on-values)",
    "Duration": "duration",
    "Bindings": "mapping to [operands](#what-a-node-is-built-on)",
    "Weighted": "mapping of node ids to weights",
    "Labels": "mapping to labels or name of a [scale](#scales-labels-that-several-nodes-share)",
    "Limit": "number or node id",
    "Codes": "list of codes",
}
TITLES: Mapping[str, str] = {
    "Alone": "alone row",
    "BaseNode": "every node",
    "Test": "condition",
    "PeriodsMetWords": "periods met",
}


def models_of_the_language() -> dict[str, type[Frozen]]:
    """Every typed part that a scheme file can hold, by class name."""
    found: dict[str, type[Frozen]] = {}
    waiting: list[type[Frozen]] = [Scheme, BaseNode]
    while waiting:
        part = waiting.pop()
        if part.__name__ in found or part is Text:
            continue
        found[part.__name__] = part
        for annotation in part.__annotations__.values():
            waiting.extend(_parts_named(annotation, part))
    return found


def _parts_named(annotation: str, part: type[Frozen]) -> Iterator[type[Frozen]]:
    """The typed parts that an annotation names, aliases followed."""
    for node in ast.walk(ast.parse(annotation, mode="eval")):
        if isinstance(node, ast.Name):
            yield from _parts_within(_meant(node.id, part))


def _parts_within(meant: Any) -> Iterator[type[Frozen]]:
    if inspect.isclass(meant) and issubclass(meant, Frozen):
        yield meant
    for argument in get_args(meant):
        if not isinstance(argument, str):
            yield from _parts_within(argument)


def _meant(name: str, part: type[Frozen]) -> Any:
    """What a name of an annotation means where the part is declared."""
    return vars(sys.modules[part.__module__]).get(name)


def title(part: type[Frozen]) -> str:
    """What the manual calls a part: ``RankKey`` is a rank key."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part.__name__).lower()
    return TITLES.get(part.__name__, words)


def anchor(part: type[Frozen]) -> str:
    """Where the manual's table of a part stands."""
    return "word-" + title(part).replace(" ", "-")


def own_fields(part: type[Frozen]) -> dict[str, FieldInfo]:
    """The fields that a part declares itself, by the name that a scheme writes."""
    fields = part.model_fields
    return {
        fields[name].alias or name: fields[name]
        for name in part.__annotations__
        if name in fields and name != "kind"
    }


def meanings(block: Fence) -> dict[str, str]:
    """The meanings that a block gives, by parameter."""
    pairs = [line.partition(": ") for line in block.text.splitlines()]
    return {name: meaning for name, _, meaning in pairs}


def parameter_table(block: Fence) -> list[str]:
    """The lines of a part's table: what the part is, then its parameters."""
    part = models_of_the_language()[block.info[1]]
    given = meanings(block)
    fields = own_fields(part)
    if list(given) != list(fields):
        raise MarkdownError(f"line {block.line}: {part.__name__} has {', '.join(fields)}")
    heading = title(part)
    lines = [f'<a id="{anchor(part)}"></a>', "", described(part), ""]
    lines += [f"| {heading} | value | default | meaning |", "| --- | --- | --- | --- |"]
    by_name = {field.alias or name: name for name, field in part.model_fields.items()}
    for name, meaning in given.items():
        annotation = part.__annotations__[by_name[name]]
        value = value_in_words(ast.parse(annotation, mode="eval").body, part)
        lines.append(f"| `{name}` | {value} | {default_of(fields[name])} | {meaning} |")
    return lines


def described(part: type[Frozen]) -> str:
    """The docstring of a part as Markdown."""
    text = inspect.getdoc(part) or ""
    return text.replace("``", "`")


def default_of(field: FieldInfo) -> str:
    """What holds where a parameter is left out; empty where that is nothing."""
    if field.is_required():
        return "required"
    default = field.default
    if default is None or (not isinstance(default, bool | int | str) and not default):
        return ""
    if isinstance(default, Frozen):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def value_in_words(node: ast.expr, part: type[Frozen]) -> str:
    """An annotation in words: ``tuple[RankKey, ...]`` is a list of rank keys."""
    match node:
        case ast.BinOp(left=left, right=right):
            sides = [value_in_words(side, part) for side in (left, right)]
            return " or ".join(side for side in sides if side)
        case ast.Constant(value=None):
            return ""
        case ast.Name(id=name):
            return _named(name, part)
        case ast.Subscript(value=ast.Name(id=name), slice=inner):
            return _subscripted(name, inner, part)
    raise AssertionError(ast.dump(node))


def _named(name: str, part: type[Frozen]) -> str:
    if name in WORDS:
        return WORDS[name]
    meant = _meant(name, part)
    if get_origin(meant) is Literal:
        return _choices(get_args(meant))
    assert inspect.isclass(meant)
    assert issubclass(meant, Frozen)
    return f"[{title(meant)}](#{anchor(meant)})"


def _choices(values: tuple[object, ...]) -> str:
    return " or ".join(f"`{value}`" for value in values)


def _subscripted(name: str, inner: ast.expr, part: type[Frozen]) -> str:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name == "Literal":
        return _choices(tuple(ast.literal_eval(one) for one in parts))
    if name == "Annotated":
        return value_in_words(parts[0], part)
    if name == "tuple":
        return f"list of {_several(value_in_words(parts[0], part))}"
    if name == "Mapping":
        return f"mapping to {_several(value_in_words(parts[1], part))}"
    raise AssertionError(name)


def _several(word: str) -> str:
    """The plural, within a link too."""
    if word.endswith(("`", "s", ")")) and not word.startswith("["):
        return word
    if not word.startswith("["):
        return f"{word}s"
    text, _, link = word[1:].partition("]")
    if text == "half":
        return f"[halves]{link}"
    return f"[{text}]{link}" if text.endswith("s") else f"[{text}s]{link}"
