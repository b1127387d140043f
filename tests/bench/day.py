"""Started by test_day in a process of its own: a day's work in the product's window, its weight.

    python -m tests.bench.day work FOLDER CARD PIN CASES MINUTES
    python -m tests.bench.day lag FOLDER CARD PIN EVENTS PAGES

FOLDER is the data folder of an enrolled window whose centre is running. `work` registers each case
on its page, takes four pages in and receives them by the use cases, and opens every tenth; it tells
the memory as it goes. Most pages keep the rule as they come, as those of a scanner that is set so:
they are looked through, sealed and sent; each tenth case brings pages that are made to keep it.
After MINUTES the day ends, however far it came. `lag` sends events and takes pages in, and tells
how late the loop came. One JSON object is printed. CHUANGKOU_BENCH_TRACE=1 tells besides where
Python's memory grew, CHUANGKOU_BENCH_TYPES=1 what there was more of at each look, and
CHUANGKOU_BENCH_SLICES=COUNT what held the loop longest in `lag`, by the processor's time (the probe
costs some itself).
"""

# ruff: noqa: PLC0415  the platform is chosen before Qt is imported

import asyncio
import ctypes
import hashlib
import io
import json
import os
import random
import secrets
import sys
import threading
import time
import tracemalloc
from functools import partial
from pathlib import Path

from tests.bench import slices
from tests.bench.painted import QUIET_S, Clerk, run

PAGES = 4
ITEMS = "scjg"  # of the clerk's department
WARM = 0.1  # of the cases
EVERY = 100  # cases, at most
SAMPLES = 20
TICK_S = 0.005
BLOCK = 20  # events made in one turn of the store's lane, as others wait for it too
DENSITY = 14  # where a JPEG of ours says its resolution, two numbers of two bytes


def memory_mb():
    """Return resident, and private: what this process alone holds, clean and dirty."""
    rollup = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    kb = {line.split(":")[0]: int(line.split()[1]) for line in rollup}
    return kb["Rss"] / 1024, (kb["Private_Dirty"] + kb["Private_Clean"]) / 1024


