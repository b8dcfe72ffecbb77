"""What people type about places, placements and terms."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline.models import OF_NO_AREA, CaseTerms, Place, Placement
from kaohe.web.hotline.placing import written
from kaohe.web.registry.fields import offer_rows, refuse_second, set_for_good
from kaohe.web.registry.models import Area

NOWHERE = "none"
"""In the place of the key of an area: the cases belong to none."""


def areas_of(cycle: Cycle) -> QuerySet[Area]:
    """The areas to which a case of the year can belong."""
    return Area.objects.filter(town=cycle.town).existing(cycle.first, cycle.last)


class PlaceForm(forms.ModelForm):
    """A place and its area."""

    takes_person = True

    class Meta:
        model = Place
        fields: ClassVar = ["text", "area"]
        help_texts: ClassVar = {
            "text": _(
                "办件的地点里含有这段文字，就归入所选居民区；有几个都含的，取最长的。"
                "例如：云溪路88弄。"
            ),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "area", Area.objects.filter(town=person.user.town))

    def clean_text(self) -> str:
        """As the table keeps it."""
        text = written(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(gettext("请填写地点。"))
        return text

    def clean(self) -> dict[str, Any]:
        """A place stands once."""
        cleaned = super().clean() or {}
        refuse_second(self, "text", gettext("这个地点已经登记，请在列表中修改。"), "text")
        return cleaned


class PlacementForm(forms.ModelForm):
    """To which area a case was laid by hand; which case it is stays."""

    class Meta:
        model = Placement
        fields: ClassVar = ["case_id", "area"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_for_good(self, "case_id")
        offer_rows(self, "area", areas_of(self.instance.cycle))
        area: Any = self.fields["area"]
        area.empty_label = OF_NO_AREA


class TermsForm(forms.ModelForm):
    """The terms of a year."""

    takes_person = True

    class Meta:
        model = CaseTerms
        fields: ClassVar = ["cycle", "repeat_days", "decide_days"]
        help_texts: ClassVar = {
            "repeat_days": _(
                "同一地点、同一类别的办件，相隔不超过这么多天的，提示可能重复；不填就不提示。"
                "是不是重复由人认定。"
            ),
            "decide_days": _("提出剔除后多少天内要办结；不填就没有期限。"),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "cycle", person.visible(Cycle.objects.all()))
        set_for_good(self, "cycle")

    def clean(self) -> dict[str, Any]:
        """A year has one set of terms."""
        cleaned = super().clean() or {}
        told = gettext("这一年度的期限已经设定，请在列表中修改。")
        refuse_second(self, "cycle", told, "cycle")
        return cleaned


class LayForm(forms.Form):
    """To which area the chosen cases go: None, where they belong to none."""

    area = forms.TypedChoiceField(
        label=_("归入居民区"),
        help_text=_("别的镇的、查不清地点的，选“不属于任何居民区”：不计分，以后还可以更正。"),
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = {str(area.pk): area for area in areas_of(cycle)}
        field: Any = self.fields["area"]
        named = [(key, str(area)) for key, area in areas.items()]
        field.choices = [("", gettext("请选择")), *named, (NOWHERE, OF_NO_AREA)]
        field.coerce = areas.get


class LayPlacesForm(LayForm):
    """The same for all cases of some places."""

    remember = forms.BooleanField(
        label=_("记住这些地点，以后的办件照此归属"), required=False, initial=True
    )


class LayCasesForm(LayForm):
    """The same for cases of one place."""

    remember = forms.CharField(
        label=_("记住地点"),
        required=False,
        max_length=120,
        help_text=_(
            "地点里含有这段文字的办件，以后都归入这个居民区。可以只留到弄号；只办这几件、不用记住的，请清空。"
        ),
    )
