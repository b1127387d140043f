"""A centre of its own for each test, and a window on it."""

import logging
from pathlib import Path

import pytest
import structlog

from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow


def pytest_collection_modifyitems(items):
    """Whatever starts a centre takes more than a quarter of a second."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def quiet(own_log):
    """Keep the centre's log out of the tests' output: what it says is not what is tested here."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """Name the database: whatever a centre promises, it promises on both."""
    return request.param


@pytest.fixture
def centre(tmp_path, store):
    with running_centre(tmp_path, store=store) as running:
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
