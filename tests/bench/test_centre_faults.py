"""Two hundred kills each: what the suite does three times."""

import pytest

from tests.faults.centre.test_killed import kill_database, kill_writers
from tests.helpers import pg

pytestmark = [pytest.mark.bench, pytest.mark.timeout(7200)]
ROUNDS = 200


def test_two_hundred_writers_killed(tmp_path):
    kill_writers(tmp_path, ROUNDS)
    print(
        f"\n{ROUNDS} processes of the centre killed in a transaction: nothing lost, nothing twice"
    )


def test_two_hundred_restarts_of_the_database(tmp_path, monkeypatch):
    cluster = pg.Cluster()
    monkeypatch.setattr(pg, "cluster", lambda: cluster)
    try:
        kill_database(tmp_path, cluster, ROUNDS)
    finally:
        cluster.remove()
    print(f"\n{ROUNDS} restarts of the database in a batch: nothing lost, nothing twice")
