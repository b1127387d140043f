import pytest

from tests.helpers.line_world import SmallCentre
from tests.helpers.pki import Authority
from tests.helpers.world import World


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture
def centre(authority):
    return SmallCentre(World(authority))
