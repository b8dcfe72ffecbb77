"""What a study stands on: the snapshot of a run, or a simulated town of as many areas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kaohe.facts import Facts, read_facts
from kaohe.facts.generating import GeneratingError, TownHints, generate
from kaohe.pipeline import Progress
from kaohe.readings import Simulated
from kaohe.towns import HINTS, hints_beside, hints_in_year_of, shipped_hints
from kaohe.values.tables import Table
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_file, scheme_of
from kaohe.web.registry.models import Area
from kaohe.web.results.models import Run, Study
from kaohe.web.results.study_rules import is_before_scoring, why_not_study
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class Basis:
    """The facts that a study of a cycle would stand on now; ``refused`` says why there are none.

    Without a run they are simulated: a town of as many areas as there are, the year as the seed.
    """

    cycle: Cycle
    run: Run | None
    areas: int
    refused: str

    @property
    def simulated(self) -> Simulated | None:
        """How the facts are simulated, if they are."""
        return None if self.run is not None else Simulated(self.areas, self.cycle.year)

    @property
    def taken(self) -> dict[str, str]:
        """The decisions as they stand, the default for what is not decided yet."""
        if self.run is not None:
            return dict(self.run.taken)
        defaults = scheme_file(self.cycle.scheme).defaults
        return {name: self.cycle.taken.get(name, option) for name, option in defaults.items()}

    def is_of(self, study: Study) -> bool:
        """Whether a study stands on these facts, under this scheme and these decisions."""
        simulated = self.simulated or Simulated()
        return (
            (study.run_id, study.subjects, study.seed)
            == (self.run and self.run.pk, simulated.subjects, simulated.seed)
            and study.scheme_sha256 == self.cycle.scheme.sha256
            and study.taken == self.taken
        )


def basis_of(cycle: Cycle) -> Basis:
    """What a study of a cycle stands on: before scoring simulated facts only."""
    run = None if is_before_scoring(cycle.stage) else Run.objects.filter(cycle=cycle).first()
    there = Area.objects.filter(town=cycle.town).existing(cycle.first, cycle.last)
    areas = there.exclude(until_on__lt=cycle.last).count()
    hints = shipped_hints(cycle.scheme.scheme_id) is not None
    refused = why_not_study(cycle.stage, areas=areas, has_hints=hints, has_run=run is not None)
    return Basis(cycle, run, areas, refused)


def write_scheme(basis: Basis, folder: Path) -> None:
    """The scheme, and beside it how the town is simulated: all that others need to repeat it."""
    (folder / "scheme.yaml").write_bytes(basis.cycle.scheme.text.encode())
    hints = shipped_hints(basis.cycle.scheme.scheme_id)
    if basis.run is None and hints is not None:
        text = hints_in_year_of(scheme_of(basis.cycle), hints)
        (folder / HINTS).write_text(text, encoding="utf-8", newline="")


@contextmanager
def facts_source(basis: Basis, scheme: Path, tell: Progress) -> Iterator[_Source]:
    """Where checked facts come from while a study goes on; ``scheme`` lies beside the hints."""
    if basis.run is not None:
        yield _Source(basis.run.folder / "facts")
        return
    hints = hints_beside(scheme)
    assert isinstance(hints, TownHints), "hints that ship can be read"
    with TemporaryDirectory(prefix="kaohe-town-") as folder:
        yield _Town(Path(folder) / "town", basis, hints, tell)


@dataclass
class _Source:
    """A folder of facts."""

    folder: Path

    def facts(self, tables: Mapping[str, Table]) -> Facts:
        """Checked facts for declared tables. Raises ValidationError where they do not fit."""
        reading = read_facts(str(self.folder), tables)
        if reading.facts is None:
            text = _("在其他选项下，这些事实数据不够用，不能分析：%(fault)s")
            fault = reading.faults[0]
            raise ValidationError(text % {"fault": f"{fault.table}：{told(fault.expected)}"})
        return reading.facts


@dataclass
class _Town(_Source):
    """A town that is made anew for the tables that are asked for."""

    basis: Basis
    hints: TownHints
    tell: Progress

    def facts(self, tables: Mapping[str, Table]) -> Facts:
        """As above. Raises ValidationError too where no such town can be made."""
        try:
            generate(
                tables,
                self.hints,
                subjects=self.basis.areas,
                seed=self.basis.cycle.year,
                households=None,
                out=self.folder,
                file_format="csv",
                progress=self.tell,
            )
        except GeneratingError as problem:
            raise ValidationError([told(text) for text in problem.texts]) from None
        return super().facts(tables)
