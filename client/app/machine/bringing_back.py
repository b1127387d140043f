"""Bring back what a former incarnation of this window left at the centre (docs/adr/037).

Whoever has a card that opened the lost machine opens it; else two administrators, one after the
other. What came over is merged: nothing takes the place of what is newer here. Steps that had
reached nobody are told, to be entered again by a person: never sent by themselves.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import msgspec

from client.app.failures import AppFailure
from client.app.rows.backups import Brought, FormerBackup, LostStep
from client.app.rows.session import LinePhase
from client.host.wiping import wipe
from sync.domain.failures import Failure, FailureKind
from sync.domain.fields import moment_of
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from client.app.machine.backups import BackupLine, BackupTools
    from client.app.ports.card import CardPort, StoreKeys, StoreRecovery, VaultPort
    from client.app.ports.own_share import OwnShare, ShareHead
    from client.app.session.workplace import Workplace
    from sync.domain.secret import Secret
    from sync.protocol.backup_messages import BackupHead

SLICE: Final = 20
_DONE, _LOST = "backup.brought", "backup.lost"
_NO_SLOT = "vault.no_slot"
_SESSION = "session."  # who came and went at a machine that is no more is nobody's to enter
_ADMINISTRATORS = 2


class BringingBack:
    """Open a former machine's backup and take over what is in it. Screen lane.

    Args:
        place: the open session's means; None at the door.
        line: to the centre.
        card: the reader; its lane is the workplace's.
        tools: the sealed form.
        set_one: sets one of this machine's settings where nothing was set yet; says whether it did.
    """

    def __init__(
        self,
        place: Callable[[], Workplace | None],
        line: BackupLine,
        card: CardPort,
        tools: BackupTools,
        set_one: Callable[[str, str], Awaitable[bool]],
    ) -> None:
        self._place = place
        self._line = line
        self._card = card
        self._tools = tools
        self._set_one = set_one
        self._busy = asyncio.Lock()
        # Shares are sealed to a key for this one time: an administrator's outlives his session.
        self._begun: tuple[FormerBackup, StoreRecovery] | None = None

    async def former(self) -> FormerBackup | None:
        """Return the newest whole backup of a former incarnation; None when all is brought.

        Raises:
            AppFailure: app.locked. LineFailure: the line.
        """
        place = self._open()
        head = await place.on_store(place.store.head)
        if not self._line.sends or head is None or head.inc < 2:
            return None
        done = await place.on_store(place.store.get_meta, _DONE)
        kept = [] if done is not None else (await self._line.backups()).kept
        return _newest(kept, head.inc)

    async def lost(self) -> tuple[LostStep, ...]:
        """Return the steps that a former machine had and nobody got, until somebody ticks them."""
        place = self._open()
        kept = await place.on_store(place.store.get_meta, _LOST)
        return () if kept is None else from_json(kept, tuple[LostStep, ...])

    async def settle_lost(self) -> None:
        """Note that somebody has seen to the lost steps."""
        place = self._open()
        await place.on_store(place.store.put_meta, _LOST, b"[]")

    async def bring(self, former: FormerBackup, pin: Secret[str]) -> Brought:
        """Open a backup with the card in the reader and take over what is in it.

        A card without a place at the former machine is tried as an administrator's: then the
        answer may say that another one's is wanting, and nothing came yet.

        Args:
            former: as `former()` returned it.
            pin: goes to the card and nowhere else.

        Raises:
            CardFailure: as for a login. VaultFailure: vault.no_slot: this card opens nothing of it.
            StoreFailure: store.backup_damaged. AppFailure: app.locked; app.backup_not_synced: not
                everything came down yet; app.backup_foreign: the centre gave another backup than
                it named. LineFailure: the line.
        """
        async with self._busy:
            place = self._open()
            if self._line.view.phase is not LinePhase.SYNCED:
                # What had reached the centre must be here before anything is called lost.
                raise AppFailure("app.backup_not_synced", FailureKind.RETRIABLE)
            data = await self._line.fetch_backup(former.inc, former.number)
            head = await place.lanes.crunch.run(self._tools.head, data)
            own = await place.on_store(place.store.head)
            if own is None or (head.dev, head.inc, head.n) != (own.dev, former.inc, former.number):
                raise AppFailure("app.backup_foreign", FailureKind.BROKEN)
            keys = await place.lanes.card.run(self._keys, former, head, pin)
            if keys is None:
                begun = self._begun[1].collected if self._begun else 0
                return Brought(wanting=_ADMINISTRATORS - begun)
            key = self._tools.key_of(keys.backup, head.salt)
            wipe(keys.db, keys.att, keys.name, keys.mark, keys.backup)
            share = await place.lanes.crunch.run(self._tools.open, data, key)
            brought = await self._merged(place, head, share)
            self._begun = None
            self._line.notify()  # pages of cases wait to be sent
            return brought

    # ------------------------------------------------------------ inside

    def _open(self) -> Workplace:
        place = self._place()
        if place is None:
            raise AppFailure("app.locked", FailureKind.RETRIABLE)
        return place

    async def _merged(self, place: Workplace, head: ShareHead, share: OwnShare) -> Brought:
        """Merge slice by slice; broken off in the middle, it is begun again and changes nothing."""
        counts = {
            part: await _merge(place, part, getattr(share, part))
            for part in ("drafts", "bank", "values")
        }
        pages = 0
        for page in share.pages:
            pages += await place.on_store(place.store.merge_page, page)
        taken = 0
        for name, value in share.settings.items():
            taken += await self._set_one(name, value)
        lost = [
            LostStep(step.case, step.kind, moment_of(step.at_ms))
            for step in share.steps
            if not step.kind.startswith(_SESSION)
            and not await place.on_store(place.store.has_event, step.event)
        ]
        await place.on_store(place.store.put_meta, _LOST, msgspec.json.encode(lost))
        await place.on_store(place.store.put_meta, _DONE, b"%d/%d" % (head.inc, head.n))
        return Brought(
            at=moment_of(head.at_ms),
            **counts,
            pages=pages,
            settings=taken,
            steps=tuple(lost),
            left_out=share.left_out,
        )

    # card lane

    def _keys(self, former: FormerBackup, head: ShareHead, pin: Secret[str]) -> StoreKeys | None:
        """Return the former store's keys; None while another administrator's card is wanting."""
        vault = self._tools.former(head.slots)
        with self._card.open() as card:
            card.verify_pin(pin)
            try:
                return vault.open(card)
            except Failure as failure:
                if failure.code != _NO_SLOT:
                    raise
            recovery = self._recovery(former, vault)
            recovery.take(card)
        return recovery.keys() if recovery.collected >= _ADMINISTRATORS else None

    def _recovery(self, former: FormerBackup, vault: VaultPort) -> StoreRecovery:
        if self._begun is None or self._begun[0] != former:
            self._begun = (former, vault.recovery())
        return self._begun[1]


def _newest(kept: Sequence[BackupHead], inc: int) -> FormerBackup | None:
    """Return the newest that is whole of the newest incarnation before this one that left any."""
    whole = [head for head in kept if head.inc < inc and not head.damaged]
    newest = max(whole, key=lambda head: (head.inc, head.n), default=None)
    if newest is None:
        return None
    at = moment_of(newest.at)
    return FormerBackup(newest.inc, newest.n, at, newest.size, newest.sha256)


async def _merge(place: Workplace, part: str, rows: Sequence[object]) -> int:
    came = 0
    for start in range(0, len(rows), SLICE):
        piece = rows[start : start + SLICE]
        came += await place.on_store(place.store.merge_share, part, piece)
    return came
