"""A city's year in PostgreSQL: a million open cases, ten million events, brought by COPY.

One real case is walked through a window; its lines and its row are then written again and again
with other numbers, ids, days, departments, items, applicants, windows and people. Signatures do not
belong to the copies, which nobody verifies; but for one case in a thousand they are left out.

Counters of most lines are summed up in the database by what the product's own fold makes of the
pattern's steps; the last lines of each department are left to that fold, and the bench holds a
month of all that to the log.
"""

from __future__ import annotations

import json
import os
import random
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from sync.domain.figures.counters import MEMBERS
from sync.proof.outcomes import read_outcome, write_outcome
from sync.proof.tree import Frontier
from sync.server.clock import milliseconds
from sync.server.db.figure_tables import (
    facts,
    folded,
    origins,
    person_totals,
    scope_totals,
    tallies,
    totals,
    waits,
    window_totals,
)
from sync.server.services.figures.counting import Page
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import NOW
from tests.helpers.hand_window import SCOPE, HandWindow

EVENTS = int(os.environ.get("CHUANGKOU_BENCH_EVENTS", "100000"))
"""How many events; 10000000 is the whole city, the default a hundredth of it."""
DAYS = 364
WINDOWS, PEOPLE = 143, 280  # of each of 14 departments: 2,002 windows, two people at most
ITEMS = ("scjg-02", "wjj-01", "ycj-01", "hbj-01", "fgj-01")
ORG = '"kind":"org","id_kind":"credit_code","id_no":"91{place}MA00000000"'
PLACES = ("339901", "339902", "330100", "310101", "110101", "440300")
KINDS, PATTERN = 180, 5  # of cases: 5 items, 18 applicants, 4 ways in; the pattern's is that of 5
THICK = 1000
SUMS = (totals, window_totals, person_totals, scope_totals)
BUCKETS = 24  # of the times of one step, item and department in a month
LEFT = 500  # lines of each department that are left to the fold
LOG = "scope n event dev inc seq hash kind case_no person jws body act outcome verdict code recv"
CHUNK = 2000


@dataclass(frozen=True)
class City:
    """What was written: cases, and one of them whose lines are whole."""

    cases: int
    events: int
    whole: str


def build(centre) -> City:
    """Fill a served centre's PostgreSQL; its jobs are not to run meanwhile."""
    window = HandWindow(centre)
    number = walk_to(window, "certified")
    window.close()
    lines = centre.read(lambda tx: tx.log.of_case(SCOPE, number))
    row = centre.read(lambda tx: tx.cases.get(number))
    scopes = [each for each in centre.desk.policy.scopes_known() if each[:4].isdigit()]
    first = {scope: _size(centre, scope) for scope in scopes}
    count = EVENTS // len(lines)
    with centre.sql() as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET default_toast_compression = lz4")
        with bare(connection, "log", "cases"):
            _lines(connection, lines, scopes, dict(first), count)
            _cases(connection, row, lines, scopes, count)
        sizes = {
            scope: first[scope] + len(lines) * len(range(place, count, len(scopes)))
            for place, scope in enumerate(scopes)
        }
        for scope, size in sizes.items():
            _head(connection, scope, size)
        _sum_up(centre, connection, row, lines, sizes)
        connection.execute("ANALYZE")
    return City(count, count * len(lines), f"{row.number[:8]}{0:08d}")


def bare(connection, *tables):
    """Take the tables' indexes away while they are filled: sorting is cheaper than inserting."""
    return _Bare(connection, tables)


class _Bare:
    def __init__(self, connection, tables):
        self.connection, self.again = connection, []
        found = connection.execute(
            "SELECT i.tablename, i.indexname, i.indexdef, c.conname FROM pg_indexes i"
            " LEFT JOIN pg_constraint c ON c.conname = i.indexname AND c.contype = 'p'"
            " WHERE i.tablename = ANY(%s)",
            (list(tables),),
        )
        for table, index, definition, constraint in found.fetchall():
            if constraint:
                key = definition.partition("btree ")[2]
                drop = f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
                make = f"ALTER TABLE {table} ADD CONSTRAINT {constraint} PRIMARY KEY {key}"
            else:
                drop, make = f"DROP INDEX {index}", definition
            self.again.append((drop, make))

    def __enter__(self):
        for drop, _ in self.again:
            self.connection.execute(drop)

    def __exit__(self, *_):
        self.connection.execute("SET maintenance_work_mem = '512MB'")
        for _, make in self.again:
            self.connection.execute(make)


