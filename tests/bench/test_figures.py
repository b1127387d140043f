"""The window's figures of docs/BENCHMARKS.md, each beside a yardstick measured in the same minute.

Never part of pass or fail: `python3 installer/tasks.py bench` prints them. The two sides of a ratio
take turns, so that whatever else the machine does hurts both.
"""

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from client.app.ports.store import CaseQuery, NumberUse
from client.app.session.leave import Leave
from client.app.session.recorder import Mandate, Recorder
from sync.domain import spans
from sync.domain.calendar import CHINA, calendar_from
from sync.domain.catalogue import Limit, Unit
from sync.domain.switches import Switches
from sync.proof.events import read_event
from sync.proof.keys import SoftwareKey
from sync.proof.outcomes import outcome_leaf
from sync.proof.tree import Frontier
from tests.helpers.crowd import SURNAMES, crowd
from tests.helpers.pki import NOW
from tests.helpers.store_world import Life, lease, registration, shared_world
from tests.helpers.world import AUD, DEV, SCOPE, ms

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
ROOT = Path(__file__).resolve().parents[2]
CASES = 100_000


GRANT = {
    "id": "g1",
    "person": "p0103",
    "roles": ["window_clerk"],
    "scopes": [SCOPE],
    "powers": [],
    "items": "*",
    "from": ms(NOW) - 86_400_000,
}
PAPER = {"kind": "slip", "no": "1", "sha256": "0" * 64, "size": 1}


def took_ms(work):
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def median_ms(work, times):
    return statistics.median(took_ms(work) for _ in range(times))


def part(values, share):
    return sorted(values)[int(len(values) * share)]


def say(text):
    load = os.getloadavg()[0]
    print(f"\n{text}  [load {load:.1f} of {os.cpu_count()} cores]")


# ------------------------------------------------------------ start


def test_start_against_a_bare_window(tmp_path):
    env = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(tmp_path / "pyc")}

    def start(*which):
        began = time.monotonic_ns() / 1e6
        command = [sys.executable, "-m", "tests.bench.starts", *which]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True)
        painted, cpu = map(float, done.stdout.decode().split())
        return painted - began, cpu

    both = (("bare",), ("ours", str(tmp_path)))
    for which in both:
        start(*which)  # compiles
    rounds = [[start(*which) for which in both] for _ in range(15)]
    (bare, bare_cpu), (ours, ours_cpu) = (
        [statistics.median(pair[side][kind] for pair in rounds) for kind in (0, 1)]
        for side in (0, 1)
    )
    say(
        f"start to the painted door: {ours:.0f} ms (processor {ours_cpu:.0f}); bare window with"
        f" qasync {bare:.0f} ms ({bare_cpu:.0f}); ratio {ours / bare:.2f}, of the processor's time"
        f" {ours_cpu / bare_cpu:.2f} (target ≤ 1.3)"
    )


# ------------------------------------------------------------ one step


@pytest.fixture
def bare(tmp_path):
    database = dbapi2.connect(str(tmp_path / "bare.db"), isolation_level=None)
    database.execute(f"PRAGMA key=\"x'{'5a' * 32}'\"")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT)")
    yield database
    database.close()


def test_step_against_a_bare_durable_commit(tmp_path, bare):
    world = shared_world()
    world.policy("grant", GRANT)
    life = Life(tmp_path / "window", world)
    store = life.open()
    life.centre.pull(store)
    life.session(store)
    store.keep_lease(lease(life.centre, [("case", 1, 99_999)], store.head()), b"k" * 32)
    mandate = Mandate(AUD, "p0103", DEV, 0, (SCOPE,), life.kid, life.key)
    leave = Leave(store, life.clock, ms(NOW) + 10**8, online=True)
    recorder = Recorder(store, life.clock, mandate, leave, lambda found, _case: found)

    def step():
        number = life.number()
        draft = recorder.draft("preregister", SCOPE, number, registration() | {"paper": PAPER})
        recorder.commit(draft, uses=(NumberUse("case", life.serial),))

    bare_ms, step_ms, cpu = [], [], []
    for _ in range(600):
        bare_ms.append(took_ms(lambda: bare.execute("INSERT INTO row(text) VALUES ('x')")))
        began = time.thread_time()
        step_ms.append(took_ms(step))
        cpu.append((time.thread_time() - began) * 1000)
    store.close()
    ours, yardstick = statistics.median(step_ms), statistics.median(bare_ms)
    say(
        f"step (rules, signature, event, projections, search, durable): {ours:.2f} ms, p95"
        f" {part(step_ms, 0.95):.2f}, of the processor {statistics.median(cpu):.2f};"
        f" bare durable commit {yardstick:.2f} ms; ratio {ours / yardstick:.1f} (target ≤ 4)"
    )


# ------------------------------------------------------------ lists and search


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    life = Life(tmp_path_factory.mktemp("many") / "window")
    store = life.open()
    life.centre.pull(store)
    crowd(store, CASES)
    store.close()
    store = life.open()
    yield store
    store.close()


