"""A window with a store in a folder of its own."""

import pytest

from tests.helpers.store_world import Life


@pytest.fixture
def life(tmp_path):
    return Life(tmp_path / "store")


@pytest.fixture
def store(life):
    """An open store: enrolled, policy pulled, a session begun."""
    store = life.open()
    life.centre.pull(store)
    life.session(store)
    yield store
    store.close()
