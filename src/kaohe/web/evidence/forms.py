"""What people fill in about what they observed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.scheme.model import Scheme
from kaohe.web import clock
from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import rules
from kaohe.web.evidence.models import (
    Honour,
    Issue,
    Note,
    Report,
    Sanction,
    SealedVisit,
    TypicalCase,
    Waiver,
)
from kaohe.web.evidence.offers import levels, offers, point_limits, waivable
from kaohe.web.registry.models import Area, Department
from kaohe.web.ui.forms import DateInput
from kaohe.web.ui.templatetags.ui import told
from kaohe.web.ui.uploads import CheckedUpload, accept_of, checked_upload

CERTIFICATES = ("pdf", "png", "jpeg")
FEW = 8
"""So many areas are shown one below the other; more are chosen from a list."""


def open_cycles(person: Person, stages: Iterable[str], register: str = "") -> list[Cycle]:
    """The cycles in one of the stages whose scheme has the register, the newest first."""
    cycles = person.visible(Cycle.objects.filter(stage__in=stages).select_related("scheme"))
    return [cycle for cycle in cycles if not register or offers(scheme_of(cycle), register)]


class ReasonForm(forms.Form):
    """Why somebody does not confirm what another entered."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class CycleForm(forms.ModelForm):
    """A row of a cycle: the cycle is asked for only where there is a choice."""

    takes_person = True
    stages: ClassVar[tuple[str, ...]] = rules.FACTS_OPEN
    register: ClassVar[str] = ""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.cycle = self._choose_cycle()
        if "area" in self.fields:
            self._offer_areas()
        if "department" in self.fields:
            self._offer_departments()

    @property
    def scheme(self) -> Scheme | None:
        """The scheme of the cycle that the row is for."""
        return None if self.cycle is None else scheme_of(self.cycle)

    def _choose_cycle(self) -> Cycle | None:
        field: Any = self.fields["cycle"]
        if self.instance.pk:
            field.disabled = True
            field.widget = forms.HiddenInput()
            found: Cycle = self.instance.cycle
            return found
        cycles = open_cycles(self.person, self.stages, self.register)
        field.queryset = Cycle.objects.filter(pk__in=[cycle.pk for cycle in cycles])
        asked = str(self.data.get(self.add_prefix("cycle"), "")) if self.is_bound else ""
        chosen = [cycle for cycle in cycles if str(cycle.pk) == asked] or cycles
        if len(cycles) < 2:
            field.widget = forms.HiddenInput()
        field.empty_label = None
        if chosen:
            self.initial["cycle"] = chosen[0].pk
        return chosen[0] if chosen else None

    def _offer_areas(self) -> None:
        field: Any = self.fields["area"]
        areas = Area.objects.all()
        if self.cycle is not None:
            areas = areas.existing(self.cycle.first, self.cycle.last)
        field.queryset = self.person.visible(areas)
        field.empty_label = _("请选择")
        known = list(field.queryset[: FEW + 1])
        if len(known) == 1:
            self.initial["area"] = known[0].pk
        if len(known) <= FEW:
            field.empty_label = None
            field.widget = forms.RadioSelect(choices=field.choices)
            field.widget.is_required = field.required

    def _offer_departments(self) -> None:
        field: Any = self.fields["department"]
        departments = self.person.visible(Department.objects.all())
        if not self.person.has("clerk"):
            departments = departments.filter(code__in=self.person.departments)
        field.queryset = departments
        field.empty_label = _("请选择")
        own = list(departments[:2])
        if len(own) == 1:
            self.initial["department"] = own[0].pk
            field.widget = forms.HiddenInput()


