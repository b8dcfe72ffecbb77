"""A channel and round of an area is told by a round or by a file, never by both."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from kaohe.web.cycles.delivering import apply_delivery, withdraw_delivery
from kaohe.web.surveys import actions
from kaohe.web.surveys.overlaps import told_twice
from tests.web.cast import NOW, Cast
from tests.web.deliveries import COUNTS, as_csv, deliver_counts, hand_in
from tests.web.rounds import closed, households, opened, prepared, send

pytestmark = pytest.mark.either_database


def test_a_file_cannot_take_effect_beside_a_round_that_has_begun(
    cast: Cast, tmp_path: Path
) -> None:
    post = cast.user("provider").posts.get()
    post.scope = ["hotline", "survey"]
    post.save()
    opened(cast, {"J01": 2})
    beside = deliver_counts(
        cast, tmp_path, ("J02", "online", "2", "5"), ("J01", "online", "1", "5")
    )
    assert beside.state == "applied"
    for table, columns, row in (
        ("participation_counts", COUNTS, ("J01", "online", "2", "5")),
        (
            "answer_totals",
            ("area_id", "channel", "round", "question", "answered", "points"),
            ("J01", "online", "2", "all", "10", "80"),
        ),
    ):
        file = hand_in(
            cast,
            as_csv([row], columns),
            tmp_path,
            name=f"{table}.csv",
            table=table,
            source="survey",
            part="b",
        )
        assert file.state == "checked"
        client = cast.client("provider")
        page = client.get(f"/cycles/deliveries/{file.pk}/").content.decode()
        assert "轮次“下半年线上测评”已在收“云溪苑居民区”的答卷" in page
        assert "确认生效" not in page
        with pytest.raises(PermissionDenied, match="只能计一次"):
            apply_delivery(file, by=cast.person("provider"), at=NOW)
    assert told_twice(cast.cycle) == []


def test_codes_are_not_issued_and_rounds_not_opened_beside_a_file(
    cast: Cast, tmp_path: Path
) -> None:
    clerk = cast.person("clerk")
    held = prepared(cast)
    households(cast, "J01", 1)
    households(cast, "J02", 1)
    actions.issue_codes(held, [cast.area("J01")], by=clerk, at=NOW)
    delivery = deliver_counts(
        cast, tmp_path, ("J01", "online", "2", "5"), ("J02", "online", "2", "5")
    )
    with pytest.raises(PermissionDenied, match="澄波里居民区.*参与户数"):
        actions.issue_codes(held, [cast.area("J02")], by=clerk, at=NOW)
    with pytest.raises(PermissionDenied, match="云溪苑居民区.*参与户数"):
        actions.open_round(held, by=clerk, at=NOW)
    withdraw_delivery(delivery, by=cast.person("provider"), at=NOW)
    assert actions.open_round(held, by=clerk, at=NOW).state == "open"


def test_nothing_is_scored_while_both_tell_the_same(cast: Cast, tmp_path: Path) -> None:
    """An older version that counts again, because the newer one is withdrawn, asks nobody."""
    deliver_counts(cast, tmp_path, ("J01", "online", "2", "5"), ("J02", "online", "1", "5"))
    newer = deliver_counts(cast, tmp_path, ("J02", "online", "1", "5"))
    held, codes = opened(cast, {"J01": 2})
    send(held, codes["J01-1-00000"])
    assert told_twice(cast.cycle) == []
    withdraw_delivery(newer, by=cast.person("provider"), at=NOW)
    reason = "轮次“下半年线上测评”和报送文件“参与户数”都有“云溪苑居民区”，会重复计算。"
    [while_open] = told_twice(cast.cycle)
    assert while_open.startswith(reason)
    closed(cast, held)
    assert told_twice(cast.cycle) == [while_open]
    assert reason in cast.client("clerk").get(f"/cycles/{cast.cycle.pk}/").content.decode()
