"""A document under one set of options after another; what two of them share is made once.

Most of a scheme does not depend on most decisions. Each part (an entry of ``nodes``, ``checks`` or
another mapping, else a whole field) is resolved and checked once for each set of options that
stand within it, and is the same object in every scheme that has it. Whoever works on a part can
therefore keep what came of it.
"""

from __future__ import annotations

import collections.abc
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_origin

import yaml
from pydantic import TypeAdapter, ValidationError

from kaohe.scheme.decisions import DECIDE, WHEN, decisions_within, resolve
from kaohe.scheme.document import child, plain
from kaohe.scheme.model import Scheme
from kaohe.scheme.unfolding import unfolded
from kaohe.values.once import Once

Part = tuple[Any] | None
"""What a part of the document comes to; None where a ``when`` leaves it out."""


class Assembly:
    """The schemes of one document."""

    def __init__(self, root: yaml.MappingNode) -> None:
        self.root = root
        self._once = Once()
        self._within: dict[int, frozenset[str]] = {}
        self._parts: dict[object, Part] = {}

    def written(self, taken: Mapping[str, str]) -> Scheme:
        """The scheme under these options as it stands in the file. Raises ValidationError."""
        try:
            return Scheme.model_validate(self._fields(taken))
        except ValidationError:
            # A part does not know where it stands: the whole says where something is wrong.
            root = resolve(self.root, taken)
            return Scheme.model_validate(plain(root) if root is not None else {})

    def unfolded(self, written: Scheme) -> Scheme:
        """One of these schemes with its short ways of writing written out."""
        return unfolded(written, self._once)

    def _fields(self, taken: Mapping[str, str]) -> Any:
        """Every field by its name, made of parts."""
        if _depends(self.root):
            root = resolve(self.root, taken)
            return {} if root is None else plain(root)
        fields: dict[str, Any] = {}
        for key, node in self.root.value:
            name = str(key.value)
            if name in _entries_of() and isinstance(node, yaml.MappingNode) and not _depends(node):
                entries = ((one.value, self._part(f"{name}.", it, taken)) for one, it in node.value)
                fields[name] = {one: part[0] for one, part in entries if part is not None}
                continue
            part = self._part(name, node, taken)
            if part is not None:
                fields[name] = part[0]
        return fields

    def _part(self, place: str, node: yaml.Node, taken: Mapping[str, str]) -> Part:
        """A field, or an entry of one, under the options that stand within it."""
        if id(node) not in self._within:
            self._within[id(node)] = decisions_within(node)
        key = (id(node), *(taken.get(decision) for decision in self._within[id(node)]))
        if key not in self._parts:
            resolved = resolve(node, taken)
            self._parts[key] = None if resolved is None else (_checked(place, plain(resolved)),)
        return self._parts[key]


def _depends(node: yaml.Node) -> bool:
    """Whether the mapping as a whole hangs on a decision."""
    return child(node, WHEN) is not None or child(node, DECIDE) is not None


@cache
def _entries_of() -> Mapping[str, Any]:
    """The fields of a scheme that are mappings, with the type of their entries."""
    kinds = {name: field.annotation for name, field in Scheme.model_fields.items()}
    return {
        name: get_args(kind)[1]
        for name, kind in kinds.items()
        if get_origin(kind) is collections.abc.Mapping
    }


@cache
def _adapter(place: str) -> TypeAdapter[Any]:
    """What checks a field, or (``FIELD.``) an entry of one."""
    name = place.removesuffix(".")
    kind: Any = Scheme.model_fields[name].annotation if name == place else _entries_of()[name]
    return TypeAdapter(kind)


def _checked(place: str, value: Any) -> Any:
    """A part as the scheme has it; a single value is checked with the whole scheme."""
    known = place.removesuffix(".") in Scheme.model_fields
    return _adapter(place).validate_python(value) if known and _is_built(value) else value


def _is_built(value: Any) -> bool:
    return isinstance(value, dict | list)
