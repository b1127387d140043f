"""Numbers are drawn round after round, and never over those that somebody holds."""

from hypothesis import given
from hypothesis import strategies as st

from sync.domain.number_rounds import most_room, room

HIGHEST = 60
SPANS = st.lists(
    st.tuples(st.integers(1, HIGHEST), st.integers(0, 12)).map(lambda s: (s[0], s[0] + s[1]))
)


def taken(held):
    return {n for first, last in held for n in range(first, last + 1)}


@given(SPANS, st.integers(1, HIGHEST + 5), st.integers(1, HIGHEST))
def test_what_is_drawn_is_free_whole_and_in_the_pool(held, start, size):
    found = room(held, start, size, HIGHEST)
    free = set(range(1, HIGHEST + 1)) - taken(held)
    if found is not None:
        assert set(range(found[0], found[1] + 1)) <= free
        assert found[1] - found[0] + 1 == size
    runs = [all(n + k in free for k in range(size)) for n in range(1, HIGHEST + 1)]
    assert (found is None) is not any(runs)


@given(SPANS, st.integers(1, HIGHEST))
def test_of_too_few_the_longest_run_is_lent(held, size):
    found = most_room(held, size, HIGHEST)
    free = set(range(1, HIGHEST + 1)) - taken(held)
    if found is None:
        assert not free
        return
    count = found[1] - found[0] + 1
    assert set(range(found[0], found[1] + 1)) <= free
    assert count == size or room(held, 1, count + 1, HIGHEST) is None


def test_the_round_goes_on_where_it_was():
    assert room([], 21, 10, HIGHEST) == (21, 30)
    assert room([(21, 25)], 21, 10, HIGHEST) == (26, 35)
    assert room([(1, 10)], 55, 10, HIGHEST) == (11, 20)
    assert room([(1, HIGHEST)], 1, 1, HIGHEST) is None
