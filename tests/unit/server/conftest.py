"""A centre's ledger in a file of its own, for services that are tried without the centre."""

import pytest

from sync.server.db.engine import open_sqlite
from sync.server.db.migrate import migrate
from sync.server.db.writer import SqlLedger


@pytest.fixture
def ledger(tmp_path):
    engine = open_sqlite(tmp_path / "centre.db")
    migrate(engine)
    made = SqlLedger(engine, lambda _tx: None, lambda _tx, _scopes: None, lambda *_told: None)
    yield made
    made.close()
