"""What residents see: the form, what came of sending it, the receipts that were counted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from kaohe.web import clock
from kaohe.web.surveys import boxes, codes
from kaohe.web.surveys.models import Receipt, Round
from kaohe.web.surveys.resident_fields import answers_in, given_in, took_in, was_helped
from kaohe.web.surveys.resident_presenters import (
    Shown,
    shown_questions,
    standing_of,
    told_outcome,
    void_told,
)
from kaohe.web.surveys.rounds import asking_of
from kaohe.web.surveys.sealing import Contents, seal

KEPT = 64
"""So many rendered forms are kept: a round's in both languages."""


def _page(template: str, shown: Mapping[str, object], status: int = 200) -> HttpResponse:
    english = get_language() == "en"
    body = render_to_string(f"surveys/{template}", {"english": english, **shown})
    page = HttpResponse(body, status=status)
    page["Cache-Control"] = "private, max-age=0"
    return page


def no_such_page(request: HttpRequest) -> HttpResponse:
    """No round has this address."""
    return _page("resident_message.html", {"told": told_outcome("no_round", None)}, 404)


def not_now(request: HttpRequest) -> HttpResponse:
    """The database does not answer. A script shows what is told in place: no tick is lost."""
    shown = {"told": told_outcome("not_now", None), "passes": True}
    return _page("resident_message.html", shown, 503)


def _round_of(tag: str) -> Round:
    held = Round.objects.select_related("town", "cycle").filter(tag=tag.upper()).first()
    if held is None:
        raise Http404
    return held


def open_rounds(request: HttpRequest) -> HttpResponse:
    """The rounds that are open now, for whoever typed only the beginning of the address."""
    today = clock.today()
    rounds = Round.objects.filter(
        state="open", manner="codes", opens_on__lte=today, closes_on__gte=today
    ).select_related("town", "cycle")
    return _page("resident_rounds.html", {"rounds": list(rounds)})


@sensitive_post_parameters()
def answer_form(request: HttpRequest, tag: str) -> HttpResponse:
    """The form; once sent, what came of it."""
    held = _round_of(tag)
    standing = standing_of(held, clock.today())
    if standing:
        return _page(
            "resident_message.html",
            {"round": held, "told": told_outcome(standing, held)},
            403 if request.method == "POST" else 200,
        )
    shared = held.manner == "meeting" and request.GET.get("room") == "1"
    if request.method == "POST":
        page = _take(held, request.POST, shared)
    else:
        page = HttpResponse(_empty_form(held.tag, held.version, str(get_language()), shared))
        page["Cache-Control"] = "private, max-age=0"
    if shared:
        page["Cache-Control"] = "no-store"  # nor does "back" show what somebody ticked
    return page


@lru_cache(maxsize=KEPT)
def _empty_form(tag: str, version: int, language: str, shared: bool) -> bytes:
    """The form that nobody has filled in yet: the same for everybody until the round changes."""
    rows = Round.objects.select_related("town", "cycle")
    return _form(rows.get(tag=tag), {}, shared).content


def _form(
    held: Round, sent: Mapping[str, str], shared: bool = False, problem: str = ""
) -> HttpResponse:
    """``shared``: on a tablet that goes from hand to hand at a meeting."""
    asking = asking_of(held)
    shown: dict[str, object] = {
        "round": held,
        "shared": shared,
        "questions": shown_questions(asking, given_in(asking.asked, sent)),
        "code": sent.get("code", ""),
        "helped": was_helped(sent),
        "problem": problem,
    }
    return _page("resident_form.html", shown, 422 if problem else 200)


def _take(held: Round, sent: Mapping[str, str], shared: bool) -> HttpResponse:
    asking = asking_of(held)
    code = codes.read(sent.get("code", ""))
    if not codes.is_code(code):
        return _form(
            held,
            sent,
            shared,
            _("答题码不对。请在本页上方对照纸条再输一遍，共 12 位字母和数字。"),
        )
    answers = answers_in(asking.asked, sent)
    if not answers:
        return _form(held, sent, shared, _("您还没有回答任何问题。请至少回答一题再提交。"))

    def sealed(area: str, sample: str) -> bytes:
        told = Contents(area, sample, answers, took_in(sent), was_helped(sent))
        return seal(told, asking.length, held.public_keys)

    try:
        outcome = boxes.cast(
            boxes.box_of(held.tag),
            codes.digest_of(held.tag, code),
            clock.today().isoformat(),
            sealed,
            bounded=held.manner == "meeting",
        )
    except OperationalError:
        return _form(
            held,
            sent,
            shared,
            _("系统正忙，答卷还没有交上。您的选择都在，请过一会儿再点“提交”。"),
        )
    return _told(held, sent, shared, outcome)


def _told(
    held: Round, sent: Mapping[str, str], shared: bool, outcome: boxes.Outcome
) -> HttpResponse:
    if outcome.word == "unknown":
        return _form(
            held,
            sent,
            shared,
            _("没有找到这个答题码。请核对纸条；如果重新领过答题码，请用最后领的那一个。"),
        )
    if outcome.word == "taken":
        receipt = codes.shown(outcome.receipt)
        shown = {"round": held, "receipt": receipt, "shared": shared}
        return _page("resident_receipt.html", shown)
    told: Shown = told_outcome(outcome.word, held)
    return _page("resident_message.html", {"round": held, "told": told, "shared": shared}, 409)


def receipts(request: HttpRequest, tag: str) -> HttpResponse:
    """Whether a receipt is on the list of counted ballots."""
    held = _round_of(tag)
    typed = codes.read(request.POST.get("receipt", ""))
    found: bool | None = None
    if typed:
        found = Receipt.objects.filter(round=held, code=typed).exists()
    shown = {
        "round": held,
        "typed": codes.shown(typed),
        "found": found,
        "counted": held.counted_at is not None,
        "void": void_told(held),
    }
    return _page("resident_receipts.html", shown)


def receipts_file(request: HttpRequest, tag: str) -> HttpResponse:
    """The list itself: whoever likes looks for the receipt on his own, or counts."""
    held = _round_of(tag)
    if held.counted_at is None:
        raise Http404
    listed = Receipt.objects.filter(round=held).order_by("code").values_list("code", flat=True)
    text = "".join(f"{code}\n" for code in listed)
    page = HttpResponse(text, content_type="text/plain; charset=utf-8")
    page["Content-Disposition"] = f'attachment; filename="receipts-{held.tag}.txt"'
    return page
