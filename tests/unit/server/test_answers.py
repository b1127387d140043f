"""What every page of the console understands of a request."""

import pytest
from starlette.requests import Request

from sync.server.console.answers import PAGE_MAX, page_of


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("", 1),
        ("page=3", 3),
        ("page=0", 1),
        ("page=x", 1),
        ("page=-1", 1),
        ("page=99999", PAGE_MAX),
        (f"page={'9' * 5000}", 1),  # more digits than Python makes a number of
    ],
)
def test_a_page_is_a_number_from_one_on(asked, page):
    assert page_of(Request({"type": "http", "query_string": asked.encode()})) == page
