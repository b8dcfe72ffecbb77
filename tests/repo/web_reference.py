"""Writes ``docs/reference/web.md`` from the tables that the web application works by, and
the manuals that the program hands out to developers as they stand there.

python -m tests.repo.web_reference
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import kaohe
from tests.repo import ROOT

PAGE = ROOT / "docs" / "reference" / "web.md"
MANUALS = {
    ROOT / "docs/reference/links.md": "surveys/manuals/links.en.md",
    ROOT / "docs/reference/providers.md": "hotline/manuals/providers.en.md",
}
"""What the program hands to developers, in English, and the page of the reference that is equal."""
OPENING = """\
<!-- Written by `make docs` from src/kaohe/web. Change it there. -->

# The web application

## Stages of a cycle

Who proposes a step, who signs it, what it asks for. Conditions are shown on the page of the cycle
before the step can be taken.
"""
MATRIX = """\
## Who may see what

`all` are all rows of the town, `own` those in the scope of the post; `+` may add and change them;
`@stage` from that stage of the cycle on. What stands nowhere is not allowed. Rows of libraries that
nobody may see are left out.
"""

PLAN = """
## How many to ask

`/results/plan/` is `kaohe plan sizes` and `kaohe plan union` as a page, for whoever may see
`results.Study`. It stands on the scheme of the cycle as decided so far and on the snapshot of
households that was frozen last, and writes nothing: all that was asked stands in its address.

| in the address | as in `kaohe plan` |
|---|---|
| `margin=5` | `sizes --margin 5` |
| `response=40` | `sizes --response 40%` |
| `deviation=15` | `sizes --deviation 15` |
| `expect.CHECK=35` | `union --expect CHECK=35%`, for each check that is part of the union |
| `overlap=90` | `union --overlap 90%` |

`/results/plan/sizes.xlsx` and `/results/plan/union.xlsx`, with the same query, are the workbooks
that the command writes, byte for byte.
"""

RUNS = """
## Runs, and why their figures are what they are

A run freezes the facts of its cycle as a snapshot, one Parquet file a table, scores what is read
back from there and stores what came out. More than {at_once:,} rows (ballots, households that took
part, rows of files in force) are scored in the background, fewer while the clerk waits; the same
form, or a worker that has to begin again, makes one run.

What a snapshot holds: the columns that the scheme declares, rows in the order of their own text.
A ballot is its area, its sample and its answers in points; no household, no key, no time. Who took
part stands in a table of its own, sorted by itself, so that neither the order nor the files tell
which ballot is whose: the same ballots paired with other households are the same bytes. Where one
household alone took part in a sample of an area, its one ballot is known all the same; files of
facts go to the auditor only, and areas are not shown figures of fewer than five ballots.

- `/results/RUN/`: every area; each figure leads to its own place in the tree of the area. Whoever
  may have the facts reads the command that scores them again to the same bytes.
- `/results/RUN/areas/AREA/`: the tree, with the words of each clause where the town has loaded the
  policy's text at `/cycles/schemes/SCHEME/policy` (plain text, UTF-8 or GB18030; compared with the
  scheme as `kaohe check --document` does). Those assessed read how far a figure of theirs is from
  limits that the scheme states as numbers; of marks they read the mean and who gave them, not who
  gave which. With `?distances`, for those who may see ranks: how far
  from every next band, place and label, one figure moving and all else staying as it was.
- `/results/RUN/against/EARLIER`: two runs of a cycle beside each other, for those who may see
  ranks: rows of facts that came, went or changed, counted only; scheme, decisions and waivers that
  changed; every figure that changed, and the deepest ones in which that begins.
"""

CASES = """
## Cases as the scheme counts them

From the stage of collecting on; what it says is what a run of the same facts would say. The nodes
are those that need the table `cases`, areas and last year's figures only.

- `/results/cases/`: rates with numerator and denominator, those of few cases with an interval, and
  the composite; cases received, left out and not handled yet; the change on last year per 1,000
  households. For the clerk, the auditor and the leading group every area, with rank, band and the
  points to the next bands; for a secretary the own areas, without.
- `/results/cases/exclusions`: the same figures as decided and as if no case were left out; each
  area's share of cases left out beside the town's.
- `/results/cases/trends`: by month and kind beside last year, of the town or of `area=ID`; for a
  secretary of an own area only.
