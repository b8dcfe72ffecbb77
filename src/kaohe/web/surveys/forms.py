"""What is filled in for a round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.surveys.models import MANNERS
from kaohe.web.ui.forms import DateInput


class RoundForm(forms.Form):
    """Everything about a round that people decide. ``samples`` are those of the scheme."""

    title = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=80,
        help_text=gettext_lazy("居民看到的标题，如“2025年上半年居民满意度测评”。"),
    )
    samples = forms.MultipleChoiceField(
        label=gettext_lazy("计入的样本"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("方案里列出的样本，每个样本由一个轮次收集。"),
        error_messages={"required": gettext_lazy("请至少选一个样本。")},
    )
    manner = forms.ChoiceField(
        label=gettext_lazy("作答方式"), choices=list(MANNERS.items()), widget=forms.RadioSelect
    )
    opens_on = forms.DateField(label=gettext_lazy("开始日期"), widget=DateInput())
    closes_on = forms.DateField(label=gettext_lazy("截止日期"), widget=DateInput())
    notice = forms.CharField(
        label=gettext_lazy("请谁作答"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("写在问卷开头，如“请家中一位成年人作答”。"),
    )
    telephone = forms.CharField(
        label=gettext_lazy("电话作答"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("不用手机上网的居民打这个电话，由访问员代为登记。"),
    )
    paper_at = forms.CharField(
        label=gettext_lazy("纸质问卷领取和交回地点"), max_length=200, required=False
    )
    complain_to = forms.CharField(
        label=gettext_lazy("投诉电话"),
        max_length=60,
        help_text=gettext_lazy("印在纸条和每一页上：有人要求怎么答、要看答卷，居民打这个电话。"),
    )
    two_keepers = forms.BooleanField(
        label=gettext_lazy("开箱密钥由两人分别保管"),
        required=False,
        help_text=gettext_lazy(
            "密钥不存放在系统里，由纪检监察和领导小组组长中的两人各自抄写或打印保管，截止后先后交回才能"
            "开箱；丢失一份，这一轮次就要重做。不选，则密钥存放在服务器上，能进服务器的人截止以前有可能"
            "打开票箱。"
        ),
    )
    trial = forms.BooleanField(
        label=gettext_lazy("试测"),
        required=False,
        help_text=gettext_lazy("用来试印、试扫、试答：答卷照样封存、开箱，但不计入考核。"),
    )

    def __init__(self, *args: Any, samples: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["samples"].choices = list(samples.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A round ends after it began."""
        sent: dict[str, Any] = super().clean() or {}
        first, last = sent.get("opens_on"), sent.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("截止日期不能早于开始日期。"))
        return sent


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class ExtendForm(ReasonForm):
    """Until when a round lasts, and why longer."""

    until = forms.DateField(label=gettext_lazy("新的截止日期"), widget=DateInput())
    field_order = ("until", "reason")


class KeyForm(forms.Form):
    """A key as a keeper copied it."""

    key = forms.CharField(
        label=gettext_lazy("密钥"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("16 组，每组四位；空格和连字符不影响。"),
    )
