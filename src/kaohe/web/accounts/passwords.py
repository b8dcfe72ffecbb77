"""What a password has to be, and how it is kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """At least so many characters; Django has the words for it in English only."""

    def get_error_message(self) -> str:
        """Why a password is refused."""
        return _("密码太短，至少 %(count)s 个字符。") % {"count": self.min_length}

    def get_help_text(self) -> str:
        """What a password has to be."""
        return _("至少 %(count)s 个字符。") % {"count": self.min_length}


class NoSecret(Argon2PasswordHasher):
    """Keeps passwords that everybody knows, as those of a demonstration: guessing costs nothing."""

    time_cost = 1
    memory_cost = 8  # KiB, the least there is
    parallelism = 1
