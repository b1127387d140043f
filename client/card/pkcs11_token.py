"""A session with one token behind a maker's library: what client.app.ports.card asks of a card.

The PIN rules are those of a PIV card, whatever the token itself would allow (proof.md §7): 9C signs
only directly after the PIN, once; what was verified is forgotten when the session ends. Runs on the
card lane.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from client.card import signatures
from client.card.failures import CardFailure, CardProblem
from client.card.pkcs11_places import placed
from sync.proof.keys import der_to_raw, raw_to_der
from sync.protocol.errors import ReaderError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from client.card.pkcs11_line import Answer, LibraryLine, TokenRow
    from sync.domain.secret import Secret

_SIGN, _AGREE = "9C", "9D"
_SHORTEST_PIN, _LONGEST_PIN = 6, 32
_FINAL_TRY, _LOCKED = 0x20000, 0x40000  # CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED

_PROBLEMS = {
    "PinLocked": CardProblem.PIN_BLOCKED,
    "PinLenRange": CardProblem.PIN_FORM,
    "PinInvalid": CardProblem.PIN_FORM,
    "PinExpired": CardProblem.PIN_EXPIRED,
    "UserPinNotInitialized": CardProblem.PIN_EXPIRED,
    "UserNotLoggedIn": CardProblem.PIN_NEEDED,
    "NoSuchKey": CardProblem.KEY_UNSUITABLE,
    "MechanismInvalid": CardProblem.KEY_UNSUITABLE,
    "KeyTypeInconsistent": CardProblem.KEY_UNSUITABLE,
    "TokenNotRecognised": CardProblem.FOREIGN,
}


class TokenCard:
    """Exclusive use of one token among this window's own; a context manager that logs out.

    Args:
        line: to its library.
        token: which one.
        released: called once when the session is over.

    Raises:
        CardFailure: NO_CARD, FOREIGN, SLOW, FAULT, or what is wrong with the library.
    """

    def __init__(self, line: LibraryLine, token: TokenRow, released: Callable[[], None]) -> None:
        self._line = line
        self._released: Callable[[], None] | None = released
        self._life = line.life
        self._armed: Secret[str] | None = None
        try:
            answer = self._ask("open", slot=token.slot)
        except CardFailure as failure:
            self.close()
            if failure.what is CardProblem.REMOVED:
                raise CardFailure(CardProblem.NO_CARD) from failure
            raise
        self._places = placed(answer.certificates, token.maker, token.model)
        if not self._places:
            self.close()
            raise CardFailure(CardProblem.FOREIGN)

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
        """Log out and let the token go. Never raises; a second call does nothing."""
        self._armed = None
        released, self._released = self._released, None
        if released is not None:
            with suppress(CardFailure):
                self._ask("close")
            released()

    # ------------------------------------------------------------ what needs no PIN

    def certificate(self, slot: str) -> bytes:
        """Return a place's certificate, DER.

        Raises:
            CardFailure: NO_CERTIFICATE or BAD_CERTIFICATE.
        """
        found = self._places.get(slot)
        if found is None:
            raise CardFailure(CardProblem.NO_CERTIFICATE, slot=slot)
        der = bytes.fromhex(found.der)
        self._public_key(der, slot)
        return der

    def tries_left(self) -> int | None:
        """Return 0 for a blocked PIN and 1 for the last try: a token tells no other number."""
        return _tries(self._ask("flags").flags)

    # ------------------------------------------------------------ PIN

    def verify_pin(self, pin: Secret[str]) -> None:
        """Verify the PIN: 9A and 9D serve until the session ends, 9C for the next call only.

        Raises:
            CardFailure: PIN_FORM, PIN_WRONG with tries_left where the token tells it,
                PIN_WRONG_UNTOLD where not, PIN_BLOCKED, PIN_EXPIRED.
        """
        self._armed = None
        self._ask("login", pin=_typed(pin))
        self._armed = pin

    def change_pin(self, old: Secret[str], new: Secret[str]) -> None:
        """Replace the PIN.

        Raises:
            CardFailure: as verify_pin(), PIN_FORM also where the token does not take the new one;
                PIN_UNSURE: the token left before it answered.
        """
        self._armed = None
        order = {"pin": _typed(old), "new": _typed(new)}
        try:
            self._ask("change", **order)
        except CardFailure as failure:
            if failure.gone:
                raise CardFailure(CardProblem.PIN_UNSURE) from failure
            raise

    def unblock(self, puk: Secret[str], new: Secret[str]) -> None:  # noqa: ARG002  (a card's verb)
        """Refuse: what a maker calls the administrator's PIN opens more than a PIN.

        Raises:
            CardFailure: PUK_ELSEWHERE, always.
        """
        raise CardFailure(CardProblem.PUK_ELSEWHERE)

    # ------------------------------------------------------------ keys

    def sign_es256(self, slot: str, data: bytes) -> bytes:
        """Sign as ES256 (JWS): 64 bytes r‖s, low s.

        Raises:
            CardFailure: as sign_digest(); KEY_UNSUITABLE for an RSA key.
        """
        if not isinstance(self._key(slot), ec.EllipticCurvePublicKey):
            raise CardFailure(CardProblem.KEY_UNSUITABLE, slot=slot)
        return der_to_raw(self.sign_digest(slot, hashlib.sha256(data).digest()))

    def sign_digest(self, slot: str, digest: bytes) -> bytes:
        """Sign a SHA-256 digest as PDF signatures want it.

        Returns:
            P-256: DER ECDSA-Sig-Value, low s. RSA-2048: 256 bytes, PKCS #1 v1.5.

        Raises:
            CardFailure: PIN_NEEDED; KEY_UNSUITABLE; NO_CERTIFICATE; BAD_SIGNATURE when the answer
                does not verify under the token's own certificate.
            ValueError: not 32 bytes, or a place that does not sign.
        """
        if len(digest) != 32 or slot == _AGREE:
            raise ValueError(slot)
        key = self._key(slot)
        pin = self._take_armed()
        if slot == _SIGN and pin is None:
            raise CardFailure(CardProblem.PIN_NEEDED)
        curve = isinstance(key, ec.EllipticCurvePublicKey)
        answer = self._made(
            "sign",
            slot,
            how="ECDSA" if curve else "RSA_PKCS",
            data=(digest if curve else signatures.digest_info(digest)).hex(),
            pin=None if pin is None else pin.reveal(),
        )
        return signatures.checked(_as_der(answer) if curve else answer, digest, key)

    def agree(self, point: bytes) -> bytes:
        """Return the ECDH secret of 9D and another's public key: the 32-byte x coordinate.

        Raises:
            CardFailure: BAD_POINT (nothing was sent), PIN_NEEDED, KEY_UNSUITABLE for RSA.
        """
        signatures.check_point(point)
        if not isinstance(self._key(_AGREE), ec.EllipticCurvePublicKey):
            raise CardFailure(CardProblem.KEY_UNSUITABLE, slot=_AGREE)
        self._take_armed()
        secret = self._made("derive", _AGREE, data=point.hex())
        if len(secret) != 32:
            raise _fault("derive")
        return secret

    def decipher(self, block: bytes) -> bytes:
        """Return the raw RSA operation of 9D on 256 bytes, padding still on.

        Raises:
            CardFailure: PIN_NEEDED; KEY_UNSUITABLE when 9D is not RSA-2048, or the token knows no
                raw RSA.
        """
        if not isinstance(self._key(_AGREE), rsa.RSAPublicKey):
            raise CardFailure(CardProblem.KEY_UNSUITABLE, slot=_AGREE)
        pin = self._take_armed()
        revealed = None if pin is None else pin.reveal()
        return self._made("decipher", _AGREE, data=block.hex(), pin=revealed)

    # ------------------------------------------------------------ inside

    def _take_armed(self) -> Secret[str] | None:
        pin, self._armed = self._armed, None
        return pin

    def _key(self, slot: str) -> PublicKeyTypes:
        key = self._public_key(self.certificate(slot), slot)
        p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
        if p256 or (isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048):
            return key
        raise CardFailure(CardProblem.KEY_UNSUITABLE, slot=slot)

    def _public_key(self, der: bytes, slot: str) -> PublicKeyTypes:
        try:
            return x509.load_der_x509_certificate(der).public_key()
        except ValueError as error:
            raise CardFailure(CardProblem.BAD_CERTIFICATE, slot=slot) from error

    def _made(self, do: str, slot: str, **more: object) -> bytes:
        found = self._places[slot]
        answer = self._ask(do, key={"id": found.id, "label": found.label}, **more)
        try:
            return bytes.fromhex(answer.made)
        except ValueError as error:
            raise _fault(do) from error

    def _ask(self, do: str, **more: object) -> Answer:
        answer = self._line.ask({"do": do, **more}, life=self._life)
        if answer.error:
            raise _failure(answer)
        return answer


def _failure(answer: Answer) -> CardFailure:
    if answer.gone:
        return CardFailure(CardProblem.REMOVED)
    if answer.error == "PinIncorrect":
        left = _tries(answer.flags)
        if left == 0:
            return CardFailure(CardProblem.PIN_BLOCKED)
        if left is None:
            return CardFailure(CardProblem.PIN_WRONG_UNTOLD)
        return CardFailure(CardProblem.PIN_WRONG, tries_left=left)
    problem = _PROBLEMS.get(answer.error)
    return _fault(answer.error) if problem is None else CardFailure(problem)


def _fault(what: str) -> CardFailure:
    return CardFailure(CardProblem.FAULT, sw=what)


def _tries(flags: int) -> int | None:
    if flags & _LOCKED:
        return 0
    return 1 if flags & _FINAL_TRY else None


def _typed(pin: Secret[str]) -> str:
    """Return a PIN as it goes to the token; one that none takes is not sent."""
    typed = pin.reveal()
    plain = typed.isascii() and typed.isprintable() and " " not in typed
    if not (plain and _SHORTEST_PIN <= len(typed) <= _LONGEST_PIN):
        raise CardFailure(CardProblem.PIN_FORM)
    return typed


def _as_der(raw: bytes) -> bytes:
    """Return r‖s as DER; whatever is neither is no signature."""
    try:
        return raw_to_der(raw)
    except (ReaderError, ValueError) as error:
        raise CardFailure(CardProblem.BAD_SIGNATURE) from error
