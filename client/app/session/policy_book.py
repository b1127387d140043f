"""What the key slots ask of signed policy: whose certificate it is, and which event says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from sync.proof.events import read_body
from sync.proof.jws import hash_text, read_logged_jws
from sync.proof.policy import SCOPE as POLICY
from sync.protocol.codec import b64u_decode
from sync.protocol.records import POLICY as POLICY_EVENT
from sync.protocol.records import PolicyEvent, read_form

if TYPE_CHECKING:
    from client.app.ports.store import CaseStore
    from sync.domain.policy import PolicyBook

POLICY_MOST = 100_000  # entries of the policy scope that are looked through


def certificate_of(book: PolicyBook, person: str, slot: str) -> bytes:
    """Return a person's certificate of the roster, DER.

    Raises:
        AppFailure: app.unknown_person.
    """
    known = book.roster.get(person)
    if known is None or slot not in known.certs:
        raise AppFailure("app.unknown_person", person=person)
    return b64u_decode(known.certs[slot])


def listed_certificates(book: PolicyBook) -> frozenset[bytes]:
    """Return the 9D certificates of the roster, DER."""
    return frozenset(
        b64u_decode(person.certs["9D"]) for person in book.roster.values() if "9D" in person.certs
    )


def roster_event(store: CaseStore, person: str) -> str:
    """Return the hash of the policy event that named a person's cards last (slots' `by`).

    Raises:
        AppFailure: app.unknown_person.
    """
    found = ""
    for entry in store.entries(POLICY, 0, POLICY_MOST):
        if entry.act is None:
            continue  # a device's claim: signed by no card
        event = read_form(read_logged_jws(entry.jws, POLICY_EVENT).payload, PolicyEvent)
        if event.kind == "roster" and read_body(entry.body.encode())["person"] == person:
            found = hash_text(entry.jws)
    if not found:
        raise AppFailure("app.unknown_person", person=person)
    return found
