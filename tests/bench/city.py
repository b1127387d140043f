"""A city's year in PostgreSQL: a million open cases, ten million events, brought by COPY.

One real case is walked through a window; its lines and its row are then written again and again
with other numbers, ids, days, departments, windows and people. Signatures do not belong to the
copies, which nobody verifies; but for one case in a thousand they are left out to save the disk.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from sync.proof.outcomes import read_outcome, write_outcome
from sync.proof.tree import Frontier
from sync.server.clock import milliseconds
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import NOW
from tests.helpers.hand_window import SCOPE, HandWindow

EVENTS = int(os.environ.get("CHUANGKOU_BENCH_EVENTS", "100000"))
"""How many events; 10000000 is the whole city, the default a hundredth of it."""
DAYS = 364
PEOPLE, WINDOWS = 28, 6  # of each department
THICK = 1000
LOG = "scope n event dev inc seq hash kind case_no person jws body act outcome verdict code recv"


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
        _lines(connection, lines, scopes, dict(first), count)
        _cases(connection, row, lines, scopes, count)
        for place, scope in enumerate(scopes):
            size = first[scope] + len(lines) * len(range(place, count, len(scopes)))
            _head(connection, scope, size)
        connection.execute("ANALYZE")
    return City(count, count * len(lines), f"{row.number[:8]}{0:08d}")


def _size(centre, scope):
    head = centre.read(lambda tx: tx.log.peek(scope))
    return 0 if head is None else head.size


def _ids(event, k):
    return f"{event[:-8]}{k:08x}"


def _lines(connection, lines, scopes, sizes, count):
    """Copy the lines: case k belongs to department k mod n and began on a day of its own."""
    chance = random.Random(339901)  # noqa: S311
    columns = LOG.split()
    outcomes = [read_outcome(line.outcome) for line in lines]
    ends = milliseconds(NOW)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY log ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for k in range(count):
            place, turn = k % len(scopes), k // len(scopes)
            scope = scopes[place]
            began = ends - chance.randrange(DAYS) * 86_400_000 - 86_400_000
            dev = f"d-{place:02}-{turn % WINDOWS}"
            thick = k % THICK == 0
            for step, (line, outcome) in enumerate(zip(lines, outcomes, strict=True)):
                sizes[scope] += 1
                at = began + step * 3_600_000
                late = chance.random() < 0.02
                refused = chance.random() < 0.01
                said = replace_outcome(outcome, scope, sizes[scope], at)
                copy.write_row(
                    (
                        scope,
                        sizes[scope],
                        _ids(line.event, k),
                        dev,
                        1,
                        k * len(lines) + step,
                        f"{line.hash[:-8]}{k:08x}",
                        line.kind,
                        f"{lines[0].case_no[:8]}{k:08d}",
                        f"p-{place:02}-{(turn * 7 + step) % PEOPLE:02}",
                        line.jws if thick else "",
                        line.body if thick else "{}",
                        line.act if thick else None,
                        said,
                        "refused" if refused else "accepted",
                        "no_authority" if refused else "overdue" if late else None,
                        at,
                    )
                )


def replace_outcome(outcome, scope, n, at):
    """Return an outcome's text with another place and time."""
    changes = {"scope": scope, "n": n, "counted": at, "recv": at, "lo": at, "hi": at}
    return write_outcome(msgspec.structs.replace(outcome, **changes))


def _cases(connection, row, lines, scopes, count):
    """Copy the case: its steps' ids are those of its lines."""
    names = list(row.__struct_fields__)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY cases ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for k in range(count):
            scope = scopes[k % len(scopes)]
            number = f"{row.number[:8]}{k:08d}"
            body = row.body.replace(row.number, number)
            for line in lines:
                body = body.replace(line.event, _ids(line.event, k))
            mine = msgspec.structs.replace(
                row,
                number=number,
                scope=scope,
                closed=False,
                light=("white", "white", "yellow", "red")[k % 4],
                next_moment=None,
                due=None if row.due is None else row.due + k * 7919 % 500_000 * 60_000,
                updated=milliseconds(NOW - timedelta(minutes=k % 500_000)),
                last_hash=f"{row.last_hash[:-8]}{k:08x}",
                certificate=None,
                body=body,
            )
            copy.write_row(tuple(getattr(mine, name) for name in names))
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
