"""A round of a town, as residents are told of it."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe.reports.notices import Notice


@pytest.fixture
def notice() -> Notice:
    return Notice(
        town="高境镇",
        title="2024年下半年线上测评",
        link="https://town.example.cn/f/G24B",
        opens_on=date(2024, 11, 1),
        closes_on=date(2024, 11, 30),
        complain_to="021-36120002",
        telephone="021-36120001",
        paper_at="高境三村门卫室",
        whom="每户一位成年人",
    )
