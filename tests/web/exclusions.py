"""Cases in force of which some are to be left out, and the people who ask and decide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kaohe.web.accounts.models import Post, User
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.facts import canonical_rows
from kaohe.web.cycles.models import Delivery
from kaohe.web.hotline.exclusion_asking import Said, ask_exclusion
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.hotline.exclusion_speaking import Spoken, speak_on
from kaohe.web.hotline.models import Case
from kaohe.web.registry.models import Area
from tests.web.cast import BEGIN, NOW, Cast
from tests.web.deliveries import CASES, as_csv, case, in_force

HEADINGS = (*CASES, "剔除原因")
UNFOUNDED = Said("unfounded", "现场没有诉求所说的情况。")


def with_ground(number: str, ground: str = "", area: str = "J01", **changed: str) -> list[str]:
    """A case of the hotline as its provider tells it, with what it says of leaving it out."""
    return [*case(number, area, **changed), ground]


def told_cases_in_force(
    cast: Cast, folder: Path, rows: Sequence[Sequence[str]], **given: str
) -> Delivery:
    """A version in force with these cases, as people can look them up."""
    delivery = in_force(cast, as_csv(rows, HEADINGS), folder, **given)
    index(delivery)
    return delivery


def index(delivery: Delivery) -> None:
    """Every case of a version that nobody has put down yet."""
    known = set(Case.objects.filter(delivery=delivery).values_list("case_id", flat=True))
    areas = {area.area_id: area for area in Area.objects.filter(town=delivery.town)}
    Case.objects.bulk_create(
        Case(
            town=delivery.town,
            cycle=delivery.cycle,
            delivery=delivery,
            source=delivery.source,
            case_id=row["case_id"],
            area=areas.get(row["area_id"]),
            received_on=row["received_on"],
            told=row,
        )
        for row in canonical_rows(delivery.content)
        if row["case_id"] not in known
    )


def another(cast: Cast, username: str, role: str, *scope: str) -> Person:
    """One more person on duty."""
    user = User.objects.create_user(username, name=f"{username}先生", town=cast.town)
    Post.objects.create(town=cast.town, user=user, role=role, scope=list(scope), from_on=BEGIN)
    return cast.person(username)


def found(case_id: str) -> Case:
    """A case as people look it up."""
    return Case.objects.filter(case_id=case_id).order_by("-pk")[0]


def asked(
    cast: Cast, case_id: str, by: str = "secretary", said: Said = UNFOUNDED, **given: object
) -> Exclusion:
    """A request to leave a case out."""
    return ask_exclusion(found(case_id), said, by=cast.person(by), at=NOW, **given)


def spoken(
    cast: Cast, row: Exclusion, side: str, by: str, agrees: bool = True, reason: str = ""
) -> Exclusion:
    """A request on which somebody spoke for a side."""
    said = Spoken(row.pk, side, agrees, reason, None)
    [row] = speak_on(cast.cycle, [said], by=cast.person(by), at=NOW)
    return row


def left_out(cast: Cast, row: Exclusion, line: str = "provider", area: str = "clerk") -> Exclusion:
    """A request on which both sides agreed."""
    spoken(cast, row, "line", line)
    return spoken(cast, row, "area", area)
