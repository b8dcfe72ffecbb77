"""The draw itself: the same for everybody who has frame and seed, and fair to every household."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from kaohe.scheme.head import Calendar
from kaohe.web.evidence.defaults import working_day_after
from kaohe.web.evidence.drawing import digest, drawn, frame_of, frame_text, read_frame
from kaohe.web.evidence.spot_check_rules import active_count

FRAME = frame_of(("J01", f"H{number}") for number in range(200))


def test_the_draw_is_what_its_description_says() -> None:
    by_hand = sorted(
        (sha256(f"s|J01|H{number}".encode()).hexdigest(), f"H{number}") for number in range(200)
    )
    assert drawn(FRAME, "s", 20) == {"J01": [household for _, household in by_hand[:20]]}


def test_another_seed_draws_others_and_a_longer_draw_goes_on_in_the_same_order() -> None:
    assert drawn(FRAME, "s", 20) != drawn(FRAME, "t", 20)
    assert drawn(FRAME, "s", 30)["J01"][:20] == drawn(FRAME, "s", 20)["J01"]


def test_over_many_seeds_every_household_is_drawn_about_equally_often() -> None:
    frame = frame_of(("J01", f"H{number}") for number in range(20))
    times = dict.fromkeys(frame["J01"], 0)
    for seed in range(400):
        for household in drawn(frame, str(seed), 10)["J01"]:
            times[household] += 1
    assert all(150 < count < 250 for count in times.values()), times


def test_a_frame_has_one_text_and_comes_back_from_it() -> None:
    claims = [("J02", "b,c"), ("J01", 'a"'), ("J01", "户1"), ("J02", "b,c")]
    text = frame_text(frame_of(claims))
    assert text == frame_text(frame_of(reversed(claims)))
    assert read_frame(text) == frame_of(claims)
    assert len(digest(text)) == 64


def test_reserves_come_in_one_by_one() -> None:
    nobody = [""] * 6
    assert active_count(nobody, 3) == 3
    assert active_count(["refused", "", "confirmed", *nobody], 3) == 4
    assert active_count(["refused", "not_reached", "not_eligible", "", "", ""], 3) == 6
    assert active_count(["refused", "refused"], 3) == 2, "there are no more than were drawn"


def test_working_days_leave_out_weekends_and_holidays() -> None:
    friday = date(2024, 9, 27)
    assert working_day_after(friday, 3) == date(2024, 10, 2)
    calendar = Calendar(
        holidays=(date(2024, 10, 1), date(2024, 10, 2), date(2024, 10, 3)),
        workdays=(date(2024, 9, 29),),
    )
    assert working_day_after(friday, 3, calendar) == date(2024, 10, 4)
