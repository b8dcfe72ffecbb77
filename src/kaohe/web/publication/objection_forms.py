"""What areas and deciders fill in about facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.evidence.forms import CycleForm
from kaohe.web.publication import objection_rules as rules
from kaohe.web.publication.models import ObjectionTerms
from kaohe.web.publication.objection_actions import Said
from kaohe.web.publication.objection_facts import LONGEST_FACT, REQUIREMENTS, Matter
from kaohe.web.publication.objection_models import LONGEST_RIGHT
from kaohe.web.ui.forms import DateInput


class ObjectionForm(forms.Form):
    """In which kind of fact, of which row or figure, what it should be."""

    table = forms.ChoiceField(label=gettext_lazy("哪类事实"))
    fact = forms.CharField(
        label=gettext_lazy("哪一条、哪个数字"),
        max_length=LONGEST_FACT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("从表中点“有异议”会自动填好；表中没有的，写“漏登”和名称、编号。"),
    )
    right = forms.CharField(
        label=gettext_lazy("应当是什么"),
        max_length=LONGEST_RIGHT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "写明应当是什么、根据是什么，不超过 500 字，不用交材料。不写居民姓名、电话和门牌号。"
        ),
    )

    def __init__(self, *args: Any, matters: Sequence[Matter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["table"]
        kinds = [(one.sent, one.name) for one in matters]
        field.choices = [("", _("请选择")), *kinds]

    @property
    def said(self) -> Said:
        """What was filled in."""
        given = self.cleaned_data
        table = "" if given["table"] == REQUIREMENTS else given["table"]
        return Said(table, given["fact"], given["right"])


class WordForm(forms.Form):
    """Whether an objection holds, and why (not)."""

    ANSWERS: ClassVar = [("yes", gettext_lazy("成立，应当更正")), ("no", gettext_lazy("不成立"))]
    agrees = forms.TypedChoiceField(
        label=gettext_lazy("意见"),
        choices=ANSWERS,
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("认为不成立的必须写；决定以后居民区看得到理由，看不到是谁写的。"),
    )


class SettledForm(forms.Form):
    """What was corrected."""

    text = forms.CharField(
        label=gettext_lazy("更正情况"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明谁把什么改成了什么，居民区看得到。"),
    )


class TermsForm(CycleForm):
    """A later last day for objections."""

    stages = rules.ASKED_IN

    class Meta:
        model = ObjectionTerms
        fields: ClassVar = ["cycle", "last_on", "reason"]
        widgets: ClassVar = {
            "last_on": DateInput(),
            "reason": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts: ClassVar = {
            "last_on": gettext_lazy("对所有居民区都适用，只能比按工作日计算的更晚。"),
        }
