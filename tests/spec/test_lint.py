"""Every lint code: its bad example says it at the marked line, its good example says nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kaohe
from tests.spec.linting import Example, examples, findings_of

EXAMPLES = examples()
CODE = re.compile(r'"(S\d{3})"|code: (S\d{3})')


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_bad_example_is_found_at_its_line(example: Example, tmp_path: Path) -> None:
    found = findings_of(example.bad, tmp_path)
    places = [(one.code, one.file, one.line) for one in found]
    assert places == [(example.code, example.file, example.line)]
    assert (found[0].text("zh"), found[0].text("en")) == example.messages


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_good_example_is_clean(example: Example, tmp_path: Path) -> None:
    assert findings_of(example.good, tmp_path) == []


def test_every_code_has_its_section() -> None:
    folder = Path(kaohe.__file__).parent
    sources = [*folder.rglob("*.py"), *folder.rglob("*.yaml")]
    used = {
        match[1] or match[2]
        for path in sources
        for match in CODE.finditer(path.read_text(encoding="utf-8"))
    }
    assert [example.code for example in EXAMPLES] == sorted(used)
