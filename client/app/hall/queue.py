"""The hall's queue at a window: numbers drawn, called, handed on; and what works without the line.

The centre decides: each act is one request with an id of its own, sent again with the same id when
the answer was lost. Without the line this window goes on with numbers of its own (`own_queue`) and
brings them when the centre can be reached. Nothing here is a step of a case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.hall import own_queue
from client.app.rows.cases import PaperRow
from client.app.rows.queue import ClassCount, QueueView, TicketRow
from client.app.rows.words import Words
from client.app.steps.stepping import kept_paper
from client.documents.frame import Frame, Office, PublicCheck
from client.documents.ticket import TicketData
from sync.domain.calendar import CHINA
from sync.domain.fields import moment_of
from sync.domain.queue_rule import explain
from sync.domain.tickets import IN_HAND, TicketState
from sync.engine.faults import Fault, LineFailure
from sync.proof.keys import new_id
from sync.protocol.hall_messages import QueueAnswer, QueueCall
from sync.protocol.messages import Empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.items.catalogue import CatalogueDesk
    from client.app.ports.hall import HallLine
    from client.app.session.workplace import Workplace
    from sync.domain.policy import PolicyBook
    from sync.domain.queue_rule import QueueRule
    from sync.domain.tickets import Ticket

_AWAY = frozenset({Fault.LINE, Fault.BUSY, Fault.UNABLE, Fault.ACCESS})
_FRESH = "wire.fresh_login"  # a session that was opened without the line


class HallQueue:
    """Numbers; each call needs an open session.

    Args:
        place: returns the open session's means, or raises app.locked.
        line: to the centre.
        catalogue: says in which language classes are named.
    """

    def __init__(
        self, place: Callable[[], Workplace], line: HallLine, catalogue: CatalogueDesk
    ) -> None:
        self._place = place
        self._line = line
        self._catalogue = catalogue
        self._kept: QueueAnswer | None = None

    async def view(self) -> QueueView:
        """Return the queue as it stands; what was drawn without the line is brought first."""
        place = self._place()
        try:
            await self._bring(place)
            self._kept = await self._line.hall("/v1/queue/look", QueueAnswer, Empty())
        except LineFailure as failure:
            if not _away(failure):
                raise
            self._kept = None
        return await place.on_store(self._view, place, self._kept)

    async def act(self, what: str, number: str = "", **more: str) -> tuple[QueueView, str]:
        """Do one act; return the queue afterwards and the number that it was about.

        Args:
            what: "draw", "next", "again", "pass", "back", "hand", "serve", "done" or "leave".
            number: which, for all but "draw" and "next".
            more: kind, department, wanted, case.

        Raises:
            LineFailure, QueueFailure: the rule's refusal, by its code; nothing is changed then.
            AppFailure: app.queue_no_line: only the centre can do that.
        """
        place = self._place()
        call = QueueCall(id=new_id(), act=what, number=number, **_given(more))  # type: ignore[arg-type]  # the words above
        own = await place.on_store(own_queue.own_queue, place)
        held = own_queue.in_hand(own)
        # The centre knows nothing of what this window has in hand by itself.
        at_home = number in own.tickets or (what == "next" and own_queue.unsettled(held))
        if not at_home:
            try:
                await self._bring(place)
                answer = await self._asked(call)
            except LineFailure as failure:
                if not _away(failure):
                    raise
                self._kept = None
            else:
                if what == "next" and held is not None:
                    done = QueueCall(id=new_id(), act="done", number=held.number)
                    await place.on_store(own_queue.act, place, self._rule(place), done)
                self._kept = answer
                return await place.on_store(self._view, place, answer), answer.number
        _, number = await place.on_store(own_queue.act, place, self._rule(place), call)
        if at_home:
            return await self.view(), number
        return await place.on_store(self._view, place, None), number

    async def slip(self, number: str) -> PaperRow:
        """Make the slip of a number: 80 mm, with its QR code; it belongs to no case."""
        place = self._place()
        view = await place.on_store(self._view, place, self._kept)
        row = next(each for each in view.tickets if each.number == number)
        ahead = self._kept.ahead if self._kept and self._kept.number == number else None
        data = await place.on_store(_slip, place, row, ahead)
        paper = await kept_paper(place, data)
        return PaperRow(paper.kind, number, paper.sha256, place.now())

    # ------------------------------------------------------------ inside

    async def _asked(self, call: QueueCall) -> QueueAnswer:
        """Ask; once more with the same id where the answer may have been lost."""
        try:
            return await self._line.hall("/v1/queue/act", QueueAnswer, call)
        except LineFailure as failure:
            if failure.fault is not Fault.LINE:
                raise
        return await self._line.hall("/v1/queue/act", QueueAnswer, call)

    async def _bring(self, place: Workplace) -> None:
        own = await place.on_store(own_queue.own_queue, place)
        tickets = own_queue.to_bring(own)
        if tickets:
            call = QueueCall(id=new_id(), act="bring", tickets=tickets)
            await self._asked(call)
            await place.on_store(_settle, place, tickets)

    @staticmethod
    def _rule(place: Workplace) -> QueueRule:
        return place.store.policy_book().queue_rule(place.session.hall)

    def _view(self, place: Workplace, answer: QueueAnswer | None) -> QueueView:
        book, hall = place.store.policy_book(), place.session.hall
        rule, own = book.queue_rule(hall), own_queue.own_queue(place)
        tickets = [*([] if answer is None else answer.tickets), *own.tickets.values()]
        head = place.store.head()
        dev = head.dev if head else ""
        naming = _Naming(book, rule, self._catalogue.language, dev)
        live = [t for t in tickets if t.state not in {TicketState.DONE, TicketState.LEFT}]
        rows = tuple(naming.row(t) for t in sorted(live, key=_order))
        waiting = [t for t in live if t.state is TicketState.WAITING]
        return QueueView(
            online=answer is not None,
            mine=next((row for row in rows if row.mine), None),
            classes=tuple(
                ClassCount(
                    each.code,
                    each.name.of(self._catalogue.language),
                    each.letter,
                    sum(t.kind == each.code for t in waiting),
                )
                for each in rule.classes
            ),
            tickets=rows,
            counters=tuple(
                (device.dev, device.label)
                for device in book.devices.values()
                if device.hall == hall and device.dev != dev and device.closed_at is None
            ),
            departments=tuple(
                (d.code, d.name) for d in book.departments.values() if d.hall == hall
            ),
            rule=tuple(Words(f"queue.rule.{name}", dict(args)) for name, args in explain(rule)),
            waiting=len(waiting),
        )


class _Naming:
    """Names what a number's codes mean."""

    def __init__(self, book: PolicyBook, rule: QueueRule, language: str, dev: str) -> None:
        self._book, self._rule, self._language, self._dev = book, rule, language, dev

    def row(self, ticket: Ticket) -> TicketRow:
        """Return a number's row."""
        kind = self._rule.of(ticket.kind)
        department = self._book.departments.get(ticket.department)
        wanted = self._book.devices.get(ticket.wanted)
        whom = wanted.label if wanted else department.name if department else ""
        clerk = self._book.roster.get(ticket.first_person)
        first = (ticket.first_counter, clerk.name if clerk else ticket.first_person)
        return TicketRow(
            number=ticket.number,
            kind=kind.name.of(self._language) if kind else ticket.kind,
            state=ticket.state.value,
            since=moment_of(ticket.since).astimezone(CHINA),
            whom=whom,
            counter=ticket.counter,
            why=ticket.why,
            calls=ticket.calls,
            first=" ".join(part for part in first if part),
            case=ticket.case,
            mine=ticket.dev == self._dev and ticket.state in IN_HAND,
            local="-" in ticket.number,
        )


