"""What the letter to each subject tells of its result: all that only the policy can know of it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from kaohe.scheme.nodes import Bindings, Node, Operand
from kaohe.scheme.references import NodeId
from kaohe.values.text import Frozen, Label


class Beside(Frozen):
    """A figure of this year, and what stands for it of the year before."""

    label: Label
    now: Operand
    before: Operand


class ToMend(Frozen):
    """How many points to mend are named.

    First ``counts`` that should be 0 and are not, then what reaches least of its maximum.
    """

    at_least: int = Field(ge=1)
    at_most: int = Field(ge=1)
    counts: Bindings = {}


class Remind(Frozen):
    """Whom the leading group may remind: who got one of ``results`` in so many ``years`` in a row.

    They are labels of the ``result`` that is published. Nobody is reminded but by decision.
    """

    results: tuple[str, ...] = Field(min_length=1)
    years: int = Field(ge=1)


class Feedback(Frozen):
    """What letters tell. No place, and nothing given by place but the ``result`` that is published.

    Each question's mean and answers, from ``at_least`` ballots on. ``points`` have a maximum and
    stand beside the mean of the class ``within`` which a subject is, if ``mean_of`` subjects of it
    have a figure. ``apart`` is added or taken off, ``progress`` told where it applies. ``strong``
    and ``weak`` are how many of the best, and of the weakest questions, are named.
    """

    label: Label
    at_least: int | None = Field(default=None, ge=1)
    result: NodeId | None = None
    points: tuple[NodeId, ...] = ()
    apart: tuple[NodeId, ...] = ()
    progress: tuple[NodeId, ...] = ()
    last_year: Mapping[str, Beside] = {}
    within: str | None = None
    mean_of: int | None = Field(default=None, ge=1)
    strong: int | None = Field(default=None, ge=1)
    weak: int | None = Field(default=None, ge=1)
    mend: ToMend | None = None
    remind: Remind | None = None

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """The nodes that a letter names by themselves."""
        result = () if self.result is None else (self.result,)
        return (*result, *self.points, *self.apart, *self.progress)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What it counts or looks up besides."""
        beside = (one for both in self.last_year.values() for one in (both.now, both.before))
        return (*beside, *(self.mend.counts.values() if self.mend else ()))


for _one in (Beside, ToMend, Feedback):
    # Operands name the kinds of node by a name that this module would not need otherwise.
    _one.model_rebuild(_types_namespace={"Node": Node})
