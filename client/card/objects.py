"""Data objects of a PIV card: where a certificate lies and how it is wrapped."""

from __future__ import annotations

import zlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from client.card import tlv
from client.card.failures import CardFailure, CardProblem

# SP 800-73-4 part 1, table 3.
CONTAINERS = {
    "9A": bytes.fromhex("5FC105"),
    "9C": bytes.fromhex("5FC10A"),
    "9D": bytes.fromhex("5FC10B"),
}
_OBJECT, _CERTIFICATE, _INFO, _CHECK = 0x53, 0x70, 0x71, 0xFE
_COMPRESSED = 0x01
_LARGEST_CERTIFICATE = 32 * 1024  # ten times what a card holds; stops a compression bomb


def wrap(certificate: bytes, *, compressed: bool = False) -> bytes:
    """Return the object that a card stores for a DER certificate."""
    if compressed:
        packer = zlib.compressobj(wbits=31)
        certificate = packer.compress(certificate) + packer.flush()
    info = bytes((_COMPRESSED if compressed else 0,))
    parts = ((_CERTIFICATE, certificate), (_INFO, info), (_CHECK, b""))
    return tlv.encode(_OBJECT, b"".join(tlv.encode(tag, value) for tag, value in parts))


def certificate(data: bytes, slot: str) -> x509.Certificate:
    """Read the certificate out of an object; gzip is undone.

    Raises:
        CardFailure: NO_CERTIFICATE for an empty object, BAD_CERTIFICATE for anything unreadable.
    """
    try:
        inside = tlv.only(data, _OBJECT)
        if not inside:
            raise CardFailure(CardProblem.NO_CERTIFICATE, slot=slot)
        found = tlv.only(inside, _CERTIFICATE)
        if dict(tlv.decode(inside)).get(_INFO, b"\0")[:1] == bytes((_COMPRESSED,)):
            found = _unpack(found)
        return x509.load_der_x509_certificate(found)
    except (ValueError, zlib.error) as error:
        raise CardFailure(CardProblem.BAD_CERTIFICATE, slot=slot) from error


def der(found: x509.Certificate) -> bytes:
    """Return a certificate's bytes."""
    return found.public_bytes(Encoding.DER)


def _unpack(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    whole = unpacker.decompress(packed, _LARGEST_CERTIFICATE)
    if not unpacker.eof:
        raise ValueError(len(whole))
    return whole
