"""What posts may hold over, kind by kind. Accounts knows no areas; whoever does offers them::

    offer("areas", lambda town: {"J01": "云溪苑居民区"}, _("还没有登记居民区。"))

A post keeps codes. One that is not on offer shows nothing, so that only those on offer can be
chosen; a code that a post has and the town has no more stays until somebody takes it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kaohe.web.accounts.models import Post, Town
from kaohe.web.accounts.roles import ROLES, SCOPE_NAMES, ScopeKind
from kaohe.web.ui.language import in_a_row, in_brackets

Provider = Callable[[Town], Mapping[str, str]]
"""The codes of a town with what people call them, in the order in which they are offered."""

_OFFERS: dict[ScopeKind, tuple[Provider, Promise]] = {}


def offer(kind: ScopeKind, codes: Provider, if_none: Promise) -> None:
    """Say where the codes of a kind come from, and what is to be done while there are none."""
    _OFFERS[kind] = codes, if_none


@dataclass(frozen=True)
class ScopeGroup:
    """A kind of scope as a form shows it: which roles hold over it, what to do if it is empty."""

    kind: ScopeKind
    if_none: str

    @property
    def name(self) -> str:
        """What people call the kind."""
        return str(SCOPE_NAMES[self.kind])

    @property
    def roles(self) -> str:
        """The roles that hold over it."""
        return in_a_row(str(role.name) for role in ROLES.values() if role.scope == self.kind)


def scope_choices(
    town: Town, held: ScopeKind | None, codes: Iterable[str]
) -> list[tuple[ScopeGroup, list[tuple[str, str]]]]:
    """Everything on offer in a town, kind by kind, as ``KIND:CODE`` with its name.

    ``codes`` of the kind ``held`` are those that a post has already.
    """
    groups = []
    for kind, (offered, if_none) in _OFFERS.items():
        names = {
            code: name if name == code else f"{name}{in_brackets(code)}"
            for code, name in offered(town).items()
        }
        for code in codes if kind == held else ():
            names.setdefault(code, _("%(code)s（登记中已没有）") % {"code": code})
        choices = [(value_of(kind, code), name) for code, name in names.items()]
        groups.append((ScopeGroup(kind, str(if_none)), choices))
    return groups


def scope_told(post: Post) -> str:
    """Over what somebody holds a post, by name; empty where it is the whole town."""
    if post.kind.scope is None or post.kind.scope not in _OFFERS:
        return in_a_row(post.scope)
    names = _OFFERS[post.kind.scope][0](post.town)
    return in_a_row(names.get(code, code) for code in post.scope)


def value_of(kind: ScopeKind, code: str) -> str:
    """A code as a form sends it; the same code may stand in two kinds."""
    return f"{kind}:{code}"


def parts_of(value: str) -> tuple[str, str]:
    """Kind and code of what a form sends."""
    kind, _colon, code = value.partition(":")
    return kind, code
