"""What a clerk wants of samples and expects of people, as typed into the address of a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.analysis.size_plan import Wishes
from kaohe.analysis.union_plan import Expectations
from kaohe.values.numbers import PERCENT
from kaohe.web.results.plan_facts import UnionAsked
from kaohe.web.ui.templatetags.ui import told

NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?")
EXPECTED = "expect."
"""Before the id of a check: how many are expected to take part there."""


class NumberField(forms.CharField):
    """An exact number up to a hundred, with or without a sign of per cent; None where empty.

    Whatever cannot be taken is answered with the same sentence: it says all that is allowed.
    """

    refusal = gettext_lazy("请写大于 0、不超过 100 的数，小数最多四位，如 5 或 2.5。")

    def __init__(self, **given: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(required=False, widget=widget, **given)

    def clean(self, value: str | None) -> Fraction | None:
        """The number. Raises ValidationError for anything else."""
        text = unicodedata.normalize("NFKC", value or "").strip().removesuffix("%").rstrip()
        if not text:
            return None
        number = Fraction(text) if NUMBER.fullmatch(text) else None
        if number is None or number > PERCENT or not self.takes(number):
            raise ValidationError(self.refusal)
        return number

    def takes(self, number: Fraction) -> bool:
        """Whether a number is not too small."""
        return number > 0


class ShareField(NumberField):
    """A per cent that may be none."""

    refusal = gettext_lazy("请写 0 到 100 之间的百分数，小数最多四位，如 45。")

    def takes(self, number: Fraction) -> bool:
        return True


class PlanForm(forms.Form):
    """Wanted margin and expected response; how many come to each part of the union, and again."""

    margin = NumberField(
        label=gettext_lazy("希望的误差（±分）"),
        help_text=gettext_lazy("百分制。不写，只按方案的最低要求算。"),
    )
    response = NumberField(
        label=gettext_lazy("预计应答率（%）"),
        help_text=gettext_lazy("联系 100 户有多少户会答。不写按 100% 算。"),
    )

    def __init__(self, given: QueryDict, union: UnionAsked | None) -> None:
        super().__init__(given)
        names = {} if union is None else union.names
        self.parts = {EXPECTED + check: check for check in names}
        for check, name in names.items():
            label = _("%(channel)s（%%）") % {"channel": told(name)}
            self.fields[EXPECTED + check] = ShareField(label=label)
        if union is not None and union.has_rounds:
            self.fields["overlap"] = ShareField(
                label=_("重复比例（%）"),
                help_text=_("第二轮的住户，参加过第一轮的占多少。"),
            )
        self.fields["deviation"] = NumberField(
            label=_("打分的标准差（分）"), help_text=_("按往年答卷算的；不写按最坏情形算。")
        )

    def main_fields(self) -> Iterator[BoundField]:
        """What most people fill in."""
        return (self[name] for name in ("margin", "response"))

    def further_fields(self) -> list[BoundField]:
        """What is known only to some, or only later."""
        return [field for field in self if field.name not in ("margin", "response")]

    def shows_further(self) -> bool:
        """Whether something was written there."""
        return any(field.data for field in self.further_fields())

    @property
    def wishes(self) -> Wishes:
        """What is wanted of samples. The form is valid."""
        given, usual = self.cleaned_data, Wishes()
        response: Fraction | None = given["response"]
        return Wishes(
            margin=given["margin"],
            deviation=given["deviation"] or usual.deviation,
            response=usual.response if response is None else response / PERCENT,
        )

    @property
    def expectations(self) -> Expectations:
        """How many are expected. The form is valid."""
        shares: Mapping[str, Fraction | None] = {
            check: self.cleaned_data[name] for name, check in self.parts.items()
        }
        overlap: Fraction | None = self.cleaned_data.get("overlap")
        return Expectations(
            shares={check: one / PERCENT for check, one in shares.items() if one is not None},
            overlap=None if overlap is None else overlap / PERCENT,
        )
