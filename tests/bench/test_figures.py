"""The figures of docs/BENCHMARKS.md, each beside a yardstick measured in the same minute.

Never part of pass or fail: `python3 installer/tasks.py bench` prints them.
"""

import json
import statistics
import time
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from sync.domain import spans
from sync.domain.calendar import CHINA, calendar_from
from sync.domain.catalogue import Limit, Unit
from sync.domain.switches import Switches
from tests.helpers.store_world import Life, registration

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]


def median_ms(work, times):
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def test_step_against_a_bare_durable_commit(tmp_path):
    bare = dbapi2.connect(str(tmp_path / "bare.db"), isolation_level=None)
    bare.execute(f"PRAGMA key=\"x'{'5a' * 32}'\"")
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT)")
    life = Life(tmp_path / "window")
    store = life.open()
    life.session(store)

    def step():
        store.append([life.record("preregister", registration(), life.number())])

    yardstick = median_ms(lambda: bare.execute("INSERT INTO row(text) VALUES ('x')"), 300)
    measured = median_ms(step, 300)
    bare.close()
    store.close()
    print(
        f"\nstep, signed, projected, indexed, durable: {measured:.2f} ms; "
        f"bare durable commit: {yardstick:.2f} ms; ratio {measured / yardstick:.1f} (target ≤ 4)"
    )


def test_due_times_per_second():
    source = ROOT / "resources" / "calendars" / "cn-2024-2026.json"
    calendar = calendar_from(json.loads(source.read_text("utf-8")))
    start = calendar.opens(calendar.from_day(calendar.official_until.replace(month=3))).astimezone(
        CHINA
    )
    limit, switches = Limit(Unit.WORKING, 20), Switches()
    count = 50_000
    took = median_ms(
        lambda: [spans.count(limit, start, calendar, switches) for _ in range(count)], 3
    )
    walked = median_ms(lambda: [calendar.is_working(start.date()) for _ in range(count)], 3)
    print(
        f"\ndue times: {count / took * 1000:,.0f} a second (target ≥ 200,000); "
        f"one look at one day: {count / walked * 1000:,.0f} a second"
    )
