"""A person as they act: a user with the posts of the day, and what these let them see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from kaohe.web.accounts.access import Right, right, rights_of
from kaohe.web.accounts.models import Post, User, held_by
from kaohe.web.accounts.roles import ROLES

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Person:
    """Who asks: found once for every request."""

    user: User
    posts: tuple[Post, ...]

    @property
    def town_code(self) -> str:
        """The town in which all this happens."""
        return self.user.town.code

    @property
    def username(self) -> str:
        """The login name."""
        return self.user.username

    @property
    def name(self) -> str:
        """The name as the log keeps it."""
        return self.user.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of today."""
        return frozenset(post.role for post in self.posts)

    def has(self, roles: str) -> bool:
        """Whether one of the roles, separated by blanks, is held."""
        return not self.roles.isdisjoint(roles.split())

    @cached_property
    def areas(self) -> frozenset[str]:
        """The areas in scope of any post."""
        return frozenset(held_by(self.posts, "areas"))

    @cached_property
    def departments(self) -> frozenset[str]:
        """The departments in scope of any post."""
        return frozenset(held_by(self.posts, "departments"))

    @cached_property
    def sources(self) -> frozenset[str]:
        """The sources in scope of any post."""
        return frozenset(held_by(self.posts, "sources"))

    @property
    def needs_second_factor(self) -> bool:
        """Whether a post asks for more than a password."""
        return any(post.kind.second_factor for post in self.posts)

    def may_read(self, model: type[Model]) -> bool:
        """Whether some rows of a model may be seen at some time."""
        return not self.roles.isdisjoint(rights_of(model._meta.label))

    def may_write(self, model: type[Model]) -> bool:
        """Whether some rows of a model may be added or changed."""
        cells = rights_of(model._meta.label)
        return any(cells[role].write for role in self.roles & set(cells))

    def visible(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The rows that this person may see, of their own town only."""
        return self._reached(rows, write=False)

    def writable(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The rows that this person may change, as far as posts decide."""
        return self._reached(rows, write=True)

    def sees_all(self, model: type[Model]) -> bool:
        """Whether a post reaches all rows of a model, whatever the stage."""
        cells = rights_of(model._meta.label)
        return any(cells[role].all_rows for role in self.roles & set(cells))

    def _reached(self, rows: QuerySet[Row], *, write: bool) -> QuerySet[Row]:
        model = rows.model
        label = model._meta.label
        reached = Q(pk__in=[])
        for post in self.posts:
            cell = right(label, post.role)
            if cell is None or (write and not cell.write):
                continue
            reached |= self._by(model, post, cell)
        return rows.filter(reached, **_in_town(model, self.user.town_id, self.town_code))

    def _by(self, model: type[Model], post: Post, cell: Right) -> Q:
        found = Q() if cell.all_rows else self._own(model, post)
        if cell.stage is not None:
            lookup = getattr(model, "stage_lookup", "")
            found &= Q(**{f"{lookup}__in": cell.stages})
        # An empty condition would vanish in an "or"; every row is meant.
        return found or Q(pk__isnull=False)

    def _own(self, model: type[Model], post: Post) -> Q:
        own: dict[str, str] = getattr(model, "own_lookups", {})
        kind = post.kind.scope
        if kind is not None and kind in own:
            return Q(**{f"{own[kind]}__in": post.scope})
        if "self" in own:
            return Q(**{own["self"]: self.username})
        return Q(pk__in=[])


def _in_town(model: type[Model], town_id: int, code: str) -> dict[str, Any]:
    fields = {field.name for field in model._meta.get_fields()}
    if model._meta.label == "accounts.Town":
        return {"pk": town_id}
    if model._meta.label == "audit.Event":
        return {"town": code}
    return {"town_id": town_id} if "town" in fields else {}


def one_login_per_role() -> list[tuple[str, str]]:
    """A login name with which somebody can log in, for every role that such a person has."""
    found: dict[str, str] = {}
    people = User.objects.filter(is_active=True).prefetch_related("posts").order_by("pk")
    for user in people:
        for post in user.posts.all():
            if user.has_usable_password():
                found.setdefault(post.role, user.username)
    return [(found[role], str(ROLES[role].name)) for role in ROLES if role in found]


def person_of(user: User, day: date) -> Person:
    """A user with the posts they hold on a day."""
    posts = user.posts.held_on(day).select_related("user") if user.is_active else ()
    return Person(user, tuple(posts))
