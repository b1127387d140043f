"""A centre comes back without its last lines, as an old backup or a late second site does.

Its PostgreSQL is put back to an earlier state, all tables of it; windows have what is missing.
"""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from client.host.lanes import Lane
from sync.domain.ids import make_case_number
from sync.engine.pace import Pace
from sync.engine.returning import MOVED
from sync.proof.jws import known
from sync.proof.receipts import verify_receipt
from sync.protocol.errors import WireError
from sync.protocol.returned_messages import LINES_MAX
from sync.server.clock import milliseconds
from sync.server.services.record.whole import faults
from tests.helpers import case_steps as say
from tests.helpers.centre import NOW, running_centre
from tests.helpers.earlier import backup_of
from tests.helpers.fees import FEE, paid, with_fees
from tests.helpers.hand_window import SCOPE, HandWindow
from tests.integration.engine.real_window import RealWindow

pytestmark = pytest.mark.slow
HALL = "hall/339901"
BRISK = Pace(anchor_ms=200, heartbeat_ms=400, poll_ms=300)


@pytest.fixture
def centre(tmp_path):
    with running_centre(tmp_path, store="postgresql") as running:
        yield running


@asynccontextmanager
async def window_of(centre, folder):
    """Join a window with store and engine; nobody is at it yet."""
    lane = Lane("store")
    window = RealWindow(centre, lane, centre.origin)
    await window.open_store(folder)
    try:
        async with window.transport:
            await window.join()
        yield window
        await lane.run(window.store.close)
    finally:
        window.hand.close()
        await lane.close()


@asynccontextmanager
async def session(window):
    """Somebody logs in, works, and takes the card away."""
    async with window.transport:
        opened = await window.log_in()
        async with asyncio.TaskGroup() as group:
            window.serve(opened, group, BRISK)
            yield
            await window.append(window.hand.event("session.close", {}, scope=HALL))
            window.runner.notify_outbox()
            await window.runner.drain(10.0)


async def register(window):
    """Register a case; returns its number and the answered event."""
    await window.until(lambda: window.status.lease_until_ms is not None)
    serial = await window.asks(window.store.next_number, "case")
    number = make_case_number(window.centre.clock.now().date(), "339901", serial)
    await window.works("preregister", say.preregister(), case=number)
    await window.works("receive", say.receive(), case=number)
    await window.answered()
    await window.synced()
    return number, await window.asks(window.store.events_of, number)


async def settles(window, holds):
    """Wait until something holds at the centre; its clock goes on meanwhile."""
    async with asyncio.timeout(60):
        while not holds():
            window.centre.clock.advance(seconds=40)
            window.runner.sync_now()
            await asyncio.sleep(0.1)


def lines(centre, scope):
    return centre.read(lambda tx: [(r.n, r.event, r.outcome) for r in tx.log.after(scope, 0, 2000)])


def findings(centre):
    """Return the codes of what was found; the record itself must be whole."""
    assert centre.read(lambda tx: list(faults(tx))) == []
    with centre.sql() as db:
        return {row[0] for row in db.execute("SELECT code FROM findings").fetchall()}


def given_back(centre):
    with centre.sql() as db:
        rows = db.execute("SELECT args FROM findings WHERE code = 'lines_back'").fetchall()
    return [json.loads(row[0]) for row in rows]


async def follows(window, size, scope=SCOPE):
    """Wait until the window has so many lines of a scope, under a signed head."""
    async with asyncio.timeout(60):
        while (await window.asks(window.store.cursors)).get(scope, 0) < size:
            window.runner.sync_now()
            await asyncio.sleep(0.1)


@pytest.mark.asyncio
async def test_lines_that_a_restored_centre_lacks_come_back_into_their_places(centre, tmp_path):
    async with window_of(centre, tmp_path / "w") as window:
        with backup_of(centre) as bring_back:
            async with session(window):
                number, _ = await register(window)
            before = {scope: lines(centre, scope) for scope in (SCOPE, HALL)}
            assert [len(rows) for rows in before.values()] == [2, 2]  # HALL: opened and closed
            bring_back(give_back_minutes=1)
            assert lines(centre, SCOPE) == lines(centre, HALL) == []
            with pytest.raises(WireError) as caught:
                centre.invite("d-339901-04")  # nothing new is logged for a minute
            assert caught.value.code == "wire.unavailable"
            async with session(window):
                # The window's own opening follows what came back: nothing new stands between.
                await settles(window, lambda: len(lines(centre, HALL)) > 2)
                await window.works("note_late", {"what": "a"}, case=number)
                await settles(window, lambda: len(lines(centre, SCOPE)) > 2)
                assert lines(centre, SCOPE)[:2] == before[SCOPE]
                assert lines(centre, HALL)[:2] == before[HALL]
                await window.answered()
                assert window.status.distrusted == ()
                await window.until(lambda: window.status.problem == "line.given_back")
            case = centre.read(lambda tx: tx.cases.get(number))
            assert case.state == "received"
            assert "lines_back" in findings(centre)
            assert not findings(centre) & {"line_moved", "scope_forked", "line_judged_otherwise"}
            assert "lines_missing" not in {n.code for n in centre.desk.health.notices()}
            # Numbers that the lost lease held are not lent a second time.
            held = centre.read(lambda tx: tx.leases.block_of("case", "339901", 1))
            assert held.dev == window.dev