def _size(centre, scope):
    head = centre.read(lambda tx: tx.log.peek(scope))
    return 0 if head is None else head.size


def _ids(event, k):
    return f"{event[:-8]}{k:08x}"


def _escaped(text):
    """Write a text as COPY reads it; None is NULL."""
    if text is None:
        return r"\N"
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def item_of(k):
    """Return what case k asks for."""
    return ITEMS[k * 7919 % len(ITEMS)]


def org_of(k):
    """Return where case k's enterprise comes from; "" for a person."""
    return PLACES[k // 3 % len(PLACES)] if k % 3 == 0 else ""


def channel_of(k):
    """Return how case k came in."""
    return "online" if k % 4 == 0 else "window"


def _lines(connection, lines, scopes, sizes, count):
    """Copy the lines: case k belongs to department k mod n and began on a day of its own."""
    chance = random.Random(339901)  # noqa: S311
    outcomes = [_pattern(read_outcome(line.outcome)) for line in lines]
    thin = ("", "{}", r"\N")
    thick = [tuple(map(_escaped, (line.jws, line.body, line.act))) for line in lines]
    year, ends = lines[0].case_no[:8], milliseconds(NOW)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY log ({', '.join(LOG.split())}) FROM STDIN") as copy,
    ):
        rows = []
        for k in range(count):
            place, turn = k % len(scopes), k // len(scopes)
            scope, home = scopes[place], turn % WINDOWS
            began = ends - chance.randrange(DAYS) * 86_400_000 - 86_400_000
            for step, line in enumerate(lines):
                n = sizes[scope] = sizes[scope] + 1
                at = began + step * 3_600_000
                person = (home + step % 3 * 47) % PEOPLE
                draw = chance.random()
                verdict, code = "accepted", r"\N"
                if draw < 0.01:
                    verdict, code = "refused", "no_authority"
                elif draw < 0.03:
                    code = "overdue"
                jws, body, act = thin if k % THICK else thick[step]
                said = outcomes[step].replace("@s", scope).replace("@n", str(n))
                rows.append(
                    f"{scope}\t{n}\t{line.event[:-8]}{k:08x}\td-{place:02}-{person % WINDOWS:03}"
                    f"\t1\t{k * len(lines) + step}\t{line.hash[:-8]}{k:08x}\t{line.kind}"
                    f"\t{year}{k:08d}\tp-{place:02}-{person:03}\t{jws}\t{body}\t{act}"
                    f"\t{said.replace('@t', str(at))}\t{verdict}\t{code}\t{at}\n"
                )
            if k % CHUNK == 0:
                copy.write("".join(rows))
                rows.clear()
        copy.write("".join(rows))


def _pattern(outcome):
    """Return an outcome's text with marks for its place (@s, @n) and time (@t), escaped."""
    marked = msgspec.structs.replace(
        outcome, scope="@s", n=777, counted=999, recv=999, lo=999, hi=999
    )
    text = _escaped(write_outcome(marked)).replace(":777,", ":@n,").replace(":999,", ":@t,")
    assert text.count("@t") == 4 and text.count("@n") == text.count("@s") == 1  # noqa: PT018
    return text


def body_of(row, number, k):
    """Return the folded case of case k; its steps' ids are still the pattern's."""
    body = row.body.replace(row.number, number)
    body = body.replace(f'"item":"{row.item}"', f'"item":"{item_of(k)}"', 1)
    body = body.replace('"channel":"window"', f'"channel":"{channel_of(k)}"', 1)
    if place := org_of(k):
        said = json.loads(row.body)["applicant"]
        old = ",".join(f'"{name}":"{said[name]}"' for name in ("kind", "id_kind", "id_no"))
        assert old in body
        body = body.replace(old, ORG.format(place=place), 1)
    return body


