"""Pages that came with pokes: which of them answer what a pull would ask."""

import pytest

from sync.engine.heard import PAGES_MAX, Pages, answers
from sync.protocol.messages import Poke, PulledScope
from sync.protocol.records import LogEntry


def page(*numbers):
    entries = [LogEntry(n, f"jws {n}", "{}", None, "outcome") for n in numbers]
    last = numbers[-1]
    return PulledScope(entries=entries, next=last, size=last, sth=f"head {last}", more=False)


def heard(*pages):
    return {"a": pages}


@pytest.mark.parametrize(
    ("cursor", "pages", "numbers"),
    [
        (4, [page(5)], [5]),
        (4, [page(5), page(6, 7)], [5, 6, 7]),
        (4, [page(4, 5), page(6)], [5, 6]),
        (4, [page(3, 4), page(5)], [5]),
        (4, [page(5), page(7)], [5]),
        (4, [page(6)], None),
        (4, [page(3), page(4)], None),
        (4, [], None),
    ],
    ids=["next", "two", "begins before", "old first", "gap", "beyond", "old", "nothing"],
)
def test_pages_that_lead_on_from_the_cursor_are_the_answer(cursor, pages, numbers):
    found = answers(heard(*pages), {"a": cursor})
    if numbers is None:
        assert found is None
        return
    assert [entry.n for entry in found["a"].entries] == numbers
    assert (found["a"].next, found["a"].sth) == (numbers[-1], f"head {numbers[-1]}")


def test_all_scopes_are_answered_or_none():
    assert answers(heard(page(1)), {"a": 0, "b": 0}) is None
    both = {"a": (page(1),), "b": (page(9),)}
    assert answers(both, {"a": 0, "b": 8}).keys() == {"a", "b"}


def test_pages_are_taken_once_and_only_together():
    pages = Pages()
    pages.note(Poke("a", 1, page(1)))
    pages.note(Poke("b", 2))
    assert pages.take(["a", "b"]) is None
    pages.note(Poke("a", 2, page(2)))
    assert pages.take(["a"]) == heard(page(2))
    assert pages.take(["a"]) is None
    assert pages.take([]) is None


def test_too_many_pages_and_those_of_a_former_stream_are_dropped():
    pages = Pages()
    for n in range(1, PAGES_MAX + 2):
        pages.note(Poke("a", n, page(n)))
    assert pages.take(["a"]) is None
    pages.note(Poke("a", 1, page(1)))
    pages.forget()
    assert pages.take(["a"]) is None
