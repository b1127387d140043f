"""Two thousand windows that listen: a poke to the last of them, and a burst pushed beside them.

`CHUANGKOU_BENCH_STREAMS` and `CHUANGKOU_BENCH_BURST` (events) take other numbers. The streams are
of one session; the centre is this process, the listeners are another.
"""

import base64
import os
import subprocess
import sys
import time

import pytest

from tests.bench.load import ROOT, steps_of
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
STREAMS = int(os.environ.get("CHUANGKOU_BENCH_STREAMS", "2000"))
BURST = int(os.environ.get("CHUANGKOU_BENCH_BURST", "3000"))
POKES = 9


def head_of(window):
    headers = window.proof_headers("GET", "/v1/live", b"", token=window.token)
    lines = ["GET /v1/live HTTP/1.1", "Host: 127.0.0.1", *(f"{n}: {v}" for n, v in headers.items())]
    return base64.b64encode("\r\n".join([*lines, "", ""]).encode()).decode()


def pushed(window, events):
    """Push in hundreds; return each push's ms, and this process's processor time in µs an event."""
    took, used = [], time.process_time()
    for at in range(0, len(events), 100):
        began = time.perf_counter()
        window.push(*events[at : at + 100])
        took.append(1000 * (time.perf_counter() - began))
    return sorted(took), 1e6 * (time.process_time() - used) / len(events)


def test_two_thousand_windows_hear(tmp_path):
    with running_centre(tmp_path) as centre:
        window = HandWindow(centre)
        window.http.timeout = 120
        window.log_in("clerk")
        burst = []
        while len(burst) < 2 * BURST:
            burst += steps_of(window, window.new_number())
        alone = pushed(window, burst[:BURST])
        heads = [head_of(window) for _ in range(STREAMS)]
        began, used = time.perf_counter(), time.process_time()
        with subprocess.Popen(
            [sys.executable, "-m", "tests.bench.listeners", centre.origin.rpartition(":")[2]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        ) as listening:
            listening.stdin.write("\n".join([*heads, ".\n"]))
            listening.stdin.flush()
            assert listening.stdout.readline() == "ready\n"
            print(
                f"\n{STREAMS:,} streams open in {time.perf_counter() - began:.1f} s"
                f" ({time.process_time() - used:.1f} s of the processor)"
            )
            rows = [poked(window, listening, event) for event in burst[BURST : BURST + POKES]]
            for name, row in zip(
                ("first", "last", "processor"), zip(*rows, strict=True), strict=True
            ):
                ordered = sorted(row)
                print(f"{name}: {ordered[len(row) // 2]:.0f} ms, worst {ordered[-1]:.0f}")
            listening.stdin.write("go\n")
            listening.stdin.flush()
            beside = pushed(window, burst[BURST + POKES : 2 * BURST])
            for name, (took, spent) in {"alone": alone, "beside the streams": beside}.items():
                print(
                    f"burst {name}: {spent:.0f} µs of the processor an event;"
                    f" a push of 100: {took[len(took) // 2]:.0f} ms, worst {took[-1]:.0f}"
                )
            listening.stdin.close()
            listening.kill()
        window.close()


def poked(window, listening, event):
    """Push one event; return ms from the push to the first and the last, and processor ms."""
    listening.stdin.write("go\n")
    listening.stdin.flush()
    began, used = time.monotonic(), time.process_time()
    window.push(event)
    first, last = map(float, listening.stdout.readline().split())
    assert listening.stdout.readline() == "ready\n"
    spent = time.process_time() - used
    return tuple(1000 * each for each in (first - began, last - began, spent))
