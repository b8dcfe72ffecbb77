"""What the third party tells of a household besides its answers, and what people call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kaohe.values.text import Text

AREA, HOUSEHOLD, INTERVIEWER = "area", "household", "interviewer"
DISPOSITION, DURATION, START, END = "disposition", "duration", "start", "end"


@dataclass(frozen=True)
class VendorField:
    """A column: how it is labelled on the form, and the headings by which it is known in files."""

    label: Text
    headings: tuple[str, ...]


FIELDS: Mapping[str, VendorField] = {
    AREA: VendorField(
        Text(zh="居民区", en="Area"),
        ("area_id", "居民区编号", "居民区名称", "所在居民区", "所属居民区"),
    ),
    HOUSEHOLD: VendorField(
        Text(zh="住户编号", en="Household id"),
        ("household_id", "户编号", "户号", "住户", "样本编号", "样本户编号", "请填写住户编号"),
    ),
    INTERVIEWER: VendorField(
        Text(zh="访问员编号", en="Interviewer id"),
        ("interviewer_id", "访问员", "访员", "访员编号", "调查员", "调查员编号", "enumerator_id"),
    ),
    DISPOSITION: VendorField(
        Text(zh="访问结果", en="Outcome"), ("处置代码", "结果代码", "访问状态", "disposition code")
    ),
    DURATION: VendorField(
        Text(zh="所用时间", en="Duration"), ("用时", "答题时长", "作答时长", "访问时长")
    ),
    START: VendorField(Text(zh="开始时间", en="Start"), ("开始答题时间",)),
    END: VendorField(Text(zh="结束时间", en="End"), ("结束答题时间",)),
}
"""By the name that the field has on the form and in a remembered mapping."""


def form_name(asked: str) -> str:
    """The name of something asked as forms take it: ``q1.1`` is ``q1_1`` there."""
    return asked.replace(".", "_")
