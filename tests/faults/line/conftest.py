import pytest

from tests.helpers.township import StandingTownship


@pytest.fixture
def township(tmp_path):
    stage = StandingTownship(tmp_path / "stage")
    yield stage
    stage.centre.wire.take_up()
