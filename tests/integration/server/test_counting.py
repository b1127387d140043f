"""Counters folded from the log are what counting the log again gives (PE07, PE09)."""

import asyncio
import random
from datetime import UTC, date, datetime
from itertools import product

import pytest

from sync.domain.failures import Failure
from sync.domain.figures.counters import Counts, total
from sync.domain.statistics import Span, whole
from sync.server.cli.figures import FigureCommands, differing
from sync.server.services.figures.mending import mend
from sync.server.services.figures.reckoning import Group
from sync.server.services.rows.figures import Cut
from sync.texts import texts
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.figures import fold
from tests.helpers.hand_window import SCOPE

MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))
CUT_SHORT = Span(date(2026, 3, 2), date(2026, 3, 31))
DAYS_CUT_SHORT = "period BETWEEN '2026-03-02' AND '2026-03-31' AND length(period) = 10"
IN_MARCH = Cut(("2026-03",), (SCOPE,))


@pytest.fixture
def centre(tmp_path, store, monkeypatch):
    """A centre whose own job looked once, at its start: here the test folds."""
    monkeypatch.setattr("sync.server.jobs.figures.LOOK_S", 3600.0)
    with running_centre(tmp_path, store=store) as running:
        yield running


COUNTERS = ("tallies", "totals", "window_totals", "person_totals", "scope_totals")
TABLES = ("folded", "facts", *COUNTERS, "waits", "origins")


def forget(centre):
    with centre.sql() as sql:
        for table in TABLES:
            sql.execute(f"DELETE FROM {table}")  # noqa: S608


def kept(centre):
    """Return every counter there is, as plain rows."""
    with centre.sql() as sql:
        return {
            table: sorted(map(tuple, sql.execute(f"SELECT * FROM {table}").fetchall()))  # noqa: S608
            for table in TABLES
        }


def counted_twice(centre):
    """Return the counters of one and the same log, folded at once and in pieces of chance.

    The legal clock goes on beside the test: a log that grew between is folded once more.
    """
    chance = random.Random(339901)  # noqa: S311
    for _ in range(10):
        forget(centre)
        fold(centre, 500)
        at_once = kept(centre)
        forget(centre)
        assert fold(centre, 7, rest=chance) > 5
        in_pieces = kept(centre)
        if in_pieces["folded"] == at_once["folded"]:
            return at_once, in_pieces
    raise AssertionError("the log does not come to rest")


@pytest.fixture
def work(centre, window):
    """A closed case, one decided too late, a refused step, one entered late, one in April."""
    walk_to(window, "closed")
    late = walk_to(window, "deciding")
    noted = walk_to(window, "accepted")
    centre.clock.move_to(datetime(2026, 3, 24, 2, 0, tzinfo=UTC))
    window.log_in("handler")
    happened = {"happened_at": centre.clock.now_ms() - 86_400_000, "reason": "power_cut"}
    entered = window.step("claim", {}, case=noted, late=happened)
    assert entered.verdict == "accepted"
    window.log_in("chief")
    assert window.step("grant", say.grant(), case=late, card=True).verdict == "accepted"
    window.log_in("clerk")
    assert window.step("make", say.make("wrong"), case="20260303-339901-99999-0").code
    centre.clock.move_to(datetime(2026, 4, 1, 2, 0, tzinfo=UTC))
    walk_to(window, "received")


@pytest.mark.usefixtures("work")
def test_counters_are_the_sums_of_the_log_however_it_is_folded(centre):
    at_once, in_pieces = counted_twice(centre)
    assert in_pieces == at_once
    counted = centre.read(lambda tx: centre.desk.statistics.counted(tx, (SCOPE,), MARCH))
    figures = whole(counted.made, counted.kept)
    sums = centre.read(lambda tx: tx.figures.whole(IN_MARCH))
    assert (sums.received, sums.closed) == (figures.received, figures.closed) == (3, 1)
    assert (sums.kept, sums.extended, sums.late) == (1, 0, 1)
    assert (figures.on_time, figures.extended, figures.late) == (1, 0, 1)
    assert (sums.errors, sums.overdue_steps) == (figures.errors, figures.overdue_steps)
    assert sums.errors >= 1
    assert sums.late_records == 1
    days = [f"2026-03-{day:02}" for day in range(1, 32)]
    by_day = centre.read(lambda tx: tx.figures.sums(Cut(tuple(days), (SCOPE,)), "period"))
    assert total(by_day.values()) == sums
    for by in ("item", "dev", "person", "applicant", "channel", "scope"):
        parts = centre.read(lambda tx, b=by: tx.figures.sums(IN_MARCH, b))
        assert total(parts.values()) == sums, by
    for by, member in (("dev", "device"), ("person", "person")):
        parts = centre.read(lambda tx, b=by: tx.figures.sums(IN_MARCH, b))
        for key, counts in parts.items():
            own = [step for step in counted.made if getattr(step, member) == key]
            assert differing(whole(own, counted.kept), counts) == [], key
    april = centre.read(lambda tx: tx.figures.whole(Cut(("2026-04",), (SCOPE,))))
    assert april.received == 1
    assert april == Counts(made=2, received=1, errors=april.errors)


