"""The line against a real server on loopback that cuts, stalls, lies and speaks in tongues."""

import asyncio
import ssl

import pytest

from sync.engine import faults
from sync.engine.faults import Fault, LineFailure
from sync.engine.session import CentreAddress
from sync.engine.transport import Transport
from sync.protocol import messages
from tests.helpers.ports import free_port
from tests.helpers.scripted import Root, Said, Scripted
from tests.unit.engine.far_end import (
    HELLO,
    QUICK,
    StillClock,
    fails,
    logged_in,
    ok,
    problem,
    transport_to,
)

# ---------------------------------------------------------------- the line


@pytest.mark.asyncio
async def test_nobody_there():
    address = CentreAddress(f"http://127.0.0.1:{free_port()}")
    async with Transport(address, StillClock(), QUICK) as transport:
        failure = await fails(transport.hello())
    assert (failure.code, failure.fault) == (faults.NOBODY, Fault.LINE)


@pytest.mark.asyncio
async def test_an_answer_that_breaks_off_is_a_cut(desk):
    said = ok(HELLO)
    said.cut = 20
    desk.answers["GET", "/v1/hello"] = said
    async with Scripted(desk) as server, transport_to(server) as transport:
        failure = await fails(transport.hello())
    assert (failure.code, failure.fault) == (faults.CUT, Fault.LINE)


@pytest.mark.asyncio
async def test_a_centre_that_hangs_up_without_a_word_is_a_cut(desk):
    desk.answers["GET", "/v1/hello"] = lambda _a: server.hang_up() or Said(stall=True)
    async with Scripted(desk) as server, transport_to(server) as transport:
        failure = await fails(transport.hello())
    assert (failure.code, failure.fault) == (faults.CUT, Fault.LINE)


@pytest.mark.asyncio
async def test_silence_is_a_timeout(desk):
    desk.answers["GET", "/v1/hello"] = Said(stall=True)
    async with Scripted(desk) as server, transport_to(server, patience=QUICK) as transport:
        failure = await fails(transport.hello())
    assert (failure.code, failure.fault) == (faults.TIMEOUT, Fault.LINE)


@pytest.mark.slow
@pytest.mark.asyncio
async def test_an_answer_that_drips_has_an_end_too(desk):
    async def drips():
        for _ in range(100):
            yield b" "
            await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=0.05)

    desk.answers["GET", "/v1/hello"] = lambda _a: Said(stream=drips())
    async with Scripted(desk) as server, transport_to(server, patience=QUICK) as transport:
        failure = await fails(transport.hello())
    assert failure.code == faults.TIMEOUT


@pytest.mark.asyncio
async def test_a_closed_line_says_nobody(desk):
    async with Scripted(desk) as server:
        transport = transport_to(server)
        await transport.open()
        await transport.open()  # twice is once
        await transport.close()
        await transport.close()
        failure = await fails(transport.hello())
    assert failure.code == faults.NOBODY


@pytest.mark.asyncio
async def test_a_line_that_was_never_opened_says_nobody():
    """As in a practice hall, where whatever asks the centre must hear that nobody is there."""
    transport = Transport(CentreAddress("http://127.0.0.1:1"), StillClock())
    assert (await fails(transport.hello())).code == faults.NOBODY
    assert (await fails(anext(transport.live()))).code == faults.NOBODY


# ---------------------------------------------------------------- TLS


@pytest.mark.asyncio
async def test_our_own_root_is_believed(desk, tmp_path):
    root = Root(tmp_path)
    desk.answers["GET", "/v1/hello"] = ok(HELLO)
    async with (
        Scripted(desk, root.server("127.0.0.1")) as server,
        transport_to(server, root.pem) as transport,
    ):
        assert (await transport.hello()).aud == HELLO.aud


@pytest.mark.asyncio
async def test_a_strangers_root_is_not(desk, tmp_path):
    stranger = Root(tmp_path, "stranger").server("127.0.0.1")
    async with (
        Scripted(desk, stranger) as server,
        transport_to(server, Root(tmp_path).pem) as transport,
    ):
        failure = await fails(transport.hello())
    assert (failure.code, failure.fault) == (faults.TLS, Fault.LINE)
    assert server.asked == []


@pytest.mark.asyncio
async def test_another_hosts_certificate_is_not(desk, tmp_path):
    root = Root(tmp_path)
    async with (
        Scripted(desk, root.server("centre.example")) as server,
        transport_to(server, root.pem) as transport,
    ):
        assert (await fails(transport.hello())).code == faults.TLS


@pytest.mark.asyncio
async def test_tls_below_1_3_is_not(desk, tmp_path):
    root = Root(tmp_path)
    old = root.server("127.0.0.1", newest=ssl.TLSVersion.TLSv1_2)
    async with Scripted(desk, old) as server, transport_to(server, root.pem) as transport:
        assert (await fails(transport.hello())).code == faults.TLS


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "address",
    [
        CentreAddress("http://centre.example:8443"),
        CentreAddress("https://centre.example:8443"),
        CentreAddress("https://centre.example:8443", "no certificate"),
        CentreAddress("ftp://127.0.0.1"),
    ],
)
async def test_a_line_that_could_not_be_proven_is_not_opened(address):
    failure = await fails(Transport(address, StillClock()).open())
    assert (failure.code, failure.fault) == (faults.TLS, Fault.REFUSED)


@pytest.mark.asyncio
async def test_proxies_and_key_logs_of_the_environment_are_ignored(desk, tmp_path, monkeypatch):
    keylog = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(keylog))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    root = Root(tmp_path)
    desk.answers["GET", "/v1/hello"] = ok(HELLO)
    async with (
        Scripted(desk, root.server("127.0.0.1")) as server,
        transport_to(server, root.pem) as transport,
    ):
        await transport.hello()
    assert not keylog.exists()


# ---------------------------------------------------------------- live


async def follow(transport):
    heard, stream = [], transport.live()
    while True:
        try:
            heard.append(await anext(stream))
        except StopAsyncIteration:
            return heard, None
        except LineFailure as failure:
            return heard, failure


def streaming(*pieces):
    async def stream():
        for piece in pieces:
            yield piece

    return lambda _a: Said(headers={"Content-Type": "text/event-stream"}, stream=stream())


@pytest.mark.asyncio
async def test_the_stream_brings_pokes_until_it_ends(desk, key):
    desk.answers["GET", "/v1/live"] = streaming(
        b": hello\n\n", b'data: {"s":"policy",', b'"n":4}\n\ndata: {"s":"339901/scjg","n":9}\n\n'
    )
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        heard, failure = await follow(transport)
    assert heard == [None, messages.Poke("policy", 4), messages.Poke("339901/scjg", 9)]
    assert failure is None


@pytest.mark.asyncio
async def test_a_stream_without_heartbeats_is_given_up(desk, key):
    async def silent():
        yield b": hello\n\n"
        await asyncio.Event().wait()

    desk.answers["GET", "/v1/live"] = lambda _a: Said(stream=silent())
    async with Scripted(desk) as server, transport_to(server, patience=QUICK) as transport:
        await logged_in(transport, desk, key)
        heard, failure = await follow(transport)
    assert heard == [None]
    assert failure.code == faults.TIMEOUT


@pytest.mark.asyncio
async def test_a_stream_that_is_refused_says_why(desk, key):
    desk.answers["GET", "/v1/live"] = problem(401, "wire.session_ended")
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        heard, failure = await follow(transport)
    assert heard == []
    assert (failure.code, failure.fault) == ("wire.session_ended", Fault.ACCESS)
