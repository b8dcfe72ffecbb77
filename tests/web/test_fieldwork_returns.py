"""What the third party hands in, by file and by telephone; nothing readable is left of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection

from kaohe.web.audit.models import Event
from kaohe.web.surveys import actions, boxes, fieldwork_box, sealing
from kaohe.web.surveys import fieldwork_taking as taking
from kaohe.web.surveys.models import (
    Ballot,
    Participation,
    ReturnFile,
    ReturnMapping,
    Round,
    SampleHousehold,
)
from kaohe.web.surveys.sealing import Contents
from tests.web.asking import ASKED
from tests.web.cast import NOW, Cast
from tests.web.exports import FULL, VARIED
from tests.web.fieldwork import (
    LAST_DAY,
    SIZES,
    Told,
    at_work,
    checked,
    drawn,
    entered,
    fresh,
    hand_in,
    returned,
    surveyed,
    to_ask,
    told,
)
from tests.web.rounds import closed, one_of_each, ticks


def contents(held: Round) -> list[Contents]:
    """What lies in the box, as only the key can tell."""
    keys = sealing.kept_keys(held.public_keys)
    assert keys is not None
    box = boxes.box_of(held.tag)
    return [sealing.unseal(ballot, keys) for _, ballot in boxes.sealed_ballots(box)]


def voters(held: Round) -> list[str]:
    """Who took part, as the box has it."""
    return [voter for _area, _sample, voter in boxes.participants(boxes.box_of(held.tag))]


# -- files


def test_a_good_file_is_sealed_and_only_its_hash_and_counts_stay(cast: Cast) -> None:
    held, draw = at_work(cast)
    one, two, three, *_ = to_ask(draw, "J01")
    rows: list[Told] = [
        (one, "I", "F01", FULL),
        (two, "P", "F02", VARIED),
        (three, "R", "F01", FULL),
    ]
    page = hand_in(cast.client("survey_manager"), held, returned(rows))
    assert page.status_code == 200
    assert "已收下 3 户，其中答卷 2 份" in page.content.decode()
    found = {one.by: one for one in contents(held)}
    assert found["F01"] == Contents("J01", "third_party", FULL, by="F01")
    assert dict(found["F02"].answers) == VARIED
    assert sorted(voters(held)) == sorted([one.household_id, two.household_id])
    assert [fresh(row).disposition for row in (one, two, three)] == ["I", "P", "R"]
    assert fresh(two).interviewer == "F02"
    file = ReturnFile.objects.get()
    assert (file.rows, file.ballots, file.areas) == (3, 2, ["J01"])
    assert Event.objects.filter(act="surveys.returns_taken").count() == 1


def test_a_file_replaces_what_files_brought_of_its_areas_and_of_no_other(cast: Cast) -> None:
    held, draw = at_work(cast)
    client = cast.client("survey_manager")
    first, second = to_ask(draw, "J01")[:3], to_ask(draw, "J02")[:2]
    hand_in(client, held, returned(told([*first, *second])))
    assert len(contents(held)) == 5
    page = hand_in(client, held, returned([(first[0], "I", "F09", VARIED)], "again.csv"))
    assert page.status_code == 200
    assert sorted(one.area_id for one in contents(held)) == ["J01", "J02", "J02"]
    [kept] = [one for one in contents(held) if one.area_id == "J01"]
    assert dict(kept.answers) == VARIED
    assert [fresh(one).disposition for one in (*first, *second)] == ["I", "", "", "I", "I"]
    assert voters(held) == [first[0].household_id, *(one.household_id for one in second)]
    assert ReturnFile.objects.count() == 2


def test_with_one_fault_nothing_is_taken_and_every_fault_is_shown(cast: Cast) -> None:
    held, draw = at_work(cast)
    one, two, three, *_ = to_ask(draw, "J01")
    reserve = draw.households.filter(area__area_id="J01", reserve=True)[0]
    rows: list[Told] = [
        (one, "I", "F01", FULL),
        (two, "X", "F01", FULL),
        (reserve, "I", "F01", FULL),
        (three, "I", "F0123456789012345678901", FULL),
    ]
    page = hand_in(cast.client("survey_manager"), held, returned(rows))
    shown = page.content.decode()
    assert page.status_code == 422
    assert "一行也没有收" in shown
    assert "尚未启用的替补户" in shown
    assert "应为 I（完成访问）" in shown
    assert contents(held) == []
    assert voters(held) == []
    assert not SampleHousehold.objects.exclude(disposition="").exists()
    assert not ReturnFile.objects.exists()
    [event] = Event.objects.filter(act__startswith="surveys.returns")
    assert event.act == "surveys.returns_refused"
    page = hand_in(cast.client("survey_manager"), held, returned([rows[3]]))
    assert "最多 20 个字符" in page.content.decode()


def test_what_columns_mean_is_said_once(cast: Cast) -> None:
    held, draw = at_work(cast)
    client = cast.client("survey_manager")
    one = to_ask(draw, "J01")[0]
    strange = {"household": "门牌", "q10": "最后一问"}
    page = hand_in(client, held, returned(told([one]), **strange))
    assert page.status_code == 422
    assert 'value="最后一问"' in page.content.decode()
    said = {"heading": ["门牌", "最后一问"], "field": ["household", "q10"]}
    assert hand_in(client, held, returned(told([one]), **strange), **said).status_code == 200
    assert hand_in(client, held, returned(told([one]), **strange)).status_code == 200
    assert ReturnMapping.objects.get().columns == {"门牌": "household", "最后一问": "q10"}


def test_the_same_submission_twice_is_taken_once(cast: Cast) -> None:
    held, draw = at_work(cast)
    client = cast.client("survey_manager")
    key = {"submission": "11111111-1111-4111-8111-111111111111"}
    for status in (200, 302):
        page = hand_in(client, held, returned(told(to_ask(draw, "J01")[:1])), **key)
        assert page.status_code == status
    assert ReturnFile.objects.count() == 1


def test_no_answer_is_readable_anywhere_and_no_file_is_left(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wording of its own in every answer of a file would be found in database, files, log."""
    held, draw = at_work(cast)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    one, two = to_ask(draw, "J01")[:2]
    hand_in(cast.client("survey_manager"), held, returned([(one, "I", "F01", VARIED)]))
    sent = entered(VARIED, "I")
    cast.client("interviewer").post(f"/fieldwork/households/{two.pk}", sent)
    assert len(contents(held)) == 2
    words = [b"very_dissatisfied", "非常不满意".encode()]
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert not any(word in path.read_bytes() for word in words), path
    assert not list((Path(settings.MEDIA_ROOT) / "incoming").iterdir())
    assert not list(temporary.iterdir())
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in ("cycles_schemeversion", "django_session"):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                assert "dissatisfied" not in str(row), table


