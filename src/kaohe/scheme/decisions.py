"""Open questions of a policy: asked before the data is seen, applied to the tree of the document.

Two words carry them, and both may stand anywhere:

- ``{decide: ID, OPTION: value, …}`` in place of any value is the value of the option taken;
- ``when: {ID: OPTION}`` in any mapping keeps it only under that option (or one of a list).

So a decision changes the graph and never the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import yaml

from kaohe.scheme.document import Document, child, plain
from kaohe.values.findings import Finding

DECIDE = "decide"
WHEN = "when"

Options = Mapping[str, tuple[str, ...]]
"""Every decision with its options, the default first."""


def declared_options(root: yaml.MappingNode) -> dict[str, tuple[str, ...]]:
    """The decisions that the document declares, the default first; malformed ones left out."""
    declared: dict[str, tuple[str, ...]] = {}
    decisions = child(root, "decisions")
    if not isinstance(decisions, yaml.MappingNode):
        return declared
    for key, body in decisions.value:
        options = child(body, "options")
        default = child(body, "default")
        if isinstance(options, yaml.MappingNode) and isinstance(default, yaml.ScalarNode):
            names = [option.value for option, _ in options.value]
            if default.value in names:
                names.remove(default.value)
                declared[key.value] = (default.value, *names)
    return declared


def every_single_choice(options: Options) -> Iterator[dict[str, str]]:
    """All defaults, then each other option of each decision alone."""
    defaults = {decision: names[0] for decision, names in options.items()}
    yield defaults
    for decision, names in options.items():
        for name in names[1:]:
            yield {**defaults, decision: name}


def every_choice_that_matters(root: yaml.Node, options: Options) -> Iterator[dict[str, str]]:
    """Single choices, then every set of options that one place of the document depends on."""
    tried: set[tuple[tuple[str, str], ...]] = set()
    defaults = {decision: names[0] for decision, names in options.items()}
    sets = ({**defaults, **together} for together in _taken_together(root, {}, options))
    for taken in chain(every_single_choice(options), sets):
        key = tuple(sorted(taken.items()))
        if key not in tried:
            tried.add(key)
            yield taken


def _taken_together(
    node: yaml.Node, taken: Mapping[str, str], options: Options
) -> Iterator[dict[str, str]]:
    """For every place under several decisions, options that lead to it."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _taken_together(item, taken, options)
    if not isinstance(node, yaml.MappingNode):
        return
    when = child(node, WHEN)
    if isinstance(when, yaml.MappingNode):
        first = {key.value: _options_named(value)[:1] for key, value in when.value}
        taken = {**taken, **{name: one[0] for name, one in first.items() if one}}
        if len(taken) > 1:
            yield dict(taken)
    decision = child(node, DECIDE)
    name = str(decision.value) if isinstance(decision, yaml.ScalarNode) else ""
    for key, value in node.value:
        if key.value in (WHEN, DECIDE):
            continue
        below = taken
        if name in options and key.value in options[name]:
            below = {**taken, name: key.value}
            if len(below) > 1:
                yield dict(below)
        yield from _taken_together(value, below, options)


def resolve(node: yaml.Node, taken: Mapping[str, str]) -> yaml.Node | None:
    """The tree under the options taken; None where a ``when`` does not hold. Lines are kept.

    Whatever cannot be resolved (an unknown decision, an option without a value) becomes null;
    ``decision_findings`` says what is wrong with it.
    """
    if isinstance(node, yaml.MappingNode):
        if not _holds(child(node, WHEN), taken):
            return None
        if child(node, DECIDE) is not None:
            return _decided(node, taken)
        pairs = [(key, resolve(value, taken)) for key, value in node.value if key.value != WHEN]
        kept = [(key, value) for key, value in pairs if value is not None]
        return yaml.MappingNode(node.tag, kept, node.start_mark, node.end_mark)
    if isinstance(node, yaml.SequenceNode):
        items = [resolve(value, taken) for value in node.value]
        kept_items = [item for item in items if item is not None]
        return yaml.SequenceNode(node.tag, kept_items, node.start_mark, node.end_mark)
    return node


def decisions_within(node: yaml.Node) -> frozenset[str]:
    """The decisions that anything at this place of the document depends on."""
    if isinstance(node, yaml.SequenceNode):
        return frozenset().union(*map(decisions_within, node.value))
    if not isinstance(node, yaml.MappingNode):
        return frozenset()
    found = frozenset().union(*(decisions_within(value) for _, value in node.value))
    when, decision = child(node, WHEN), child(node, DECIDE)
    if isinstance(when, yaml.MappingNode):
        found |= {str(key.value) for key, _ in when.value}
    if isinstance(decision, yaml.ScalarNode):
        found |= {str(decision.value)}
    return found


