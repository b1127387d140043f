"""`slots.json`: its form, and how a root is put into a slot and taken out (proof.md §8). No files.

    {"v":1,"store":…,"dev":…,"gen":…,"slots":[…],"mac":…}
    card slot      {"id","kind":"card","suite","person","cert","by","ct"}
    recovery slot  {"id","kind":"rec","certs":[A,B],"ct":[HPKE(A,a),HPKE(B,b)]}   root = a XOR b

Bytes are base64url. The mac covers the file's own bytes up to `,"mac"`: nothing is re-encoded.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client.vault import hpke, oaep
from client.vault.failures import VaultFailure, VaultProblem
from client.vault.keys import STORE_BYTES
from sync.domain.failures import Failure
from sync.proof import sealing
from sync.protocol.codec import b64u_decode, b64u_encode, read_json, write_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

HPKE_SUITE = sealing.SUITE
RSA_SUITE = "RSA-OAEP-SHA256"
CARD, RECOVERY = "card", "rec"
_VERSION = 1
_TAIL = re.compile(rb',"mac":"([A-Za-z0-9_-]{43})"}\Z')
_LARGEST_FILE = 4 * 1024 * 1024  # a thousand slots


class KeyCard(Protocol):
    """What a slot asks of a card whose PIN is verified; runs on the card lane."""

    def certificate(self, slot: str) -> bytes:
        """Return a slot's certificate, DER."""

    def agree(self, point: bytes) -> bytes:
        """Return 9D's raw ECDH with a point."""

    def decipher(self, block: bytes) -> bytes:
        """Return 9D's raw RSA of a block."""


@dataclass(frozen=True, slots=True)
class CardSlot:
    """The root, wrapped for one card; `by` is the hash of the event that enrolled it."""

    id: str
    person: str
    cert: bytes
    by: str
    suite: str
    ct: bytes


@dataclass(frozen=True, slots=True)
class RecoverySlot:
    """The root, split for two administrators."""

    id: str
    certs: tuple[bytes, bytes]
    ct: tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Slots:
    """The file without its mac."""

    store: bytes
    dev: str
    gen: int
    cards: tuple[CardSlot, ...] = ()
    recovery: tuple[RecoverySlot, ...] = ()

    def slot_of(self, certificate: bytes) -> CardSlot:
        """Return the slot of a card by its 9D certificate.

        Raises:
            VaultFailure: NO_SLOT.
        """
        for slot in self.cards:
            if slot.cert == certificate:
                return slot
        raise VaultFailure(VaultProblem.NO_SLOT)

    def with_card(self, slot: CardSlot) -> Slots:
        """Return the file with one more card slot."""
        return replace(self, cards=(*self.cards, slot))

    # ------------------------------------------------------------ wrapping

    def info(self, kind: str, certificate: bytes) -> bytes:
        """Return what a sealed key is bound to: store, generation, kind, certificate."""
        return b"".join(
            (
                b"hall-slot-v1\0",
                self.store,
                self.gen.to_bytes(4, "big"),
                hashlib.sha256(kind.encode()).digest(),
                hashlib.sha256(certificate).digest(),
            )
        )

    def sealed(self, secret: bytes, kind: str, certificate: bytes) -> tuple[str, bytes]:
        """Wrap 32 bytes for the key in a 9D certificate; return suite and ciphertext.

        Raises:
            VaultFailure: KEY_UNSUITABLE.
        """
        key = public_key(certificate)
        info = self.info(kind, certificate)
        if isinstance(key, rsa.RSAPublicKey):
            scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), info)
            return RSA_SUITE, key.encrypt(secret, scheme)
        return HPKE_SUITE, sealing.seal(secret, key, info)

    def unsealed(self, ct: bytes, kind: str, certificate: bytes, card: KeyCard) -> bytes:
        """Unwrap with the card; the certificate says which way.

        Raises:
            VaultFailure: BAD_POINT, SLOT_ALTERED, KEY_UNSUITABLE.
            Failure: whatever the card says.
        """
        key = public_key(certificate)
        info = self.info(kind, certificate)
        if isinstance(key, rsa.RSAPublicKey):
            if len(ct) != key.key_size // 8:
                raise VaultFailure(VaultProblem.SLOT_ALTERED)
            return oaep.unpad(card.decipher(ct), info)
        point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return hpke.unseal(ct, point, info, card.agree)

    # ------------------------------------------------------------ bytes

    def encoded(self, mac_key: bytes) -> bytes:
        """Return the file's bytes."""
        content = {
            "v": _VERSION,
            "store": b64u_encode(self.store),
            "dev": self.dev,
            "gen": self.gen,
            "slots": [*map(_card_members, self.cards), *map(_recovery_members, self.recovery)],
        }
        body = write_json(content)[:-1]
        mac = b64u_encode(hmac.digest(mac_key, body, "sha256"))
        return body + b',"mac":"' + mac.encode() + b'"}'


