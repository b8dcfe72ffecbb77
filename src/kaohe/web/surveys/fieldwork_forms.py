"""What is filled in for the third party's work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.values.numbers import PERCENT
from kaohe.web.registry.models import Source
from kaohe.web.surveys.fieldwork_models import NUMBERS, OUTCOMES
from kaohe.web.surveys.fieldwork_rules import BACK_CHECK_SHARE, RESPONSE
from kaohe.web.ui.forms import DateInput
from kaohe.web.ui.uploads import CheckedUpload, accept_of, checked_upload

KINDS = ("xlsx", "csv")


class VendorForm(forms.Form):
    """Which third party does the fieldwork."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("第三方机构"),
        queryset=Source.objects.none(),
        help_text=gettext_lazy("先在“数据来源”中登记这家机构，再为它的人员设岗。"),
    )

    def __init__(self, *args: Any, sources: Iterable[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """What came of an interview that its household does not confirm."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("怎样处理"), choices=list(OUTCOMES.items()), widget=forms.RadioSelect
    )
    looked_at = forms.CharField(
        label=gettext_lazy("核对情况和理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("核对了哪些访问、查到什么、为什么这样处理。不写住户怎样回答。"),
    )


class CheckForm(forms.Form):
    """What was found, and when."""

    found = forms.CharField(
        label=gettext_lazy("核查情况"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("看了什么材料、由谁出具、有效到何时。"),
    )
    checked_on = forms.DateField(label=gettext_lazy("核查日期"), widget=DateInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_checked_on(self) -> date:
        """Nothing was checked on a day that is still to come."""
        day: date = self.cleaned_data["checked_on"]
        if day > self.today:
            raise ValidationError(_("核查日期不能晚于今天。"))
        return day


def _per_cent(label: Any, help_text: Any, initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, initial=initial, min_value=1, max_value=PERCENT
    )


class SampleForm(forms.Form):
    """What a draw goes by besides the scheme."""

    response = _per_cent(
        gettext_lazy("预计应答率（%）"),
        gettext_lazy("抽到的住户预计有多大比例能访成；越低，替补越多。样本户不因此变化。"),
        RESPONSE,
    )
    back_check_share = _per_cent(
        gettext_lazy("复核比例（%）"),
        gettext_lazy("完成的访问中，由第三方另派人复核的比例。"),
        BACK_CHECK_SHARE,
    )


class ReturnForm(forms.Form):
    """A file that came back, and what bare numbers in it stand for."""

    file = forms.FileField(label=gettext_lazy("文件"), allow_empty_file=True)
    numbers = forms.ChoiceField(
        label=gettext_lazy("数字答案的含义"),
        required=False,
        choices=list(NUMBERS.items()),
        help_text=gettext_lazy("答案写成“非常满意”等文字或问卷代码的，不用选。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = accept_of(KINDS)
        self.fields["file"].help_text = _(
            "XLSX 或 CSV，第一行是标题，不超过 %(limit)s。"
            "ODK、KoboToolbox、问卷星导出的可以直接上传。"
        ) % {"limit": filesizeformat(settings.UPLOAD_LIMIT)}

    def checked(self) -> CheckedUpload | None:
        """The file, if it is what it says; else None, and the reason stands at the field."""
        try:
            return checked_upload(self.cleaned_data["file"], KINDS)
        except ValidationError as problem:
            self.add_error("file", problem)
            return None
