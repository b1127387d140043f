"""A session with one PIV card (NIST SP 800-73-4): the verbs that a person's card is used for.

9A logs in, 9C signs (PIN directly before each use), 9D agrees on keys. Runs on the card lane;
holds the card exclusively from open() to close(), and logs out before it lets go (proof.md §7).
The PIN comes in as an argument, goes out as an APDU, and is kept nowhere.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from client.card import apdu, objects, signatures, tlv
from client.card.failures import CardFailure, CardProblem
from client.card.patience import PATIENCE_S, PatientConnection
from sync.proof.keys import der_to_raw

if TYPE_CHECKING:
    from types import TracebackType

    from cryptography import x509

    from client.card.connection import Reader
    from sync.domain.secret import Secret

TRAFFIC = 5  # log level below DEBUG: headers and lengths of APDUs, never their bodies

_AID = bytes.fromhex("A000000308")  # the PIV application, by its registered provider
_SELECT, _GET_DATA, _VERIFY, _CHANGE, _UNBLOCK, _AUTHENTICATE = 0xA4, 0xCB, 0x20, 0x24, 0x2C, 0x87
_PIN_REFERENCE = 0x80
_P256, _RSA_2048 = 0x11, 0x07
_TEMPLATE, _CHALLENGE, _RESPONSE, _EXPONENTIATION = 0x7C, 0x81, 0x82, 0x85

_log = logging.getLogger(__name__)


class Slot(StrEnum):
    """The three keys of a person's card."""

    LOGIN = "9A"
    SIGN = "9C"
    AGREE = "9D"

    @property
    def reference(self) -> int:
        """Return the key's number on the card."""
        return int(self.value, 16)


