"""Figures up to the painted pixel, of docs/BENCHMARKS.md: a window of its own over 100,000 cases.

Never part of pass or fail: `python3 installer/tasks.py bench` prints them. The window is the
product's own process with a centre, cards and an encrypted store; `painted.py` presses its keys.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from client.host.settings import save_settings
from installer.demo.stage import pin_of
from tests.helpers.crowd import crowd
from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
ROOT = Path(__file__).resolve().parents[2]
CASES = int(os.environ.get("CHUANGKOU_BENCH_CASES", "100000"))
CARD = "reception"
TARGETS = {"search": 60, "step": 100, "open": 50, "scroll": 8}


async def filled(stage):
    async with open_hall(stage) as hall:
        await hall.enter(CARD)
        await hall.synced()
        place = hall.desk.door.place()
        await place.on_store(crowd, place.store, CASES)
        await hall.pull()


async def seen(stage):
    await stage.centre.start()
    save_settings(stage.places.window, stage.settings())  # where this copy of the stage stands
    try:
        command = [sys.executable, "-m", "tests.bench.painted", str(stage.places.window), CARD]
        command.append(pin_of(stage.authority.cards[CARD]))
        return await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=False
        )
    finally:
        stage.centre.stop()


def test_from_the_key_to_the_painted_pixel(tmp_path):
    stage = StandingStage(tmp_path / "stage")
    asyncio.run(filled(stage))
    done = asyncio.run(seen(stage))
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip(), done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    ours, bare = (statistics.median(told[name]) for name in ("list", "bare list"))
    load = f"[load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores]"
    print(f"\n{told['rows']:,} cases in the store  {load}")
    print(
        f"list: from the question to the paint {ours:.1f} ms, p95 {part(told['list'], 0.95):.1f};"
        f" bare keyset model in a plain list {bare:.1f} ms; ratio {ours / bare:.2f} (target ≤ 1.3)"
    )
    ours, bare = (statistics.median(told[f"{name}, processor"]) for name in ("list", "bare list"))
    print(f"of the processor {ours:.1f} ms; {bare:.1f} ms; ratio {ours / bare:.2f}")
    for name, target in TARGETS.items():
        taken = told[name]
        cpu = statistics.median(told[f"{name}, processor"])
        print(
            f"{name}: key to paint {statistics.median(taken):.1f} ms, p95 {part(taken, 0.95):.1f}"
            f" (target p95 ≤ {target}), {len(taken)} times; of the processor {cpu:.1f}"
        )
    print(f"login: Enter to the painted workbench {told['login'][0]:.0f} ms")
    print(
        f"memory of the window: {told['memory']:.0f} MB (target ≤ 220);"
        f" {told['memory with papers']:.0f} after {len(told['step'])} papers,"
        f" {told['memory when quiet']:.0f} when it has been quiet after them"
    )


def part(values, share):
    return sorted(values)[int(len(values) * share)]
