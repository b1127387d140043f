"""The records of the wire: one frozen struct per payload, each with its typ and its key member.

Every record is a JWS whose payload is one of these forms (proof.md §2–§7), except `Outcome`, whose
bytes are a leaf of the tree. Hashes and keys are base64url, times are milliseconds UTC. Members
that a form does not name are ignored (unless the payload's `crit` names them), so a newer end may
add some; what was received is never re-encoded, so nothing is lost.
"""

from typing import Annotated, Any, ClassVar, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from sync.protocol.codec import read_json
from sync.protocol.errors import ReaderError
from sync.protocol.limits import BODY_MAX, ENVELOPE_MAX, INTEGER_MAX, TIME_MAX
from sync.typed import from_plain, json_reader

S = TypeVar("S", bound=Struct)

# ---------------------------------------------------------------- members

#: 32, 16 bytes as base64url; the last character's spare bits are zero, so each has one text.
Hash = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")]
Nonce16 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{21}[AQgw]\Z")]
#: A moment or a span in ms: up to the end of 2199, so that every clock can hold it.
Ms = Annotated[int, Meta(ge=0, le=TIME_MAX)]
Count = Annotated[int, Meta(ge=0, le=INTEGER_MAX)]
Uuid7 = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
]
#: Names that stand in logs, addresses and keys: no spaces, no tricks.
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}\Z")]
Scope = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}(/[a-z0-9][a-z0-9_-]{0,31})?\Z")]
KindName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}(\.[a-z][a-z0-9_]{0,31})?\Z")]
CaseNumber = Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,32}\Z")]
Person = Annotated[str, Meta(pattern=r"^[^\x00-\x20\x7f]{1,64}\Z")]
Text64 = Annotated[str, Meta(max_length=64)]
SerialHex = Annotated[str, Meta(pattern=r"^(0|[1-9a-f][0-9a-f]{0,39})\Z")]
Envelope = Annotated[str, Meta(max_length=ENVELOPE_MAX)]
V1 = Literal[1]

# ---------------------------------------------------------------- header names

EVENT = "hall-event+jws"
ACT = "hall-act+jws"
DELEGATION = "hall-dlg+jws"
DEVICE_PROOF = "hall-devproof+jws"
ANCHOR_REQUEST = "hall-ancreq+jws"
ANCHOR = "hall-anchor+jws"
TREE_HEAD = "hall-sth+jws"
LEASE = "hall-lease+jws"
POLICY = "hall-policy+jws"
ENROL = "hall-enrol+jws"
DPOP = "dpop+jwt"
#: Named here so that nobody gives them another meaning; their forms come with the proof issue.
CHECKPOINT = "hall-checkpoint+jws"
COSIGN = "hall-cosign+jws"
BUNDLE = "hall-bundle+jws"

#: Which header member names the key: a registered key, a certificate, or the key itself.
KEY_MEMBER: dict[str, Literal["kid", "x5t#S256", "jwk"]] = {
    EVENT: "kid",
    ACT: "x5t#S256",
    DELEGATION: "x5t#S256",
    DEVICE_PROOF: "kid",
    ANCHOR_REQUEST: "kid",
    ANCHOR: "kid",
    TREE_HEAD: "kid",
    LEASE: "kid",
    POLICY: "x5t#S256",
    ENROL: "jwk",
    DPOP: "jwk",
}

# ---------------------------------------------------------------- what is kept and sent


class Record(Struct, frozen=True):
    """An event or policy event: exact texts, whose UTF-8 bytes are what is hashed and stored.

    For a policy event `jws` and `act` are the two administrators' signatures.
    """

    jws: Envelope
    body: Annotated[str, Meta(max_length=BODY_MAX)]
    act: Envelope | None = None


class Receipt(Struct, frozen=True):
    """The centre's signed answer: the leaf, its path, the head that it leads to (proof.md §6)."""

    outcome: Envelope
    index: Count
    path: list[Hash]
    sth: Envelope


class LogEntry(Struct, frozen=True):
    """One leaf of a scope as a pull hands it out; `n` = index + 1."""

    n: Count
    jws: Envelope
    body: Annotated[str, Meta(max_length=BODY_MAX)]
    act: Envelope | None
    outcome: Envelope

    def record(self) -> Record:
        """Return the record without its answer."""
        return Record(self.jws, self.body, self.act)


# ---------------------------------------------------------------- payloads


class Form(Struct, frozen=True, kw_only=True):
    """A payload with its header name."""

    TYP: ClassVar[str]


