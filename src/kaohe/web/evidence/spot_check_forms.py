"""What is filled in for the spot check of visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.evidence.models import SpotCheckHousehold
from kaohe.web.evidence.spot_check_rules import JUDGED, thin_areas, why_not_draw_thin
from kaohe.web.ui.forms import DateInput

MOST = 100
"""More households of one area than anybody asks."""


class DrawForm(forms.Form):
    """How many households of each area; the number is asked for only where no scheme says it.

    ``claimed`` tells how many households with a claimed visit each area has, by its name. Where
    some have too few, that has to be confirmed, with a reason.
    """

    size = forms.IntegerField(label=gettext_lazy("每个居民区抽查户数"), min_value=1, max_value=MOST)
    reserves = forms.IntegerField(
        label=gettext_lazy("每个居民区替补户数"),
        min_value=0,
        max_value=MOST,
        help_text=gettext_lazy("拒绝回答、联系不上或不符合条件的住户，按顺序由替补住户代替。"),
    )

    confirmed = forms.BooleanField(
        label=gettext_lazy("已与提供单位核对，这些居民区确实只有这些住户"), required=False
    )
    reason = forms.CharField(label=gettext_lazy("抽不满的理由"), max_length=500, required=False)

    def __init__(
        self, *args: Any, size: int | None, claimed: Mapping[str, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fixed, self.claimed = size, claimed
        if size is not None:
            del self.fields["size"]
        self.fields["reserves"].initial = size
        if not self.is_bound and not self.thin(size or 0, size or 0):
            del self.fields["confirmed"], self.fields["reason"]

    def thin(self, size: int, reserves: int) -> list[str]:
        """The areas that have too few households, by their names."""
        return thin_areas(self.claimed, max(size + reserves, 1))

    def clean(self) -> dict[str, Any]:
        """Nobody leaves an area short without knowing it and saying why."""
        sent: dict[str, Any] = super().clean() or {}
        size, reserves = self.fixed or sent.get("size"), sent.get("reserves")
        if size is None or reserves is None:
            return sent
        thin = self.thin(size, reserves)
        if thin and not sent.get("confirmed"):
            self.add_error("confirmed", why_not_draw_thin(thin, ""))
        if thin and not sent.get("reason"):
            self.add_error("reason", _("请写明这些居民区为什么抽不满。"))
        return sent


class RedrawForm(forms.Form):
    """Why households should be drawn again."""

    reason = forms.CharField(
        label=gettext_lazy("重抽的理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OutcomeForm(forms.Form):
    """What came of asking at a household, and when."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=SpotCheckHousehold.OUTCOMES,
        widget=forms.RadioSelect,
    )
    checked_on = forms.DateField(label=gettext_lazy("核查日期"), widget=DateInput())


class FindingAnswerForm(forms.Form):
    """What the area says to a finding: words, no files."""

    answer = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明何时由谁走访、还有什么可以佐证。只需文字，不用提交材料。"),
    )


class SettleForm(forms.Form):
    """Whether a finding stays."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("认定"),
        choices=[(code, name) for code, name in SpotCheckHousehold.OUTCOMES if code in JUDGED],
        widget=forms.RadioSelect,
    )
    corroboration = forms.CharField(
        label=gettext_lazy("佐证"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("改为“确认走访过”的，须写明依据什么。"),
    )

    def clean(self) -> dict[str, Any]:
        """Nobody takes a finding back without saying what speaks for the visit."""
        sent: dict[str, Any] = super().clean() or {}
        if sent.get("outcome") == "confirmed" and not sent.get("corroboration"):
            self.add_error("corroboration", _("请写明依据什么认定走访过。"))
        return sent
