"""What each command does: read, refuse with every fault, or work and print where it went."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kaohe.cli import BARRED, SCORED, WRONG
from kaohe.cli.watching import Progress, progress_shown
from kaohe.scheme.decisions import every_single_choice
from kaohe.scheme.json_schema import scheme_json_schema
from kaohe.scheme.linting.citing import citing_findings
from kaohe.scheme.loading import SchemeFile, load_scheme, take_decisions
from kaohe.scheme.shipped import find_scheme, shipped_schemes
from kaohe.values.faults import fault_lines
from kaohe.values.findings import Finding
from kaohe.values.text import Language, Text

if TYPE_CHECKING:
    from kaohe.facts import Facts
    from kaohe.pipeline import Assessment
    from kaohe.values.tables import Table


FEWEST_REPLICATES = 100
"""Fewer replicates leave an error of more than seven per cent in every margin."""


class Refused(Exception):
    """The input, the scheme or the call is wrong; every fault has been listed."""


def run(asked: argparse.Namespace) -> int:
    """Run the command asked for."""
    try:
        return COMMANDS[asked.command](asked)
    except Refused:
        return WRONG


def say(text: str) -> None:
    """A line for a person, apart from what a command prints as its result."""
    print(text, file=sys.stderr)


def open_scheme(name: str, language: Language) -> SchemeFile:
    """The scheme of that name or path, without errors; else every error is listed."""
    path = find_scheme(name)
    if path is None:
        known, shipped = "、".join(shipped_schemes()), ", ".join(shipped_schemes())
        zh = f"找不到方案 {name}：它不是方案文件，随程序提供的有：{known}"
        en = f"no scheme {name}: it is no file, and the program ships {shipped}"
        if not name:
            zh, en = f"请写方案名或方案文件；随程序提供的有：{known}", f"name a scheme: {shipped}"
        elif Path(name).is_dir():
            zh, en = f"文件夹 {name} 中没有 scheme.yaml", f"{name} holds no scheme.yaml"
        say(Text(zh=zh, en=en)[language])
        raise Refused
    scheme_file, findings = load_scheme(path, only_errors=True)
    errors = [finding for finding in findings if finding.weight == "error"]
    print_findings(errors, language)
    if scheme_file is None:
        raise Refused
    return scheme_file


def print_findings(findings: list[Finding], language: Language) -> None:
    """Findings on stderr, a line each."""
    for finding in findings:
        say(finding.text(language))


def print_wrong_readings(
    wrong: Sequence[tuple[Mapping[str, str], list[Finding]]],
    taken: Mapping[str, str],
    language: Language,
) -> None:
    """What is wrong with a scheme only where several decisions are answered otherwise."""
    for reading, findings in wrong:
        given = ", ".join(f"{one}={name}" for one, name in reading.items() if name != taken[one])
        zh = f"改为 {given} 时，方案有误："
        say(Text(zh=zh, en=f"the scheme has errors under {given}:")[language])
        print_findings(findings, language)


def assessed(asked: argparse.Namespace, progress: Progress | None) -> Assessment:
    """The assessment that the call asks for; every fault of call and facts is listed together."""
    from kaohe.measures import EngineError
    from kaohe.pipeline import assess

    language: Language = asked.lang
    scheme_file = open_scheme(asked.scheme, language)
    taken, wrong = take_decisions(scheme_file.options, asked.decide)
    for text in wrong:
        say(text[language])
    scheme, findings = scheme_file.checked(taken)
    errors = [finding for finding in findings if finding.weight == "error"]
    print_findings(errors, language)
    if scheme is None or errors:
        raise Refused
    facts = checked_facts(asked.facts, scheme.fact_tables, language, progress)
    if facts is None or wrong:
        raise Refused
    try:
        digest = scheme_file.document.sha256
        return assess(scheme, digest, taken, facts, asked.engine, progress)
    except EngineError as problem:
        say(problem.text[language])
        raise Refused from None


def checked_facts(
    source: str, tables: Mapping[str, Table], language: Language, progress: Progress | None
) -> Facts | None:
    """Facts without faults; else every fault is listed."""
    from kaohe.facts import SourceError, read_facts

    try:
        reading = read_facts(source, tables, progress=progress)
    except SourceError as problem:
        say(problem.text[language])
        raise Refused from None
    for note in reading.notes:
        say(note[language])
    for line in fault_lines(reading.faults, reading.fault_count, language):
        say(line)
    return reading.facts


def cannot_write(out: str, problem: OSError, language: Language) -> Refused:
    """That results cannot be written, said."""
    reason = problem.strerror or str(problem)
    say(Text(zh=f"写不了 {out}：{reason}", en=f"cannot write to {out}: {reason}")[language])
    return Refused()


def score(asked: argparse.Namespace) -> int:
    """Score facts, write the results, print the table."""
    from kaohe.cli.printing import print_results
    from kaohe.outputs import write_results

    language: Language = asked.lang
    with progress_shown(language) as progress:
        assessment = assessed(asked, progress)
        try:
            written = write_results(assessment, Path(asked.out), language, progress)
        except OSError as problem:
            raise cannot_write(asked.out, problem, language) from None
    print_results(assessment, written, language)
    return SCORED if assessment.final else BARRED


def robustness(asked: argparse.Namespace) -> int:
    """Tell how far sampling decides, and write it down."""
    from kaohe.analysis.robustness import robustness as how_firm
    from kaohe.cli.printing import print_robustness
    from kaohe.outputs.robustness import write_robustness

    language: Language = asked.lang
    if asked.replicates < FEWEST_REPLICATES:
        zh = f"--replicates 至少 {FEWEST_REPLICATES} 次，再少就说明不了问题"
        en = f"--replicates: at least {FEWEST_REPLICATES}; fewer tell nothing"
        say(Text(zh=zh, en=en)[language])
        raise Refused
    with progress_shown(language) as progress:
        assessment = assessed(asked, progress)
        tell = progress or (lambda _step, _share: None)
        found = how_firm(
            assessment.sheet,
            assessment.facts,
            asked.replicates,
            asked.seed,
            lambda share: tell("replicate", share),
        )
        if not found.says_something:
            zh = "方案没有可以重抽的答卷，也没有比率和加权项目，没有什么可算"
            en = "the scheme has neither ballots nor rates nor weights: there is nothing to tell"
            say(Text(zh=zh, en=en)[language])
            raise Refused
        try:
            written = write_robustness(assessment, found, Path(asked.out), language)
        except OSError as problem:
            raise cannot_write(asked.out, problem, language) from None
    for text in found.notes:
        say(text[language])
    print_robustness(assessment, found, written, language)
    return SCORED if assessment.final else BARRED


def report(asked: argparse.Namespace) -> int:
    """Write the letters, the notice and the workbook."""
    language: Language = asked.lang
    try:
        from kaohe.outputs.papers.writing import write_report
        from kaohe.reports.typesetting import MissingGlyphs
    except ImportError as problem:
        zh = f"缺少写文件用的程序库（{problem.name}）：pip install 'kaohe[reports]'"
        en = (
            f"what writes documents is not installed ({problem.name}): pip install 'kaohe[reports]'"
        )
        say(Text(zh=zh, en=en)[language])
        raise Refused from None
    from kaohe.cli.printing import print_report

    with progress_shown(language) as progress:
        assessment = assessed(asked, progress)
        try:
            written = write_report(assessment, Path(asked.out), language, progress=progress)
        except MissingGlyphs as problem:
            say(problem.text[language])
            raise Refused from None
        except OSError as problem:
            raise cannot_write(asked.out, problem, language) from None
    print_report(assessment, Path(asked.out), written, language)
    return SCORED if assessment.final else BARRED


def explain(asked: argparse.Namespace) -> int:
    """Print the tree of reasons of one subject."""
    from kaohe.cli.printing import print_reasons

    language: Language = asked.lang
    with progress_shown(language) as progress:
        assessment = assessed(asked, progress)
    if asked.subject is not None and asked.subject not in assessment.scheme.subjects:
        known = "、".join(assessment.scheme.subjects) or "无"
        zh = f"没有名为 {asked.subject} 的对象种类，可用：{known}"
        en = f"there is no subject {asked.subject}; there are {known}"
        say(Text(zh=zh, en=en)[language])
        raise Refused
    assessment = assessment.of(asked.subject)
    if asked.area not in assessment.sheet.ids:
        label = assessment.subject.label
        zh = f"没有编号为 {asked.area} 的{label.zh}"
        say(Text(zh=zh, en=f"there is no {label.en} {asked.area}")[language])
        raise Refused
    if asked.node is not None and asked.node not in assessment.columns:
        zh = f"没有名为 {asked.node} 的节点，可用：{'、'.join(assessment.columns)}"
        en = f"there is no node {asked.node}; there are {', '.join(assessment.columns)}"
        say(Text(zh=zh, en=en)[language])
        raise Refused
    print_reasons(assessment, asked.area, asked.node, language)
    return SCORED


def check(asked: argparse.Namespace) -> int:
    """List what is to be said about a scheme, or print the schema of the language."""
    language: Language = asked.lang
    if asked.json_schema:
        print(json.dumps(scheme_json_schema(), ensure_ascii=False, indent=2))
        return SCORED
    path = find_scheme(asked.scheme) if asked.scheme else None
    if path is None:
        open_scheme(asked.scheme or "", language)
        raise Refused
    scheme_file, findings = load_scheme(path)
    if asked.document is not None and scheme_file is not None:
        schemes = [scheme_file.under(taken) for taken in every_single_choice(scheme_file.options)]
        findings += citing_findings(schemes, scheme_file.document, Path(asked.document))
    proof = None
    if scheme_file is not None:
        from kaohe.proving import prove

        proof = prove(path, scheme_file)
        findings += proof.findings
    for finding in findings:
        print(finding.text(language))
    to_mend = any(finding.weight != "note" for finding in findings)
    if not to_mend:
        number = 0 if proof is None else proof.examples
        zh, en = f"{path.name}：没有要改的", f"{path.name}: nothing to mend"
        if number:
            zh, en = f"{zh}，{number} 个算例全部算对", f"{en}, {number} examples come out"
        print(Text(zh=zh, en=en)[language])
    return WRONG if to_mend else SCORED


def compare(asked: argparse.Namespace) -> int:
    """Tell what one scheme changes against another."""
    from kaohe.scheme.comparing import compare as compared

    language: Language = asked.lang
    schemes = []
    for name in (asked.older, asked.newer):
        # The second is looked at whatever the first is like, so that everything is listed at once.
        with suppress(Refused):
            schemes.append(open_scheme(name, language))
    if len(schemes) < len((asked.older, asked.newer)):
        raise Refused
    for line in compared(*schemes).lines(language):
        print(line)
    return SCORED


def template(asked: argparse.Namespace) -> int:
    """Write the workbook that data providers fill in."""
    from kaohe.facts.template import write_template

    language: Language = asked.lang
    scheme = open_scheme(asked.scheme, language).under({})
    try:
        write_template(scheme.fact_tables, scheme.title, Path(asked.out), language)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        zh = f"写不了 {asked.out}：{reason}"
        say(Text(zh=zh, en=f"cannot write {asked.out}: {reason}")[language])
        raise Refused from None
    print(asked.out)
    return SCORED


def generate(asked: argparse.Namespace) -> int:
    """Generate a demonstration town."""
    from kaohe.cli.demonstration import generate_town

    scheme_file = open_scheme(asked.scheme, asked.lang)
    path = find_scheme(asked.scheme)
    assert path is not None
    return generate_town(asked, path, scheme_file)


def plan(asked: argparse.Namespace) -> int:
    """Plan samples, checks of visits and who takes part."""
    from kaohe.cli.planning import make_plan

    return make_plan(asked, open_scheme(asked.scheme, asked.lang))


def sensitivity(asked: argparse.Namespace) -> int:
    """Score under every reading, write what moves, print which decisions matter."""
    from kaohe.analysis.sensitivity import trials_of
    from kaohe.cli.printing import print_study
    from kaohe.cli.simulating import facts_asked_for
    from kaohe.facts.generating import GeneratingError
    from kaohe.measures import EngineError
    from kaohe.outputs import write_study
    from kaohe.readings import WrongReadings, study

    language: Language = asked.lang
    scheme_file = open_scheme(asked.scheme, language)
    taken, wrong = take_decisions(scheme_file.options, asked.decide)
    for text in wrong:
        say(text[language])
    trials = trials_of(scheme_file.options, taken)
    with progress_shown(language) as progress, facts_asked_for(asked, progress) as source:
        if isinstance(source, Text):
            say(source[language])
            raise Refused

        def facts_of(tables: Mapping[str, Table]) -> Facts:
            facts = checked_facts(source.prepared(tables), tables, language, progress)
            if facts is None or wrong:
                raise Refused
            return facts

        try:
            found = study(scheme_file, trials, facts_of, asked.engine, progress)
            found = replace(found, simulated=source.simulated)
            written = write_study(found, Path(asked.out), language)
        except WrongReadings as problem:
            print_wrong_readings(problem.wrong, taken, language)
            raise Refused from None
        except GeneratingError as problem:
            for text in problem.texts:
                say(text[language])
            raise Refused from None
        except EngineError as problem:
            say(problem.text[language])
            raise Refused from None
        except OSError as problem:
            raise cannot_write(asked.out, problem, language) from None
    print_study(found, written, language)
    return SCORED


def serve(asked: argparse.Namespace) -> int:
    """Serve the web application on the configured database, or the demonstration town."""
    language: Language = asked.lang
    try:
        from kaohe.web import serving
    except ImportError as problem:
        zh = f"网页系统没有安装（{problem.name}）：pip install 'kaohe[web]'"
        en = f"the web application is not installed ({problem.name}): pip install 'kaohe[web]'"
        say(Text(zh=zh, en=en)[language])
        raise Refused from None
    try:
        if asked.command == "demo":
            serving.demo(asked.port, asked.data, language)
        else:
            serving.serve(asked.host, asked.port, language)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        zh = f"无法启动（端口 {asked.port}）：{reason}"
        say(Text(zh=zh, en=f"cannot start (port {asked.port}): {reason}")[language])
        raise Refused from None
    except serving.WronglyConfigured as problem:
        say(str(problem))
        raise Refused from None
    return SCORED


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "score": score,
    "robustness": robustness,
    "report": report,
    "explain": explain,
    "check": check,
    "compare": compare,
    "sensitivity": sensitivity,
    "template": template,
    "generate": generate,
    "plan": plan,
    "demo": serve,
    "serve": serve,
}
