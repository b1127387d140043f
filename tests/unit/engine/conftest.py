import pytest

from sync.proof.keys import SoftwareKey
from tests.helpers.pki import Authority
from tests.helpers.small_centre import SmallCentre
from tests.helpers.world import World
from tests.unit.engine.books import Window
from tests.unit.engine.far_end import Desk


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture
def centre(authority):
    return SmallCentre(World(authority))


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def key():
    return SoftwareKey.generate()


@pytest.fixture
def window(centre):
    return Window(centre)
