"""A window with a store in a folder of its own."""

import pytest

from tests.helpers.store_world import Life, end_as_killed


@pytest.fixture
def life(tmp_path):
    return Life(tmp_path / "store")


@pytest.fixture
def busy(life):
    """A closed store with a few answered and a few pending cases."""
    store = life.open()
    life.centre.pull(store)
    life.session(store)
    for place in range(12):
        number = life.open_case(store, f"王芳{place}")
        life.step(store, number, "receive", {"materials": [], "channel": "c", "paper": None})
        if place == 5:
            life.centre.push(store)
            life.centre.pull(store)
    store.close()
    return life


@pytest.fixture
def killed(busy):
    """The same, but that nobody closed it: with which file it ended is not known."""
    end_as_killed(busy.open())
    return busy
