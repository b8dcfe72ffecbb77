"""Preparing a publication in the background: thirty letters take longer than a page may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.outputs.papers.letters import Terms
from kaohe.reports.typesetting import MissingGlyphs
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.jobs.working import Tell
from kaohe.web.publication.models import Publication
from kaohe.web.publication.publishing import prepare
from kaohe.web.ui.templatetags.ui import told


def prepare_publication(given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """Prepare what was asked for; the address of its page.

    Raises as ``prepare`` does, and where whoever asked has lost the post meanwhile.
    """
    if not by.may_write(Publication):
        raise PermissionDenied(_("您现在的岗位不能准备公布。"))
    cycle = by.visible(Cycle.objects.select_related("scheme", "town")).get(pk=given["cycle"])
    terms = Terms(
        day=date.fromisoformat(given["dated"]),
        objections_to=given["objections_to"],
        until=date.fromisoformat(given["until"]),
    )
    try:
        found = prepare(cycle, terms, reason=given["reason"], by=by, at=at, tell=tell)
    except MissingGlyphs as problem:
        raise ValidationError(told(problem.text)) from problem
    return reverse("publication:publication", args=[found.pk])