@dataclass(frozen=True, slots=True)
class ReadSlots:
    """A file as read: its content is not to be believed before `check`."""

    slots: Slots
    _body: bytes
    _mac: bytes

    def check(self, mac_key: bytes) -> None:
        """Compare the file's mac.

        Raises:
            VaultFailure: ALTERED.
        """
        if not hmac.compare_digest(hmac.digest(mac_key, self._body, "sha256"), self._mac):
            raise VaultFailure(VaultProblem.ALTERED)


def decoded(data: bytes) -> ReadSlots:
    """Read a file's bytes.

    Raises:
        VaultFailure: MALFORMED.
    """
    tail = _TAIL.search(data)
    try:
        content = read_json(data, _LARGEST_FILE)
        if tail is None or content["v"] != _VERSION:
            raise VaultFailure(VaultProblem.MALFORMED)
        slots = _read(content)
        return ReadSlots(slots, data[: tail.start()], b64u_decode(content["mac"]))
    except (Failure, KeyError, TypeError, ValueError) as error:
        raise VaultFailure(VaultProblem.MALFORMED) from error


def public_key(certificate: bytes) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    """Return the key of a 9D certificate, P-256 or RSA-2048.

    Raises:
        VaultFailure: KEY_UNSUITABLE for any other, or for bytes that are no certificate.
    """
    try:
        key: CertificatePublicKeyTypes = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise VaultFailure(VaultProblem.KEY_UNSUITABLE) from error
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048:
        return key
    raise VaultFailure(VaultProblem.KEY_UNSUITABLE)


def _card_members(slot: CardSlot) -> dict[str, Any]:
    return {
        "id": slot.id,
        "kind": CARD,
        "suite": slot.suite,
        "person": slot.person,
        "cert": b64u_encode(slot.cert),
        "by": slot.by,
        "ct": b64u_encode(slot.ct),
    }


def _recovery_members(slot: RecoverySlot) -> dict[str, Any]:
    return {
        "id": slot.id,
        "kind": RECOVERY,
        "certs": [b64u_encode(cert) for cert in slot.certs],
        "ct": [b64u_encode(ct) for ct in slot.ct],
    }


def _read(content: dict[str, Any]) -> Slots:
    store, gen = b64u_decode(content["store"]), content["gen"]
    if len(store) != STORE_BYTES or type(gen) is not int or not 1 <= gen < 2**32:
        raise VaultFailure(VaultProblem.MALFORMED)
    cards, recovery = [], []
    for entry in content["slots"]:
        if entry["kind"] == CARD:
            cards.append(_read_card(entry))
        elif entry["kind"] == RECOVERY:
            recovery.append(_read_recovery(entry))
        else:
            raise VaultFailure(VaultProblem.MALFORMED)
    return Slots(store, _text(content["dev"]), gen, tuple(cards), tuple(recovery))


def _read_card(entry: dict[str, Any]) -> CardSlot:
    if entry["suite"] not in {HPKE_SUITE, RSA_SUITE}:
        raise VaultFailure(VaultProblem.MALFORMED)
    return CardSlot(
        id=_text(entry["id"]),
        person=_text(entry["person"]),
        cert=b64u_decode(entry["cert"]),
        by=_text(entry["by"]),
        suite=entry["suite"],
        ct=b64u_decode(entry["ct"]),
    )


def _read_recovery(entry: dict[str, Any]) -> RecoverySlot:
    first, second = (b64u_decode(cert) for cert in entry["certs"])
    one, other = (b64u_decode(ct) for ct in entry["ct"])
    return RecoverySlot(_text(entry["id"]), (first, second), (one, other))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise VaultFailure(VaultProblem.MALFORMED)
    return value
