"""Keep at the centre what only this window holds, sealed, and look that it is there (ADR 037).

Read in small slices on the store lane, sealed and opened again on a lane of its own, sent when
nothing else is to be sent. What is counted as kept is what the centre wrote and read back.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from client.app.failures import AppFailure
from client.app.ports.own_share import OwnShare, ShareHead
from client.app.rows.backups import BackupView
from client.app.rows.changes import SessionClosed, SessionOpened
from client.app.rows.session import LinePhase
from sync.domain.failures import Failure, FailureKind
from sync.domain.fields import moment_of, ms_of
from sync.engine.faults import LineFailure
from sync.proof.keys import new_bytes
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from client.app.ports.card import VaultPort
    from client.app.ports.own_share import PagePlace, SharePage, ShareRow
    from client.app.rows.changes import DeskNews
    from client.app.rows.session import LineView
    from client.app.session.workplace import Workplace
    from sync.protocol.backup_messages import BackupHead, BackupKept, BackupsAnswer

FIRST_S: Final = 120.0  # after somebody came in: their first visitor goes before
EVERY_S: Final = 3600.0
AGAIN_S: Final = 600.0  # after one that failed
LOOK_S: Final = 60.0  # how often the line is looked at for a quiet moment
PARTING_S: Final = 1.0
PARTING_AFTER_S: Final = 600.0  # a session, or a backup, that is younger needs none at its end
SLICE: Final = 50
PAGES_MOST: Final = 24 * 1024 * 1024  # bytes; the largest pages are left out, and said to be
_KEPT, _COUNT = "backup.kept", "backup.count"


class BackupLine(Protocol):
    """What a backup asks of the line."""

    sends: bool

    @property
    def view(self) -> LineView:
        """Return the line's state."""

    def notify(self) -> None:
        """Say that there is more to send."""

    async def keep_backup(self, n: int, data: bytes) -> BackupKept:
        """Send a backup."""

    async def backups(self) -> BackupsAnswer:
        """Ask what the centre keeps of this window and its former incarnations."""

    async def fetch_backup(self, inc: int, n: int) -> bytes:
        """Fetch a backup's bytes."""


@dataclass(frozen=True, slots=True)
class BackupTools:
    """What makes and reads the sealed form; none of it touches the open store.

    Args:
        seal: seals, opens again from the bytes, and compares.
        open: opens a backup under its key.
        head: reads what a backup says of itself.
        page: reads a page's own file.
        named: says which pages the drafts name.
        digest: returns the hash of what a window holds.
        settings: reads this machine's own settings that a new machine would want.
        former: returns the vault of the slots that a backup carries.
        key_of: returns a backup's own key, of K_backup and the salt in its head.
    """

    seal: Callable[[ShareHead, OwnShare, bytes], bytes]
    open: Callable[[bytes, bytes], OwnShare]
    head: Callable[[bytes], ShareHead]
    page: Callable[[PagePlace], SharePage]
    named: Callable[[OwnShare], Collection[str]]
    digest: Callable[[OwnShare], str]
    settings: Callable[[], dict[str, str]]
    former: Callable[[bytes], VaultPort]
    key_of: Callable[[bytes, bytes], bytes]


class _Kept(msgspec.Struct, frozen=True):
    """The last backup that the centre read back."""

    n: int
    at_ms: int
    seen_ms: int
    size: int
    sha256: str
    digest: str
    left_out: int