def test_interviewers_are_counted_only_where_they_have_several(cast: Cast) -> None:
    held, draw = at_work(cast)
    rows = [*to_ask(draw, "J01"), *to_ask(draw, "J02")]
    straight = {one.name: "satisfied" for one in ASKED if one.name not in ("q1.1", "q1.2")}
    mine, others = told(rows[:6], "I", "F01", straight), told(rows[6:9], "I", "F02", FULL)
    page = hand_in(cast.client("survey_manager"), held, returned([*mine, *others]))
    shown = page.content.decode()
    assert '<th scope="row">F01</th><td class="number">6</td><td class="number">6</td>' in shown
    assert '<th scope="row">F02</th><td class="number">3</td><td class="number">—</td>' in shown
    assert (
        "F01"
        not in cast.client("survey_manager").get(f"/fieldwork/{held.pk}/returns").content.decode()
    )


def test_a_lost_household_releases_a_reserve_that_may_then_be_asked(cast: Cast) -> None:
    held, draw = at_work(cast)
    client = cast.client("survey_manager")
    one = to_ask(draw, "J01")[0]
    hand_in(client, held, returned(told([one], "NC", answers={})))
    [reserve] = draw.households.filter(replaces=one)
    assert reserve.building == one.building
    assert len(to_ask(draw, "J01")) == SIZES["J01"] + 1
    page = hand_in(client, held, returned([*told([one], "NC", answers={}), *told([reserve])]))
    assert page.status_code == 200
    hand_in(client, held, returned(told([one])))
    assert len(to_ask(draw, "J01")) == SIZES["J01"] + 1  # what was released stays


