"""A centre of its own for each test, and a window on it."""

import pytest

from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow


@pytest.fixture
def centre(tmp_path):
    with running_centre(tmp_path) as running:
        yield running


@pytest.fixture
def windows(centre):
    """Make windows that are closed at the end."""
    opened = []

    def make(dev="d-339901-03", **how):
        opened.append(HandWindow(centre, dev, **how))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def window(windows):
    return windows()
