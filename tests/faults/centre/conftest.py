"""A PostgreSQL that may be killed: nobody else's."""

import pytest

from tests.helpers import pg


@pytest.fixture
def cluster(monkeypatch):
    made = pg.Cluster()
    monkeypatch.setattr(pg, "cluster", lambda: made)
    yield made
    made.remove()
