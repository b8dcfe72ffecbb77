"""A year that is published, with lines of pay, without having been scored."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kaohe.web.cycles.models import Cycle
from kaohe.web.publication.models import PayLine, Publication, StaffAccount
from kaohe.web.results.models import Run
from tests.web.cast import NOW, Cast

HELD = [{"zh": "一人多职", "en": "several posts", "clause": "五(二)1"}]
LINES: list[dict[str, Any]] = [
    {"staff_id": "S01", "role": "secretary", "amount": "5000.00"},
    {"staff_id": "S02", "role": "social_worker", "amount": "1500.00"},
    {"staff_id": "S03", "role": "social_worker", "amount": "1500.00", "held": HELD},
    {"staff_id": "S04", "role": "secretary", "amount": "3000.00", "area": "J02"},
    {"staff_id": "S05", "role": "social_worker", "amount": "0.00", "held": HELD, "area": "J02"},
]


def published(cast: Cast, lines: list[dict[str, Any]] | None = None) -> Publication:
    """The next version of the year, in effect, with these lines."""
    cycle = cast.cycle
    Cycle.objects.filter(pk=cycle.pk).update(stage="published")
    number = Publication.objects.filter(cycle=cycle).count() + 1
    run = Run.objects.create(
        town=cast.town,
        cycle=cycle,
        number=number,
        at=NOW,
        by="某",
        final=True,
        taken={},
        told={"checks": [], "facts": {}, "events": 0},
    )
    publication = Publication.objects.create(
        town=cast.town,
        cycle=cycle,
        run=run,
        number=number,
        prepared_by="某",
        prepared_at=NOW,
        effective_at=NOW,
    )
    accounts = {one.staff_id: one for one in StaffAccount.objects.filter(town=cast.town)}
    for order, line in enumerate(LINES if lines is None else lines, start=1):
        area = cast.area(line.get("area", "J01"))
        PayLine.objects.create(
            town=cast.town,
            cycle=cycle,
            publication=publication,
            account=accounts.get(line["staff_id"]),
            order=order,
            staff_id=line["staff_id"],
            subject_id=area.area_id,
            name=area.name,
            role=line["role"],
            label="A" if area.area_id == "J01" else "B",
            amount=line["amount"],
            reason={"zh": f"职务，{Decimal(line['amount']):f} 元。", "en": "post"},
            held=line.get("held", []),
        )
    return publication
