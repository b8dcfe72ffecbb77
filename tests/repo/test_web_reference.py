"""The reference of the web application is what its tables say."""

from pathlib import Path

import pytest

from tests.repo.web_reference import MANUALS, PAGE, manual, reference_page


def test_the_page_is_as_the_tables_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "run: make docs"


@pytest.mark.parametrize(("page", "name"), MANUALS.items(), ids=MANUALS.values())
def test_a_page_for_developers_is_the_one_that_they_are_given(page: Path, name: str) -> None:
    assert page.read_text(encoding="utf-8") == manual(name), "run: make docs"
