"""What people fill in to hand published results on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kaohe.web.publication.export_actions import Wanted


class ExportForm(forms.Form):
    """What for, to whom, on which basis, of whom."""

    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        help_text=gettext_lazy("写具体，如：2025年度先进基层党组织评选参考。"),
    )
    recipient = forms.CharField(
        label=gettext_lazy("提供给"),
        max_length=120,
        help_text=gettext_lazy("单位或科室，如：镇党委组织科。"),
    )
    basis = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=300,
        help_text=gettext_lazy("依据的文件和条款，如：考核方案五(三)。"),
    )
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("居民区"), widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("附人员编号的职务"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("不勾选就不附人员。只附编号，不附姓名。"),
    )

    def __init__(
        self, *args: Any, areas: Mapping[str, str], roles: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("areas", areas), ("roles", roles)):
            field: Any = self.fields[name]
            field.choices = list(choices.items())
        if not roles:
            del self.fields["roles"]

    @property
    def wanted(self) -> Wanted:
        """What was filled in."""
        given = self.cleaned_data
        return Wanted(
            given["purpose"],
            given["recipient"],
            given["basis"],
            given["areas"],
            given.get("roles", ()),
        )
