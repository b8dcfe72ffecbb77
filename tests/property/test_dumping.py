"""A scheme that is written back and loaded again is the same scheme."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kaohe.scheme.document import plain
from kaohe.scheme.dumping import dump
from kaohe.scheme.model import Scheme
from kaohe.scheme.shipped import shipped_schemes
from kaohe.scheme.unfolding import unfolded
from tests.spec.cases import all_cases
from tests.spec.schemes import scheme_file as scheme_of_case
from tests.worlds.assessing import scheme_file, written_schemes


def again(scheme: Scheme) -> Scheme:
    root = yaml.compose(dump(scheme), Loader=yaml.CSafeLoader)
    assert root is not None
    return Scheme.model_validate(plain(root))


@pytest.mark.parametrize("name", shipped_schemes())
def test_shipped_scheme_comes_back_under_every_option(name: str) -> None:
    for written in written_schemes(name):
        scheme = unfolded(written)
        assert again(scheme) == scheme


def test_scheme_of_every_case_comes_back(tmp_path: Path) -> None:
    for number, case in enumerate(all_cases()):
        folder = tmp_path / str(number)
        folder.mkdir()
        scheme = scheme_of_case(case, folder).under({})
        assert again(scheme) == scheme, case.name


def test_scheme_that_comes_back_is_dumped_alike() -> None:
    scheme = scheme_file("gaojing-2024").under({})
    assert dump(again(scheme)) == dump(scheme)
