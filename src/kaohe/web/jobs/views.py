"""How far a piece of work is, and the way to what came of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kaohe.web.accounts.requests import person_of_request
from kaohe.web.jobs.models import ENDED, Job


def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job; who asked for it is led on once it is done."""
    person = person_of_request(request)
    rows = Job.objects.select_related("user")
    found = get_object_or_404(person.visible(rows), pk=pk)
    if found.state == "done" and found.user_id == person.user.pk:
        return redirect(found.answer)
    return render(request, "jobs/job.html", {"job": found, "ended": found.state in ENDED})
