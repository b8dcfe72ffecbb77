"""``kaohe plan``: sample sizes, a drawn sample, households for the check of visits, the union."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from kaohe.analysis.asking import Ask, asked_of, partial_checks, tables_for, union_checks
from kaohe.analysis.frames import FRAME, frame_table
from kaohe.analysis.plan import Plan
from kaohe.analysis.sample_plan import sample_plan
from kaohe.analysis.size_plan import Wishes, size_plan
from kaohe.analysis.spread import spreads_of
from kaohe.analysis.union_plan import Expectations, union_plan
from kaohe.analysis.visit_plan import claimed, short_of, visit_check, visit_plan
from kaohe.cli import SCORED, WRONG
from kaohe.cli.plan_calls import NUMBER, SHARE, PlanCall, Wrong, hashes
from kaohe.facts import Facts
from kaohe.outputs.plans import write_plan
from kaohe.scheme.loading import SchemeFile
from kaohe.values.numbers import PERCENT
from kaohe.values.tables import Table
from kaohe.values.text import Text


def make_plan(asked: argparse.Namespace, scheme_file: SchemeFile) -> int:
    """Make the plan asked for and write it; say what it tells and where it is."""
    call = PlanCall(asked, scheme_file)
    try:
        with ExitStack() as opened:
            plan, facts = PLANS[asked.plan](call, opened)
            written = _write(call, plan, call.origin(facts))
    except Wrong:
        return WRONG
    print(plan.title[call.language])
    for text in (*plan.says, *plan.kept):
        print(f"  {text[call.language]}")
    for path in written:
        print(path)
    return SCORED


def _write(call: PlanCall, plan: Plan, origin: Mapping[str, Any]) -> list[Path]:
    try:
        return write_plan(plan, origin, Path(call.asked.out), call.language)
    except OSError as problem:
        reason, out = problem.strerror or str(problem), call.asked.out
        call.say(Text(zh=f"写不了 {out}：{reason}", en=f"cannot write to {out}: {reason}"))
        raise Wrong from None


def _facts(call: PlanCall, opened: ExitStack, tables: Mapping[str, Table]) -> Facts:
    """The facts of the call; Wrong where there are none, or something else is wrong."""
    facts = call.read(call.asked.facts, tables)
    if facts is None:
        raise Wrong
    return opened.enter_context(facts)


def _asks(call: PlanCall, facts: Facts, checks: Sequence[str]) -> dict[str, list[Ask]]:
    asks, faults = asked_of(call.scheme, facts, checks)
    call.refuse(faults)
    return asks


def _wishes(call: PlanCall) -> Wishes:
    """What is wanted of samples, as the call says it."""
    margin, deviation = call.points("margin"), call.points("deviation")
    confidence, response = call.share("confidence"), call.share("response")
    if confidence in (0, 1):
        call.fault("--confidence 应大于 0%、小于 100%", "--confidence: above 0% and below 100%")
    if response == 0:
        call.fault("--response 应大于 0%", "--response: above 0%")
    if call.asked.deviation is not None and call.asked.last_year is not None:
        call.fault(
            "--deviation 和 --last-year 只写一个",
            "give one of --deviation and --last-year, not both",
        )
    usual = Wishes()
    return Wishes(
        margin=margin,
        confidence=confidence or usual.confidence,
        deviation=deviation or usual.deviation,
        response=response or usual.response,
    )


def _with_spreads(call: PlanCall, wishes: Wishes, checks: Sequence[str]) -> Wishes:
    """The wishes with the deviations of last year's ballots, where the call names their facts."""
    source, questionnaire = call.asked.last_year, call.scheme.questionnaire
    if source is None:
        return wishes
    if questionnaire is None:
        call.say(
            Text(
                zh="方案没有问卷，不能用 --last-year",
                en="the scheme has no questionnaire, so --last-year cannot be used",
            )
        )
        raise Wrong
    facts = call.read(source, tables_for(call.scheme, questionnaire.ballots))
    if facts is None:
        raise Wrong
    known = partial_checks(call.scheme)
    call.last_year = hashes(facts)
    with facts:
        spreads = spreads_of(call.scheme, facts, [known[check] for check in checks])
    return replace(wishes, spreads=spreads)


def _sizes(call: PlanCall, opened: ExitStack) -> tuple[Plan, Facts]:
    checks = list(partial_checks(call.scheme))
    wishes = _wishes(call)
    if not checks:
        _no_sample(call)
    call.stop_if_wrong()
    facts = _facts(call, opened, tables_for(call.scheme))
    wishes = _with_spreads(call, wishes, checks)
    return size_plan(call.scheme, _asks(call, facts, checks), wishes), facts


