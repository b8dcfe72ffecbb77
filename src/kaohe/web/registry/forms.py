"""What people type about the town."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.forms import CodesField
from kaohe.web.accounts.people import Person
from kaohe.web.registry import vocabulary
from kaohe.web.registry.fields import (
    OnlyField,
    offer_codes,
    offer_rows,
    refuse_second,
    set_for_good,
)
from kaohe.web.registry.models import (
    Area,
    AreaCount,
    Department,
    DutyEntry,
    DutyList,
    Snapshot,
    Source,
    StaffPost,
)
from kaohe.web.registry.rules import why_not_on
from kaohe.web.ui.forms import DateInput

# -- departments and sources --------------------------------------------------------------------


class DepartmentForm(forms.ModelForm):
    """An office of the town."""

    aliases = CodesField(
        label=_("别名"),
        required=False,
        help_text=_("报送文件里可能出现的其他写法，用顿号隔开，例如：社区建设办、社建科。"),
    )

    class Meta:
        model = Department
        fields: ClassVar = ["code", "name", "aliases"]
        help_texts: ClassVar = {
            "code": _("与考核方案中评价部门的写法一致，例如：社建办。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_for_good(self, "code")

    def clean(self) -> dict[str, Any]:
        """A code stands once."""
        cleaned = super().clean() or {}
        refuse_second(self, "code", gettext("已有这个科室，请在列表中修改。"), "code")
        return cleaned


class MissingDepartmentsForm(forms.Form):
    """Which of the departments that the scheme names are entered."""

    codes = forms.MultipleChoiceField(
        label=_("方案中的评价部门"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("评分和岗位都按编号对应，编号与方案中的写法一致；全称可在登记后修改。"),
    )

    def __init__(self, *args: Any, missing: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["codes"]
        field.choices = list(missing.items())  # type: ignore[attr-defined]
        field.initial = list(missing)


class SourceForm(forms.ModelForm):
    """Where files come from, and what they may hold."""

    takes_person = True
    tables: forms.Field = CodesField(
        label=_("可报送的数据表"), help_text=_("数据表的英文名，用顿号隔开，例如：cases、visits。")
    )
    only = OnlyField(
        label=_("只含"),
        required=False,
        help_text=_(
            "同一张表由几个来源分别报送时，写明这个来源只报哪些行。"
            "每行一个条件，例如：cases.source=hotline"
        ),
    )

    class Meta:
        model = Source
        fields: ClassVar = ["code", "name", "tables", "only"]
        help_texts: ClassVar = {
            "code": _("给数据提供单位授权时按这个编号勾选，例如：hotline。"),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_for_good(self, "code")
        offered = vocabulary.codes("table", person.user.town)
        if offered:
            kept = [(name, name) for name in self.instance.tables if name not in offered]
            self.fields["tables"] = forms.MultipleChoiceField(
                label=_("可报送的数据表"),
                choices=[*offered.items(), *kept],
                widget=forms.CheckboxSelectMultiple,
                help_text=_("只能报送勾选的数据表。"),
            )

    def clean(self) -> dict[str, Any]:
        """A code stands once; conditions only on tables that the source hands in."""
        cleaned = super().clean() or {}
        refuse_second(self, "code", gettext("已有这个编号的数据来源，请在列表中修改。"), "code")
        others = set(cleaned.get("only", {})) - set(cleaned.get("tables", []))
        if others and "tables" in cleaned:
            told = gettext("条件里的数据表没有列入可报送的数据表：%(tables)s。")
            self.add_error("only", told % {"tables": "、".join(sorted(others))})
        return cleaned


# -- areas --------------------------------------------------------------------------------------


class AreaForm(forms.ModelForm):
    """An area as it is set up. Merging, splitting and closing are acts of their own."""

    takes_person = True

    class Meta:
        model = Area
        fields: ClassVar = ["area_id", "name", "category", "from_on"]
        widgets: ClassVar = {"from_on": DateInput()}
        labels: ClassVar = {"name": _("居民区名称")}
        help_texts: ClassVar = {
            "area_id": _("全镇唯一，各类报送文件都用它指明居民区，例如：J01。"),
            "category": _("按考核方案的分类；年度开始前确定。"),
            "from_on": _("自这一天起需要包保领导，也自这一天起参加考核。"),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_for_good(self, "area_id")
        offer_codes(self, "category", "category", person.user.town)

    def clean(self) -> dict[str, Any]:
        """An id stands once, also that of an area that has ended."""
        cleaned = super().clean() or {}
        told = gettext("这个编号已有居民区使用（包括已撤销的），请换一个。")
        refuse_second(self, "area_id", told, "area_id")
        return cleaned


class MergeForm(forms.Form):
    """Into which area, and on which day the old one is there for the last time."""

    into = forms.ModelChoiceField(
        label=_("并入"),
        queryset=Area.objects.none(),
        empty_label=_("请选择"),
        help_text=_("计分时，本年的办件、走访、户数和人员都归到这个居民区。"),
    )
    on = forms.DateField(
        label=_("最后一天"),
        widget=DateInput(),
        help_text=_("原居民区存在的最后一天；自次日起由并入的居民区接续。"),
    )

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Area.objects.filter(town=area.town, until_on=None).exclude(pk=area.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class SplitForm(AreaForm):
    """The area that is split off."""

    class Meta(AreaForm.Meta):
        help_texts: ClassVar = {
            **AreaForm.Meta.help_texts,
            "from_on": _("新居民区存在的第一天。原居民区继续存在，户数在下一次快照中各自统计。"),
        }


class CloseForm(forms.Form):
    """An area that ends and has no successor."""

    on = forms.DateField(
        label=_("最后一天"), widget=DateInput(), help_text=_("居民区存在的最后一天。")
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=500,
        help_text=_("例如：整体动迁。住户转到其他居民区的，请用“并入”。"),
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=_("原因"), max_length=500, help_text=_("记入审计日志，例如：日期录错。")
    )


# -- counts -------------------------------------------------------------------------------------


class SnapshotForm(forms.ModelForm):
    """A day on which households and Party members are counted."""

    class Meta:
        model = Snapshot
        fields: ClassVar = ["year", "number", "counted_on"]
        widgets: ClassVar = {"counted_on": DateInput()}
        help_texts: ClassVar = {
            "number": _("每年两次：年度计算用第二次，第二次冻结以前先用第一次。"),
            "counted_on": _("户数和党员数以这一天为准。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_for_good(self, "year", "number")

    def clean(self) -> dict[str, Any]:
        """Two snapshots a year, each once."""
        cleaned = super().clean() or {}
        told = gettext("这一年的这一次快照已经登记，请在列表中打开。")
        refuse_second(self, "number", told, "year", "number")
        return cleaned


class AreaCountForm(forms.ModelForm):
    """The numbers of one area in an open snapshot."""

    takes_person = True
    households = forms.IntegerField(
        label=_("户数"), min_value=1, help_text=_("统计日期当天实际居住的户数，空置的不计。")
    )
    party_members = forms.IntegerField(
        label=_("党员数"), min_value=0, help_text=_("组织关系在本居民区党组织的党员人数。")
    )

    class Meta:
        model = AreaCount
        fields: ClassVar = ["snapshot", "area", "households", "party_members"]
        labels: ClassVar = {"snapshot": _("户数快照")}

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        town = person.user.town
        snapshots = Snapshot.objects.filter(town=town)
        if self.instance._state.adding:
            snapshots = snapshots.filter(frozen_at=None)
        offer_rows(self, "snapshot", snapshots)
        offer_rows(self, "area", Area.objects.filter(town=town))
        set_for_good(self, "snapshot", "area")

    def clean(self) -> dict[str, Any]:
        """An area is counted once in a snapshot."""
        cleaned = super().clean() or {}
        told = gettext("这个居民区在这次快照中已有数字，请在列表中修改。")
        refuse_second(self, "area", told, "snapshot", "area")
        return cleaned


class DoubtForm(forms.Form):
    """What an area holds against its numbers."""

    text = forms.CharField(
        label=_("疑问"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("哪个数字不对、应是多少、依据什么。不用上传材料。"),
    )


class AnswerForm(forms.Form):
    """Why the numbers stay."""

    answer = forms.CharField(
        label=_("答复"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("数字不改时说明理由。数字要改的，直接更正即可，疑问随之了结。"),
    )


# -- staff --------------------------------------------------------------------------------------


class StaffPostForm(forms.ModelForm):
    """A person in a role of an area."""

    takes_person = True

    class Meta:
        model = StaffPost
        fields: ClassVar = [
            "staff_id",
            "area",
            "role",
            "presiding",
            "resident_office",
            "from_on",
            "until_on",
        ]
        widgets: ClassVar = {"from_on": DateInput(), "until_on": DateInput()}
        help_texts: ClassVar = {
            "staff_id": _("用工号等内部编号，不填姓名和身份证号。"),
            "role": _("一人有几个职务的，分别登记。"),
            "presiding": _("副书记主持工作的勾选。"),
            "resident_office": _("居委主任全日坐班的勾选。"),
            "from_on": _("到岗第一天。月数按每月最后一天是否在岗计算。"),
            "until_on": _("在岗最后一天；仍在岗的不填。"),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "area", Area.objects.filter(town=person.user.town))
        offer_codes(self, "role", "role", person.user.town)

    def clean(self) -> dict[str, Any]:
        """A post ends after it begins."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", why_not_on(first, last))
        return cleaned


