"""The reference of the web application is what its tables say."""

from tests.repo.web_reference import PAGE, reference_page


def test_the_page_is_as_the_tables_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "run: make docs"
