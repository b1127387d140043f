"""A small world of proof for tests: an authority, two administrators, a centre's keys, one device.

    world = World()                       # genesis, the clerk in the roster, one device enrolled
    login, key = world.login(world.clerk) # a verified kind of session: texts and its key
    record = world.event(login, key, "claim", {"text": "…"})

Everything is made by the product's own functions; nothing here verifies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sync.proof.delegations import Login, make_login
from sync.proof.enrolment import code_hash, make_enrolment, read_enrolment, write_code
from sync.proof.events import Draft, make_event, write_body
from sync.proof.jws import body_hash, hash_text
from sync.proof.keys import SoftwareKey, new_bytes, new_id
from sync.proof.policy import join_policy, sign_policy
from sync.proof.trust import Trust
from sync.protocol.codec import b64u_encode
from sync.protocol.records import (
    Delegation,
    Enrolment,
    PolicyEvent,
    Record,
    write_form,
)
from tests.helpers.pki import NOW, Authority, Card

if TYPE_CHECKING:
    from collections.abc import Mapping

AUD = "centre-339901"
HALL = "339901"
SCOPE = "339901/scjg"
DEV = "d-339901-03"
HOUR = 3_600_000


def ms(at: datetime) -> int:
    """Return a moment in ms."""
    return round(at.timestamp() * 1000)


def text32() -> str:
    """Return 32 fresh random bytes as base64url."""
    return b64u_encode(new_bytes(32))


@dataclass
class Place:
    """Where a device's chain stands."""

    seq: int
    hash: str


