"""Cases that are to be left out: a year in which everything is decided, one in the middle of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from kaohe.web.accounts.models import User
from kaohe.web.accounts.people import person_of
from kaohe.web.clock import day_of
from kaohe.web.cycles.facts import delivered_rows
from kaohe.web.cycles.models import Cycle
from kaohe.web.demonstration.facts import grouped
from kaohe.web.hotline.exclusion_models import SIDES, Exclusion, Word
from kaohe.web.hotline.exclusion_rules import DECIDERS, OF_EARLIER_CASE, TOLD_IN_WORDS
from kaohe.web.hotline.exclusion_speaking import Spoken, speak_on
from kaohe.web.hotline.exclusion_terms import due_on
from kaohe.web.hotline.facts import CASE_ID, CASES
from kaohe.web.registry.models import Area, Department, Source

REASONS = {
    OF_EARLIER_CASE: "与同一来电人的前一办件为同一诉求，已核对（演示）。",
    TOLD_IN_WORDS: "重大活动保障期间统一暂停施工，非居民区能解决（演示）。",
}
"""Why both agree where a file does not say what its ground needs."""
ASKED = {
    "secretary": ("secretary", "unfounded", "到场两次，楼道内没有堆放杂物，邻居也说没有（演示）。"),
    "scorer": ("department", "not_statutory", "诉求是业主之间的合同纠纷，应走司法途径（演示）。"),
    "clerk": ("clerk", "other", "全镇统一停水检修引起，不是居民区能解决的（演示）。"),
}
"""Who asks as what, on which ground, in which words."""
REFUSED = "现场照片显示确有其事，居民区也已处置，应当计入（演示）。"
LATE, REFUSALS, HALF, UNTOUCHED = 3, 5, 4, 6
"""How many requests of the running year are late, refused, spoken on by one side, by none."""


class _Deciders:
    """Who speaks for each side: of a source a person who did not hand its file in."""

    def __init__(self, cycle: Cycle) -> None:
        users = User.objects.filter(town=cycle.town_id, posts__role__in=("clerk", "provider"))
        self._users = list(users.prefetch_related("posts").distinct().order_by("-pk"))

    def of(self, row: Exclusion, side: str) -> User:
        """Somebody who can speak on a request for a side."""
        return next(user for user in self._users if self._speaks(user, row, side))

    def _speaks(self, user: User, row: Exclusion, side: str) -> bool:
        return user.username != row.asker and any(
            post.role in DECIDERS[side] and (side == "area" or row.source.code in post.scope)
            for post in user.posts.all()
        )


def _requests(cycle: Cycle) -> list[Exclusion]:
    rows = Exclusion.objects.filter(cycle=cycle).select_related("source", "area", "cycle")
    # In an order that has nothing to do with areas, and is the same each time.
    return sorted(rows, key=lambda row: row.case_id[::-1])


def decide_all(cycle: Cycle, at: datetime) -> None:
    """Both sides agree to everything that the files of a year ask."""
    _agree(cycle, _requests(cycle), at)


def _agree(cycle: Cycle, rows: list[Exclusion], at: datetime) -> None:
    deciders = _Deciders(cycle)
    for row in rows:
        for side in SIDES:
            user = deciders.of(row, side)
            reason = REASONS.get(row.ground, "")
            row.say(side, Word(True, reason, user.name, user.username, at))
    said = [f"{side}_{name}" for side in SIDES for name in Word.__dataclass_fields__]
    Exclusion.objects.bulk_update(rows, ["state", *said], batch_size=100)


def decide_some(cycle: Cycle, at: datetime) -> None:
    """Of a running year most is decided; the rest can be tried."""
    rows = _requests(cycle)
    refused, half = rows[:REFUSALS], rows[REFUSALS : REFUSALS + HALF]
    late, rest = rows[-LATE:], rows[REFUSALS + HALF + UNTOUCHED : -LATE]
    _agree(cycle, rest, at)
    deciders = _Deciders(cycle)
    for row in (*refused, *half):
        agrees = row in half
        reason = REASONS.get(row.ground, "") if agrees else REFUSED
        by = person_of(deciders.of(row, "line"), day_of(at))
        speak_on(cycle, [Spoken(row.pk, "line", agrees, reason, None)], by=by, at=at)
    asked_at = at - timedelta(days=30)
    due = due_on(cycle, day_of(asked_at))
    Exclusion.objects.filter(pk__in=[row.pk for row in late]).update(asked_at=asked_at, due_on=due)


def ask_by_people(cycle: Cycle, at: datetime) -> None:
    """Requests that no file makes: of an area, a department, and the clerk."""
    rows = [row for row in delivered_rows(cycle, CASES) if row["satisfied"] == "false"]
    known = set(Exclusion.objects.filter(cycle=cycle).values_list("case_id", flat=True))
    free = grouped([row for row in rows if row[CASE_ID] not in known], "area_id")
    areas = {area.area_id: area for area in Area.objects.filter(town=cycle.town)}
    sources = {source.code: source for source in Source.objects.filter(town=cycle.town)}
    for username, (kind, ground, text) in ASKED.items():
        user = User.objects.get(username=username)
        scope = next(iter(user.posts.all())).scope
        area_id = scope[0] if kind == "secretary" else next(reversed(free))
        row = free[area_id].pop()
        Exclusion.objects.create(
            town=cycle.town,
            cycle=cycle,
            case_id=row[CASE_ID],
            source=sources[row["source"]],
            area=areas[area_id],
            ground=ground,
            text=text,
            department=Department.objects.get(town=cycle.town, code=scope[0])
            if kind == "department"
            else None,
            asked_as=kind,
            asked_by=user.name,
            asker=user.username,
            asked_at=at,
            due_on=due_on(cycle, day_of(at)),
        )
