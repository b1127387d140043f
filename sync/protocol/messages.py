"""The bodies of the routes: what a window asks and what the centre answers, one struct each.

No `from __future__ import annotations` here and in records: msgspec reads these annotations.
Routes, authentication and order stand in docs/PROTOCOL.md. Members that are null may be absent.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from sync.protocol.limits import (
    ATTACHMENT_MAX,
    CHAIN_MAX,
    LEASE_MAX,
    PULL_ENTRIES_MAX,
    PUSH_EVENTS_MAX,
)
from sync.protocol.records import (
    CaseNumber,
    Count,
    Envelope,
    Hash,
    LogEntry,
    Ms,
    Name,
    Receipt,
    Record,
    Scope,
    Uuid7,
)

Sha256Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
MediaType = Annotated[str, Meta(pattern=r"^[a-z]+/[a-z0-9.+-]{1,64}\Z")]
#: A certificate's DER as base64url.
CertificateText = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,5500}\Z")]


class Problem(Struct, frozen=True):
    """Every answer that is not 2xx: a code and named details, never a sentence."""

    code: str
    details: dict[str, str | int] = field(default_factory=dict)


class Empty(Struct, frozen=True):
    """An answer or request without members."""


# ---------------------------------------------------------------- GET /v1/hello


class Hello(Struct, frozen=True, kw_only=True):
    """Who the centre is and what it speaks; asked by anybody."""

    aud: Name
    name: str
    oldest: str
    current: str
    features: list[str]
    t: Ms
    genesis: Hash  # hash of the genesis policy event
    catalogue: str | None = None
    calendar: str | None = None
    lists: Hash | None = None  # of the lists of revoked certificates in force: see a lease's crl


# ---------------------------------------------------------------- POST /v1/enrol


class EnrolRequest(Struct, frozen=True):
    """A device claims its invitation: hall-enrol+jws, signed by its new key."""

    enrol: Envelope


class EnrolAnswer(Struct, frozen=True, kw_only=True):
    """The device is enrolled; its chain begins at `prev`."""

    dev: Name
    inc: Count
    n: Count  # number of the device.claim in the policy scope
    prev: Hash  # hash of the device.claim: `prev` of the device's first event
    receipt: Receipt


# ---------------------------------------------------------------- login


class LoginNonceRequest(Struct, frozen=True):
    """POST /v1/login/nonce: the nonce is bound to device and session key."""

    dev: Name
    jkt: Hash  # thumbprint of the session key


class LoginNonceAnswer(Struct, frozen=True):
    """32 bytes, 60 s, one use."""

    nonce: Hash
    exp: Ms


class LoginRequest(Struct, frozen=True, kw_only=True):
    """POST /v1/login: one card signature, one device signature, the card's certificates."""

    dlg: Envelope
    devproof: Envelope
    chain: Annotated[list[CertificateText], Meta(min_length=1, max_length=CHAIN_MAX)]


class LoginAnswer(Struct, frozen=True, kw_only=True):
    """A token bound to the session key; `roles` and `scopes` are what policy really grants."""

    token: str
    exp: Ms
    dlg: Hash
    scopes: list[Scope]
    roles: list[str]


class TokenAnswer(Struct, frozen=True):
    """POST /v1/token: the next token; the former one ends."""

    token: str
    exp: Ms


# ---------------------------------------------------------------- POST /v1/push


class PushRequest(Struct, frozen=True, kw_only=True):
    """Own events in device order, a request for an anchor, and the heads the window holds.

    `heads` gives the size of the last verified tree head of each scope, so that the answer can
    prove that the new heads grew from them.
    """

    events: Annotated[list[Record], Meta(max_length=PUSH_EVENTS_MAX)]
    ancreq: Envelope | None = None
    heads: dict[Scope, Count] = field(default_factory=dict)


class PushResult(Struct, frozen=True, kw_only=True):
    """One event's answer, in the order of the request.

    rejected: the envelope does not verify or does not follow the chain: no number, no leaf; `code`
    says why, `expect` which sequence number the device's chain waits for.
    """

    id: Uuid7 | None
    verdict: Literal["accepted", "refused", "disputed", "duplicate", "rejected"]
    code: str | None = None
    receipt: Receipt | None = None
    expect: Count | None = None


class Consistency(Struct, frozen=True):
    """That the tree of size `to` grew from the one of size `from` (RFC 6962 §2.1.2)."""

    first: Count = field(name="from")
    second: Count = field(name="to")
    path: list[Hash]


class PushAnswer(Struct, frozen=True, kw_only=True):
    """One result per event; the anchor, if one was asked; proofs from the window's heads."""

    results: list[PushResult]
    anchor: Envelope | None = None
    consistency: dict[Scope, Consistency] = field(default_factory=dict)


# ---------------------------------------------------------------- POST /v1/pull


class PullRequest(Struct, frozen=True, kw_only=True):
    """From which number on each scope is wanted (the last one taken)."""

    cursors: Annotated[dict[Scope, Count], Meta(max_length=64)]
    limit: Annotated[int, Meta(ge=1, le=PULL_ENTRIES_MAX)] = PULL_ENTRIES_MAX
    ancreq: Envelope | None = None


class PulledScope(Struct, frozen=True, kw_only=True):
    """The next leaves of one scope.

    `sth` is the head over exactly the first `next` leaves; null while `more` is true.
    """

    entries: list[LogEntry]
    next: Count
    size: Count
    sth: Envelope | None
    more: bool


class PullAnswer(Struct, frozen=True, kw_only=True):
    """The scopes that have something new."""

    scopes: dict[Scope, PulledScope]
    anchor: Envelope | None = None


# ---------------------------------------------------------------- anchors and leases


class AnchorCall(Struct, frozen=True):
    """POST /v1/anchor and /v1/lease."""

    ancreq: Envelope


class AnchorAnswer(Struct, frozen=True):
    """The centre's time over the device's head."""

    anchor: Envelope


class LeaseAnswer(Struct, frozen=True):
    """The lease; the check-code key stands in it, sealed to the device (member `kcc`)."""

    lease: Annotated[str, Meta(max_length=LEASE_MAX)]


class Poke(Struct, frozen=True, omit_defaults=True):
    """GET /v1/live: scope s has reached n; losing one is harmless.

    `page` is what a pull from before its first leaf would answer: a small one, for whoever asked.
    """

    s: Scope
    n: Count
    page: PulledScope | None = None


# ---------------------------------------------------------------- attachments and console


class UploadRequest(Struct, frozen=True, kw_only=True):
    """POST /v1/attachments: may these bytes be sent for this case?"""

    case: CaseNumber
    sha256: Sha256Hex
    size: Annotated[int, Meta(ge=1, le=ATTACHMENT_MAX)]
    type: MediaType


class UploadAnswer(Struct, frozen=True):
    """A random upload id bound to token and case; null when the case has these bytes already."""

    upload: str | None


class UploadedAnswer(Struct, frozen=True):
    """PUT /v1/attachments/{upload}: the bytes are there and hash to what was said."""

    sha256: Sha256Hex


class ConsoleCodeAnswer(Struct, frozen=True, kw_only=True):
    """POST /v1/console/code: 60 s, one use; open `url`, which carries the code after `#`."""

    code: str
    url: str
    exp: Ms
