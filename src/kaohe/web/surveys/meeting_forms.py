"""What is filled in for a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.scheme.model import Sample
from kaohe.web import clock
from kaohe.web.accounts.models import Post, User
from kaohe.web.accounts.people import Person
from kaohe.web.registry.fields import offer_rows, set_for_good
from kaohe.web.registry.models import Area, Department
from kaohe.web.surveys import meeting_rules as rules
from kaohe.web.surveys.codes import is_code, read
from kaohe.web.surveys.meeting_attendance import is_registered
from kaohe.web.surveys.models import Meeting, MeetingHousehold, Round
from kaohe.web.ui.forms import DateInput
from kaohe.web.ui.templatetags.ui import told

MOST_PEOPLE = 1000
"""More people than any hall holds."""


class TimeInput(forms.TimeInput):
    """A time of day, with the browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def rounds_of_meetings(person: Person) -> list[Round]:
    """The rounds whose ballots come from meetings and that are not over."""
    rounds = person.visible(Round.objects.filter(manner="meeting").select_related("cycle"))
    return [one for one in rounds if not rules.why_not_hold(one.state)]


class MeetingForm(forms.ModelForm):
    """When, where, who is there, who watches over the voting."""

    takes_person = True
    departments = forms.MultipleChoiceField(
        label=gettext_lazy("到场科室"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Meeting
        fields: ClassVar = [
            "round",
            "area",
            "held_on",
            "begins_at",
            "place",
            "leader",
            "departments",
            "observer",
        ]
        widgets: ClassVar = {"held_on": DateInput(), "begins_at": TimeInput()}
        help_texts: ClassVar = {
            "leader": gettext_lazy("写职务或姓名。包保领导主持，不参加测评，也不经手答卷。"),
            "observer": gettext_lazy(
                "镇里到场监督投票的人：发纸条、清点纸质答卷。不能是本居民区的人员和包保领导。"
            ),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        town = person.user.town
        rounds = [one.pk for one in rounds_of_meetings(person)]
        if self.instance.pk:
            rounds.append(self.instance.round_id)
        offer_rows(self, "round", Round.objects.filter(pk__in=rounds))
        if len(rounds) == 1:
            self.initial["round"] = rounds[0]
        offer_rows(self, "area", person.visible(Area.objects.standing_on(clock.today())))
        departments: Any = self.fields["departments"]
        departments.choices = Department.objects.filter(town=town).values_list("code", "name")
        offer_rows(self, "observer", _observers(person))
        set_for_good(self, "round", "area")

    def clean(self) -> dict[str, Any]:
        """Whoever watches is not of the area; the day lies in the round."""
        sent: dict[str, Any] = super().clean() or {}
        held, area, observer = (sent.get(name) for name in ("round", "area", "observer"))
        if held is not None:
            self.instance.cycle = held.cycle
            self._check_day(held, sent)
        if area is not None and observer is not None:
            posts = Post.objects.held_on(clock.today()).filter(user=observer)
            if any(post.kind.scope == "areas" and area.area_id in post.scope for post in posts):
                self.add_error("observer", _("监督人不能是本居民区的人员或包保领导。"))
        return sent

    def _check_day(self, held: Round, sent: dict[str, Any]) -> None:
        day = sent.get("held_on")
        if day is not None and not held.opens_on <= day <= held.closes_on:
            days = {"first": held.opens_on.isoformat(), "last": held.closes_on.isoformat()}
            self.add_error("held_on", _("座谈会要在轮次期间召开：%(first)s 至 %(last)s。") % days)


def _observers(person: Person) -> Any:
    posts = Post.objects.held_on(clock.today()).filter(
        town=person.user.town, role__in=rules.OBSERVERS.split()
    )
    return User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("name")


class DrawForm(forms.Form):
    """Which share of those invited is expected to come; without a number in the scheme, how many
    to invite."""

    share = forms.IntegerField(
        label=gettext_lazy("预计到会比例（%）"),
        min_value=10,
        max_value=rules.PERCENT,
        initial=rules.SHARE,
        help_text=gettext_lazy(
            "被邀请的住户中估计有多少会来。估得越低，邀请越多；看往年签到，没有往年的用 60。"
        ),
    )
    count = forms.IntegerField(
        label=gettext_lazy("邀请户数"), min_value=1, max_value=10 * MOST_PEOPLE
    )

    def __init__(self, *args: Any, least: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least = least
        if least is not None:
            del self.fields["count"]

    @property
    def wanted(self) -> int:
        """How many households are to be invited."""
        if self.least is None:
            return int(self.cleaned_data["count"])
        return rules.to_invite(self.least, self.cleaned_data["share"])


class AttendanceForm(forms.Form):
    """Who came: ticks on the list, ids of others, and numbers where there is no list."""

    brought = forms.CharField(
        label=gettext_lazy("没有邀请、由居民区另请的住户"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写住户编号，一行一户。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("到会户数较多的理由"), required=False, max_length=300
    )

    def __init__(
        self,
        *args: Any,
        rows: Iterable[MeetingHousehold],
        samples: Mapping[str, Sample],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.listed = [row for row in rows if row.way != "brought"]
        self.numbered = {
            name: f"number_{place}"
            for place, (name, sample) in enumerate(samples.items())
            if not is_registered(sample)
        }
        for name, field in self.numbered.items():
            self.fields[field] = forms.IntegerField(
                label=_("到会人数：%(sample)s") % {"sample": told(samples[name].label)},
                min_value=0,
                max_value=MOST_PEOPLE,
                help_text=_("只写人数，不登记是谁。"),
            )
        self.order_fields(["brought", *self.numbered.values(), "reason"])

    @property
    def came(self) -> set[str]:
        """The households on the list that are ticked."""
        if not self.is_bound:
            return {row.household_id for row in self.listed if row.came}
        sent: Any = self.data
        ticked = set(sent.getlist("came"))
        return {row.household_id for row in self.listed if row.household_id in ticked}

    def clean_brought(self) -> list[str]:
        """Their ids, each once."""
        return list(dict.fromkeys(self.cleaned_data["brought"].split()))

    @property
    def others(self) -> dict[str, int]:
        """The numbers of those whom no register has, by sample."""
        return {name: self.cleaned_data[field] for name, field in self.numbered.items()}


class NumbersForm(forms.Form):
    """A whole number for each sample of a round."""

    help = ""

    def __init__(
        self,
        *args: Any,
        samples: Mapping[str, Sample],
        label: str,
        first: Mapping[str, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = {name: f"number_{place}" for place, name in enumerate(samples)}
        for name, field in self.names.items():
            self.fields[field] = forms.IntegerField(
                label=label % {"sample": told(samples[name].label)},
                min_value=0,
                max_value=MOST_PEOPLE,
                initial=first.get(name, 0),
            )

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers by sample."""
        return {name: self.cleaned_data[field] for name, field in self.names.items()}


class PaperCodeForm(forms.Form):
    """The code on the envelope of the paper ballots."""

    code = forms.CharField(
        label=gettext_lazy("录入码"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("写在装纸质答卷的信封上，12 位字母和数字。"),
    )

    def clean_code(self) -> str:
        """The code as it is used."""
        code = read(self.cleaned_data["code"])
        if not is_code(code):
            raise forms.ValidationError(_("录入码不对，请对照信封再输一遍。"))
        return code
