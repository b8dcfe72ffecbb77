"""Classes within which subjects are ranked and compared apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kaohe.scheme.head import Cohort
from kaohe.scheme.nodes import labels_of
from kaohe.scoring.sheet import Sheet
from kaohe.values.numbers import Absence
from kaohe.values.text import Text

Class = str | Absence
"""The code of a class; an absence for a subject that is in none."""


def classes(within: str | None, sheet: Sheet) -> Sequence[Class]:
    """The class of every subject; all in one where there are none."""
    if within is None:
        return [""] * sheet.size
    return sheet.kept(sheet.scheme, f"classes {within}", lambda: _classes(within, sheet))


def cohort_of(within: str, sheet: Sheet) -> Cohort:
    """A cohort by its name; a column's name is a cohort by itself."""
    return sheet.scheme.cohorts.get(within) or Cohort(by=within)


def _classes(within: str, sheet: Sheet) -> list[Class]:
    cohort = cohort_of(within, sheet)
    if cohort.by in sheet.scheme.nodes:
        labels = sheet.values[cohort.by]
        found: list[Class] = [
            label if isinstance(label, str | Absence) else Absence.NOT_APPLICABLE
            for label in labels
        ]
    else:
        cells = [subject.cells[cohort.by] for subject in sheet.figures.subjects]
        found = ["" if cell is None else str(cell) for cell in cells]
    return _joined(found, cohort)


def _joined(found: list[Class], cohort: Cohort) -> list[Class]:
    """Classes that are too small join another, in the order in which that is declared."""
    if cohort.at_least is None:
        return found
    for small, other in cohort.joins.items():
        if 0 < Counter(found)[small] < cohort.at_least:
            found = [other if one == small else one for one in found]
    return found


def class_order(within: str | None, sheet: Sheet) -> list[int]:
    """For every subject where its class stands: as declared, else by its text."""
    own = classes(within, sheet)
    declared = list(_names(within, sheet)) if within is not None else []
    codes = {code for code in own if not isinstance(code, Absence)}
    known = [*declared, *sorted(codes - set(declared))]
    places = {code: place for place, code in enumerate(known)}
    return [len(known) if isinstance(code, Absence) else places[code] for code in own]


def class_name(within: str | None, sheet: Sheet, index: int) -> Text | None:
    """What the class of one subject is called; None where all are in one."""
    if within is None:
        return None
    code = classes(within, sheet)[index]
    if isinstance(code, Absence):
        return None
    label = cohort_label(within, sheet)
    name = _names(within, sheet).get(code, Text(zh=code, en=code))
    return Text(zh=f"{label.zh}“{name.zh}”", en=f"{label.en} {name.en}")


def cohort_label(within: str, sheet: Sheet) -> Text:
    """What a cohort is called: by its label, else by its column or node."""
    cohort = cohort_of(within, sheet)
    if cohort.label is not None:
        return cohort.label
    if cohort.by in sheet.scheme.nodes:
        return sheet.scheme.nodes[cohort.by].label or Text(zh=cohort.by, en=cohort.by)
    column = sheet.scheme.fact_tables[sheet.subject.table].columns[cohort.by]
    return Text(zh=column.heading, en=cohort.by)


def _names(within: str, sheet: Sheet) -> Mapping[str, Text]:
    cohort = cohort_of(within, sheet)
    if cohort.by in sheet.scheme.nodes:
        return labels_of(sheet.scheme.nodes[cohort.by])
    column = sheet.scheme.fact_tables[sheet.subject.table].columns[cohort.by]
    return {code: Text(zh=name, en=code) for code, name in column.choices.items()}
