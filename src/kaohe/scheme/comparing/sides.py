"""The parts of one scheme, under any options."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticUndefined

from kaohe.scheme.decisions import DECIDE, WHEN, Options, every_single_choice, resolve
from kaohe.scheme.document import child, plain
from kaohe.scheme.loading import SchemeFile
from kaohe.scheme.model import Scheme

MOST_CHOICES = 64
"""With more sets of options than these, every option is tried alone."""

Taken = dict[str, str]


class Side:
    """One of two schemes that are compared: what stands at a place, and what that depends on."""

    def __init__(self, scheme: SchemeFile) -> None:
        self.root = scheme.document.root
        self.options = scheme.options
        self.defaults = scheme.defaults

    def keys(self, field: str) -> list[str]:
        """The names of the entries of a part, under whatever options."""
        return list(dict.fromkeys(_keys(child(self.root, field))))

    def depends_on(self, field: str, key: str | None) -> list[str]:
        """The decisions that a part, or one entry of it, depends on."""
        return list(dict.fromkeys(_decisions(self._alone(field, key))))

    def read(self, field: str, key: str | None, taken: Taken) -> Any:
        """A part or an entry under some options, the default for the rest; None if not there.

        Raises ValidationError under options that cannot be taken together.
        """
        found = resolve(self._alone(field, key), {**self.defaults, **taken})
        content = plain(found).get(field) if found is not None else None
        if content is None and key is None:
            default = Scheme.model_fields[field].get_default()
            return None if default is PydanticUndefined else default
        if not content or (key is not None and content.get(key) is None):
            return None
        read = _adapter(field).validate_python(content)
        return read if key is None else read[key]

    def readings(self, field: str, key: str | None) -> Iterator[Any]:
        """A part or an entry under every set of options that it depends on, where it is there."""
        options = {name: self.options[name] for name in self.depends_on(field, key)}
        for taken in choices(options):
            try:
                found = self.read(field, key, taken)
            except ValidationError:
                continue
            if found is not None:
                yield found

    def _alone(self, field: str, key: str | None) -> yaml.Node:
        return _pruned(self.root, (field,) if key is None else (field, key))


def choices(options: Options) -> Iterator[Taken]:
    """Every set of options; of very many decisions each option alone."""
    if math.prod(len(names) for names in options.values()) > MOST_CHOICES:
        yield from every_single_choice(options)
    else:
        for taken in product(*options.values()):
            yield dict(zip(options, taken, strict=True))


@cache
def _adapter(field: str) -> TypeAdapter[Any]:
    return TypeAdapter(Scheme.model_fields[field].rebuild_annotation())


def _pruned(node: yaml.Node, path: Sequence[str]) -> yaml.Node:
    """A tree with nothing beside a path, but for the options that lead there."""
    if not path or not isinstance(node, yaml.MappingNode):
        return node
    decided = child(node, DECIDE) is not None
    kept = [
        (key, value if key.value in (DECIDE, WHEN) else _pruned(value, path[not decided :]))
        for key, value in node.value
        if decided or key.value in (path[0], WHEN)
    ]
    return yaml.MappingNode(node.tag, kept, node.start_mark, node.end_mark)


def _keys(node: yaml.Node | None) -> Iterator[str]:
    """The keys of a mapping, under whatever options."""
    if isinstance(node, yaml.MappingNode):
        decided = child(node, DECIDE) is not None
        for key, value in node.value:
            if key.value not in (DECIDE, WHEN):
                yield from _keys(value) if decided else (key.value,)


def _decisions(node: yaml.Node) -> Iterator[str]:
    """Every decision that a tree depends on, with repetitions."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _decisions(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == DECIDE:
                yield value.value
            elif key.value == WHEN:
                yield from (decision.value for decision, _ in value.value)
            else:
                yield from _decisions(value)