def _no_sample(call: PlanCall) -> None:
    call.fault(
        "方案没有对样本的要求（没有“至少占总数多少”的检查）",
        "the scheme asks for no sample: no check wants at least a share of something",
    )


def _sample(call: PlanCall, opened: ExitStack) -> tuple[Plan, Facts]:
    checks = partial_checks(call.scheme)
    check, wishes, seed = _chosen(call, list(checks)), _wishes(call), call.seed()
    call.stop_if_wrong()
    tables = {
        **tables_for(call.scheme),
        FRAME: frame_table(call.scheme, checks[check]),
    }
    facts = _facts(call, opened, tables)
    wishes = _with_spreads(call, wishes, [check])
    asks = _asks(call, facts, [check])[check]
    plan = sample_plan(call.scheme, facts, tables, check, asks, wishes, seed)
    if not isinstance(plan, Plan):
        call.refuse(plan)
        raise Wrong
    return plan, facts


def _chosen(call: PlanCall, checks: Sequence[str]) -> str:
    """The check that the call names; the only one, where it names none."""
    asked: str | None = call.asked.check
    if not checks:
        _no_sample(call)
    elif asked is None and len(checks) == 1:
        return checks[0]
    elif asked not in checks:
        zh = "请用 --check 写明为哪项要求抽样" if asked is None else f"没有检查项 {asked}"
        en = "say with --check for which sample" if asked is None else f"there is no check {asked}"
        call.fault(f"{zh}，可用：{'、'.join(checks)}", f"{en}: {', '.join(checks)}")
    return asked or ""


def _visits(call: PlanCall, opened: ExitStack) -> tuple[Plan, Facts]:
    check, seed = visit_check(call.scheme), call.seed()
    if call.asked.reserves < 0:
        call.fault("--reserves 不能小于 0", "--reserves: 0 or more")
    if check is None:
        call.fault(
            "方案没有“抽查若干户、核对走访记录”的检查",
            "the scheme has no check of a fixed number of households against claimed visits",
        )
    call.stop_if_wrong()
    assert check is not None
    facts = _facts(call, opened, tables_for(call.scheme, check.claims))
    subject = call.scheme.subject
    rows = facts.rows(subject.table, (subject.id, subject.name))
    subjects = sorted((str(one), str(name or "")) for one, name in rows)
    frame = claimed(call.scheme, facts, check)
    for note in short_of(check, frame, subjects):
        call.say(note)
    return visit_plan(call.scheme, check, frame, subjects, call.asked.reserves, seed), facts


def _union(call: PlanCall, opened: ExitStack) -> tuple[Plan, Facts]:
    unions = union_checks(call.scheme)
    if len(unions) != 1:
        call.fault(
            "方案没有把几种方式合在一起计算不重复户数的检查",
            "the scheme has no check that counts different households over several channels",
        )
    check, channels = next(iter(unions.items()), ("", []))
    parts = [part.check for rounds in channels for part in rounds]
    expectations = _expectations(call, parts)
    call.stop_if_wrong()
    facts = _facts(call, opened, tables_for(call.scheme))
    asks = _asks(call, facts, [check, *parts])
    return union_plan(call.scheme, check, channels, asks, expectations), facts


def _expectations(call: PlanCall, parts: Sequence[str]) -> Expectations:
    shares: dict[str, Fraction] = {}
    numbers: dict[str, int] = {}
    for given in call.asked.expect:
        check, _, value = given.partition("=")
        share = SHARE.fullmatch(value)
        if check not in parts:
            call.fault(
                f"--expect {given}：没有检查项 {check}，可用：{'、'.join(parts)}",
                f"--expect {given}: there is no check {check}; there are {', '.join(parts)}",
            )
        elif check in shares or check in numbers:
            call.fault(f"--expect {check} 写了两次", f"--expect {check} is given twice")
        elif share and Fraction(share[1]) <= PERCENT:
            shares[check] = Fraction(share[1]) / PERCENT
        elif NUMBER.fullmatch(value):
            numbers[check] = int(value)
        else:
            call.fault(
                f"--expect {given}：等号后应为百分数（如 45%）或户数（如 120）",
                f"--expect {given}: a per cent such as 45% or a number of households such as 120",
            )
    return Expectations(shares, numbers, call.share("overlap"))


PLANS = {"sizes": _sizes, "sample": _sample, "visits": _visits, "union": _union}
