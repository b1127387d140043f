"""Policy as far as proof needs it: whom centre, window and `verify` believe, and since when.

`Trust` follows the policy scope record by record from the pinned genesis event: authorities,
persons' certificates, administrators, revocations, devices, server keys. What the rules need
(catalogue, calendars, grants in full) is folded by `sync.domain.policy` from the same records.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sync.proof import certificates
from sync.proof import policy_bodies as bodies
from sync.proof.certificates import Revocation, TrustAnchors, read_certificate, x5t_of
from sync.proof.enrolment import code_hash
from sync.proof.events import read_body
from sync.proof.failures import ProofError
from sync.proof.jws import Header, Resolve, hash_text
from sync.proof.keys import PublicKey, public_of, thumbprint
from sync.proof.policy import GENESIS, ReadPolicy, read_policy
from sync.protocol.codec import b64u_decode
from sync.protocol.records import read_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync.proof.policy_bodies import Slot, Use
    from sync.protocol.records import Enrolment, Jwk, Record

#: Roles that sign policy, two persons together.
ADMINISTRATORS = frozenset({"system_administrator", "business_administrator"})


@dataclass(frozen=True, slots=True)
class KnownCertificate:
    """A certificate of the roster."""

    person: str
    slot: Slot
    der: bytes


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled device; `start` is the hash of its claim, where its chain begins."""

    dev: str
    inc: int
    hall: str
    counter: str
    jwk: Jwk
    start: str
    closed_at: int | None = None

    @property
    def djk(self) -> str:
        """Return the device key's thumbprint."""
        return thumbprint(self.jwk)

    @property
    def public(self) -> PublicKey:
        """Return the device's key."""
        return public_of(self.jwk)


@dataclass(frozen=True, slots=True)
class ServerKey:
    """A key of the centre and the time it serves, ms; `until` is excluded."""

    use: Use
    jwk: Jwk
    starts: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    person: str
    starts: int
    ends: int | None


