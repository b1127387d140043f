"""What the practice hall stands on, as policy: signed as a centre's would be, by keys of its own.

The rules, catalogue, calendars and schemes are the product's; people, authority and every key are
made for this one hall. Its audience is a name that no centre has, so nothing made here is an event
of theirs: who verifies it finds another audience, an unknown device and a foreign authority.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from client.documents.bundled import FONTS
from client.practice.issuer import cert_der
from client.practice.seals import draw_seal
from sync.domain.fields import ms_of
from sync.proof.certificates import x5t_of
from sync.proof.enrolment import code_hash, make_enrolment, read_enrolment, write_code
from sync.proof.events import write_body
from sync.proof.jws import body_hash, hash_text, raw_text
from sync.proof.keys import SoftwareKey, new_bytes, new_id
from sync.proof.outcomes import outcome_leaf, sign_tree_head, write_outcome
from sync.proof.policy import SCOPE, join_policy, sign_policy
from sync.proof.tree import Frontier
from sync.protocol.codec import b64u_encode
from sync.protocol.records import Enrolment, LogEntry, Outcome, PolicyEvent, write_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from cryptography import x509

    from client.practice.issuer import Issuer
    from sync.protocol.records import Record

AUDIENCE = "practice"
USES = ("log", "anchor", "lease", "event")
_SEAL = "练习专用 无效"
_YEAR_MS = 365 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody of the practice hall, with his card's keys and certificates."""

    card: str
    person: str
    name: str
    roles: tuple[str, ...]
    powers: tuple[str, ...]
    keys: Mapping[str, SoftwareKey]
    certs: Mapping[str, x509.Certificate]

    def entry(self) -> dict[str, Any]:
        """Return the roster's entry."""
        return {
            "person": self.person,
            "name": self.name,
            "department": told()["office"]["code"],
            "hall": told()["hall"],
            "certs": {slot: b64u_encode(cert_der(cert)) for slot, cert in self.certs.items()},
        }


@cache
def told() -> dict[str, Any]:
    """Return resources/practice/people.json: who works in the practice hall, and where."""
    return _resource("practice", "people.json")


