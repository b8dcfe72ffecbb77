"""Every word of the language stands in a case: a new one without a case is found here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import pytest

from kaohe.scheme.formulas import FUNCTIONS
from kaohe.scheme.graph import treatments
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AbsenceName, Treatment
from kaohe.scoring.working import KINDS
from kaohe.values.text import Frozen
from tests.spec.cases import Case, all_cases, chapter_files
from tests.spec.markdown import Fence, blocks
from tests.spec.parameters import models_of_the_language, own_fields
from tests.spec.schemes import scheme_file

PARTS = models_of_the_language()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Case, Scheme]]:
    """Every case with its scheme under the decisions of each of its runs."""
    found = []
    for case in all_cases():
        one = scheme_file(case, tmp_path_factory.mktemp("case"))
        for run in case.runs:
            found.append((case, one.under({**one.defaults, **dict(run.taken)})))
    return found


def parts_of(value: Any) -> Iterator[Frozen]:
    """A typed part with all parts within it."""
    if isinstance(value, Frozen):
        yield value
        value = [getattr(value, name) for name in value.model_fields_set]
    inside = value.values() if isinstance(value, Mapping) else value
    if isinstance(inside, str) or not hasattr(inside, "__iter__"):
        return
    for one in inside:
        yield from parts_of(one)


def words_used(part: Frozen) -> Iterator[tuple[str, str]]:
    """The parameters that a part states, and the choices that it takes."""
    for name in part.model_fields_set:
        field = type(part).model_fields[name]
        value = getattr(part, name)
        for owner in type(part).__mro__:
            if owner.__name__ in PARTS:
                yield owner.__name__, field.alias or name
                for one in value if isinstance(value, tuple) else (value,):
                    yield owner.__name__, f"{field.alias or name}: {one}"


def words_of(part: type[Frozen]) -> Iterator[tuple[str, str]]:
    """The parameters that a part has, and the choices that they admit.

    ``missing`` is the same everywhere: its choices are demanded once, below.
    """
    for name, field in own_fields(part).items():
        yield part.__name__, name
        for choice in choices_of(field.annotation) if name != "missing" else ():
            yield part.__name__, f"{name}: {choice}"


def choices_of(annotation: Any) -> Iterator[Any]:
    """The choices within an annotation."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
        return
    for one in get_args(annotation):
        yield from choices_of(one)


def test_every_parameter_and_choice_stands_in_a_case(told: list[tuple[Case, Scheme]]) -> None:
    used = {word for _, scheme in told for part in parts_of(scheme) for word in words_used(part)}
    every = {word for part in PARTS.values() for word in words_of(part)}
    assert every - used == set()


def test_every_treatment_of_missing_parts_stands_in_a_case(
    told: list[tuple[Case, Scheme]],
) -> None:
    used = [
        missing
        for _, scheme in told
        for part in parts_of(scheme)
        if (missing := getattr(part, "missing", None)) is not None
    ]
    treated = {treatment for missing in used for treatment in treatments(missing)}
    reasons = {reason for missing in used if isinstance(missing, Mapping) for reason in missing}
    assert {one for one in treated if isinstance(one, str)} == set(get_args(Treatment)[0].__args__)
    assert any(not isinstance(one, str) for one in treated)
    assert reasons == set(get_args(AbsenceName))


def test_every_kind_explains_itself_in_a_case(told: list[tuple[Case, Scheme]]) -> None:
    explained = {
        type(scheme.nodes[expected.named[0]])
        for case, scheme in told
        for run in case.runs
        for expected in run.expected
        if expected.kind == "reason" and expected.named[0] in scheme.nodes
    }
    assert set(KINDS) - explained == set()


def test_every_function_stands_in_a_formula() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in chapter_files())
    assert [name for name in FUNCTIONS if not re.search(rf"formula: .*\b{name}\(", text)] == []


def test_every_part_has_its_table_of_parameters() -> None:
    shown = [
        block.info[1]
        for path in chapter_files()
        for block in blocks(path.read_text(encoding="utf-8"))
        if isinstance(block, Fence) and block.info[:1] == ("parameters",)
    ]
    assert sorted(shown) == sorted(PARTS)
