"""What people fill in to ask that a case be left out, and to say whether it is."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.exclusion_asking import Said, asks_as
from kaohe.web.hotline.facts import grounds_of
from kaohe.web.hotline.models import Case
from kaohe.web.registry.models import Department
from kaohe.web.ui.uploads import CheckedUpload, accept_of, checked_upload

FILES = ("pdf", "png", "jpeg", "xlsx")
"""The kinds of file that a department may attach."""
LONGEST_TEXT = 500


class CaseForm(forms.Form):
    """The number of a case."""

    case = forms.CharField(
        label=gettext_lazy("办件编号"),
        max_length=80,
        help_text=gettext_lazy("按报送文件里的编号填写，一次一件。"),
    )


class AskForm(forms.Form):
    """Ground, what happened, the earlier case; for which department, where somebody has several."""

    ground = forms.ChoiceField(label=gettext_lazy("剔除原因"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("具体情况"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "写明为什么属于这一原因。只写事情，不写居民姓名、电话和室号，写了也会遮住；不用交材料。"
        ),
    )
    earlier_case = forms.CharField(
        label=gettext_lazy("前一办件编号"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("按历史重复申请的要填。"),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("申请科室"), empty_label=None
    )

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground: Any = self.fields["ground"]
        ground.choices = list(grounds_of(scheme_of(case.cycle)).items())
        if asks_as(person, case) != "department":
            del self.fields["department"]
            return
        field: Any = self.fields["department"]
        own = Department.objects.filter(town=person.user.town, code__in=person.departments)
        field.queryset = own
        if own.count() == 1:
            field.initial, field.widget = own[0].pk, forms.HiddenInput()

    @property
    def said(self) -> Said:
        """What was filled in."""
        given = self.cleaned_data
        return Said(given["ground"], given["text"], given["earlier_case"])


class WordForm(forms.Form):
    """Whether a case is left out, and why (not)."""

    ANSWERS: ClassVar = [("yes", gettext_lazy("同意剔除")), ("no", gettext_lazy("不同意"))]
    agrees = forms.TypedChoiceField(
        label=gettext_lazy("意见"),
        choices=ANSWERS,
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("不同意时要写。"),
    )


class UndoForm(forms.Form):
    """Why a case that is left out should count again."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("写明原来的决定哪里不对。另一方同意以后，办件恢复计入三率。"),
    )


class UndoWordForm(WordForm):
    """Whether a case that is left out counts again, and why not."""

    ANSWERS: ClassVar = [("yes", gettext_lazy("同意恢复计入")), ("no", gettext_lazy("不同意"))]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agrees: Any = self.fields["agrees"]
        agrees.choices = self.ANSWERS


class RowForm(WordForm):
    """The same for one request of many: it may be left undecided, and knows what was seen."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agrees: Any = self.fields["agrees"]
        agrees.required, agrees.empty_value = False, None
        agrees.choices = [*self.ANSWERS, ("", gettext_lazy("这次不定"))]
        self.fields["reason"].widget.attrs["rows"] = 1

    def clean(self) -> dict[str, Any]:
        """A reason without a word would be lost."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("agrees") is None and given.get("reason"):
            self.add_error("reason", _("写了理由，还没有选同意或不同意。"))
        return given


class FileForm(forms.Form):
    """A file that a department attaches to its request."""

    file = forms.FileField(
        label=gettext_lazy("附件"),
        help_text=gettext_lazy(
            "PDF、PNG、JPEG 或 XLSX 文件，一次一个。请先遮去居民姓名、电话和门牌号。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": accept_of(FILES)}),
    )

    def clean_file(self) -> CheckedUpload:
        """The file, if it is what it says."""
        return checked_upload(self.cleaned_data["file"], FILES)
