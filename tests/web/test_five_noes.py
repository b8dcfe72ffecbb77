"""The five no's of 2026 for what a town runs online, proved on models, pages and a run.

No check-in, no points or places for being online, no time online, no counting of whoever was
brought, no number of answers as a basis of assessment (国办函〔2026〕12号; scheme 三(一)).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

import kaohe
from kaohe.scheme.counting import measures_wanted
from kaohe.scheme.graph import formula_operands, with_inner
from kaohe.scheme.tallies import Tally
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.results.participation import thresholds_of
from kaohe.web.surveys.facts import PARTICIPATION
from tests.web.cast import Cast
from tests.web.rounds import opened, send

WEB = Path(kaohe.__file__).parent / "web"
SURVEYS = ("Round", "Keeper", "Ballot", "Participation", "Receipt")
OF_ONE_WHO_WORKS = re.compile(
    r"check_?in|sign_?in|streak|online_?(time|minutes|seconds)|minutes_online|duration|latitude"
    r"|longitude|gps|track|installs?_|inviter|invited_by|referr|recruit|league|leaderboard",
    re.IGNORECASE,
)
"""Names that a field or an address would have if it did one of the five."""
NOT_OURS = ("axes", "django_q", "otp_totp", "auth", "contenttypes", "sessions")


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, f"{before}{one.pattern}")
        else:
            yield f"{before}{one.pattern}"


def test_no_field_and_no_address_is_for_one_of_the_five() -> None:
    fields = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label not in NOT_OURS
        for field in model._meta.get_fields()
    ]
    every = [*fields, *addresses(get_resolver().url_patterns)]
    assert len(every) > 200
    assert [one for one in every if OF_ONE_WHO_WORKS.search(one)] == []


def test_who_took_part_is_kept_by_household_and_never_by_whoever_brought_them() -> None:
    """No row about taking part refers to a person on duty, or says when within a day."""
    for name in ("Ballot", "Participation", "Receipt"):
        model = apps.get_model("surveys", name)
        assert not [
            field.name
            for field in model._meta.get_fields()
            if field.related_model is not None
            and field.related_model._meta.label in ("accounts.User", "registry.StaffPost")
        ]
        kinds = {field.get_internal_type() for field in model._meta.concrete_fields}
        assert not kinds & {"DateTimeField", "TimeField", "DateField"}, name


@pytest.mark.parametrize("app", ["surveys", "results", "desk"])
def test_no_code_orders_areas_by_how_many_took_part(app: str) -> None:
    ordering = re.compile(
        r"(order_by|dictsort\w*|sorted)\b[^\n]*(participants|ballots|actual|took|count)"
    )
    found = [
        f"{path.name}: {line.strip()}"
        for path in (WEB / app).rglob("*")
        if path.suffix in (".py", ".html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if ordering.search(line)
    ]
    assert found == []


def test_the_page_of_one_area_holds_no_number_of_another(cast: Cast) -> None:
    held, codes = opened(cast, {"J01": 2, "J02": 3})
    for code in codes.values():
        send(held, code)
    for address in ("/results/participation/", "/registry/own-area"):
        page = cast.client("secretary").get(address).content.decode()
        assert "澄波里居民区" not in page
        assert "还差" not in page


def test_how_many_took_part_feeds_no_node_but_checks_alone(cast: Cast) -> None:
    """A scheme may ask for a number; no score may grow with it. The checks only ask for enough."""
    scheme = scheme_of(cast.cycle)
    counted = {PARTICIPATION, "participation_counts"}
    for name, node in scheme.nodes.items():
        ground = scheme.ground_of(node.subject)
        wanted = [
            one for inner in with_inner(node) for one in measures_wanted(inner, scheme, ground)
        ]
        assert not {one.table for one in wanted} & counted, name
    for name in thresholds_of(scheme):
        check = scheme.checks[name]
        assert check.compare == "at_least"
        assert any(
            isinstance(one, Tally) and one.distinct
            for one in formula_operands(check.actual, check.bind)
        )
