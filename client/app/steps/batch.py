"""Many decisions and one PIN: the cases that wait are listed, each with a sheet and act of its own.

proof.md §7 "PIN": one listed dialog of at most 50 items; the PIN is held for 60 seconds at most and
given to the card before each signature (slot 9C demands it); each item is an act of its own. Where
the switch `pin_per_signature` is on, a PIN is typed for each. What says no (不予) is not decided in
batches: each has its own reasons and parties to be heard. RO02, SE05, SE09.
"""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Final

from client.app.cases.case_view import CaseReader
from client.app.cases.waiting import waiting_for
from client.app.ports.store import CaseQuery
from client.app.rows.batch import BATCH_MOST, BatchCase, BatchEnd, BatchRound
from sync.domain.case import State
from sync.domain.catalogue import CaseKind
from sync.domain.events import Kind
from sync.domain.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from client.app.items.catalogue import CatalogueDesk
    from client.app.ports.store import CaseLine
    from client.app.rows.cases import CaseDetail
    from client.app.rows.steps import SigningSheet
    from client.app.session.workplace import Workplace
    from client.app.steps.signing import Signing
    from sync.domain.secret import Secret

PIN_HELD_S: Final = 60.0
_YES: Final = {State.DECIDING: Kind.GRANT, State.ACCEPTED: Kind.DECIDE_AT_ONCE}
# Failures that the next case would meet as well: nothing more is tried with this PIN.
_OF_THE_CARD: Final = ("card.", "app.other_card", "app.locked", "app.sheet_gone")


class Batch:
    """Lists what waits for a decision, and signs what was chosen of it.

    Args:
        place: returns the open session's means, or raises app.locked.
        signing: prepares and signs each sheet.
        catalogue: gives items their names in the screen's language.
        held_s: for how many seconds one PIN may be given to the card.
    """

    def __init__(
        self,
        place: Callable[[], Workplace],
        signing: Signing,
        catalogue: CatalogueDesk,
        held_s: float = PIN_HELD_S,
    ) -> None:
        self._place = place
        self._signing = signing
        self._catalogue = catalogue
        self._held_s = held_s
        self._made: dict[str, SigningSheet] = {}
        self._cancelled = False

    async def waiting(self) -> tuple[BatchCase, ...]:
        """Return the cases that this person may decide now, the most pressing first.

        At most BATCH_MOST. One in 决定 that cannot be granted yet stands there with its reason;
        an accepted one stands there only where it may be decided at once.
        """
        place = self._place()
        return await place.on_store(self._waiting, place)

    async def prepare(self, case: BatchCase, text: str) -> SigningSheet:
        """Make one case's sheet in place of its last; see Signing.prepare."""
        number = case.detail.row.number
        before = self._made.pop(number, None)
        if before is not None:
            self._signing.drop(before)
        sheet = self._made[number] = await self._signing.prepare(case.kind, number, text=text)
        return sheet

    def cancel(self) -> None:
        """Try no further case; the signature that is being made is made."""
        self._cancelled = True

    async def sign(
        self,
        sheets: Sequence[SigningSheet],
        pin: Secret[str],
        tell: Callable[[BatchEnd], None],
    ) -> BatchRound:
        """Sign sheet after sheet; a case that fails leaves the others whole.

        Args:
            sheets: as prepared, at most BATCH_MOST.
            pin: given to the card before each signature, for PIN_HELD_S at most.
            tell: called after each, on the screen lane.

        Returns:
            What came of it. A wrong PIN is tried once, never on the next case.
        """
        place, loop = self._place(), asyncio.get_running_loop()
        each = (await place.on_store(place.rules)).switches.pin_per_signature
        until = loop.time() + self._held_s
        self._cancelled = False
        ends: list[BatchEnd] = []
        for at, sheet in enumerate(sheets[:BATCH_MOST]):
            if self._cancelled or loop.time() >= until or (each and ends):
                return BatchRound(tuple(ends), _cases(sheets[at:]))
            try:
                end = BatchEnd(sheet.case, done=await self._signing.sign(sheet, pin))
            except Failure as failure:
                if failure.code.startswith(_OF_THE_CARD):
                    return BatchRound(tuple(ends), _cases(sheets[at:]), failure)
                end = BatchEnd(sheet.case, failure=failure)
            ends.append(end)
            tell(end)
        return BatchRound(tuple(ends), _cases(sheets[BATCH_MOST:]))

    # ------------------------------------------------------------ store lane

    def _waiting(self, place: Workplace) -> tuple[BatchCase, ...]:
        now = place.now()
        reader = CaseReader(place, now, self._catalogue.language)
        authority, scopes = place.rules().authority, place.recorder.mandate.scopes
        pairs = waiting_for(place.session.person, authority, scopes, now)
        found: list[BatchCase] = []
        for state in _YES:
            asked = tuple(pair for pair in pairs if pair[1] == state.value)
            room = BATCH_MOST - len(found)
            if asked and room > 0:
                lines = (line for line in _lines(place, asked) if _may_be(place, state, line))
                cases = (_decidable(reader.detail(line.number)) for line in lines)
                found += islice((case for case in cases if case is not None), room)
        return tuple(found)


def _lines(place: Workplace, waiting: tuple[tuple[str, str], ...]) -> Iterator[CaseLine]:
    """Give the lines of all cases that wait, page by page: most may not be decided in a batch."""
    after: str | None = None
    while True:
        query = CaseQuery(waiting=waiting, after=after, limit=BATCH_MOST, counted=False)
        page = place.store.cases(query)
        yield from page.rows
        after = page.after
        if after is None:
            return


def _may_be(place: Workplace, state: State, line: CaseLine) -> bool:
    """Say whether to read a case whole: of the accepted ones only what is decided at once."""
    case = place.store.case(line.number) if state is State.ACCEPTED else None
    return case is None or (case.kind_of_case is CaseKind.IMMEDIATE and not case.not_at_once)


def _decidable(detail: CaseDetail) -> BatchCase | None:
    kind = _YES[State(detail.row.state)]
    option = next((option for option in detail.options if option.kind == kind), None)
    if option is None or (kind == Kind.DECIDE_AT_ONCE and option.blocked is not None):
        return None
    return BatchCase(detail, kind, option.blocked)


def _cases(sheets: Sequence[SigningSheet]) -> tuple[str, ...]:
    return tuple(sheet.case for sheet in sheets)
