"""Requests and answers against a real server on loopback: proofs, routes, packing, refusals."""

import hashlib
import json

import msgspec
import pytest
import zstandard

from sync.domain.failures import Failure
from sync.engine import faults
from sync.engine import transport as transport_module
from sync.engine.faults import Fault
from sync.engine.session import Speaker
from sync.engine.transport import Token
from sync.proof.keys import SoftwareKey, thumbprint
from sync.proof.tokens import Nonces, Request, verify_proof
from sync.protocol import messages, version
from tests.helpers.scripted import Said, Scripted
from tests.unit.engine.far_end import (
    HASH,
    HELLO,
    LOGIN,
    NOW_MS,
    fails,
    logged_in,
    ok,
    problem,
    token,
    transport_to,
)

# ---------------------------------------------------------------- hello


async def hello_of(server, **settings):
    async with transport_to(server, **settings) as transport:
        return await transport.hello(), transport


@pytest.mark.asyncio
async def test_hello_tells_the_centre_and_its_clock(desk):
    desk.answers["GET", "/v1/hello"] = ok(HELLO)
    async with Scripted(desk) as server:
        hello, transport = await hello_of(server)
    assert hello == HELLO
    assert transport.offset_ms == 90_000
    assert server.asked[0].headers[version.HEADER.lower()] == version.CURRENT
    assert "dpop" not in server.asked[0].headers


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("oldest", "current", "code"),
    [
        ("2000-01-01", "2000-01-02", "wire.version_too_old"),
        ("2999-01-01", "2999-01-02", "wire.version_too_new"),
    ],
)
async def test_a_centre_of_another_time_is_told_by_its_own_code(desk, oldest, current, code):
    hello = msgspec.structs.replace(HELLO, oldest=oldest, current=current)
    desk.answers["GET", "/v1/hello"] = ok(hello)
    async with Scripted(desk) as server, transport_to(server) as transport:
        failure = await fails(transport.hello())
    assert (failure.code, failure.fault) == (code, Fault.REFUSED)


# ---------------------------------------------------------------- proofs


@pytest.mark.asyncio
async def test_each_request_proves_key_address_body_token_and_newness(desk, key):
    desk.answers["POST", "/v1/push"] = ok(messages.PushAnswer(results=[]))
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        await transport.push(messages.PushRequest(events=[]))
    login, push = server.asked
    assert "authorization" not in login.headers
    assert push.headers["authorization"] == "DPoP t0ken"
    request = Request("POST", server.url + "/v1/push", push.body, "t0ken")
    proven = verify_proof(push.headers["dpop"], request, desk.nonces, NOW_MS)
    assert proven.jkt == thumbprint(key.jwk)
    assert proven.iat == NOW_MS // 1000


@pytest.mark.asyncio
async def test_a_fresh_nonce_is_tried_once(desk, key):
    def pull(asked):
        request = Request("POST", server.url + "/v1/pull", asked.body, "t0ken")
        try:
            verify_proof(asked.headers["dpop"], request, desk.nonces, NOW_MS)
        except Failure:
            return problem(401, "wire.use_dpop_nonce")
        return ok(messages.PullAnswer(scopes={}))

    desk.answers["POST", "/v1/pull"] = pull
    async with Scripted(desk) as server, transport_to(server) as transport:
        desk.nonces = Nonces(b"o" * 32)
        await logged_in(transport, desk, key)
        desk.nonces = Nonces(b"n" * 32)  # the centre was restarted: old nonces are nothing
        answer = await transport.pull(messages.PullRequest(cursors={"policy": 0}))
    assert answer.scopes == {}
    assert [asked.path for asked in server.asked] == ["/v1/login", "/v1/pull", "/v1/pull"]


@pytest.mark.asyncio
async def test_a_nonce_that_never_satisfies_is_not_tried_for_ever(desk, key):
    desk.answers["POST", "/v1/pull"] = lambda _a: problem(401, "wire.use_dpop_nonce")
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        failure = await fails(transport.pull(messages.PullRequest(cursors={"policy": 0})))
    assert failure.fault is Fault.ACCESS
    assert len(server.asked) == 3


@pytest.mark.asyncio
async def test_policy_is_pulled_by_the_device_key_without_any_token(desk, key):
    desk.answers["POST", "/v1/pull"] = ok(messages.PullAnswer(scopes={}))
    device = SoftwareKey.generate()
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        request = messages.PullRequest(cursors={"policy": 0})
        await transport.pull(request, Speaker(device, device.jwk))
    asked = server.asked[1]
    assert "authorization" not in asked.headers
    shown = Request("POST", server.url + "/v1/pull", asked.body, None)
    assert verify_proof(asked.headers["dpop"], shown, desk.nonces, NOW_MS).jkt == device.thumbprint


