"""What the fixed values of the language are called, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe.values.text import Frozen, Text

Words = Mapping[object, tuple[str, str]]

KINDS: Words = {
    "tally": ("计数", "tally"),
    "survey": ("测评", "survey"),
    "ratio": ("比率", "ratio"),
    "marks": ("打分", "marks"),
    "rows": ("逐行取值", "rows"),
    "ledger": ("台账", "ledger"),
    "sum": ("相加", "sum"),
    "mean": ("平均", "mean"),
    "pick": ("取其一", "pick"),
    "formula": ("公式", "formula"),
    "members": ("成员汇总", "members"),
    "rules": ("规则", "rules"),
    "bands": ("分档", "bands"),
    "curve": ("折线", "curve"),
    "slope": ("按基准增减", "slope"),
    "lookup": ("对照表", "lookup"),
    "rank": ("名次", "rank"),
    "stat": ("统计量", "statistic"),
    "allocate": ("按名次分配", "allocate"),
}
ABSENCES: Words = {
    "no_data": ("没有数据", "no data"),
    "not_applicable": ("不适用", "not applicable"),
    "below_min_sample": ("样本太少", "sample too small"),
    "suppressed": ("不予显示", "suppressed"),
}
ENDS: Words = {
    "high_first": ("高者在前", "the highest first"),
    "low_first": ("低者在前", "the lowest first"),
}
EQUALS: Words = {
    "first": ("并列者都取靠前的名次", "equals share the better place"),
    "last": ("并列者都取靠后的名次", "equals share the worse place"),
    "dense": ("并列只占一个名次", "equals take up one place"),
}
CUTS: Words = {
    "include": ("并列者一并列入", "equals are included"),
    "exclude": ("并列者整体不列入", "equals are left out"),
}
TAKES: Words = {
    "mean": ("平均值", "mean"),
    "median": ("中位数", "median"),
    "least": ("最小值", "least"),
    "greatest": ("最大值", "greatest"),
    "latest": ("最近一次", "latest"),
    "first": ("最早一次", "first"),
    "sum": ("合计", "sum"),
    "count": ("个数", "number"),
    "quantile": ("分位数", "quantile"),
    "variance": ("方差", "variance"),
    "sd": ("标准差", "standard deviation"),
    "percentile": ("百分位", "percentile"),
}
CHOICES: Mapping[str, Words] = {
    "kind": KINDS,
    "missing": {
        "absent": ("整项没有结果", "no result"),
        "leave_out": ("略去不计", "left out"),
        "zero": ("按 0 分计", "0 points"),
        "peer_mean": ("按其他对象的平均计", "the mean of the others"),
        **ABSENCES,
    },
    "rounding": {"exact": ("不取舍", "exact")},
    "half": {
        "up": ("四舍五入", "half up"),
        "even": ("四舍六入五成双", "half to even"),
        "cut": ("舍去尾数", "cut off"),
    },
    "rank": EQUALS,
    "cut": CUTS,
    "take": TAKES,
    "order": ENDS,
    "level": {"check": ("检查", "check"), "warning": ("提醒", "warning")},
    "compare": {
        "at_least": ("实有不少于应有", "at least"),
        "at_most": ("实有不多于应有", "at most"),
        "exactly": ("实有恰好等于应有", "exactly"),
    },
    "voice": {"residents": ("视同群众评价", "residents' judgement")},
    "type": {
        "id": ("编号", "id"),
        "text": ("文字", "text"),
        "whole": ("整数", "whole number"),
        "decimal": ("小数", "decimal"),
        "boolean": ("是或否", "yes or no"),
        "date": ("日期", "date"),
        "choice": ("选项", "choice"),
    },
    "beyond": {
        "clamp": ("分数不再变化", "the points stay"),
        "extend": ("按直线延伸", "the lines go on"),
    },
    "steps": {
        "exact": ("按比例计", "in proportion"),
        "full": ("不计", "does not count"),
        "started": ("按一步计", "counts as one"),
    },
    "keep": {"highest": ("只取最高的", "the highest"), "all": ("每次都计", "every one")},
    "accumulate": {"sum": ("累计", "added up"), "highest": ("只取最高的", "the highest")},
    "match": {
        "first": ("只用最先成立的", "the first"),
        "highest": ("用最高的", "the highest"),
        "all": ("逐条适用", "every one in turn"),
    },
    "unfilled": {"empty": ("空缺", "stay empty"), "next": ("转给下一等", "go to the next label")},
    "BaseNode.at_least": {"none": ("不限", "no limit")},
    "BaseNode.at_most": {"none": ("不限", "no limit")},
    "Column.required": {
        True: ("每行必填", "in every row"),
        False: ("可以没有此列", "the column may be missing"),
        "column": ("须有此列但格可空", "the column, its cells may be empty"),
    },
    "Effect.absent": ABSENCES,
    "PickNode.take": {
        "greatest": ("最大的", "the greatest"),
        "least": ("最小的", "the least"),
        "median": ("居中的", "the middle one"),
        "best": ("最好的", "the best"),
        "worst": ("最差的", "the worst"),
        "first": ("列在最前而有值的", "the first that is there"),
        "latest": ("列在最后而有值的", "the last that is there"),
    },
    "Places.ties": CUTS,
    "RankNode.ties": EQUALS,
    "RatioNode.empty": {"absent": ("没有结果", "no result")},
}
"""Words by field, then by value; under ``Model.field`` where one model means something else."""


def choice(owner: type[Frozen], field: str, value: object) -> Text | None:
    """What a fixed value is called; None where the value is none of the language."""
    if not isinstance(value, str | bool):
        return None
    own = (f"{one.__name__}.{field}" for one in owner.__mro__)
    words = next((CHOICES[name] for name in (*own, field) if name in CHOICES), {})
    found = words.get(value)
    return None if found is None else Text(zh=found[0], en=found[1])
