"""What a letter tells, as plain data: figures as they are printed, words as the scheme has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WITHIN = str.maketrans("“”", "‘’")


def quoted(text: str) -> str:
    """A text in quotation marks, those within it of the other kind.

    >>> quoted("您对“三驾马车”是否满意？")
    '“您对‘三驾马车’是否满意？”'
    """
    return f"“{text.translate(WITHIN)}”"


@dataclass(frozen=True)
class Figure:
    """A figure of one's own and what it could be at most; ``mean`` is that of the class.

    Empty is what is not told: ``withheld`` for few ballots, or absent. ``share`` is the part of the
    maximum that is reached, ``answers`` how many answers a question has, ``made_of`` the sentence
    that says what a figure without a maximum comes from, without its end.
    """

    label: str
    value: str
    full: str
    mean: str = ""
    share: Fraction | None = None
    below_mean: bool | None = None
    answers: int | None = None
    withheld: bool = False
    made_of: str = ""

    @property
    def told(self) -> str:
        """The figure with its maximum, and the mean of the class where that is told."""
        mean = f"，同类平均 {self.mean}" if self.mean else ""
        label = self.label if self.answers is None else quoted(self.label)
        return f"{label}：{self.value}（满分 {self.full}{mean}）"


@dataclass(frozen=True)
class SurveyTold:
    """A survey, how many ballots it rests on, and how far it may be off (95%) for who was asked.

    The margin is that of a sample drawn ``at_random``; else of ballots as if they had been.
    """

    label: str
    value: str
    ballots: int
    margin: str
    at_random: bool
    withheld: bool


@dataclass(frozen=True)
class YearBefore:
    """A figure beside that of the year before; empty where there is none."""

    label: str
    before: str
    now: str
    change: str


@dataclass(frozen=True)
class CheckTold:
    """What is demanded and was not met, accepted as it is or not; a limit was exceeded."""

    label: str
    clause: str
    required: str
    actual: str
    waived: bool
    bars: bool
    is_warning: bool
    is_limit: bool


@dataclass(frozen=True)
class Letter:
    """All that a letter tells of one subject.

    ``result`` is the label in force, ``status`` that of ``pipeline``, ``peers`` the class;
    ``to_mend`` are sentences without an end.
    """

    id: str
    name: str
    result_name: str
    result: str
    status: str
    final: bool
    peers: str
    points: Sequence[Figure]
    questions: Sequence[Figure]
    surveys: Sequence[SurveyTold]
    apart: Sequence[Figure]
    progress: Sequence[Figure]
    last_year: Sequence[YearBefore]
    checks: Sequence[CheckTold]
    strong: Sequence[Figure]
    weak: Sequence[Figure]
    to_mend: Sequence[str]
