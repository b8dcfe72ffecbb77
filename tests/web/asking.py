"""What the shipped questionnaire asks, for tests that need no database."""

from __future__ import annotations

from kaohe.scheme.asking import Asked, asked_of
from kaohe.web.cycles.schemes import read_scheme
from tests.web.cast import SCHEME


def _asked() -> tuple[Asked, ...]:
    scheme, _ = read_scheme(SCHEME.read_text(encoding="utf-8"), only_errors=True)
    assert scheme is not None
    questionnaire = scheme.under({}).questionnaire
    assert questionnaire is not None
    return asked_of(questionnaire)


ASKED = _asked()