def _cases(connection, row, lines, scopes, count):
    """Copy the case: its steps' ids are those of its lines."""
    names = list(row.__struct_fields__)
    rows = []
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY cases ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for k in range(count):
            scope = scopes[k % len(scopes)]
            number = f"{row.number[:8]}{k:08d}"
            body = body_of(row, number, k)
            for line in lines:
                body = body.replace(line.event, _ids(line.event, k))
            mine = {
                **{name: getattr(row, name) for name in names},
                "number": number,
                "scope": scope,
                "item": item_of(k),
                "closed": False,
                "light": ("white", "white", "yellow", "red")[k % 4],
                "next_moment": None,
                "due": None if row.due is None else row.due + k * 7919 % 500_000 * 60_000,
                "updated": milliseconds(NOW - timedelta(minutes=k % 500_000)),
                "last_hash": f"{row.last_hash[:-8]}{k:08x}",
                "certificate": None,
                "body": body,
            }
            rows.append(
                "\t".join(_escaped(None if mine[n] is None else str(mine[n])) for n in names) + "\n"
            )
            if k % CHUNK == 0:
                copy.write("".join(rows))
                rows.clear()
        copy.write("".join(rows))
    connection.execute("DELETE FROM case_lights")
    connection.execute(
        "INSERT INTO case_lights SELECT scope, light, count(*) FROM cases"
        " WHERE NOT closed GROUP BY scope, light"
    )


def _head(connection, scope, size):
    """Write a scope's head, and the nodes that its root is made of: nobody asks for others."""
    hashes, at = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            node = os.urandom(32)
            hashes.append(node)
            connection.execute(
                "INSERT INTO tree_nodes (scope, level, idx, hash) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (scope, level, idx) DO UPDATE SET hash = excluded.hash",
                (scope, level, at >> level, node),
            )
            at += 1 << level
    packed = Frontier(size, tuple(hashes)).pack()
    connection.execute(
        "INSERT INTO scope_heads (scope, size, frontier, sth) VALUES (%s, %s, %s, NULL)"
        " ON CONFLICT (scope) DO UPDATE SET size = excluded.size, frontier = excluded.frontier",
        (scope, size, packed),
    )


# ------------------------------------------------------------ counters


