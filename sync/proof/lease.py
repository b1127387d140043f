"""Leases (proof.md §7): leave to work without the line, with numbers, persons and an end.

The check-code key in it is sealed to the device, so that whoever copies the lease cannot make
codes. Clocks are arguments; moments are ms UTC.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sync.proof.failures import ProofError
from sync.proof.jws import Kid, Resolve, open_form, sign_form
from sync.proof.sealing import seal, unseal
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.limits import LEASE_MS
from sync.protocol.records import Block, Lease, LeasePerson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sync.proof.keys import PublicKey, SigningKey, SoftwareKey
    from sync.protocol.records import AnchorRequest


def seal_kcc(key: bytes, device: PublicKey, aud: str, lease: str, dev: str) -> str:
    """Seal a check-code key to the device that the lease is for."""
    return b64u_encode(seal(key, device, _info(aud, lease, dev)))


def open_kcc(lease: Lease, device: SoftwareKey) -> bytes:
    """Open a lease's check-code key with the device's key.

    Raises:
        ProofError: proof.sealed. ReaderError: reader.base64.
    """
    return unseal(b64u_decode(lease.kcc), device, _info(lease.aud, lease.id, lease.dev))


def make_lease(lease: Lease, key: SigningKey, kid: str) -> str:
    """Sign a lease with the centre's lease key.

    Raises:
        ProofError: lease_span. ReaderError: reader.too_long beyond 128 KiB.
    """
    _check_span(lease)
    return sign_form(lease, Kid(kid), key)


def accept_lease(text: str, resolve: Resolve, request: AnchorRequest, djk: str) -> Lease:
    """Verify a lease at the window that asked for it.

    Args:
        text: as received.
        resolve: knows the centre's lease key.
        request: the anchor request that asked for it.
        djk: thumbprint of this device's key.

    Raises:
        ReaderError: the form. ProofError: lease_foreign, lease_span.
    """
    lease = read_lease(text, resolve)
    for name in ("aud", "n", "dev", "inc", "seq", "head"):
        if getattr(lease, name) != getattr(request, name):
            raise ProofError("proof.lease_foreign", member=name)
    if lease.djk != djk:
        raise ProofError("proof.lease_foreign", member="djk")
    return lease


def read_lease(text: str, resolve: Resolve) -> Lease:
    """Verify a lease kept earlier, or one that a delegation names.

    Raises:
        ReaderError: the form. ProofError: lease_span.
    """
    lease, _ = open_form(text, Lease, resolve)
    _check_span(lease)
    return lease


def lists_hash(digests: Iterable[str]) -> str:
    """Return one name for the lists of revoked certificates in force, of their digests."""
    return b64u_encode(hashlib.sha256("\n".join(sorted(digests)).encode()).digest())


def is_over(lease: Lease, wall: int, since_anchor: int | None, largest: int | None) -> bool:
    """Say whether a lease is over by the first of its three clocks.

    Args:
        lease: verified.
        wall: the PC's clock, ms.
        since_anchor: boot clock's ms since the lease's time `t`; None after a reboot.
        largest: the largest time ever seen in the store, ms; None if none was.
    """
    moments = [wall]
    if since_anchor is not None:
        moments.append(lease.t + since_anchor)
    if largest is not None:
        moments.append(largest)
    return max(moments) >= lease.exp


def person_in(lease: Lease, person: str, x5t: str, at: int) -> LeasePerson | None:
    """Return a person's entry, if the lease names this very card of his and he may work at `at`."""
    for entry in lease.persons:
        if entry.person == person and x5t in entry.x5t and at < entry.until:
            return entry
    return None


def is_revoked(lease: Lease, ca: str, serial: str, at: int) -> bool:
    """Say whether the lease's list names a certificate as revoked at a moment."""
    return any(
        (entry.ca, entry.serial) == (ca, serial) and entry.t <= at for entry in lease.revoked
    )


def numbers(blocks: Iterable[Block], kind: str) -> Iterator[int]:
    """Yield the serials of a kind in the order in which they are to be used."""
    for block in blocks:
        if block.kind == kind:
            yield from range(block.first, block.last + 1)


def contains(blocks: Iterable[Block], kind: str, number: int) -> bool:
    """Say whether a serial was reserved by these blocks."""
    return any(block.kind == kind and block.first <= number <= block.last for block in blocks)


def _check_span(lease: Lease) -> None:
    if not (lease.nbf < lease.exp and lease.t < lease.exp <= lease.t + LEASE_MS):
        raise ProofError("proof.lease_span")
    if any(block.first > block.last for block in lease.blocks):
        raise ProofError("proof.lease_span")


def _info(aud: str, lease: str, dev: str) -> bytes:
    return b"\0".join((b"hall-kcc-v1", aud.encode(), lease.encode(), dev.encode()))
