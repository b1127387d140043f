"""What waits for a person: urges and orders from the centre, and steps that it refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.cases.timeline import step_of
from client.app.cases.why import Why
from client.app.hall.message_rows import owed_explanations, rows_of_messages
from client.app.rows.messages import ExceptionRow
from client.app.rows.words import Words
from client.app.steps.curing import OPENINGS, form_again, owed_cure, ways_of
from sync.domain.events import BOOKKEEPING, Kind
from sync.domain.fields import moment_of
from sync.domain.hall_steps import HALL_KINDS
from sync.domain.workflow import held_against
from sync.proof.events import read_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.items.catalogue import CatalogueDesk
    from client.app.ports.store import StoredEvent
    from client.app.rows.messages import CureOwed, MessageRow, OwedExplanation
    from client.app.rows.steps import PreregisterForm
    from client.app.session.workplace import Workplace

_CERTIFYING = frozenset({Kind.MAKE, Kind.SEAL_INTENT, Kind.SEAL, Kind.ISSUE, Kind.SIGN_FOR})


class Messages:
    """Urges, orders and exceptions of this window.

    Args:
        place: returns the open session's means, or raises app.locked.
        catalogue: says materials by their names in the screen's language.
    """

    def __init__(self, place: Callable[[], Workplace], catalogue: CatalogueDesk) -> None:
        self._place = place
        self._catalogue = catalogue

    async def urges(self) -> tuple[MessageRow, ...]:
        """Return urges, orders, escalations and findings, newest first, each with its answer."""
        place = self._place()
        stored = await place.on_store(place.store.messages)
        return await place.on_store(rows_of_messages, place, stored)

    async def owed(self, case: str) -> tuple[OwedExplanation, ...]:
        """Return the explanations of a case that this window or this person owes (TM06)."""
        place = self._place()
        return await place.on_store(owed_explanations, place, case)

    async def sound(self) -> bool:
        """Say whether this person wants a sound with an urge; off until somebody turns it on."""
        place = self._place()
        return await place.on_store(place.store.get_meta, _sound(place)) == b"on"

    async def set_sound(self, *, on: bool) -> None:
        """Keep whether this person wants a sound."""
        place = self._place()
        await place.on_store(place.store.put_meta, _sound(place), b"on" if on else b"off")

    async def exceptions(self) -> tuple[ExceptionRow, ...]:
        """Return own steps that the centre refused, each with its remedy."""
        place = self._place()
        return await place.on_store(_exceptions, place, self._catalogue.language)

    async def cure(self, case: str, event: str = "") -> CureOwed:
        """Return what a cure is about; without an event the case's first.

        Raises:
            AppFailure: app.no_cure.
        """
        place = self._place()
        return await place.on_store(owed_cure, place, case, event)

    async def again(self, event: str) -> PreregisterForm | None:
        """Return what was typed for a registration that was refused, None if there is none."""
        place = self._place()
        stored = await place.on_store(place.store.refused)
        found = next((each for each in stored if each.event == event), None)
        return None if found is None or found.kind not in OPENINGS else form_again(found)

    async def mark_read(self, event: str) -> None:
        """Take a message off the count."""
        place = self._place()
        await place.on_store(place.store.mark_read, event)

    async def dismiss(self, event: str) -> None:
        """Take an exception off the list: a person has dealt with it."""
        place = self._place()
        await place.on_store(place.store.dismiss, event)


def _exceptions(place: Workplace, language: str) -> tuple[ExceptionRow, ...]:
    """Read the exceptions with what can be done about each. Store lane."""
    refused = place.store.refused()
    return tuple(
        row_of_exception(event, ways_of(place, event), _why(place, event, language))
        for event in refused
    )


def _why(place: Workplace, event: StoredEvent, language: str) -> Words | None:
    """Return why in full, where the rules say now what the centre said. Store lane.

    The centre's answer is a code without particulars; which material is missing is known here too.
    """
    case = None if event.case is None else place.store.case(event.case)
    if case is None or event.kind in BOOKKEEPING or event.kind in HALL_KINDS:
        return None
    book = place.store.policy_book()
    found = held_against(case, step_of(event), book.rules())
    same = next((each for each in found if each.code == event.code), None)
    return None if same is None else Why(book, language).words(same, case)


def row_of_exception(
    event: StoredEvent, ways: tuple[str, ...] = ("case",), why: Words | None = None
) -> ExceptionRow:
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
        what=why,
        remedy=Words(_remedy(event, ways), {"code": code}),
        verdict=event.verdict,
        ways=ways,
    )


def _remedy(event: StoredEvent, ways: tuple[str, ...]) -> str:
    if event.kind in BOOKKEEPING:
        return "exception.remedy.session"
    if "case" not in ways:
        return "exception.remedy.again" if ways else "exception.remedy.never_opened"
    if event.verdict == "disputed":
        return "exception.remedy.disputed"
    if event.kind in _CERTIFYING:
        return "exception.remedy.certificate"
    if "paper" in read_body(event.record.body.encode()):
        return "exception.remedy.paper"
    return "exception.remedy"


def _sound(place: Workplace) -> str:
    return f"sound.{place.session.person}"
