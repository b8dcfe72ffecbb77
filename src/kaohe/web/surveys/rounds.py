"""Rounds and the scheme: which samples they take, what they ask, where their box is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kaohe.scheme.asking import Asked, asked_of
from kaohe.scheme.model import Questionnaire, Sample
from kaohe.values.text import Text
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.surveys.boxes import Term
from kaohe.web.surveys.models import Keeper, Round
from kaohe.web.surveys.sealing import length_for


@dataclass(frozen=True)
class Asking:
    """What a round asks, and how long each of its ballots is before it is sealed."""

    title: Text
    asked: tuple[Asked, ...]
    length: int


def questionnaire_of(cycle: Cycle) -> Questionnaire | None:
    """The questionnaire of the cycle's scheme."""
    return scheme_of(cycle).questionnaire


def samples_of(cycle: Cycle) -> dict[str, Sample]:
    """The samples that a round can take, by their names: those told by plain values of a row."""
    questionnaire = questionnaire_of(cycle)
    return {
        name: sample
        for name, sample in (questionnaire.samples if questionnaire else {}).items()
        if all(isinstance(value, str | int | Decimal) for value in sample.where.values())
    }


def asking_of(held: Round) -> Asking:
    """What a round asks. It does not change once the round has begun, so that it is kept; before
    that the year may still go back to another scheme."""
    return _read(held) if held.state == "prepared" else _kept(held.pk)


@lru_cache(maxsize=32)
def _kept(round_pk: int) -> Asking:
    return _read(Round.objects.select_related("cycle__scheme").get(pk=round_pk))


def _read(held: Round) -> Asking:
    questionnaire = questionnaire_of(held.cycle)
    assert questionnaire is not None, "a round is only set up for a scheme with a questionnaire"
    asked = asked_of(questionnaire)
    return Asking(questionnaire.title, asked, length_for(asked))


def term_of(held: Round) -> Term:
    """What the round's box has to say about whether it takes ballots."""
    word = "closed" if held.state in ("counted", "void") else held.state
    return Term(word, held.opens_on.isoformat(), held.closes_on.isoformat())


def taken_samples(cycle: Cycle, but: int = 0) -> dict[str, str]:
    """By which round of the cycle, ``but`` this one, void ones and trials, each sample is taken."""
    rounds = Round.objects.filter(cycle=cycle, trial=False).exclude(state="void").exclude(pk=but)
    return {sample: held.title for held in rounds for sample in held.samples}


def next_to_bring(keepers: Iterable[Keeper]) -> Keeper | None:
    """Who brings a key back next: in the order in which keys were taken, the outer seal first."""
    return next((one for one in keepers if one.brought_at is None), None)
