"""What people type about themselves and about posts."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web import clock
from kaohe.web.accounts.models import Post, User
from kaohe.web.accounts.roles import ROLES, SCOPE_NAMES
from kaohe.web.accounts.scopes import parts_of, scope_choices, value_of
from kaohe.web.ui.forms import DateInput


class LoginForm(AuthenticationForm):
    """Login name and password."""

    error_messages = {
        "invalid_login": _("登录名或密码不对。连续输错五次会暂停登录十五分钟。"),
        "inactive": _("这个账号已停用，请联系系统管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("登录名")
        self.fields["password"].label = _("密码")

    def clean_username(self) -> str:
        """As the account has it, so that logins and failures are counted under one name."""
        typed: str = self.cleaned_data["username"]
        user = User.objects.filter(username__iexact=typed).first()
        return user.username if user is not None else typed


class CodeForm(forms.Form):
    """The six digits that a phone shows."""

    code = forms.CharField(
        label=_("六位验证码"),
        help_text=_("打开手机上的验证器，填写这个账号当前显示的六位数字。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        """Digits only, however they were grouped."""
        code = re.sub(r"\s", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError(_("应为六位数字。"))
        return code


class PasswordForm(forms.Form):
    """A new password, after the old one."""

    old = forms.CharField(
        label=_("现在的密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        help_text=_("至少十二个字符；不用常见的词，不全是数字。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class NewPasswordForm(forms.Form):
    """A password of one's own in the place of one that was given."""

    new = forms.CharField(
        label=_("新密码"),
        help_text=_("至少十二个字符；不用常见的词，不全是数字。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Twice the same."""
        cleaned = super().clean() or {}
        if {"new", "again"} <= set(cleaned) and cleaned["new"] != cleaned["again"]:
            self.add_error("again", gettext("两次输入的不一样。"))
        return cleaned


class UserForm(forms.ModelForm):
    """A person; posts are given apart."""

    class Meta:
        model = User
        fields: ClassVar = ["username", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            # Signatures, notes and the log know a person by it; another could take an old one.
            self.fields["username"].disabled = True
            self.fields["username"].help_text = _("确定后不再更改，以前的记录都按它查找。")
        else:
            self.fields["username"].help_text = _(
                "字母、数字、汉字、点、连字符和下划线；登录时不分大小写。"
            )


class FirstPasswordForm(forms.Form):
    """A password that somebody is handed on paper and changes after the first login."""

    password = forms.CharField(
        label=_("初始密码"), help_text=_("当面交给本人；本人登录后须先改成自己的密码。")
    )


class CodesField(forms.CharField):
    """Codes, separated by commas or blanks."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [code for code in re.split(r"[\s,，、;；]+", value or "") if code]


class ScopeChoices(forms.CheckboxSelectMultiple):
    """What a post may hold over, ticked; kind by kind, each with the roles that it is for."""

    template_name = "accounts/scope_choices.html"


class ScopeField(forms.MultipleChoiceField):
    """Areas, departments or sources of the town, as ``KIND:CODE``."""

    widget = ScopeChoices
    by_case = True
    """Whether it has to be filled in depends on the role; its help says so."""

    def validate(self, value: list[str]) -> None:
        unknown = [parts_of(one)[1] for one in value if not self.valid_value(one)]
        if unknown:
            told = gettext("登记中没有：%(codes)s。请从下面列出的里面勾选。")
            raise forms.ValidationError(told % {"codes": "、".join(unknown)})


class PostForm(forms.ModelForm):
    """A role over a scope, from one day to another."""

    takes_person = True
    scope = ScopeField(
        label=_("范围"),
        required=False,
        help_text=_("按居民区、科室或数据来源授权的角色须勾选所管的那一类；面向全镇的角色不勾选。"),
    )

    class Meta:
        model = Post
        fields: ClassVar = ["user", "role", "from_on", "until_on", "scope"]
        widgets: ClassVar = {
            "from_on": DateInput(),
            "until_on": DateInput(),
        }

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(town=person.user.town, is_active=True)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        held = self.instance.kind.scope if self.instance.role in ROLES else None
        codes = self.instance.scope
        choices = scope_choices(person.user.town, held, codes)
        self.fields["scope"].choices = choices  # type: ignore[attr-defined]
        self.initial["scope"] = [value_of(held, code) for code in codes] if held else []
        if self.instance.pk is not None and self.instance.from_on <= clock.today():
            # What somebody was entitled to on past days stays as it was.
            for name in ("user", "role", "from_on", "scope"):
                self.fields[name].disabled = True
            self.fields["user"].queryset = User.objects.filter(  # type: ignore[attr-defined]
                pk=self.instance.user_id
            )
            self.fields["until_on"].help_text = _(
                "岗位已经开始，只能改截止日期。角色或范围有变动的，请填写截止日期，再另登记一条。"
            )

    def clean(self) -> dict[str, Any]:
        """Codes of the kind that the role takes; none of another."""
        cleaned = super().clean() or {}
        if "scope" not in cleaned:
            return cleaned
        chosen = [parts_of(value) for value in cleaned["scope"]]
        # Kept in the row even where an error is told below, lest the row says that none was chosen.
        cleaned["scope"] = self.instance.scope = [code for _kind, code in chosen]
        taken = ROLES[cleaned["role"]] if cleaned.get("role") in ROLES else None
        others = [code for kind, code in chosen if taken and kind != taken.scope]
        if taken is not None and taken.scope is not None and others:
            told = gettext("“%(role)s”按%(kind)s授权，请取消勾选：%(others)s。") % {
                "role": taken.name,
                "kind": SCOPE_NAMES[taken.scope],
                "others": "、".join(others),
            }
            self.add_error("scope", told)
        return cleaned