- `/results/cases/misdispatch` and `/results/cases/misdispatch.xlsx`: cases left out by ground, and
  sent back by reason; for the clerk, the auditor and the leading group of every source, for a
  provider of its own.

Areas stand in the order of their ids everywhere; nothing sorts them by a figure.
"""

OBJECTIONS = """
## Facts of an area, and objections

In the stages `review`, `published` and `archived`, to a secretary of the own areas only.

- `/publication/facts/`: the area's own rows of the newest run's snapshot. Shown are the subject's
  own row, cases, last year's figures, waivers, of sanctions the points, and tables that can hold no
  judgement: one column names the area, none anybody else, no decimal has a highest value (a mark on
  a scale), no choice is one of the scheme's labels. Never shown: tables of marks, of ballots and
  their totals, of participation, of visits, of staff and of other subjects. Of requirements that
  only count rows it is told whether they were reached.
- Time: as many working days as the step `objections` of the calendar, after the day on which the
  year came into this stage; weekends and the scheme's `calendar` do not count. They begin anew for
  an area whose facts a newer run tells differently. The clerk may set a later day with a reason
  (`/publication/objection-terms/`); an area that says that its facts are right is not waited for.
- `/publication/objections/`: for the clerk, the leading group, discipline inspection and the
  auditor. Heads and members of the leading group and discipline inspection decide, without whoever
  asked, holds a post in the area, led it on some day of the year, or entered the fact. Two of the
  same opinion decide. An area reads reasons, not names.
- `review` → `published` and `published` → `archived` are barred while an objection is open or
  accepted and not settled, and while an area has days left. Settling takes a run newer than the one
  that was objected to.

## What is mended after publication

`/publication/rectification/`: text, post, dates and outcome, written by the secretary of the area
or the clerk in the stage `published`. `/publication/rectification/offers` offers the points of the
area's letter; `/publication/rectification/progress` counts done, open and late for the clerk, the
leading group and the auditor, in the order of the areas' ids.
"""

YEARS = """
## Published years

- `/publication/trends?area=ID`: an area over the years that were published, from the version in
  force of each: what letters tell (`feedback.points`, `feedback.apart`; else all nodes with a
  maximum) and the questions. For the clerk, the auditor and the leading group any area, with its
  total; for leaders and secretaries the own ones, without what rests on few ballots. A figure that
  was worked out in another way the year before is marked in the table and alone in the chart.
- `/publication/papers`: the facts on burden, and `papers/burden.pdf`, `papers/burden.docx`,
  `papers/summary.docx`. Acts are counted for the whole town only, those of people with a post of
  an area on the day; nobody's logging in is counted.
- `/publication/exports`: exports of published labels, made by the clerk or finance, read by
  inspection, auditor and heads.
- `/publication/reminders`: areas that `feedback.remind` names, reminders proposed and decided; for
  a secretary the own decided ones.
"""


def reference_page() -> str:
    """The page, in English."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaohe.web.settings")
    os.environ.setdefault("KAOHE_SECRET_KEY", "reference")
    import django

    django.setup()
    from django.utils import translation

    from kaohe.web.cycles.rules import transitions_as_text
    from kaohe.web.results.scoring_work import AT_ONCE

    with translation.override("en"):
        diagram = f"```mermaid\n{transitions_as_text()}```\n"
        runs = RUNS.format(at_once=AT_ONCE)
        told = [runs, PLAN, CASES, OBJECTIONS, YEARS]
        return "\n".join([OPENING, diagram, MATRIX, *_matrix(), *told])


def _matrix() -> Iterator[str]:
    """A row a model, its roles by what they may."""
    from django.apps import apps

    from kaohe.web.accounts.access import TABLE

    yield "| rows | | may |"
    yield "|---|---|---|"
    for label, cells in TABLE.items():
        may = "; ".join(f"`{right}` {', '.join(roles.split())}" for right, roles in cells.items())
        if may:
            yield f"| {apps.get_model(label)._meta.verbose_name} | `{label}` | {may} |"


def manual(name: str) -> str:
    """What the program hands out under this name."""
    return (Path(kaohe.__file__).parent / "web" / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    PAGE.write_text(reference_page(), encoding="utf-8")
    for page, name in MANUALS.items():
        page.write_text(manual(name), encoding="utf-8")
