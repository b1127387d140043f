"""Policy events (proof.md §7): what two administrators' cards signed alike, and device claims.

A server key alone never changes policy. The record is (first signature, body, second signature),
both over the same payload; the genesis event is known by its pinned hash. A device's claim of its
invitation stands in the same log under the device's own signature. `sync.proof.trust` says who may
sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.proof.enrolment import read_enrolment
from sync.proof.events import read_body
from sync.proof.failures import ProofError
from sync.proof.jws import X5t, body_hash, hash_text, open_form, sign_form, typ_of
from sync.protocol.errors import ReaderError
from sync.protocol.records import ENROL, Enrolment, PolicyEvent, Record, write_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.proof.jws import Resolve
    from sync.proof.keys import SigningKey

SCOPE = "policy"
GENESIS = "genesis"
CLAIM = "device.claim"

#: Every kind that two administrators sign; bodies stand in docs/PROTOCOL.md.
KINDS = frozenset(
    {
        GENESIS,
        "ca",
        "hall",
        "department",
        "roster",
        "grant",
        "grant.end",
        "device.invite",
        "device.close",
        "device.recover",
        "catalogue",
        "catalogue.change",
        "calendar",
        "scheme",
        "seal",
        "recovery",
        "revoke",
        "server_key",
        "switch",
        "queue_rule",
        "system",
        "system.end",
        "lower",
        "lower.end",
        "camera",
    }
)


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """A policy record as read: what `PolicyBook.with_event` takes, and what the chain needs.

    `event` is None and `signers` empty for a device's claim, whose `claim` is set instead.
    """

    kind: str
    body: Mapping[str, Any]
    at: int
    hash: str
    record: Record
    event: PolicyEvent | None = None
    signers: tuple[str, ...] = ()
    claim: Enrolment | None = None


def sign_policy(event: PolicyEvent, x5t: str, card: SigningKey) -> str:
    """Have one administrator's card (9C) sign; both sign the same form, so the same bytes."""
    return sign_form(event, X5t(x5t), card)


def join_policy(first: str, second: str, body: str) -> Record:
    """Return the record of two signatures and their body (from `events.write_body`)."""
    return Record(first, body, second)


def read_policy(record: Record, resolve: Resolve) -> ReadPolicy:
    """Verify a policy record under the certificates that `resolve` knows.

    Raises:
        ReaderError: the form. ProofError: policy_signers, policy_kind, body_differs,
            delegation_key.
    """
    if typ_of(record.jws) == ENROL:
        return _read_claim(record)
    if record.act is None:
        raise ProofError("proof.policy_signers")
    event, first = open_form(record.jws, PolicyEvent, resolve)
    _, second = open_form(record.act, PolicyEvent, resolve)
    if first.raw != second.raw or first.header.x5t == second.header.x5t:
        raise ProofError("proof.policy_signers")
    if event.body != body_hash(record.body):
        raise ProofError("proof.body_differs")
    if event.kind not in KINDS:
        raise ProofError("proof.policy_kind")
    body = read_body(record.body.encode("utf-8", "surrogatepass"))
    signers = (first.header.x5t or "", second.header.x5t or "")
    return ReadPolicy(event.kind, body, event.at, hash_text(record.jws), record, event, signers)


def _read_claim(record: Record) -> ReadPolicy:
    claim, made = read_enrolment(record.jws)
    if record.act is not None:
        raise ReaderError("reader.members")
    if record.body != made.body:
        raise ProofError("proof.body_differs")
    body = {"dev": claim.dev, "inc": claim.inc, "code": claim.code, "jwk": write_form(claim.jwk)}
    return ReadPolicy(CLAIM, body, claim.at, hash_text(record.jws), record, claim=claim)
