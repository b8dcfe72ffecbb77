"""From a scheme file to a scheme under the decisions taken; never an exception for bad content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from kaohe.scheme.assembling import Assembly
from kaohe.scheme.decisions import (
    Options,
    decision_findings,
    declared_options,
    every_choice_that_matters,
)
from kaohe.scheme.document import Document, read_document
from kaohe.scheme.linting import beside_findings, idle_overrides, lint
from kaohe.scheme.linting.yearly import Others
from kaohe.scheme.model import Scheme
from kaohe.scheme.shapes import shape_findings
from kaohe.scheme.sharing import with_something_new
from kaohe.scheme.shipped import find_scheme, shipped_schemes
from kaohe.values.findings import Finding
from kaohe.values.once import Once
from kaohe.values.text import Text


@dataclass(frozen=True)
class SchemeFile:
    """A scheme file without errors: its document, and the options of its decisions."""

    document: Document
    options: Options

    @cached_property
    def assembly(self) -> Assembly:
        """The schemes of the document; those under other options have most parts in common."""
        return Assembly(self.document.root)

    @property
    def defaults(self) -> dict[str, str]:
        """Every decision with its default."""
        return {decision: names[0] for decision, names in self.options.items()}

    def checked(self, taken: Mapping[str, str]) -> tuple[Scheme | None, list[Finding]]:
        """The scheme under just these options, if it has a shape, and what stops it scoring."""
        whole = {**self.defaults, **taken}
        return _checked(self.document, self.assembly, whole, only_errors=True)

    def under(self, taken: Mapping[str, str]) -> Scheme:
        """The scheme under options that are known to be without error, the default for the rest."""
        return self.assembly.unfolded(self.assembly.written({**self.defaults, **taken}))

    def under_each(
        self, readings: Iterable[Mapping[str, str]]
    ) -> tuple[list[Scheme], list[tuple[Mapping[str, str], list[Finding]]]]:
        """The scheme under each set of options, and what stops it scoring under any of them.

        A scheme in which nothing is new, nor beside anything new, is not looked at again.
        """
        schemes: list[Scheme] = []
        whole: dict[int, tuple[Mapping[str, str], Scheme]] = {}
        wrong: list[tuple[Mapping[str, str], list[Finding]]] = []
        for taken in readings:
            try:
                written = self.assembly.written(taken)
            except ValidationError as problem:
                wrong.append((taken, shape_findings(self.document, problem)))
                continue
            schemes.append(self.assembly.unfolded(written))
            whole[id(schemes[-1])] = taken, written
        for scheme in with_something_new(schemes, Once()):
            taken, written = whole[id(scheme)]
            found = lint(scheme, written, self.document, only_errors=True)
            errors = [one for one in found if one.weight == "error"]
            if errors:
                wrong.append((taken, errors))
        return schemes, wrong


def load_scheme(
    path: Path, *, only_errors: bool = False
) -> tuple[SchemeFile | None, list[Finding]]:
    """A scheme file, checked for shape and meaning: every option alone, and every set of options
    that one place of the file depends on.

    Returns the file (None if there is an error) and all findings, in the order of their lines.
    With ``only_errors`` nothing is looked for but what stops scoring.
    """
    document, findings = read_document(path)
    if document is None:
        return None, findings
    findings = decision_findings(document)
    options = declared_options(document.root)
    if not findings:
        findings = _under_every_choice(document, options, None if only_errors else _others(path))
    every = sorted(dict.fromkeys(findings), key=lambda finding: (finding.line or 0, finding.code))
    has_error = any(finding.weight == "error" for finding in every)
    return (None if has_error else SchemeFile(document, options)), every


def _under_every_choice(
    document: Document, options: Options, others: Others | None
) -> list[Finding]:
    """What is said under every choice that matters; without ``others`` errors alone."""
    runs: list[tuple[Scheme, list[Finding]]] = []
    assembly = Assembly(document.root)
    findings: list[Finding] = []
    for taken in every_choice_that_matters(document.root, options):
        scheme, found = _checked(document, assembly, taken, only_errors=others is None)
        findings.extend(found)
        if scheme is not None:
            runs.append((scheme, found))
    # With an error there, the rules that findings come from did not look at the scheme.
    if others is None or not runs or any(one.weight == "error" for one in findings):
        return findings
    default = runs[0][0]
    findings += beside_findings(default, document, others)
    findings = [one for one in findings if one.code != "S203" or _whatever_is_taken(one, runs)]
    return [*findings, *idle_overrides(default, document, findings)]


def _checked(
    document: Document, assembly: Assembly, taken: Mapping[str, str], *, only_errors: bool
) -> tuple[Scheme | None, list[Finding]]:
    try:
        written = assembly.written(taken)
    except ValidationError as problem:
        return None, shape_findings(document, problem)
    scheme = assembly.unfolded(written)
    return scheme, lint(scheme, written, document, only_errors=only_errors)


def _others(path: Path) -> Others:
    """Other schemes by their shipped name, or by their path from this one's folder."""

    def found(name: str) -> Scheme | None:
        other = (
            find_scheme(name) if name in shipped_schemes() else find_scheme(str(path.parent / name))
        )
        document, findings = read_document(other) if other is not None else (None, [])
        if document is None or decision_findings(document):
            return None
        scheme, wrong = SchemeFile(document, declared_options(document.root)).checked({})
        return None if any(one.weight == "error" for one in wrong) else scheme

    return found


def _whatever_is_taken(one: Finding, runs: Sequence[tuple[Scheme, list[Finding]]]) -> bool:
    """Whether something is said under every option under which its node is there."""
    known = {node_id for scheme, _ in runs for node_id in scheme.nodes}
    written = known | {node_id.rpartition(".")[0] for node_id in known}
    named = [node_id for node_id in written if f"{one.path}.".startswith(f"nodes.{node_id}.")]
    own = max(named, key=len, default="")
    return all(
        any((other.code, other.path) == (one.code, one.path) for other in found)
        for scheme, found in runs
        if not own or own in scheme.nodes or f"{own}.1" in scheme.nodes
    )


def take_decisions(options: Options, given: Sequence[str]) -> tuple[dict[str, str], list[Text]]:
    """``ID=OPTION`` texts as decisions taken, the default for the rest; and what is wrong."""
    taken = {decision: names[0] for decision, names in options.items()}
    seen: set[str] = set()
    wrong: list[Text] = []
    for text in given:
        decision, equals, option = text.partition("=")
        if not equals and decision in options:
            listed = options[decision]
            zh = f"--decide {text}：请写成 {text}=选项，可用：{'、'.join(listed)}"
            en = f"--decide {text}: write {text}=OPTION; there are {', '.join(listed)}"
            wrong.append(Text(zh=zh, en=en))
        elif decision not in options:
            zh = f"--decide {text}：没有这个决定事项，可用：{'、'.join(options) or '无'}"
            en = f"--decide {text}: no such decision; there are {', '.join(options) or 'none'}"
            wrong.append(Text(zh=zh, en=en))
        elif decision in seen:
            zh = f"--decide {text}：同一事项给了两次"
            wrong.append(Text(zh=zh, en=f"--decide {text}: the same decision is given twice"))
        elif option not in options[decision]:
            zh = f"--decide {text}：{decision} 没有这个选项，可用：{'、'.join(options[decision])}"
            en = f"--decide {text}: no such option; {decision}: {', '.join(options[decision])}"
            wrong.append(Text(zh=zh, en=en))
        else:
            taken[decision] = option
        seen.add(decision)
    return taken, wrong
