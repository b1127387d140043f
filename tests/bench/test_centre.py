"""The centre's figures of docs/BENCHMARKS.md, each beside a yardstick of the same run."""

import pytest

from tests.bench import load

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]


@pytest.mark.parametrize("windows", [1, 16])
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_ingest_against_the_floor(tmp_path, store, windows):
    count = 2000 if windows == 1 else 500
    with load.floor_with(tmp_path, store, windows, count) as lines:
        yardstick = load.rate(lines)
    with load.centre_with(tmp_path, store, windows, count) as lines:
        measured = load.rate(lines)
    print(
        f"\ningest, {store}, {windows} window(s): {measured:,.0f} events a second; "
        f"floor: {yardstick:,.0f}; ratio {measured / yardstick:.2f} (target ≥ 0.4)"
    )
