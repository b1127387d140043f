"""A stage of its own for each test: built once, copied, its centre started by `open_hall`."""

import gc

import pytest

from tests.helpers.hall import StandingStage


@pytest.fixture
def stage(tmp_path):
    return StandingStage(tmp_path / "stage")


@pytest.fixture(autouse=True)
def nothing_left():
    """Have what a test left to the collector collected in that test, and not in another."""
    yield
    gc.collect()


def pytest_collection_modifyitems(items):
    """Let a handshake that is cut half-way leave its socket to the collector.

    httpx leaves the transport of a connection that is cancelled in the middle of TLS open in every
    other case (32 of 60, tried without any of our code; asyncio alone, 0 of 60), so the collector
    finds it. What is tried here is what arrives.
    """
    for item in items:
        if "/tests/faults/" in item.path.as_posix():
            item.add_marker(
                pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
            )
