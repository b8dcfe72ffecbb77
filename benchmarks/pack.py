"""What the leading group's pack costs for the demonstration town of 31 areas: CPU seconds.

    .venv/bin/python -m benchmarks.pack FOLDER

``FOLDER`` is the data of ``kaohe demo``; it is made where it is empty. The pack is that of the
first year's newest run, at whatever stage. Needs the environment for development.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.pages import open_town

TIMES = 5


def main() -> None:
    """Measure the parts by themselves: nothing known, the run known, all known.

    Charts and the typesetting of the same document are kept by the process after the first time.
    """
    open_town(Path(sys.argv[1]).resolve())
    from kaohe.web.publication import pack_documents, pack_edges, ruling_outcomes
    from kaohe.web.publication.pack_documents import pack_of
    from kaohe.web.publication.pack_views import pack_file
    from kaohe.web.results.models import Run

    run = Run.objects.select_related("cycle__scheme", "cycle__town").latest("cycle__year", "number")
    of_run = (ruling_outcomes._outcomes, pack_edges._edges)
    of_state = (pack_documents._pack,)
    _measure("put together, nothing known", lambda: pack_of(run), (*of_run, *of_state))
    _measure("put together after another act", lambda: pack_of(run), of_state)
    _measure("pdf", lambda: pack_file(run, "pdf"), ())
    _measure("docx", lambda: pack_file(run, "docx"), ())


def _measure(what: str, act: Callable[[], Any], forgotten: tuple[Any, ...]) -> None:
    found = []
    for _time in range(TIMES):
        for known in forgotten:
            known.cache_clear()
        begin = time.process_time()
        act()
        found.append(time.process_time() - begin)
    print(f"{what}: first {found[0]:.2f} s of CPU, then {median(found[1:]):.2f} s")


if __name__ == "__main__":
    main()
