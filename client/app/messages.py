"""What waits for a person: urges and orders from the centre, and steps that it refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.views import ExceptionRow, MessageRow, Words
from sync.domain.events import BOOKKEEPING, Kind
from sync.domain.fields import moment_of
from sync.proof.events import read_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from client.app.ports import StoredEvent, StoredMessage
    from client.app.workplace import Workplace

_CERTIFYING = frozenset({Kind.MAKE, Kind.SEAL_INTENT, Kind.SEAL, Kind.ISSUE, Kind.SIGN_FOR})


class Messages:
    """Urges, orders and exceptions of this window."""

    def __init__(self, place: Callable[[], Workplace]) -> None:
        self._place = place

    async def urges(self) -> tuple[MessageRow, ...]:
        """Return urges and orders, newest first."""
        place = self._place()
        stored = await place.on_store(place.store.messages)
        return tuple(row_of_message(message) for message in stored)

    async def exceptions(self) -> tuple[ExceptionRow, ...]:
        """Return own steps that the centre refused, each with its remedy."""
        place = self._place()
        stored = await place.on_store(place.store.refused)
        return tuple(row_of_exception(event) for event in stored)

    async def mark_read(self, event: str) -> None:
        """Take a message off the count."""
        place = self._place()
        await place.on_store(place.store.mark_read, event)

    async def dismiss(self, event: str) -> None:
        """Take an exception off the list: a person has dealt with it."""
        place = self._place()
        await place.on_store(place.store.dismiss, event)


def row_of_message(message: StoredMessage) -> MessageRow:
    """Turn a stored urge into what the message centre shows."""
    body = message.body
    level = str(body.get("level", "yellow"))
    return MessageRow(
        event=message.event,
        case=message.case,
        kind=message.kind,
        level=level,
        at=moment_of(message.at_ms),
        reply_by=_moment(body.get("reply_by")),
        text=Words(f"message.{message.kind}.{level}", {"case": message.case}),
        read=message.read,
    )


def row_of_exception(event: StoredEvent) -> ExceptionRow:
    """Turn a refused or disputed step into what happened and what can be done.

    A paper that the applicant may hold is not unmade by a verdict (rules.md §2): then the remedy
    is a cure by the chief representative, not a second try.
    """
    code = event.code or "app.unanswered"
    return ExceptionRow(
        event=event.event,
        case=event.case,
        kind=event.kind,
        at=moment_of(event.at_ms),
        code=code,
        what=Words("exception.what", {"code": code}),
        remedy=Words(_remedy(event), {"code": code}),
        verdict=event.verdict,
    )


def _remedy(event: StoredEvent) -> str:
    if event.kind in BOOKKEEPING:
        return "exception.remedy.session"
    if event.verdict == "disputed":
        return "exception.remedy.disputed"
    if event.kind in _CERTIFYING:
        return "exception.remedy.certificate"
    if "paper" in read_body(event.record.body.encode()):
        return "exception.remedy.paper"
    return "exception.remedy"


def _moment(value: object) -> datetime | None:
    return moment_of(value) if isinstance(value, int) else None