@pytest.mark.asyncio
async def test_a_token_is_renewed_used_and_forgotten(desk, key):
    renewed = messages.TokenAnswer(token="second", exp=NOW_MS + 600_000)
    desk.answers["POST", "/v1/token"] = ok(renewed)
    desk.answers["POST", "/v1/logout"] = Said(b"", 204)
    async with Scripted(desk) as server, transport_to(server) as transport:
        assert transport.token_ms is None
        await logged_in(transport, desk, key)
        assert transport.token_ms == 600_000
        assert await transport.renew() == renewed
        await transport.logout()
        assert transport.token_ms is None
    assert [asked.headers.get("authorization") for asked in server.asked] == [
        None,
        "DPoP t0ken",
        "DPoP second",
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize(("ms", "left"), [(10**12, 600_000), (-(10**12), 0), (1_000, 1_000)])
async def test_a_clock_that_is_years_wrong_makes_no_endless_token(desk, key, ms, left):
    async with Scripted(desk) as server, transport_to(server) as transport:
        desk.answers["POST", "/v1/login"] = ok(token(ms=ms))
        await transport.login(LOGIN, Speaker(key, key.jwk))
        assert transport.token_ms == left


def test_a_token_does_not_show_itself():
    assert "s3cret" not in repr(Token("s3cret", 1))


# ---------------------------------------------------------------- every route


@pytest.mark.asyncio
async def test_every_route_speaks_its_own_form(desk, key):
    data = b"\xff\xd8 page"
    sha256 = hashlib.sha256(data).hexdigest()
    case = "20260303-339901-00001-5"
    receipt = {"outcome": "{}", "index": 0, "path": [], "sth": "s"}
    enrolled = {"dev": "d-1", "inc": 0, "n": 5, "prev": HASH, "receipt": receipt}
    desk.answers |= {
        ("POST", "/v1/enrol"): Said(json.dumps(enrolled).encode()),
        ("POST", "/v1/login/nonce"): ok(messages.LoginNonceAnswer(HASH, NOW_MS)),
        ("POST", "/v1/anchor"): ok(messages.AnchorAnswer("a.n.c")),
        ("POST", "/v1/lease"): ok(messages.LeaseAnswer("l.e.a")),
        ("POST", "/v1/attachments"): ok(messages.UploadAnswer("up-1")),
        ("PUT", "/v1/attachments/up-1"): ok(messages.UploadedAnswer(sha256)),
        ("GET", f"/v1/cases/{case}/attachments/{sha256}"): Said(data),
        ("POST", "/v1/console/code"): ok(
            messages.ConsoleCodeAnswer(code="c", url="https://x/console/enter#c", exp=NOW_MS)
        ),
    }
    speaker = Speaker(key, key.jwk)
    async with Scripted(desk) as server, transport_to(server) as transport:
        assert (await transport.enrol("e.n.r")).n == 5
        assert (await transport.login_nonce("d-1", speaker)).nonce == HASH
        await logged_in(transport, desk, key)
        assert await transport.anchor("r.e.q") == "a.n.c"
        assert await transport.lease("r.e.q") == "l.e.a"
        announced = messages.UploadRequest(
            case=case, sha256=sha256, size=len(data), type="image/jpeg"
        )
        assert await transport.announce_upload(announced) == "up-1"
        await transport.upload("up-1", data)
        assert await transport.fetch_attachment(case, sha256) == data
        assert (await transport.console_code()).code == "c"
    nonce = next(asked for asked in server.asked if asked.path == "/v1/login/nonce")
    assert json.loads(nonce.body) == {"dev": "d-1", "jkt": key.thumbprint}
    sent = next(asked for asked in server.asked if asked.method == "PUT")
    assert sent.body == data


@pytest.mark.asyncio
async def test_an_attachment_that_is_not_what_its_hash_says_is_not_taken(desk, key):
    sha256 = hashlib.sha256(b"right").hexdigest()
    desk.answers["GET", f"/v1/cases/1/attachments/{sha256}"] = Said(b"wrong")
    desk.answers["PUT", "/v1/attachments/u"] = ok(messages.UploadedAnswer(sha256))
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        fetched = await fails(transport.fetch_attachment("1", sha256))
        sent = await fails(transport.upload("u", b"other"))
    assert fetched.code == sent.code == faults.ATTACHMENT_WRONG


# ---------------------------------------------------------------- packing


@pytest.mark.asyncio
async def test_large_bodies_are_packed_both_ways_and_proven_as_sent(desk, key):
    events = [messages.Record("j" * 4000, "b" * 4000)]

    def push(asked):
        assert asked.headers["content-encoding"] == "zstd"
        assert b"jjjj" in zstandard.ZstdDecompressor().decompress(asked.body, 1 << 20)
        request = Request("POST", server.url + "/v1/push", asked.body, "t0ken")
        verify_proof(asked.headers["dpop"], request, desk.nonces, NOW_MS)
        body = zstandard.ZstdCompressor().compress(b'{"results":[]}')
        return Said(body, 200, {"Content-Encoding": "zstd"})

    desk.answers["POST", "/v1/push"] = push
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        assert (await transport.push(messages.PushRequest(events=events))).results == []


BOMB = zstandard.ZstdCompressor().compress(b"\0" * (80 << 20))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "said",
    [
        Said(BOMB, 200, {"Content-Encoding": "zstd"}),
        Said(b"no zstd at all", 200, {"Content-Encoding": "zstd"}),
        Said(b"{}", 200, {"Content-Encoding": "br"}),
        Said(b"", 200),
        Said(b"<html>proxy login</html>", 200),
        Said(b'{"results":7}', 200),
        Said(b"x", 302, {"Location": "http://elsewhere"}),
        Said(b"\xff\xfe", 404),
    ],
    ids=["bomb", "not-zstd", "brotli", "empty", "html", "wrong-form", "redirect", "404-bytes"],
)
async def test_an_answer_that_is_none_is_nonsense(desk, key, said):
    desk.answers["POST", "/v1/push"] = said
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        failure = await fails(transport.push(messages.PushRequest(events=[])))
    assert failure.code == faults.NONSENSE
    assert failure.fault in {Fault.UNABLE, Fault.REFUSED}


