"""One reckoning at both ends: a window that pulled the log counts what the centre counts (PE09)."""

from datetime import UTC, date, datetime

import pytest

from client.app.ports.store import ChainHead
from client.store.store import open_store
from sync.domain.fields import ms_of
from sync.domain.statistics import DECIDING, By, Figures, Span, decisive_step, tally, whole
from sync.engine.ports import PulledPage
from sync.proof.outcomes import outcome_leaf
from sync.proof.tree import Frontier
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE
from tests.helpers.store_world import FakeClock, keys

MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def work(centre, window):
    """A month's work: one case closed, one decided too late, an error, a case of the next month."""
    walk_to(window, "closed")
    walk_to(window, "received")
    late = walk_to(window, "deciding")
    centre.clock.move_to(datetime(2026, 3, 24, 2, 0, tzinfo=UTC))
    window.log_in("chief")
    assert window.step("grant", say.grant(), case=late, card=True).verdict == "accepted"
    window.log_in("clerk")
    assert window.step("make", say.make("wrong"), case="20260303-339901-99999-0").code
    centre.clock.move_to(datetime(2026, 4, 1, 2, 0, tzinfo=UTC))
    walk_to(window, "received")


def at_centre(centre, span):
    return centre.read(lambda tx: centre.desk.statistics.counted(tx, (SCOPE,), span))


def at_window(window, folder, span):
    """Pull the whole log into a window's store, as the engine does, and count there."""
    store = open_store(folder, keys(), FakeClock())
    store.start_chain(ChainHead("d-elsewhere", 1, 0, "A" * 43))
    window.log_in("clerk")
    for scope in ("policy", SCOPE):
        store.subscribe([*store.cursors(), scope])
        frontier = Frontier()
        while page := window.pull({scope: frontier.size}, limit=20).scopes.get(scope):
            for entry in page.entries:
                frontier = frontier.append(outcome_leaf(entry.outcome))
            store.apply_pull(
                PulledPage(scope, page.entries, frontier.size, frontier.pack(), page.sth)
            )
    made, after = [], (ms_of(span.begin) - 1, 1 << 62)
    while after is not None:
        some, after = store.counted(after, ms_of(span.end), 3)
        made += some
    rules = store.policy_book().rules()
    decided = {step.case for step in made if step.kind in DECIDING}
    kept = dict(filter(None, (decisive_step(store.case(each), rules) for each in decided)))
    store.close()
    return made, kept


@pytest.mark.usefixtures("work")
def test_window_and_centre_count_the_same(centre, window, tmp_path):
    counted = at_centre(centre, MARCH)
    made, kept = at_window(window, tmp_path / "store", MARCH)
    assert sorted(made, key=lambda m: m.event) == sorted(counted.made, key=lambda m: m.event)
    assert kept == counted.kept
    for by in By:
        rows = tally(made, kept, by)
        assert rows
        assert rows == tally(counted.made, counted.kept, by)


@pytest.mark.usefixtures("work")
def test_the_figures_of_the_month_are_what_was_done_in_it(centre):
    counted = at_centre(centre, MARCH)
    figures = whole(counted.made, counted.kept)
    assert (figures.received, figures.handled, figures.closed) == (3, 2, 1)
    assert (figures.on_time, figures.late) == (1, 1)
    assert figures.errors >= 1
    april = at_centre(centre, Span(date(2026, 4, 1), date(2026, 4, 30)))
    assert whole(april.made, april.kept) == Figures(received=1)
    assert at_centre(centre, Span(date(2026, 2, 1), date(2026, 2, 28))).made == ()
