"""A window made by hand: it says what a test wants, right or wrong, over real HTTP.

window = HandWindow(centre)            # enrolled, with a lease
window.log_in("clerk")
answer = window.push(window.event("claim", {}, case=number))
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from sync.domain.ids import make_case_number
from sync.proof import tokens
from sync.proof.acts import make_act
from sync.proof.anchors import make_request
from sync.proof.certificates import x5t_of
from sync.proof.delegations import Login
from sync.proof.enrolment import make_enrolment
from sync.proof.events import Draft, make_event, write_body
from sync.proof.jws import Kid, X5t, hash_text, known, sign_form
from sync.proof.keys import SoftwareKey, new_bytes, new_id
from sync.proof.lease import accept_lease
from sync.proof.receipts import verify_receipt
from sync.protocol import messages
from sync.protocol.codec import b64u_encode
from sync.protocol.records import AnchorRequest, Delegation, DeviceProof, Enrolment, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.helpers.centre import CardKeys, RunningCentre

HALL = "339901"
SCOPE = "339901/scjg"
HOUR = 3_600_000
#: For one answer: httpx gives up after five seconds, which a busy machine may need.
PATIENCE_S = 30


class Refusal(Exception):  # noqa: N818  # what a window sees, not what went wrong
    """An answer that is not 2xx."""

    def __init__(self, status: int, code: str, details: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {code} {dict(details)}")
        self.status, self.code, self.details = status, code, details


@dataclass
class Chain:
    """Where the device's chain stands."""

    seq: int
    hash: str


