"""What everybody may read of a year's residents' judgement: no login, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from kaohe.scheme.asking import asked_of
from kaohe.web.accounts.access import STAGES
from kaohe.web.audit.models import Chain
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.results.participation_presenters import thresholds_shown
from kaohe.web.results.public_presenters import asked_told, reached_by_area, weights_of
from kaohe.web.surveys.models import Round
from kaohe.web.surveys.resident_presenters import shown_questions, void_told
from kaohe.web.surveys.rounds import Asking, questionnaire_of

_LINKS: list[Callable[[Cycle], Iterable[tuple[str, str]]]] = []


def add_public_links(find: Callable[[Cycle], Iterable[tuple[str, str]]]) -> None:
    """Let a function name what else everybody may read of a year: words and address."""
    _LINKS.append(find)


def year(request: HttpRequest, town: str, year: int) -> HttpResponse:
    """Method, rounds, what was reached, receipts, who sees what, how to complain."""
    cycle = _public_cycle(town, year)
    scheme = scheme_of(cycle)
    chain = Chain.objects.filter(town=town).first()
    shown = {
        "cycle": cycle,
        "asked": asked_told(scheme),
        "weights": weights_of(scheme),
        "thresholds": thresholds_shown(scheme),
        "lines": reached_by_area(cycle, chain.head if chain else ""),
        "rounds": [
            (held, void_told(held))
            for held in Round.objects.filter(cycle=cycle, trial=False).exclude(state="prepared")
        ],
        "over": cycle.reached("scoring"),
        "links": [link for find in _LINKS for link in find(cycle)],
    }
    return public_page("results/public_year.html", shown)


def questionnaire(request: HttpRequest, town: str, year: int) -> HttpResponse:
    """The questionnaire, to be read before or after a round."""
    cycle = _public_cycle(town, year)
    found = questionnaire_of(cycle)
    if found is None:
        raise Http404
    asking = Asking(found.title, asked_of(found), 0)
    shown = {"cycle": cycle, "title": found.title, "questions": shown_questions(asking, {})}
    return public_page("results/public_questionnaire.html", shown)


def _public_cycle(town: str, year: int) -> Cycle:
    """A year whose rules are adopted; before that there is nothing to tell."""
    found = (
        Cycle.objects.select_related("town", "scheme")
        .filter(town__code=town, year=year, stage__in=STAGES[STAGES.index("adopted") :])
        .first()
    )
    if found is None or scheme_of(found).questionnaire is None:
        raise Http404
    return found


def public_page(template: str, shown: dict[str, object]) -> HttpResponse:
    """A page for everybody, kept for a minute."""
    english = get_language() == "en"
    frame = {"english": english, "help_line": settings.ENVIRONMENT.help_line}
    page = HttpResponse(render_to_string(template, {**frame, **shown}))
    page["Cache-Control"] = "public, max-age=60"
    return page
