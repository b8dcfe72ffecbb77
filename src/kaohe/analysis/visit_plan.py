"""The check of claimed visits: households of each subject drawn from those said to be visited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kaohe.analysis.plan import (
    Plan,
    PlanColumn,
    PlanTable,
    explanation_columns,
    figure,
    subject_columns,
)
from kaohe.analysis.sample_plan import LISTS, MAIN, RESERVE
from kaohe.analysis.sampling import (
    Frame,
    digest,
    drawn,
    frame_of,
    frame_text,
    rule_for,
    seed_kept,
)
from kaohe.facts import Facts
from kaohe.scheme.formulas import Constant, parse
from kaohe.scheme.ground import Misuse
from kaohe.scheme.model import Check, Scheme
from kaohe.scheme.tallies import Tally
from kaohe.values.text import Text


@dataclass(frozen=True)
class VisitCheck:
    """A check of a fixed number of households whose visits another table claims.

    ``claims`` is that table; ``subject``, ``household`` and ``day`` are columns of it.
    """

    check: str
    size: int
    claims: str
    subject: str
    household: str
    day: str


def visit_check(scheme: Scheme) -> VisitCheck | None:
    """The check of claimed visits that a scheme declares; None where it has none.

    It asks for a fixed number of rows of one table; claims are the dated rows of another table
    about the same households of the same subjects.
    """
    for check_id, check in scheme.checks.items():
        size, table = _fixed_count(check)
        if size and table is not None:
            for claims in scheme.fact_tables:
                found = _claims(scheme, check_id, size, table, claims)
                if found is not None:
                    return found
    return None


def _fixed_count(check: Check) -> tuple[int, str | None]:
    """The number of rows that a check asks for, and of which table."""
    required = parse(check.required)
    tables = [one.count for one in check.bind.values() if isinstance(one, Tally) and one.count]
    if not isinstance(required, Constant) or check.compare == "at_most" or len(tables) != 1:
        return 0, None
    return int(required.value), tables[0]


def _claims(
    scheme: Scheme, check_id: str, size: int, checked: str, claims: str
) -> VisitCheck | None:
    day = scheme.fact_tables[claims].in_period
    if claims == checked or day is None:
        return None
    try:
        subject = scheme.ground.subject_column(claims)
        own = scheme.ground.subject_column(checked)
    except Misuse:
        return None
    ids = {
        name
        for name, column in scheme.fact_tables[checked].columns.items()
        if column.type == "id" and name != own
    }
    shared = [name for name in scheme.fact_tables[claims].columns if name in ids]
    if len(shared) != 1:
        return None
    return VisitCheck(check_id, size, claims, subject, shared[0], day)


def claimed(scheme: Scheme, facts: Facts, check: VisitCheck) -> Frame:
    """The households of each subject with a claimed visit in the scheme's period."""
    rows = facts.rows(check.claims, (check.subject, check.household, check.day))
    first, last = scheme.period.days if scheme.period is not None else (None, None)
    return frame_of(
        (subject, household)
        for subject, household, day in rows
        if first is None or last is None or first <= day <= last
    )


def visit_plan(
    scheme: Scheme,
    check: VisitCheck,
    frame: Frame,
    subjects: Sequence[tuple[str, str]],
    reserves: int,
    seed: str,
) -> Plan:
    """The households to be asked whether they were visited, with reserves; ids and names given."""
    text = frame_text(frame, (check.subject, check.household))
    found = drawn(frame, seed, check.size + reserves)
    names = dict(subjects)
    rows = [
        [subject, names[subject], household, MAIN if place <= check.size else RESERVE, str(place)]
        for subject, listed in found.items()
        for place, household in enumerate(listed, 1)
    ]
    label, households = scheme.checks[check.check].label, sum(map(len, frame.values()))
    rule = rule_for(scheme.subject.label, by_building=False)
    return Plan(
        name="spot_check",
        title=Text(zh=f"走访抽查：{label.zh}", en=f"Check of visits: {label.en}"),
        says=tuple(_says(scheme, check, frame, subjects, reserves)),
        kept=(seed_kept(seed, households, digest(text)),),
        tables=(
            PlanTable("spot_check", Text(zh="名单", en="List"), _columns(scheme, check), rows),
            _subject_table(scheme, check, frame, found, subjects),
        ),
        record={
            "check": check.check,
            "seed": seed,
            "frame": {
                "rows": str(households),
                "sha256": digest(text),
            },
            "rule": rule.zh,
            "rule_en": rule.en,
            "size": str(check.size),
            "reserves": str(reserves),
        },
        files={"spot_check_frame.csv": text.encode()},
    )


