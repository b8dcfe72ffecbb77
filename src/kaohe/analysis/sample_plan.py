"""A sample drawn from a frame: by building, a main list and ordered reserves, anew by anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kaohe.analysis.asking import Ask
from kaohe.analysis.frames import ADDRESS, BUILDING, FRAME, FrameOfSubject, frames_of, unit_of
from kaohe.analysis.plan import (
    Plan,
    PlanColumn,
    PlanTable,
    explanation_columns,
    figure,
    subject_columns,
)
from kaohe.analysis.sampling import DrawnHousehold, drawn_by_building, rule_for, seed_kept
from kaohe.analysis.size_plan import (
    Wishes,
    deviation_record,
    deviation_says,
    percent,
    sized,
    wishes_record,
)
from kaohe.facts import Facts, canonical_csv
from kaohe.scheme.model import Scheme
from kaohe.scheme.sample_checks import sample_checks
from kaohe.values.faults import Fault
from kaohe.values.tables import Table
from kaohe.values.text import Text

MAIN, RESERVE = "main", "reserve"
LISTS = {MAIN: Text(zh="样本户", en="main list"), RESERVE: Text(zh="替补", en="reserve")}


@dataclass(frozen=True)
class _Draw:
    """One subject: what is asked of it, its frame, and who was drawn."""

    ask: Ask
    size: int
    frame: FrameOfSubject
    households: Sequence[DrawnHousehold]

    @property
    def reserves(self) -> int:
        return sum(one.reserve for one in self.households)


def sample_plan(
    scheme: Scheme,
    facts: Facts,
    tables: Mapping[str, Table],
    check_id: str,
    asks: Sequence[Ask],
    wishes: Wishes,
    seed: str,
) -> Plan | list[Fault]:
    """The sample for one check; faults of the frame where it is too small to draw from.

    ``tables`` are those that the facts were read with, the frame's among them.
    """
    frames = frames_of(scheme, facts, sample_checks(scheme)[check_id])
    draws, faults = [], []
    for ask in asks:
        frame = frames.get(ask.subject.id, FrameOfSubject())
        size = sized(ask, check_id, wishes).size
        if frame.drawable < size:
            faults.append(_too_few(scheme, ask, size, frame))
            continue
        drawn = drawn_by_building(frame.buildings, seed, ask.subject.id, size, wishes.response)
        draws.append(_Draw(ask, size, frame, drawn))
    if faults:
        return faults
    label, frame_facts = scheme.checks[check_id].label, facts.tables[FRAME]
    rule = rule_for(scheme.subject.label, by_building=True)
    return Plan(
        name="sample",
        title=Text(zh=f"抽样：{label.zh}", en=f"Sample: {label.en}"),
        says=tuple(_says(scheme, check_id, draws, wishes)),
        kept=(seed_kept(seed, frame_facts.rows, frame_facts.sha256),),
        tables=(
            _list_table(scheme, check_id, draws),
            _building_table(scheme, draws),
            _subject_table(scheme, draws),
        ),
        record={
            "check": check_id,
            "seed": seed,
            "frame": {"rows": str(frame_facts.rows), "sha256": frame_facts.sha256},
            "rule": rule.zh,
            "rule_en": rule.en,
            "wanted": wishes_record(wishes),
            "deviations": deviation_record(wishes, {check_id: None}),
        },
        files={f"sample_{FRAME}.csv": canonical_csv(facts, tables, FRAME)},
    )


def _too_few(scheme: Scheme, ask: Ask, size: int, frame: FrameOfSubject) -> Fault:
    left_out = Text(zh="", en="")
    if frame.staff:
        left_out = Text(
            zh=f"（另有工作人员家庭 {frame.staff} 户不抽）",
            en=f" (besides {frame.staff} staff households, which are not drawn)",
        )
    expected = Text(
        zh=f"至少 {size} 户可抽，抽样框只有 {frame.drawable} 户{left_out.zh}，请补全后再抽",
        en=f"at least {size} households to draw from; the frame has {frame.drawable}{left_out.en}:"
        " complete it and draw again",
    )
    return Fault(FRAME, None, scheme.subject.id, ask.subject.id, expected)


def _says(scheme: Scheme, check_id: str, draws: Sequence[_Draw], wishes: Wishes) -> Iterator[Text]:
    kind = scheme.subject.label
    size, reserves = (sum(getattr(one, name) for one in draws) for name in ("size", "reserves"))
    yield Text(
        zh=f"{len(draws)} 个{kind.zh}共抽取样本户 {size} 户、替补 {reserves} 户"
        f"（按应答率 {percent(wishes.response)}）。",
        en=f"{size} households and {reserves} in reserve, drawn in each {kind.en} ({len(draws)} in"
        f" all), for a response of {percent(wishes.response)}.",
    )
    if wishes.margin is not None:
        yield from deviation_says(scheme, {check_id: None}, wishes)
    yield Text(
        zh="样本户联系不上、拒访或不符合条件时，由同一楼栋的替补按次序接替；该楼栋没有替补了，"
        f"由{kind.zh}内替补次序最前的接替。不得自行换户。",
        en="Where a household cannot be reached, refuses or is not eligible, the next reserve of"
        " its building takes its place; if that has none left, the foremost reserve of the"
        f" {kind.en}. Nobody else takes a place.",
    )
    yield rule_for(kind, by_building=True)
    yield Text(
        zh=f"名单只交第三方；{kind.zh}不得知道抽到了谁。",
        en=f"The list is for the surveyor alone; nobody of a {kind.en} may learn who was drawn.",
    )


def _list_table(scheme: Scheme, check_id: str, draws: Sequence[_Draw]) -> PlanTable:
    unit = unit_of(sample_checks(scheme)[check_id])
    rows = [
        [
            draw.ask.subject.id,
            draw.ask.subject.name,
            one.building,
            one.household,
            draw.frame.addresses[one.household],
            RESERVE if one.reserve else MAIN,
            str(one.place),
            str(one.stands_by or ""),
        ]
        for draw in draws
        for one in draw.households
    ]
    columns = [
        *subject_columns(scheme),
        _text(BUILDING, ("楼栋编号", "Building"), ("如抽样框", "as in the frame")),
        _text(unit, ("住户编号", "Household"), ("如抽样框", "as in the frame")),
        _text(ADDRESS, ("地址", "Address"), ("如抽样框", "as in the frame")),
        PlanColumn(
            "list",
            Text(zh="名单", en="List"),
            Text(
                zh="样本户都要访问；替补只在接替时访问",
                en="the main list is asked; a reserve only where it takes a place",
            ),
            labels=LISTS,
        ),
        figure(
            "place",
            ("楼栋内次序", "Place in the building"),
            ("先样本户，后替补，按此次序", "the main list first, then reserves, in this order"),
        ),
        figure(
            "stands_by",
            ("替补次序", "Reserve"),
            (
                "楼栋内没有替补时，居民区内按此次序接替；样本户为空",
                "the order in the area where a building has none left; empty on the main list",
            ),
        ),
    ]
    return PlanTable("sample", Text(zh="名单", en="List"), columns, rows)


def _building_table(scheme: Scheme, draws: Sequence[_Draw]) -> PlanTable:
    rows = []
    for draw in draws:
        for building in sorted(draw.frame.buildings):
            own = [one for one in draw.households if one.building == building]
            reserves = sum(one.reserve for one in own)
            households = len(draw.frame.buildings[building])
            numbers = (households, len(own) - reserves, reserves)
            subject = draw.ask.subject
            rows.append([subject.id, subject.name, building, *map(str, numbers)])
    columns = [
        *subject_columns(scheme),
        _text(BUILDING, ("楼栋编号", "Building"), ("如抽样框", "as in the frame")),
        figure("households", ("可抽户数", "Households"), ("可以抽到的户数", "that can be drawn")),
        figure("main", ("样本户", "Main list"), ("应完成的户数", "households to be completed")),
        figure("reserves", ("替补", "Reserves"), ("替补的户数", "households in reserve")),
    ]
    return PlanTable("sample_buildings", Text(zh="各楼栋", en="Buildings"), columns, rows)


def _subject_table(scheme: Scheme, draws: Sequence[_Draw]) -> PlanTable:
    rows = []
    for draw in draws:
        ask, frame = draw.ask, draw.frame
        drawable, reserves = frame.drawable, draw.reserves
        numbers = (ask.population, drawable + frame.staff, frame.staff, ask.required)
        counts = (draw.size, reserves)
        rows.append(
            [ask.subject.id, ask.subject.name, *map(str, (*numbers, *counts)), *_told(draw)]
        )
    label = scheme.subject.label
    columns = [
        *subject_columns(scheme),
        figure(
            "population",
            ("户数", "Households"),
            (f"表 {scheme.subject.table} 中的户数，方案按它定要求", "by which the scheme asks"),
        ),
        figure("frame", ("抽样框户数", "In the frame"), ("抽样框中的户数", "rows of the frame")),
        figure(
            "staff",
            ("工作人员家庭", "Staff households"),
            (f"{label.zh}工作人员的家庭，不抽", "are not drawn"),
        ),
        figure("required", ("方案要求", "Required"), ("至少完成的户数", "the least to complete")),
        figure("size", ("样本户", "Main list"), ("抽取的样本户", "drawn for the main list")),
        figure("reserves", ("替补", "Reserves"), ("抽取的替补", "drawn in reserve")),
        *explanation_columns(Text(zh="这一行的意思", en="what the row says")),
    ]
    title = Text(zh=f"各{label.zh}", en="Areas")
    return PlanTable("sample_subjects", title, columns, rows)


def _told(draw: _Draw) -> Iterator[str]:
    frame, ask = draw.frame, draw.ask
    buildings, drawable, every = len(frame.buildings), frame.drawable, frame.drawable + frame.staff
    zh = f"从 {buildings} 栋楼的 {drawable} 户中抽取样本户 {draw.size} 户、替补 {draw.reserves} 户"
    en = (
        f"{draw.size} households and {draw.reserves} in reserve are drawn from {drawable} in"
        f" {buildings} buildings"
    )
    if every != ask.population:
        zh += f"；抽样框 {every} 户，与登记的 {ask.population} 户不一致，请核对"
        en += f"; the frame has {every}, not the {ask.population} on record: please check"
    yield from (f"{zh}。", f"{en}.")


def _text(name: str, heading: tuple[str, str], meaning: tuple[str, str]) -> PlanColumn:
    (zh, en), (says, says_en) = heading, meaning
    return PlanColumn(name, Text(zh=zh, en=en), Text(zh=says, en=says_en))