class PracticePolicy:
    """The practice hall's policy scope, from its first event to its device's claim.

    Args:
        issuer: of the cards.
        learners: who has rights; `administrators` sign.
        administrators: two.
        keys: the keys of the centre that there is not, by use.
        now: the moment of it all.
    """

    def __init__(
        self,
        issuer: Issuer,
        learners: tuple[Learner, ...],
        administrators: tuple[Learner, Learner],
        keys: Mapping[str, SoftwareKey],
        now: datetime,
    ) -> None:
        self._issuer = issuer
        self._learners = learners
        self._administrators = administrators
        self._keys = keys
        self._at = ms_of(now)
        self._prev: str | None = None
        self._seq = 0
        self.entries: list[LogEntry] = []
        self.frontier = Frontier()
        self.device = SoftwareKey.generate()
        self.start = ""
        for kind, body in self._events():
            self._admit(self._signed(kind, body))
        self.genesis = hash_text(self.entries[0].jws)
        self._claim()

    def head(self) -> str:
        """Return the signed head over all of it."""
        key = self._keys["log"]
        return sign_tree_head(self.frontier, AUDIENCE, SCOPE, self._at, key, key.thumbprint)

    # ------------------------------------------------------------ what it says

    def _events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield "genesis", self._genesis()
        for body in _resources("calendars"):
            yield "calendar", body
        yield from self._offices()
        for learner in (*self._learners, *self._administrators):
            yield "roster", learner.entry()
        for learner in (*self._learners, *self._administrators):
            yield "grant", self._grant(learner)
        for shelf in _resources("schemes"):
            for body in shelf["schemes"]:
                yield "scheme", body
        yield "catalogue", _resource("catalogue", "yunling.json")
        yield from self._seals()

    def _genesis(self) -> dict[str, Any]:
        return {
            "aud": AUDIENCE,
            "name": told()["centre"],
            "cas": [b64u_encode(cert_der(self._issuer.certificate))],
            "admins": [admin.entry() for admin in self._administrators],
            "keys": {use: write_form(key.jwk) for use, key in self._keys.items()},
        }

    def _offices(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for hall in _offices()["halls"]:
            yield "hall", {**hall, "name": f"{hall['name']}（练习）"}
        for department in _offices()["departments"]:
            yield "department", department
        yield "department", {**told()["office"], "hall": told()["hall"], "calendar": "cn"}

    def _grant(self, learner: Learner) -> dict[str, Any]:
        administrator = learner in self._administrators
        return {
            "id": f"g-{learner.person}-1",
            "person": learner.person,
            "roles": list(learner.roles),
            "scopes": [SCOPE] if administrator else _scopes(),
            "powers": list(learner.powers),
            "items": "*",
            "from": self._at - 24 * 3_600_000,
            "to": self._at + 2 * _YEAR_MS,
        }

    def _seals(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for department in _departments():
            png = draw_seal(department["name"], _SEAL, FONTS / "NotoSansSC-Regular.ttf")
            yield (
                "seal",
                {
                    "id": f"seal-{department['code']}",
                    "department": department["code"],
                    "png": b64u_encode(png),
                    "holder": told()["keeper"],
                },
            )

    # ------------------------------------------------------------ how it is signed

    def _signed(self, kind: str, content: Mapping[str, Any]) -> Record:
        body = write_body(content, new_bytes(16))
        event = PolicyEvent(
            aud=AUDIENCE,
            id=new_id(),
            seq=self._seq,
            prev=self._prev,
            kind=kind,
            body=body_hash(body),
            at=self._at,
            crit=[],
        )
        first, second = (
            sign_policy(event, x5t_of(cert_der(admin.certs["9C"])), admin.keys["9C"])
            for admin in self._administrators
        )
        self._seq, self._prev = self._seq + 1, hash_text(first)
        return join_policy(first, second, body)

    def _claim(self) -> None:
        """Invite the one window, and have it claim the invitation."""
        dev, code = told()["device"], write_code(new_bytes(15))
        invitation = {
            "dev": dev,
            "inc": 0,
            "hall": told()["hall"],
            "counter": told()["counter"],
            "label": told()["counter"],
            "code": code_hash(code),
            "until": self._at + _YEAR_MS,
        }
        self._admit(self._signed("device.invite", invitation))
        claim = Enrolment(
            aud=AUDIENCE,
            dev=dev,
            inc=0,
            code=code.replace("-", ""),
            jwk=self.device.jwk,
            at=self._at,
        )
        record = read_enrolment(make_enrolment(claim, self.device))[1]
        self.start = hash_text(record.jws)
        self._admit(record)

    def _admit(self, record: Record) -> None:
        n = len(self.entries) + 1
        outcome = write_outcome(
            Outcome(
                aud=AUDIENCE,
                scope=SCOPE,
                n=n,
                eh=hash_text(record.jws),
                er=raw_text(record.jws),
                body=body_hash(record.body),
                person=told()["administrators"][0]["person"],
                verdict="accepted",
                code=None,
                recv=self._at,
                lo=self._at,
                hi=self._at,
                counted=self._at,
                due=None,
                pol=n - 1,
            )
        )
        self.entries.append(LogEntry(n, record.jws, record.body, record.act, outcome))
        self.frontier = self.frontier.append(outcome_leaf(outcome))


def _scopes() -> list[str]:
    """Return the hall and every desk of it: all that his role allows may be tried by everybody."""
    hall = told()["hall"]
    return [f"hall/{hall}", *(f"{hall}/{each['code']}" for each in _departments())]


def _departments() -> list[dict[str, Any]]:
    return [each for each in _offices()["departments"] if each["hall"] == told()["hall"]]


@cache
def _offices() -> dict[str, Any]:
    return _resource("catalogue", "yunling-offices.json")


def _resource(folder: str, name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((files("resources") / folder / name).read_bytes())
    return body


def _resources(folder: str) -> Iterator[dict[str, Any]]:
    entries = (files("resources") / folder).iterdir()
    for entry in sorted(entries, key=lambda each: each.name):
        if entry.name.endswith(".json"):
            yield _resource(folder, entry.name)
