"""A scheme that is written back and loaded again is the same scheme."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kaohe.scheme.decisions import every_single_choice
from kaohe.scheme.document import plain
from kaohe.scheme.dumping import dump
from kaohe.scheme.loading import load_scheme
from kaohe.scheme.model import Scheme
from kaohe.scheme.shipped import find_scheme, shipped_schemes
from tests.spec.cases import all_cases
from tests.spec.schemes import scheme_file


def again(scheme: Scheme) -> Scheme:
    root = yaml.compose(dump(scheme), Loader=yaml.CSafeLoader)
    assert root is not None
    return Scheme.model_validate(plain(root))


@pytest.mark.parametrize("name", shipped_schemes())
def test_shipped_scheme_comes_back_under_every_option(name: str) -> None:
    path = find_scheme(name)
    assert path is not None
    found, _ = load_scheme(path)
    assert found is not None
    for taken in every_single_choice(found.options):
        scheme = found.under(taken)
        assert again(scheme) == scheme


def test_scheme_of_every_case_comes_back(tmp_path: Path) -> None:
    for number, case in enumerate(all_cases()):
        folder = tmp_path / str(number)
        folder.mkdir()
        scheme = scheme_file(case, folder).under({})
        assert again(scheme) == scheme, case.name


def test_scheme_that_comes_back_is_dumped_alike() -> None:
    path = find_scheme("gaojing-2024")
    assert path is not None
    found, _ = load_scheme(path)
    assert found is not None
    text = dump(found.under({}))
    assert dump(again(found.under({}))) == text
