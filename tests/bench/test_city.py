"""Supervision beside a city's year: board, timeline, statistics, a month's scores.

`CHUANGKOU_BENCH_EVENTS=10000000 pytest tests/bench/test_city.py -m bench -s` is the whole city; by
default a hundredth of it is built. Figures are wall-clock and, in brackets, processor time of
this process and of the database's, whose parallel workers are not counted.
"""

import os
import time
from datetime import date
from pathlib import Path

import pytest

from sync.domain.statistics import Span
from sync.domain.supervising import Act
from sync.server.rulefiles import rule_files
from sync.server.services.entry.console import Visitor
from sync.server.services.evaluation.scoring import scored
from sync.server.services.figures.reckoning import Group
from sync.server.services.rows.figures import Cut
from sync.server.services.supervision.supervision import Wanted
from tests.bench import city
from tests.helpers.centre import running_centre

pytestmark = [pytest.mark.bench, pytest.mark.timeout(7200)]
YEAR = Span(date(2025, 3, 4), date(2026, 3, 3))
TIMES = 5


def database_ms(centre):
    """Return what the database's processes of this centre have had of the processor, ms."""
    with centre.sql() as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        ).fetchall()
    tick, total = 1000 / os.sysconf("SC_CLK_TCK"), 0.0
    for (pid,) in rows:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += tick * (int(fields[11]) + int(fields[12]))
    return total


def best(centre, work):
    """Return ms of some runs: the middle wall-clock and processor time, the database's mean."""
    walls, spent, before = [], [], database_ms(centre)
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        work()
        walls.append(1000 * (time.perf_counter() - began))
        spent.append(1000 * (time.process_time() - used))
    database = (database_ms(centre) - before) / TIMES
    return sorted(walls)[TIMES // 2], sorted(spent)[TIMES // 2], database


def fold_all(centre):
    """Count every line as the job does; returns seconds."""
    counting, ledger, began = centre.desk.counting, centre.centre.ledger, time.perf_counter()
    while behind := centre.read(counting.behind):
        for scope, after in behind.items():
            page = centre.read(lambda tx, s=scope, n=after: counting.read(tx, s, n))
            sums = counting.sum_up(page)
            ledger.write_now(lambda tx, s=sums: counting.keep(tx, s))
    return time.perf_counter() - began


def test_supervision_beside_a_citys_year(tmp_path, monkeypatch):
    monkeypatch.setattr("sync.server.jobs.figures.LOOK_S", 36_000.0)
    with running_centre(tmp_path, store="postgresql") as centre:
        began = time.perf_counter()
        made = city.build(centre)
        print(
            f"\n{made.cases:,} open cases, {made.events:,} events"
            f" by COPY in {time.perf_counter() - began:.0f} s"
        )
        seconds = fold_all(centre)
        print(f"folded in {seconds:.0f} s, {made.events / seconds:,.0f} events a second")
        measure(centre, made)


def measure(centre, made):
    desk = centre.desk
    scopes = tuple(scope for scope in desk.policy.scopes_known() if scope[:4].isdigit())
    visitor = Visitor("p", "P", scopes, 0, dict.fromkeys(Act, scopes))
    every = Cut((), scopes)
    whole = centre.read(lambda tx: desk.reckoning.rows(tx, every, YEAR, Group.HALL))[-1].counts
    assert whole.received >= made.cases * 0.95
    asked = {
        "board": lambda tx: desk.supervision.board(tx, visitor, Wanted()),
        "timeline": lambda tx: desk.supervision.case(tx, visitor, made.whole),
        "times of a year": lambda tx: desk.reckoning.times(tx, every, YEAR, "item"),
        "origins of a year": lambda tx: desk.reckoning.origins(tx, every, YEAR),
        "trend of 13 months": lambda tx: desk.reckoning.trend(tx, every, YEAR.last, 13),
    }
    for group in Group:
        asked[f"a year by {group}"] = lambda tx, g=group: desk.reckoning.rows(tx, every, YEAR, g)
    for name, work in asked.items():
        wall, spent, database = best(centre, lambda w=work: centre.read(w))
        print(f"{name}: {wall:,.0f} ms ({spent:,.0f} ms; database {database:,.0f} ms)")
    file = next(file for file in rule_files() if file.rules.code == "public-100")
    began, used = time.perf_counter(), time.process_time()
    material = centre.read(lambda tx: desk.scoring.material(tx, "2026-01", file))
    scores = scored(material)
    print(
        f"a month's scores of {len(scores)} subjects from {len(material.told):,} facts:"
        f" {time.perf_counter() - began:.1f} s ({time.process_time() - used:.1f} s)"
    )
