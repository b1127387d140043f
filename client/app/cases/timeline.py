"""The steps of a case as its timeline tells them: the case's truth, read from the log. Store lane.

Source: look.md "Case page"; proof.md §5 (proven intervals); rules.md §2 "No step outside the
system".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.rows.cases import PaperRow, Receiver, TimelineRow
from sync.domain import bodies
from sync.domain.department_systems import SYSTEM_DEVICE
from sync.domain.events import CENTRE_DEVICE, Kind, Late, Step
from sync.domain.fields import moment_of
from sync.domain.telling import tell
from sync.proof.events import read_logged_event
from sync.protocol.limits import ANCHOR_EVERY_MS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.app.ports.store import StoredEvent
    from sync.domain.policy import PolicyBook
    from sync.domain.telling import Told

UNHEARD_MS = 5 * ANCHOR_EVERY_MS
"""A window in touch gets an anchor a minute: a step that none bounds for so long was made offline.
"""
_STANDS = frozenset({"accepted", "pending"})
_SAID: Mapping[str, str] = {
    **dict.fromkeys((Kind.AMEND, Kind.NOTE_LATE, Kind.REASSIGN, Kind.RECUSE), "reason"),
    Kind.ARCHIVE: "originals",
}
"""The member that holds what somebody wrote, of steps whose `text` does not; no code."""


def timeline_of(events: tuple[StoredEvent, ...], book: PolicyBook) -> tuple[TimelineRow, ...]:
    """Tell a case's events, in the order in which they count.

    Args:
        events: of one case, as the store gives them.
        book: names people and counters; gives the rules.
    """
    steps = [step_of(event) for event in events]
    stands = [event.verdict in _STANDS for event in events]
    told = tell(zip(steps, stands, strict=True), book.rules())
    item = bodies.text(steps[0].body, "item") if steps else ""
    return tuple(map(_Teller(book, item).row, events, steps, told))


def step_of(event: StoredEvent) -> Step:
    """Return a logged event as the rules see it."""
    core = read_logged_event(event.record).core
    late = core.late
    return Step(
        id=event.event,
        kind=event.kind,
        case=event.case,
        scope=event.scope,
        person=event.person,
        device=event.dev,
        at=moment_of(event.at_ms),
        body=body_of(event),
        late=None if late is None else Late(moment_of(late.happened_at), late.reason),
        signed_by_card=event.record.act is not None,
        lo=None if event.lo_ms is None else moment_of(event.lo_ms),
        hi=None if event.hi_ms is None else moment_of(event.hi_ms),
    )


def receiver_in(events: tuple[StoredEvent, ...]) -> Receiver | None:
    """Return who took the certificate, by the newest issue that stands."""
    for event in reversed(events):
        if event.kind == Kind.ISSUE and event.verdict in _STANDS:
            said = bodies.part(body_of(event), "receiver")
            return Receiver(
                bodies.text(said, "name"),
                bodies.text(said, "id_no"),
                bodies.text(said, "relation"),
            )
    return None


def stands(event: StoredEvent) -> bool:
    """Say whether a step's effect stands, as far as is known here."""
    return event.verdict in _STANDS


_BY_HAND = frozenset({Kind.SIGN_FOR, Kind.SERVE})


def signed_in(events: tuple[StoredEvent, ...]) -> tuple[PaperRow, ...]:
    """Return the copies that were signed by hand on the screen (SE15)."""
    found = []
    for event in events:
        if event.kind not in _BY_HAND or event.verdict not in _STANDS:
            continue
        proof = bodies.part(body_of(event), "proof")
        copy = bodies.part(proof, "signed")
        sha256, at = bodies.text(copy, "sha256"), bodies.moment(copy, "at")
        if sha256 and at is not None:
            shown = bodies.part(proof, "shown")
            kind = bodies.text(shown, "kind") or "delivery"
            found.append(PaperRow(f"{kind}_signed", bodies.text(shown, "no"), sha256, at))
    return tuple(found)


class _Teller:
    """Gives events their words by one policy book."""

    def __init__(self, book: PolicyBook, item: str) -> None:
        self._book = book
        self._item = item

    def row(self, event: StoredEvent, step: Step, told: Told) -> TimelineRow:
        width = 0 if step.lo is None or step.hi is None else (event.hi_ms or 0) - (event.lo_ms or 0)
        return TimelineRow(
            event=event.event,
            kind=event.kind,
            person=self._person(event),
            role=told.role.value if told.role else "",
            counter=self._helper(step) or self._counter(event.dev),
            at=step.counted,
            width_s=width // 1000,
            light=told.light,
            passed=told.passed,
            signed_by_card=step.signed_by_card,
            late=step.late is not None,
            happened_at=step.late.happened_at if step.late else None,
            offline=width > UNHEARD_MS,
            verdict=event.verdict,
            code=event.code,
            note=bodies.text(step.body, _SAID.get(step.kind, "text")),
            acting_for=self._name(bodies.text(step.body, "acting_for")),
        )

    def _person(self, event: StoredEvent) -> str:
        if event.dev.startswith(CENTRE_DEVICE):
            return self._book.genesis.name if self._book.genesis else ""
        return self._name(event.person)

    def _name(self, person: str) -> str:
        known = self._book.roster.get(person)
        return known.name if known else person

    def _helper(self, step: Step) -> str:
        """Return the department that news of a joint case's child is about, "" for other steps."""
        bundle = self._book.catalogue.bundles.get(self._item)
        if bundle is None or step.kind not in (Kind.CHILD_MOVED, Kind.CHILD_ENDED):
            return ""
        wanted = bodies.text(step.body, "helper")
        code = next((h.department for h in bundle.helpers if h.code == wanted), "")
        known = self._book.departments.get(code)
        return known.name if known else code

    def _counter(self, dev: str) -> str:
        if dev.startswith(CENTRE_DEVICE):
            return ""
        if dev.startswith(SYSTEM_DEVICE):
            system = self._book.systems.get(dev.removeprefix(SYSTEM_DEVICE))
            return dev if system is None else system.name
        device = self._book.devices.get(dev)
        return device.counter if device else dev


def body_of(event: StoredEvent) -> Mapping[str, Any]:
    """Return the decoded body of an event."""
    return read_logged_event(event.record).body