class NoteForm(CycleForm):
    """Area, theme, day, finding, help given: three taps and a few words on a telephone."""

    stages = rules.NOTES_OPEN

    class Meta:
        model = Note
        fields: ClassVar = [
            "cycle",
            "department",
            "area",
            "theme",
            "seen_on",
            "finding",
            "help_given",
        ]
        widgets: ClassVar = {
            "theme": forms.RadioSelect,
            "seen_on": DateInput(),
            "finding": forms.Textarea(attrs={"rows": 4}),
            "help_given": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts: ClassVar = {
            "finding": gettext_lazy("写事情，不写居民姓名、电话和门牌号。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = Note.THEMES  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.initial["seen_on"] = clock.today()
        if self.person.departments:
            self.fields["department"].required = not self.person.has("leader")
        else:
            del self.fields["department"]


class HonourForm(CycleForm):
    """A commendation with the scan of its certificate."""

    register = "honours"
    level = forms.ChoiceField(label=gettext_lazy("表彰级别"))
    scan = forms.FileField(
        label=gettext_lazy("证书扫描件"),
        help_text=gettext_lazy("PDF、PNG 或 JPEG 文件，由科室上传；不要让居民区提交材料。"),
        widget=forms.ClearableFileInput(attrs={"accept": accept_of(CERTIFICATES)}),
    )

    class Meta:
        model = Honour
        fields: ClassVar = [
            "cycle",
            "department",
            "area",
            "level",
            "title",
            "body",
            "awarded_on",
            "scan",
        ]
        widgets: ClassVar = {"awarded_on": DateInput()}
        help_texts: ClassVar = {
            "title": gettext_lazy("只登记综合性表彰；条线的单项表彰不计。名称按证书填写。"),
            "awarded_on": gettext_lazy("证书上的日期，须在考核期内。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.upload: CheckedUpload | None = None
        known = levels(self.scheme) if self.scheme else {}
        self.fields["level"].choices = [("", _("请选择")), *known.items()]  # type: ignore[attr-defined]
        if self.instance.certificate_id is not None:
            self.fields["scan"].required = False
            self.fields["scan"].label = _("更换证书扫描件")

    def clean_scan(self) -> None:
        """The certificate, if it is what it says."""
        file = self.cleaned_data.get("scan")
        if file is not None:
            self.upload = checked_upload(file, CERTIFICATES)

    def full_clean(self) -> None:
        """A file that came with other mistakes cannot be kept, and that is said."""
        super().full_clean()
        if self.errors and self.upload is not None:
            self.upload.discard()
            self.upload = None
            self.add_error("scan", _("其他内容有误，文件没有保存。请改正后重新选择文件。"))

    def save(self, commit: bool = True) -> Honour:
        """The commendation, its certificate still to be kept."""
        honour: Honour = super().save(commit=False)
        honour.upload = self.upload
        return honour


class SanctionForm(CycleForm):
    """Area, points, date of the decision and reference number: nothing else is asked for."""

    register = "sanctions"

    class Meta:
        model = Sanction
        fields: ClassVar = ["cycle", "area", "points", "decided_on", "reference"]
        widgets: ClassVar = {"decided_on": DateInput()}
        help_texts: ClassVar = {
            "reference": gettext_lazy("只填处分决定的文号。不写姓名，不写事由。"),
            "decided_on": gettext_lazy("以处分决定的日期为准，须在考核期内。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = point_limits(self.scheme) if self.scheme else None
        if limits is not None:
            least, most = limits
            self.fields["points"] = forms.TypedChoiceField(
                label=_("扣分"),
                coerce=int,
                choices=[
                    (points, _("%(points)s 分") % {"points": points})
                    for points in range(least, most + 1)
                ],
                widget=forms.RadioSelect,
            )


class SealedVisitForm(CycleForm):
    """Where and when a visit without notice is planned, and later what it found."""

    stages = rules.NOTES_OPEN

    class Meta:
        model = SealedVisit
        fields: ClassVar = ["cycle", "area", "planned_on", "purpose", "done_on", "finding"]
        widgets: ClassVar = {
            "planned_on": DateInput(),
            "done_on": DateInput(),
            "finding": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts: ClassVar = {
            "purpose": gettext_lazy("重点看减负要求落实得怎样。"),
            "done_on": gettext_lazy("走访后填写；填写后审计可以看到这条记录。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["done_on"]
            del self.fields["finding"]


class TypicalCaseForm(CycleForm):
    """A story worth telling, with the area's consent."""

    stages = rules.NOTES_OPEN

    class Meta:
        model = TypicalCase
        fields: ClassVar = ["cycle", "department", "area", "title", "story", "agreed"]
        widgets: ClassVar = {"story": forms.Textarea(attrs={"rows": 10})}
        help_texts: ClassVar = {
            "story": gettext_lazy("怎么做的、解决了什么。不写居民姓名，不写得分和名次。"),
            "agreed": gettext_lazy("居民区同意后，其他岗位才能看到。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].required = not self.person.has("clerk")


class IssueForm(CycleForm):
    """A matter of the assessment itself: who puts it right, by when."""

    stages = rules.NOTES_OPEN

    class Meta:
        model = Issue
        fields: ClassVar = ["cycle", "matter", "owner", "due_on", "done_on", "outcome"]
        widgets: ClassVar = {"due_on": DateInput(), "done_on": DateInput()}
        help_texts: ClassVar = {
            "matter": gettext_lazy(
                "写考核工作本身的问题，例如重复要数、口径不清；不写居民区的问题。"
            )
        }


class WaiverForm(CycleForm):
    """Which unmet check of which area is accepted, why, and by which meeting."""

    stages = rules.WAIVERS_OPEN
    register = "waivers"
    check_id = forms.ChoiceField(label=gettext_lazy("检查项"))

    class Meta:
        model = Waiver
        fields: ClassVar = ["cycle", "area", "check_id", "reason", "meeting_on", "meeting_number"]
        widgets: ClassVar = {"meeting_on": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = waivable(self.scheme) if self.scheme else {}
        self.fields["check_id"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")),
            *((name, told(check.label)) for name, check in known.items()),
        ]


class ReportForm(forms.ModelForm):
    """What somebody wants to report; a name is not asked for."""

    for_town = forms.ModelChoiceField(
        Town.objects.all(),
        to_field_name="code",
        label=gettext_lazy("镇（街道）"),
        empty_label=gettext_lazy("请选择"),
    )

    class Meta:
        model = Report
        fields: ClassVar = ["for_town", "kind", "matter", "contact"]
        widgets: ClassVar = {
            "kind": forms.RadioSelect,
            "matter": forms.Textarea(attrs={"rows": 7}),
        }
        help_texts: ClassVar = {
            "matter": gettext_lazy("什么时候、什么事、谁要求的。可以不写自己是谁。"),
            "contact": gettext_lazy("希望得到答复的，请留电话或邮箱；只用于答复。"),
        }

    def __init__(self, *args: Any, town: Town | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Report.KINDS  # type: ignore[attr-defined]
        if town is not None:
            self.fields["for_town"].initial = town.code
            self.fields["for_town"].widget = forms.HiddenInput()


class AnswerForm(forms.Form):
    """What became of a report."""

    answer = forms.CharField(
        label=gettext_lazy("处理情况"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("减负监测点能看到自己反映事项的处理情况。"),
    )