def test_list_against_a_bare_keyset(many):
    plain = (
        "SELECT number, applicant, item, state, due_ms, warn_ms, holder, updated_ms FROM case_line"
        " WHERE closed = 0 ORDER BY due_key, updated_ms DESC, number LIMIT 101"
    )
    ours, yardstick = [], []
    for _ in range(60):
        yardstick.append(took_ms(lambda: many._db.rows(plain)))
        ours.append(took_ms(lambda: many.cases(CaseQuery())))
    first = statistics.median(ours)
    place = many.cases(CaseQuery()).after
    later = median_ms(lambda: many.cases(CaseQuery(after=place)), 60)
    bare = statistics.median(yardstick)
    say(
        f"list of {CASES:,}: first page with its count {first:.2f} ms, next page {later:.2f} ms;"
        f" bare keyset query {bare:.2f} ms; ratio of a next page {later / bare:.2f}"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"memory of this process with the store of {CASES:,} open, at its peak: {peak:.0f} MB")


def test_search_against_like(many):
    chance = random.Random(3)  # noqa: S311
    rows = many._db.rows("SELECT applicant, number FROM case_line ORDER BY number LIMIT 20000")
    names, numbers = zip(*chance.sample(rows, 400), strict=True)
    typed = {
        "1": [*chance.choices(SURNAMES, k=50), *(chance.choice(name) for name in names[:50])],
        "2": [name[:2] for name in names[:100]],
        "3": [name[:3] for name in names if len(name) > 2][:100],
        "more": [*names[:40], *numbers[:20], *(number[-7:-2] for number in numbers[:40])],
        "a number's beginning": [number[:end] for number in numbers[:15] for end in range(4, 15)],
    }
    like = (
        "SELECT l.number FROM case_line l WHERE l.number LIKE ?1 OR l.applicant LIKE ?1"
        " OR l.item_name LIKE ?1 OR EXISTS"
        " (SELECT 1 FROM case_word w WHERE w.id = l.id AND w.words LIKE ?1)"
        " ORDER BY l.due_key, l.updated_ms DESC, l.number LIMIT 100"
    )
    for name, words in typed.items():
        ours, yardstick = [], []
        for place, word in enumerate(words):
            query = CaseQuery(text=word, closed=None)
            ours.append(took_ms(lambda query=query: many.cases(query)))
            if place % 5 == 0:
                yardstick.append(took_ms(lambda word=word: many._db.rows(like, f"%{word}%")))
        middle, plain = statistics.median(ours), statistics.median(yardstick)
        say(
            f"search, characters {name}: {middle:.2f} ms, p95 {part(ours, 0.95):.2f} (target ≤ 5);"
            f" LIKE {plain:.1f} ms; {plain / middle:.0f} times faster (target ≥ 5)"
        )


# ------------------------------------------------------------ pull


def test_pull_verified_and_stored(tmp_path):
    life, count = Life(tmp_path / "window"), 2000
    store = life.open()
    life.session(store)
    life.centre.push(store)
    life.centre.pull(store)
    foreign = SoftwareKey.generate()
    life.key, own = foreign, life.key
    for _ in range(count):
        number = life.number()
        life.centre.answer(life.foreign("preregister", registration(), number), person="p0777")
    life.key = own
    scope, verified = SCOPE, 0
    store.subscribe([scope])
    cursor = store.cursors()[scope]
    pages = []
    while cursor + sum(len(page.entries) for page in pages) < len(life.centre.log[scope]):
        pages.append(life.centre.page(scope, cursor + sum(len(p.entries) for p in pages), 500))
    began, cpu = time.perf_counter(), time.process_time()
    frontier = Frontier.unpack(store.frontier(scope)) if store.frontier(scope) else Frontier()
    for page in pages:
        for entry in page.entries:
            frontier = frontier.append(outcome_leaf(entry.outcome))
            read_event(entry.record(), lambda _header: foreign.public)
            verified += 1
        store.apply_pull(page)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    store.close()
    say(
        f"pull: {verified} events, each signature and leaf verified, stored with projections and"
        f" search: {verified / wall:,.0f} a second ({verified / cpu:,.0f} per second of processor)"
    )


# ------------------------------------------------------------ due times


def test_due_times_per_second():
    source = ROOT / "resources" / "calendars" / "cn-2024-2026.json"
    calendar = calendar_from(json.loads(source.read_text("utf-8")))
    start = calendar.opens(calendar.from_day(calendar.official_until.replace(month=3))).astimezone(
        CHINA
    )
    limit, switches = Limit(Unit.WORKING, 20), Switches()
    count = 50_000

    def per_second(work):
        def once():
            began = time.process_time()
            for _ in range(count):
                work()
            return time.process_time() - began

        return count / statistics.median(once() for _ in range(5))

    ours = per_second(lambda: spans.count(limit, start, calendar, switches))
    walked = per_second(lambda: calendar.is_working(start.date()))
    say(
        f"due times: {ours:,.0f} a second of processor (target ≥ 200,000); one look at one day:"
        f" {walked:,.0f} a second"
    )
