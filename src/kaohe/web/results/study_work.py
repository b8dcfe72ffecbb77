"""Studying a cycle in the background: it takes longer than people wait for a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.jobs.working import Tell
from kaohe.web.results.models import Study
from kaohe.web.results.study_actions import make_study


def study_cycle(given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """Make the study that was asked for; the address of its page.

    Raises as ``make_study`` does, and where whoever asked has lost the post meanwhile.
    """
    if not by.may_write(Study):
        raise PermissionDenied(_("您现在的岗位不能提出影响分析。"))
    cycle = by.visible(Cycle.objects.select_related("scheme", "town")).get(pk=given["cycle"])
    return reverse("results:study", args=[make_study(cycle, by=by, at=at, tell=tell).pk])
