"""Every word of the language has words for people."""

from __future__ import annotations

from kaohe.scheme.comparing.choice_words import choice
from kaohe.scheme.comparing.field_words import FIELDS
from tests.spec.parameters import models_of_the_language, own_fields
from tests.spec.test_coverage import choices_of


def test_every_field_has_a_phrase_and_every_phrase_a_field() -> None:
    own = {
        f"{name}.{field}" if f"{name}.{field}" in FIELDS else field
        for name, part in models_of_the_language().items()
        for field in own_fields(part)
    }
    assert own == set(FIELDS)
    said = [FIELDS.get(name.partition(".")[2]) == words for name, words in FIELDS.items()]
    assert not any(said), "a field of its own needs words of its own"


def test_every_fixed_value_has_words() -> None:
    silent = [
        (name, field, value)
        for name, part in models_of_the_language().items()
        for field, declared in part.model_fields.items()
        for value in choices_of(declared.annotation)
        if choice(part, field, value) is None
    ]
    assert silent == []
