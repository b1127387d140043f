"""Open a store that no card opens any more, with two administrators (proof.md §8).

    begin       the window makes a key for this one time and shows it with device and generation
    policy      two administrators sign `device.recover` for exactly that, naming the person
    hand_over   each puts his card in: it unwraps his share and reseals it to that key
    finish      the shares open the store, policy is pulled with the device's key, and only when
                it holds the leave does the person's card get a slot, under a new root

The window cannot read policy before the store is open, so the leave is looked for between the
shares and the change: without it nothing is changed and the key is dropped.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.access.opening import DEVICE_KEY
from client.app.failures import AppFailure
from client.app.session.policy_book import certificate_of, listed_certificates, roster_event
from sync.domain.failures import FailureKind
from sync.engine.joining import Joining, Pins
from sync.engine.runner import Wiring
from sync.proof.keys import SoftwareKey
from sync.protocol.codec import b64u_decode, b64u_encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.access.opening import Means
    from client.app.ports.card import StoreKeys, StoreRecovery
    from client.app.ports.store import CaseStore
    from client.host.pinned import Pinned
    from sync.domain.policy import PolicyBook
    from sync.domain.secret import Secret
    from sync.engine.transport import Transport


@dataclass(frozen=True, slots=True)
class RecoveryView:
    """What the page shows, and what the administrators sign.

    Args:
        dev: this window.
        gen: generation of its key slots.
        key: H of the one-time key, base64url.
        shares: how many administrators have handed theirs over: 0, 1 or 2.
    """

    dev: str
    gen: int
    key: str
    shares: int = 0


class Recovery:
    """One recovery at a time; what was collected is forgotten with `end`.

    Args:
        means: card, vault, lanes, clock, store.
        transport: the line to the centre.
        pinned: reads whom this window trusts.
    """

    def __init__(
        self, means: Means, transport: Transport, pinned: Callable[[], Pinned | None]
    ) -> None:
        self._means = means
        self._transport = transport
        self._pinned = pinned
        self._begun: StoreRecovery | None = None
        self._busy = asyncio.Lock()

    async def begin(self) -> RecoveryView:
        """Make a key for this one time; what an earlier request collected is void.

        Raises:
            AppFailure: app.not_enrolled. VaultFailure: the slots cannot be read, or no recovery
                slot was ever made.
        """
        async with self._busy:
            self._begun = await self._means.lanes.card.run(self._means.vault.recovery)
            return self._view(self._begun)

    async def hand_over(self, pin: Secret[str]) -> RecoveryView:
        """Take the share of the administrator whose card is in the reader.

        Raises:
            AppFailure: app.no_recovery: nothing was begun. VaultFailure: vault.no_slot: this card
                is no administrator's. CardFailure: as for a login.
        """
        async with self._busy:
            begun = self._asked()
            await self._means.lanes.card.run(self._take, begun, pin)
            return self._view(begun)

    async def finish(self) -> str:
        """Open the store, look for the leave, give the person's card a slot; returns the name.

        Raises:
            AppFailure: app.no_recovery; app.recovery_unsigned: policy holds no leave for this
                request; app.unknown_person. LineFailure: the centre cannot be reached: try again.
            VaultFailure: vault.recovery_needs_two, vault.bad_shares.
        """
        async with self._busy:
            begun, lanes, pinned = self._asked(), self._means.lanes, self._trusted()
            keys = await lanes.card.run(begun.keys)
            store = await lanes.store.run(self._means.open_store, keys)
            try:
                book = await self._policy(store, pinned)
                person = _leave(book, pinned, self._view(begun))
                by = await lanes.store.run(roster_event, store, person)
                newcomer = (person, certificate_of(book, person, "9D"), by)
                administrators = tuple(b64u_decode(text) for text in book.recovery)
                listed = listed_certificates(book)
                rekey = self._rekey_of(store)
                await lanes.card.run(begun.renew, newcomer, rekey, listed, administrators)
            finally:
                await lanes.store.run(store.close)
                await self._transport.close()
            self.end()
            return book.roster[person].name

    def end(self) -> None:
        """Forget the key and what was collected."""
        self._begun = None

    # ------------------------------------------------------------ inside

    def _asked(self) -> StoreRecovery:
        if self._begun is None:
            raise AppFailure("app.no_recovery")
        return self._begun

    def _trusted(self) -> Pinned:
        pinned = self._pinned()
        if pinned is None:
            raise AppFailure("app.not_enrolled", FailureKind.BROKEN)
        return pinned

    def _view(self, begun: StoreRecovery) -> RecoveryView:
        key = b64u_encode(hashlib.sha256(begun.point).digest())
        return RecoveryView(self._trusted().dev, begun.gen, key, begun.collected)

    async def _policy(self, store: CaseStore, pinned: Pinned) -> PolicyBook:
        lanes = self._means.lanes
        kept = await lanes.store.run(store.get_meta, DEVICE_KEY)
        if kept is None:
            raise AppFailure("app.not_enrolled", FailureKind.BROKEN)
        await self._transport.open()
        wiring = Wiring(store, lanes.store.run, self._transport, self._means.clock)
        pins = Pins(pinned.aud, pinned.genesis)
        await Joining(wiring, SoftwareKey.from_pkcs8(kept), pins).follow_policy()
        return await lanes.store.run(store.policy_book)

    def _rekey_of(self, store: CaseStore) -> Callable[[StoreKeys, StoreKeys], None]:
        """Return what the vault calls on the card lane; the store is changed on its own lane."""
        loop, lane = asyncio.get_running_loop(), self._means.lanes.store

        def rekey(_old: StoreKeys, new: StoreKeys) -> None:
            asyncio.run_coroutine_threadsafe(lane.run(store.rekey, new), loop).result()

        return rekey

    # card lane

    def _take(self, begun: StoreRecovery, pin: Secret[str]) -> None:
        with self._means.card.open() as card:
            card.verify_pin(pin)
            begun.take(card)


def _leave(book: PolicyBook, pinned: Pinned, view: RecoveryView) -> str:
    """Return the person for whom two administrators signed exactly this request."""
    leave = book.recoveries.get(pinned.dev)
    if leave is None or (leave.gen, leave.key) != (view.gen, view.key):
        raise AppFailure("app.recovery_unsigned", FailureKind.RETRIABLE)
    return leave.person
