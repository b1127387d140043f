"""The far end of the line in these tests: a server on loopback that says what it is told to."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from sync.engine.faults import LineFailure
from sync.engine.session import CentreAddress, Speaker
from sync.engine.transport import Patience, Transport
from sync.proof.delegations import Login
from sync.proof.tokens import Nonces
from sync.protocol import messages, version
from tests.helpers.scripted import Said

NOW = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
NOW_MS = round(NOW.timestamp() * 1000)
HASH = "A" * 43
HELLO = messages.Hello(
    aud="centre-339901",
    name="云岭县",
    oldest=version.OLDEST,
    current=version.CURRENT,
    features=[],
    t=NOW_MS + 90_000,
    genesis=HASH,
)
QUICK = Patience(connect=2, silence=0.2, whole=0.5, live_silence=0.3)
LOGIN = Login("d.l.g", "p.r.f", ("AA",))


class StillClock:
    def wall(self):
        return NOW

    def boot_ms(self):
        return 5_000

    def boot_id(self):
        return "boot"


class Desk:
    """The other end: one route at a time, its answer and what it saw."""

    def __init__(self):
        self.nonces = Nonces(b"n" * 32)
        self.answers = {}
        self.ask_nonce = False

    async def __call__(self, asked):
        answer = self.answers.get((asked.method, asked.path))
        if answer is None:
            return problem(404, "wire.not_found")
        said = answer(asked) if callable(answer) else answer
        said.headers.setdefault("DPoP-Nonce", self.nonces.make(NOW_MS))
        return said


def problem(status, code, headers=None, **details):
    body = json.dumps({"code": code, "details": details}).encode()
    return Said(body, status, dict(headers or {}))


def ok(message):
    return Said(msgspec.json.encode(message))


def transport_to(server, root="", patience=None):
    return Transport(CentreAddress(server.url, root), StillClock(), patience)


def token(text="t0ken", ms=600_000):
    return messages.LoginAnswer(token=text, exp=NOW_MS + ms, dlg=HASH, scopes=[], roles=[])


async def fails(awaitable):
    with pytest.raises(LineFailure) as caught:
        await awaitable
    return caught.value


async def logged_in(transport, desk, key):
    desk.answers["POST", "/v1/login"] = ok(token())
    return await transport.login(LOGIN, Speaker(key, key.jwk))
