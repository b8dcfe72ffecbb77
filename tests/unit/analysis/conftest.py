"""Assessments that several tests look at and none changes."""

from __future__ import annotations

import pytest

from kaohe.pipeline import Assessment
from tests.oracle import towns
from tests.unit.analysis.towns import generated_assessment, plain_town
from tests.worlds.assessing import assessed
from tests.worlds.files import write_csv


@pytest.fixture(scope="session")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Ticked answers; persons and departments beside the villages."""
    return generated_assessment(tmp_path_factory.mktemp("villages"), "village-targets")


@pytest.fixture(scope="session")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Ballots that name a company and an estate."""
    return generated_assessment(tmp_path_factory.mktemp("companies"), "property-credit")


@pytest.fixture(scope="session")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """A scheme without ballots."""
    return generated_assessment(tmp_path_factory.mktemp("hotline"), "hotline-scorecard", areas=12)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """The plain town."""
    folder = tmp_path_factory.mktemp("plain")
    write_csv(plain_town(), towns.COLUMNS, folder)
    return assessed(str(folder))