class Backups:
    """Make this window's backups. Screen lane.

    Args:
        place: the open session's means, None at the door.
        line: to the centre.
        vault: whose slots go along.
        tools: the sealed form.
    """

    def __init__(
        self,
        place: Callable[[], Workplace | None],
        line: BackupLine,
        vault: VaultPort,
        tools: BackupTools,
    ) -> None:
        self._place = place
        self._line = line
        self._vault = vault
        self._tools = tools
        self._busy = asyncio.Lock()
        self._entered, self._left = asyncio.Event(), asyncio.Event()
        self._quiet_since = 0.0
        self._due_s = 0.0
        self.view = BackupView(kept=line.sends)

    def hear(self, news: DeskNews) -> None:
        """Follow who comes in and goes."""
        if isinstance(news, SessionOpened):
            self._quiet_since = _now_s()
            self._left.clear()
            self._entered.set()
        elif isinstance(news, SessionClosed):
            self._entered.clear()
            self._left.set()
            self.view = BackupView(kept=self._line.sends)

    async def run(self) -> None:
        """Live until cancelled: make one when something has changed and nothing else is to do."""
        if not self._line.sends:
            return
        while True:
            await self._entered.wait()
            await self._standing()
            self._due_s = max(self._due_s, _now_s() + FIRST_S)
            while self._entered.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._left.wait()
                if self._entered.is_set() and _now_s() >= self._due_s:
                    await self._turn()

    async def back_up(self) -> BackupView:
        """Make one now, though nothing may have changed; the answer is what the centre has.

        Raises:
            AppFailure: app.locked; app.practice_no_line; app.backup_not_kept: the centre wrote
                something else. LineFailure: the line. StoreFailure: the store, the disk.
        """
        place = self._place()
        if place is None:
            raise AppFailure("app.locked", FailureKind.RETRIABLE)
        if not self._line.sends:
            raise AppFailure("app.practice_no_line")
        await self._made(place, always=True)
        return self.view

    async def look(self) -> BackupView:
        """Ask the centre whether it has the last one whole, where anybody can be asked."""
        place = self._place()
        if place is not None and self._line.sends:
            await self._standing()
            with contextlib.suppress(Failure):
                await self._seen(place, (await self._line.backups()).kept)
        return self.view

    async def parting(self, place: Workplace, reason: str) -> None:
        """Make one at a session's orderly end, if something changed and a second is enough."""
        young = _now_s() - self._quiet_since < PARTING_AFTER_S
        if reason == "card_removed" or young or not self._line.sends or not self._idle():
            return
        with contextlib.suppress(Failure, OSError, TimeoutError):
            async with asyncio.timeout(PARTING_S):
                await self._made(place, always=False)

    # ------------------------------------------------------------ inside

    async def _turn(self) -> None:
        """Make one if the line is quiet; else at the next look."""
        place = self._place()
        if place is None or not self._idle():
            return
        self._due_s = _now_s() + AGAIN_S
        with contextlib.suppress(Failure, OSError):  # a disk that fails ends no window
            gone = not await self._seen(place, (await self._line.backups()).kept)
            await self._made(place, always=gone)
            self._due_s = _now_s() + EVERY_S

    def _idle(self) -> bool:
        view = self._line.view
        return view.phase is LinePhase.SYNCED and not view.pending and not view.uploads

    async def _standing(self) -> None:
        """Show what is known of the last one before anybody is asked."""
        place = self._place()
        if place is None:
            return
        with contextlib.suppress(Failure):
            self._show(await place.on_store(_kept, place))

    async def _seen(self, place: Workplace, kept: Sequence[BackupHead]) -> bool:
        """Hold what the centre says against what it had; say whether the last one is there."""
        last = await place.on_store(_kept, place)
        if last is None:
            return False
        inc = await place.on_store(_incarnation, place)
        there = any(
            (head.inc, head.n, head.sha256, head.damaged) == (inc, last.n, last.sha256, False)
            for head in kept
        )
        if there:
            last = msgspec.structs.replace(last, seen_ms=ms_of(place.now()))
            await place.on_store(_keep, place, last)
            self._show(last)
        else:
            lost = AppFailure("app.backup_gone", FailureKind.RETRIABLE)
            self.view = replace(self.view, problem=lost)
        return there

    async def _made(self, place: Workplace, *, always: bool) -> None:
        async with self._busy:
            self.view = replace(self.view, busy=True)
            try:
                made = await self._make(place, always=always)
            except Failure as failure:
                self.view = replace(self.view, problem=failure, busy=False)
                raise
            except BaseException:
                self.view = replace(self.view, busy=False)
                raise
            self._quiet_since = _now_s()
            self._show(made)

    async def _make(self, place: Workplace, *, always: bool) -> _Kept | None:
        lanes, tools = place.lanes, self._tools
        share = await self._gathered(place)
        digest = await lanes.crunch.run(tools.digest, share)
        last = await place.on_store(_kept, place)
        if not always and last is not None and last.digest == digest:
            return last
        try:
            return await self._sent(place, share, digest)
        except LineFailure as failure:
            known = failure.details.get("last")
            if failure.code != "wire.backup_old" or not isinstance(known, int):
                raise
            # This store is an older copy, or its count was not the last word: go on behind it.
            await place.on_store(_count_from, place, known)
        return await self._sent(place, share, digest)

    async def _sent(self, place: Workplace, share: OwnShare, digest: str) -> _Kept:
        """Seal what was read under the next number, send it, believe what was read back."""
        lanes, tools = place.lanes, self._tools
        n, dev, inc = await place.on_store(_number, place)
        head = ShareHead(
            dev=dev,
            inc=inc,
            n=n,
            at_ms=ms_of(place.now()),
            salt=new_bytes(32),
            slots=await lanes.card.run(self._vault.file),
        )
        key = await place.on_store(place.store.backup_key, head.salt)
        data = await lanes.crunch.run(tools.seal, head, share, key)
        answer = await self._line.keep_backup(n, data)
        sha256 = await lanes.crunch.run(_sha256, data)
        if (answer.n, answer.size, answer.sha256) != (n, len(data), sha256):
            raise AppFailure("app.backup_not_kept", FailureKind.BROKEN)
        made = _Kept(n, head.at_ms, head.at_ms, len(data), sha256, digest, share.left_out)
        await place.on_store(_keep, place, made)
        return made

    async def _gathered(self, place: Workplace) -> OwnShare:
        """Read what only this window holds, a slice at a time: steps go in between."""
        lanes, tools = place.lanes, self._tools
        settings = await lanes.crunch.run(tools.settings)
        share = OwnShare(
            drafts=await _whole(place, "drafts"),  # type: ignore[arg-type]
            bank=await _whole(place, "bank"),  # type: ignore[arg-type]
            values=await _whole(place, "values"),  # type: ignore[arg-type]
            steps=await _whole(place, "steps"),  # type: ignore[arg-type]
            settings=settings,
        )
        named = await lanes.crunch.run(tools.named, share)
        pages, size, left_out = [], 0, 0
        for where in await place.on_store(place.store.share_pages, named):
            size += where.size
            if size > PAGES_MOST:
                size -= where.size
                left_out += 1
                continue
            try:
                pages.append(await lanes.crunch.run(tools.page, where))
            except Failure:  # gone or damaged on this disk: a backup cannot mend it
                left_out += 1
        return msgspec.structs.replace(share, pages=pages, left_out=left_out)

    def _show(self, last: _Kept | None) -> None:
        if last is None:
            self.view = BackupView(kept=self._line.sends)
            return
        self.view = BackupView(
            made=moment_of(last.at_ms),
            seen=moment_of(last.seen_ms),
            size=last.size,
            left_out=last.left_out,
            kept=self._line.sends,
        )


async def _whole(place: Workplace, part: str) -> list[ShareRow]:
    rows: list[ShareRow] = []
    after = ""
    while found := await place.on_store(place.store.share_slice, part, after, SLICE):
        rows += found
        after = found[-1][0]
    return rows


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------- store lane


def _kept(place: Workplace) -> _Kept | None:
    kept = place.store.get_meta(_KEPT)
    return None if kept is None else from_json(kept, _Kept)


def _keep(place: Workplace, kept: _Kept) -> None:
    place.store.put_meta(_KEPT, msgspec.json.encode(kept))


def _incarnation(place: Workplace) -> int:
    head = place.store.head()
    return 0 if head is None else head.inc


def _count_from(place: Workplace, known: int) -> None:
    place.store.put_meta(_COUNT, b"%d" % known)


def _number(place: Workplace) -> tuple[int, str, int]:
    """Take the next number, durable before it is used: no two backups ever have the same."""
    head = place.store.head()
    if head is None:
        raise AppFailure("app.not_enrolled", FailureKind.BROKEN)
    n = int(place.store.get_meta(_COUNT) or b"0") + 1
    place.store.put_meta(_COUNT, b"%d" % n)
    return n, head.dev, head.inc