class Trust:
    """The policy scope followed from its pinned beginning; `verify` looks, `apply` moves.

    One thread applies; others may read meanwhile.
    """

    def __init__(self, genesis: str) -> None:
        """Begin before the first record.

        Args:
            genesis: pinned hash of the genesis policy event, base64url.
        """
        self.genesis = genesis
        self.aud = ""
        self.size = 0
        self.seq = -1
        self.head: str | None = None
        self._cas: tuple[bytes, ...] = ()
        self._certs: dict[str, KnownCertificate] = {}
        self._roster: dict[str, str] = {}  # their persons, for whoever holds a certificate to it
        self._spans: dict[str, _Span] = {}
        self._revoked: tuple[Revocation, ...] = ()
        self._invites: dict[tuple[str, int], bodies.Invitation] = {}
        self._devices: dict[tuple[str, int], Device] = {}
        self._servers: dict[str, ServerKey] = {}

    # ------------------------------------------------------------ following

    def verify(self, record: Record, at: datetime) -> ReadPolicy:
        """Verify the next record of the policy scope; nothing moves yet.

        Args:
            record: as received.
            at: when it came: the centre's clock, or its outcome's `recv`.

        Raises:
            ReaderError: the form. CertificateError: a signer's certificate, or one in the body.
            ProofError: policy_genesis, policy_chain, policy_signers, policy_kind, audience,
                body_differs, enrol_code, delegation_key.
        """
        if self.size == 0:
            return self._verify_genesis(record, at)
        read = read_policy(record, self.signer)
        if read.event is None:
            self._check_claim(read.claim, at)
            return read
        if read.event.aud != self.aud:
            raise ProofError("proof.audience")
        if (read.event.seq, read.event.prev) != (self.seq + 1, self.head) or read.kind == GENESIS:
            raise ProofError("proof.policy_chain", expect=self.seq + 1)
        self._check_signers(read, at)
        self._check_body(read)
        return read

    def apply(self, read: ReadPolicy) -> None:
        """Take a verified record in; call it when the transaction that logged it is through."""
        form = bodies.BODIES.get(read.kind)
        if read.claim is not None:
            self._claim(read.claim, read.hash)
        elif form is not None:
            self._take(read_form(dict(read.body), form), read.at)
        if read.event is not None:
            self.seq, self.head = read.event.seq, read.hash
        self.size += 1

    # ------------------------------------------------------------ asking

    def anchors(
        self,
        crls: Iterable[bytes] = (),
        revoked: Iterable[Revocation] = (),
        *,
        crl_required: bool = False,
    ) -> TrustAnchors:
        """Return what certificates are held against: policy's own word, lists, a lease's list.

        Raises:
            CertificateError: crl_invalid.
        """
        both = (*self._revoked, *revoked)
        return TrustAnchors.of(self._cas, crls, both, self._roster, crl_required=crl_required)

    def certificate(self, x5t: str) -> KnownCertificate | None:
        """Return a certificate of the roster by its thumbprint."""
        return self._certs.get(x5t)

    def signer(self, header: Header) -> PublicKey | None:
        """Resolve the key of a 9C certificate of the roster: for acts and policy events.

        Raises:
            CertificateError: not_p256.
        """
        known = self._certs.get(header.x5t or "")
        if known is None or known.slot != "9C":
            return None
        return certificates.p256_of(known.der)

    def administrators(self, at: datetime) -> frozenset[str]:
        """Return who may sign policy at a moment."""
        now = _ms(at)
        return frozenset(
            span.person
            for span in self._spans.values()
            if span.starts <= now and (span.ends is None or now < span.ends)
        )

    def device(self, dev: str, inc: int | None = None) -> Device | None:
        """Return an enrolled device: an incarnation of it, or the latest."""
        if inc is None:
            inc = max((found for name, found in self._devices if name == dev), default=0)
        return self._devices.get((dev, inc))

    def device_by_key(self, djk: str) -> Device | None:
        """Return the device that has a key, by its thumbprint."""
        return next((each for each in self._devices.values() if each.djk == djk), None)

    def server(self, use: Use, at: int | None = None) -> Resolve:
        """Return a resolver of the centre's keys of one use.

        Args:
            use: log, anchor, lease or event.
            at: the moment, ms, for which a past record is judged; None for now: keys not ended.
        """

        def resolve(header: Header) -> PublicKey | None:
            key = self._servers.get(header.kid or "")
            if key is None or key.use != use:
                return None
            if key.until is not None and (at is None or at >= key.until):
                return None
            return public_of(key.jwk)

        return resolve

    def ended(self, kid: str | None) -> int | None:
        """Return when a key of the centre ended, ms; None while it serves, or for no such key."""
        key = self._servers.get(kid or "")
        return None if key is None else key.until

    # ------------------------------------------------------------ checks

    def _verify_genesis(self, record: Record, at: datetime) -> ReadPolicy:
        # The pinned hash covers the payload, which covers the body: so the body may be read first.
        if hash_text(record.jws) != self.genesis:
            raise ProofError("proof.policy_genesis")
        body = read_form(read_body(record.body.encode("utf-8", "surrogatepass")), bodies.Genesis)
        beginning = Trust(self.genesis)
        beginning._take(body, _ms(at))
        read = read_policy(record, beginning.signer)
        event = read.event
        if event is None or (event.kind, event.seq, event.prev) != (GENESIS, 0, None):
            raise ProofError("proof.policy_genesis")
        if event.aud != body.aud:
            raise ProofError("proof.audience")
        beginning._check_signers(read, at)
        return read

    def _check_signers(self, read: ReadPolicy, at: datetime) -> None:
        anchors = self.anchors()
        persons = {
            certificates.check([self._certs[x5t].der], "sign", at, anchors).person
            for x5t in read.signers
        }
        if len(persons) != 2 or not persons <= self.administrators(at):
            raise ProofError("proof.policy_signers")

    def _check_body(self, read: ReadPolicy) -> None:
        form = bodies.BODIES.get(read.kind)
        if form is None:
            return
        body = read_form(dict(read.body), form)
        if isinstance(body, bodies.PersonCertificates):
            body.ders()
        elif isinstance(body, bodies.Authority):
            read_certificate(b64u_decode(body.der))
        elif isinstance(body, bodies.NewServerKey):
            public_of(body.jwk)
        elif isinstance(body, bodies.Invitation) and (body.dev, body.inc) in self._devices:
            raise ProofError("proof.device_known")

    def _check_claim(self, claim: Enrolment | None, at: datetime) -> None:
        if claim is None or claim.aud != self.aud:
            raise ProofError("proof.audience")
        invite = self._invites.get((claim.dev, claim.inc))
        if invite is None or invite.code != code_hash(claim.code) or _ms(at) > invite.until:
            raise ProofError("proof.enrol_code")

    # ------------------------------------------------------------ changes

    def _take(self, body: object, at: int) -> None:
        match body:
            case bodies.Genesis():
                self._begin(body, at)
            case bodies.Authority():
                self._cas = (*self._cas, b64u_decode(body.der))
            case bodies.PersonCertificates():
                self._person(body)
            case bodies.Grant():
                self._grant(body)
            case bodies.GrantEnd():
                self._end_grant(body, at)
            case bodies.Invitation():
                self._invites[body.dev, body.inc] = body
            case bodies.Closing():
                self._close(body, at)
            case bodies.RevokedCertificate():
                moment = _moment(at if body.at is None else body.at)
                self._revoked = (*self._revoked, Revocation(body.ca, body.serial, moment))
            case bodies.NewServerKey():
                self._serve(body.use, body.jwk, at if body.starts is None else body.starts)

    def _begin(self, body: bodies.Genesis, at: int) -> None:
        self.aud = body.aud
        self._cas = tuple(b64u_decode(text) for text in body.cas)
        for admin in body.admins:
            self._person(admin)
            self._spans[f"genesis:{admin.person}"] = _Span(admin.person, 0, None)
        keys: Mapping[Use, Jwk] = {
            "log": body.keys.log,
            "anchor": body.keys.anchor,
            "lease": body.keys.lease,
            "event": body.keys.event,
        }
        for use, jwk in keys.items():
            self._serve(use, jwk, at)

    def _person(self, body: bodies.PersonCertificates) -> None:
        others = {x5t: k for x5t, k in self._certs.items() if k.person != body.person}
        for slot, der in body.ders().items():
            others[x5t_of(der)] = KnownCertificate(body.person, slot, der)
        self._certs = others
        self._roster = {x5t: known.person for x5t, known in others.items()}

    def _grant(self, body: bodies.Grant) -> None:
        if ADMINISTRATORS.intersection(body.roles):
            self._spans[body.id] = _Span(body.person, body.starts, body.ends)

    def _end_grant(self, body: bodies.GrantEnd, at: int) -> None:
        span = self._spans.get(body.id)
        if span is not None:
            ends = at if body.at is None else body.at
            self._spans[body.id] = replace(span, ends=min(ends, span.ends or ends))

    def _serve(self, use: Use, jwk: Jwk, starts: int) -> None:
        for kid, key in self._servers.items():
            if key.use == use and key.until is None:
                self._servers[kid] = replace(key, until=starts)
        self._servers[thumbprint(jwk)] = ServerKey(use, jwk, starts)

    def _close(self, body: bodies.Closing, at: int) -> None:
        device = self._devices.get((body.dev, body.inc))
        self._invites.pop((body.dev, body.inc), None)
        if device is not None:
            self._devices[body.dev, body.inc] = replace(device, closed_at=at)

    def _claim(self, claim: Enrolment, start: str) -> None:
        invite = self._invites.pop((claim.dev, claim.inc))
        self._devices[claim.dev, claim.inc] = Device(
            claim.dev, claim.inc, invite.hall, invite.counter, claim.jwk, start
        )


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
