"""A line that takes everything and gives nothing: noticed in time, said, and worked through."""

import asyncio

import pytest

from sync.engine import transport
from sync.engine.faults import LineFailure
from sync.engine.session import CentreAddress
from sync.engine.transport import Patience
from tests.helpers import case_steps as say
from tests.helpers.centre import running_centre
from tests.integration.engine.real_window import open_window
from tests.integration.engine.test_real_centre import has_lease, logged, next_number
from tests.integration.engine.wire_cutter import WireCutter

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(120)]
SHORT = Patience(connect=1.0, silence=1.0, whole=2.0, live_silence=2.0)


class Swamp(WireCutter):
    """A relay in which, while it is `deep`, every byte of either way sinks; nothing is closed."""

    deep = False

    async def _copy(self, reader, writer, *, cutting):
        while data := await reader.read(65536):
            if not self.deep:
                writer.write(data)
                await writer.drain()


async def test_a_line_that_falls_silent_is_noticed_and_work_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(transport, "Patience", lambda: SHORT)
    with running_centre(tmp_path, tls=True) as centre:
        async with (
            Swamp(centre) as swamp,
            open_window(centre, tmp_path / "w", swamp.url) as window,
        ):
            await has_lease(window)
            number = await next_number(window)
            await window.synced()
            swamp.deep = True
            await window.works("preregister", say.preregister(), case=number)
            await window.until(lambda: window.status.phase == "offline")
            assert window.status.problem == "line.timeout"
            assert window.status.pending > 0
            # Work goes on meanwhile: what is recorded is durable and waits.
            await window.works("receive", say.receive(), case=number)
            assert await window.asks(window.store.outbox_size) == 2
            swamp.deep = False
            window.runner.sync_now()
            await window.answered()
            await window.synced()
            assert window.status.problem is None
        assert logged(centre, number) == [("preregister", "accepted"), ("receive", "accepted")]


async def test_a_new_connection_that_nobody_answers_ends_too(tmp_path, monkeypatch):
    monkeypatch.setattr(transport, "Patience", lambda: SHORT)
    heard = []

    async def silent(reader, writer):
        heard.append(writer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    with running_centre(tmp_path, tls=True) as centre:
        async with open_window(centre, tmp_path / "w") as window:
            await window.synced()
            port = server.sockets[0].getsockname()[1]
            far = transport.Transport(
                CentreAddress(f"https://127.0.0.1:{port}", centre.authority.ca.read_text()),
                window.clock,
            )
            async with far:
                with pytest.raises(LineFailure) as failed:
                    await far.hello()
            assert failed.value.code == "line.timeout"
            assert len(heard) == 1
    server.close()
    await server.wait_closed()
