"""What the log's columns need of a record, whichever of the three forms it has.

Nothing is verified here but the form: own events were made by this window, pulled ones were
verified by the engine against outcomes, tree and, for policy, the administrators' certificates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.proof.events import OPEN, ReadEvent, read_body, read_logged_event
from sync.proof.jws import hash_text, read_logged_jws, typ_of
from sync.proof.policy import SCOPE, read_policy
from sync.protocol.records import DELEGATION, ENROL, POLICY, Delegation, PolicyEvent, read_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.protocol.records import Outcome, Record

POLICY_SCOPE = SCOPE
SESSION_OPEN = OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The columns of one record; hashes as base64url, times ms UTC."""

    hash: str
    id: str
    dev: str
    inc: int
    seq: int
    scope: str
    case: str | None
    kind: str
    kid: str
    cprev: str | None
    at_ms: int
    late_ms: int | None
    late_reason: str | None
    record: Record
    event: ReadEvent | None
    """None for policy records, which belong to no device's chain."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What PolicyBook.with_event takes."""

    kind: str
    body: Mapping[str, Any]
    at_ms: int


def read_facts(record: Record, scope: str | None = None, outcome: Outcome | None = None) -> Facts:
    """Read a record of any scope.

    Args:
        record: as made here or as pulled.
        scope: the scope that it was pulled from; None for an own event.
        outcome: of a pulled one, which the engine has held against it.

    Raises:
        ReaderError, ProofError: it is none of ours.
    """
    if scope == POLICY_SCOPE:
        return _policy_facts(record)
    read = read_logged_event(record, outcome)
    core = read.core
    return Facts(
        hash=read.hash,
        id=core.id,
        dev=core.dev,
        inc=core.inc,
        seq=core.seq,
        scope=core.scope,
        case=core.case,
        kind=core.kind,
        kid=read.kid,
        cprev=core.cprev,
        at_ms=core.at,
        late_ms=None if core.late is None else core.late.happened_at,
        late_reason=None if core.late is None else core.late.reason,
        record=record,
        event=read,
    )


def read_logged_policy(record: Record) -> Policy:
    """Read a policy record that a verified leaf commits to, without its signers' certificates.

    Raises:
        ReaderError, ProofError: as `read_policy`, but for the signatures of administrators.
    """
    if typ_of(record.jws) == ENROL:
        claim = read_policy(record, lambda _header: None)
        return Policy(claim.kind, claim.body, claim.at)
    event = read_form(read_logged_jws(record.jws, POLICY).payload, PolicyEvent)
    return Policy(event.kind, read_body(record.body.encode()), event.at)


def delegate_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return (name of the delegation, person) that the body of a session.open brings.

    Raises:
        ReaderError: it brings none.
    """
    text = str(body.get("dlg", ""))
    delegation = read_form(read_logged_jws(text, DELEGATION).payload, Delegation)
    return hash_text(text), delegation.person


def _policy_facts(record: Record) -> Facts:
    policy = read_logged_policy(record)
    name = hash_text(record.jws)
    return Facts(
        hash=name,
        id=name,
        dev="",
        inc=0,
        seq=0,
        scope=POLICY_SCOPE,
        case=None,
        kind=policy.kind,
        kid="",
        cprev=None,
        at_ms=policy.at_ms,
        late_ms=None,
        late_reason=None,
        record=record,
        event=None,
    )
