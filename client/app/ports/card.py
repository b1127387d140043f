"""What the use cases ask of cards and of the vault; both work on the card lane only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from sync.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What can be read without a PIN; certificates are DER."""

    reader: str
    login_certificate: bytes  # 9A
    agree_certificate: bytes  # 9D: what a slot of the store is sealed to
    tries_left: int | None
    token: bool = False  # behind a maker's library: its maker says what a PIN is like


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where a card or USB key can be at this window: a reader, or a slot of a maker's library."""

    name: str
    occupied: bool


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """The maker's library for USB keys that this window's settings name."""

    name: str  # its file's
    description: str
    version: str
    tokens: int  # how many are in


class CardInHand(Protocol):
    """Exclusive use of one card; leaving the `with` block logs it out."""

    def certificate(self, slot: str) -> bytes:
        """Return a slot's certificate, DER; slot is "9A", "9C" or "9D"."""

    def verify_pin(self, pin: Secret[str]) -> None:
        """Verify the PIN.

        Raises:
            Failure: card.pin_wrong (tries_left); card.pin_wrong_untold where a USB key does not
                say how many tries are left; card.pin_blocked; card.pin_expired.
        """

    def change_pin(self, old: Secret[str], new: Secret[str]) -> None:
        """Replace the PIN.

        Raises:
            Failure: card.pin_form (no try was spent), as verify_pin(); card.pin_unsure when the
                card left before it answered.
        """

    def unblock(self, puk: Secret[str], new: Secret[str]) -> None:
        """Set a new PIN with the PUK, and the tries back to full.

        Raises:
            Failure: card.puk_wrong (tries_left), card.puk_blocked, card.pin_form, card.pin_unsure;
                card.puk_elsewhere: USB keys are unlocked by who issued them.
        """

    def sign_es256(self, slot: str, data: bytes) -> bytes:
        """Sign SHA-256 of data; 64 bytes r‖s with low s. 9C needs the PIN directly before."""

    def sign_digest(self, slot: str, digest: bytes) -> bytes:
        """Sign a SHA-256 digest; DER (EC) or PKCS #1 v1.5 (RSA), as a PDF wants it."""

    def agree(self, point: bytes) -> bytes:
        """Return the ECDH secret of 9D and an uncompressed P-256 point (65 bytes)."""

    def decipher(self, block: bytes) -> bytes:
        """Return 9D's raw RSA operation on a block, for cards that hold RSA keys only."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class CardPort(Protocol):
    """The card at this window, wherever the reader is."""

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call back, in any thread, whenever a card or reader comes or goes."""

    def reader(self) -> str | None:
        """Return the name of the reader in use, None when there is none.

        Raises:
            Failure: card.service_down.
        """

    def places(self) -> tuple[CardPlace, ...]:
        """Return every place for a card, the one in use first.

        Raises:
            Failure: card.service_down where there is nothing but readers, and nobody to ask.
        """

    def token_library(self) -> LibraryFacts | None:
        """Return the library for USB keys; None where the settings name none.

        Raises:
            Failure: card.token_library_missing, _broken, _slow, _crashed; card.slow.
        """

    def present(self) -> bool:
        """Say whether a card is in one of them."""

    def look(self) -> CardFacts:
        """Read what needs no PIN; raises CardFailure."""

    def open(self) -> CardInHand:
        """Take the card for exclusive use; raises CardFailure."""

    def close(self) -> None:
        """Stop watching; no callback runs when this has returned."""


class StoreKeys(Protocol):
    """The keys that a slot gives: 32 bytes each; never printed."""

    @property
    def db(self) -> bytes:
        """Return the database's raw key."""

    @property
    def att(self) -> bytes:
        """Return the key that wraps attachments' keys."""

    @property
    def name(self) -> bytes:
        """Return the key that hides attachments' names."""

    @property
    def mark(self) -> bytes:
        """Return the key that authenticates the high-water mark."""

    @property
    def backup(self) -> bytes:
        """Return the key that backups' own keys are derived from."""


class VaultPort(Protocol):
    """The key slots beside the store (proof.md §8)."""

    def device(self) -> str | None:
        """Return the device that this window is enrolled as, None before enrolment."""

    def file(self) -> bytes:
        """Return the bytes of `slots.json` as they are: a backup takes them along."""

    def open(self, card: CardInHand) -> StoreKeys:
        """Unwrap the store's keys with the card in hand, PIN verified.

        Raises:
            Failure: vault.no_slot when this card has no place at this window.
        """

    def certificates(self) -> tuple[bytes, ...]:
        """Return the 9D certificates that have a slot; unauthenticated until open()."""

    def create(self, device: str, person: str, certificate: bytes, by: str) -> StoreKeys:
        """Make a new store's root and its first slot for a 9D certificate (DER)."""

    def confirm(self, card: CardInHand, by: str, administrators: tuple[bytes, ...]) -> int:
        """Complete the first slot by signed policy; make recovery slots, and return how many."""

    def keep_recovery(self, card: CardInHand, certificates: tuple[bytes, ...]) -> bool:
        """Make the recovery slots anew if policy names others than they are for."""

    def add(self, card: CardInHand, person: str, certificate: bytes, by: str) -> None:
        """Add a colleague's slot with an enrolled card in hand, its PIN verified."""

    def recovery(self) -> StoreRecovery:
        """Begin to open the store with two administrators' cards."""


class StoreRecovery(Protocol):
    """One recovery (proof.md §8): shares of two administrators, then a slot under a new root."""

    gen: int

    @property
    def point(self) -> bytes:
        """Return the one-time public key, 65 bytes."""

    @property
    def collected(self) -> int:
        """Return how many administrators have handed over."""

    def take(self, card: CardInHand) -> None:
        """Take the share of an administrator's card, its PIN verified."""

    def keys(self) -> StoreKeys:
        """Return the store's keys; raises vault.recovery_needs_two, vault.bad_shares."""

    def renew(
        self,
        newcomer: tuple[str, bytes, str],
        rekey: Callable[[StoreKeys, StoreKeys], None],
        listed: frozenset[bytes],
        administrators: tuple[bytes, ...],
    ) -> None:
        """Give (person, 9D certificate, enrolling event) a slot; unlisted cards lose theirs."""