class World:
    """Genesis by two administrators, one clerk, one enrolled device; clocks stand at NOW."""

    def __init__(self, authority: Authority | None = None) -> None:
        self.authority = authority or Authority()
        self.first = self.authority.card("p0901", "周敏")
        self.second = self.authority.card("p0902", "吴刚")
        self.clerk = self.authority.card("p0103", "李明")
        self.server = {use: SoftwareKey.generate() for use in ("log", "anchor", "lease", "event")}
        self.device = SoftwareKey.generate()
        self.seq, self.head = -1, None
        self.log: list[Record] = []
        genesis = self.policy_record("genesis", self.genesis_body())
        self.trust = Trust(hash_text(genesis.jws))
        self.admit(genesis)
        self.policy("roster", self.roster_body(self.clerk))
        self.enrol()
        self.place = Place(0, self.trust.device(DEV).start)

    # ------------------------------------------------------------ policy

    def genesis_body(self) -> dict[str, Any]:
        """Return the genesis body."""
        return {
            "aud": AUD,
            "name": "云岭县政务服务监管中心",
            "cas": [b64u_encode(self.authority.der)],
            "admins": [self.roster_body(card) for card in (self.first, self.second)],
            "keys": {use: write_form(key.jwk) for use, key in self.server.items()},
        }

    def roster_body(self, card: Card) -> dict[str, Any]:
        """Return a person's roster entry."""
        return {
            "person": card.person,
            "name": card.name,
            "department": "scjg",
            "hall": HALL,
            "certs": {slot: b64u_encode(der) for slot, der in card.certs.items()},
        }

    def policy_record(
        self,
        kind: str,
        content: Mapping[str, Any],
        signers: tuple[Card, Card] | None = None,
        **changes: Any,
    ) -> Record:
        """Return the next policy record, signed by two cards; `changes` alter its payload."""
        body = write_body(content, new_bytes(16))
        members: dict[str, Any] = {
            "aud": AUD,
            "id": new_id(),
            "seq": self.seq + 1,
            "prev": self.head,
            "kind": kind,
            "body": body_hash(body),
            "at": ms(NOW),
            "crit": [],
        }
        event = PolicyEvent(**members | changes)
        one, two = (
            sign_policy(event, card.x5t("9C"), card.keys["9C"])
            for card in signers or (self.first, self.second)
        )
        return join_policy(one, two, body)

    def admit(self, record: Record, at: datetime = NOW) -> None:
        """Verify and apply a record."""
        read = self.trust.verify(record, at)
        self.trust.apply(read)
        self.log.append(record)
        if read.event is not None:
            self.seq, self.head = read.event.seq, read.hash

    def policy(self, kind: str, content: Mapping[str, Any], at: datetime = NOW) -> Record:
        """Make and admit a policy event."""
        record = self.policy_record(kind, content, at=ms(at))
        self.admit(record, at)
        return record

    def invite(self, dev: str = DEV, inc: int = 0, hours: int = 1) -> str:
        """Invite a device; return the printed code."""
        code = write_code(new_bytes(15))
        body = {
            "dev": dev,
            "inc": inc,
            "hall": HALL,
            "counter": "3号窗口",
            "label": "三号窗口",
            "code": code_hash(code),
            "until": ms(NOW + timedelta(hours=hours)),
        }
        self.policy("device.invite", body)
        return code

    def claim(self, code: str, **changes: Any) -> str:
        """Return a device's claim."""
        members: dict[str, Any] = {
            "aud": AUD,
            "dev": DEV,
            "inc": 0,
            "code": code.replace("-", ""),
            "jwk": self.device.jwk,
            "at": ms(NOW),
        }
        return make_enrolment(Enrolment(**members | changes), self.device)

    def enrol(self) -> None:
        """Invite and enrol the device."""
        self.admit(read_enrolment(self.claim(self.invite()))[1])

    # ------------------------------------------------------------ sessions and events

    def delegation(self, card: Card, key: SoftwareKey, **changes: Any) -> Delegation:
        """Return a delegation to a session key."""
        members: dict[str, Any] = {
            "aud": AUD,
            "jti": b64u_encode(new_bytes(16)),
            "nonce": text32(),
            "person": card.person,
            "spk": key.jwk,
            "dev": DEV,
            "djk": self.device.thumbprint,
            "inc": 0,
            "seq0": self.place.seq,
            "head0": self.place.hash,
            "scopes": [f"hall/{HALL}", SCOPE],
            "roles": ["window_clerk"],
            "anc": text32(),
            "lease": None,
            "iat": ms(NOW),
            "exp": ms(NOW) + 8 * HOUR,
            "app": "0.1.0",
        }
        return Delegation(**members | changes)

    def login(self, card: Card, **changes: Any) -> tuple[Login, SoftwareKey]:
        """Log a card in; return the texts and the session's key."""
        key = SoftwareKey.generate()
        delegation = self.delegation(card, key, **changes)
        return make_login(delegation, [card.certs["9A"]], card.keys["9A"], self.device), key

    def draft(self, kind: str, content: Mapping[str, Any], /, **changes: Any) -> Draft:
        """Return the next event of the device, unsigned."""
        members: dict[str, Any] = {
            "aud": AUD,
            "id": new_id(),
            "dev": DEV,
            "inc": 0,
            "seq": self.place.seq + 1,
            "prev": self.place.hash,
            "scope": SCOPE,
            "case": "20260303-339901-00001-5",
            "cprev": None,
            "kind": kind,
            "body": write_body(content, new_bytes(16)),
            "anc": text32(),
            "dt": 1200,
            "boot": "b0075e55",
            "at": ms(NOW),
        }
        return Draft(**members | changes)

    def event(
        self,
        login: Login,
        key: SoftwareKey,
        kind: str,
        content: Mapping[str, Any],
        /,
        **changes: Any,
    ) -> Record:
        """Return the device's next event and move its chain."""
        draft = self.draft(kind, content, **changes)
        record = make_event(draft, hash_text(login.dlg), key)
        self.place = Place(draft.seq, hash_text(record.jws))
        return record

    def opened(self, card: Card) -> tuple[Login, SoftwareKey, Record]:
        """Log in and make the session's first event."""
        login, key = self.login(card)
        scope = f"hall/{HALL}"
        record = self.event(login, key, "session.open", login.body(), scope=scope, case=None)
        return login, key, record