class PivCard:
    """Exclusive use of one card; a context manager that logs out and lets go.

    Args:
        connection: as a reader gives it; belongs to the session from now on.
        extended: the card takes extended lengths. Chaining works everywhere and is the default.
    """

    def __init__(self, connection: PatientConnection, *, extended: bool = False) -> None:
        self._connection = connection
        self._extended = extended
        self._certificates: dict[Slot, x509.Certificate] = {}
        self._lost = False

    @classmethod
    def open(
        cls, reader: Reader, *, patience_s: float = PATIENCE_S, extended: bool = False
    ) -> PivCard:
        """Take the card in a reader and select its PIV application.

        Args:
            reader: where the card is.
            patience_s: seconds that one call may take before the card counts as hung.
            extended: see the class.

        Raises:
            CardFailure: as Reader.connect; SLOW; FOREIGN when the card has no PIV application.
        """
        card = cls(PatientConnection(reader, patience_s), extended=extended)
        try:
            card.select()
        except CardFailure:
            card.close()
            raise
        return card

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Log out and let the card go. Never raises; a second call does nothing."""
        if not self._lost:
            with suppress(CardFailure):
                self.logout()
        self._lost = True
        self._connection.close()

    @property
    def hanging(self) -> bool:
        """Say whether the card still owes an answer; until it is pulled nobody can take it."""
        return self._connection.hanging

    # ------------------------------------------------------------ what needs no PIN

    def select(self) -> None:
        """Select the PIV application; a PIN verified before stays so if it was selected.

        Raises:
            CardFailure: FOREIGN when the card does not have it.
        """
        _, status = self._send(apdu.Command(0, _SELECT, 4, 0, _AID, le=256))
        if status != apdu.OK:
            raise CardFailure(CardProblem.FOREIGN)

    def certificate(self, slot: str) -> bytes:
        """Return a slot's certificate, DER; read once a session.

        Raises:
            CardFailure: NO_CERTIFICATE or BAD_CERTIFICATE.
        """
        return objects.der(self._certificate(Slot(slot)))

    def _certificate(self, slot: Slot) -> x509.Certificate:
        if slot not in self._certificates:
            wanted = tlv.encode(0x5C, objects.CONTAINERS[slot.value])
            data, status = self._send(apdu.Command(0, _GET_DATA, 0x3F, 0xFF, wanted, le=256))
            if status in {0x6A82, 0x6A88}:
                raise CardFailure(CardProblem.NO_CERTIFICATE, slot=slot.value)
            _expect(status)
            self._certificates[slot] = objects.certificate(data, slot.value)
        return self._certificates[slot]

    def tries_left(self) -> int | None:
        """Return how many wrong PINs the card still takes, 0 when it is blocked.

        None when a verified PIN keeps the card from telling.
        """
        _, status = self._send(apdu.Command(0, _VERIFY, 0, _PIN_REFERENCE))
        if status == apdu.OK:
            return None
        if status == 0x6983:
            return 0
        if status & 0xFFF0 == 0x63C0:
            return status & 0xF
        raise _fault(status)

    # ------------------------------------------------------------ PIN and PUK

    def verify_pin(self, pin: Secret[str]) -> None:
        """Verify the PIN: 9A and 9D serve until logout, 9C for the very next command only.

        Raises:
            CardFailure: PIN_FORM (nothing was sent), PIN_WRONG with tries_left, PIN_BLOCKED.
        """
        block = _pin_block(pin)
        # 9C signs only directly after VERIFY: what signing needs to know is read before it.
        with suppress(CardFailure):
            self._certificate(Slot.SIGN)
        _, status = self._send(apdu.Command(0, _VERIFY, 0, _PIN_REFERENCE, block))
        self._expect_secret(status, CardProblem.PIN_WRONG, CardProblem.PIN_BLOCKED)

    def logout(self) -> None:
        """Make the card forget the PIN; cards that do not know the command are reset by close().

        Raises:
            CardFailure: the card is gone or hangs.
        """
        self._send(apdu.Command(0, _VERIFY, 0xFF, _PIN_REFERENCE))

    def change_pin(self, old: Secret[str], new: Secret[str]) -> None:
        """Replace the PIN.

        Raises:
            CardFailure: PIN_FORM (nothing was sent), PIN_WRONG with tries_left, PIN_BLOCKED;
                PIN_UNSURE: the card left before it answered.
        """
        status = self._replace(_CHANGE, old, new)
        self._expect_secret(status, CardProblem.PIN_WRONG, CardProblem.PIN_BLOCKED)

    def unblock(self, puk: Secret[str], new: Secret[str]) -> None:
        """Set a new PIN with the PUK, and the tries back to full.

        Raises:
            CardFailure: PIN_FORM (nothing was sent), PUK_WRONG with tries_left, PUK_BLOCKED;
                PIN_UNSURE: the card left before it answered.
        """
        status = self._replace(_UNBLOCK, puk, new)
        self._expect_secret(status, CardProblem.PUK_WRONG, CardProblem.PUK_BLOCKED)

    def _replace(self, how: int, proof: Secret[str], new: Secret[str]) -> int:
        """Send what entitles to a new PIN, and the PIN; return the card's status."""
        block = _pin_block(proof) + _pin_block(new)
        try:
            return self._send(apdu.Command(0, how, 0, _PIN_REFERENCE, block))[1]
        except CardFailure as failure:
            if failure.gone:
                raise CardFailure(CardProblem.PIN_UNSURE) from failure
            raise

    def _expect_secret(self, status: int, wrong: CardProblem, blocked: CardProblem) -> None:
        if status in {0x6983, 0x63C0}:
            raise CardFailure(blocked)
        if status & 0xFFF0 == 0x63C0:
            raise CardFailure(wrong, tries_left=status & 0xF)
        _expect(status)

    # ------------------------------------------------------------ keys

    def sign(self, slot: str, data: bytes) -> bytes:
        """Sign the SHA-256 of data with 9A or 9C.

        Returns:
            P-256: 64 bytes r‖s, s ≤ n/2. RSA-2048: 256 bytes, PKCS #1 v1.5.

        Raises:
            CardFailure: PIN_NEEDED; KEY_UNSUITABLE; BAD_SIGNATURE when the card's answer does
                not verify under its own certificate: it is never handed on.
        """
        signature = self.sign_digest(slot, hashlib.sha256(data).digest())
        if isinstance(self._certificate(Slot(slot)).public_key(), ec.EllipticCurvePublicKey):
            return der_to_raw(signature)
        return signature

    def sign_es256(self, slot: str, data: bytes) -> bytes:
        """Sign as ES256 (JWS): 64 bytes r‖s, low s.

        Raises:
            CardFailure: as sign(); KEY_UNSUITABLE for an RSA key, which no hall record takes.
        """
        if self._algorithm(Slot(slot)) != _P256:
            raise CardFailure(CardProblem.KEY_UNSUITABLE, slot=slot)
        return self.sign(slot, data)

    def sign_digest(self, slot: str, digest: bytes) -> bytes:
        """Sign a SHA-256 digest as PDF signatures want it.

        Returns:
            P-256: DER ECDSA-Sig-Value, low s. RSA-2048: 256 bytes, PKCS #1 v1.5.

        Raises:
            CardFailure: as sign().
            ValueError: not 32 bytes, or a slot that does not sign.
        """
        place = Slot(slot)
        if len(digest) != 32 or place is Slot.AGREE:
            raise ValueError(slot)
        algorithm = self._algorithm(place)
        challenge = digest if algorithm == _P256 else signatures.pkcs1_block(digest, 256)
        answer = self._authenticate(algorithm, place, _CHALLENGE, challenge)
        return signatures.checked(answer, digest, self._certificate(place).public_key())

    def agree(self, point: bytes) -> bytes:
        """Return the ECDH secret of 9D and another's public key: the 32-byte x coordinate.

        Args:
            point: 65 bytes, uncompressed P-256; checked to be on the curve before it is sent, for
                a card that computes with other points gives its key away.

        Raises:
            CardFailure: BAD_POINT (nothing was sent), PIN_NEEDED, KEY_UNSUITABLE for RSA.
        """
        signatures.check_point(point)
        if self._algorithm(Slot.AGREE) != _P256:
            raise CardFailure(CardProblem.KEY_UNSUITABLE, slot=Slot.AGREE.value)
        secret = self._authenticate(_P256, Slot.AGREE, _EXPONENTIATION, point)
        if len(secret) != 32:
            raise CardFailure(CardProblem.FAULT, sw="9000")
        return secret

    def decipher(self, block: bytes) -> bytes:
        """Return the raw RSA operation of 9D on 256 bytes, padding still on.

        Raises:
            CardFailure: PIN_NEEDED; KEY_UNSUITABLE when 9D is not RSA-2048.
        """
        if self._algorithm(Slot.AGREE) != _RSA_2048:
            raise CardFailure(CardProblem.KEY_UNSUITABLE, slot=Slot.AGREE.value)
        return self._authenticate(_RSA_2048, Slot.AGREE, _CHALLENGE, block)

    def _algorithm(self, slot: Slot) -> int:
        key = self._certificate(slot).public_key()
        if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
            return _P256
        if isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048:
            return _RSA_2048
        raise CardFailure(CardProblem.KEY_UNSUITABLE, slot=slot.value)

    def _authenticate(self, algorithm: int, slot: Slot, tag: int, value: bytes) -> bytes:
        """Run GENERAL AUTHENTICATE (SP 800-73-4 part 2, §3.2.4); return the response's value."""
        body = tlv.encode(_TEMPLATE, tlv.encode(_RESPONSE, b"") + tlv.encode(tag, value))
        data, status = self._send(
            apdu.Command(0, _AUTHENTICATE, algorithm, slot.reference, body, le=256)
        )
        if status == 0x6982:
            raise CardFailure(CardProblem.PIN_NEEDED)
        if status == 0x6983:
            raise CardFailure(CardProblem.PIN_BLOCKED)
        _expect(status)
        try:
            return tlv.only(tlv.only(data, _TEMPLATE), _RESPONSE)
        except tlv.TlvError as error:
            raise _fault(status) from error

    # ------------------------------------------------------------ the line

    def _send(self, command: apdu.Command) -> apdu.Answer:
        """Hold a conversation; a card that is gone or hangs is not spoken to again."""
        talk = apdu.converse(command, extended=self._extended)
        try:
            piece = next(talk)
            while True:
                answer = self._connection.transmit(piece)
                _trace(piece, answer)
                piece = talk.send(answer)
        except StopIteration as end:
            whole: apdu.Answer = end.value
            return whole
        except apdu.ApduError as error:
            raise CardFailure(CardProblem.FAULT, sw="----") from error
        except CardFailure:
            self._lost = True
            raise


def _trace(piece: bytes, answer: apdu.Answer) -> None:
    """Log the header and lengths: bodies carry PINs and key material."""
    _log.log(
        TRAFFIC, "%s +%d -> %d %04X", piece[:4].hex(), len(piece) - 4, len(answer[0]), answer[1]
    )


def _pin_block(pin: Secret[str]) -> bytes:
    """Return the eight bytes of a PIN or PUK, padded as SP 800-73-4 part 2 §2.4.3 says."""
    digits = pin.reveal()
    if not (6 <= len(digits) <= 8 and digits.isascii() and digits.isdigit()):
        raise CardFailure(CardProblem.PIN_FORM)
    return digits.encode().ljust(8, b"\xff")


def _expect(status: int) -> None:
    if status != apdu.OK:
        raise _fault(status)


def _fault(status: int) -> CardFailure:
    return CardFailure(CardProblem.FAULT, sw=f"{status:04X}")
