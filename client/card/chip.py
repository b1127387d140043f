"""The inside of a simulated card: a PIV application that answers APDUs as a real one does.

Subset of NIST SP 800-73-4: SELECT, GET DATA, VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER,
GENERAL AUTHENTICATE (P-256 signing and ECDH, RSA-2048 raw), chaining, extended length, GET
RESPONSE. It is written from the standard, not from our session code, so that both cannot err in
the same way unnoticed; OpenSC and yubico-piv-tool judge it through a real PC/SC stack.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from client.card import apdu, objects, tlv
from client.card.cardfile import MAX_TRIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.cardfile import CardFile

_AID = bytes.fromhex("A000000308000010000100")
_LONGEST_CHAIN = 8192
_SIGN, _FILES = 0x9C, {value: key for key, value in objects.CONTAINERS.items()}
_CHUID, _DISCOVERY = bytes.fromhex("5FC102"), b"\x7e"
_NO_AGENCY = bytes.fromhex("D4E739DA739CED39CE739D836858210842108421C84210C3EB")  # FASC-N 9999…

# Status words of ISO 7816-4 §5.6.
_WRONG_LENGTH, _NOT_ALLOWED, _BLOCKED, _NO_CONDITION = 0x6700, 0x6982, 0x6983, 0x6985
_WRONG_DATA, _NO_FILE, _WRONG_P1P2, _NO_REFERENCE = 0x6A80, 0x6A82, 0x6A86, 0x6A88
_NO_INSTRUCTION, _NO_CLASS = 0x6D00, 0x6E00

_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class _Refusal(Exception):  # noqa: N818 - it is a status word on its way out
    """End a command with a status word."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


