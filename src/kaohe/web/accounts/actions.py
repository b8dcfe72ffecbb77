"""What happens to people and posts."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from kaohe.web.accounts.models import Post, Town, User
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import Actor, name_of, record, save_row
from kaohe.web.audit.models import Event
from kaohe.web.clock import day_of


@transaction.atomic
def found_town(
    *, code: str, name: str, username: str, person: str, password: str, at: datetime
) -> Town:
    """A new town with its first administrator, who makes everybody else's account.

    Raises ValidationError where a name is taken or cannot be.
    """
    town = Town(code=code, name=name)
    town.full_clean()
    town.save()
    user = User(town=town, username=username, name=person)
    user.set_password(password)
    user.must_change_password, user.password_given_at = True, at
    user.full_clean()
    user.save()
    post = Post(town=town, user=user, role="administrator", from_on=day_of(at))
    post.full_clean()
    post.save()
    by = Person(user, (post,))
    record("accounts.town_founded", by=by, at=at, about=name_of(town), told=str(town))
    return town


def save_user(row: User, *, by: Actor, at: datetime, seen: int | None = None) -> Event:
    """Add a person, whose password is still to be set, or change one.

    Raises Stale and ValidationError as ``save_row`` does.
    """
    if row._state.adding:
        row.set_unusable_password()
    return save_row(row, by=by, at=at, seen=seen)


@transaction.atomic
def set_password(user: User, password: str, *, by: Actor, at: datetime) -> None:
    """A password of one's own, or a first one for somebody else; their other sessions end.

    Whoever is given one chooses another at the next login. Raises ValidationError if it is weak,
    if it is the one that was given, or if the account is stopped.
    """
    if not user.is_active:
        raise ValidationError(_("账号已停用。要设置密码，请先重新启用。"))
    own = by.username == user.username
    if own and user.must_change_password and user.check_password(password):
        raise ValidationError(_("新密码不能与初始密码相同。"))
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = not own
    if not own:
        user.password_given_at = at
    user.save(update_fields=["password", "must_change_password", "password_given_at"])
    record("accounts.password_set", by=by, at=at, about=name_of(user), told=str(user))


@transaction.atomic
def deactivate(user: User, *, by: Person, at: datetime, reason: str) -> None:
    """Nobody can log in as this person any more; what they did stays as it is."""
    if user.pk == by.user.pk:
        raise ValidationError(_("不能停用自己的账号，请由另一位系统管理员办理。"))
    if not User.objects.select_for_update().get(pk=user.pk).is_active:
        return  # the same button a second time
    if not reason.strip():
        raise ValidationError(_("请写明停用原因。"))
    user.is_active, user.deactivated_at = False, at
    user.save(update_fields=["is_active", "deactivated_at"])
    _end_sessions(user)
    record(
        "accounts.deactivated",
        by=by,
        at=at,
        about=name_of(user),
        told=str(user),
        reason=reason,
    )


@transaction.atomic
def reactivate(user: User, *, by: Person, at: datetime, reason: str) -> None:
    """The account of somebody who is back: they log in as before."""
    if User.objects.select_for_update().get(pk=user.pk).is_active:
        return  # the same button a second time
    if not reason.strip():
        raise ValidationError(_("请写明重新启用的原因。"))
    user.is_active, user.deactivated_at = True, None
    user.save(update_fields=["is_active", "deactivated_at"])
    record("accounts.reactivated", by=by, at=at, about=name_of(user), told=str(user), reason=reason)


@transaction.atomic
def end_post(post: Post, *, on: date, by: Actor, at: datetime) -> None:
    """A post ends on a day; the row stays."""
    post.until_on = on
    post.full_clean()
    post.save(update_fields=["until_on"])
    record("accounts.post_ended", by=by, at=at, about=name_of(post), told=str(post))


def has_second_factor(user: User) -> bool:
    """Whether a user has set a second factor."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def second_factor_of(user: User) -> TOTPDevice:
    """The phone of a user; one that is still to be taught, where there is none yet."""
    device = TOTPDevice.objects.filter(user=user).order_by("-confirmed").first()
    return device or TOTPDevice.objects.create(user=user, name="phone", confirmed=False)


@transaction.atomic
def confirm_second_factor(device: TOTPDevice, *, by: Person, at: datetime) -> None:
    """A phone has shown that it knows the secret: from now on it is asked for."""
    device.confirmed = True
    device.save()
    record(
        "accounts.second_factor_set",
        by=by,
        at=at,
        about=name_of(by.user),
        told=str(by.user),
    )


@transaction.atomic
def forget_second_factor(user: User, *, by: Actor, at: datetime) -> None:
    """After a lost phone: the person sets the second factor up anew at the next login."""
    if not has_second_factor(user):
        return  # nothing to forget
    TOTPDevice.objects.filter(user=user).delete()
    user.second_factor_reset_at = at
    user.save(update_fields=["second_factor_reset_at"])
    _end_sessions(user)
    record("accounts.second_factor_reset", by=by, at=at, about=name_of(user), told=str(user))


def _end_sessions(user: User) -> None:
    """End every session of a user. Sessions are few: a town's people, four hours each."""
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