class HandWindow:
    """One device with its key, its chain, and at most one session."""

    def __init__(
        self,
        centre: RunningCentre,
        dev: str = "d-339901-03",
        *,
        enrol: bool = True,
        aud: str = "centre-339901",
    ) -> None:
        self.centre = centre
        self.aud = aud
        self.dev, self.inc = dev, 1
        self.device = SoftwareKey.generate()
        self.key = SoftwareKey.generate()
        self.kid = ""
        self.card: CardKeys | None = None
        self.token: str | None = None
        self.nonce = ""
        self.chain = Chain(0, "")
        self.anc = b64u_encode(bytes(32))
        self.cprev: dict[str, str] = {}
        self.lease = None
        self.serials: list[int] = []
        self.http = httpx.Client(
            base_url=centre.origin, verify=centre.tls_context(), timeout=PATIENCE_S
        )
        if enrol:
            self.enrol(centre.invite(dev))

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    # ------------------------------------------------------------ requests

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send raw bytes; keeps the nonce that comes back."""
        response = self.http.request(method, path, content=body, headers=dict(headers or {}))
        self.nonce = response.headers.get("DPoP-Nonce", self.nonce)
        return response

    def proof_headers(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        key: SoftwareKey | None = None,
        token: str | None = None,
        **changes: Any,
    ) -> dict[str, str]:
        """Return the headers that prove a request; `changes`: its nonce, url, jti, said_body."""
        key = key or self.key
        url = changes.get("url", f"{self.centre.origin}{path}")
        request = tokens.Request(method, url, changes.get("said_body", body), token)
        jti = changes.get("jti", b64u_encode(new_bytes(16)))
        nonce = changes.get("nonce", self.nonce)
        proof = tokens.make_proof(request, nonce, jti, 0, key, key.jwk)
        headers = {"DPoP": proof}
        if token is not None:
            headers["Authorization"] = f"DPoP {token}"
        return headers

    def ask(
        self,
        method: str,
        path: str,
        form: type,
        request: Any = None,
        *,
        key: SoftwareKey | None = None,
        token: str | None = "own",  # noqa: S107  # a word, not a password
    ) -> Any:
        """Ask with proof and token; returns the decoded answer.

        A stale nonce and a token that has run out are mended once, as a real window does.

        Raises:
            Refusal: whatever the centre would not do.
        """
        body = b"" if request is None else msgspec.json.encode(request)
        own = token == "own"
        for mend in (True, True, False):
            spoken = self.token if own else token
            headers = self.proof_headers(method, path, body, key=key, token=spoken)
            try:
                return read_answer(self.send(method, path, body, headers), form)
            except Refusal as refusal:
                if not (mend and self._mended(refusal, own and path != "/v1/token")):
                    raise
        raise AssertionError

    def _mended(self, refusal: Refusal, renews: bool) -> bool:
        """Do what every window does by itself: take the fresh nonce, renew the token."""
        if refusal.code == "wire.token_expired" and renews:
            renew = ("POST", "/v1/token", messages.TokenAnswer, messages.Empty())
            self.token = self.ask(*renew).token
            return True
        return refusal.code == "wire.use_dpop_nonce"

    def plain(self, path: str, form: type, request: Any) -> Any:
        """Post without proof: enrolment and login."""
        return read_answer(self.send("POST", path, msgspec.json.encode(request)), form)

    # ------------------------------------------------------------ door

    def enrol(self, code: str, **changes: Any) -> Any:
        """Claim an invitation."""
        members: dict[str, Any] = {
            "aud": self.aud,
            "dev": self.dev,
            "inc": self.inc,
            "code": code.replace("-", ""),
            "jwk": self.device.jwk,
            "at": self.centre.clock.now_ms(),
        }
        claim = make_enrolment(Enrolment(**members | changes), self.device)
        answer = self.plain("/v1/enrol", messages.EnrolAnswer, messages.EnrolRequest(claim))
        self.chain = Chain(0, answer.prev)
        return answer

    def delegation(self, card: CardKeys, key: SoftwareKey, **changes: Any) -> Delegation:
        """Return a delegation of a card to a session key."""
        now = self.centre.clock.now_ms()
        members: dict[str, Any] = {
            "aud": self.aud,
            "jti": b64u_encode(new_bytes(16)),
            "nonce": None,
            "person": card.person,
            "spk": key.jwk,
            "dev": self.dev,
            "djk": self.device.thumbprint,
            "inc": self.inc,
            "seq0": self.chain.seq,
            "head0": self.chain.hash,
            "scopes": ["hall/339901", SCOPE, "339901/wjj"],
            "roles": [],
            "anc": self.anc,
            "lease": None,
            "iat": now,
            "exp": now + 12 * HOUR,
            "app": "0.1.0",
        }
        return Delegation(**members | changes)

    def login_request(
        self, card: CardKeys, key: SoftwareKey, **changes: Any
    ) -> tuple[Login, messages.LoginRequest]:
        """Return a login with a fresh nonce, unless `changes` name another."""
        if "nonce" not in changes:
            asked = messages.LoginNonceRequest(self.dev, key.thumbprint)
            changes["nonce"] = self.plain("/v1/login/nonce", messages.LoginNonceAnswer, asked).nonce
        login = self.signed_login(self.delegation(card, key, **changes), card)
        request = messages.LoginRequest(
            dlg=login.dlg, devproof=login.devproof, chain=list(login.chain)
        )
        return login, request

    def signed_login(self, delegation: Delegation, card: CardKeys) -> Login:
        """Have card and device sign a delegation, be it lawful or not."""
        dlg = sign_form(delegation, X5t(x5t_of(card.certs["9A"])), card.keys["9A"])
        proof = DeviceProof(
            aud=delegation.aud,
            dlg=hash_text(dlg),
            dev=delegation.dev,
            inc=delegation.inc,
            seq0=delegation.seq0,
            head0=delegation.head0,
        )
        devproof = sign_form(proof, Kid(self.device.thumbprint), self.device)
        return Login(dlg, devproof, (b64u_encode(card.certs["9A"]),))

    def log_in(self, card: str | CardKeys, *, open_session: bool = True, **changes: Any) -> Any:
        """Log a card in with a fresh session key; its session.open is pushed."""
        card = self.centre.card(card) if isinstance(card, str) else card
        key = SoftwareKey.generate()
        login, request = self.login_request(card, key, **changes)
        answer = self.plain("/v1/login", messages.LoginAnswer, request)
        self.key, self.kid, self.token, self.card = key, answer.dlg, answer.token, card
        if open_session:
            opened = self.event("session.open", login.body(), scope="hall/339901")
            self.accepted(self.push(opened))
        return answer

    # ------------------------------------------------------------ events

    def draft(self, kind: str, content: Mapping[str, Any], /, **changes: Any) -> Draft:
        """Return the device's next event, unsigned."""
        case = changes.get("case")
        members: dict[str, Any] = {
            "aud": self.aud,
            "id": new_id(),
            "dev": self.dev,
            "inc": self.inc,
            "seq": self.chain.seq + 1,
            "prev": self.chain.hash,
            "scope": SCOPE,
            "case": None,
            "cprev": self.cprev.get(case) if case else None,
            "kind": kind,
            "body": write_body(content, new_bytes(16)),
            "anc": self.anc,
            "dt": 0,
            "boot": "b0",
            "at": self.centre.clock.now_ms(),
        }
        return Draft(**members | changes)

    def event(
        self,
        kind: str,
        content: Mapping[str, Any],
        /,
        *,
        card: bool = False,
        key: SoftwareKey | None = None,
        **changes: Any,
    ) -> Record:
        """Make the device's next event and move its chain; `card` adds the 9C act."""
        if card:
            content = {**content, "shown": content.get("shown", "请核对后签名")}
        draft = self.draft(kind, content, **changes)
        act = None
        if card and self.card is not None:
            x5t = x5t_of(self.card.certs["9C"])
            act = make_act(draft, self.kid, content["shown"], x5t, self.card.keys["9C"])
        record = make_event(draft, self.kid, key or self.key, act)
        self.follow(draft, record)
        return record

    def follow(self, draft: Draft, record: Record) -> None:
        """Move the chain past a record."""
        self.chain = Chain(draft.seq, hash_text(record.jws))
        if draft.case:
            self.cprev[draft.case] = self.chain.hash

    # ------------------------------------------------------------ sync

    def push(
        self,
        *records: Record,
        ancreq: str | None = None,
        heads: Any = None,
        patient: bool = True,
    ) -> Any:
        """Push events; returns the answer. In a crowd it comes when its turn does, if patient."""
        request = messages.PushRequest(events=list(records), ancreq=ancreq, heads=heads or {})
        while True:
            try:
                return self.ask("POST", "/v1/push", messages.PushAnswer, request)
            except Refusal as refusal:
                if refusal.code != "wire.crowded" or not patient:
                    raise
                threading.Event().wait(refusal.details["wait_ms"] / 1000)

    def step(self, kind: str, content: Mapping[str, Any], /, **how: Any) -> Any:
        """Make one event, push it, verify its receipt; returns its result."""
        record = self.event(kind, content, **how)
        result = self.push(record).results[0]
        if result.receipt is not None:
            verify_receipt(result.receipt, record, self.log_key)
        return result

    def accepted(self, answer: Any) -> Any:
        """Hold that every event was accepted; returns the answer."""
        found = [(r.verdict, r.code) for r in answer.results]
        assert all(verdict == "accepted" for verdict, _ in found), found
        return answer

    @property
    def log_key(self) -> Any:
        """Return a resolver that knows the centre's log key."""
        return known(self.centre.centre.keys.log.public, self.centre.centre.keys.log.thumbprint)

    def pull(self, cursors: Mapping[str, int], limit: int = 500, **how: Any) -> Any:
        """Pull; returns the answer."""
        request = messages.PullRequest(cursors=dict(cursors), limit=limit)
        return self.ask("POST", "/v1/pull", messages.PullAnswer, request, **how)

    def anchor_request(self, **changes: Any) -> tuple[AnchorRequest, str]:
        """Return a request for the present head, signed by the session."""
        members: dict[str, Any] = {
            "aud": self.aud,
            "n": b64u_encode(new_bytes(16)),
            "dev": self.dev,
            "inc": self.inc,
            "seq": self.chain.seq,
            "head": self.chain.hash,
            "boot": "b0",
            "dt": 0,
        }
        request = AnchorRequest(**members | changes)
        return request, make_request(request, self.kid, self.key)

    def anchor(self, **changes: Any) -> str:
        """Ask for an anchor and cite it from here on."""
        _, text = self.anchor_request(**changes)
        answer = self.ask("POST", "/v1/anchor", messages.AnchorAnswer, messages.AnchorCall(text))
        self.anc = hash_text(answer.anchor)
        return str(answer.anchor)

    def borrow(self) -> Any:
        """Get a lease; its case numbers go into `serials`."""
        request, text = self.anchor_request()
        answer = self.ask("POST", "/v1/lease", messages.LeaseAnswer, messages.AnchorCall(text))
        keys = self.centre.centre.keys
        self.lease = accept_lease(
            answer.lease,
            known(keys.lease.public, keys.lease.thumbprint),
            request,
            self.device.thumbprint,
        )
        lent = (b for b in self.lease.blocks if b.kind == "case")
        self.serials = [n for block in lent for n in range(block.first, block.last + 1)]
        return self.lease

    def new_number(self) -> str:
        """Draw the next case number of the lease."""
        if not self.serials:
            self.borrow()
        day = self.centre.clock.now().date()
        return make_case_number(day, HALL, self.serials.pop(0))


def read_answer(response: httpx.Response, form: type) -> Any:
    """Decode a 2xx answer; anything else is a Refusal."""
    if not response.is_success:
        body = response.json()
        raise Refusal(response.status_code, body["code"], body["details"])
    return msgspec.json.decode(response.content or b"{}", type=form)


def altered(record: Record, **parts: str) -> Record:
    """Return a record with some of its texts replaced."""
    return msgspec.structs.replace(record, **parts)


def receipts_of(answer: Any, records: Sequence[Record], window: HandWindow) -> list[Any]:
    """Verify every receipt of an answer; return their outcomes."""
    return [
        verify_receipt(result.receipt, record, window.log_key).outcome
        for result, record in zip(answer.results, records, strict=True)
    ]
