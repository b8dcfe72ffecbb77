"""Rules about words that only go together, or not together, within one node."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from kaohe.scheme.graph import condition_operands, nodes_at, operands, with_inner
from kaohe.scheme.linting.nodes import gives_labels
from kaohe.scheme.linting.saying import Path, Said, error
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    AllOf,
    BaseNode,
    EventKind,
    If,
    LedgerNode,
    Limits,
    LookupNode,
    MembersNode,
    PickNode,
    PointsByKind,
    RankNode,
    Referred,
    RowsNode,
    RulesNode,
    SlopeNode,
    StatNode,
    Trim,
    labels_of,
)
from kaohe.scheme.tallies import Tally


def words_go_together(scheme: Scheme) -> Iterator[Said]:
    """S118: what a node states makes sense together."""
    for path, one in nodes_at(scheme):
        for zh, en in _at_odds(one):
            yield error("S118", path, zh, en)


def _at_odds(node: BaseNode) -> Iterator[tuple[str, str]]:
    low, high = node.at_least, node.at_most
    if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
        yield "at_least 大于 at_most", "at_least is above at_most"
    trim = getattr(node, "trim", None)
    if isinstance(trim, Trim):
        yield from _trim(trim)
    match node:
        case LedgerNode():
            yield from _ledger(node)
        case StatNode():
            yield from _stat(node)
        case RowsNode(take=take) if node.trim is not None and take != "mean":
            yield "trim 只用于 take: mean", "trim goes with take: mean"
        case SlopeNode(above=None, below=None):
            yield "slope 至少写 above、below 中的一个", "a slope needs above or below"
        case AllocateNode():
            yield from _places(node)
        case RulesNode():
            yield from _effects(node)


def _effects(node: RulesNode) -> Iterator[tuple[str, str]]:
    labels = labels_of(node)
    for rule in node.rules:
        if rule.then.shift is not None and not labels:
            yield "shift 只能移动等次，须有 labels", "shift moves labels: declare them"
        if labels and (rule.then.add is not None or rule.then.times is not None):
            yield "add 和 times 只能改变分数", "add and times change numbers, not labels"


def _trim(trim: Trim) -> Iterator[tuple[str, str]]:
    if (trim.share is None) == (trim.lowest is None and trim.highest is None):
        yield "trim 写 share，或写 lowest、highest", "trim has a share, or lowest and highest"


def _ledger(node: LedgerNode) -> Iterator[tuple[str, str]]:
    if bool(node.per) != (node.keep is not None):
        yield "per 与 keep 应同时写", "per and keep go together"
    kinds = node.points.each.values() if isinstance(node.points, PointsByKind) else ()
    own = [kind for kind in kinds if isinstance(kind, EventKind)]
    ladders = node.repeat or node.free or any(kind.repeat or kind.free for kind in own)
    if ladders and (node.accumulate == "highest" or node.keep == "highest"):
        yield "只取最高时，repeat 和 free 没有意义", "repeat and free need events to be added"
    if ladders and isinstance(node.points, str):
        yield "repeat 和 free 需要固定分值或按类分值", "repeat and free need points by kind"


def _stat(node: StatNode) -> Iterator[tuple[str, str]]:
    if (node.take == "quantile") != (node.quantile is not None):
        yield "take: quantile 与 quantile 应同时写", "take: quantile and quantile go together"
    if (node.take == "sd") != (node.places is not None):
        yield "标准差（sd）须写 places（保留几位小数）", "sd, and only sd, states its places"
    if node.take == "percentile" and (node.others or node.top is not None):
        yield "percentile 本来就与其他对象比较", "percentile takes neither others nor top"
    if node.top is not None and (node.top.count is None) == (node.top.share is None):
        yield "top 写 count 或 share 中的一个", "top has a count or a share"


def _places(node: AllocateNode) -> Iterator[tuple[str, str]]:
    for position, places in enumerate(node.places):
        if (places.to_rank is None) == (places.places is None):
            yield "每个名额写 to_rank 或 places 中的一个", "a label has to_rank or places"
        if places.unfilled is not None and places.places is None:
            yield "unfilled 只用于 places", "unfilled goes with places"
        later = node.places[position + 1 :]
        short = places.places is not None and places.only_if is not None
        if short and places.unfilled is None and any(one.places is not None for one in later):
            zh = f"{places.label} 的名额可能用不完：请写 unfilled（empty 空缺，next 转给下一等）"
            yield zh, f"places for {places.label} may stay free: state unfilled"


def conditions_ask(scheme: Scheme) -> Iterator[Said]:
    """S121: a condition asks for what the value can be, and states something."""
    for path, node in nodes_at(scheme):
        bind = getattr(node, "bind", {})
        for where, given in _conditions_of(node):
            yield from _each_asks((*path, *where), given, bind, scheme)
    pay = scheme.pay
    for index, hold in enumerate(pay.hold if pay is not None else ()):
        if pay is not None and hold.given is not None:
            yield from _each_asks(("pay", "hold", index, "if"), hold.given, pay.bind, scheme)


def _each_asks(path: Path, given: If, bind: Mapping[str, object], scheme: Scheme) -> Iterator[Said]:
    for all_of in (given,) if isinstance(given, Mapping) else given:
        yield from _asks(path, all_of, bind, scheme)


def _conditions_of(node: BaseNode) -> Iterator[tuple[Path, If]]:
    match node:
        case RulesNode():
            for index, rule in enumerate(node.rules):
                yield ("rules", index, "if"), rule.given
        case RankNode():
            for name in ("last_if", "left_out_if"):
                given = getattr(node, name)
                if given is not None:
                    yield (name,), given
        case AllocateNode():
            for index, places in enumerate(node.places):
                if places.only_if is not None:
                    yield ("places", index, "only_if"), places.only_if


def _asks(path: Path, all_of: AllOf, bind: Mapping[str, object], scheme: Scheme) -> Iterator[Said]:
    if not all_of:
        yield error("S121", path, "条件是空的", "the condition is empty")
    for name, demand in all_of.items():
        operand = bind.get(name, name)
        node = scheme.nodes.get(operand) if isinstance(operand, str) else operand
        labels: Collection[str] = _codes_of(operand, scheme)
        if labels == ["true", "false"]:  # scoring holds them as 1 and 0
            labels = ["1", "0"]
        if isinstance(demand, Limits):
            if not demand.model_fields_set:
                yield error("S121", (*path, name), "条件没有写界限", "the condition has no limit")
            listed: tuple[object, ...] = demand.none_of or ()
        else:
            listed = demand if isinstance(demand, tuple) else (demand,)
        for one in listed:
            if labels and str(one) not in labels:
                zh, en = f"{name} 不可能取值 {one}：请核对", f"{name} is never {one}: check it"
                yield error("S121", (*path, name), zh, en)
            elif isinstance(one, str) and isinstance(node, BaseNode) and not gives_labels(node):
                zh = f"{name} 得出的是数，不可能取值 {one}：请核对"
                en = f"{name} is a number, never {one}: check it"
                yield error("S121", (*path, name), zh, en)


def orders_agree(scheme: Scheme) -> Iterator[Said]:
    """S122: labels that are compared or changed are those of what they come from."""
    for path, node in nodes_at(scheme):
        match node:
            case PickNode(take=("best" | "worst")):
                yield from _same_labels(path, node, node.of, scheme)
            case RulesNode():
                used = [rule.then.use for rule in node.rules if rule.then.use is not None]
                yield from _same_labels(path, node, (node.of, *used), scheme)
            case LookupNode():
                yield from _every_key(path, node, scheme)


def _same_labels(
    path: Path, node: BaseNode, parts: tuple[object, ...], scheme: Scheme
) -> Iterator[Said]:
    own = labels_of(node)
    for part in parts:
        below = scheme.nodes.get(part) if isinstance(part, str) else part
        if isinstance(below, Referred):
            below = scheme.nodes.get(below.node)
        theirs = labels_of(below) if isinstance(below, BaseNode) else {}
        strange = [label for label in theirs if label not in own]
        if strange:
            zh = f"labels 缺少 {'、'.join(strange)}：应包括来源的全部标签"
            yield error(
                "S122", path, zh, f"labels lack {', '.join(strange)} of what it is built on"
            )
        elif own and isinstance(below, BaseNode) and not theirs:
            zh, en = "这里需要给出标签的节点", "a node that gives labels is needed here"
            yield error("S122", path, zh, en)


def _every_key(path: Path, node: LookupNode, scheme: Scheme) -> Iterator[Said]:
    depths = {isinstance(gives, Mapping) for gives in node.gives.values()}
    if depths != {len(node.by) == 2}:
        zh = "对照表的层数应与 by 的个数一致"
        yield error("S122", path, zh, "the table is as deep as there are keys")
        return
    missing, strange = _keys_apart(_codes_of(node.by[0], scheme), node.gives)
    if len(node.by) == 2:
        second = _codes_of(node.by[1], scheme)
        for first, gives in node.gives.items():
            lacking, other = _keys_apart(second, gives if isinstance(gives, Mapping) else {})
            missing += [f"{first}/{code}" for code in lacking]
            strange += [f"{first}/{code}" for code in other]
    if strange:
        zh = f"对照表的 {'、'.join(strange)} 不会出现：请核对"
        yield error("S122", path, zh, f"there is never {', '.join(strange)}: check the table")
    if missing and node.otherwise is None:
        zh = f"对照表缺少 {'、'.join(missing)}：请补上，或写 otherwise"
        en = f"the table lacks {', '.join(missing)}: add them or state otherwise"
        yield error("S122", path, zh, en)


def _keys_apart(codes: list[str], gives: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """Codes that a table lacks, and keys that there never are, where the codes are known."""
    if not codes:
        return [], []
    return [one for one in codes if one not in gives], [one for one in gives if one not in codes]


def _codes_of(operand: object, scheme: Scheme) -> list[str]:
    """The labels that a key can have; none where they are not known."""
    if isinstance(operand, Tally) and operand.attribute is not None:
        table, _, column = operand.attribute.partition(".")
        declared = scheme.tables.get(table)
        found = declared.columns.get(column) if declared is not None else None
        if found is not None and found.type == "boolean":
            return ["true", "false"]
        return list(found.choices) if found is not None else []
    node = scheme.nodes.get(operand) if isinstance(operand, str) else operand
    return list(labels_of(node)) if isinstance(node, BaseNode) else []


def subjects_meet(scheme: Scheme) -> Iterator[Said]:
    """S119: a node is built on nodes of its own subject, on others only through a column."""
    for node_id, node in scheme.nodes.items():
        path: Path = ("nodes", node_id)
        if node.subject is not None and node.subject not in scheme.subjects:
            zh = f"没有声明对象 {node.subject}，请写在 subjects 中"
            yield error("S119", path, zh, f"there is no subject {node.subject}: declare it")
            continue
        for one in with_inner(node):
            yield from _own_subject(path, one, node.subject, scheme)
        for needed in node.needs:
            yield from _is_own(path, needed, node.subject, scheme)
    for check_id, check in scheme.checks.items():
        for operand in check.bind.values():
            yield from _is_own(("checks", check_id), operand, None, scheme)
    if scheme.pay is not None:
        yield from _is_own(("pay", "by"), scheme.pay.by, None, scheme)
        for index, hold in enumerate(scheme.pay.hold):
            for asked in condition_operands(hold.given, scheme.pay.bind):
                yield from _is_own(("pay", "hold", index), asked, None, scheme)


def _own_subject(path: Path, node: BaseNode, own: str | None, scheme: Scheme) -> Iterator[Said]:
    for operand in operands(node):
        if isinstance(node, MembersNode):
            yield from _members(path, node, own, scheme)
        elif isinstance(operand, Referred):
            yield from _referred(path, operand, own, scheme)
        else:
            yield from _is_own(path, operand, own, scheme)


def _is_own(path: Path, operand: object, own: str | None, scheme: Scheme) -> Iterator[Said]:
    node = scheme.nodes.get(operand) if isinstance(operand, str) else None
    if node is not None and node.subject != own:
        zh = f"{operand} 属于另一种对象：请写 {{node: {operand}, of: 列}} 或用 members"
        way = f"{{node: {operand}, of: COLUMN}}"
        en = f"{operand} belongs to another subject: write {way} or members"
        yield error("S119", path, zh, en)


def _referred(path: Path, referred: Referred, own: str | None, scheme: Scheme) -> Iterator[Said]:
    node = scheme.nodes.get(referred.node)
    if node is not None:
        table = scheme.subject_named(own).table
        yield from _refers(path, table, referred.of, node.subject, scheme)


def _members(path: Path, node: MembersNode, own: str | None, scheme: Scheme) -> Iterator[Said]:
    member = scheme.nodes.get(node.of)
    if member is not None:
        table = scheme.subject_named(member.subject).table
        yield from _refers(path, table, node.by, own, scheme)
        if gives_labels(member):
            yield error("S119", path, "members 需要给出数的节点", "members needs a number node")


def _refers(path: Path, table: str, column: str, to: str | None, scheme: Scheme) -> Iterator[Said]:
    subject = scheme.subject_named(to)
    wanted = f"{subject.table}.{subject.id}"
    declared = scheme.tables.get(table)
    found = declared.columns.get(column) if declared is not None else None
    if found is None or found.refers_to != wanted:
        zh = f"事实表 {table} 的列 {column} 应引用 {wanted}（refers_to）"
        yield error("S119", path, zh, f"column {column} of {table} must refer to {wanted}")


def cohorts_exist(scheme: Scheme) -> Iterator[Said]:
    """S123: a cohort goes by a column or by labels, and small classes join others."""
    for name, cohort in scheme.cohorts.items():
        path: Path = ("cohorts", name)
        tables = [
            scheme.tables.get(one.table) for one in (scheme.subject, *scheme.subjects.values())
        ]
        columns = [
            table.columns[cohort.by] for table in tables if table and cohort.by in table.columns
        ]
        node = scheme.nodes.get(cohort.by)
        if node is None and not columns:
            zh = f"没有名为 {cohort.by} 的列或节点"
            yield error("S123", (*path, "by"), zh, f"there is no column or node {cohort.by}")
            continue
        if node is not None and not gives_labels(node):
            zh, en = f"{cohort.by} 得出的是数，不能分类", f"{cohort.by} gives numbers, no classes"
            yield error("S123", (*path, "by"), zh, en)
        codes = list(labels_of(node)) if node is not None else list(columns[0].choices)
        for small, other in cohort.joins.items():
            for code in (small, other):
                if codes and code not in codes:
                    zh, en = f"没有类别 {code}", f"there is no class {code}"
                    yield error("S123", (*path, "joins"), zh, en)
        if bool(cohort.joins) != (cohort.at_least is not None):
            zh, en = "at_least 与 joins 应同时写", "at_least and joins go together"
            yield error("S123", path, zh, en)
