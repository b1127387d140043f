"""What a session finds half made by one that was cut off, and puts in order. Store lane.

A certificate is sealed in three signatures, and the window can die, or the card be pulled, between
any two of them. The intent is in the log by then: an intent that no seal followed is voided by an
event at the next login of whoever may (proof.md §7 "PAdES"), so that a signature which may exist
somewhere is known to count for nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.ports.store import CaseQuery
from sync.domain.case import State
from sync.domain.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.app.session.workplace import Workplace
    from sync.domain.case import Case

INTERRUPTED = "interrupted"
_PAGE = 500


def void_unsealed(place: Workplace) -> int:
    """Void this device's intents without a seal, as far as the person may; return how many.

    The rest waits for the next login of somebody who may.

    Raises:
        StoreFailure: nothing more can be recorded here.
    """
    voided = 0
    for case, serial in list(_unsealed(place)):  # all at once: voiding one moves the pages
        members = {"serial": serial, "reason": INTERRUPTED}
        draft = place.recorder.draft(Kind.SEAL_VOID, case.scope, case.number, members)
        try:
            place.recorder.commit(draft)
        except AppFailure:
            continue  # not for this person to do
        voided += 1
    return voided


def _making(place: Workplace, making: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """Return the cases that wait in these states, page by page to the last."""
    query: CaseQuery | None = CaseQuery(waiting=making, limit=_PAGE, counted=False)
    while query is not None:
        page = place.store.cases(query)
        yield from (line.number for line in page.rows)
        query = None if page.after is None else replace(query, after=page.after)


def _unsealed(place: Workplace) -> Iterator[tuple[Case, str]]:
    making = tuple((scope, State.MAKING.value) for scope in place.recorder.mandate.scopes)
    for number in _making(place, making):
        case = place.store.case(number)
        if case is None or case.certificate is None or case.certificate.intent is None:
            continue
        intents = [mark for mark in case.steps if mark.kind == Kind.SEAL_INTENT]
        if intents and intents[-1].device == place.recorder.mandate.dev:
            yield case, case.certificate.serial