def _decided(node: yaml.MappingNode, taken: Mapping[str, str]) -> yaml.Node | None:
    decision = child(node, DECIDE)
    option = taken.get(str(decision.value)) if isinstance(decision, yaml.ScalarNode) else None
    chosen = child(node, option) if option is not None else None
    if chosen is None:
        return yaml.ScalarNode("", "null", node.start_mark, node.end_mark)
    return resolve(chosen, taken)


def _holds(when: yaml.Node | None, taken: Mapping[str, str]) -> bool:
    if not isinstance(when, yaml.MappingNode):
        return True
    for key, value in when.value:
        if taken.get(key.value) not in _options_named(value):
            return False
    return True


def _options_named(node: yaml.Node) -> list[str]:
    """The options that a ``when`` names; options are texts, whatever they look like."""
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [str(one.value) for one in nodes if isinstance(one, yaml.ScalarNode)]


def decision_findings(document: Document) -> list[Finding]:
    """Every ``decide`` and ``when`` that names what is not declared, or misses an option."""
    options = declared_options(document.root)
    found = list(_findings(document, document.root, (), options))
    return [*_default_findings(document), *found]


def _default_findings(document: Document) -> Iterator[Finding]:
    """Every decision whose default is none of its options."""
    decisions = child(document.root, "decisions")
    for key, body in decisions.value if isinstance(decisions, yaml.MappingNode) else ():
        default, options = child(body, "default"), child(body, "options")
        if isinstance(default, yaml.ScalarNode) and isinstance(options, yaml.MappingNode):
            names = [option.value for option, _ in options.value]
            if default.value not in names:
                yield document.finding(
                    "S015",
                    "error",
                    ("decisions", key.value, "default"),
                    f"默认值 {default.value} 不是选项，可用：{'、'.join(names)}",
                    f"the default {default.value} is no option; there are {', '.join(names)}",
                )


def _findings(
    document: Document, node: yaml.Node, path: tuple[str, ...], options: Options
) -> Iterator[Finding]:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _findings(document, item, (*path, str(index)), options)
    if not isinstance(node, yaml.MappingNode):
        return
    decision = child(node, DECIDE)
    if decision is not None:
        yield from _decide_findings(document, node, decision, path, options)
    when = child(node, WHEN)
    if when is not None:
        yield from _when_findings(document, when, (*path, WHEN), options)
    for key, value in node.value:
        if key.value not in (DECIDE, WHEN):
            yield from _findings(document, value, (*path, key.value), options)


def _decide_findings(
    document: Document,
    node: yaml.MappingNode,
    decision: yaml.Node,
    path: tuple[str, ...],
    options: Options,
) -> Iterator[Finding]:
    name = plain(decision)
    if not isinstance(name, str) or name not in options:
        yield _unknown(document, (*path, DECIDE), name, options)
        return
    given = [key.value for key, _ in node.value if key.value not in (DECIDE, WHEN)]
    for option in options[name]:
        if option not in given:
            yield document.finding(
                "S012",
                "error",
                path,
                f"决定事项 {name} 的选项 {option} 在此没有取值，请补上",
                f"option {option} of decision {name} has no value here: add it",
            )
    for option in given:
        if option not in options[name]:
            yield document.finding(
                "S013",
                "error",
                (*path, option),
                f"决定事项 {name} 没有选项 {option}，可用：{'、'.join(options[name])}",
                f"decision {name} has no option {option}; it has {', '.join(options[name])}",
            )


def _when_findings(
    document: Document, when: yaml.Node, path: tuple[str, ...], options: Options
) -> Iterator[Finding]:
    if not isinstance(when, yaml.MappingNode):
        yield document.finding(
            "S014", "error", path, "when 应写成“决定事项: 选项”", "when must be decision: option"
        )
        return
    for key, value in when.value:
        if key.value not in options:
            yield _unknown(document, (*path, key.value), key.value, options)
            continue
        named = _options_named(value)
        if not named:
            zh, en = "when 没有写选项，请写明", "when names no option: name one"
            yield document.finding("S014", "error", (*path, key.value), zh, en)
        for option in named:
            if option not in options[key.value]:
                yield document.finding(
                    "S013",
                    "error",
                    (*path, key.value),
                    f"决定事项 {key.value} 没有选项 {option}",
                    f"decision {key.value} has no option {option}",
                )


def _unknown(document: Document, path: tuple[str, ...], name: object, options: Options) -> Finding:
    return document.finding(
        "S011",
        "error",
        path,
        f"没有名为 {name} 的决定事项，已声明：{'、'.join(options) or '无'}",
        f"there is no decision {name}; declared are {', '.join(options) or 'none'}",
    )
