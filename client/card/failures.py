"""What can go wrong between a person, a card and us: one enum, each member its own words.

The words stand under `error.<code>` and the remedy under `error.<code>.do` in the card
catalogues. Whoever catches a CardFailure asks its `what`, never its text.
"""

from __future__ import annotations

from enum import StrEnum

from sync.domain.failures import Failure, FailureKind


class CardProblem(StrEnum):
    """Every way in which a card can fail us; the value is the stable code."""

    SERVICE_DOWN = "card.service_down"  # no PC/SC service on this machine, or it stopped
    NO_READER = "card.no_reader"  # no reader is plugged in, or it was unplugged
    NO_CARD = "card.no_card"  # the reader is empty
    MUTE = "card.mute"  # something is in the reader and does not answer: upside down, dirty
    BUSY = "card.busy"  # another program holds the card
    FOREIGN = "card.foreign"  # a card, but none with our application: a bank or bus card
    NO_CERTIFICATE = "card.no_certificate"  # our kind of card, the key's place is empty
    BAD_CERTIFICATE = "card.bad_certificate"  # the place holds bytes that are no certificate
    KEY_UNSUITABLE = "card.key_unsuitable"  # a key of a kind that this act cannot use
    REMOVED = "card.removed"  # pulled while we were working
    RESET = "card.reset"  # another program reset it under us
    PIN_FORM = "card.pin_form"  # not what such a card takes: costs no try
    PIN_WRONG = "card.pin_wrong"  # details: tries_left
    PIN_WRONG_UNTOLD = "card.pin_wrong_untold"  # a token that does not say how many tries are left
    PIN_EXPIRED = "card.pin_expired"  # the token wants a new PIN, or its first one, set elsewhere
    PIN_BLOCKED = "card.pin_blocked"
    PIN_NEEDED = "card.pin_needed"  # the key wants the PIN (9C: directly before each use)
    PIN_UNSURE = "card.pin_unsure"  # gone while it was to take a new PIN: it may have it or not
    PUK_WRONG = "card.puk_wrong"  # details: tries_left
    PUK_BLOCKED = "card.puk_blocked"  # the end of this card: it must be made anew
    PUK_ELSEWHERE = "card.puk_elsewhere"  # a token: who issued it unlocks it, with a tool of his
    SLOW = "card.slow"  # no answer within the time allowed; only pulling it helps
    FAULT = "card.fault"  # an answer that the standard does not allow here; details: sw
    BAD_POINT = "card.bad_point"  # a public key that is no point of the curve: never sent
    BAD_SIGNATURE = "card.bad_signature"  # the signature does not fit the card's own certificate
    LIBRARY_MISSING = "card.token_library_missing"  # the settings name no file; details: name
    LIBRARY_BROKEN = "card.token_library_broken"  # not a library for tokens, or it does not start
    LIBRARY_SLOW = "card.token_library_slow"  # it did not come back from being loaded
    LIBRARY_CRASHED = "card.token_library_crashed"  # its process ended, or speaks nonsense
    FILE = "card.file"  # simulator: a card file that cannot be read


_KINDS = {
    CardProblem.FOREIGN: FailureKind.REFUSED,
    CardProblem.NO_CERTIFICATE: FailureKind.REFUSED,
    CardProblem.BAD_CERTIFICATE: FailureKind.REFUSED,
    CardProblem.KEY_UNSUITABLE: FailureKind.REFUSED,
    CardProblem.PIN_BLOCKED: FailureKind.REFUSED,
    CardProblem.PUK_BLOCKED: FailureKind.REFUSED,
    CardProblem.PUK_ELSEWHERE: FailureKind.REFUSED,
    CardProblem.BAD_POINT: FailureKind.REFUSED,
    CardProblem.FAULT: FailureKind.BROKEN,
    CardProblem.BAD_SIGNATURE: FailureKind.BROKEN,
    CardProblem.PIN_EXPIRED: FailureKind.REFUSED,
    CardProblem.LIBRARY_MISSING: FailureKind.BROKEN,
    CardProblem.LIBRARY_BROKEN: FailureKind.BROKEN,
    CardProblem.LIBRARY_SLOW: FailureKind.BROKEN,
    CardProblem.LIBRARY_CRASHED: FailureKind.BROKEN,
    CardProblem.FILE: FailureKind.BROKEN,
}

_GONE = frozenset(
    {CardProblem.REMOVED, CardProblem.RESET, CardProblem.SLOW, CardProblem.LIBRARY_CRASHED}
)
"""After these nobody knows how far the card came."""


class CardFailure(Failure):
    """A card, a reader or the service under them did not do what was asked.

    Args:
        what: which of the ways.
        details: `tries_left` for a wrong PIN or PUK, `sw` (four hex digits) for a fault.
    """

    def __init__(self, what: CardProblem, **details: str | int) -> None:
        super().__init__(what.value, _KINDS.get(what, FailureKind.RETRIABLE), **details)
        self.what = what

    @property
    def tries_left(self) -> int | None:
        """Return how many tries the card still allows, None where the failure says nothing."""
        left = self.details.get("tries_left")
        return left if isinstance(left, int) else None

    @property
    def gone(self) -> bool:
        """Say whether the card left in mid-command: what it was told it may have done."""
        return self.what in _GONE
