"""The leader of three databases is lost in the middle of pushes: no acknowledged event with it."""

import pytest

from tests.faults.centre.test_killed import kill_database
from tests.helpers import pg
from tests.helpers.failover import Failover

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def cluster(monkeypatch):
    made = Failover()
    monkeypatch.setattr(pg, "cluster", lambda: made)
    yield made
    made.remove()


def test_a_leader_that_is_lost_takes_no_acknowledged_event_with_it(tmp_path, cluster):
    kill_database(tmp_path, cluster, 1, ways=("kill",))
