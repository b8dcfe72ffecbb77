"""Pages of a study of simulated facts: who sees what of it, and what it is called."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kaohe.web.audit.models import Event
from kaohe.web.results.models import Study
from kaohe.web.results.study_actions import make_study
from tests.web.cast import NOW, Cast
from tests.web.filling import files_in
from tests.web.studying import PAGE, page, stored, written

pytestmark = pytest.mark.either_database

READERS = ("clerk", "group_head", "group_member", "auditor")
FILES = (
    *("without-pay.xlsx", "totals.xlsx", "totals.json", "sensitivity.xlsx", "sensitivity.json"),
    *("scheme.yaml", "town.yaml"),
)
PAY = "绩效"


@pytest.fixture(scope="module")
def simulated_year(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The year while it is collecting, studied: 3 areas that nobody lives in."""
    folder = tmp_path_factory.mktemp("simulated")
    with django_db_blocker.unblock(), transaction.atomic():
        with files_in(folder):
            make_study(Cast().cycle, by=Cast().person("group_head"), at=NOW)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def simulated(simulated_year: Path, cast: Cast) -> Study:
    """The study of that year."""
    shutil.copytree(simulated_year, settings.MEDIA_ROOT)
    return Study.objects.get()


def test_simulated_facts_are_those_that_the_command_simulates_byte_for_byte(
    simulated: Study, tmp_path: Path
) -> None:
    asked = ["--simulate", "3", "--seed", "2024"]
    assert written(simulated, asked, tmp_path) == stored(simulated)
    assert (simulated.subjects, simulated.seed, simulated.run) == (3, 2024, None)
    again = (tmp_path / "sensitivity.xlsx").read_bytes()
    assert (simulated.folder / "sensitivity.xlsx").read_bytes() == again


@pytest.mark.parametrize("username", ["clerk", "group_head", "group_member", "auditor"])
def test_readers_see_every_page_and_only_two_may_start(
    cast: Cast, simulated: Study, username: str
) -> None:
    client = cast.client(username)
    page(client)
    page(client, f"{PAGE}{simulated.pk}/")
    page(client, f"{PAGE}{simulated.pk}/decisions/hotline_formula/")
    assert client.get(f"{PAGE}{simulated.pk}/decisions/nothing/").status_code == 404
    Study.objects.filter(pk=simulated.pk).update(program="0")
    answer = client.post(f"{PAGE}start", {"cycle": cast.cycle.pk})
    assert answer.status_code == (302 if username in ("clerk", "group_head") else 404)


OTHERS = (
    *("scorer", "department_head", "leader", "secretary", "worker", "provider", "inspection"),
    *("finance", "administrator", "monitor", "statistics", "survey_manager", "interviewer"),
    *("max", "stranger"),
)


def test_nobody_else_sees_a_page_a_file_or_a_sentence(cast: Cast, simulated: Study) -> None:
    paths = [f"{simulated.pk}/", f"{simulated.pk}/decisions/hotline_formula/"]
    paths += [f"{simulated.pk}/files/{name}" for name in FILES]
    paths += [f"?cycle={cast.cycle.pk}"]
    for username in OTHERS:
        client = cast.client(username)
        for path in paths:
            assert client.get(PAGE + path).status_code == 404, (username, path)
        answer = client.post(f"{PAGE}start", {"cycle": cast.cycle.pk})
        assert answer.status_code == 404, username
        beside = client.get(f"/cycles/decisions/?cycle={cast.cycle.pk}")
        assert "看影响" not in beside.content.decode(), username


FILES_OF = {
    "clerk": {"without-pay.xlsx", "scheme.yaml", "town.yaml"},
    "group_head": {"totals.xlsx", "totals.json", "scheme.yaml", "town.yaml"},
    "group_member": {"totals.xlsx", "totals.json", "scheme.yaml", "town.yaml"},
    "auditor": set(FILES) - {"without-pay.xlsx"},
}


@pytest.mark.parametrize("username", READERS)
def test_each_file_goes_to_its_roles_and_leaves_a_trace(
    cast: Cast, simulated: Study, username: str
) -> None:
    client = cast.client(username)
    shown = page(client)
    for name in FILES:
        answer = client.get(f"{PAGE}{simulated.pk}/files/{name}")
        allowed = name in FILES_OF[username]
        assert answer.status_code == (200 if allowed else 404), name
        assert (f"files/{name}" in shown) is allowed, name
        if allowed:
            assert b"".join(answer.streaming_content) == (simulated.folder / name).read_bytes()
    acts = Event.objects.filter(act="results.downloaded")
    assert acts.count() == len(FILES_OF[username])


def test_pay_is_in_no_page_or_file_of_the_clerk_and_persons_in_the_auditors_files_only(
    cast: Cast, simulated: Study
) -> None:
    from tests.web.workbooks import rows_of

    content = json.loads(stored(simulated))
    persons = {one["staff_id"] for one in content["pay"]}
    assert persons, "somebody is paid under some reading"
    cells = {
        name: {str(cell) for row in rows_of((simulated.folder / name).read_bytes()) for cell in row}
        for name in ("without-pay.xlsx", "totals.xlsx", "sensitivity.xlsx")
    }
    assert not any(PAY in cell for cell in cells["without-pay.xlsx"])
    totals = (simulated.folder / "totals.json").read_text("utf-8")
    assert '"pay"' in totals
    assert not any(f'"{one}"' in totals for one in persons)
    for username, sees in (("clerk", False), ("group_member", True), ("auditor", True)):
        client = cast.client(username)
        shown = page(client) + page(client, f"{PAGE}{simulated.pk}/decisions/hotline_formula/")
        assert ("绩效（元）" in shown) is sees, username
        assert not any(one in shown for one in persons), username


def test_simulated_facts_are_labelled_on_every_page_and_beside_every_decision(
    cast: Cast, simulated: Study
) -> None:
    client = cast.client("group_head")
    for path in ("", f"{simulated.pk}/", f"{simulated.pk}/decisions/hotline_formula/"):
        shown = page(client, PAGE + path)
        assert "不是任何人的真实成绩" in shown
        assert "与本镇同编号的居民区无关" in shown
    beside = page(client, f"/cycles/decisions/?cycle={cast.cycle.pk}")
    assert beside.count("模拟数据下：") == beside.count("看影响") == 14


def test_pages_cost_no_more_queries_the_more_areas_and_decisions_there_are(
    cast: Cast, simulated: Study
) -> None:
    client = cast.client("group_head")
    for path, most in (
        (PAGE, 16),
        (f"{PAGE}{simulated.pk}/decisions/hotline_formula/", 10),
        (f"/cycles/decisions/?cycle={cast.cycle.pk}", 16),
    ):
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, path)
        assert len(queries) <= most, [one["sql"][:90] for one in queries]


def test_every_page_cites_its_clause_and_leads_to_help_and_complaints(
    cast: Cast, simulated: Study
) -> None:
    client = cast.client("group_member")
    for path in ("", f"{simulated.pk}/decisions/hotline_formula/"):
        shown = page(client, PAGE + path)
        assert "依据条款：" in shown
        assert "021-00000000" in shown
        assert "投诉与建议" in shown