# -- single interviews


def test_an_interview_by_telephone_is_sealed_at_once_and_never_shown(cast: Cast) -> None:
    held, draw = at_work(cast)
    client, one = cast.client("interviewer"), to_ask(draw, "J01")[0]
    address = f"/fieldwork/households/{one.pk}"
    form = client.get(address).content.decode()
    assert all(asked.label.zh in form for asked in ASKED)
    assert one_of_each(form) == ["00"] * len(ASKED)
    assert client.post(address, entered(FULL, "I")).status_code == 302
    [sealed] = contents(held)
    assert (dict(sealed.answers), sealed.by, sealed.area_id) == (FULL, "interviewer", "J01")
    assert voters(held) == [one.household_id]
    again = client.get(address).content.decode()
    assert "已经交过答卷" in again
    assert "checked" not in again
    assert ASKED[0].label.zh not in again
    assert client.post(address, entered(VARIED, "I")).status_code == 409
    assert len(contents(held)) == 1


def test_who_breaks_off_leaves_no_answers_and_may_be_asked_again(cast: Cast) -> None:
    held, draw = at_work(cast)
    client, one = cast.client("interviewer"), to_ask(draw, "J01")[0]
    address = f"/fieldwork/households/{one.pk}"
    assert client.post(address, entered(FULL, "R")).status_code == 302
    assert contents(held) == []
    assert fresh(one).disposition == "R"
    assert len(to_ask(draw, "J01")) == SIZES["J01"] + 1
    assert client.post(address, entered(FULL, "I")).status_code == 302
    assert len(contents(held)) == 1


def test_a_form_without_an_outcome_or_answers_keeps_what_was_ticked(cast: Cast) -> None:
    held, draw = at_work(cast)
    client, one = cast.client("interviewer"), to_ask(draw, "J01")[0]
    address = f"/fieldwork/households/{one.pk}"
    for sent in (ticks(ASKED, FULL), {"disposition": "I"}, entered(FULL, "Z")):
        assert client.post(address, sent).status_code == 422
    page = client.post(address, ticks(ASKED, FULL))
    assert page.content.decode().count(" checked") == len(FULL)
    assert "no-store" in page["Cache-Control"]
    assert contents(held) == []


def test_reserves_that_wait_and_lists_not_handed_over_cannot_be_entered(cast: Cast) -> None:
    held, vendor = surveyed(cast)
    checked(cast, vendor)
    draw = drawn(cast, vendor)
    actions.open_round(held, by=cast.person("clerk"), at=NOW)
    one, by = to_ask(draw, "J01")[0], cast.person("interviewer")
    with pytest.raises(PermissionDenied, match="还没有移交"):
        taking.enter_interview(one, disposition="I", answers=FULL, by=by, at=NOW)
    assert cast.client("interviewer").get(f"/fieldwork/households/{one.pk}").status_code == 404
    draw.handed_over_at = NOW
    draw.save()
    reserve = draw.households.filter(reserve=True)[0]
    with pytest.raises(PermissionDenied, match="尚未启用"):
        taking.enter_interview(reserve, disposition="I", answers=FULL, by=by, at=NOW)
    for username in ("clerk", "auditor", "group_head", "secretary"):
        page = cast.client(username).post(f"/fieldwork/households/{one.pk}", entered(FULL, "I"))
        assert page.status_code == 404, username


def test_an_entered_household_in_a_file_is_a_fault_and_left_out_it_stays(cast: Cast) -> None:
    held, draw = at_work(cast)
    one, two = to_ask(draw, "J01")[:2]
    cast.client("interviewer").post(f"/fieldwork/households/{one.pk}", entered(FULL, "I"))
    client = cast.client("survey_manager")
    page = hand_in(client, held, returned(told([one, two])))
    assert page.status_code == 422
    assert "已在录入页交过" in page.content.decode()
    assert hand_in(client, held, returned(told([two]))).status_code == 200
    assert len(contents(held)) == 2
    assert fresh(one).disposition == "I"


