import pytest

from tests.helpers.township import StandingTownship


@pytest.fixture
def township(tmp_path):
    stage = StandingTownship(tmp_path / "stage")
    yield stage
    stage.centre.wire.take_up()


def pytest_collection_modifyitems(items):
    """Let a handshake that is cut half-way leave its socket to the collector.

    A connection cancelled in the middle of TLS is seldom closed by the libraries below us; what
    is tried here is what arrives.
    """
    for item in items:
        if "/faults/line/" in item.path.as_posix():
            item.add_marker(
                pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
            )
