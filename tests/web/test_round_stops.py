"""Stops in the middle of a round's steps: keys and boxes are whole, or gone, or made good."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError

from kaohe.web.surveys import actions, boxes, sealing
from kaohe.web.surveys.models import Ballot, Round
from kaohe.web.surveys.opening import go_on_after_a_stop
from tests.web.cast import NOW, Cast
from tests.web.rounds import closed, opened, send


class Stop(BaseException):
    """The power fails."""


def test_a_stop_while_destroying_leaves_a_box_without_keys_never_keys_without_a_box(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, codes = opened(cast)
    send(held, codes["J01-1-00000"])

    def stop(_: object) -> None:
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(type(boxes.box_of(held.tag)), "destroy", stop)
        with pytest.raises(Stop):
            closed(cast, held)
    assert list(Path(settings.KEYS).iterdir()) == []
    assert boxes.box_of(held.tag).exists()
    go_on_after_a_stop(NOW)
    assert not boxes.box_of(held.tag).exists()


def test_keys_of_a_counted_round_are_destroyed_though_its_box_is_gone(cast: Cast) -> None:
    held, _ = opened(cast)
    private, public = sealing.new_key()
    Round.objects.filter(pk=held.pk).update(state="counted", public_keys=[public])
    sealing.keep_key(private)
    boxes.box_of(held.tag).destroy()
    go_on_after_a_stop(NOW)
    assert sealing.kept_keys([public]) is None


def test_a_destroyed_key_was_overwritten_where_it_lay() -> None:
    private, public = sealing.new_key()
    sealing.keep_key(private)
    [path] = Path(settings.KEYS).iterdir()
    same = path.parent / "the same blocks by another name"
    os.link(path, same)
    sealing.destroy_keys([public])
    assert same.read_bytes() == bytes(64)


def test_a_key_is_kept_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = sealing.new_key()

    def stop(_: int) -> None:
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr("kaohe.web.surveys.sealing.os.fsync", stop)
        with pytest.raises(Stop):
            sealing.keep_key(private)
    assert sealing.kept_keys([public]) is None
    sealing.keep_key(private)
    assert sealing.kept_keys([public]) == [private]
    assert [path.suffix for path in Path(settings.KEYS).iterdir()] == [".key"]


def test_a_file_that_is_half_destroyed_still_counts_as_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = boxes.FileBox(tmp_path / "HALF.sqlite3")
    box.make()
    unlink = Path.unlink
    for done in range(4):
        left = [done]

        def at_last(self: Path, missing_ok: bool = False, left: list[int] = left) -> None:
            if not left[0]:
                raise Stop
            left[0] -= 1
            unlink(self, missing_ok)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", at_last)
            with pytest.raises(Stop):
                box.destroy()
        assert box.exists()
    box.destroy()
    assert list(tmp_path.iterdir()) == []


def test_a_box_that_others_hold_for_too_long_is_busy_and_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boxes, "WAIT", 0.0)
    box = boxes.FileBox(tmp_path / "BUSY.sqlite3")
    box.make()
    other = boxes.sqlite3.connect(box.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError):
        boxes.receipts(box)
    other.execute("ROLLBACK")
    other.close()
    assert boxes.receipts(box) == []
    box.destroy()
    with pytest.raises(boxes.BoxGone):
        boxes.receipts(box)


def test_a_box_that_is_ahead_of_its_round_is_told_again(cast: Cast) -> None:
    held, codes = opened(cast)
    one, other, _ = codes.values()
    boxes.set_term(boxes.box_of(held.tag), boxes.Term("closed", "2024-11-01", "2024-11-30"))
    assert send(held, one).status_code == 409
    go_on_after_a_stop(NOW)
    assert send(held, one).status_code == 200
    assert send(held, other).status_code == 200


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_box_that_is_gone_is_told_and_stops_nobody(
    cast: Cast, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    held, _ = opened(cast)
    Round.objects.filter(pk=held.pk).update(state=state)
    boxes.box_of(held.tag).destroy()
    with caplog.at_level(logging.ERROR):
        go_on_after_a_stop(NOW)
    assert held.tag in caplog.text
    assert Round.objects.get(pk=held.pk).state == state


def test_a_file_that_is_no_box_is_an_error_of_a_database(tmp_path: Path) -> None:
    path = tmp_path / "SPOILT.sqlite3"
    path.write_bytes(b"spoilt" * 1000)
    with pytest.raises(DatabaseError):
        boxes.receipts(boxes.FileBox(path))


def test_a_process_that_is_forked_inherits_no_open_box(tmp_path: Path) -> None:
    box = boxes.FileBox(tmp_path / "OPEN.sqlite3")
    box.make()
    assert _open_in(tmp_path)
    boxes.let_go_of_files()
    assert not _open_in(tmp_path)
    assert boxes.receipts(box) == []
    box.destroy()


def _open_in(folder: Path) -> list[str]:
    """The files in a folder that this process has open."""
    descriptors = [f"/proc/self/fd/{one}" for one in os.listdir("/proc/self/fd")]
    here = [os.readlink(one) for one in descriptors if os.path.lexists(one)]
    return [one for one in here if one.startswith(str(folder))]


def test_a_box_that_cannot_be_opened_is_told_and_stops_nobody(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    held, codes = opened(cast)
    send(held, codes["J01-1-00000"])
    actions.close_round(held, reason="提前", by=cast.person("clerk"), at=NOW)
    with boxes.box_of(held.tag).work() as work:
        work.run("UPDATE {box}sealed SET ballot = %s", [bytes(1072)])
    with caplog.at_level(logging.ERROR):
        go_on_after_a_stop(NOW)
    assert held.tag in caplog.text
    refused = cast.client("clerk").post(f"/surveys/{held.pk}/count")
    assert refused.status_code == 403
    assert "用密钥解不开" in refused.content.decode()
    assert Round.objects.get(pk=held.pk).state == "closed"
    assert sealing.kept_keys(held.public_keys) is not None
    assert Ballot.objects.count() == 0