class Chip:
    """One card's processor with its file behind it.

    Args:
        content: PIN, PUK, keys and tries; tries are written back before a secret is compared, as
            cards do it, so that pulling the card in time gives no further try. Without any key
            it is a card of another kind, which knows no PIV.
    """

    def __init__(self, content: CardFile) -> None:
        self._content = content
        self._commands: dict[int, Callable[[apdu.Command], bytes]] = {
            0xA4: self._select,
            0xCB: self._get_data,
            0x20: self._verify,
            0x24: self._change,
            0x2C: self._unblock,
            0x87: self._authenticate,
        }
        self.reset()

    def reset(self) -> None:
        """Power off and on: nothing selected, nobody verified, nothing half said."""
        self._selected = False
        self._verified = False
        self._fresh = False  # the PIN was verified by the command just before (9C)
        self._chain: tuple[bytes, bytes] = (b"", b"")  # header, data so far
        self._waiting = b""  # response data not fetched yet

    def transmit(self, sent: bytes) -> tuple[bytes, int]:
        """Answer one APDU."""
        try:
            return self._answer(apdu.parse(sent))
        except apdu.ApduError:
            return b"", _WRONG_LENGTH
        except _Refusal as refusal:
            return b"", refusal.status

    def _answer(self, command: apdu.Command) -> tuple[bytes, int]:
        if command.cla & 0xEF:
            raise _Refusal(_NO_CLASS)
        if command.ins == 0xC0:
            return self._deliver(command.le or 256)
        self._waiting = b""
        whole = self._linked(command)
        if whole is None:
            return b"", apdu.OK
        run = self._commands.get(whole.ins)
        if run is None:
            raise _Refusal(_NO_INSTRUCTION)
        if whole.ins != 0xA4 and not self._selected:
            raise _Refusal(_NO_CONDITION)
        fresh, self._fresh = self._fresh, False
        self._may_sign = fresh
        self._waiting = run(whole)
        # Over T=1 a card may answer what nobody gave a length for, and the known ones do.
        return self._deliver(whole.le or 256) if self._waiting else (b"", apdu.OK)

    def _linked(self, command: apdu.Command) -> apdu.Command | None:
        """Collect the pieces of a chain; None until the last one is there."""
        header = bytes((command.ins, command.p1, command.p2))
        data = (self._chain[1] if self._chain[0] == header else b"") + command.data
        self._chain = (b"", b"")
        if len(data) > _LONGEST_CHAIN:
            raise _Refusal(_WRONG_LENGTH)
        if command.cla & 0x10:
            self._chain = (header, data)
            return None
        return apdu.Command(0, command.ins, command.p1, command.p2, data, command.le)

    def _deliver(self, size: int) -> tuple[bytes, int]:
        if not self._waiting:
            raise _Refusal(_NO_CONDITION)
        part, self._waiting = self._waiting[:size], self._waiting[size:]
        left = len(self._waiting)
        return part, 0x6100 | (left if left < 256 else 0) if left else apdu.OK

    # ------------------------------------------------------------ commands

    def _select(self, command: apdu.Command) -> bytes:
        known = self._content.keys and len(command.data) >= 5 and _AID.startswith(command.data)
        if command.p1 != 4 or not known:
            raise _Refusal(_NO_FILE)
        self._selected = True  # again: every status stays as it was (part 1 §3.1.1 of the standard)
        authority = tlv.encode(0x79, tlv.encode(0x4F, _AID[:5]))
        return tlv.encode(0x61, tlv.encode(0x4F, _AID[5:]) + authority)

    def _get_data(self, command: apdu.Command) -> bytes:
        if (command.p1, command.p2) != (0x3F, 0xFF):
            raise _Refusal(_WRONG_P1P2)
        try:
            name = tlv.only(command.data, 0x5C)
        except tlv.TlvError as error:
            raise _Refusal(_WRONG_DATA) from error
        if name == _DISCOVERY:
            # The application, and that its own PIN opens it (SP 800-73-4 part 1 §3.3.2).
            return tlv.encode(0x7E, tlv.encode(0x4F, _AID) + tlv.encode(0x5F2F, b"\x40\0"))
        if name == _CHUID:
            return self._holder()
        slot = self._content.keys.get(_FILES.get(name, ""))
        if slot is None:
            raise _Refusal(_NO_FILE)
        return objects.wrap(objects.der(x509.load_pem_x509_certificate(slot.cert.encode())))

    def _holder(self) -> bytes:
        """Return the card holder unique identifier, by which readers tell cards apart."""
        certificates = "".join(slot.cert for slot in self._content.keys.values())
        parts = {
            0x30: _NO_AGENCY,
            0x34: hashlib.sha256(certificates.encode()).digest()[:16],
            0x35: b"20991231",
            0x3E: b"",
            0xFE: b"",
        }
        return tlv.encode(0x53, b"".join(tlv.encode(tag, value) for tag, value in parts.items()))

    def _verify(self, command: apdu.Command) -> bytes:
        if command.p2 != 0x80:
            raise _Refusal(_NO_REFERENCE)
        if command.p1 == 0xFF and not command.data:
            self._verified = False
        elif command.p1:
            raise _Refusal(_WRONG_P1P2)
        elif not command.data:
            self._say_tries()
        else:
            self._verified = False
            self._check_pin(command.data)
            self._verified = self._fresh = True
        return b""

    def _say_tries(self) -> None:
        if not self._verified:
            left = self._content.pin_tries
            raise _Refusal(0x63C0 | left if left else _BLOCKED)

    def _change(self, command: apdu.Command) -> bytes:
        old, new = self._two_secrets(command)
        self._check_pin(old)
        self._content.pin = new
        self._content.save()
        self._verified = True
        return b""

    def _unblock(self, command: apdu.Command) -> bytes:
        puk, new = self._two_secrets(command)
        if not self._content.puk_tries:
            raise _Refusal(_BLOCKED)
        self._content.puk_tries -= 1
        self._content.save()
        if not _same(puk, self._content.puk):
            raise _Refusal(0x63C0 | self._content.puk_tries)
        self._content.puk_tries = self._content.pin_tries = MAX_TRIES
        self._content.pin = new
        self._content.save()
        return b""

    def _two_secrets(self, command: apdu.Command) -> tuple[bytes, str]:
        if command.p1 or command.p2 != 0x80:
            raise _Refusal(_NO_REFERENCE)
        new = command.data[8:].rstrip(b"\xff")
        if len(command.data) != 16 or not 6 <= len(new) <= 8 or not new.isdigit():
            raise _Refusal(_WRONG_DATA)
        return command.data[:8], new.decode()

    def _check_pin(self, given: bytes) -> None:
        if len(given) != 8:
            raise _Refusal(_WRONG_DATA)
        if not self._content.pin_tries:
            raise _Refusal(_BLOCKED)
        self._content.pin_tries -= 1
        self._content.save()
        if not _same(given, self._content.pin):
            raise _Refusal(0x63C0 | self._content.pin_tries)
        self._content.pin_tries = MAX_TRIES
        self._content.save()

    def _authenticate(self, command: apdu.Command) -> bytes:
        slot = self._content.keys.get(f"{command.p2:02X}")
        if slot is None:
            raise _Refusal(_NO_REFERENCE)
        if not (self._may_sign if command.p2 == _SIGN else self._verified):
            raise _Refusal(_NOT_ALLOWED)
        try:
            asked = dict(tlv.decode(tlv.only(command.data, 0x7C)))
        except tlv.TlvError as error:
            raise _Refusal(_WRONG_DATA) from error
        key = load_pem_private_key(slot.key.encode(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and command.p1 == 0x11:
            result = _elliptic(key, asked)
        elif isinstance(key, rsa.RSAPrivateKey) and command.p1 == 0x07:
            result = _raw_rsa(key, asked.get(0x81, b""))
        else:
            raise _Refusal(_WRONG_P1P2)
        return tlv.encode(0x7C, tlv.encode(0x82, result))


def _same(given: bytes, secret: str) -> bool:
    return hmac.compare_digest(given, secret.encode().ljust(8, b"\xff"))


def _elliptic(key: ec.EllipticCurvePrivateKey, asked: dict[int, bytes]) -> bytes:
    if 0x85 in asked:
        try:
            peer = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, asked[0x85])
        except ValueError as error:
            raise _Refusal(_WRONG_DATA) from error
        return key.exchange(ec.ECDH(), peer)
    digest = asked.get(0x81, b"")
    if len(digest) != 32:
        raise _Refusal(_WRONG_DATA)
    return key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))


def _raw_rsa(key: rsa.RSAPrivateKey, block: bytes) -> bytes:
    numbers = key.private_numbers()
    size, value = key.key_size // 8, int.from_bytes(block, "big")
    if len(block) != size or value >= numbers.public_numbers.n:
        raise _Refusal(_WRONG_DATA)
    return pow(value, numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
