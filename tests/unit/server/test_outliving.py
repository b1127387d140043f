"""A job's look that goes wrong is said, and only being cancelled ends the job."""

import asyncio

import pytest
import structlog

from sync.protocol.errors import WireError
from sync.server.jobs.outliving import Outliving

log = structlog.get_logger(__name__)


def said_of(error):
    with structlog.testing.capture_logs() as said, Outliving(log, "not looked"):
        raise error
    return said


def test_a_failure_is_one_line_and_a_defect_brings_its_traceback():
    failure = {"event": "not looked", "failure": "wire.unavailable", "log_level": "warning"}
    assert said_of(WireError("wire.unavailable")) == [failure]

    defect = ZeroDivisionError()
    assert said_of(defect) == [{"event": "not looked", "exc_info": defect, "log_level": "error"}]


def test_being_cancelled_goes_through_without_a_word():
    with structlog.testing.capture_logs() as said, pytest.raises(asyncio.CancelledError):  # noqa: SIM117
        with Outliving(log, "not looked"):
            raise asyncio.CancelledError
    assert said == []
