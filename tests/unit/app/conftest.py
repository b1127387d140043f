"""What the window's use cases are tried with."""

import pytest

from tests.helpers.store_world import Life


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The policy as a window's store has it."""
    life = Life(tmp_path_factory.mktemp("policy") / "store")
    store = life.open()
    life.centre.pull(store)
    yield store.policy_book()
    store.close()
