"""Repeats are proposed by place, kind and the days that the clerk sets; nothing decides them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kaohe.web.audit.models import Event
from kaohe.web.hotline.facts import cases_in_force
from kaohe.web.hotline.models import Case, CaseTerms
from kaohe.web.hotline.repeats import Earlier, proposed, proposed_earlier, repeat_days_of
from tests.web.cases import DAY, case, indexed
from tests.web.cast import Cast

PAGE = "/hotline/repeats/"
LANE = "云溪路88弄"


def within(cast: Cast, days: int | None) -> None:
    CaseTerms.objects.update_or_create(
        town=cast.town, cycle=cast.cycle, defaults={"repeat_days": days}
    )


def test_the_last_case_before_of_the_same_place_and_kind_is_proposed(cast: Cast) -> None:
    indexed(
        cast,
        case("A1", LANE, 0, kind="噪声"),
        case("A2", "云溪路 ８８弄", 3, kind="噪声"),
        case("A3", LANE, 9, kind="噪声"),
        case("A4", LANE, 3, kind="停车"),
        case("B1", "", 0, kind="噪声"),
        case("B2", "", 1, kind="噪声"),
        case("C1", "镜湖路", 0),
        case("C2", "镜湖路", 1),
    )
    within(cast, 5)
    assert proposed_earlier(cast.cycle, "A2") == Earlier("A1", DAY, 3)
    for other in ("A1", "A3", "A4", "B2", "C2", "none"):
        assert proposed_earlier(cast.cycle, other) is None, other
    within(cast, 6)
    assert proposed_earlier(cast.cycle, "A3") == Earlier("A2", DAY + timedelta(3), 6)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from("甲乙"), st.sampled_from("一二")), max_size=12
    ),
    days=st.integers(1, 5),
)
def test_proposals_are_those_that_comparing_each_pair_gives(
    rows: list[tuple[int, str, str]], days: int
) -> None:
    told = [
        (number, DAY + timedelta(day), place, kind)
        for number, (day, place, kind) in enumerate(rows)
    ]
    found = proposed(Rows(told), days)  # type: ignore[arg-type]
    for number, day, place, kind in told:
        before = [
            (on, other)
            for other, on, there, what in told
            if (there, what) == (place, kind) and (on, f"{other:02}") < (day, f"{number:02}")
        ]
        last = max(before, default=None)
        fits = last is not None and (day - last[0]).days <= days
        assert (number in found) == fits
        if fits and last is not None:
            assert found[number] == Earlier(f"{last[1]:02}", last[0], (day - last[0]).days)


class Rows:
    """Rows in the order that the database would give them in."""

    def __init__(self, rows: list[tuple[int, date, str, str]]) -> None:
        self._rows = sorted(
            ((key, f"{key:02}", *rest) for key, *rest in rows), key=lambda row: (row[2], row[1])
        )

    def exclude(self, **_: Any) -> Rows:
        return self

    order_by = values_list = lambda self, *_: self

    def iterator(self) -> Any:
        return iter(self._rows)


def test_nothing_is_proposed_until_the_clerk_sets_the_days(cast: Cast) -> None:
    indexed(
        cast,
        case("A1", LANE, 0, kind="噪声"),
        case("A2", LANE, 2, kind="噪声"),
        case("A3", LANE, 90, kind="噪声", earlier_case="OLD-7"),
    )
    client = cast.client("clerk")
    page = client.get(PAGE).content.decode()
    assert repeat_days_of(cast.cycle) is None
    assert proposed_earlier(cast.cycle, "A2") is None
    assert "还没有设定相隔多少天" in page
    assert "提供单位注明重复：OLD-7" in page
    assert "可能重复" not in page.replace("提示可能重复", "")
    before = Event.objects.count()
    sent = {"cycle": cast.cycle.pk, "repeat_days": "7", "decide_days": "10"}
    assert client.post("/hotline/terms/add", sent).status_code == 302
    assert Event.objects.count() == before + 1
    page = client.get(PAGE).content.decode()
    assert "可能重复：A1，2024-05-01，相隔 2 天" in page
    assert "相隔不超过 7 天" in page
    assert client.post("/hotline/terms/add", sent).status_code == 422
    row = CaseTerms.objects.get()
    changed = {"repeat_days": "1", "decide_days": "", "seen": "1"}
    assert client.post(f"/hotline/terms/{row.pk}/change", changed).status_code == 302
    assert "可能重复：" not in client.get(PAGE).content.decode()
    assert client.post(f"/hotline/terms/{row.pk}/change", {"repeat_days": "0"}).status_code == 422
    cast_stage(cast, "published")
    assert client.get(f"/hotline/terms/{row.pk}/change").status_code == 403


def cast_stage(cast: Cast, stage: str) -> None:
    cycle = cast.cycle
    cycle.stage = stage
    cycle.save()


def test_nobody_is_shown_a_case_of_others(cast: Cast) -> None:
    indexed(cast, case("A1", LANE, 0, kind="噪声", area="J02"), source="petition")
    indexed(cast, case("A2", LANE, 1, kind="噪声", area="J01"))
    within(cast, 5)
    assert "可能重复：A1" in cast.client("clerk").get(PAGE).content.decode()
    for username in ("provider", "secretary"):
        page = cast.client(username).get(PAGE).content.decode()
        assert "A1" not in page
        assert "没有重复线索" in page
    for other in ("group_head", "leader", "scorer"):
        assert cast.client(other).get(PAGE).status_code == 404


def test_a_page_costs_as_many_queries_with_many_cases(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    indexed(cast, *(case(f"A{number:03}", LANE, number, kind="噪声") for number in range(150)))
    within(cast, 3)
    assert len(proposed(cases_in_force(cast.cycle), 3)) == 149
    client = cast.client("clerk")
    client.get(PAGE)
    with django_assert_max_num_queries(20):
        assert client.get(PAGE, {"page": 2}).content.decode().count("可能重复：") == 49
    assert Case.objects.count() == 150
