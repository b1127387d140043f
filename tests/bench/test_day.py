"""A day's work, of docs/BENCHMARKS.md: what it adds to memory, how late the loop comes, papers.

Never part of pass or fail: `python3 installer/tasks.py bench` prints them. How much is done is said
by CHUANGKOU_BENCH_DAY (cases of the day, 1,000; the target is said for 10,000; the day ends after
CHUANGKOU_BENCH_MINUTES, 480, however many were done), and by
CHUANGKOU_BENCH_EVENTS (10,000) and CHUANGKOU_BENCH_PAGES (50). With CHUANGKOU_BENCH_KEEP=FOLDER the
hall stays there, and the next run of the day goes on in it.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from client.host.settings import save_settings
from installer.demo.stage import pin_of
from tests.helpers.hall import WALK, StandingStage, open_hall

pytestmark = [pytest.mark.bench, pytest.mark.timeout(6 * 3600)]
ROOT = Path(__file__).resolve().parents[2]
CARD = "clerk"
CASES = int(os.environ.get("CHUANGKOU_BENCH_DAY", "1000"))
MINUTES = int(os.environ.get("CHUANGKOU_BENCH_MINUTES", "480"))
EVENTS = int(os.environ.get("CHUANGKOU_BENCH_EVENTS", "10000"))
PAGES = int(os.environ.get("CHUANGKOU_BENCH_PAGES", "50"))
SEALED = 12
SAID = ("", ", but for the wait for a processor")


def part(values, share):
    return sorted(values)[int(len(values) * share)]


def load():
    return f"[load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores]"


async def told(stage, mode, *counts):
    """Run `day.py` in the stage's window; its errors go to the terminal as they come."""
    await stage.centre.start()
    save_settings(stage.places.window, stage.settings())
    try:
        command = [sys.executable, "-m", "tests.bench.day", mode, str(stage.places.window), CARD]
        command += [pin_of(stage.authority.cards[CARD]), *map(str, counts)]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
    finally:
        stage.centre.stop()
    return json.loads(done.stdout.splitlines()[-1])


def test_memory_over_a_day(tmp_path):
    kept = os.environ.get("CHUANGKOU_BENCH_KEEP")
    stage = StandingStage(Path(kept) if kept else tmp_path / "stage")
    day = asyncio.run(told(stage, "work", CASES, MINUTES))
    samples = day["memory"]
    (warm, *first), (last, *end) = samples[0], samples[-1]
    print(f"\n{last} cases, {last * 4} pages in {day['seconds']:.0f} s  {load()}")
    print(
        f"memory when quiet: resident {first[0]:.0f} MB after {warm} cases, {end[0]:.0f} at the"
        f" end, grown {end[0] - first[0]:.1f}; private {first[1]:.0f}, {end[1]:.0f}, grown"
        f" {end[1] - first[1]:.1f} (target ≤ 50); while busy at most"
        f" {max(rss for _, rss, _ in day['busy']):.0f}"
    )
    print("   ".join(f"{done}: {rss:.0f}" for done, rss, _ in samples))
    print(f"processor: {day['processor'] / last * 1000:.0f} ms a case")


def test_how_late_the_loop_comes_while_it_syncs_and_scans(tmp_path):
    stage = StandingStage(tmp_path / "stage")
    lag = asyncio.run(told(stage, "lag", EVENTS, PAGES))
    print(f"\n{EVENTS:,} events sent, {PAGES} pages taken in, in {lag['seconds']:.0f} s  {load()}")
    for name in ("idle", "busy"):
        for words, lags in zip(SAID, zip(*lag[name], strict=True), strict=True):
            print(
                f"lag of the loop, {name}{words}: median {statistics.median(lags):.1f} ms, p95"
                f" {part(lags, 0.95):.1f}, p99 {part(lags, 0.99):.1f}, most {max(lags):.1f}"
                f" ({len(lags)} looks; target p99 ≤ 50)"
            )


async def papers(stage):
    """Return (notice, certificate): seconds and seconds of the processor of each."""
    notices, sealed = [], []
    async with open_hall(stage) as hall:
        cases = [""] * SEALED
        for reached, card, step in WALK:
            await hall.enter(card)
            for place, case in enumerate(cases):
                began, cpu = time.perf_counter(), time.process_time()
                cases[place] = await step(hall, case) or case
                took = time.perf_counter() - began, time.process_time() - cpu
                if reached == "accepted":
                    notices.append(took)
                elif reached == "certified":
                    sealed.append(took)
            await hall.leave()
    return notices, sealed


def test_a_notice_and_a_signed_certificate(tmp_path):
    stage = StandingStage(tmp_path / "stage")
    notices, sealed = asyncio.run(papers(stage))
    print(f"\n{load()}")
    for name, taken, target in (
        ("acceptance with its notice, durable", notices, 50),
        ("certificate: composed, sealed by the simulated card, durable", sealed, 400),
    ):
        wall, cpu = ([each[side] * 1000 for each in taken[1:]] for side in (0, 1))
        print(
            f"{name}: median {statistics.median(wall):.0f} ms, worst {max(wall):.0f}, of the"
            f" processor {statistics.median(cpu):.0f} (target ≤ {target}); the first"
            f" {taken[0][0] * 1000:.0f}"
        )
