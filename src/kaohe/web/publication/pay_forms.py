"""What finance fills in about pay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.accounts.models import User
from kaohe.web.accounts.people import Person
from kaohe.web.publication.pay_models import PayLine, StaffAccount
from kaohe.web.registry.fields import offer_rows

PAID_ROLES = ("secretary", "worker")
"""Posts of those who may read their own line."""
MOST_DIGITS = 12


class DecideForm(forms.Form):
    """What somebody gets whose pay was held, and why."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("怎样核定"), choices=PayLine.OUTCOMES, widget=forms.RadioSelect
    )
    amount = forms.DecimalField(
        label=gettext_lazy("另定的金额（元）"),
        required=False,
        max_digits=MOST_DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("选“另定金额”时填写。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("依据哪项规定或哪次会议。本人能看到。"),
    )

    def __init__(self, *args: Any, places: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def clean(self) -> dict[str, Any]:
        """Another amount is a sum of money that there can be; the other outcomes have none."""
        sent: dict[str, Any] = super().clean() or {}
        amount = sent.get("amount")
        if sent.get("outcome") != "other" or "amount" in self.errors:
            return sent | {"amount": None}
        if amount is None or amount <= 0:
            self.add_error("amount", _("请写大于 0 的金额；不发的，请选“不发”。"))
        elif amount != round(amount, self.places):
            told = _("金额最多 %(places)s 位小数。") % {"places": self.places}
            self.add_error("amount", told if self.places else _("金额应为整数元。"))
        return sent | {"amount": amount if isinstance(amount, Decimal) else None}


class StaffAccountForm(forms.ModelForm):
    """Whose login is whose staff id."""

    takes_person = True

    class Meta:
        model = StaffAccount
        fields: ClassVar = ["staff_id", "user"]
        help_texts: ClassVar = {
            "staff_id": gettext_lazy("与“人员任职”中的编号一致，不填姓名和身份证号。"),
            "user": gettext_lazy("只列居民区书记和社工的账号。一个账号对应一个编号。"),
        }
        error_messages: ClassVar = {
            "user": {"unique": gettext_lazy("这个账号已经对应另一个人员编号，请修改原来的那条。")}
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users = User.objects.filter(town=person.user.town, posts__role__in=PAID_ROLES).distinct()
        offer_rows(self, "user", users)
