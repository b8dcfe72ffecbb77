"""What people type about a year: its scheme, its decisions, its stages, its dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.scheme.head import Decision
from kaohe.scheme.loading import SchemeFile
from kaohe.scheme.shipped import find_scheme, shipped_schemes
from kaohe.values.text import Text
from kaohe.web import clock
from kaohe.web.cycles.copying import Naming, named_by, naming_for_year
from kaohe.web.cycles.items import Block
from kaohe.web.cycles.models import Cycle, Deadline, Exemption, SchemeVersion
from kaohe.web.cycles.rules import Transition
from kaohe.web.cycles.schemes import read_scheme, scheme_under
from kaohe.web.registry.models import Area, Department, DutyEntry
from kaohe.web.ui.forms import DateInput
from kaohe.web.ui.templatetags.ui import told

YEARS = (2000, 2100)
TITLE = 200
"""The longest title of a scheme that is kept."""
NAMED_BY = frozenset({"title_en", "number", "issued_on"})
"""Fields of a copy that are asked for only where the scheme has them."""


class ShippedSchemeForm(forms.Form):
    """One of the schemes that come with the program."""

    shipped = forms.ChoiceField(label=gettext_lazy("随程序提供的方案"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shipped"] = forms.ChoiceField(
            label=_("随程序提供的方案"),
            choices=[(name, _shipped_told(name)) for name in shipped_schemes()],
        )


def _shipped_told(name: str) -> str:
    """The name of a scheme that ships, with its title."""
    path = find_scheme(name)
    found = read_scheme(path.read_bytes().decode(), only_errors=True)[0] if path else None
    return f"{told(found.under({}).title)}（{name}）" if found is not None else name


class SchemeTextForm(forms.Form):
    """A scheme as a file or as text; of both the file counts."""

    file = forms.FileField(
        label=gettext_lazy("方案文件"),
        help_text=gettext_lazy("YAML 文本文件，UTF-8 编码，不超过 1 MB。"),
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("方案文本"),
        help_text=gettext_lazy("不传文件的，把文本粘贴在这里。"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "code"}),
    )

    LARGEST: ClassVar = 1_000_000

    def clean(self) -> dict[str, Any]:
        """The text of either; a file that is no text is told so."""
        cleaned = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text") or ""
        if file is not None:
            text = self._read(file)
        elif "file" not in self.errors and not text.strip():
            raise forms.ValidationError(_("请选择方案文件，或粘贴方案文本。"))
        cleaned["text"] = text if file is not None else text.replace("\r\n", "\n")
        return cleaned

    def _read(self, file: Any) -> str:
        if file.size > self.LARGEST:
            self.add_error("file", _("文件超过 1 MB，不像是方案文件。"))
            return ""
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError:
            self.add_error(
                "file",
                _("这不是 UTF-8 编码的文本文件。方案是 YAML 文本，不是 Word、Excel 或 PDF。"),
            )
            return ""


class PolicyTextForm(forms.Form):
    """The policy document as a text file."""

    LARGEST: ClassVar = 1_000_000

    file = forms.FileField(
        label=gettext_lazy("文件原文"),
        help_text=gettext_lazy(
            "纯文本（.txt），UTF-8 或 GB18030 编码，不超过 1 MB。Word 文件请先另存为“纯文本”。"
        ),
    )

    def clean_file(self) -> Any:
        """A file that is not longer than a document can be."""
        file = self.cleaned_data["file"]
        if file.size > self.LARGEST:
            raise forms.ValidationError(_("文件超过 1 MB，不像是文件原文。"))
        return file


class CopyForm(forms.Form):
    """The year that a copy is for, and what the scheme of that year is called."""

    year = forms.IntegerField(
        label=gettext_lazy("复制为哪一年度"), min_value=YEARS[0], max_value=YEARS[1]
    )
    title = forms.CharField(
        label=gettext_lazy("方案名称"),
        max_length=TITLE,
        help_text=gettext_lazy("已把名称中的年度改为下一年，请核对。"),
    )
    title_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=TITLE)
    number = forms.CharField(
        label=gettext_lazy("文号"),
        max_length=TITLE,
        required=False,
        help_text=gettext_lazy("新方案自己的文号；尚未印发的先空着，不沿用上一年的。"),
    )
    issued_on = forms.DateField(
        label=gettext_lazy("印发日期"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("尚未印发的先空着。"),
    )

    def __init__(self, *args: Any, scheme_file: SchemeFile, **kwargs: Any) -> None:
        period = scheme_file.under({}).period
        assert period is not None
        year = period.last.year + 1
        guessed = naming_for_year(scheme_file, year).title
        first = {"year": year, "title": guessed.zh, "title_en": guessed.en}
        super().__init__(*args, **{"initial": first, **kwargs})
        for name in NAMED_BY - named_by(scheme_file):
            del self.fields[name]

    @property
    def naming(self) -> Naming:
        """What was typed, of a form that is valid."""
        typed = self.cleaned_data
        title = Text(zh=typed["title"], en=typed.get("title_en", typed["title"]))
        return Naming(title, typed.get("number") or None, typed.get("issued_on"))


class CycleForm(forms.ModelForm):
    """The scheme of a cycle; its period and year follow from it."""

    takes_person = True
    over = forms.BooleanField(label=gettext_lazy("确定设立已经结束的年度"), required=False)

    class Meta:
        model = Cycle
        fields: ClassVar = ["scheme"]

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = SchemeVersion.objects.filter(town=person.user.town)
        self.fields["scheme"] = forms.ModelChoiceField(
            versions,
            label=_("考核方案"),
            help_text=_("年度、考核期和是否综合考核，都按方案。没有要选的，请先到“考核方案”导入。"),
        )
        self.fields["scheme"].label_from_instance = _version_told  # type: ignore[attr-defined]
        if not self._year_over():
            del self.fields["over"]

    def _year_over(self) -> int | None:
        """The year that would be set up although it is over; None for any other."""
        key = self.data.get("scheme", "")
        if not self.instance._state.adding or not key.isascii() or not key.isdigit():
            return None
        version = self.fields["scheme"].queryset.filter(pk=key[:18]).first()  # type: ignore[attr-defined]
        period = scheme_under(version, {}).period if version is not None else None
        return period.last.year if period is not None and period.last < clock.today() else None

    def clean(self) -> dict[str, Any]:
        """A year that is over is set up on purpose only."""
        cleaned = super().clean() or {}
        if "over" in self.fields and not cleaned.get("over"):
            told = _("%(year)s年度已经结束，确定要设立吗？") % {"year": self._year_over()}
            self.add_error("over", told)
        return cleaned


def _version_told(version: SchemeVersion) -> str:
    told = {
        "title": version.title,
        "name": version.scheme_id,
        "edition": version.edition,
        "sha": version.sha256[:8],
    }
    return _("%(title)s（%(name)s，第%(edition)s版，%(sha)s）") % told


class DecisionsForm(forms.Form):
    """Options of decisions, each with a reason if there is one; what is left open stays open."""

    def __init__(
        self, decisions: Mapping[str, Decision], *args: Any, demanded: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.decisions = decisions
        for name, decision in decisions.items():
            self.fields[f"option-{name}"] = forms.ChoiceField(
                label=told(decision.question),
                choices=[(option, told(text)) for option, text in decision.options.items()],
                required=demanded,
                widget=forms.RadioSelect,
                error_messages={"required": _("请选定一项。")},
            )
            self.fields[f"reason-{name}"] = forms.CharField(
                label=_("理由"), max_length=500, required=False
            )

    @property
    def taken(self) -> dict[str, tuple[str, str]]:
        """What was chosen: decision → (option, reason)."""
        return {
            name: (self.cleaned_data[f"option-{name}"], self.cleaned_data[f"reason-{name}"])
            for name in self.decisions
            if self.cleaned_data[f"option-{name}"]
        }


class DutiesForm(forms.Form):
    """The lead department of each block, and the entries of lists behind each item."""

    def __init__(
        self,
        blocks: Sequence[Block],
        departments: Iterable[Department],
        entries: Iterable[DutyEntry],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.blocks = blocks
        led_by = [("", _("未定")), *((str(one.pk), one.name) for one in departments)]
        grouped: dict[str, list[tuple[str, str]]] = {}
        for entry in entries:
            grouped.setdefault(str(entry.duty_list), []).append((str(entry.pk), str(entry)))
        choices = list(grouped.items())
        for block in blocks:
            self.fields[f"lead-{block.node}"] = forms.ChoiceField(
                label=_("牵头部门"), choices=led_by, required=False
            )
            for item in block.items:
                self.fields[f"links-{item.node}"] = forms.MultipleChoiceField(
                    label=told(item.label),
                    choices=choices,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )

    @property
    def leads(self) -> dict[str, int | None]:
        """Block → key of its lead department."""
        found = {block.node: self.cleaned_data[f"lead-{block.node}"] for block in self.blocks}
        return {node: int(key) if key else None for node, key in found.items()}

    @property
    def links(self) -> dict[str, list[int]]:
        """Item → keys of entries."""
        return {
            item.node: [int(key) for key in self.cleaned_data[f"links-{item.node}"]]
            for block in self.blocks
            for item in block.items
        }


class StageForm(forms.Form):
    """What a step from stage to stage asks for."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    meeting_on = forms.DateField(label=gettext_lazy("会议日期"), widget=DateInput)
    meeting_number = forms.CharField(
        label=gettext_lazy("会议编号"),
        max_length=60,
        help_text=gettext_lazy("领导小组会议纪要的文号。"),
    )

    def __init__(self, step: Transition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {"reason": step.reason, "meeting_on": step.meeting, "meeting_number": step.meeting}
        for name, needed in asked.items():
            if not needed:
                del self.fields[name]


class DeadlineForm(forms.ModelForm):
    """Other dates for a step."""

    class Meta:
        model = Deadline
        fields: ClassVar = ["opens_on", "closes_on"]
        widgets: ClassVar = {"opens_on": DateInput, "closes_on": DateInput}

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned = super().clean() or {}
        opens_on, closes_on = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", _("截止日期不能早于开始日期。"))
        return cleaned


class ExemptionForm(forms.ModelForm):
    """The area, the cycle and the reason."""

    takes_person = True

    class Meta:
        model = Exemption
        fields: ClassVar = ["cycle", "area", "reason"]
        widgets: ClassVar = {"reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        town = person.user.town
        cycles = Cycle.objects.filter(town=town).exclude(stage__in=("published", "archived"))
        self.fields["cycle"] = forms.ModelChoiceField(
            cycles, label=_("考核年度"), initial=cycles.first()
        )
        self.fields["area"] = forms.ModelChoiceField(
            Area.objects.filter(town=town), label=_("居民区")
        )
