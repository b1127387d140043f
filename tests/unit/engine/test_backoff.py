from hypothesis import given
from hypothesis import strategies as st

from sync.engine.backoff import (
    FIRST_CEILING_MS,
    LAST_CEILING_MS,
    LONGEST_HOLD_MS,
    SHORTEST_MS,
    Backoff,
)

CHANCES = st.floats(0, 1, exclude_max=True)


def test_ceilings_double_from_one_second_to_sixty():
    waits, backoff = [], Backoff()
    for _ in range(9):
        backoff = backoff.failed(0, 0.999999)
        waits.append(backoff.not_before)
    assert waits == [999, 1999, 3999, 7999, 15999, 31999, 59999, 59999, 59999]


def test_jitter_is_full_so_windows_do_not_return_together():
    third = Backoff(failures=3)
    assert [third.failed(0, chance).not_before for chance in (0.0, 0.25, 0.5, 0.75)] == [
        SHORTEST_MS,
        2000,
        4000,
        6000,
    ]


def test_retry_after_is_obeyed_up_to_ten_minutes():
    assert Backoff().failed(5, 0.1, 30_000).not_before == 30_005
    assert Backoff().failed(5, 0.1, 86_400_000).not_before == 5 + LONGEST_HOLD_MS


def test_retry_after_shorter_than_the_own_wait_does_not_shorten_it():
    assert Backoff(failures=6).failed(0, 0.9, 1_000).not_before == 54_000


def test_progress_forgets():
    assert Backoff(9, 12_345).progressed() == Backoff()


@given(st.integers(0, 10_000), st.integers(0, 2**50), CHANCES)
def test_every_wait_stays_between_the_shortest_and_the_last_ceiling(failures, now, chance):
    after = Backoff(failures).failed(now, chance)
    assert SHORTEST_MS <= after.not_before - now <= LAST_CEILING_MS
    assert after.failures == failures + 1
    assert FIRST_CEILING_MS < LAST_CEILING_MS