class Jwk(Struct, frozen=True, forbid_unknown_fields=True):
    """A public P-256 key (RFC 7518 §6.2); `d` is refused, as is everything else."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Hash
    y: Hash


class LateClaim(Struct, frozen=True):
    """A step entered after the fact: when a person says it happened, and why so late."""

    happened_at: Ms
    reason: KindName


class Core(Form, frozen=True, kw_only=True):
    """An event (proof.md §2). `anc` is null in the centre's own events only."""

    TYP: ClassVar[str] = EVENT

    v: V1 = 1
    aud: Name
    id: Uuid7
    dev: Name
    inc: Count
    seq: Count
    prev: Hash
    scope: Scope
    case: CaseNumber | None
    cprev: Hash | None
    kind: KindName
    body: Hash
    act: Hash | None
    anc: Hash | None
    dt: Ms | None
    boot: Text64
    at: Ms
    late: LateClaim | None
    crit: list[Name]


class Act(Form, frozen=True, kw_only=True):
    """A card's own signature under one event (proof.md §3)."""

    TYP: ClassVar[str] = ACT

    v: V1 = 1
    aud: Name
    id: Uuid7
    dev: Name
    inc: Count
    scope: Scope
    case: CaseNumber | None
    cprev: Hash | None
    kind: KindName
    body: Hash
    dlg: Hash
    anc: Hash | None
    at: Ms
    sum: Hash


class Delegation(Form, frozen=True, kw_only=True):
    """A card's leave to a session key (proof.md §4)."""

    TYP: ClassVar[str] = DELEGATION

    v: V1 = 1
    aud: Name
    jti: Nonce16
    nonce: Hash | None
    person: Person
    spk: Jwk
    dev: Name
    djk: Hash
    inc: Count
    seq0: Count
    head0: Hash
    scopes: list[Scope]
    roles: list[KindName]
    anc: Hash | None
    lease: Hash | None
    iat: Ms
    exp: Ms
    app: Text64


class DeviceProof(Form, frozen=True, kw_only=True):
    """The device's own word that a delegation was made on it (proof.md §4)."""

    TYP: ClassVar[str] = DEVICE_PROOF

    v: V1 = 1
    aud: Name
    dlg: Hash
    dev: Name
    inc: Count
    seq0: Count
    head0: Hash


class AnchorRequest(Form, frozen=True, kw_only=True):
    """What a device commits to, and asks a time for (proof.md §5)."""

    TYP: ClassVar[str] = ANCHOR_REQUEST

    v: V1 = 1
    aud: Name
    n: Nonce16
    dev: Name
    inc: Count
    seq: Count
    head: Hash
    boot: Text64
    dt: Ms | None


class Anchor(Form, frozen=True, kw_only=True):
    """The centre's time over a device's head (proof.md §5)."""

    TYP: ClassVar[str] = ANCHOR

    v: V1 = 1
    aud: Name
    n: Nonce16
    dev: Name
    inc: Count
    seq: Count
    head: Hash
    t: Ms
    cp: Hash | None


class TreeHead(Form, frozen=True, kw_only=True):
    """The signed head of a scope's tree (proof.md §6)."""

    TYP: ClassVar[str] = TREE_HEAD

    v: V1 = 1
    aud: Name
    scope: Scope
    size: Count
    root: Hash
    t: Ms


class Outcome(Struct, frozen=True, kw_only=True):
    """A leaf: what became of an event. Its JSON is made once; no JWS (proof.md §6)."""

    v: V1 = 1
    aud: Name
    scope: Scope
    n: Annotated[int, Meta(ge=1, le=INTEGER_MAX)]
    eh: Hash
    er: Hash
    body: Hash
    person: Person
    verdict: Literal["accepted", "refused", "disputed"]
    code: Annotated[str, Meta(max_length=96)] | None
    recv: Ms
    lo: Ms
    hi: Ms
    counted: Ms
    due: Ms | None
    pol: Count


class PolicyEvent(Form, frozen=True, kw_only=True):
    """A policy event, signed alike by two administrators' cards (proof.md §7).

    `prev` is null in the genesis event alone.
    """

    TYP: ClassVar[str] = POLICY

    v: V1 = 1
    aud: Name
    id: Uuid7
    seq: Count
    prev: Hash | None
    kind: KindName
    body: Hash
    at: Ms
    crit: list[Name]


class Enrolment(Form, frozen=True, kw_only=True):
    """A device's claim of its invitation, signed by its new key; logged as `device.claim`.

    Its payload text is itself the body of the policy record: no second text says the same.
    """

    TYP: ClassVar[str] = ENROL

    v: V1 = 1
    aud: Name
    dev: Name
    inc: Count
    code: Annotated[str, Meta(min_length=16, max_length=64)]
    jwk: Jwk
    at: Ms


