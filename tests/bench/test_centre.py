"""The centre's figures of docs/BENCHMARKS.md, each beside a yardstick of the same run."""

import statistics
import time

import pytest

from sync.server.bootstrap import open_centre
from tests.bench import load
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow
from tests.helpers.waiting import until

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]


@pytest.mark.parametrize("windows", [1, 16])
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_ingest_against_the_floor(tmp_path, store, windows):
    count = 2000 if windows == 1 else 500
    with load.floor_with(tmp_path, store, windows, count) as lines:
        yardstick, least = load.rate(lines)
    with load.centre_with(tmp_path, store, windows, count) as lines:
        measured, spent = load.rate(lines)
    print(
        f"\ningest, {store}, {windows} window(s): {measured:,.0f} events a second; "
        f"floor: {yardstick:,.0f}; ratio {measured / yardstick:.2f} (target ≥ 0.4); processor time "
        f"of one event {spent:.0f} µs; floor: {least:.0f} µs; ratio {least / spent:.2f}"
    )


OPEN_CASES = 1_000_000
MINUTE_MS = 60_000
MONTH_MINUTES = 30 * 24 * 60  # the million's next moments lie in the coming month: 23 a minute
TICKS = 20


def fill(centre, number):
    """Copy one open case a million times; its body only where a tick will read it."""
    with centre.sql() as connection:
        names = [column[0] for column in connection.execute("SELECT * FROM cases").description]
        now = centre.clock.now_ms()
        counting = (
            f"generate_series(1::bigint, {OPEN_CASES}) AS g(k)"
            if centre.url
            else f"(WITH RECURSIVE c(k) AS (VALUES(1) UNION ALL SELECT k+1 FROM c WHERE k < "
            f"{OPEN_CASES}) SELECT k FROM c) AS g"
        )
        minute = f"(k % {MONTH_MINUTES})"
        own = f"'n' || k || substr('{number}', 9)"
        changed = {
            "number": own,
            "next_moment": f"{now} + {minute} * {MINUTE_MS} + {MINUTE_MS // 2}",
            "body": f"CASE WHEN {minute} < {2 * TICKS + 2} "
            f"THEN replace(body, '{number}', {own}) ELSE '{{}}' END",
        }
        chosen = ", ".join(changed.get(name, name) for name in names)
        connection.execute(
            f"INSERT INTO cases({', '.join(names)}) SELECT {chosen} FROM cases, {counting}"
            f" WHERE number = '{number}'"
        )
        connection.execute("DELETE FROM cases WHERE number = '" + number + "'")
        connection.execute("ANALYZE cases")


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_minutes_tick_over_a_million_open_cases(tmp_path, store):
    with running_centre(tmp_path, store=store) as centre:
        window = HandWindow(centre)
        number = walk_to(window, "accepted")
        window.close()
        centre.stop()
        try:
            fill(centre, number)
            ticks(centre, store)
        finally:
            centre.start()


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_start_beside_a_million_open_cases(tmp_path, store):
    with running_centre(tmp_path, store=store) as centre:
        window = HandWindow(centre)
        number = walk_to(window, "accepted")
        window.close()
        yardstick = start(centre)
        centre.stop()
        try:
            fill(centre, number)
        finally:
            centre.start()
        measured = start(centre)
        print(
            f"\na start beside {OPEN_CASES:,} open cases, {store}, until the clock has looked:"
            f" {measured:.2f} s; beside one: {yardstick:.2f} s"
        )


def start(centre):
    """Start a centre anew; return the seconds until its clock knows that nothing is to recall."""
    centre.stop()
    began = time.perf_counter()
    centre.start()
    until(lambda: centre.centre.news.job._recalled == centre.desk.policy.timing)
    return time.perf_counter() - began


def ticks(centre, store):
    clock, scans, sweeps, bare, tended = centre.clock, [], [], [], 0
    opened = open_centre(centre.settings, clock)
    ledger, watch = opened.ledger, opened.desk.watch
    statement = (
        "UPDATE cases SET next_moment = next_moment + 3000000000 WHERE number IN (SELECT number"
        " FROM cases WHERE next_moment IS NOT NULL AND next_moment <= {now} ORDER BY next_moment"
        " LIMIT 200) RETURNING number"
    )
    try:
        with centre.sql() as connection:
            for tick in range(2 * TICKS):
                clock.advance(minutes=1)
                now = clock.now_ms()
                if tick % 2:
                    began = time.perf_counter()
                    connection.execute(statement.format(now=now)).fetchall()
                    bare.append(time.perf_counter() - began)
                    continue
                began = time.perf_counter()
                ledger.read_now(lambda tx: tx.cases.next_moment())
                scopes = ledger.read_now(lambda tx, now=now: watch.due_scopes(tx, now))
                ledger.read_now(lambda tx, now=now, found=scopes: tx.cases.due(now, 200, found))
                scans.append(time.perf_counter() - began)
                began = time.perf_counter()
                tended += ledger.write_now(
                    lambda tx, now=now, found=scopes: watch.sweep(tx, now, found), scopes
                )
                sweeps.append(time.perf_counter() - began)
    finally:
        opened.close()
    scan, sweep, yardstick = (statistics.median(each) * 1000 for each in (scans, sweeps, bare))
    print(
        f"\na minute's tick over {OPEN_CASES:,} open cases, {store}: finding what is due"
        f" {scan:.2f} ms, ratio {scan / yardstick:.1f} (target ≤ 3); the same scan with UPDATE …"
        f" RETURNING, committed: {yardstick:.2f} ms; judging, warning and signing the"
        f" {tended / TICKS:.0f} cases that were due: {sweep:.1f} ms"
    )
