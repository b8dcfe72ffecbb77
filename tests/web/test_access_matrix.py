"""The access matrix, cell by cell: by query, by page, by row, by workbook; and no model without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from kaohe.web.accounts.access import STAGES, TABLE, rights_of
from kaohe.web.accounts.models import Town, User
from kaohe.web.accounts.roles import ROLES
from kaohe.web.cycles.models import Cycle
from kaohe.web.records.declaring import Records
from kaohe.web.records.urls import DECLARED
from kaohe.web.registry.models import Area, Department, Source
from tests.web.cast import Cast
from tests.web.rows import Scope, new_row
from tests.web.workbooks import rows_of

CAST = {role: role for role in ROLES}
"""The person of the cast who plays each role; each has exactly that one."""
OURS = (
    "accounts",
    "audit",
    "registry",
    "cycles",
    "evidence",
    "hotline",
    "jobs",
    "publication",
    "results",
    "surveys",
)
SHOWN = [label for label in TABLE if label.split(".")[0] in OURS and rights_of(label)]
NOT_MADE = {
    *("accounts.Town", "accounts.User", "cycles.Cycle", "registry.Area", "registry.Source"),
}
"""Rows of these are the towns and their people themselves; pages of theirs are tested elsewhere."""


@cache
def known(model: type[models.Model], **which: Any) -> Any:
    """A row of the towns, looked up once: no test here changes what it gets."""
    return model._default_manager.get(**which)


def scopes(username: str, before: Cycle) -> dict[str, Scope]:
    """Rows of one's own, rows of others in the same town, rows of another town.

    Those of others lie in the year before, since of some things there is one in a year only.
    """

    def scope(town: str, area: str, department: str, source: str, user: str) -> Scope:
        return Scope(
            known(Town, code=town),
            known(Cycle, town__code=town, year=2024),
            known(Area, town__code=town, area_id=area),
            known(Department, town__code=town, code=department),
            known(Source, town__code=town, code=source),
            known(User, username=user),
        )

    sources = {"survey_manager": "survey", "interviewer": "survey"}
    mine = sources.get(username, "hotline")
    return {
        "own": scope("gaojing", "J01", "社建办", mine, username),
        "other": replace(scope("gaojing", "J02", "城建中心", "cloud", "max"), cycle=before),
        "elsewhere": scope("elsewhere", "J01", "社建办", mine, "stranger"),
    }


def year_before(cycle: Cycle) -> Cycle:
    """The same cycle a year earlier, made now."""
    cycle.pk, cycle.year = None, cycle.year - 1
    cycle.save(force_insert=True)
    return cycle


def expected(label: str, role: str, stage: str) -> set[str]:
    """Whose rows the table lets a role see."""
    right = rights_of(label).get(role)
    if right is None or stage not in right.stages:
        return set()
    return {"own", "other"} if right.all_rows else {"own"}


def every_model() -> Iterator[type[models.Model]]:
    for config in apps.get_app_configs():
        yield from config.get_models()


def test_every_model_has_a_row_and_every_row_a_model() -> None:
    labels = {model._meta.label for model in every_model()}
    assert labels == TABLE.keys()


def test_every_row_of_ours_belongs_to_a_town() -> None:
    for model in every_model():
        if model._meta.app_label in OURS and model._meta.label != "accounts.Town":
            assert "town" in {one.name for one in model._meta.get_fields()}, model


def declared() -> list[Records]:
    """Every declaration; they are known once addresses have been read."""
    get_resolver().url_patterns  # noqa: B018
    return DECLARED


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is as if it had not been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("label", [one for one in SHOWN if one not in NOT_MADE])
def test_a_query_gives_each_role_just_the_rows_of_its_cell(cast: Cast, label: str) -> None:
    model = apps.get_model(label)
    stages = {right.stage for right in rights_of(label).values()} - {None}
    before = year_before(cast.cycle)
    for role, username in CAST.items():
        with undone():
            made = {one: new_row(model, scope) for one, scope in scopes(username, before).items()}
            person = cast.person(username)
            for stage in ("collecting", *stages):
                Cycle.objects.update(stage=stage)
                rows = person.visible(model._default_manager.all())
                seen = set(rows.values_list("pk", flat=True))
                found = {whose for whose, row in made.items() if row.pk in seen}
                assert found == expected(label, role, stage), (role, stage)


@pytest.mark.either_database
@pytest.mark.parametrize("records", declared(), ids=lambda one: one.listed)
def test_pages_and_workbooks_show_each_role_just_the_rows_of_its_cell(
    cast: Cast, records: Records
) -> None:
    if records.model._meta.label not in NOT_MADE:
        before = year_before(cast.cycle)
        for username in CAST.values():
            with undone():
                check_pages(cast, records, username, before)


def check_pages(cast: Cast, records: Records, username: str, before: Cycle) -> None:
    """List, workbook and rows of one declaration as one person finds them."""
    label = records.model._meta.label
    wanted, may_read = expected(label, username, "collecting"), username in rights_of(label)
    made = {one: new_row(records.model, scope) for one, scope in scopes(username, before).items()}
    client = cast.client(username)
    page = client.get(reverse(records.listed))
    sheet = client.get(reverse(f"{records.listed}_workbook"))
    assert page.status_code == sheet.status_code == (200 if may_read else 404), username
    for whose, row in made.items():
        if not may_read and whose != "own":
            continue  # nothing is found either way; one row shows it
        address = reverse(records.detail or f"{records.listed}_row", args=[row.pk])
        shown = client.get(address)
        assert shown.status_code == (200 if whose in wanted else 404), (username, whose)
        if may_read:
            linked = f'href="{address}"' in page.content.decode()
            assert linked == (whose in wanted), (username, whose)
    if may_read:
        visible = records.found(cast.person(username)).count()
        assert len(rows_of(sheet.content)) == 2 + visible, username


def test_max_without_a_post_sees_nothing_but_their_own_account(cast: Cast) -> None:
    client = cast.client("max")
    for records in DECLARED:
        assert client.get(reverse(records.listed)).status_code == 404, records.listed
    for label in SHOWN:
        model = apps.get_model(label)
        assert not cast.person("max").visible(model._default_manager.all()).exists(), label
    assert "没有岗位" in client.get("/").content.decode()
    assert client.get("/accounts/me").status_code == 200


def test_the_page_prints_the_table_that_is_in_force(cast: Cast) -> None:
    page = cast.client("auditor").get("/accounts/access").content.decode()
    for role in ROLES.values():
        assert str(role.name) in page
    assert page.count('<th scope="row">') == sum(1 for label in TABLE if rights_of(label))


def test_the_page_begins_with_what_ones_own_post_reaches(cast: Cast) -> None:
    page = cast.client("worker").get("/accounts/access").content.decode()
    own, _heading, table = page.partition("全部岗位")
    assert "我的岗位能看到什么：居民区社工" in own
    assert "本岗位范围</dt><dd>居民区</dd>" in own
    assert "人员账号" not in own
    assert "人员账号" in table
    before_login = Client().get("/accounts/access").content.decode()
    assert "我的岗位" not in before_login


def test_stages_of_the_table_are_those_of_cycles() -> None:
    for label in TABLE:
        for right in rights_of(label).values():
            assert right.stage is None or right.stage in STAGES
