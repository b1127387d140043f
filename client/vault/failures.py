"""What can be wrong with the key slots; words under `error.<code>` in the card catalogues."""

from __future__ import annotations

from enum import StrEnum

from sync.domain.failures import Failure, FailureKind


class VaultProblem(StrEnum):
    """Every way in which the slots fail us; the value is the stable code."""

    MISSING = "vault.missing"  # no slots.json: this window is not enrolled
    EXISTS = "vault.exists"  # making a second root would lose the first one's store
    MALFORMED = "vault.malformed"  # not the form of proof.md §8
    ALTERED = "vault.altered"  # the file's mac does not fit: somebody changed it
    SLOT_ALTERED = "vault.slot_altered"  # certificate, generation or sealed key were exchanged
    BAD_POINT = "vault.bad_point"  # a slot whose public key is off the curve: not given to a card
    NO_SLOT = "vault.no_slot"  # this card has no place at this window
    SLOT_TAKEN = "vault.slot_taken"  # this certificate has one already
    LAST_SLOT = "vault.last_slot"  # without it nobody could open the store
    KEY_UNSUITABLE = "vault.key_unsuitable"  # neither P-256 nor RSA-2048
    NO_FIT = "vault.no_fit"  # the slots open, their keys do not fit the store: an old copy
    RECOVERY_NEEDS_TWO = "vault.recovery_needs_two"
    BAD_SHARES = "vault.bad_shares"  # the two shares do not give this store's key


_BROKEN = {VaultProblem.MALFORMED, VaultProblem.NO_FIT}


class VaultFailure(Failure):
    """The store's key was not given.

    Args:
        what: which of the ways.
    """

    def __init__(self, what: VaultProblem) -> None:
        super().__init__(what.value, FailureKind.BROKEN if what in _BROKEN else FailureKind.REFUSED)
        self.what = what
