"""The log: one event per act, a chain that shows every change, a database that refuses any."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from kaohe.web.audit.actions import Stale, record, save_row
from kaohe.web.audit.chain import event_hash, first_break
from kaohe.web.audit.models import Chain, Event
from kaohe.web.registry.models import Department
from tests.web.cast import NOW, Cast


def three_events(cast: Cast) -> list[Event]:
    for act in ("one", "two", "three"):
        record(act, by=cast.person("clerk"), at=NOW, about="thing:1", after={"act": act})
    return list(Event.objects.order_by("number"))


def broken_at(events: list[Event]) -> tuple[int, str] | None:
    chain = Chain.objects.get(town="gaojing")
    found = first_break(events, chain.length, chain.head)
    return found and (found.number, found.why)


def test_a_chain_as_it_was_written_holds(cast: Cast) -> None:
    events = three_events(cast)
    assert [event.number for event in events] == [1, 2, 3]
    assert broken_at(events) is None


@pytest.mark.parametrize("field", ["act", "actor", "told", "reason", "before", "after", "about"])
def test_a_chain_shows_where_an_event_was_altered(cast: Cast, field: str) -> None:
    events = three_events(cast)
    setattr(events[1], "object" if field == "about" else field, "something else")
    assert broken_at(events) == (2, "altered")


def test_a_chain_shows_an_altered_time_and_an_event_hashed_anew(cast: Cast) -> None:
    events = three_events(cast)
    events[1].at += timedelta(seconds=1)
    assert broken_at(events) == (2, "altered")
    events[1].sha256 = event_hash(events[1])
    assert broken_at(events) == (3, "unlinked")


def test_a_chain_shows_events_that_are_missing_in_the_middle_and_at_the_end(cast: Cast) -> None:
    events = three_events(cast)
    assert broken_at([events[0], events[2]]) == (2, "missing")
    assert broken_at(events[:2]) == (3, "missing")
    assert broken_at([]) == (1, "missing")


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET told = 'x'", "DELETE FROM audit_event"]
)
def test_the_database_refuses_to_change_or_delete_an_event(cast: Cast, statement: str) -> None:
    three_events(cast)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Event.objects.count() == 3


def test_an_event_outside_the_transaction_of_its_act_is_a_fault_of_the_program(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = cast.person("clerk")
    with monkeypatch.context() as patch:
        patch.setattr(transaction.get_connection(), "in_atomic_block", False)
        with pytest.raises(AssertionError, match="in the transaction of the act"):
            record("one", by=clerk, at=NOW, about="thing:1")


def test_a_saved_row_leaves_one_event_with_digests_and_no_content(cast: Cast) -> None:
    office = cast.department("社建办")
    office.name = "社会建设办公室"
    save_row(office, by=cast.person("clerk"), at=NOW, seen=1)
    event = Event.objects.get()
    assert event.act == "registry.department.changed"
    assert len(event.before) == len(event.after) == 64
    assert event.before != event.after
    assert Department.objects.get(pk=office.pk).version == 2


def test_a_row_that_somebody_else_changed_is_not_overwritten(cast: Cast) -> None:
    mine, theirs = cast.department("社建办"), cast.department("社建办")
    theirs.name = "别人的改动"
    save_row(theirs, by=cast.person("clerk"), at=NOW, seen=1)
    mine.name = "我的改动"
    with pytest.raises(Stale) as told:
        save_row(mine, by=cast.person("clerk"), at=NOW, seen=1)
    assert told.value.row.name == "别人的改动"
    assert Event.objects.count() == 1


def test_the_clerk_sees_their_own_acts_and_the_auditor_all(cast: Cast) -> None:
    record("by.clerk", by=cast.person("clerk"), at=NOW, about="a:1")
    record("by.scorer", by=cast.person("scorer"), at=NOW, about="a:2")
    record("elsewhere", by=cast.person("stranger"), at=NOW, about="a:3")
    clerk = cast.client("clerk").get("/audit/").content.decode()
    assert "by.clerk" in clerk
    assert "by.scorer" not in clerk
    auditor = cast.client("auditor").get("/audit/").content.decode()
    assert "by.clerk" in auditor
    assert "by.scorer" in auditor
    assert "elsewhere" not in auditor
    assert cast.client("secretary").get("/audit/").status_code == 404
    assert cast.client("clerk").get("/audit/verify").status_code == 404
    assert "没有改动" in cast.client("auditor").get("/audit/verify").content.decode()
    sheet = cast.client("auditor").get("/audit/workbook")
    assert sheet.content[:2] == b"PK"


def test_a_hash_that_was_printed_is_found_though_more_was_done_since(cast: Cast) -> None:
    first = three_events(cast)[0]
    auditor = cast.client("auditor")

    def told(printed: str) -> str:
        return auditor.get("/audit/verify", {"printed": printed}).content.decode()

    assert "这是第 1 条" in told(f" {first.sha256.upper()} ")
    for strange in (first.sha256[:-1], "f" * 64):
        assert "办理记录中没有这串摘要" in told(strange)
    assert "没有这串摘要" not in told("")
    assert cast.client("clerk").get("/audit/verify").status_code == 404
