"""Work is put into the queue by ``enqueue`` and done by ``run`` in the worker's process.

Only keys travel through the queue. A worker that dies in the middle gets the same work again, so
every work must come to the same end when it is done twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from kaohe.web import clock
from kaohe.web.accounts.people import Person, person_of
from kaohe.web.audit.actions import Stale
from kaohe.web.jobs.models import ENDED, Job

HERE = "kaohe.web."
"""Works are functions below this package."""
BETWEEN = 1.0
"""Seconds between two notes of how far a work is."""

Tell = Callable[[float], None]
"""Told how much of the whole is done, 0 to 1."""
Work = Callable[[Mapping[str, Any], Person, datetime, Tell], str]
"""Does what was asked with what was given; returns the address of what came of it."""

logger = logging.getLogger(__name__)


@transaction.atomic
def enqueue(
    work: Work,
    *,
    title: str,
    given: Mapping[str, Any],
    by: Person,
    at: datetime,
    submission: UUID | None = None,
) -> Job:
    """Have a work done as soon as a worker is free; the same form sent twice is one job."""
    sent = asked_before(by, submission) if submission is not None else None
    if sent is not None:
        return sent
    if Job.objects.filter(submission=submission).exists():
        submission = None  # somebody else's key
    job = Job.objects.create(
        user=by.user,
        submission=submission,
        town_id=by.user.town_id,
        work=f"{work.__module__}.{work.__qualname__}".removeprefix(HERE),
        language=translation.get_language(),
        title=title,
        given=dict(given),
        asked_at=at,
    )
    transaction.on_commit(lambda: async_task("kaohe.web.jobs.working.run", job.pk))
    return job


def asked_before(by: Person, submission: UUID) -> Job | None:
    """The job that this form of theirs has led to already."""
    return Job.objects.filter(user=by.user, submission=submission).first()


def run(pk: int) -> None:
    """Do one job and keep what came of it. Work that was done already is not done again."""
    job = Job.objects.select_related("user__town").get(pk=pk)
    if job.state in ENDED:
        return
    _note(job, state="running")
    with translation.override(job.language):
        _do(job)


def _do(job: Job) -> None:
    work: Work = import_string(HERE + job.work)
    try:
        answer = work(job.given, person_of(job.user, clock.today()), clock.now(), _teller(job))
    except PermissionDenied as problem:
        _note(job, state="refused", told=str(problem))
    except ValidationError as problem:
        _note(job, state="refused", told=" ".join(problem.messages))
    except Stale:
        _note(job, state="refused", told=_("其间别人已办理过，没有执行。请看过现在的情况再办理。"))
    except Exception:
        logger.exception("job %s broke", job.pk)
        _note(job, state="broken", told=_("程序出错，什么也没有改变。请把编号告诉系统管理员。"))
    else:
        _note(job, state="done", share=100, answer=answer)


def _note(job: Job, **changed: Any) -> None:
    Job.objects.filter(pk=job.pk).update(**changed, heard_at=clock.now())


def _teller(job: Job) -> Tell:
    """Notes how far the work is, not more often than anybody looks."""
    last = time.monotonic()

    def tell(share: float) -> None:
        nonlocal last
        if time.monotonic() - last >= BETWEEN:
            last = time.monotonic()
            _note(job, share=min(99, int(share * 100)))

    return tell