def _sum_up(centre, connection, row, lines, sizes):
    """Fill counters and facts with what the fold makes of the pattern's steps, all but the last."""
    _what_steps_count(centre, connection, row, lines)
    marks = {scope: max(0, size - LEFT) for scope, size in sizes.items()}
    for table in (tallies, *SUMS, waits, origins, facts, folded):
        connection.execute(f"TRUNCATE {table.name}")
    for scope, n in marks.items():
        connection.execute("INSERT INTO folded VALUES (%s, %s, %s)", (scope, n, n))
    members, sums = ", ".join(MEMBERS), ", ".join(f"sum(c.{m})" for m in MEMBERS)
    connection.execute("SET work_mem = '1GB'")
    connection.execute(
        "CREATE UNLOGGED TABLE deeds AS SELECT l.scope, l.n, l.event, l.kind, l.case_no, k.item,"
        " k.applicant, k.channel, k.place, l.dev, l.person, l.verdict,"
        " coalesce(l.code, '') AS code,"
        " to_char(to_timestamp(l.recv / 1000) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS day"
        " FROM log l JOIN folded f ON f.scope = l.scope AND l.n <= f.n"
        f" JOIN bench_kinds k ON k.k = CASE WHEN l.case_no = '{row.number}' THEN {PATTERN}"
        f" ELSE right(l.case_no, 8)::bigint % {KINDS} END"
    )
    join = "JOIN bench_counts c USING (kind, item, applicant, channel, verdict, code)"
    with bare(connection, "tallies", "facts"):
        connection.execute(
            f"INSERT INTO tallies (period, scope, item, dev, person, applicant, channel, {members})"
            f" SELECT day, scope, item, dev, person, applicant, channel, {sums} FROM deeds {join}"
            " WHERE c.counts GROUP BY 1, 2, 3, 4, 5, 6, 7"
        )
        connection.execute(
            f"INSERT INTO tallies (period, scope, item, dev, person, applicant, channel, {members})"
            f" SELECT left(period, 7), scope, item, dev, person, applicant, channel,"
            f" {sums.replace('c.', '')} FROM tallies GROUP BY 1, 2, 3, 4, 5, 6, 7"
        )
        connection.execute(
            "INSERT INTO facts (scope, n, event, kind, case_no, item, dev, person, day, signals)"
            " SELECT scope, n, event, kind, case_no, item, dev, person, day, c.signals"
            f" FROM deeds {join} WHERE c.signals <> ''"
        )
    for table in SUMS:
        key = ", ".join(column.name for column in table.primary_key)
        connection.execute(
            f"INSERT INTO {table.name} ({key}, {members}) SELECT {key}, {sums.replace('c.', '')}"
            f" FROM tallies GROUP BY {key}"
        )
    connection.execute(
        "INSERT INTO origins SELECT left(day, 7), scope, item, place, count(*) FROM deeds"
        " WHERE kind = 'receive' AND verdict = 'accepted' AND place <> '' GROUP BY 1, 2, 3, 4"
    )
    # Copies' times would all be alike: so many buckets of each step are made up.
    connection.execute(
        "INSERT INTO waits SELECT p.period, p.scope, p.item, s.step, p.scope, 10 + b, 1 + b % 7,"
        " (1 + b % 7) * (10 + b) * 60000 FROM (SELECT DISTINCT period, scope, item FROM totals"
        " WHERE length(period) = 7) p, (SELECT DISTINCT step FROM bench_waits) s,"
        f" generate_series(1, {BUCKETS}) b"
    )
    connection.execute("DROP TABLE deeds, bench_counts, bench_kinds, bench_waits")


def _what_steps_count(centre, connection, row, lines):
    """Ask the product's own fold what each step of each kind of case counts for."""
    members = ", ".join(f"{name} bigint" for name in MEMBERS)
    connection.execute(
        "CREATE UNLOGGED TABLE bench_kinds (k bigint, item text, applicant text, channel text,"
        " place text)"
    )
    connection.execute(
        "CREATE UNLOGGED TABLE bench_counts (kind text, item text, applicant text, channel text,"
        f" verdict text, code text, counts boolean, signals text, {members})"
    )
    connection.execute("CREATE UNLOGGED TABLE bench_waits (step text)")
    asked = centre.read(lambda tx: tx.figures.new_lines(SCOPE, 0, 100_000))[1]
    pattern = [each for each in asked if each.event in {line.event for line in lines}]
    assert len(pattern) == len(lines)
    known = set()
    for k in range(KINDS):
        applicant = "org" if org_of(k) else "person"
        kind = (item_of(k), applicant, channel_of(k))
        connection.execute(
            "INSERT INTO bench_kinds VALUES (%s, %s, %s, %s, %s)", (k, *kind, org_of(k))
        )
        if kind in known:
            continue
        known.add(kind)
        case = msgspec.structs.replace(row, item=kind[0], body=body_of(row, row.number, k))
        for line in pattern:
            for verdict, code in (
                ("accepted", None),
                ("accepted", "overdue"),
                ("refused", "no_authority"),
            ):
                said = replace(line, verdict=verdict, code=code)
                page = Page(SCOPE, 0, 1, (said,), {}, {row.number: case})
                sums = centre.desk.counting.sum_up(page)
                counts = next(iter(sums.tallies.values()), {})
                signals = sums.facts[0].signals if sums.facts else ""
                values = [counts.get(name, 0) for name in MEMBERS]
                connection.execute(
                    f"INSERT INTO bench_counts VALUES ({', '.join(['%s'] * (8 + len(values)))})",
                    (line.kind, *kind, verdict, code or "", bool(counts), signals, *values),
                )
                for key in sums.waits:
                    connection.execute("INSERT INTO bench_waits VALUES (%s)", (key[3],))
