"""Certificates that were sealed here get an authority's time from the centre.

What the card seals says whose seal it is, not when; the centre adds the time as a second revision
(see docs/PROTOCOL.md). It is fetched when the line is back, and again whenever such a paper is
looked at, printed or saved; from then on the newest revision is what everybody sees. The first
stays, for the seal's event names it. What comes is held against the seal before it is kept: it must
begin with the very bytes that were sealed, and bring a trusted timestamp and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Final, Protocol

from client.app.rows.changes import LineChanged, SessionLocked
from client.app.rows.session import LinePhase
from client.documents.sign import check
from sync.domain.failures import Failure
from sync.engine.faults import Fault, LineFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.app.ports.store import CaseStore
    from client.app.rows.changes import DeskNews
    from client.app.session.workplace import Workplace

PDF: Final = "application/pdf"
WAITING: Final = "stamps.waiting"  # the certificates sealed here that have no stamp: {sha256: case}
PAUSES_S: Final = (2.0, 5.0, 15.0, 60.0, 300.0)  # the centre asks the authority, and may wait too
AT_HAND_S: Final = 3.0  # how long a paper that somebody wants to see waits for its stamp


class StampLine(Protocol):
    """The line to the centre, as far as it is needed here."""

    async def stamped(self, case: str, sha256: str) -> bytes:
        """Fetch the stamped revision of a certificate; raises LineFailure while there is none."""


class Stamps:
    """Fetches and keeps the stamped revisions of this window's certificates.

    Args:
        place: returns the open session's means, or raises app.locked.
        line: to the centre.
    """

    def __init__(self, place: Callable[[], Workplace], line: StampLine) -> None:
        self._place = place
        self._line = line
        self._online = False
        self._stirred = asyncio.Event()

    def hear(self, news: DeskNews) -> None:
        """Look again when the line is back and everything was sent. Screen lane."""
        if isinstance(news, SessionLocked):
            self._online = False
        elif isinstance(news, LineChanged):
            view = news.line
            sent = not view.pending and not view.uploads
            back = view.phase is LinePhase.SYNCED and sent
            if back and not self._online:
                self._stirred.set()
            self._online = back

    async def run(self) -> None:
        """Fetch what waits, for as long as the program runs."""
        tries = 0
        while True:
            self._stirred.clear()
            waits = await self._round() if self._online else False
            tries = tries + 1 if waits else 0
            pause = PAUSES_S[min(tries, len(PAUSES_S)) - 1] if waits else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stirred.wait()
                    tries = 0

    async def newest(self, sha256: str) -> str:
        """Return the hash of a paper's newest revision; asks the centre for it where one is due."""
        place = self._place()
        case = (await place.on_store(read_waiting, place.store)).get(sha256)
        if case is not None and self._online:
            with contextlib.suppress(Failure, TimeoutError):
                async with asyncio.timeout(AT_HAND_S):
                    await self._fetch(place, case, sha256)
        kept = await place.on_store(place.store.get_meta, _name(sha256))
        return sha256 if kept is None else kept.decode()

    # ------------------------------------------------------------ inside

    async def _round(self) -> bool:
        """Fetch what waits; say whether anything still does."""
        waits = False
        try:
            place = self._place()
            waiting = await place.on_store(_still_waiting, place.store)
            for sha256, case in waiting.items():
                try:
                    await self._fetch(place, case, sha256)
                except LineFailure as failure:
                    if failure.fault is not Fault.REFUSED:
                        raise
                    waits = True  # not yet, or never: those behind it may have theirs
        except Failure:  # the line went, or the window was locked
            return True
        return waits

    async def _fetch(self, place: Workplace, case: str, sha256: str) -> None:
        stamped = await self._line.stamped(case, sha256)
        sealed = await place.on_store(place.store.attachment, sha256)
        if await place.lanes.crunch.run(_holds, sealed, stamped, place.authorities):
            await place.on_store(_keep, place.store, sha256, stamped)


def wanting_stamp(store: CaseStore, case: str, sha256: str) -> Mapping[str, bytes]:
    """Return what is kept with the seal of a certificate, so that its stamp is fetched. Store lane.

    Another one's is not lost by it only where nothing comes between this and keeping it.
    """
    waiting = {**read_waiting(store), sha256: case}
    return {WAITING: json.dumps(waiting).encode()}


def read_waiting(store: CaseStore) -> dict[str, str]:
    """Return the certificates without a stamp, {sha256: case}. Store lane."""
    kept = store.get_meta(WAITING)
    return {} if kept is None else dict(json.loads(kept))


def newest_here(store: CaseStore, sha256: str) -> str:
    """Return the hash of a paper's newest revision that is kept here. Store lane."""
    kept = store.get_meta(_name(sha256))
    return sha256 if kept is None else kept.decode()


def _still_waiting(store: CaseStore) -> dict[str, str]:
    """Return what waits, without certificates whose seal the centre refused. Store lane."""
    waiting = read_waiting(store)
    sealed = {sha256: case for sha256, case in waiting.items() if _stands(store, case, sha256)}
    if sealed != waiting:
        store.put_meta(WAITING, json.dumps(sealed).encode())
    return sealed


def _stands(store: CaseStore, number: str, sha256: str) -> bool:
    case = store.case(number)
    return (
        case is not None and case.certificate is not None and (case.certificate.document == sha256)
    )


def _holds(sealed: bytes, stamped: bytes, authorities: tuple[bytes, ...]) -> bool:
    """Say whether this is the same seal with a time. Crunch lane."""
    return (
        stamped.startswith(sealed)
        and (found := check(stamped, authorities)).holds
        and found.stamped_at is not None
    )


def _keep(store: CaseStore, sha256: str, stamped: bytes) -> None:
    """Keep the revision and what it is one of. Store lane."""
    newest = store.put_attachment(stamped, PDF, None)
    store.put_meta(_name(sha256), newest.encode())
    waiting = read_waiting(store)
    waiting.pop(sha256, None)
    store.put_meta(WAITING, json.dumps(waiting).encode())


def _name(sha256: str) -> str:
    return f"stamp.{sha256}"
