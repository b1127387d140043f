"""How long a page takes off the screen's lane: from a photograph of 12 megapixels to what is kept.

`python3 installer/tasks.py bench`; see `test_figures`. The yardstick beside each is one decoding of
the same photograph by Pillow, which no way to a page can do without.
"""

import io
import os
import statistics
import time

import pytest
from PIL import Image

from client.documents.editing import edited_page, proposed_tilt
from client.documents.edits import PageEdit
from client.documents.looks import looks
from client.documents.pages import take_in
from tests.unit.documents.test_pages import text_page

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]
ROUNDS = 7


def photograph() -> bytes:
    """An A4 page of text in 3000 × 4000 pixels, a little askew, with a camera's grain."""
    page = text_page(344, mode="RGB").resize((3000, 4000))
    grain = Image.effect_noise((3000, 4000), 12).convert("RGB")
    out = io.BytesIO()
    Image.blend(page, grain, 0.15).rotate(1.7, fillcolor="grey").save(out, "JPEG", quality=92)
    return out.getvalue()


def decoded(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        image.load()


def timed(work) -> tuple[float, float]:
    begun, worked = time.perf_counter(), time.thread_time()
    work()
    return time.perf_counter() - begun, time.thread_time() - worked


def test_a_photograph_becomes_a_page():
    data = photograph()
    page = take_in(data)
    acts = {
        "decode alone (yardstick)": lambda: decoded(data),
        "take in": lambda: take_in(data),
        "turn, straighten, crop": lambda: edited_page(data, PageEdit(1, 17, (50, 50, 950, 950))),
        "propose an angle": lambda: proposed_tilt(data),
        "know again": lambda: looks(page.data),
    }
    took = {name: [] for name in acts}
    for _ in range(ROUNDS):  # in turns, so that whatever else the machine does hurts all
        for name, act in acts.items():
            took[name].append(timed(act))
    load = os.getloadavg()[0]
    print(f"\nphotograph of {len(data) / 1e6:.1f} MB → page of {page.size / 1000:.0f} kB", end="")
    print(f"  [load {load:.1f} of {os.cpu_count()} cores]")
    for name, rounds in took.items():
        wall, own = (statistics.median(side) * 1000 for side in zip(*rounds, strict=True))
        print(f"  {name}: {wall:.0f} ms, of the processor {own:.0f} ms")
