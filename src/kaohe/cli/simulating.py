"""Where the facts of ``kaohe sensitivity`` come from: a source, or a town made for the call."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.cli.watching import Progress
from kaohe.facts.generating import TownHints, generate, is_generated
from kaohe.readings import Simulated
from kaohe.scheme.shipped import find_scheme
from kaohe.towns import hints_beside
from kaohe.values.tables import Table
from kaohe.values.text import Text


@dataclass
class Given:
    """Facts that somebody hands over. A generated folder is simulated, whoever names it."""

    source: str

    @property
    def simulated(self) -> Simulated | None:
        """That nobody observed these facts, if so."""
        return Simulated() if is_generated(Path(self.source)) else None

    def prepared(self, _tables: Mapping[str, Table]) -> str:
        """Where the facts are."""
        return self.source


@dataclass
class Town:
    """A town that is made in a folder, for the tables that are asked for."""

    folder: Path
    hints: TownHints
    subjects: int
    seed: int
    households: int | None
    progress: Progress | None

    @property
    def simulated(self) -> Simulated:
        """From which seed it is."""
        return Simulated(self.subjects, self.seed)

    def prepared(self, tables: Mapping[str, Table]) -> str:
        """Make the town; where it is. Raises GeneratingError."""
        generate(
            tables,
            self.hints,
            subjects=self.subjects,
            seed=self.seed,
            households=self.households,
            out=self.folder,
            file_format="csv",
            progress=self.progress,
        )
        return str(self.folder)


@contextmanager
def facts_asked_for(
    asked: argparse.Namespace, progress: Progress | None
) -> Iterator[Given | Town | Text]:
    """What the call names; or what is wrong with that. A simulated town is gone afterwards."""
    if asked.simulate is None:
        if asked.facts is None:
            zh = "请写事实表的位置，或用 --simulate 个数 --seed 种子 改用模拟数据"
            yield Text(zh=zh, en="name FACTS, or simulate some: --simulate AREAS --seed S")
        elif asked.seed is not None or asked.households is not None:
            zh, en = "--seed、--households 只与 --simulate 同用", "go with --simulate only"
            yield Text(zh=zh, en=f"--seed and --households {en}")
        else:
            yield Given(asked.facts)
        return
    if asked.facts is not None:
        zh = "事实表与 --simulate 只能给一个"
        yield Text(zh=zh, en="give FACTS or --simulate, not both")
        return
    if asked.seed is None:
        zh = "--simulate 需要同时给 --seed，以便别人重做"
        yield Text(zh=zh, en="--simulate needs --seed, so that others can repeat it")
        return
    path = find_scheme(asked.scheme)
    assert path is not None, "the scheme has been opened"
    hints = hints_beside(path)
    if isinstance(hints, Text):
        yield hints
        return
    with TemporaryDirectory() as folder:
        size = asked.simulate, asked.seed, asked.households
        yield Town(Path(folder) / "town", hints, *size, progress)
