"""Towns, people and posts. Every other row of the application belongs to a town too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.roles import ROLES, SCOPE_NAMES, Role, stand_apart
from kaohe.web.ui.language import in_brackets, named

LOGIN_NAME = RegexValidator(
    r"^[A-Za-z0-9\u4e00-\u9fff._-]+\Z",
    _("登录名只能用字母、数字、汉字、点、连字符和下划线，不能有空格。"),
)
LOGIN_NAME_TAKEN = _("这个登录名已有人用，请换一个。")


class Town(models.Model):
    """A town that runs its assessment here."""

    code = models.SlugField(
        _("代码"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("这个代码已有镇使用，请换一个。")},
    )
    name = models.CharField(_("名称"), max_length=80)

    class Meta:
        verbose_name = _("镇")

    def __str__(self) -> str:
        return self.name


class TownRow(models.Model):
    """A row that belongs to a town. ``version`` tells a form whether somebody else was faster;
    ``submission`` makes sending a form twice the same as sending it once.

    ``own_lookups`` names, for each kind of scope, the lookup that a post's scope is compared with;
    ``stage_lookup`` the lookup of the cycle's stage.
    """

    town = models.ForeignKey(Town, models.PROTECT, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    submission = models.UUIDField(null=True, unique=True, editable=False)

    own_lookups: ClassVar[dict[str, str]] = {}
    stage_lookup: ClassVar[str] = ""

    class Meta:
        abstract = True


class People(BaseUserManager["User"]):
    """Users are found by their login name."""

    def create_user(self, username: str, **values: Any) -> User:
        """A user whose password is still to be set."""
        user = self.model(username=username, **values)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of a login name, however its letters are written."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person on duty. Deactivated people stay, as their acts do.

    A password that somebody else gave is changed before anything else: ``must_change_password``.
    """

    town = models.ForeignKey(Town, models.PROTECT, related_name="users", editable=False)
    username = models.CharField(
        _("登录名"),
        max_length=60,
        unique=True,
        validators=[LOGIN_NAME],
        error_messages={"unique": LOGIN_NAME_TAKEN},
    )
    name = models.CharField(_("姓名"), max_length=60)
    is_active = models.BooleanField(_("启用"), default=True)
    deactivated_at = models.DateTimeField(null=True, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)
    password_given_at = models.DateTimeField(null=True, editable=False)
    second_factor_reset_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    submission = models.UUIDField(null=True, unique=True, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[People] = People()
    own_lookups: ClassVar = {"self": "username"}
    stage_lookup: ClassVar = ""

    class Meta:
        verbose_name = _("人员账号")
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("username"),
                name="login_name_once_in_any_case",
                violation_error_message=LOGIN_NAME_TAKEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}{in_brackets(self.username)}"

    def clean(self) -> None:
        """A login name stands once, however its letters are written."""
        others = User.objects.filter(username__iexact=self.username).exclude(pk=self.pk)
        if self.username and others.exists():
            raise ValidationError({"username": LOGIN_NAME_TAKEN})

    @property
    def is_staff(self) -> bool:
        """Nobody: there is no admin site."""
        return False


