"""A stage of its own for each test: built once, copied, its centre started by `open_hall`."""

import pytest

from tests.helpers.hall import StandingStage


@pytest.fixture
def stage(tmp_path):
    return StandingStage(tmp_path / "stage")
