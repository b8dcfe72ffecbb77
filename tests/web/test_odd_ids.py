"""Areas whose ids are no plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.web.evidence.models import SpotCheckHousehold
from kaohe.web.registry.models import Area
from kaohe.web.results.actions import run_scoring
from tests.web.cast import NOW, Cast
from tests.web.filling import begin_scoring, fill_cycle

pytestmark = pytest.mark.either_database


def test_an_area_whose_id_has_a_slash_has_its_pages_too(cast: Cast, tmp_path: Path) -> None:
    Area.objects.filter(area_id="J03").update(area_id="J/03")
    fill_cycle(cast, tmp_path)
    SpotCheckHousehold.objects.update(first_outcome="confirmed", second_outcome="confirmed")
    cycle = begin_scoring(cast)
    run = run_scoring(cycle, by=cast.person("clerk"), at=NOW)
    clerk = cast.client("clerk")
    assert clerk.get(f"/results/{run.pk}/").status_code == 200
    assert clerk.get(f"/results/{run.pk}/areas/J/03/").status_code == 200
    assert clerk.get("/evidence/spot-checks/").status_code == 200
    assert clerk.get("/evidence/spot-checks/areas/J/03/").status_code == 200
