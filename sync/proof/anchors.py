"""Anchors (proof.md §5): the centre's time over a device's head, and what it proves of an event.

A request commits the device to its head; the answer says that the centre saw it at t. Whatever the
device wrote after was written after t; whatever the head contains, before. All pure: the clocks are
arguments, moments are ms UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from sync.proof.failures import ProofError
from sync.proof.jws import Kid, Resolve, open_form, sign_form
from sync.protocol.limits import ANCHOR_STEP_MS
from sync.protocol.records import Anchor, AnchorRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.proof.keys import SigningKey


class Given(Struct, frozen=True, gc=False):
    """An anchor as the centre's own record has it: the head's sequence number and the time."""

    seq: int
    t: int


class Interval(Struct, frozen=True, gc=False):
    """When an event was made, as far as it is proven: not before lo, not after hi."""

    lo: int
    hi: int

    def counted(self, claim: int) -> int:
        """Return the time that counts: the claim, held within what is proven."""
        return min(max(claim, self.lo), self.hi)

    def unproven(self, due: int) -> bool:
        """Say whether the due time falls inside (lo, hi]: in time perhaps, proven not."""
        return self.lo < due <= self.hi

    def standing(self, ended: int | None) -> Literal["valid", "disputed", "refused"]:
        """Judge a right, card or session that ended at a moment (None: it has not)."""
        if ended is None or self.hi <= ended:
            return "valid"
        return "refused" if self.lo > ended else "disputed"


def make_request(request: AnchorRequest, kid: str, key: SigningKey) -> str:
    """Sign a request with the session key (kid = hash of the delegation).

    Before a session and in bundles the device key signs (kid = its thumbprint).
    """
    return sign_form(request, Kid(kid), key)


def read_request(text: str, resolve: Resolve) -> tuple[AnchorRequest, str]:
    """Verify a request; return it and the kid that signed it.

    Raises:
        ReaderError: the form.
    """
    request, opened = open_form(text, AnchorRequest, resolve)
    return request, opened.header.kid or ""


def answer(request: AnchorRequest, t: int, key: SigningKey, kid: str) -> str:
    """Sign the centre's answer with its anchor key."""
    anchor = Anchor(
        aud=request.aud,
        n=request.n,
        dev=request.dev,
        inc=request.inc,
        seq=request.seq,
        head=request.head,
        t=t,
        cp=None,
    )
    return sign_form(anchor, Kid(kid), key)


def accept(
    text: str, resolve: Resolve, outstanding: Iterable[AnchorRequest], last_t: int | None
) -> Anchor:
    """Verify an answer at the window; what this raises is reported, the anchor ignored.

    Args:
        text: the anchor as received.
        resolve: knows the centre's anchor key.
        outstanding: requests sent and not yet answered.
        last_t: time of the last accepted anchor.

    Raises:
        ReaderError: the form.
        ProofError: anchor_unasked, anchor_foreign, anchor_back.
    """
    anchor, _ = open_form(text, Anchor, resolve)
    asked = next((request for request in outstanding if request.n == anchor.n), None)
    if asked is None:
        raise ProofError("proof.anchor_unasked")
    for name in ("aud", "dev", "inc", "seq", "head"):
        if getattr(anchor, name) != getattr(asked, name):
            raise ProofError("proof.anchor_foreign", member=name)
    if last_t is not None and anchor.t < last_t:
        raise ProofError("proof.anchor_back")
    return anchor


def clock_step(earlier_t: int, later_t: int, boot_elapsed: int) -> int | None:
    """Return by how much two anchors run against the boot clock between them, if worth recording.

    Returns:
        The difference in ms when it is more than 5 s (finding `centre_clock_step`), else None.
    """
    step = (later_t - earlier_t) - boot_elapsed
    return step if abs(step) > ANCHOR_STEP_MS else None


def interval(seq: int, given: Iterable[Given], arrival: int, after: int | None = None) -> Interval:
    """Bound when an event was made, from the centre's own record, whatever the event cites.

    Args:
        seq: the event's number in its device's chain.
        given: all anchors given to this incarnation of the device.
        arrival: when the event reached the centre.
        after: lo of the event that it names as its case's last (`cprev`).

    Returns:
        lo: the newest anchor whose head lies before the event, at least `after`; 0 if none.
        hi: arrival, or the earliest anchor whose head already contains the event; never below lo.
    """
    lo, hi = after or 0, arrival
    for anchor in given:
        if anchor.seq < seq:
            lo = max(lo, anchor.t)
        else:
            hi = min(hi, anchor.t)
    return Interval(lo, max(lo, hi))
