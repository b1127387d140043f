"""A morning: every window of a city pushes its outbox at the same instant, beside the bare floor.

CHUANGKOU_BENCH_WINDOWS (2,000) windows bring CHUANGKOU_BENCH_OUTBOX (150) events each. The windows
and what they push are made beforehand, by the product's own doors, which takes longer than the
burst.
"""

import os

import pytest

from tests.bench import load

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3 * 3600)]
WINDOWS = int(os.environ.get("CHUANGKOU_BENCH_WINDOWS", "2000"))
OUTBOX = int(os.environ.get("CHUANGKOU_BENCH_OUTBOX", "150"))


def drained(lines):
    """Push all but the first line's at once; return seconds, and the processor's in µs an event."""
    first, *burst = lines
    took, spent = load.drain([(first, first.bodies)], [(line, line.bodies) for line in burst])
    return took, spent / (len(burst) * OUTBOX) * 1e6


def part(values, share):
    """Return what a share of the values stays below, in ms."""
    return 1000 * sorted(values)[int(share * (len(values) - 1))] if values else 0.0


@pytest.mark.parametrize("store", ["postgresql"])
def test_a_citys_windows_push_at_once(tmp_path, store):
    with load.floor_with(tmp_path, store, WINDOWS + 1, OUTBOX) as lines:
        yardstick, least = drained(lines)
    with load.centre_with(tmp_path, store, WINDOWS + 1, OUTBOX) as lines:
        measured, spent = drained(lines)
        taken = [took for line in lines[1:] for took in line.took]
        refused = [took for line in lines[1:] for took in line.refused]
    print(
        f"\n{WINDOWS:,} windows, {WINDOWS * OUTBOX:,} events at once, {store}: drained in"
        f" {measured:.1f} s; floor {yardstick:.1f} s; ratio {measured / yardstick:.1f}"
        f" (target \u2264 2); processor {spent:.0f} µs an event; floor {least:.0f};"
        f" ratio {spent / least:.1f}"
    )
    for name, values in {"pushes taken": taken, "told when their turn comes": refused}.items():
        print(
            f"{name}: {len(values):,}; answered after {part(values, 0.5):.0f} ms, p95"
            f" {part(values, 0.95):.0f}, p99 {part(values, 0.99):.0f}, worst"
            f" {part(values, 1):.0f} (target p99 \u2264 500)"
        )