def parts():
    """Return what memory is made of: what C asked for and holds free, SQLite's, Python's, files."""
    import sqlcipher3._sqlite3

    class Info(ctypes.Structure):
        _fields_ = (("all", ctypes.c_size_t * 10),)

    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = Info
    _, _, _, _, mapped, _, _, used, free, _ = (each / (1 << 20) for each in mallinfo().all)
    sqlite = ctypes.CDLL(sqlcipher3._sqlite3.__file__).sqlite3_memory_used
    sqlite.restype = ctypes.c_int64
    status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    anon, file = (int(status[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return (
        f"anonymous {anon:.1f}, of files {file:.1f}; malloc has {used:.1f} in use, {free:.1f} free,"
        f" {mapped:.1f} in maps, SQLite {sqlite() / (1 << 20):.1f} of it; Python has"
        f" {sys.getallocatedblocks():,} blocks"
    )


def page(chance, size=(1240, 1754)):
    """Return a page as a scanner makes it: lines of text-like marks, a little noise, as JPEG."""
    from PIL import Image, ImageDraw

    image = Image.new("L", size, 250)
    pen = ImageDraw.Draw(image)
    for top in range(120, size[1] - 120, 40):
        left = 110
        while left < size[0] - 160:
            wide = chance.randrange(8, 30)
            pen.rectangle((left, top, left + wide, top + chance.randrange(10, 24)), fill=30)
            left += wide + chance.randrange(4, 14)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


class Day(Clerk):
    """A clerk's day, many times as fast."""

    def __init__(self, work):
        from client.documents.pages import take_in

        super().__init__(work)
        self.chance = random.Random(8)  # noqa: S311
        self.pages = [page(self.chance) for _ in range(12)]
        self.ready = [take_in(each).data for each in self.pages]
        self.run = secrets.token_hex(4)  # a stage that is kept knows the pages of the run before

    def photograph(self, turn, place):
        """Return a page never seen: it is known again by its bytes, and each paper is another."""
        chosen, mark = (turn + place) % len(self.pages), f"{self.run}/{turn}/{place}".encode()
        if turn % 10 == 0:
            return self.pages[chosen] + mark
        ready = self.ready[chosen]  # its resolution says nothing here, and is four bytes
        return ready[:DENSITY] + hashlib.sha256(mark).digest()[:4] + ready[DENSITY + 4 :]

    async def case(self, turn):
        """Register on the page, take four pages in, receive; return the case's number."""
        from client.app.rows.materials import Given
        from client.app.rows.steps import PreregisterForm
        from ui.values import Route

        self.work.ways.go(Route("step", step="preregister"))
        await self.rest()
        form = PreregisterForm(
            applicant_kind="person",
            id_kind="resident_id",
            id_no="110105199001010010",
            name="王芳",
            phone="13900000000",
            item=self.items[turn % len(self.items)].code,
        )
        self.work.ways.current.view.show_form(form)
        await self.rest()
        await self.timed(
            "step", lambda: self.page == "result", lambda: self.hands.key("Ctrl+Return")
        )
        case = self.work.ways.current.route.case
        await self.hands.key("Escape")
        await self.rest()
        taken = []
        for place in range(PAGES):
            data = self.photograph(turn, place)
            taken.append(await self.desk.materials.take_in(case, f"{place}.jpg", data))
        detail = await self.desk.cases.open(case)
        wanted = [m.code for m in detail.materials if m.required] or ["-"]
        given = [Given(code, tuple(taken[n :: len(wanted)])) for n, code in enumerate(wanted)]
        await self.desk.steps.receive(case, tuple(g for g in given if g.pages))
        if turn % 10 == 0:
            self.work.ways.go(Route("case", case))
            await self.rest()
            await self.hands.key("Escape")
            await self.rest()
        return case

    async def room(self):
        """Wait until the centre has lent more numbers and has what was made."""
        place = self.desk.door.place()
        async with asyncio.timeout(600):
            while await place.on_store(place.store.numbers_left, "case") < 2:
                self.desk.line.sync_now()
                await asyncio.sleep(0.2)

    async def weigh(self, done):
        """Note memory once the window is quiet."""
        self.told.setdefault("busy", []).append((done, *memory_mb()))
        await asyncio.sleep(QUIET_S)
        self.told.setdefault("memory", []).append((done, *memory_mb()))
        resident = self.told["memory"][-1][1]
        print(f"{done} cases: {resident:.1f} MB; {parts()}", file=sys.stderr, flush=True)
        if os.environ.get("CHUANGKOU_BENCH_TYPES"):
            self.count(done)

    def count(self, done):
        """Tell which types of objects grow from look to look."""
        import gc
        from collections import Counter

        from PySide6.QtCore import QObject

        now = Counter(type(each).__qualname__ for each in gc.get_objects())
        now["QObjects of the window"] = len(self.window.findChildren(QObject))
        before, self.types = getattr(self, "types", now), now
        grown = sorted(((n - before[t], t) for t, n in now.items()), reverse=True)[:8]
        told = ", ".join(f"{t} +{more} ({now[t]})" for more, t in grown if more > 0)
        print(f"{done} cases, more than before: {told}", file=sys.stderr, flush=True)

    async def work_through(self, cases, minutes):
        """Do a day's work, or what of it can be done in some minutes."""
        every = max(1, min(EVERY, cases // SAMPLES))
        warm = max(20, min(EVERY, int(cases * WARM)))
        self.items = [i for i in self.desk.catalogue.find("") if i.code.startswith(ITEMS)][:3]
        began, cpu, before = time.monotonic(), time.process_time(), None
        for turn in range(cases):
            if time.monotonic() - began > minutes * 60:
                await self.weigh(turn)
                break
            await self.room()
            await self.case(turn)
            if turn + 1 == warm:
                if os.environ.get("CHUANGKOU_BENCH_TRACE"):
                    tracemalloc.start(8)
                    before = tracemalloc.take_snapshot()
                await self.weigh(turn + 1)
            elif turn + 1 > warm and (turn + 1) % every == 0:
                await self.weigh(turn + 1)
        self.told["seconds"] = time.monotonic() - began
        self.told["processor"] = time.process_time() - cpu
        if before is not None:
            grown = tracemalloc.take_snapshot().compare_to(before, "lineno")[:15]
            print(*grown, sep="\n", file=sys.stderr)

    async def late(self, *works):
        """Do some things together; return how late the loop came meanwhile, in milliseconds.

        Each time, and what of it this lane was not ready for: the rest it waited for a processor,
        which others had.
        """
        lags, loop = [], asyncio.get_running_loop()
        path = f"/proc/self/task/{threading.get_native_id()}/schedstat"

        async def look():
            with open(path, "rb", 0) as stat:  # noqa: ASYNC230, PTH123  no disk is asked
                while True:
                    waited, due = queued(stat), loop.time() + TICK_S
                    await asyncio.sleep(TICK_S)
                    late = (loop.time() - due) * 1000
                    lags.append((late, max(0.0, late - (queued(stat) - waited))))

        def queued(stat):
            """Return the milliseconds for which this thread could run and was not let."""
            stat.seek(0)
            return int(stat.read(99).split()[1]) / 1e6

        async with asyncio.TaskGroup() as group:
            looking = group.create_task(look())
            done = [group.create_task(work) for work in works]
            await asyncio.wait(done)
            looking.cancel()
        return lags


async def working(work, card, pin, cases, minutes):
    """`work`: a day."""
    day = Day(work)
    await day.enter(card, pin)
    await day.work_through(cases, minutes)
    day.told = {name: day.told[name] for name in ("memory", "busy", "seconds", "processor", "step")}
    print(json.dumps(day.told), flush=True)


async def lagging(work, card, pin, events, pages, probe=None):
    """`lag`: events go to the centre, pages are taken in, the loop is watched."""
    day = Day(work)
    await day.enter(card, pin)
    day.items = [i for i in day.desk.catalogue.find("") if i.code.startswith(ITEMS)][:3]
    cases = max(1, events // 200)
    numbers = []
    for turn in range(cases):
        await day.room()
        numbers.append(await day.case(turn))
    place = day.desk.door.place()

    def fill(number, count):
        received = place.store.events_of(number)[-1]
        given = json.loads(received.record.body)["materials"]
        body = {"materials": given, "text": "当场更正"}
        for _ in range(count):
            draft = place.recorder.draft("fix_on_spot", received.scope, number, body)
            done = place.recorder.commit(draft)
        return done

    async def scan():
        for turn in range(pages):
            image = day.pages[turn % len(day.pages)] + f"scan {turn}".encode()
            await day.desk.materials.take_in(numbers[0], f"{turn}.jpg", image)

    async def sync():
        for turn in range(events // BLOCK):
            number = numbers[turn % len(numbers)]
            day.desk._recorded(await place.on_store(fill, number, BLOCK))
        while await place.on_store(place.store.outbox, 1):  # noqa: ASYNC110  nothing tells it
            await asyncio.sleep(0.05)

    idle = await day.late(asyncio.sleep(5))
    began = time.monotonic()
    busy = await day.late(sync(), scan())
    if probe is not None:
        print(*probe.lines(), sep="\n", file=sys.stderr, flush=True)
    told = {"idle": idle, "busy": busy, "seconds": time.monotonic() - began}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    mode, folder, card, pin, *counts = sys.argv[1:]
    doing = {"work": working, "lag": lagging}[mode]
    if mode == "lag" and (count := int(os.environ.get("CHUANGKOU_BENCH_SLICES", "0"))):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before the probe makes the application
        probe = slices.Probe(count)
        watched = slices.watch(probe)
        doing = partial(lagging, probe=probe)
    run(folder, lambda work: doing(work, card, pin, *map(int, counts)))
