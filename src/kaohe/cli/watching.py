"""How far a long piece of work is, for a person who watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kaohe.values.text import Language, Text

Progress = Callable[[str, float], None]
"""Told which step is being done and how much of it, from 0 to 1."""

STEPS = {
    "count": Text(zh="计数", en="counting"),
    "score": Text(zh="计分", en="scoring"),
    "replicate": Text(zh="重新抽样、计分", en="drawing and scoring anew"),
    "write": Text(zh="写出结果", en="writing"),
}
"""Steps in words; any other step is the table that is being read or made."""


@contextmanager
def progress_shown(language: Language) -> Iterator[Progress | None]:
    """A progress bar on stderr where a person watches it, none elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def tell(step: str, share: float) -> None:
            word = STEPS[step][language] if step in STEPS else step
            bar.update(task, description=word, completed=share)

        yield tell
