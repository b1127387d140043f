"""Bodies of the policy events that change whom one believes; docs/PROTOCOL.md lists them all.

Members that only the rules need are left to `sync.domain.policy`. No `from __future__ import
annotations` here: msgspec reads these annotations.
"""

from typing import Literal

from msgspec import Struct, field

from sync.proof.certificates import read_certificate
from sync.protocol.codec import b64u_decode
from sync.protocol.records import Count, Hash, Jwk, KindName, Ms, Name, Person, SerialHex

Use = Literal["log", "anchor", "lease", "event"]
Slot = Literal["9A", "9C", "9D"]


class PersonCertificates(Struct, frozen=True):
    """A person of the roster, or an administrator of the genesis event."""

    person: Person
    certs: dict[Slot, str]

    def ders(self) -> dict[Slot, bytes]:
        """Return the certificates.

        Raises:
            ReaderError: reader.base64. CertificateError: certificate.unreadable.
        """
        ders = {slot: b64u_decode(text) for slot, text in self.certs.items()}
        for der in ders.values():
            read_certificate(der)
        return ders


class ServerKeys(Struct, frozen=True):
    """The centre's first keys, each for one use."""

    log: Jwk
    anchor: Jwk
    lease: Jwk
    event: Jwk


class Genesis(Struct, frozen=True):
    """The beginning: who the centre is, whom it trusts, who may change that."""

    aud: Name
    cas: list[str]
    admins: list[PersonCertificates]
    keys: ServerKeys


class Authority(Struct, frozen=True):
    """`ca`: one more certificate authority."""

    der: str


class Grant(Struct, frozen=True):
    """`grant`, as far as it makes an administrator; times in ms, `to` excluded."""

    id: str
    person: Person
    roles: list[KindName]
    starts: Ms = field(name="from")
    ends: Ms | None = field(name="to", default=None)


class GrantEnd(Struct, frozen=True):
    """`grant.end`; an administrator of the genesis event has the grant `genesis:<person>`."""

    id: str
    at: Ms | None = None


class Invitation(Struct, frozen=True):
    """`device.invite`: `code` is H of the printed code, `until` in ms."""

    dev: Name
    inc: Count
    hall: str
    counter: str
    code: Hash
    until: Ms


class Closing(Struct, frozen=True):
    """`device.close`: stolen, worn out, or begun anew."""

    dev: Name
    inc: Count


class RevokedCertificate(Struct, frozen=True):
    """`revoke`: H of the issuer's DER, serial in lower-case hex, from when on (default: now)."""

    ca: Hash
    serial: SerialHex
    at: Ms | None = None


class NewServerKey(Struct, frozen=True):
    """`server_key`: the next key of a use; the former one ends when it begins."""

    use: Use
    jwk: Jwk
    starts: Ms | None = field(name="from", default=None)


#: The form of each kind that is followed here.
BODIES: dict[str, type[Struct]] = {
    "genesis": Genesis,
    "ca": Authority,
    "roster": PersonCertificates,
    "grant": Grant,
    "grant.end": GrantEnd,
    "device.invite": Invitation,
    "device.close": Closing,
    "revoke": RevokedCertificate,
    "server_key": NewServerKey,
}
