"""The reference of the web application is what its tables say."""

from tests.repo.web_reference import LINKS, PAGE, links_page, reference_page


def test_the_page_is_as_the_tables_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "run: make docs"


def test_the_page_for_platforms_is_the_one_that_they_are_given() -> None:
    assert LINKS.read_text(encoding="utf-8") == links_page(), "run: make docs"
