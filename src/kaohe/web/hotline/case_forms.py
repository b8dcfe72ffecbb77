"""What somebody who looks for cases asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.hotline.models import CaseQuerySet
from kaohe.web.registry.models import Source

STATES: dict[str, tuple[Promise, dict[str, Any]]] = {
    "unassigned": (gettext_lazy("未归入居民区"), {"area": None}),
    "open": (gettext_lazy("未处置"), {"told__handled": "false"}),
    "unresolved": (gettext_lazy("未解决"), {"told__resolved": "false"}),
    "unsatisfied": (gettext_lazy("不满意"), {"told__satisfied": "false"}),
    "not_responsible": (gettext_lazy("无责"), {"told__responsible": "false"}),
}
"""What may be asked of a case, with the rows that it means."""


class CasesForm(forms.Form):
    """Month, kind, source and state of cases, or the beginning of a case number."""

    number = forms.CharField(label=gettext_lazy("办件编号"), required=False, max_length=80)
    month = forms.ChoiceField(label=gettext_lazy("月份"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("来源"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("情况"), required=False)

    def __init__(
        self,
        *args: Any,
        months: Iterable[date],
        kinds: Iterable[str],
        sources: Iterable[Source],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, list[tuple[str, Any]]] = {
            "month": [(f"{one:%Y-%m}", f"{one:%Y-%m}") for one in months],
            "kind": [(one, one) for one in kinds],
            "source": [(one.code, str(one)) for one in sources],
            "state": [(code, name) for code, (name, _rows) in STATES.items()],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            field.choices = [("", _("全部")), *choices]  # type: ignore[attr-defined]

    def among(self, rows: CaseQuerySet) -> CaseQuerySet:
        """The rows that are asked for; what makes no sense asks for nothing."""
        if not self.is_valid():
            return rows
        asked = self.cleaned_data
        if asked["number"]:
            rows = rows.filter(case_id__startswith=asked["number"].strip())
        if asked["month"]:
            year, month = map(int, asked["month"].split("-"))
            rows = rows.filter(received_on__year=year, received_on__month=month)
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        if asked["source"]:
            rows = rows.filter(source__code=asked["source"])
        if asked["state"]:
            rows = rows.filter(**STATES[asked["state"]][1])
        return rows
