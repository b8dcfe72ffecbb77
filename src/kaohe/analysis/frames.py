"""The frame of a sample: every household that can be drawn, with its building."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kaohe.facts import Facts
from kaohe.scheme.model import Scheme
from kaohe.scheme.sample_checks import SampleCheck
from kaohe.values.tables import Column, Table
from kaohe.values.text import Text

FRAME = "frame"
BUILDING, ADDRESS, STAFF = "building", "address", "staff_household"


def frame_table(scheme: Scheme, sample: SampleCheck) -> Table:
    """The table of the frame: whose rows are what the sample counts, with their subject.

    A household of somebody who works for the area is not drawn: nobody judges their own work.
    """
    subject, unit = scheme.subject, unit_of(sample)
    return Table(
        label=Text(
            zh="抽样框：一户一行，写明所在楼栋，可加地址和是否工作人员家庭",
            en="sampling frame: a household a row with its building, if wanted its address and"
            " whether somebody there works for the area",
        ),
        row=Text(zh="一户可以抽到的住户", en="a household that can be drawn"),
        required=True,
        may_be_empty=False,
        key=(subject.id, unit),
        columns={
            subject.id: Column(
                type="id",
                heading=scheme.fact_tables[subject.table].columns[subject.id].heading,
                refers_to=f"{subject.table}.{subject.id}",
            ),
            unit: Column(type="id", heading=_counted(scheme, sample).heading),
            BUILDING: Column(type="id", heading="楼栋编号"),
            ADDRESS: Column(type="text", heading="地址", required=False),
            STAFF: Column(type="boolean", heading="工作人员家庭", required=False, default="false"),
        },
    )


def unit_of(sample: SampleCheck) -> str:
    """The column that names what the sample counts."""
    return sample.counted.partition(".")[2]


def _counted(scheme: Scheme, sample: SampleCheck) -> Column:
    table, _, column = sample.counted.partition(".")
    return scheme.fact_tables[table].columns[column]


@dataclass
class FrameOfSubject:
    """The households of one subject by building, their addresses, and how many are left out."""

    buildings: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    staff: int = 0

    @property
    def drawable(self) -> int:
        """How many households can be drawn."""
        return sum(map(len, self.buildings.values()))


def frames_of(scheme: Scheme, facts: Facts, sample: SampleCheck) -> Mapping[str, FrameOfSubject]:
    """The frame of every subject that has rows in it."""
    found: dict[str, FrameOfSubject] = {}
    columns = (scheme.subject.id, unit_of(sample), BUILDING, ADDRESS, STAFF)
    for subject, household, building, address, staff in facts.rows(FRAME, columns):
        own = found.setdefault(subject, FrameOfSubject())
        if staff:
            own.staff += 1
        else:
            own.buildings.setdefault(building, []).append(household)
            own.addresses[household] = address or ""
    return found
