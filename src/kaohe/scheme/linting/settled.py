"""Rules about open questions: what a scheme must settle by a value or by a decision."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kaohe.scheme.counting import kinds_of
from kaohe.scheme.graph import nodes_at, treatments
from kaohe.scheme.linting.saying import Path, Said, error, finding
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import LedgerNode, MeanNode, RatioNode


def nothing_is_settled(scheme: Scheme) -> Iterator[Said]:
    """S401, S207: what a rate is where nothing happened is stated, and costs nothing."""
    for path, node in _ratios(scheme):
        if node.empty is None and not node.min_sample:
            zh = "没有可计的记录时怎样计没有规定：请写 empty（如 100，或 absent）"
            en = "what holds without any row is not stated: state empty, such as 100 or absent"
            yield error("S401", path, zh, en)
        elif isinstance(node.empty, Decimal) and not node.empty and node.times > 0:
            zh = "什么都没有发生时得 0，只有出了事才有分：请核对 empty"
            en = "0 where nothing happened: points only when something bad did; check empty"
            yield finding("S207", path, zh, en)


def denominators_are_stated(scheme: Scheme) -> Iterator[Said]:
    """S402: which rows a rate is a share of is stated, be it all of them."""
    for path, node in _ratios(scheme):
        if not node.model_fields_set & {"among", "denominator"}:
            zh = "没有写明分母是哪些记录：请写 among 或 denominator（全部记录写 denominator: {}）"
            en = "of which rows it is a share is not stated: among or denominator ({} for all)"
            yield finding("S402", path, zh, en)


def _ratios(scheme: Scheme) -> Iterator[tuple[Path, RatioNode]]:
    for path, one in nodes_at(scheme):
        if isinstance(one, RatioNode):
            yield path, one


def records_run_out(scheme: Scheme) -> Iterator[Said]:
    """S405: where events count for a time, it is stated how long, for every kind of them."""
    for path, one in nodes_at(scheme):
        kinds = kinds_of(one) if isinstance(one, LedgerNode) else {}
        if (
            isinstance(one, LedgerNode)
            and one.dated is not None
            and any(kind.lasts is None for kind in kinds.values())
        ):
            lacking = [code for code, kind in kinds.items() if kind.lasts is None and code]
            named = f"（{'、'.join(lacking)}）" if lacking else ""
            zh = f"有日期 dated，却没有写有效多久{named}：请写 lasts，或去掉 dated"
            en = "events are dated, but how long they count is not stated: lasts"
            yield finding("S405", path, zh, en)


def enough_parts(scheme: Scheme) -> Iterator[Said]:
    """S404: where absent parts are left out, it is stated how few may remain."""
    for path, one in nodes_at(scheme):
        if isinstance(one, MeanNode) and one.min_available is None:
            missing = one.missing if one.missing is not None else scheme.missing
            if "leave_out" in list(treatments(missing)):
                zh = "没有数据的部分不计入，但没有规定至少几个部分要有数据：请写 min_available"
                en = "absent parts are left out: state min_available, how many must be there"
                yield finding("S404", path, zh, en)
