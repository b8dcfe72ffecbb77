"""What documents call the assessment: by the title, number and period of its scheme."""

from __future__ import annotations

import re
from typing import Final

from kaohe.reports.days import written
from kaohe.scheme.model import Scheme

DRAFT: Final = "草稿"
PROVISIONAL: Final = "草稿（暂定）"
ADDED: Final = re.compile(r"（[^（）]*）$")
KIND: Final = re.compile(r"(方案|办法|细则|规定|意见)$")
SHORT: Final = 3
"""Subjects with so short a name are addressed by it."""


def assessment_name(scheme: Scheme) -> str:
    """What is carried out under a scheme: its title without the kind of document that it is."""
    return KIND.sub("", ADDED.sub("", scheme.title.zh))


def scheme_name(scheme: Scheme) -> str:
    """The title in its marks, and the number."""
    number = f"（{scheme.number}）" if scheme.number else ""
    return f"《{scheme.title.zh}》{number}"


def period_name(scheme: Scheme) -> str:
    """From which day to which; empty where there is no period."""
    if scheme.period is None:
        return ""
    first, last = scheme.period.first, scheme.period.last
    until = written(last, "zh")
    if first.year == last.year:
        until = until.partition("年")[2]
    return f"{written(first, 'zh')}至{until}"


def addressed(scheme: Scheme) -> str:
    """How a subject is spoken to."""
    label = scheme.subject.label.zh
    return f"你{label}" if len(label) <= SHORT else "你单位"


def mark_of(final: bool) -> str:
    """What stands on every page of a draft."""
    return DRAFT if final else PROVISIONAL
