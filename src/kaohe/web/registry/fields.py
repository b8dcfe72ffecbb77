"""How the forms of the registry choose: dates, codes of the policy, rows of the own town."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import Town
from kaohe.web.registry import vocabulary

ONE_CONDITION = re.compile(r"(?P<table>\w+)[.．](?P<column>\w+)\s*[=＝]\s*(?P<value>\S+)")


def offer_rows(form: forms.ModelForm[Any], name: str, rows: QuerySet[Any]) -> None:
    """Let a field choose among rows of the own town."""
    field = form.fields[name]
    field.queryset = rows  # type: ignore[attr-defined]
    field.empty_label = _("请选择") if field.required else _("无")  # type: ignore[attr-defined]


def set_for_good(form: forms.ModelForm[Any], *names: str) -> None:
    """Fields that others refer to are set once: shown, but not changed, in a row that stands."""
    if form.instance.pk is not None:
        for name in names:
            form.fields[name].disabled = True
            form.fields[name].help_text = _("确定后不再更改，以前的记录都按它查找。")


def refuse_second(form: forms.ModelForm[Any], at: str, told: str, *names: str) -> None:
    """Say at a field that a row with the same values in these fields stands already."""
    values = {name: form.cleaned_data.get(name) for name in names}
    if form.instance.pk is None and None not in values.values():
        rows = type(form.instance)._default_manager.filter(town=form.instance.town, **values)
        if rows.exists():
            form.add_error(at, told)


def offer_codes(form: forms.ModelForm[Any], name: str, kind: vocabulary.Kind, town: Town) -> None:
    """Let a field choose among the codes that the policy defines; without any it stays text.

    A code that the row has and the policy has not stays as it is until somebody chooses anew.
    """
    offered = vocabulary.codes(kind, town)
    if not offered:
        return
    field, kept = form.fields[name], getattr(form.instance, name)
    choices = [("", _("请选择")), *offered.items()]
    if kept and kept not in offered:
        choices.append((kept, kept))
    form.fields[name] = forms.ChoiceField(
        label=field.label, required=field.required, choices=choices, help_text=field.help_text
    )


class OnlyField(forms.CharField):
    """Which rows of a table a source may hand in, a line each: ``cases.source=hotline``."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return "\n".join(
            f"{table}.{column}={cell}"
            for table, conditions in value.items()
            for column, cell in conditions.items()
        )

    def to_python(self, value: Any) -> Any:
        found: dict[str, dict[str, str]] = {}
        for line in filter(None, map(str.strip, (value or "").splitlines())):
            match = ONE_CONDITION.fullmatch(line)
            if match is None:
                told = gettext("“%(line)s”看不懂。每行写一个条件，例如：cases.source=hotline")
                raise ValidationError(told % {"line": line})
            found.setdefault(match["table"], {})[match["column"]] = match["value"]
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))