@pytest.mark.asyncio
async def test_more_lines_than_one_request_carries_come_back_in_slices(centre, tmp_path):
    """What another window did all morning comes back from the one that follows its scope."""
    said = {"what": "call", "happened_at": milliseconds(NOW) - 60_000, "reason": "群众来电"}
    async with window_of(centre, tmp_path / "w") as window:
        other = HandWindow(centre, "d-339901-04")
        with backup_of(centre) as bring_back:
            async with session(window):
                other.log_in("clerk")
                number = other.new_number()
                steps = [other.event("preregister", say.preregister(), case=number)]
                steps += [other.event("note_late", said, case=number) for _ in range(699)]
                for at in range(0, len(steps), 100):
                    other.accepted(other.push(*steps[at : at + 100]))
                await follows(window, len(steps))
            before = {scope: lines(centre, scope) for scope in (SCOPE, HALL)}
            assert len(before[SCOPE]) == len(steps)
            bring_back(give_back_minutes=1)
            assert lines(centre, SCOPE) == []
            async with session(window):
                await settles(window, lambda: len(lines(centre, SCOPE)) >= len(steps))
            assert lines(centre, SCOPE) == before[SCOPE]
            assert lines(centre, HALL)[: len(before[HALL])] == before[HALL]
            slices = [args["count"] for args in given_back(centre) if args["where"] == SCOPE]
            assert sum(slices) == len(steps)
            assert len(slices) >= 3
            assert max(slices) <= LINES_MAX
            assert "lines_back" in findings(centre)
            assert not findings(centre) & {"line_moved", "scope_forked", "line_judged_otherwise"}
        # The other one notices nothing: its chain is where it was, its case as it left it.
        other.log_in("clerk")
        step = other.step("note_late", said, case=number)
        assert (step.verdict, step.receipt.index) == ("accepted", len(steps))
        other.close()


@pytest.mark.asyncio
async def test_lines_of_several_scopes_come_back_as_they_were_answered(centre, tmp_path):
    """The stock before the payment out of it, the payment before the till that counts it."""
    day = {"day": "2026-03-03", "cash": FEE, "card": 0, "transfer": 0, "wire": 0}
    day |= {"taken_fen": FEE, "refunded_fen": 0, "receipts": 1}
    with_fees(centre)
    async with window_of(centre, tmp_path / "w") as window:
        other = HandWindow(centre, "d-339901-04")
        with backup_of(centre) as bring_back:
            async with session(window):
                number = await asyncio.to_thread(paid, other)
                centre.clock.advance(minutes=1)
                assert other.step("till.close", day, scope=HALL).verdict == "accepted"
                await follows(window, len(lines(centre, SCOPE)))
                await follows(window, len(lines(centre, HALL)), HALL)
            before = {scope: lines(centre, scope) for scope in (SCOPE, HALL)}
            case, found = centre.read(lambda tx: tx.cases.get(number)), findings(centre)
            books = centre.read(lambda tx: tx.money.stock("339901"))
            bring_back(give_back_minutes=1)
            assert lines(centre, SCOPE) == lines(centre, HALL) == []
            async with session(window):
                await settles(window, lambda: len(lines(centre, HALL)) >= len(before[HALL]))
                await settles(window, lambda: len(lines(centre, SCOPE)) >= len(before[SCOPE]))
            assert lines(centre, SCOPE) == before[SCOPE]
            assert lines(centre, HALL)[: len(before[HALL])] == before[HALL]
            # Every line is judged as it was: nothing is found that was not found then.
            assert findings(centre) - found == {"lines_back"}
            assert centre.read(lambda tx: tx.cases.get(number)).body == case.body
            assert centre.read(lambda tx: tx.money.stock("339901")) == books
            assert len(given_back(centre)) < 10  # what opens and closes sessions rides along
        other.close()


@pytest.mark.asyncio
async def test_steps_whose_places_were_given_to_others_get_new_ones_and_both_ends_say_so(
    centre, tmp_path
):
    async with window_of(centre, tmp_path / "w") as window:
        other = HandWindow(centre, "d-339901-04")
        with backup_of(centre) as bring_back:
            async with session(window):
                number, events = await register(window)
            bring_back()
            other.log_in("clerk")  # it had seen nothing of all that, and works on first
            other.step("preregister", say.preregister(), case="none")
            async with session(window):
                last = events[-1].event
                await settles(window, lambda: centre.read(lambda tx: tx.log.by_id(last)))
                await window.until(lambda: SCOPE in window.status.distrusted)
            found = [centre.read(lambda tx, e=e: tx.log.by_id(e.event)) for e in events]
            assert [key.n for (key,) in found] == [2, 3]  # they were 1 and 2
            assert centre.read(lambda tx: tx.cases.get(number)).state == "received"
            assert {"line_moved", "scope_forked"} <= findings(centre)
            for event in events:
                assert await window.asks(window.store.get_meta, f"{MOVED}{event.event}")
                # The old receipt stands as it stood: under this centre's own key.
                log_key = centre.centre.keys.log
                resolve = known(log_key.public, log_key.thumbprint)
                verify_receipt(event.receipt, event.record, resolve)
        other.close()
