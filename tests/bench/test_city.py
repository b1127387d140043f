"""Supervision beside a city: board, timeline, every statistic by every cut, a month's scores.

`CHUANGKOU_BENCH_EVENTS=10000000 pytest tests/bench/test_city.py -m bench -s` is the whole city; by
default a hundredth of it is built. Figures are wall-clock and, in brackets, processor time of
this process and of the database's, whose parallel workers are switched off to be counted.
"""

import os
import time
from datetime import date
from pathlib import Path

import pytest

from sync.domain.statistics import Span, whole
from sync.domain.supervising import Act
from sync.server.cli.figures import differing
from sync.server.rulefiles import rule_files
from sync.server.services.entry.console import Visitor
from sync.server.services.evaluation.scoring import scored
from sync.server.services.figures.reckoning import Group, whole_of
from sync.server.services.rows.figures import Cut
from sync.server.services.supervision.supervision import Wanted
from tests.bench import city
from tests.helpers.centre import running_centre

pytestmark = [pytest.mark.bench, pytest.mark.timeout(7200)]
YEAR = Span(date(2025, 3, 4), date(2026, 3, 3))
MIDDLES = Span(date(2025, 3, 16), date(2026, 2, 15))  # the most days beside whole months
WEEK = Span(date(2026, 2, 23), date(2026, 3, 1))
CUTS = (
    {},
    {"item": city.ITEMS[1]},
    {"applicant": "person"},
    {"channel": "window"},
    {"dev": "d-03-007"},
    {"person": "p-03-007"},
    {"item": city.ITEMS[1], "channel": "window"},
)
TIMES = 20


def database_ms(centre):
    """Return what the database's processes of this centre have had of the processor, ms."""
    with centre.sql() as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        ).fetchall()
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6 for (pid,) in rows)


def measured(centre, work):
    """Return ms of some runs after a first: (middle, p95) by the clock, and of the processor."""
    centre.read(work)
    walls, spent = [], []
    for _ in range(TIMES):
        before, began, used = database_ms(centre), time.perf_counter(), time.process_time()
        centre.read(work)
        own = 1000 * (time.process_time() - used)
        walls.append(1000 * (time.perf_counter() - began))
        spent.append(own + database_ms(centre) - before)
    place = int(0.95 * TIMES)
    return [(each[TIMES // 2], each[place]) for each in (sorted(walls), sorted(spent))]


def fold_all(centre):
    """Count every line as the job does; returns how many and processor time of one, µs."""
    counting, ledger = centre.desk.counting, centre.centre.ledger
    lines, used = 0, time.process_time()
    while behind := centre.read(counting.behind):
        for scope, after in behind.items():
            page = centre.read(lambda tx, s=scope, n=after: counting.read(tx, s, n))
            sums = counting.sum_up(page)
            ledger.write_now(lambda tx, s=sums: counting.keep(tx, s))
            lines += len(page.lines)
    return lines, 1e6 * (time.process_time() - used) / max(1, lines)


def test_supervision_beside_a_citys_year(tmp_path, monkeypatch):
    monkeypatch.setattr("sync.server.jobs.figures.LOOK_S", 36_000.0)
    with running_centre(tmp_path, store="postgresql") as centre:
        began = time.perf_counter()
        made = city.build(centre)
        print(
            f"\n{made.cases:,} open cases, {made.events:,} events"
            f" by COPY in {time.perf_counter() - began:.0f} s"
        )
        lines, each = fold_all(centre)
        print(f"the last {lines:,} lines folded, {each:.0f} µs of the processor each")
        hold_to_the_log(centre)
        measure(centre, made)
        score(centre)


def hold_to_the_log(centre):
    """Compare a week's counters with the log counted again, department by department."""
    desk = centre.desk
    for scope in desk.policy.scopes_known():
        log = centre.read(lambda tx, s=scope: desk.statistics.counted(tx, (s,), WEEK))
        kept = centre.read(lambda tx, s=scope: whole_of(tx, Cut((), (s,)), WEEK))
        assert differing(whole(log.made, log.kept), kept) == [], scope


def measure(centre, made):
    desk = centre.desk
    scopes = tuple(scope for scope in desk.policy.scopes_known() if scope[:4].isdigit())
    visitor = Visitor("p", "P", scopes, 0, dict.fromkeys(Act, scopes))
    every = Cut((), scopes)
    counted = centre.read(lambda tx: desk.reckoning.rows(tx, every, YEAR, Group.HALL))[-1].counts
    assert counted.received >= made.cases * 0.95
    asked = {
        "board": lambda tx: desk.supervision.board(tx, visitor, Wanted()),
        "timeline": lambda tx: desk.supervision.case(tx, visitor, made.whole),
        "times of a year": lambda tx: desk.reckoning.times(tx, every, YEAR, "item"),
        "origins of a year": lambda tx: desk.reckoning.origins(tx, every, YEAR),
        "trend of 13 months": lambda tx: desk.reckoning.trend(tx, every, YEAR.last, 13),
    }
    for name, span in {"a year": YEAR, "months cut in the middle": MIDDLES}.items():
        for group in Group:
            for cut in CUTS:
                told = Cut((), scopes, **cut)
                asked[f"{name} by {group}, {' '.join(cut) or 'all'}"] = (
                    lambda tx, t=told, s=span, g=group: desk.reckoning.rows(tx, t, s, g)
                )
    with centre.sql() as connection:
        connection.execute(
            f"ALTER ROLE centre IN DATABASE {connection.info.dbname}"
            " SET max_parallel_workers_per_gather = 0"
        )
    centre.centre.ledger._engine.dispose()
    for name, work in asked.items():
        (wall, worst), (spent, most) = measured(centre, work)
        load = os.getloadavg()[0]
        print(
            f"{name}: {wall:,.0f} ms, p95 {worst:,.0f}"
            f" ({spent:,.0f} ms, p95 {most:,.0f})  [load {load:.0f}]"
        )


def score(centre):
    desk = centre.desk
    file = next(file for file in rule_files() if file.rules.code == "public-100")
    began, used = time.perf_counter(), time.process_time()
    material = centre.read(lambda tx: desk.scoring.material(tx, "2026-01", file))
    scores = scored(material)
    print(
        f"a month's scores of {len(scores)} subjects from {len(material.told):,} facts:"
        f" {time.perf_counter() - began:.1f} s ({time.process_time() - used:.1f} s)"
    )
