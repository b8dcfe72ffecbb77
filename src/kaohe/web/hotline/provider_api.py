"""The HTTP interface for providers' programs. ``manuals/providers.en.md`` tells how it is used.

A key opens the inbox of its source and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation

from kaohe.values.text import Text
from kaohe.web import clock
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline import inbox
from kaohe.web.hotline.inbox_cells import Refused
from kaohe.web.hotline.inbox_files import deliver as deliver_part
from kaohe.web.hotline.models import ProviderKey
from kaohe.web.hotline.provider_answers import (
    case_told,
    delivered_told,
    outcome_told,
    parts_told,
    problem_told,
)
from kaohe.web.hotline.provider_keys import key_of, note_use
from kaohe.web.ui.manuals import manual_page

MOST_REQUESTS = 300
"""So many requests with one key a process of the server answers …"""
WINDOW = 60
"""… in so many seconds."""

OK, MIXED, UNKNOWN_KEY, NOTHING, WRONG_METHOD, NOT_NOW, TOO_LONG, WRONG, TOO_MANY = (
    *(200, 207, 401, 404, 405, 409, 413, 422, 429),
)
Answer = Callable[[HttpRequest, ProviderKey, Cycle], HttpResponse]
View = Callable[[HttpRequest, int], HttpResponse]


class _Wrong(Exception):
    """A request that is not answered as it is."""

    def __init__(self, status: int, code: str, zh: str, en: str, **headers: str) -> None:
        super().__init__(en)
        self.answer = _refused(status, Refused(code, Text(zh=zh, en=en)))
        for name, value in headers.items():
            self.answer.headers[name.replace("_", "-")] = value


def _refused(status: int, problem: Refused) -> JsonResponse:
    return JsonResponse({"error": problem_told(problem)}, status=status)


def too_long(most: int) -> HttpResponse:
    """The body is longer than is read."""
    zh, en = f"请求不得超过 {most} 字节，请分几次推送", f"at most {most} bytes in a request"
    return _Wrong(TOO_LONG, "too_long", zh, en).answer


def no_such_address() -> HttpResponse:
    """Nothing stands there."""
    return _Wrong(NOTHING, "no_such_address", "没有这个地址", "no such address").answer


def _other_than(*methods: str) -> _Wrong:
    """The request comes by another method than these."""
    told = ", ".join(methods)
    return _Wrong(WRONG_METHOD, "wrong_method", told, told, Allow=told)


def manual(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """How all this is used, for whoever opens the address: no key, and the same for every year."""
    if request.method not in ("GET", "HEAD"):
        return _other_than("GET", "HEAD").answer
    return manual_page(request, Path(__file__).parent, "providers")


def _for_programs(*methods: str) -> Callable[[Answer], View]:
    """A view of a year's inbox for whoever shows a key, by some methods only."""

    def made(answer: Answer) -> View:
        @wraps(answer)
        def view(request: HttpRequest, year: int) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise _other_than(*methods)
                key = _shown_key(request)
                return answer(request, key, _cycle_of(key, year))
            except _Wrong as wrong:
                return wrong.answer
            except Refused as problem:
                return _refused(WRONG, problem)

        return view

    return made


def _shown_key(request: HttpRequest) -> ProviderKey:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    key = key_of(shown.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        zh, en = "密钥缺失、有误或已收回", "the key is missing, wrong or revoked"
        raise _Wrong(UNKNOWN_KEY, "unknown_key", zh, en, WWW_Authenticate="Bearer")
    counted = f"provider-{key.tag}"
    cache.add(counted, 0, WINDOW)
    try:
        asked = cache.incr(counted)
    except ValueError:  # the time was over in between
        asked = 1
    if asked > MOST_REQUESTS:
        zh, en = f"请求太多，请隔 {WINDOW} 秒再来", f"too many requests; wait {WINDOW} seconds"
        raise _Wrong(TOO_MANY, "too_many_requests", zh, en, Retry_After=str(WINDOW))
    note_use(key, clock.today())
    return key


def _cycle_of(key: ProviderKey, year: int) -> Cycle:
    cycles = Cycle.objects.filter(town=key.town_id, year=year, comprehensive=True)
    cycle = cycles.select_related("scheme", "town").first()
    if cycle is None:
        raise _Wrong(NOTHING, "no_such_year", "没有这个考核年度", "there is no such year")
    return cycle


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise _Wrong(WRONG, "wrong_body", "请求应为 JSON 对象", "the body is a JSON object")
    return told


def _now(act: Callable[[], Any]) -> Any:
    """What an act gives, or the reason why not now, in both languages."""
    try:
        return act()
    except PermissionDenied as refused:
        zh = str(refused)
    try:
        with translation.override("en"):
            return act()
    except PermissionDenied as refused:
        raise _Wrong(NOT_NOW, "not_now", zh, str(refused)) from None


@_for_programs("GET", "POST")
def cases(request: HttpRequest, key: ProviderKey, cycle: Cycle) -> HttpResponse:
    """Push cases, or ask how some stand."""
    if request.method == "GET":
        return _told_cases(request, key, cycle)
    body = _body(request)
    part, told = inbox.part_of(body.get("part", "")), body.get("cases")
    if not isinstance(told, list) or not 0 < len(told) <= inbox.MOST_CASES:
        zh, en = f"cases 应为 1 到 {inbox.MOST_CASES} 个办件", f"1 to {inbox.MOST_CASES} cases"
        raise Refused("wrong_cases", Text(zh=zh, en=en), "cases")
    found = _now(lambda: inbox.push(cycle, key.source, part, told, at=clock.now()))
    status = MIXED if any(one.problem is not None for one in found) else OK
    return JsonResponse({"cases": [outcome_told(one) for one in found]}, status=status)


def _told_cases(request: HttpRequest, key: ProviderKey, cycle: Cycle) -> HttpResponse:
    ids = [one.strip() for one in request.GET.getlist("id")]
    if not 0 < len(ids) <= inbox.MOST_CASES:
        zh, en = f"id 应有 1 到 {inbox.MOST_CASES} 个", f"1 to {inbox.MOST_CASES} times id"
        raise Refused("wrong_cases", Text(zh=zh, en=en), "id")
    found = inbox.cases_of(cycle, key.source, ids)
    return JsonResponse({"cases": [case_told(one, found.get(one)) for one in dict.fromkeys(ids)]})


@_for_programs("GET")
def parts(request: HttpRequest, key: ProviderKey, cycle: Cycle) -> HttpResponse:
    """How the inbox stands, part by part."""
    lines = inbox.parts_of(cycle, [key.source])
    return JsonResponse({"year": cycle.year, "parts": parts_told(lines)})


@_for_programs("POST")
def deliver(request: HttpRequest, key: ProviderKey, cycle: Cycle) -> HttpResponse:
    """Make a version of a part of what the inbox holds of it."""
    part = inbox.part_of(_body(request).get("part", ""))
    if not inbox.inbox_of(cycle, key.source, part).exists():
        raise _Wrong(NOTHING, "nothing_of_part", "这一批次还没有办件", "no case of this part yet")
    found = _now(lambda: deliver_part(cycle, key.source, part, at=clock.now()))
    status = WRONG if found.delivery.state == "faulty" else OK
    return JsonResponse(delivered_told(found), status=status)