def test_an_interview_that_was_sealed_before_a_stop_is_made_good_and_not_twice(
    cast: Cast,
) -> None:
    held, draw = at_work(cast)
    one, by = to_ask(draw, "J01")[0], cast.person("interviewer")
    taking.enter_interview(one, disposition="I", answers=FULL, by=by, at=NOW)
    SampleHousehold.objects.filter(pk=one.pk).update(disposition="", interviewer="", entered=False)
    taking.enter_interview(fresh(one), disposition="I", answers=FULL, by=by, at=NOW)
    assert len(contents(held)) == 1
    assert fresh(one).disposition == "I"


def test_the_box_itself_takes_one_ballot_a_household_whichever_way_it_comes(cast: Cast) -> None:
    held, _draw = at_work(cast)
    box, day = boxes.box_of(held.tag), "2024-11-20"
    put = fieldwork_box.put_interview(box, "H1", "third_party", "J01", day, lambda: b"one")
    assert put.word == "taken"
    again = fieldwork_box.put_interview(box, "H1", "third_party", "J01", day, lambda: b"two")
    assert again.word == "used"
    good = {"J02": fieldwork_box.Batch(("H2",), (b"three",))}
    assert fieldwork_box.replace_batches(box, "third_party", day, good) == "taken"
    both = {
        "J01": fieldwork_box.Batch(("H1",), (b"four",)),
        "J02": fieldwork_box.Batch(("H3",), (b"five",)),
    }
    assert fieldwork_box.replace_batches(box, "third_party", day, both) == "used"
    assert {ballot for _receipt, ballot in boxes.sealed_ballots(box)} == {b"one", b"three"}
    assert voters(held) == ["H1", "H2"]
    box.destroy()
    assert fieldwork_box.replace_batches(box, "third_party", day, good) == "closed"


# -- the end


def test_after_the_round_is_closed_nothing_is_taken(cast: Cast) -> None:
    held, draw = at_work(cast)
    one, two = to_ask(draw, "J01")[:2]
    hand_in(cast.client("survey_manager"), held, returned(told([one])))
    actions.close_round(held, reason="提前", by=cast.person("clerk"), at=NOW)
    page = cast.client("survey_manager").get(f"/fieldwork/{held.pk}/returns").content.decode()
    assert "已经截止" in page
    assert 'type="file"' not in page
    late = hand_in(cast.client("survey_manager"), held, returned(told([one, two])))
    assert late.status_code == 403
    sent = entered(FULL, "I")
    page = cast.client("interviewer").post(f"/fieldwork/households/{two.pk}", sent)
    assert page.status_code == 409
    assert len(contents(held)) == 1
    assert not list((Path(settings.MEDIA_ROOT) / "incoming").iterdir())


def test_outside_its_days_a_box_takes_nothing_whatever_the_round_says(cast: Cast) -> None:
    held, draw = at_work(cast)
    Round.objects.filter(pk=held.pk).update(closes_on=LAST_DAY)
    term = boxes.Term("open", "2024-11-01", "2024-11-19")
    boxes.set_term(boxes.box_of(held.tag), term)
    one = to_ask(draw, "J01")[0]
    page = hand_in(cast.client("survey_manager"), held, returned(told([one])))
    assert page.status_code == 403
    assert "已过轮次的截止日期" in page.content.decode()
    sent = entered(FULL, "I")
    assert (
        cast.client("interviewer").post(f"/fieldwork/households/{one.pk}", sent).status_code == 403
    )
    assert fresh(one).disposition == ""
    assert contents(held) == []


def test_ballots_and_participation_are_counted_with_the_round(cast: Cast) -> None:
    held, draw = at_work(cast)
    one, two, three = to_ask(draw, "J01")[:3]
    hand_in(cast.client("survey_manager"), held, returned(told([one, two])))
    cast.client("interviewer").post(f"/fieldwork/households/{three.pk}", entered(VARIED, "P"))
    closed(cast, held)
    homes = Participation.objects.filter(round=held).values_list("household_id", flat=True)
    assert set(homes) == {one.household_id, two.household_id, three.household_id}
    answers = [ballot.answers for ballot in Ballot.objects.filter(round=held)]
    assert sorted(answers, key=len) == [VARIED, FULL, FULL]
