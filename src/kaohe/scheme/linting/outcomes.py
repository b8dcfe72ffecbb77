"""Rules about labels, bands, money, layout, and what every named node must say of itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import pairwise

from kaohe.scheme.document import Document, child
from kaohe.scheme.linting.nodes import gives_labels, no_node
from kaohe.scheme.linting.saying import Path, Said, error, tried
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AllocateNode, Band, BandsNode
from kaohe.scheme.tallies import conditions


def labels_exist(scheme: Scheme) -> Iterator[Said]:
    """S107: every label that is given out is declared."""
    for node_id, node in scheme.nodes.items():
        path: Path = ("nodes", node_id)
        bands: tuple[Band, ...] = node.bands if isinstance(node, BandsNode) else ()
        given: list[str] = []
        if isinstance(node, AllocateNode):
            given = [places.label for places in node.places]
            bands = node.otherwise.bands if node.otherwise else ()
            if any(isinstance(band.gives, Decimal) for band in bands):
                zh, en = "allocate 的 otherwise 应给出标签", "allocate gives labels, no numbers"
                yield error("S107", (*path, "otherwise"), zh, en)
        given += [band.gives for band in bands if isinstance(band.gives, str)]
        known = node.labels if isinstance(node, AllocateNode | BandsNode) else {}
        for label in given:
            if label not in known:
                zh = f"标签 {label} 没有在 labels 中声明"
                yield error("S107", path, zh, f"label {label} is not in labels")


def bands_run_one_way(scheme: Scheme) -> Iterator[Said]:
    """S108: bands run one way, without gap or overlap, and the last one takes the rest."""
    for node_id, node in scheme.nodes.items():
        if isinstance(node, BandsNode):
            yield from _band_order(("nodes", node_id, "bands"), node.bands)
        elif isinstance(node, AllocateNode) and node.otherwise is not None:
            yield from _band_order(("nodes", node_id, "otherwise", "bands"), node.otherwise.bands)


def _band_order(path: Path, bands: tuple[Band, ...]) -> Iterator[Said]:
    *limited, rest = bands
    if rest.up_to is not None or rest.at_least is not None:
        zh = "最后一档不写 up_to 或 from，收下其余全部"
        yield error("S108", path, zh, "the last band takes the rest: no up_to, no from")
    rising = [band.up_to for band in limited if band.up_to is not None]
    falling = [band.at_least for band in limited if band.at_least is not None]
    if len(rising) not in (0, len(limited)) or len(falling) not in (0, len(limited)):
        zh = "除最后一档外，各档应都写 up_to，或都写 from"
        yield error("S108", path, zh, "all bands but the last have up_to, or all have from")
    elif len(rising) + len(falling) != len(limited):
        zh = "除最后一档外，每档写 up_to 或 from 中的一个"
        yield error("S108", path, zh, "each band but the last has one limit: up_to or from")
    elif not _strict(rising) or not _strict([-limit for limit in falling]):
        zh = "各档界限应依次变化（up_to 递增，from 递减），否则有的档永远轮不到"
        yield error("S108", path, zh, "limits must run one way, else a band is never reached")


def _strict(limits: list[Decimal]) -> bool:
    return all(first < second for first, second in pairwise(limits))


def nodes_are_named(scheme: Scheme) -> Iterator[Said]:
    """S109: every named node has a label and cites its clause."""
    for node_id, node in scheme.nodes.items():
        if node.label is None:
            yield error("S109", ("nodes", node_id), "节点缺少 label（名称）", "no label")
        if not node.clause:
            yield error("S109", ("nodes", node_id), "节点缺少 clause（条款）", "no clause")


def rounding_is_stated(scheme: Scheme) -> Iterator[Said]:
    """S110: how values are rounded is stated, once in the head or at the node."""
    if scheme.rounding is None:
        for node_id, node in scheme.nodes.items():
            if node.rounding is None:
                zh = "没有规定取舍：请在文件头或节点写 rounding（places 或 exact）"
                yield error("S110", ("nodes", node_id), zh, "no rounding is stated")


def pay_fits(scheme: Scheme) -> Iterator[Said]:
    """S115: money goes to labels that the node gives out, for rows that there can be."""
    pay = scheme.pay
    if pay is None or pay.by not in scheme.nodes or pay.table not in scheme.tables:
        return
    node = scheme.nodes[pay.by]
    labels = node.labels if isinstance(node, AllocateNode | BandsNode) else {}
    if not gives_labels(node):
        zh = f"pay 的 by 应为给出标签的节点，{pay.by} 不是"
        yield error("S115", ("pay", "by"), zh, f"{pay.by} gives no labels")
    for index, rate in enumerate(pay.rates):
        path: Path = ("pay", "rates", index)
        yield from tried("S115", path, partial(conditions, rate.where, pay.table, scheme.ground))
        for label in rate.amounts:
            if labels and label not in labels:
                zh = f"{pay.by} 没有标签 {label}，这笔钱发不出去"
                yield error("S115", path, zh, f"{pay.by} has no label {label}: nobody is paid")
    role = scheme.tables[pay.table].columns.get(pay.role)
    if role is not None and role.type != "choice":
        zh, en = f"列 {pay.role} 应为 choice", f"{pay.role} must be a choice column"
        yield error("S115", ("pay", "role"), zh, en)


def layout_names_nodes(scheme: Scheme, document: Document) -> Iterator[Said]:
    """S102: the layout of results names nodes of the document, be it under another option."""
    nodes = child(document.root, "nodes")
    written = {key.value for key, _ in nodes.value} if nodes is not None else set()
    results = scheme.results
    named: list[tuple[Path, str]] = [(("results", "first"), name) for name in results.first]
    named += [(("results", "complete"), name) for name in results.complete]
    for index, block in enumerate(results.blocks):
        named += [(("results", "blocks", index, "nodes"), name) for name in block.nodes]
    for path, name in named:
        if name not in written:
            yield no_node(path, name)
