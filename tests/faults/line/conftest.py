import pytest

from tests.helpers.township import StandingTownship


@pytest.fixture
def township(tmp_path):
    stage = StandingTownship(tmp_path / "stage")
    yield stage
    stage.centre.wire.take_up()


def pytest_collection_modifyitems(items):
    """Let a handshake that is cut half-way leave its socket to the collector.

    httpx leaves the transport of a connection that is cancelled in the middle of TLS open in every
    other case (32 of 60, tried without any of our code; asyncio alone, 0 of 60), so the collector
    finds it. What is tried here is what arrives.
    """
    for item in items:
        if "/faults/line/" in item.path.as_posix():
            item.add_marker(
                pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
            )
