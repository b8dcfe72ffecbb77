"""Two towns and the people on duty there. Max holds no post and must see nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.test import Client

from kaohe.web.accounts.models import Post, Town, User
from kaohe.web.accounts.people import Person, person_of
from kaohe.web.cycles.models import Cycle, SchemeVersion
from kaohe.web.registry.models import Area, AreaCount, Department, Snapshot, Source

NOW = datetime(2024, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2024, 11, 20)
BEGIN = date(2024, 1, 1)
SCHEME = Path(__file__).parents[2] / "schemes/gaojing-2024/scheme.yaml"

DEPARTMENTS = (
    "社建办",
    "党服中心",
    "党建办",
    "纪委",
    "城建中心",
    "规生办",
    "平安办",
    "平安办（信访）",
    "安全办",
    "城运中心",
)
AREAS = {"J01": "云溪苑居民区", "J02": "澄波里居民区", "J03": "听澜坊居民区"}
SOURCES = {
    "hotline": ("城运中心", ["cases"], {"cases": {"source": "hotline"}}),
    "petition": ("信访办", ["cases"], {"cases": {"source": "petition"}}),
    "cloud": ("社区云平台", ["visits"], {}),
    "survey": ("第三方机构", ["answer_totals", "participation_counts"], {}),
}

PEOPLE: dict[str, tuple[str, list[str]]] = {
    "clerk": ("clerk", []),
    "scorer": ("scorer", ["社建办"]),
    "other_scorer": ("scorer", ["城建中心"]),
    "department_head": ("department_head", ["社建办"]),
    "party_head": ("department_head", ["党建办"]),
    "leader": ("leader", ["J01"]),
    "secretary": ("secretary", ["J01"]),
    "other_secretary": ("secretary", ["J02"]),
    "worker": ("worker", ["J01"]),
    "provider": ("provider", ["hotline"]),
    "other_provider": ("provider", ["cloud"]),
    "survey_manager": ("survey_manager", ["survey"]),
    "interviewer": ("interviewer", ["survey"]),
    "inspection": ("inspection", []),
    "other_inspection": ("inspection", []),
    "group_head": ("group_head", []),
    "other_group_head": ("group_head", []),
    "group_member": ("group_member", []),
    "finance": ("finance", []),
    "administrator": ("administrator", []),
    "auditor": ("auditor", []),
    "other_auditor": ("auditor", []),
    "monitor": ("monitor", []),
    "statistics": ("statistics", []),
}
"""Login name: role and scope. ``max`` has no post, ``stranger`` is the clerk of the other town."""


def build_towns() -> None:
    """Both towns, as every test finds them: the year 2024 of the first one is collecting."""
    for code, name in (("gaojing", "高境镇"), ("elsewhere", "别处镇")):
        town = Town.objects.create(code=code, name=name)
        _build_town(town)
    first = Town.objects.get(code="gaojing")
    for username, (role, scope) in PEOPLE.items():
        _person(first, username, role, scope)
    User.objects.create_user("max", name="马某", town=first)
    _person(Town.objects.get(code="elsewhere"), "stranger", "clerk", [])


def _person(town: Town, username: str, role: str, scope: list[str]) -> None:
    user = User.objects.create_user(username, name=f"{username}先生", town=town)
    Post.objects.create(town=town, user=user, role=role, scope=scope, from_on=BEGIN)


def _build_town(town: Town) -> None:
    for code in DEPARTMENTS:
        Department.objects.create(town=town, code=code, name=code)
    for code, (name, tables, only) in SOURCES.items():
        Source.objects.create(town=town, code=code, name=name, tables=tables, only=only)
    for area_id, name in AREAS.items():
        Area.objects.create(
            town=town, area_id=area_id, name=name, category="ordinary", from_on=BEGIN
        )
    for number, day in ((1, date(2024, 3, 31)), (2, date(2024, 9, 30))):
        snapshot = Snapshot.objects.create(
            town=town, year=2024, number=number, counted_on=day, frozen_at=NOW
        )
        for place, area in enumerate(Area.objects.filter(town=town)):
            AreaCount.objects.create(
                town=town,
                snapshot=snapshot,
                area=area,
                households=100 + 10 * place + number,
                party_members=20 + place,
            )
    text = SCHEME.read_bytes().decode()
    version = SchemeVersion.objects.create(
        town=town,
        scheme_id="gaojing-2024",
        edition="1",
        title="2024年高境镇居民区考核方案",
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        added_at=NOW,
    )
    Cycle.objects.create(
        town=town,
        scheme=version,
        year=2024,
        first=BEGIN,
        last=date(2024, 12, 31),
        stage="collecting",
    )


@dataclass
class Cast:
    """Access to the people by their login names."""

    def user(self, username: str) -> User:
        """A user as the database has them."""
        return User.objects.get(username=username)

    def person(self, username: str) -> Person:
        """A user with their posts of today: what actions take as ``by``."""
        return person_of(self.user(username), TODAY)

    def client(self, username: str, **given: Any) -> Client:
        """A browser in which this person is logged in, second factor and all."""
        from django_otp.plugins.otp_totp.models import TOTPDevice

        user = self.user(username)
        client = Client(**given)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        if self.person(username).needs_second_factor:
            device = TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
            session = client.session
            session["otp_device_id"] = device.persistent_id
            session.save()
        return client

    @property
    def town(self) -> Town:
        """The first town."""
        return Town.objects.get(code="gaojing")

    @property
    def cycle(self) -> Cycle:
        """The year 2024 of the first town."""
        return Cycle.objects.get(town__code="gaojing")

    def area(self, area_id: str) -> Area:
        """An area of the first town."""
        return Area.objects.get(town__code="gaojing", area_id=area_id)

    def department(self, code: str) -> Department:
        """A department of the first town."""
        return Department.objects.get(town__code="gaojing", code=code)

    def source(self, code: str) -> Source:
        """A source of the first town."""
        return Source.objects.get(town__code="gaojing", code=code)
