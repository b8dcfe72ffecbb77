"""Models of all apps: what may be left out, and migrations that follow them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from kaohe.web.cycles.models import Delivery
from tests.web.cast import Cast
from tests.web.rows import Scope, new_row

OURS = ("accounts", "audit", "registry", "cycles", "evidence", "results")


def optional_fields() -> Iterator[models.Field]:
    """Fields that may be NULL and that people or actions validate.

    Those that are not editable are left out: Django validates none of them (``Field.validate``).
    """
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                if field.null and field.editable:
                    yield field


@pytest.mark.parametrize("field", list(optional_fields()), ids=str)
def test_a_field_that_may_be_null_may_be_left_empty(field: models.Field) -> None:
    assert field.blank


def test_a_file_that_nobody_signed_yet_is_a_valid_row(cast: Cast) -> None:
    scope = Scope(
        cast.town,
        cast.cycle,
        cast.area("J01"),
        cast.department("社建办"),
        cast.source("hotline"),
        cast.user("provider"),
    )
    delivery = new_row(Delivery, scope)
    assert isinstance(delivery, Delivery)
    assert (delivery.applied_at, delivery.signed_at) == (None, None)
    delivery.full_clean()


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