class EndPostForm(forms.Form):
    """The last day of a staff post."""

    on = forms.DateField(
        label=_("在岗最后一天"),
        widget=DateInput(),
        help_text=_("记录保留，不删除。接任的人另行登记，自次日起任职。"),
    )


# -- lists of duties ----------------------------------------------------------------------------


class DutyListForm(forms.ModelForm):
    """An edition of one of the three lists."""

    class Meta:
        model = DutyList
        fields: ClassVar = ["kind", "edition", "adopted_on", "basis"]
        widgets: ClassVar = {"adopted_on": DateInput()}
        help_texts: ClassVar = {
            "edition": _("清单修订时登记新的版本，旧版本保留，例如：2024版。"),
            "basis": _("发布清单的文件名称和文号。"),
        }

    def clean(self) -> dict[str, Any]:
        """An edition stands once."""
        cleaned = super().clean() or {}
        told = gettext("这份清单的这个版本已经登记。")
        refuse_second(self, "edition", told, "kind", "edition")
        return cleaned


class DutyEntryForm(forms.ModelForm):
    """One matter of a list."""

    takes_person = True

    class Meta:
        model = DutyEntry
        fields: ClassVar = [
            "duty_list",
            "number",
            "matter",
            "department",
            "area_does",
            "area_does_not",
        ]
        widgets: ClassVar = {
            "matter": forms.Textarea(attrs={"rows": 2}),
            "area_does": forms.Textarea(attrs={"rows": 3}),
            "area_does_not": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts: ClassVar = {
            "number": _("与清单原文的序号一致。"),
            "area_does": _("协助事务限于联系居民、协助入户、动员、宣传、反映情况。"),
            "area_does_not": _("由科室自己完成、不得转给居民区的部分。"),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        town = person.user.town
        offer_rows(self, "duty_list", DutyList.objects.filter(town=town))
        offer_rows(self, "department", Department.objects.filter(town=town))

    def clean(self) -> dict[str, Any]:
        """A number stands once in an edition."""
        cleaned = super().clean() or {}
        told = gettext("这一版清单里已有这个序号。")
        refuse_second(self, "number", told, "duty_list", "number")
        return cleaned