ENDS_BEFORE_IT_BEGINS = _("截止日期不能早于开始日期。")


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by the days on which they are held."""

    def held_on(self, day: date) -> PostQuerySet:
        """Posts held on a day."""
        until = models.Q(until_on=None) | models.Q(until_on__gte=day)
        return self.filter(until, from_on__lte=day)


class Post(TownRow):
    """A role that somebody holds over a scope, from one day to another."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("人员"))
    role = models.CharField(
        _("角色"), max_length=20, choices=[(role.code, role.name) for role in ROLES.values()]
    )
    scope = models.JSONField(_("范围"), default=list, blank=True)
    from_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"), null=True, blank=True)

    objects = PostQuerySet.as_manager()
    own_lookups: ClassVar = {"self": "user__username"}

    class Meta:
        verbose_name = _("岗位授权")
        ordering: ClassVar = ["user__username", "from_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="post_ends_after_it_begins",
                violation_error_message=ENDS_BEFORE_IT_BEGINS,
            ),
        ]

    def __str__(self) -> str:
        return named(self.user.name, self.kind.name)

    @property
    def kind(self) -> Role:
        """What the role is."""
        return ROLES[self.role]

    def clean(self) -> None:
        """It ends after it begins; a scope where the role has one, none elsewhere; and what else
        its holder is lets them be this too.
        """
        if self.from_on and self.until_on and self.until_on < self.from_on:
            raise ValidationError({"until_on": ENDS_BEFORE_IT_BEGINS})
        if self.role not in ROLES:
            return
        if bool(self.kind.scope) != bool(self.scope):
            raise ValidationError({"scope": _scope_told(self.kind)})
        if None in (self.user_id, self.from_on):
            return  # what is missing is told at its own field
        if self._only_ends_sooner():
            return  # lest posts that should never have met could not be parted
        others = Post.objects.filter(user=self.user).exclude(pk=self.pk)
        for other in others:
            if _overlap(self, other):
                reason = _why_not_beside(self, other)
                if reason:
                    raise ValidationError({"role": reason})

    def _only_ends_sooner(self) -> bool:
        stands = Post.objects.filter(pk=self.pk).first() if self.pk is not None else None
        if stands is None:
            return False
        fixed = ("user_id", "role", "scope", "from_on")
        same = all(getattr(self, name) == getattr(stands, name) for name in fixed)
        return same and (self.until_on or date.max) <= (stands.until_on or date.max)


def _scope_told(role: Role) -> str:
    """What a role's scope has to be."""
    if role.scope is None:
        return gettext("“%(role)s”面向全镇，不选范围。请取消勾选。") % {"role": role.name}
    told = {"role": role.name, "kind": SCOPE_NAMES[role.scope]}
    return gettext("“%(role)s”按%(kind)s授权，请在“%(kind)s”中至少勾选一个。") % told


def _why_not_beside(post: Post, held: Post) -> str:
    """Why a post may not be given to somebody who holds another on the same days."""
    if post.role == held.role:
        if not _meet(post, held):
            return ""
        told = gettext("已有同样的岗位：%(held)s。请修改那一条，或者让这一条从它截止以后开始。")
        return told % {"held": _days_told(held)}
    if post.kind.alone or held.kind.alone:
        told = gettext("系统管理员和审计不得同时担任其他角色（现有：%(role)s）")
        return told % {"role": held.kind.name}
    for one, other in ((post, held), (held, post)):
        if stand_apart(one.role, other.role) and _meet(one, other):
            names = {"one": one.kind.name, "other": other.kind.name, "held": _days_told(held)}
            return gettext("%(one)s不得同时担任%(other)s。现有岗位：%(held)s。") % names
    return ""


def _meet(one: Post, other: Post) -> bool:
    """Whether two posts hold over something in common; one over the whole town always does."""
    if one.kind.scope is None or one.kind.scope != other.kind.scope:
        return True
    return not set(one.scope).isdisjoint(other.scope)


def _days_told(post: Post) -> str:
    """A post with the days on which it is held."""
    if post.until_on is None:
        return gettext("%(role)s，%(from)s 起") % {"role": post.kind.name, "from": post.from_on}
    told = {"role": post.kind.name, "from": post.from_on, "until": post.until_on}
    return gettext("%(role)s，%(from)s 至 %(until)s") % told


def _overlap(one: Post, other: Post) -> bool:
    ends = [post.until_on or date.max for post in (one, other)]
    return max(one.from_on, other.from_on) <= min(ends)


def held_by(posts: Iterable[Post], scope: str) -> set[str]:
    """The codes over which posts hold, for one kind of scope."""
    return {code for post in posts if post.kind.scope == scope for code in post.scope}
