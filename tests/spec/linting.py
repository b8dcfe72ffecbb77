"""The lint rules by example: a scheme that breaks each rule at a marked line, one that keeps it.

``lint.md`` holds a section for each code: what it means, a bad example whose faulty line ends in
``# here``, what is said about it in Chinese and English, and a good example. Where a rule looks at
a file beside the scheme, that file stands in a block of its own, named like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kaohe.proving import prove
from kaohe.scheme.linting.citing import citing_findings
from kaohe.scheme.loading import load_scheme
from kaohe.values.findings import Finding
from tests.spec.markdown import Block, Bullets, Fence, Heading, MarkdownError, Paragraph, blocks

SOURCE = Path(__file__).with_name("lint.md")
MARK = "# here"
SCHEME, POLICY = "scheme.yaml", "policy.txt"
Files = Mapping[str, str]

# What an example leaves out is written below it, so that its lines keep their numbers.
REST = {
    "id": 'id: example\nversion: "1"\n',
    "title": "title: {zh: 示例, en: Example}\n",
    "subject": "subject: {table: schools, id: school, name: name, label: {zh: 学校, en: school}}\n",
    "rounding": "rounding: {places: 2}\n",
    "missing": "missing: absent\n",
    "tables": """\
tables:
  schools:
    label: {zh: 学校, en: schools}
    row: {zh: 一所学校, en: a school}
    key: [school]
    columns:
      school: {type: id, heading: 学校编号}
      name: {type: text, heading: 学校名称}
      pupils: {type: whole, heading: 学生数}
      type: {type: choice, heading: 类别, choices: {town: 城区, village: 乡村}}
      score: {type: decimal, heading: 得分, places: 1, minimum: 0, maximum: 100}
  complaints:
    label: {zh: 投诉, en: complaints}
    row: {zh: 一件投诉, en: one complaint}
    columns:
      school: {type: id, heading: 学校编号, refers_to: schools.school}
      solved: {type: boolean, heading: 是否解决}
  families:
    label: {zh: 参与家庭, en: families taking part}
    row: {zh: 一户参与一次, en: one family taking part once}
    columns:
      school: {type: id, heading: 学校编号, refers_to: schools.school}
      family: {type: id, heading: 家庭编号}
      way: {type: choice, heading: 方式, choices: {paper: 纸质, phone: 电话}}
  staff:
    label: {zh: 教职工, en: staff}
    row: {zh: 一人一职, en: a person in a role}
    key: [person]
    columns:
      person: {type: id, heading: 人员编号}
      school: {type: id, heading: 学校编号, refers_to: schools.school}
      role: {type: choice, heading: 职务, choices: {head: 校长, teacher: 教师}}
      acting: {type: boolean, heading: 是否代理}
""",
    "nodes": """\
nodes:
  pupils: {kind: tally, label: 学生数, clause: 第一条, of: {attribute: schools.pupils}}
""",
}


@dataclass(frozen=True)
class Example:
    """One code with its examples; ``file`` and ``line`` are where the bad one is wrong."""

    code: str
    bad: Files
    file: str
    line: int
    messages: tuple[str, ...]
    good: Files


def examples() -> list[Example]:
    """The examples of all codes, in order."""
    sections: list[tuple[str, list[Block]]] = []
    for block in blocks(SOURCE.read_text(encoding="utf-8")):
        if isinstance(block, Heading):
            sections.append((block.text, []))
        elif sections:
            sections[-1][1].append(block)
    return [_example(code, inside) for code, inside in sections if code.startswith("S")]


def _example(code: str, inside: list[Block]) -> Example:
    fences = [one for one in inside if isinstance(one, Fence)]
    bad, good = (
        {_file(one): one.text for one in fences if one.info[1] == word} for word in ("bad", "good")
    )
    said = [one.items for one in inside if isinstance(one, Bullets)]
    if not bad or not good or len(said) != 1:
        raise MarkdownError(f"{code} needs a bad and a good example, and what is said")
    marked = [
        (file, number)
        for file, text in bad.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if MARK in line
    ]
    if len(marked) != 1:
        raise MarkdownError(f"{code} needs exactly one line marked {MARK}")
    return Example(code, bad, *marked[0], said[0], good)


def _file(fence: Fence) -> str:
    return fence.info[2] if len(fence.info) > 2 else SCHEME


def findings_of(files: Files, folder: Path) -> list[Finding]:
    """What is said about an example, completed to a whole scheme."""
    for name, text in files.items():
        written = whole(text) if name == SCHEME else text.replace(f" {MARK}", "")
        (folder / name).write_text(written, encoding="utf-8")
    path, policy = folder / SCHEME, folder / POLICY
    if SCHEME not in files:
        path.write_text(whole(""), encoding="utf-8")
    scheme_file, findings = load_scheme(path)
    if scheme_file is None:
        return findings
    if policy.is_file():
        schemes = [scheme_file.under({})]
        findings += citing_findings(schemes, scheme_file.document, policy)
    return findings + prove(path, scheme_file).findings


def whole(example: str) -> str:
    """An example with the parts of a scheme that it leaves out."""
    keys = {line.partition(":")[0] for line in example.splitlines() if line[:1].isalpha()}
    return example + "".join(text for key, text in REST.items() if key not in keys)


def lint_page() -> str:
    """The page of all codes: a table of them, then their sections."""
    parts = list(blocks(SOURCE.read_text(encoding="utf-8")))
    opening, first, rest = SOURCE.read_text(encoding="utf-8").partition("## ")
    sections = f"{first}{rest}"
    for kind, file in re.findall(r"^```(\w+) bad ?(.*)$", sections, flags=re.MULTILINE):
        beside = f" (`{file}`)" if file else ""
        for word, caption in (("bad", "Wrong"), ("good", "Right")):
            fence = f"```{kind} {word} {file}".rstrip()
            sections = sections.replace(f"{fence}\n", f"{caption}{beside}:\n\n```{kind}\n")
    left_out = f"## What the examples leave out\n\n```yaml\n{''.join(REST.values())}```\n"
    return opening + "\n".join([*_summary(parts), "", sections, left_out])


def _summary(parts: list[Block]) -> Iterator[str]:
    """A row for each code with the first paragraph of its section."""
    yield "| code | meaning |"
    yield "| --- | --- |"
    for heading, meaning in zip(parts, parts[1:], strict=False):
        if isinstance(heading, Heading) and heading.level == 2 and isinstance(meaning, Paragraph):
            yield f"| [{heading.text}](#{heading.text.lower()}) | {meaning.text} |"
