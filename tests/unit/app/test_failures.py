"""A rule's violation becomes the window's failure, whatever its details are called."""

from client.app.failures import AppFailure
from sync.domain.violations import Violation


def test_a_violation_keeps_its_details_even_one_called_kind():
    failure = AppFailure.of(Violation("step_not_allowed", {"kind": "close", "state": "received"}))
    assert failure.code == "step_not_allowed"
    assert dict(failure.details) == {"kind": "close", "state": "received"}
