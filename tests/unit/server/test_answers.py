"""What every page of the console understands of a request, and how what it is not is answered."""

import pytest
from starlette.requests import Request

from sync.domain.failures import Failure, FailureKind
from sync.domain.fields import DataFailure, Fields
from sync.server.api.errors import status_of
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


def test_what_somebody_sent_and_the_rules_cannot_read_is_no_defect_of_the_centre():
    with pytest.raises(DataFailure) as caught:
        Fields([], "policy")
    assert status_of(caught.value) == 400
    assert status_of(Failure("centre.policy_gap", FailureKind.BROKEN)) == 500
