"""Models of all apps: what may be left out, and migrations that follow them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import models

from kaohe.web.cycles.models import Delivery
from kaohe.web.registry.models import Department
from tests.web.cast import Cast
from tests.web.rows import Scope, new_row

OURS = (
    "accounts",
    "audit",
    "registry",
    "cycles",
    "evidence",
    "hotline",
    "publication",
    "results",
    "surveys",
)


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


WRITTEN_BY_THE_PROGRAM = {
    "building_once_per_town",
    "case_once_per_version",
    "cycle_stage_known",
    "decided_or_dropped",
    "decision_once_per_cycle",
    "delivery_number_once",
    "draft_once_per_typist",
    "duty_link_once",
    "event_number_once_per_town",
    "facts_confirmed_once_per_run",
    "household_drawn_once",
    "household_once_per_meeting",
    "household_once_per_round",
    "household_once_per_town",
    "household_sampled_once",
    "keeper_once_per_round",
    "mapping_once_per_table",
    "meeting_state_known",
    "nobody_decides_an_objection_twice",
    "nobody_signs_twice",
    "nobody_votes_twice",
    "nobody_votes_twice_on_a_reminder",
    "objection_refused_with_a_reason",
    "one_block_signature_in_force",
    "one_draw_in_force_per_cycle",
    "one_household_per_place",
    "one_lead_per_block",
    "one_mark_per_cell",
    "one_open_reopening",
    "one_publication_prepared",
    "one_redraw_per_draw",
    "one_signature_in_force",
    "paid_once_per_publication",
    "publication_number_once",
    "published_once_per_version",
    "pushed_case_once_per_source",
    "receipt_once_per_round",
    "reminded_once_a_year",
    "reminder_decided_or_dropped",
    "review_once_per_person",
    "robustness_once_per_run",
    "round_state_known",
    "run_number_once",
    "sample_once_per_meeting",
    "settled_by_a_run",
    "settled_by_another_run",
    "step_once_per_cycle",
    "study_number_once",
    "study_of_a_run_or_simulated",
    "subject_once_per_run",
    "two_heads_sign_redraw",
    "two_heads_sign_void",
    "vendor_check_once",
}
"""Constraints on what no form fills in: the program keeps them, or a rule has spoken before."""


def test_whatever_people_can_run_into_is_told_in_words() -> None:
    wordless = {
        constraint.name
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
    }
    assert wordless == WRITTEN_BY_THE_PROGRAM


def test_a_constraint_speaks_where_no_form_did(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        Department(town=cast.town, code="社建办", name="又一个").full_clean()
    assert refused.value.messages == ["已有这个科室，请在列表中修改。"]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
