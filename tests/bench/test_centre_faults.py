"""Two hundred kills each: what the suite does three times."""

import pytest

from tests.faults.centre.test_killed import kill_database, kill_writers
from tests.helpers import pg
from tests.helpers.failover import Failover

pytestmark = [pytest.mark.bench, pytest.mark.timeout(7200)]
ROUNDS = 200
FAILOVERS = 20


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


def test_twenty_leaders_lost(tmp_path, monkeypatch):
    cluster = Failover()
    monkeypatch.setattr(pg, "cluster", lambda: cluster)
    try:
        kill_database(tmp_path, cluster, FAILOVERS, ways=("kill", "machine"))
    finally:
        cluster.remove()
    print(f"\n{FAILOVERS} leaders of the database lost: no acknowledged event lost, nothing twice")
