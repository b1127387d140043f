"""A bad line, and a stranger at its other end: everything arrives exactly once, or not at all."""

import asyncio
import ssl
from datetime import timedelta

import pytest

from client.app.rows.session import LinePhase
from installer.demo.authority import make_authority
from installer.demo.clock import DemoClock
from tests.faults.line.test_township import APPLICANT, BIRTH, offline, timeline
from tests.helpers import case_steps as say
from tests.helpers.bad_wire import BadWire
from tests.helpers.centre import running_centre
from tests.helpers.hall import open_hall
from tests.integration.engine.real_window import open_window
from tests.integration.engine.test_real_centre import has_lease, logged, next_number

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(400)]
STEPS = 40


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_line_that_drops_cuts_and_stalls_delivers_each_step_once(tmp_path, seed):
    with running_centre(tmp_path, tls=True) as centre:
        async with (
            BadWire(centre, seed) as wire,
            open_window(centre, tmp_path / "w", wire.url) as window,
        ):
            await has_lease(window)
            number = await next_number(window)
            wire.mended = False
            await window.works("preregister", say.preregister(), case=number)
            await window.works("receive", say.receive(), case=number)
            for at in range(STEPS):
                await window.works("note_late", _remark(at), case=number)
                if at % 8 == 7:
                    window.runner.sync_now()
                    await asyncio.sleep(0.2)
            wire.mended = True
            window.runner.sync_now()
            await window.answered()
            assert all(wire.harms.values()), wire.harms  # each of them was done
            events = await window.asks(window.store.events_of, number)
            assert [event.verdict for event in events] == ["accepted"] * (STEPS + 2)
            seqs = [event.seq for event in events]
            assert seqs == sorted(seqs)
        rows = centre.read(lambda tx: tx.log.of_case("339901/scjg", number))
        assert len(rows) == STEPS + 2
        assert [row.seq for row in rows] == seqs
        assert logged(centre, number)[0] == ("preregister", "accepted")


def _remark(number):
    """Return a note of something that happened long before: it is never refused."""
    return {"what": "call", "happened_at": 1_772_500_000_000 + number, "reason": "电话告知"}


async def _stranger(tmp_path, authority):
    """Serve TLS with a certificate that no root of ours vouches for; return (server, heard)."""
    heard = []

    async def answer(reader, writer):
        heard.append(await reader.read(100))
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = authority(tmp_path)
    context.load_cert_chain(certificate, key)
    return await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context), heard


def _foreign(folder):
    """Make another demonstration's authority; return its centre's certificate and key."""
    made = make_authority(folder / "foreign", DemoClock(folder / "none.json").now())
    return made.tls_certificate, made.tls_key


async def test_a_stranger_at_the_other_end_hears_nothing_and_work_goes_on(township, tmp_path):
    async with open_hall(township) as hall:
        await offline(hall)
        server, heard = await _stranger(tmp_path, _foreign)
        wire, ours = township.centre.wire, township.centre._port
        wire.lay(server.sockets[0].getsockname()[1])
        township.restore()
        hall.desk.line.sync_now()
        told = lambda: hall.desk.line.view.problem  # noqa: E731
        await hall.until(lambda: told() and told().key == "error.line.tls", "it is told")
        assert hall.desk.line.view.phase is LinePhase.OFFLINE
        case = await hall.register(**APPLICANT, item=BIRTH)
        assert heard == []  # the handshake never ends: not one byte of a request went out
        server.close()
        wire.lay(ours)
        hall.desk.line.sync_now()
        await hall.synced()
        assert await timeline(hall, case) == [("preregister", "accepted")]
        await hall.leave()


def _remarks(place, case, scope, numbers):
    """Record many remarks on a case. Store lane."""
    for number in numbers:
        draft = place.recorder.draft("note_late", scope, case, _remark(number))
        place.recorder.commit(draft)


async def test_days_without_the_line_and_then_five_hundred_events(township):
    async with open_hall(township) as hall:
        await offline(hall)
        case = await hall.register(**APPLICANT, item=BIRTH)
        await hall.receive_all(case)
        for day in range(5):
            place = hall.desk.door.place()
            await place.on_store(
                _remarks, place, case, "339911/sqb", range(day * 100, day * 100 + 100)
            )
            await hall.pull()
            hall.stage.clock.move_to(hall.stage.clock.now() + timedelta(hours=13))
            await hall.enter("township")
        await hall.pull()
        hall.stage.restore()
        assert (await hall.enter("township")).online
        await hall.synced()
        place = hall.desk.door.place()
        events = await place.on_store(place.store.events_of, case)
        kinds = [event.kind for event in events]
        assert kinds == ["preregister", "receive"] + ["note_late"] * 500
        assert {event.verdict for event in events} == {"accepted"}
        assert [event.seq for event in events] == sorted(event.seq for event in events)
        assert all(event.lo_ms <= event.counted_ms <= event.hi_ms for event in events)
        # Claims of five days, every one within what is proven of it.
        assert events[-1].counted_ms - events[0].counted_ms > 4 * 12 * 3_600_000
        assert await hall.desk.messages.exceptions() == ()
        await hall.leave()