@pytest.mark.asyncio
async def test_an_attachment_larger_than_any_is_given_up(desk, key, monkeypatch):
    monkeypatch.setattr(transport_module, "ATTACHMENT_MAX", 1000)
    sha256 = hashlib.sha256(b" " * 1001).hexdigest()
    desk.answers["GET", f"/v1/cases/1/attachments/{sha256}"] = Said(b" " * 1001)
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        failure = await fails(transport.fetch_attachment("1", sha256))
    assert (failure.code, failure.details) == (faults.NONSENSE, {"limit": 1000})


# ---------------------------------------------------------------- refusals


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("said", "code", "fault", "hold_ms"),
    [
        (problem(401, "wire.token_expired"), "wire.token_expired", Fault.ACCESS, None),
        (problem(403, "wire.forbidden"), "wire.forbidden", Fault.REFUSED, None),
        (problem(413, "wire.too_large", limit=9), "wire.too_large", Fault.REFUSED, None),
        (problem(409, "wire.chain_gap"), "wire.chain_gap", Fault.REFUSED, None),
        (problem(500, "wire.broken"), "wire.broken", Fault.UNABLE, None),
        (Said(b"oops", 502), faults.SERVER, Fault.UNABLE, None),
        (
            problem(429, "wire.rate_limited", {"Retry-After": "17"}),
            "wire.rate_limited",
            Fault.BUSY,
            17_000,
        ),
        (
            problem(503, "wire.crowded", {"Retry-After": "2"}, wait_ms=1_234, retry_after=2),
            "wire.crowded",
            Fault.LATER,
            1_234,
        ),
        (problem(503, "wire.crowded", {"Retry-After": "2"}), "wire.crowded", Fault.BUSY, 2_000),
        (problem(409, "wire.crowded", wait_ms=1), "wire.crowded", Fault.REFUSED, None),
        (Said(b"", 503, {"Retry-After": "120"}), faults.BUSY, Fault.BUSY, 120_000),
        (Said(b"", 503, {"Retry-After": "Wed, 21 Oct"}), faults.BUSY, Fault.BUSY, None),
        (problem(400, "<b>evil</b>"), faults.NONSENSE, Fault.REFUSED, None),
    ],
)
async def test_a_refusal_is_sorted_by_what_to_do(desk, key, said, code, fault, hold_ms):
    desk.answers["POST", "/v1/push"] = said
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        failure = await fails(transport.push(messages.PushRequest(events=[])))
    assert (failure.code, failure.fault, failure.hold_ms) == (code, fault, hold_ms)


@pytest.mark.asyncio
async def test_a_refusals_details_come_along(desk, key):
    said = problem(403, "wire.scope_forbidden", scope="339901/wjj")
    desk.answers["POST", "/v1/pull"] = said
    async with Scripted(desk) as server, transport_to(server) as transport:
        await logged_in(transport, desk, key)
        failure = await fails(transport.pull(messages.PullRequest(cursors={"339901/wjj": 0})))
    assert failure.details == {"scope": "339901/wjj"}
