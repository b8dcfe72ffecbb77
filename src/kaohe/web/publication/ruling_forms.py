"""What people fill in to propose a ruling on a run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.publication.ruling_outcomes import Outcome, Outcomes
from kaohe.web.ui.forms import DateInput
from kaohe.web.ui.language import in_a_row, named
from kaohe.web.ui.templatetags.ui import told

LONGEST_REASON = 500
NO_LABEL = "-"
"""How a form says that there is to be no label; an empty choice says nothing."""


def label_named(outcome: Outcome, code: str) -> str:
    """A label in words; that there is none, in words too.

    Where everybody has a label by the scheme, to have none is a decision and is told as one.
    """
    if code in outcome.labels:
        return told(outcome.labels[code])
    if all(outcome.given.values()):
        return _("不确定%(node)s") % {"node": told(outcome.label)}
    return _("不列档")


class _Reasoned(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写入审定记录，随公布内容一起保存。"),
    )


class OverrideForm(_Reasoned):
    """One subject's label of one node."""

    subject = forms.ChoiceField(label=gettext_lazy("居民区"))
    becomes = forms.ChoiceField(label=gettext_lazy("调整为"))

    field_order = ("subject", "becomes", "reason")

    def __init__(self, *args: Any, outcomes: Outcomes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject: Any = self.fields["subject"]
        subject.choices = [
            ("", "—"),
            *(
                (one, named(name, _labels_of(one, outcomes)))
                for one, name in outcomes.names.items()
            ),
        ]
        becomes: Any = self.fields["becomes"]
        becomes.choices = [
            ("", "—"),
            *(
                (
                    told(outcome.label),
                    [
                        (f"{outcome.id}={code}", label_named(outcome, code))
                        for code in (*outcome.labels, NO_LABEL)
                    ],
                )
                for outcome in outcomes.nodes
            ),
        ]

    @property
    def node(self) -> str:
        """The node whose label is decided."""
        return str(self.cleaned_data["becomes"].partition("=")[0])

    @property
    def labels(self) -> dict[str, str]:
        """The label decided, by subject."""
        code = self.cleaned_data["becomes"].partition("=")[2]
        return {self.cleaned_data["subject"]: "" if code == NO_LABEL else code}


def _labels_of(subject: str, outcomes: Outcomes) -> str:
    """What somebody has by the run, so that the choice need not be made from memory."""
    return in_a_row(label_named(one, one.given[subject]) for one in outcomes.nodes)


class FewerForm(_Reasoned):
    """Fewer of a label by place than there are places."""

    place = forms.ChoiceField(label=gettext_lazy("档次"))
    most = forms.IntegerField(label=gettext_lazy("最多几个"), min_value=0)

    field_order = ("place", "most", "reason")

    def __init__(self, *args: Any, outcomes: Outcomes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.choices = list(_places(outcomes))

    @property
    def node(self) -> str:
        """The node that gives the label."""
        return str(self.cleaned_data["place"].partition("=")[0])

    @property
    def label(self) -> str:
        """The label of which there are fewer."""
        return str(self.cleaned_data["place"].partition("=")[2])


def _places(outcomes: Outcomes) -> Iterator[tuple[str, str]]:
    for outcome in outcomes.nodes:
        for code, number in outcome.places.items():
            if number:
                given = {
                    "node": told(outcome.label),
                    "label": label_named(outcome, code),
                    "number": number,
                }
                words = _("%(node)s：%(label)s，现有 %(number)s 个") % given
                yield f"{outcome.id}={code}", words


class TieForm(_Reasoned):
    """The labels of equals among whom the last place ends, each one's decided."""

    def __init__(
        self, *args: Any, outcome: Outcome, subjects: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.outcome = outcome
        reason = self.fields.pop("reason")
        for subject, name in subjects.items():
            given = outcome.given[subject]
            self.fields[f"label-{subject}"] = forms.ChoiceField(
                label=name,
                choices=[
                    (code, label_named(outcome, code)) for code in (*outcome.labels, NO_LABEL)
                ],
                initial=given or NO_LABEL,
            )
        self.fields["reason"] = reason
        self.subjects = list(subjects)

    @property
    def labels(self) -> dict[str, str]:
        """The label decided, by subject."""
        codes = {one: self.cleaned_data[f"label-{one}"] for one in self.subjects}
        return {subject: "" if code == NO_LABEL else code for subject, code in codes.items()}


class DropForm(forms.Form):
    """Why a ruling is withdrawn or refused."""

    reason = forms.CharField(label=gettext_lazy("理由"), max_length=LONGEST_REASON)


class PrepareForm(forms.Form):
    """What the letters need besides figures, and why what was published is corrected."""

    dated = forms.DateField(label=gettext_lazy("落款日期"), widget=DateInput)
    objections_to = forms.CharField(
        label=gettext_lazy("异议向谁提出"),
        max_length=80,
        help_text=gettext_lazy("写进反馈函，如“镇党建办”。"),
    )
    until = forms.DateField(
        label=gettext_lazy("异议期限"),
        widget=DateInput,
        help_text=gettext_lazy("居民区看到反馈函以后，到这一天为止可以对事实提出异议。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("更正理由"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("更正后的结果是新的一版，原来的一版保留。理由随公布内容一起公开。"),
    )

    def __init__(self, *args: Any, corrects: bool, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].initial = day
        if not corrects:
            del self.fields["reason"]

    def clean_until(self) -> date:
        """The days for objections end after the letters begin."""
        until: date = self.cleaned_data["until"]
        dated = self.cleaned_data.get("dated")
        if dated is not None and until <= dated:
            raise forms.ValidationError(_("异议期限要晚于落款日期。"))
        return until

    @property
    def given(self) -> dict[str, str]:
        """What was filled in, as a job keeps it."""
        filled = self.cleaned_data
        return {
            "dated": filled["dated"].isoformat(),
            "objections_to": filled["objections_to"],
            "until": filled["until"].isoformat(),
            "reason": filled.get("reason", ""),
        }
