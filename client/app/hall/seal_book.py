"""The register of seals (用印登记) and certificate stock at this window, and the day's close.

Read from the log: each use of a seal with its document's hash and counter (peers-and-firsts §7,
SE09, SE10). The close compares them with what was printed and with the blank forms that a person
counts; its result is kept at this window, agreeing or not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from client.app.cases.timeline import step_of
from client.app.rows.seals import KeptClose, SealBookView, StockRow, UseRow
from sync.domain.calendar import CHINA
from sync.domain.fields import ms_of
from sync.domain.seal_register import Counts, Fate, close_day, register_of
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from client.app.files.prints import Prints
    from client.app.ports.store import CaseStore, StoredEvent
    from client.app.session.workplace import Workplace
    from sync.domain.policy import PolicyBook
    from sync.domain.seal_register import DayClose, Register, SealUse

KEPT: Final = "seal.closes"
KEPT_MOST: Final = 400  # closes that are remembered
SINCE: Final = timedelta(days=92)
SHOWN_MOST: Final = 300
_STANDS: Final = frozenset({"accepted", "pending"})


class SealBook:
    """Shows the register and closes days; each question needs an open session.

    Args:
        place: returns the open session's means, or raises app.locked.
        prints: knows what was printed here.
    """

    def __init__(self, place: Callable[[], Workplace], prints: Prints) -> None:
        self._place = place
        self._prints = prints

    async def view(self) -> SealBookView:
        """Return the register of the last three months and what today comes to."""
        place = self._place()
        now = place.now()
        events, closes, opening, left, book = await place.on_store(_read, place.store, now)
        register, printed = await self._register(place, events)
        expected = close_day(register, _day(now), printed, Counts(opening, 0, 0)).blanks_expected
        today = close_day(register, _day(now), printed, Counts(opening, 0, expected or 0))
        pending = {event.event for event in events if event.verdict == "pending"}
        uses = [_use(use, printed, pending, book) for use in reversed(register.uses)]
        return SealBookView(
            uses=tuple(uses[:SHOWN_MOST]),
            stock=tuple(_stock(register)[:SHOWN_MOST]),
            left=left,
            opening=opening,
            today=today,
            closes=tuple(reversed(closes)),
        )

    async def close(self, received: int, left: int) -> DayClose:
        """Close today by what was counted, and keep the result, agreeing or not.

        A day closed again is kept again; the newest count opens the next day.

        Args:
            received: blank forms that came today.
            left: blank forms that are there now.
        """
        place = self._place()
        now = place.now()
        events, _closes, opening, _left, _book = await place.on_store(_read, place.store, now)
        register, printed = await self._register(place, events)
        closed = close_day(register, _day(now), printed, Counts(opening, received, left))
        kept = KeptClose(
            closed.day, place.session.name, now, received, left, len(closed.differences)
        )
        await place.on_store(_keep, place.store, kept)
        return closed

    async def _register(
        self, place: Workplace, events: tuple[StoredEvent, ...]
    ) -> tuple[Register, dict[str, int]]:
        register = register_of(step_of(event) for event in events if event.verdict in _STANDS)
        printed = {}
        for use in register.uses:
            newest = await place.on_store(place.store.get_meta, f"stamp.{use.document}")
            papers = {use.document, newest.decode() if newest else use.document}
            counts = [(await self._prints.before(paper)).count for paper in papers]
            printed[use.document] = sum(counts)
        return register, printed


# -- store lane -----------------------------------------------------------------------------------


def _read(
    store: CaseStore, now: datetime
) -> tuple[tuple[StoredEvent, ...], tuple[KeptClose, ...], int | None, int, PolicyBook]:
    closes = _closes(store)
    before = [each for each in closes if each.day < _day(now)]
    return (
        store.seal_steps(ms_of(now - SINCE)),
        closes,
        before[-1].left if before else None,
        store.numbers_left("certificate"),
        store.policy_book(),
    )


def _closes(store: CaseStore) -> tuple[KeptClose, ...]:
    kept = store.get_meta(KEPT)
    return () if kept is None else from_json(kept, tuple[KeptClose, ...])


def _keep(store: CaseStore, close: KeptClose) -> None:
    kept = (*_closes(store), close)[-KEPT_MOST:]
    store.put_meta(KEPT, msgspec.json.encode(kept))


# -- rows -----------------------------------------------------------------------------------------


def _day(now: datetime) -> date:
    return now.astimezone(CHINA).date()


def _use(use: SealUse, printed: Mapping[str, int], pending: set[str], book: PolicyBook) -> UseRow:
    known, seal = book.roster.get(use.person), book.seals.get(use.seal)
    department = book.departments.get(seal.department) if seal else None
    return UseRow(
        serial=use.serial,
        case=use.case,
        seal=department.name if department else use.seal,
        counter=use.counter,
        document=use.document,
        person=known.name if known else use.person,
        at=use.at,
        printed=printed.get(use.document, 0),
        pending=use.event in pending,
    )


def _stock(register: Register) -> list[StockRow]:
    return [
        StockRow(each.serial, each.case, each.fate.value, each.drawn, each.reason)
        for each in reversed(register.serials)
        if each.fate is not Fate.SEALED
    ]