def short_of(check: VisitCheck, frame: Frame, subjects: Sequence[tuple[str, str]]) -> list[Text]:
    """A note for each subject with fewer claimed households than are to be checked.

    That is no fault to be mended: adding claims now would spoil the check.
    """
    found = []
    for subject, _ in subjects:
        households = len(frame.get(subject, ()))
        if households < check.size:
            zh = f"{subject}：有走访记录的只有 {households} 户，不足 {check.size} 户，全部列入"
            en = f"{subject}: only {households} households with a claimed visit, not {check.size};"
            found.append(Text(zh=f"{zh}。不要补记录", en=f"{en} all are listed. Add no claims now"))
    return found


def _says(
    scheme: Scheme,
    check: VisitCheck,
    frame: Frame,
    subjects: Sequence[tuple[str, str]],
    reserves: int,
) -> Iterator[Text]:
    kind, households = scheme.subject.label, sum(map(len, frame.values()))
    yield Text(
        zh=f"{len(subjects)} 个{kind.zh}各抽查 {check.size} 户、替补 {reserves} 户，"
        f"从考核期内有走访记录的 {households} 户中抽取。",
        en=f"{check.size} households of each {kind.en} and {reserves} in reserve, drawn from"
        f" {households} with a claimed visit in the period.",
    )
    yield Text(
        zh="拒绝回答、联系不上或不符合条件的，由次序最前的替补接替，不作未走访处理。",
        en="Where somebody refuses, is not reached or not eligible, the foremost reserve takes the"
        " place; that is no false visit.",
    )
    yield rule_for(kind, by_building=False)
    yield Text(
        zh=f"名单只交抽查人员；{kind.zh}在抽查之前不得知道抽到了谁。",
        en=f"The list is for those who check; nobody of a {kind.en} may learn it beforehand.",
    )


def _columns(scheme: Scheme, check: VisitCheck) -> list[PlanColumn]:
    heading = scheme.fact_tables[check.claims].columns[check.household].heading
    return [
        *subject_columns(scheme),
        PlanColumn(
            check.household,
            Text(zh=heading, en=check.household.replace("_", " ")),
            Text(zh=f"见表 {check.claims}", en=f"as in table {check.claims}"),
        ),
        PlanColumn(
            "list",
            Text(zh="名单", en="List"),
            Text(
                zh="抽查户都要核查；替补只在接替时核查",
                en="all to check are checked; a reserve only where it takes a place",
            ),
            labels={**LISTS, MAIN: Text(zh="抽查户", en="to check")},
        ),
        figure("place", ("次序", "Place"), ("按此次序核查和接替", "checked in this order")),
    ]


def _subject_table(
    scheme: Scheme,
    check: VisitCheck,
    frame: Frame,
    found: dict[str, list[str]],
    subjects: Sequence[tuple[str, str]],
) -> PlanTable:
    rows = []
    for subject, name in subjects:
        households, listed = len(frame.get(subject, ())), len(found.get(subject, ()))
        main = min(listed, check.size)
        zh = f"有走访记录的 {households} 户，抽查 {main} 户、替补 {listed - main} 户。"
        en = f"Of {households} with a claimed visit {main} are checked, {listed - main} stand by."
        rows.append([subject, name, *map(str, (households, main, listed - main)), zh, en])
    columns = [
        *subject_columns(scheme),
        figure(
            "claimed",
            ("有走访记录的户数", "With a claimed visit"),
            ("考核期内，同一户只算一次", "in the period, each household once"),
        ),
        figure("main", ("抽查", "Checked"), ("抽查的户数", "households to be checked")),
        figure("reserves", ("替补", "Reserves"), ("替补的户数", "households in reserve")),
        *explanation_columns(Text(zh="这一行的意思", en="what the row says")),
    ]
    title = Text(zh=f"各{scheme.subject.label.zh}", en="Areas")
    return PlanTable("spot_check_subjects", title, columns, rows)
