import pytest

from tests.helpers.pki import Authority
from tests.helpers.small_centre import SmallCentre
from tests.helpers.world import World


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture
def centre(authority):
    return SmallCentre(World(authority))