class LeasePerson(Struct, frozen=True, kw_only=True):
    """A person who may work on this device without the line; items null = all."""

    person: Person
    x5t: list[Hash]
    roles: list[KindName]
    scopes: list[Scope]
    items: list[Text64] | None
    until: Ms


class Block(Struct, frozen=True):
    """Serials reserved for one device, both ends included."""

    kind: Literal["case", "certificate", "receipt"]
    first: Count = field(name="from")
    last: Count = field(name="to")


class Maxima(Struct, frozen=True, kw_only=True):
    """The most that may be done on one lease."""

    accept: Count
    decide: Count
    certificate: Count


class PolicySize(Struct, frozen=True):
    """The policy in force: size and root of the policy scope's tree."""

    size: Count
    root: Hash


class CrlDigest(Struct, frozen=True, kw_only=True):
    """Which list of revoked certificates the centre went by; `ca` = H(DER of its issuer)."""

    ca: Hash
    number: SerialHex
    this: Ms
    next: Ms
    sha256: Hash


class Revoked(Struct, frozen=True, kw_only=True):
    """One revoked certificate: H(DER of the issuer), serial in lower-case hex, from when on."""

    ca: Hash
    serial: SerialHex
    t: Ms


class Lease(Form, frozen=True, kw_only=True):
    """Leave to work without the line for a while (proof.md §7); `kcc` is sealed to the device."""

    TYP: ClassVar[str] = LEASE

    v: V1 = 1
    aud: Name
    id: Uuid7
    prev: Hash | None
    dev: Name
    inc: Count
    djk: Hash
    seq: Count
    head: Hash
    t: Ms
    nbf: Ms
    exp: Ms
    persons: list[LeasePerson]
    blocks: list[Block]
    max: Maxima
    pol: PolicySize
    cat: Text64
    cal: Text64
    crl: list[CrlDigest]
    revoked: list[Revoked]
    kcc: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+\Z", max_length=256)]
    n: Nonce16


class Proof(Form, frozen=True, kw_only=True):
    """A DPoP proof (RFC 9449) with `bh`, the hash of the body as sent (proof.md §7).

    `iat` is in seconds, as RFC 7519 has it; it is logged, not judged. `ath` is absent before login.
    """

    TYP: ClassVar[str] = DPOP

    htm: Annotated[str, Meta(pattern=r"^[A-Z]{1,16}\Z")]
    htu: Annotated[str, Meta(max_length=1024)]
    jti: Annotated[str, Meta(min_length=16, max_length=64)]
    iat: Count
    nonce: Annotated[str, Meta(max_length=128)]
    bh: Hash
    ath: Hash | UnsetType = UNSET


FORMS: dict[str, type[Form]] = {
    form.TYP: form
    for form in (
        Core,
        Act,
        Delegation,
        DeviceProof,
        AnchorRequest,
        Anchor,
        TreeHead,
        PolicyEvent,
        Enrolment,
        Lease,
        Proof,
    )
}


def read_form(payload: dict[str, Any], form: type[S]) -> S:
    """Turn the members of a strictly read object into their form.

    Raises:
        ReaderError: reader.crit, reader.version, reader.members, in this order.
    """
    critical = payload.get("crit", [])
    if not isinstance(critical, list):
        raise ReaderError("reader.members")
    known = frozenset(form.__struct_encode_fields__)
    if not all(isinstance(name, str) and name in known for name in critical):
        raise ReaderError("reader.crit")
    if "v" in known and payload.get("v") != 1:
        raise ReaderError("reader.version")
    try:
        return from_plain(payload, form)
    except msgspec.ValidationError as error:
        raise ReaderError("reader.members") from error


def read_payload(data: bytes, form: type[S], limit: int) -> S:
    """Read a payload's bytes strictly into their form: `read_json`, then `read_form`.

    What stands as our own writers write it is read in one step: what comes out again byte by byte
    held every member once and in its place, nothing that the form does not name, no fraction, and
    no escape that could bring a text to be refused. All the rest takes the long way, which finds
    the code.

    Raises:
        ReaderError: as `read_json` and `read_form`, in this order.
    """
    if len(data) <= limit and b"\\u" not in data:
        try:
            value = json_reader(form).decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        else:
            if msgspec.json.encode(value) == data and not getattr(value, "crit", None):
                return value
    return read_form(read_json(data, limit), form)


def write_form(form: Struct) -> dict[str, Any]:
    """Return a form's members, in the order in which proof.md names them."""
    members: dict[str, Any] = msgspec.to_builtins(form)
    return members
