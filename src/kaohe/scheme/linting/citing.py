"""The clauses that a scheme cites beside those of the policy document: ``--document FILE``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kaohe.scheme.document import Document
from kaohe.scheme.model import Scheme
from kaohe.scheme.policy_text import Clause, is_within, read_policy, references
from kaohe.values.findings import Finding
from kaohe.values.text import Frozen, Text

At = tuple[object, ...]
HEADING = re.compile(r"第.+[章节]")
"""Clauses that only gather articles, which are numbered through and cited alone."""


def citing_findings(schemes: Sequence[Scheme], document: Document, policy: Path) -> list[Finding]:
    """S601: clauses cited that the document lacks; S602: clauses of it that nothing cites.

    ``schemes`` are the document under whatever options; one of them suffices to cite a clause.
    S603: the policy document cannot be read.
    """
    clauses, problem = read_policy(policy)
    if problem is not None:
        return [Finding("S603", "error", policy.name, 1, "", problem)]
    citations = list(dict.fromkeys(one for scheme in schemes for one in cited(scheme)))
    known = [one.cited_as for one in clauses]
    return [
        *_strange(citations, document, policy.name, known),
        *_uncited({reference for _, reference in citations}, policy.name, clauses),
    ]


def cited(scheme: Scheme) -> Iterator[tuple[At, str]]:
    """Every clause that the scheme cites, with the place where it does."""
    for name in type(scheme).model_fields:
        yield from _cited((name,), getattr(scheme, name))


def _cited(path: At, value: Any) -> Iterator[tuple[At, str]]:
    if isinstance(value, Frozen):
        clause = getattr(value, "clause", None)
        if isinstance(clause, str):
            for reference in references(clause):
                yield (*path, "clause"), reference
        value = {name: getattr(value, name) for name in value.model_fields_set}
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _cited((*path, key), inner)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _cited((*path, index), inner)


def _strange(
    citations: Sequence[tuple[At, str]], document: Document, policy: str, known: Sequence[str]
) -> Iterator[Finding]:
    for path, reference in citations:
        if reference not in known:
            near = get_close_matches(reference, known, n=3, cutoff=0.6)
            zh = f"文件《{policy}》中没有条款 {reference}：请核对"
            en = f"{policy} has no clause {reference}: check it"
            if near:
                zh, en = f"{zh}（相近的有 {'、'.join(near)}）", f"{en} (near: {', '.join(near)})"
            yield document.finding("S601", "finding", path, zh, en)


def _uncited(used: Set[str], policy: str, clauses: Sequence[Clause]) -> Iterator[Finding]:
    for clause in clauses:
        if not HEADING.fullmatch(clause.cited_as) and not any(
            is_within(reference, clause) for reference in used
        ):
            words = f"：{clause.words}" if clause.words else ""
            zh = f"没有规则引用这一条{words}"
            en = f"no rule cites this clause{words.replace('：', ': ')}"
            message = Text(zh=zh, en=en)
            yield Finding("S602", "note", policy, clause.line, clause.cited_as, message)
