"""kill -9 of the centre, of its database: every event once, every number once, none missing."""

from collections import Counter

import pytest

from tests.faults.centre.fatal import Found, begin_pushing, chance, kill_while
from tests.helpers.centre import running_centre
from tests.helpers.centre_process import Served, check_whole
from tests.helpers.hand_window import HandWindow

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROUNDS = 3


def windows_on(processes, count):
    windows = []
    for n in range(count):
        windows.append(HandWindow(processes[n % len(processes)], f"d-339901-{n + 20}"))
        windows[-1].log_in("clerk")
    return windows


def hold(centre, found, rounds):
    """Hold the one promise there is."""
    seen = check_whole(centre)
    assert found.refused == []
    assert found.kills == rounds
    assert found.in_the_middle > 0
    assert Counter(seen[each] for each in found.pushed) == {1: len(found.pushed)}
    assert len(found.told) == len(set(found.told)) == len(found.pushed)


def kill_writers(folder, rounds):
    """Two processes write to one database; whichever is in the middle of it is killed."""
    with running_centre(folder, store="postgresql", block_sizes={"case": 5000}) as centre:
        served = [Served(centre, "one"), Served(centre, "two")]
        windows = windows_on(served, 4)

        def kill():
            victim = chance.choice(served)
            victim.kill()
            victim.start()

        found = Found()
        threads = begin_pushing(windows, found)
        kill_while(threads, kill, centre.url, found, rounds)
        for each in (*served, *windows):
            each.stop() if isinstance(each, Served) else each.close()
        hold(centre, found, rounds)


def kill_database(folder, cluster, rounds, ways=("immediate", "kill", "fast")):
    """The database goes down in the middle of a batch: one way after the other, in turn."""
    with running_centre(folder, store="postgresql", block_sizes={"case": 5000}) as centre:
        windows = windows_on([centre], 3)
        found = Found()
        threads = begin_pushing(windows, found)
        kill_while(
            threads,
            lambda: cluster.restart(ways[found.kills % len(ways)]),
            centre.url,
            found,
            rounds,
        )
        for window in windows:
            window.close()
        hold(centre, found, rounds)


def test_writers_that_are_killed_leave_no_gap_and_no_number_twice(tmp_path):
    kill_writers(tmp_path, ROUNDS)


def test_a_database_that_restarts_in_a_batch_has_every_event_once(tmp_path, cluster):
    kill_database(tmp_path, cluster, ROUNDS)
