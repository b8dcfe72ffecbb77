"""Checks as people read them, whatever the scheme."""

from __future__ import annotations

import pytest

from kaohe.scheme.graph import keys_among_equals
from kaohe.scheme.model import Scheme
from kaohe.web.results.check_words import (
    actual_told,
    asks_yes_or_no,
    counts_persons_by_period,
    required_told,
)
from tests.worlds.assessing import scheme_file

pytestmark = pytest.mark.no_database


def scheme_of(name: str) -> Scheme:
    return scheme_file(name).under({})


@pytest.mark.parametrize(
    ("scheme", "check", "required", "actual", "told"),
    [
        ("gaojing-2024", "hotline.data", "0", "69", ("有", "有（69）")),
        ("gaojing-2024", "hotline.data", "0", "0", ("有", "有（0）")),
        ("gaojing-2024", "hotline.data", "0", "", ("有", "无")),
        ("gaojing-2024", "sample.third_party", "1", "0", ("1", "0")),
        ("gaojing-2024", "sample.total", "843", "720..1500", ("843", "720..1500")),
        ("village-targets", "targets.signed", "1", "1", ("有", "有")),
        ("village-targets", "targets.signed", "1", "0", ("有", "无")),
        ("village-targets", "targets.signed", "1", "2", ("有", "有（2）")),
        ("village-targets", "targets.signed", "1", "", ("有", "")),
        ("nyc311", "dates.in_order", "0", "0", ("无", "无")),
        ("nyc311", "dates.in_order", "0", "3", ("无", "有（3）")),
        ("property-credit", "records.dated", "0", "2", ("无", "有（2）")),
    ],
)
def test_a_check_that_asks_whether_there_is_something_reads_so(
    scheme: str, check: str, required: str, actual: str, told: tuple[str, str]
) -> None:
    declared = scheme_of(scheme).checks[check]
    assert (required_told(declared, required), actual_told(declared, actual)) == told
    assert asks_yes_or_no(declared) == (told[0] != required)


def test_sums_of_periods_of_persons_are_told_apart() -> None:
    checks = scheme_of("gaojing-2024").checks
    found = {name for name, check in checks.items() if counts_persons_by_period(check)}
    assert found == {"visits.monthly"}


def test_only_keys_after_the_first_part_equals() -> None:
    scheme = scheme_of("gaojing-2024")
    assert keys_among_equals(scheme, "rank") == {"mass", "hotline.composite", "survey.third_party"}
    assert keys_among_equals(scheme, "hotline.rank") == frozenset()
    assert keys_among_equals(scheme, "total") == frozenset()
    assert keys_among_equals(scheme, None) == frozenset()
