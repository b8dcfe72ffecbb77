"""A round from its beginning to its end: who may do what, what is kept, what comes of ballots."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.surveys import actions, boxes, sealing
from kaohe.web.surveys.codes import ALPHABET, is_code, new_code, proof_of, read, shown
from kaohe.web.surveys.facts import judged
from kaohe.web.surveys.models import Ballot, Participation, Receipt, Round
from kaohe.web.surveys.opening import count_ballots, go_on_after_a_stop
from kaohe.web.surveys.rounds import asking_of
from kaohe.web.surveys.tallying import receipts_hash
from kaohe.web.surveys.unwrapping import unwrapped_ballots
from tests.web.cast import NOW, Cast
from tests.web.rounds import ANSWERS, closed, households, opened, prepared, send

# -- codes


def test_a_code_can_be_typed_and_proves_itself() -> None:
    code = new_code()
    assert len(shown(code)) <= 24
    assert is_code(read(f" {shown(code).lower()} "))
    for place, sign in enumerate(code):
        for other in ALPHABET.replace(sign, ""):
            assert not is_code(code[:place] + other + code[place + 1 :])
    for place in range(len(code) - 1):
        one, other = code[place], code[place + 1]
        if one != other:
            assert not is_code(code[:place] + other + one + code[place + 2 :])


def test_signs_that_are_mistaken_are_read_as_what_was_meant() -> None:
    signs = "2222222222"
    code = f"{signs}5{proof_of(signs + '5')}"
    assert read(code.replace("2", "z").replace("5", "s")) == code


# -- seals


def test_what_is_sealed_has_one_length_whatever_was_answered() -> None:
    keys = [sealing.new_key() for _ in range(2)]
    public, private = [key[1] for key in keys], [key[0] for key in keys]
    little = sealing.Contents("J01", "online.2", {"q2": "fair"})
    much = sealing.Contents("J01", "online.2", ANSWERS, "longer", assisted=True)
    sealed = [sealing.seal(one, 1024, public) for one in (little, much, much)]
    assert len({len(one) for one in sealed}) == 1
    assert sealed[1] != sealed[2]
    assert [sealing.unseal(one, private) for one in sealed] == [little, much, much]
    for wrong in ([private[0]], private[::-1], [private[0], sealing.new_key()[0]]):
        with pytest.raises(sealing.SealError):
            sealing.unseal(sealed[0], wrong)


def test_a_ballot_that_says_too_much_is_not_cut() -> None:
    _, public = sealing.new_key()
    with pytest.raises(sealing.SealError):
        sealing.seal(sealing.Contents("J" * 2000, "online.2", {}), 1024, [public])


# -- a round


def test_a_round_takes_samples_of_the_scheme_each_once(cast: Cast) -> None:
    held = prepared(cast)
    assert held.state == "prepared"
    assert boxes.box_of(held.tag).exists()
    for samples in ([], ["online.2"], ["online.1", "nothing"]):
        with pytest.raises(ValidationError) as refused:
            prepared(cast, samples=samples)
        assert "samples" in refused.value.message_dict
    assert prepared(cast, samples=["online.1"], title="上半年线上测评").pk
    assert Round.objects.count() == 2


def test_every_act_is_one_event_and_sending_none(cast: Cast) -> None:
    before = Event.objects.count()
    held, codes = opened(cast)
    assert Event.objects.count() == before + 3
    for code in codes.values():
        assert send(held, code).status_code == 200
    assert Event.objects.count() == before + 3
    clerk = cast.person("clerk")
    actions.pause_round(held, reason="停电", by=clerk, at=NOW)
    actions.resume_round(held, by=clerk, at=NOW)
    actions.extend_round(held, date(2024, 12, 10), reason="雨天", by=clerk, at=NOW)
    done = closed(cast, held)
    assert Event.objects.count() == before + 8
    [counted] = Event.objects.filter(act="surveys.round_counted")
    assert (counted.actor, counted.actor_name) == ("program", "程序")
    [event] = Event.objects.filter(act="surveys.round_closed")
    assert done.receipts_sha256 in event.told
    assert (done.ballots, done.participants) == (3, 3)


def test_a_counted_round_leaves_neither_box_nor_key(cast: Cast) -> None:
    held, codes = opened(cast)
    for code in codes.values():
        send(held, code)
    [key] = held.public_keys
    assert Path(settings.KEYS, f"{key}.key").stat().st_mode & 0o077 == 0
    done = closed(cast, held)
    assert done.state == "counted"
    assert not boxes.box_of(held.tag).exists()
    assert list(Path(settings.KEYS).iterdir()) == []
    assert not Path(settings.BOXES).exists() or list(Path(settings.BOXES).iterdir()) == []


def test_ballots_become_facts_and_households_take_part_once(cast: Cast) -> None:
    held, codes = opened(cast, {"J01": 2, "J02": 1})
    one, other, third = sorted(codes)
    send(held, codes[one])
    send(held, codes[other], {"q2": "very_dissatisfied", "q1.1": "yes"}, assisted=True)
    send(held, codes[third], took="under_30s")
    closed(cast, held)
    rows = {name: list(found) for name, found in judged(cast.cycle, scheme_of(cast.cycle)).items()}
    answers = sorted(rows["answers"], key=lambda row: (row["area_id"], row["q3"]))
    assert [(row["area_id"], row["channel"], row["round"]) for row in answers] == [
        ("J01", "online", "2"),
        ("J01", "online", "2"),
        ("J02", "online", "2"),
    ]
    assert [answers[0][f"q{number}"] for number in (1, 2, 3)] == ["", "0", ""]
    assert [answers[1][f"q{number}"] for number in (1, 2, 10)] == ["5", "8", "6"]
    assert [(row["area_id"], row["household_id"]) for row in rows["participation"]] == [
        ("J01", one),
        ("J01", other),
        ("J02", third),
    ]
    told = Ballot.objects.values_list("assisted", "took")
    assert sorted(told) == [(False, ""), (False, "under_30s"), (True, "")]


def test_no_facts_before_the_box_is_opened(cast: Cast) -> None:
    held, codes = opened(cast)
    for code in codes.values():
        send(held, code)
    assert judged(cast.cycle, scheme_of(cast.cycle)) == {}
    assert Ballot.objects.count() == Participation.objects.count() == 0


def test_receipts_prove_that_a_ballot_counts(cast: Cast) -> None:
    held, codes = opened(cast)
    pages = [send(held, code).content.decode() for code in codes.values()]
    done = closed(cast, held)
    listed = list(Receipt.objects.values_list("code", flat=True))
    assert len(listed) == 3
    assert done.receipts_sha256 == receipts_hash(listed)
    for page in pages:
        assert any(shown(code) in page for code in listed)


# -- codes that come again


def test_new_codes_void_the_old_ones(cast: Cast) -> None:
    held, codes = opened(cast)
    again = actions.issue_codes(held, [cast.area("J01")], by=cast.person("clerk"), at=NOW)
    assert sum(boxes.codes_by_area(boxes.box_of(held.tag)).values()) == 3
    assert send(held, codes["J01-1-00000"]).status_code == 422
    assert send(held, next(iter(again.values()))).status_code == 200


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({"title": "别的名称"}, 3),
        ({"samples": ["online.1"]}, 0),
        ({"manner": "meeting", "samples": ["meeting.household"]}, 0),
    ],
)
def test_codes_do_not_outlast_the_way_and_sample_that_they_are_for(
    cast: Cast, values: dict[str, Any], left: int
) -> None:
    held = prepared(cast)
    households(cast, "J01", 3)
    clerk = cast.person("clerk")
    actions.issue_codes(held, [cast.area("J01")], by=clerk, at=NOW)
    actions.change_round(held, values, by=clerk, at=NOW)
    assert sum(boxes.codes_by_area(boxes.box_of(held.tag)).values()) == left


def test_a_round_that_waits_asks_by_the_scheme_as_it_now_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, _ = opened(cast)
    waiting = prepared(cast, samples=["online.1"])
    asked = len(asking_of(waiting).asked)
    assert len(asking_of(held).asked) == asked
    scheme = scheme_of(cast.cycle)
    assert scheme.questionnaire is not None
    fewer = {"questions": {}, "samples": {"online.2": scheme.questionnaire.samples["online.2"]}}
    other = scheme.model_copy(
        update={"questionnaire": scheme.questionnaire.model_copy(update=fewer)}
    )
    monkeypatch.setattr("kaohe.web.surveys.rounds.scheme_of", lambda _: other)
    assert len(asking_of(held).asked) == asked
    assert len(asking_of(waiting).asked) < asked
    actions.issue_codes(waiting, [cast.area("J01")], by=cast.person("clerk"), at=NOW)
    with pytest.raises(PermissionDenied, match="方案中没有这些样本"):
        actions.open_round(waiting, by=cast.person("clerk"), at=NOW)


def test_a_new_code_gives_no_second_ballot(cast: Cast) -> None:
    held, codes = opened(cast)
    assert send(held, codes["J01-1-00000"]).status_code == 200
    again = actions.issue_codes(held, [cast.area("J01")], by=cast.person("clerk"), at=NOW)
    new = {household.household_id: code for household, code in again.items()}
    assert send(held, new["J01-1-00000"]).status_code == 409
    assert closed(cast, held).ballots == 1


def test_no_code_lies_anywhere(cast: Cast, tmp_path: Path) -> None:
    held, codes = opened(cast)
    box = boxes.box_of(held.tag)
    with box.work() as work:
        kept = work.run("SELECT digest, voter FROM {box}codes")
    assert len(kept) == 3
    for code in codes.values():
        assert all(code.encode() not in bytes(digest) for digest, _ in kept)
        for path in tmp_path.rglob("*"):
            assert not path.is_file() or code.encode() not in path.read_bytes()


# -- two keepers


def test_two_keepers_open_together_and_nobody_else(cast: Cast) -> None:
    clerk, inspection, head = map(cast.person, ("clerk", "inspection", "group_head"))
    held = prepared(cast, two_keepers=True)
    assert not Path(settings.KEYS).exists()
    households(cast, "J01", 2)
    codes = actions.issue_codes(held, [cast.area("J01")], by=clerk, at=NOW)
    one = actions.take_key(held, by=inspection, at=NOW)
    with pytest.raises(PermissionDenied, match="两人"):
        actions.open_round(held, by=clerk, at=NOW)
    with pytest.raises(PermissionDenied, match="另一份"):
        actions.take_key(held, by=inspection, at=NOW)
    other = actions.take_key(held, by=head, at=NOW)
    held = actions.open_round(held, by=clerk, at=NOW)
    for code in codes.values():
        assert send(held, code).status_code == 200
    assert not Path(settings.KEYS).exists()
    actions.close_round(held, reason="提前", by=clerk, at=NOW)
    assert not count_ballots(held, at=NOW)
    with pytest.raises(PermissionDenied, match="密钥不对"):
        actions.hand_in_key(held, other, by=inspection, at=NOW)
    with pytest.raises(PermissionDenied, match="谁先领取，谁先交回"):
        actions.hand_in_key(held, other, by=head, at=NOW)
    grouped = "-".join(one[start : start + 4] for start in range(0, 64, 4)).upper()
    actions.hand_in_key(held, f" {grouped} ", by=inspection, at=NOW)
    with pytest.raises(PermissionDenied, match="您已经交回密钥"):
        actions.hand_in_key(held, one, by=inspection, at=NOW)
    assert not count_ballots(held, at=NOW)
    assert Ballot.objects.count() == 0
    actions.hand_in_key(held, other, by=head, at=NOW)
    assert Ballot.objects.count() == Receipt.objects.count() == 2
    done = Round.objects.get(pk=held.pk)
    assert (done.state, done.differences) == ("counted", [])
    assert not Path(settings.KEYS).exists(), "neither key was ever written down"
    assert not boxes.box_of(held.tag).exists()


def with_first_key(cast: Cast) -> tuple[Round, str, str, dict[bytes, str]]:
    """A closed round of three ballots kept by two; both keys; its sealed ballots with receipts."""
    held = prepared(cast, two_keepers=True)
    households(cast, "J01", 3)
    clerk = cast.person("clerk")
    codes = actions.issue_codes(held, [cast.area("J01")], by=clerk, at=NOW)
    one = actions.take_key(held, by=cast.person("inspection"), at=NOW)
    other = actions.take_key(held, by=cast.person("group_head"), at=NOW)
    held = actions.open_round(held, by=clerk, at=NOW)
    for code in codes.values():
        assert send(held, code).status_code == 200
    actions.close_round(held, reason="提前", by=clerk, at=NOW)
    kept = {ballot: receipt for receipt, ballot in boxes.sealed_ballots(boxes.box_of(held.tag))}
    return held, one, other, kept


def test_with_the_first_key_ballots_lose_all_that_they_could_be_known_by(cast: Cast) -> None:
    held, one, other, copied = with_first_key(cast)
    actions.hand_in_key(held, one, by=cast.person("inspection"), at=NOW)
    box = boxes.box_of(held.tag)
    with box.work() as work:
        assert {bytes(ballot) for (ballot,) in work.run("SELECT ballot FROM {box}sealed")} == {b""}
    left = unwrapped_ballots(box)
    assert [sealing.unseal(ballot, [other]).area_id for ballot in left] == ["J01"] * 3
    for ballot in copied:
        with pytest.raises(sealing.SealError):
            sealing.take_off(ballot, other)
        assert not any(one in ballot or ballot in one for one in left)


def test_a_stop_after_the_first_key_is_made_good_by_bringing_it_again(cast: Cast) -> None:
    held, one, other, copied = with_first_key(cast)
    inspection = cast.person("inspection")

    @transaction.atomic
    def handing_in_that_stops() -> None:
        actions.hand_in_key(held, one, by=inspection, at=NOW)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        handing_in_that_stops()
    go_on_after_a_stop(NOW)
    actions.hand_in_key(held, one, by=inspection, at=NOW)
    assert len(unwrapped_ballots(boxes.box_of(held.tag))) == 3
    actions.hand_in_key(held, other, by=cast.person("group_head"), at=NOW)
    assert Ballot.objects.count() == 3
    assert set(Receipt.objects.values_list("code", flat=True)) == set(copied.values())
    assert Round.objects.get(pk=held.pk).differences == []


def test_a_ballot_that_is_spoilt_keeps_the_first_key_from_being_used(cast: Cast) -> None:
    held, one, _, _ = with_first_key(cast)
    box = boxes.box_of(held.tag)
    spoilt = boxes.receipts(box)[0]
    with box.work() as work:
        work.run("UPDATE {box}sealed SET ballot = %s WHERE receipt = %s", [bytes(1120), spoilt])
    with pytest.raises(sealing.SealError):
        actions.hand_in_key(held, one, by=cast.person("inspection"), at=NOW)
    assert not held.keepers.exclude(brought_at=None).exists()
    assert all(ballot for _receipt, ballot in boxes.sealed_ballots(box))


# -- a stop in the middle


def test_a_stop_after_closing_or_after_counting_is_made_good(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, codes = opened(cast)
    for code in codes.values():
        send(held, code)
    actions.close_round(held, reason="提前", by=cast.person("clerk"), at=NOW)

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("kaohe.web.surveys.opening._write", stop)
        with pytest.raises(KeyboardInterrupt):
            count_ballots(held, at=NOW)
    assert Round.objects.get(pk=held.pk).state == "closed"
    with monkeypatch.context() as patched:
        patched.setattr("kaohe.web.surveys.opening.destroy", stop)
        with pytest.raises(KeyboardInterrupt):
            go_on_after_a_stop(NOW)
    assert Round.objects.get(pk=held.pk).state == "counted"
    assert boxes.box_of(held.tag).exists()
    go_on_after_a_stop(NOW)
    assert not boxes.box_of(held.tag).exists()
    assert Ballot.objects.count() == Receipt.objects.count() == 3


def test_rounds_begin_when_the_year_collects(cast: Cast) -> None:
    held = prepared(cast)
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="adopted")
    with pytest.raises(PermissionDenied, match="收集"):
        actions.open_round(held, by=cast.person("clerk"), at=NOW)
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="scoring")
    with pytest.raises(PermissionDenied):
        prepared(cast, samples=["online.1"])


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        ("prepared", {"open"}),
        ("open", {"pause", "extend", "close"}),
        ("paused", {"resume", "extend", "close"}),
        ("closed", set()),
        ("counted", set()),
    ],
)
def test_each_state_has_its_acts(cast: Cast, state: str, acts: set[str]) -> None:
    held, _ = opened(cast)
    Round.objects.filter(pk=held.pk).update(state=state)
    clerk: Any = {"by": cast.person("clerk"), "at": NOW}
    found = set()
    for name, act in {
        "open": lambda: actions.open_round(held, **clerk),
        "pause": lambda: actions.pause_round(held, reason="停电", **clerk),
        "resume": lambda: actions.resume_round(held, **clerk),
        "extend": lambda: actions.extend_round(held, date(2024, 12, 9), reason="雨", **clerk),
        "close": lambda: actions.close_round(held, reason="提前", **clerk),
    }.items():
        try:
            act()
        except PermissionDenied:
            continue
        found.add(name)
        Round.objects.filter(pk=held.pk).update(state=state, closes_on=held.closes_on)
    assert found == acts


def test_the_database_here_is_the_one_that_was_asked_for() -> None:
    kind = type(boxes.box_of("TEST")).__name__
    assert kind == {"sqlite": "FileBox", "postgresql": "SchemaBox"}[connection.vendor]