def _slip(place: Workplace, row: TicketRow, ahead: int | None) -> TicketData:
    """Return the slip of a number. Store lane."""
    now, session = place.now(), place.session
    office = Office(hall=session.hall_name, department=session.hall_name, counter=session.counter)
    url = f"{place.papers.public}/public/hall/{session.hall}?n={row.number}"
    frame = Frame(
        office=office,
        dated=now.astimezone(CHINA).date(),
        made_at=now,
        no=row.number,
        check=None if row.local else PublicCheck(url),
        licensing=False,
        language=place.papers.language,
    )
    return TicketData(frame, row.number, row.kind, row.whom, now, ahead)


def _settle(place: Workplace, tickets: list[Ticket]) -> None:
    """Let go of own numbers that the centre has now. Store lane.

    The own queue is read again: while the centre was asked, numbers were drawn and called here.
    """
    own_queue.keep(place, own_queue.brought(own_queue.own_queue(place), tickets))


def _order(ticket: Ticket) -> tuple[bool, int, str]:
    return ticket.state is TicketState.AWAY, ticket.since, ticket.number


def _away(failure: LineFailure) -> bool:
    """Say whether the centre could not be asked, rather than said no."""
    return failure.fault in _AWAY or failure.code == _FRESH


def _given(more: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if value}
