"""Events (proof.md §2): made once as exact texts, read strictly, held against their session.

A record is three texts: the JWS, the body, the card's act or none. What was received is hashed,
stored and handed on as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sync.proof.failures import ProofError
from sync.proof.jws import (
    Kid,
    Resolve,
    Signed,
    body_hash,
    hash_of,
    open_form,
    raw_text,
    read_logged_form,
    sign_form,
)
from sync.protocol.codec import b64u_decode, b64u_encode, read_json, write_json
from sync.protocol.errors import ReaderError
from sync.protocol.records import Core, LateClaim, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.proof.keys import PublicKey, SigningKey
    from sync.protocol.records import Delegation, Outcome

OPEN = "session.open"
CLOSE = "session.close"
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event before it is signed: what its act (if any) and its core have in common.

    `body` is the exact text from `write_body`; `prev`, `cprev`, `anc` are hashes as base64url; `at`
    is the PC's wall clock in ms; `dt` the boot clock's ms since the anchor, None after a reboot.
    """

    aud: str
    id: str
    dev: str
    inc: int
    seq: int
    prev: str
    scope: str
    case: str | None
    cprev: str | None
    kind: str
    body: str
    anc: str | None
    dt: int | None
    boot: str
    at: int
    late: LateClaim | None = None


class ReadEvent(Struct, frozen=True, gc=False):
    """An event as read: envelope and body verified against each other; hashes as base64url."""

    core: Core
    record: Record
    body: Mapping[str, Any]
    kid: str
    hash: str
    raw: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """What an event is held against: a verified delegation and its name (the events' kid)."""

    kid: str
    delegation: Delegation
    key: PublicKey


def write_body(content: Mapping[str, Any], salt: bytes) -> str:
    """Return an event's body: JSON whose first member is the salt, 16 fresh random bytes.

    Raises:
        ReaderError: reader.salt for another length; float, integer, text, depth for a value that
            this wire cannot carry; too_long beyond 256 KiB.
    """
    if len(salt) != SALT_BYTES:
        raise ReaderError("reader.salt")
    text = write_json({"salt": b64u_encode(salt), **content})
    read_body(text)
    return text.decode("utf-8")


def read_body(data: bytes) -> dict[str, Any]:
    """Read an event's body strictly; the salt stays in it, as its first member.

    Raises:
        ReaderError: as `read_json`; reader.salt.
    """
    body = read_json(data)
    salt = body.get("salt")
    if next(iter(body), None) != "salt" or not isinstance(salt, str):
        raise ReaderError("reader.salt")
    if len(b64u_decode(salt)) != SALT_BYTES:
        raise ReaderError("reader.salt")
    return body


def make_event(draft: Draft, kid: str, key: SigningKey, act: str | None = None) -> Record:
    """Sign an event with the session key (or, at the centre, its event key).

    Args:
        draft: everything but the signatures.
        kid: hash of the delegation; for the centre's own events the thumbprint of its event key.
        key: the session key.
        act: the card's signature made over this very draft (`sync.proof.acts`), if the step needs
            one.
    """
    core = Core(
        aud=draft.aud,
        id=draft.id,
        dev=draft.dev,
        inc=draft.inc,
        seq=draft.seq,
        prev=draft.prev,
        scope=draft.scope,
        case=draft.case,
        cprev=draft.cprev,
        kind=draft.kind,
        body=body_hash(draft.body),
        act=None if act is None else raw_text(act),
        anc=draft.anc,
        dt=draft.dt,
        boot=draft.boot,
        at=draft.at,
        late=draft.late,
        crit=[],
    )
    return Record(sign_form(core, Kid(kid), key), draft.body, act)


def read_event(record: Record, resolve: Resolve) -> ReadEvent:
    """Verify an event's envelope under the key that `resolve` finds for its kid, then its body.

    Raises:
        ReaderError: the form; ProofError: body_differs, act_differs, act_missing.
    """
    return _read(record, *open_form(record.jws, Core, resolve))


def read_logged_event(record: Record, outcome: Outcome | None = None) -> ReadEvent:
    """Read an event that a verified leaf commits to (see `sync.proof.receipts.read_entry`).

    Args:
        record: the event.
        outcome: the leaf's, where `read_entry` has held the record against it: its hashes serve.

    Raises:
        ReaderError, ProofError: as `read_event`, but for the signature.
    """
    core, signed = read_logged_form(record.jws, Core)
    if outcome is None:
        return _read(record, core, signed)
    return _read_as(record, core, signed, outcome.body, outcome.eh, outcome.er)


def check_event(read: ReadEvent, session: SessionView) -> None:
    """Hold an event against the delegation that its kid names.

    Time (expiry, revocation) is judged by the centre on the proven interval, not here.

    Raises:
        ProofError: audience, device_foreign, scope_outside, anchor_missing, session_order,
            chain_broken.
    """
    core, delegation = read.core, session.delegation
    if read.kid != session.kid:
        raise ProofError("proof.session_order")
    if core.aud != delegation.aud:
        raise ProofError("proof.audience")
    if (core.dev, core.inc) != (delegation.dev, delegation.inc):
        raise ProofError("proof.device_foreign")
    if core.scope not in delegation.scopes:
        raise ProofError("proof.scope_outside")
    if core.anc is None:
        raise ProofError("proof.anchor_missing")
    first = core.seq == delegation.seq0 + 1
    if core.seq <= delegation.seq0 or first != (core.kind == OPEN):
        raise ProofError("proof.session_order")
    if first and core.prev != delegation.head0:
        raise ProofError("proof.chain_broken")


def check_centre_event(read: ReadEvent, aud: str) -> None:
    """Hold one of the centre's own steps against what such a step may be.

    Raises:
        ProofError: audience, device_foreign, act_differs.
    """
    if read.core.aud != aud:
        raise ProofError("proof.audience")
    if read.core.dev != f"centre:{aud}":
        raise ProofError("proof.device_foreign")
    if read.core.act is not None:
        raise ProofError("proof.act_differs")


def check_system_event(read: ReadEvent, aud: str, dev: str, inc: int) -> None:
    """Hold a step of a department's system against what such a step may be.

    Raises:
        ProofError: audience, device_foreign.
    """
    if read.core.aud != aud:
        raise ProofError("proof.audience")
    if (read.core.dev, read.core.inc) != (dev, inc):
        raise ProofError("proof.device_foreign")


def _read(record: Record, core: Core, signed: Signed) -> ReadEvent:
    name = b64u_encode(signed.digest or hash_of(record.jws))
    return _read_as(record, core, signed, body_hash(record.body), name, raw_text(record.jws))


def _read_as(
    record: Record, core: Core, signed: Signed, of_body: str, name: str, raw: str
) -> ReadEvent:
    if core.body != of_body:
        raise ProofError("proof.body_differs")
    if record.act is None:
        if core.act is not None:
            raise ProofError("proof.act_missing")
    elif core.act != raw_text(record.act):
        raise ProofError("proof.act_differs")
    body = read_body(record.body.encode("utf-8", "surrogatepass"))
    kid = signed.header.kid or ""
    return ReadEvent(core, record, body, kid, name, raw)