@pytest.mark.usefixtures("work")
def test_every_cut_is_the_same_whichever_table_answers(centre, window):
    """What a smaller table says is what the tallies say, and a span is what its days are."""
    fold(centre, 500)
    reckoning = centre.desk.reckoning
    chosen = {"item": "scjg-02", "applicant": "person", "channel": "window", "dev": window.dev}
    cuts = [{}, *({name: value} for name, value in chosen.items()), chosen]
    for cut, group in product(cuts, Group):
        asked = Cut((), (SCOPE,), **cut)
        rows = centre.read(lambda tx, a=asked, g=group: reckoning.rows(tx, a, CUT_SHORT, g))
        days = centre.read(lambda tx, a=asked: reckoning.rows(tx, a, CUT_SHORT, Group.DAY))
        assert rows[-1].counts == days[-1].counts != Counts(), (cut, group)
        assert rows[-1].counts == total(row.counts for row in rows[:-1])
        with centre.sql() as sql:
            where = " AND ".join([DAYS_CUT_SHORT, *(f"{n} = '{v}'" for n, v in cut.items())])
            ((made,),) = sql.execute(f"SELECT sum(made) FROM tallies WHERE {where}")  # noqa: S608
        assert rows[-1].counts.made == made


@pytest.mark.usefixtures("work")
def test_a_wait_is_office_time_and_belongs_to_whoever_let_wait(centre):
    fold(centre, 500)
    found = centre.read(lambda tx: tx.figures.spreads(IN_MARCH, "owner"))
    grants = found["grant", SCOPE]
    assert grants.n == 2
    # From the review on 3 March to the decision on 24 March: fifteen days of seven hours.
    assert grants.p90 >= 15 * 420 - 420
    assert found["life.accept", SCOPE].n == 3
    facts = centre.read(lambda tx: tx.figures.facts((SCOPE,), "2026-03-01", "2026-03-31"))
    said = [signal for fact in facts for signal in fact.signals.split()]
    assert said.count("decided:late") == 1
    assert "found:late_record" in said
    assert any(signal.startswith("refused:") for signal in said)
    urged = [fact for fact in facts if any(s.startswith("urged:") for s in fact.signals.split())]
    assert all(fact.person != "centre" for fact in urged)


@pytest.mark.usefixtures("work")
def test_open_cases_by_light_are_counted_as_they_are_written(centre):
    with centre.sql() as sql:
        stand = dict(
            sql.execute("SELECT light, count(*) FROM cases WHERE NOT closed GROUP BY light")
        )
        ((closed,),) = sql.execute("SELECT count(*) FROM cases WHERE closed")
    assert closed
    assert centre.read(lambda tx: tx.cases.lights(None)) == stand


@pytest.mark.usefixtures("work")
def test_what_an_older_process_did_not_keep_is_made_right(centre):
    """It counts lines into the tallies and moves the mark, and writes cases without their light."""
    fold(centre, 500)
    right, ledger = kept(centre), centre.centre.ledger
    lights = centre.read(lambda tx: tx.cases.lights(None))
    assert asyncio.run(mend(ledger)) == {}
    with centre.sql() as sql:
        sql.execute("UPDATE folded SET summed = summed - 7")
        sql.execute("UPDATE case_lights SET n = n + 1")
        for table in COUNTERS[1:]:
            sql.execute(f"DELETE FROM {table} WHERE period LIKE '2026-03%'")  # noqa: S608
    assert centre.read(lambda tx: tx.figures.whole(IN_MARCH)) == Counts()
    mended = asyncio.run(mend(ledger))
    assert mended.pop("") == []
    assert mended == {SCOPE: ["2026-03"]}
    assert kept(centre) == right
    assert centre.read(lambda tx: tx.cases.lights(None)) == lights
    assert asyncio.run(mend(ledger)) == {}


@pytest.mark.usefixtures("work")
def test_the_command_counts_a_month_again(centre, capsys):
    """Run beside the centre: it says what is not the same, and which tables to empty."""
    fold(centre, 500)
    commands = FigureCommands(texts("en"))
    commands.recount(centre.settings, "2026-03")
    assert "2026-03: the same, 3 cases received." in capsys.readouterr().out
    with centre.sql() as sql:
        sql.execute("UPDATE scope_totals SET received = received + 1 WHERE period = '2026-03'")
    with pytest.raises(Failure, match="figures_differ"):
        commands.recount(centre.settings, "2026-03")
    assert "received: 3 != " in capsys.readouterr().out
    with centre.sql() as sql:
        sql.execute("UPDATE scope_totals SET received = received - 1 WHERE period = '2026-03'")
        sql.execute("DELETE FROM person_totals WHERE person = 'p0101'")
    with pytest.raises(Failure, match="figures_differ"):
        commands.recount(centre.settings, "2026-03")
    assert f"{SCOPE}: sums != tallies" in capsys.readouterr().out
    with pytest.raises(Failure, match="figures_month"):
        commands.recount(centre.settings, "March")
