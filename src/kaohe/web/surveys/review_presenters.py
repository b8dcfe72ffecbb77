"""Flagged ballots as a reviewer chooses among them: by whom they wait for and by their flags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from kaohe.web.surveys import review_rules as rules
from kaohe.web.surveys.models import Ballot, Review
from kaohe.web.surveys.quality import FLAGS
from kaohe.web.surveys.reviewing import Flagged
from kaohe.web.surveys.rounds import asking_of
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class Choice:
    """One way to narrow down what is shown, and how many ballots it leaves."""

    code: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Filtered:
    """The ballots of a state and, unless ``flag`` is empty, with a flag."""

    state: str
    flag: str
    every: Sequence[Flagged]

    @property
    def keys(self) -> list[UUID]:
        """The keys of what is shown, in its order."""
        return [one.key for one in self.every if one.state == self.state and self._has(one)]

    @property
    def states(self) -> list[Choice]:
        """The states, each with how many have the chosen flag."""
        counts = Counter(one.state for one in self.every if self._has(one))
        return [
            Choice(code, str(name), counts[code], code == self.state)
            for code, name in rules.STATES.items()
        ]

    @property
    def flags(self) -> list[Choice]:
        """All flags together, then each, with how many are in the chosen state."""
        here = [one for one in self.every if one.state == self.state]
        counts = Counter(flag for one in here for flag in one.flags)
        whole = Choice("", _("全部提示"), len(here), not self.flag)
        return [
            whole,
            *(
                Choice(code, told(name), counts[code], code == self.flag)
                for code, name in FLAGS.items()
            ),
        ]

    def beside(self, key: UUID) -> tuple[int, UUID | None, UUID | None]:
        """The place of a ballot among those shown, counted from 1, and the one before and after."""
        keys = self.keys
        at = keys.index(key)
        return at + 1, keys[at - 1] if at else None, keys[at + 1] if at + 1 < len(keys) else None

    def _has(self, one: Flagged) -> bool:
        return not self.flag or self.flag in one.flags


def answers_shown(ballot: Ballot) -> list[tuple[str, str]]:
    """Every question with what was ticked, an empty text where nothing was."""
    found = []
    for one in asking_of(ballot.round).asked:
        labels = {choice.code: told(choice.label) for choice in one.choices}
        found.append((told(one.label), labels.get(ballot.answers.get(one.name, ""), "")))
    return found


def opinions_shown(ballot: Ballot, state: str, username: str) -> list[Review]:
    """What has been said of a ballot: all of it once it is decided, before that only one's own."""
    given = list(ballot.reviews.select_related("user"))
    return [one for one in given if state == rules.DECIDED or one.user.username == username]
