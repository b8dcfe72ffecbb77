"""What a year of cases costs: masking a text, the way through the door, the index, and one bad row.

    .venv/bin/python -m benchmarks.cases FOLDER ROWS

``FOLDER`` is the data of ``kaohe demo``, made where it is empty. Needs the environment for
development. The work of the two jobs is done here and not in a worker, so that its time and memory
can be told; what is stored is removed again. Peaks are those of the whole process so far.
"""

from __future__ import annotations

import csv
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.pages import open_town
from tests.worlds.complaints import MATTERS, Writer, complaints

HEADINGS = (
    "办件编号", "来电人", "联系电话", "诉求内容", "居民区编号", "地点", "类别", "受理日期",
    "办结日期", "有责", "已处置", "已解决", "满意", "承办单位", "诉求摘要",
)  # fmt: skip
TEXTS = 20_000


def main() -> None:
    """Measure one file without faults and one with a fault in its last row but one."""
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    texts = [one.text for one in complaints(2025, TEXTS)]
    _mask(texts)
    open_town(folder.resolve())
    from django.conf import settings

    place = Path(settings.MEDIA_ROOT) / "unmasked"
    place.mkdir(parents=True, exist_ok=True)
    print(f"| what, {rows:,} rows | wall s | CPU s | peak MB | told |\n|---|---|---|---|---|")
    _write(place / "good.csv", rows, texts)
    delivery = _taken("taken in", place / "good.csv")
    _count(delivery, rows)
    _write(place / "bad.csv", rows, texts, bad=rows - 1)
    faulty = _taken("taken in, one bad row", place / "bad.csv")
    from kaohe.web.cycles.delivery_storing import reading_of

    print(faulty.state, [(one.row, one.column, one.shown) for one in reading_of(faulty).faults])
    _remove(delivery, faulty)


def _mask(texts: list[str]) -> None:
    from kaohe.web.hotline.masking import mask

    begin = time.process_time()
    for text in texts:
        mask(text)
    spent = 1e6 * (time.process_time() - begin) / len(texts)
    length = sum(map(len, texts)) / len(texts)
    print(f"masking: {spent:.0f} µs of CPU a text of {length:.0f} characters")


def _taken(what: str, path: Path) -> Any:
    from kaohe.web import clock
    from kaohe.web.accounts.models import User
    from kaohe.web.accounts.people import person_of
    from kaohe.web.cycles import delivery_work
    from kaohe.web.cycles.models import Cycle, Delivery
    from kaohe.web.registry.models import Source

    cycle = Cycle.objects.get(stage="collecting")
    given = {
        "cycle": cycle.pk,
        "source": Source.objects.get(town=cycle.town, code="hotline").pk,
        "table": "cases",
        "part": path.stem,
        "file": path.name,
        "name": path.name,
        "kind": "csv",
        "submission": "00000000-0000-4000-8000-00000000000" + str(len(path.stem)),
    }
    by = person_of(User.objects.get(username="provider"), clock.today())
    size = path.stat().st_size / 1e6
    _timed(f"{what} ({size:.0f} MB)", lambda t: delivery_work.take_in(given, by, clock.now(), t))
    return Delivery.objects.latest("pk")


def _count(delivery: Any, rows: int) -> None:
    from kaohe.web import clock
    from kaohe.web.accounts.models import User
    from kaohe.web.accounts.people import person_of
    from kaohe.web.cycles.delivering import apply_delivery
    from kaohe.web.cycles.schemes import scheme_of
    from kaohe.web.hotline.facts import told_cases
    from kaohe.web.hotline.models import Case

    by = person_of(User.objects.get(username="provider"), clock.today())
    _timed(
        "index, comes to count", lambda t: apply_delivery(delivery, by=by, at=clock.now(), tell=t)
    )
    assert Case.objects.filter(delivery=delivery).count() == rows
    scheme = scheme_of(delivery.cycle)
    _timed("rows for a run", lambda _: sum(1 for _row in told_cases(delivery.cycle, scheme)))


def _timed(what: str, act: Callable[[Callable[[float], None]], object]) -> None:
    heard: list[float] = []
    cpu, wall = time.process_time(), time.monotonic()
    act(heard.append)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    assert heard == sorted(heard), "progress goes on only"
    print(f"| {what} | {wall:.0f} | {cpu:.0f} | {peak:.0f} | {len(heard)} times |", flush=True)


def _remove(*deliveries: Any) -> None:
    """Leave the town as it was, but for its log."""
    import shutil

    from kaohe.web.cycles.models import Delivery
    from kaohe.web.hotline.models import Case

    for one in deliveries:
        Case.objects.filter(delivery=one).delete()
        shutil.rmtree(one.folder)
        Delivery.objects.filter(pk=one.pk).delete()


def _rows(number: int, texts: list[str], bad: int | None) -> Iterator[tuple[str, ...]]:
    writer = Writer(7)
    places = [f"{writer.lane()}{writer.room()}" for _ in range(5000)]
    people = [(writer.name(), writer.phone()) for _ in range(5000)]
    for one in range(number):
        month, day = one % 12 + 1, one % 28 + 1
        area = "X99" if one == bad else f"J{one % 31 + 1:04}" if one % 20 else ""
        name, phone = people[one % len(people)]
        text = texts[one % len(texts)]
        yield (
            f"SH2025{one:08}", name, phone, text, area, places[one % len(places)],
            MATTERS[one % len(MATTERS)], f"2025-{month:02}-{day:02}", f"2025-{month:02}-28",
            "是", "是", "否" if one % 7 else "是", "" if one % 3 else "是", "城运中心", text,
        )  # fmt: skip


def _write(path: Path, number: int, texts: list[str], bad: int | None = None) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(_rows(number, texts, bad))


if __name__ == "__main__":
    main()
