"""Pages of appointments: a hall's times, a telephone code, a number; given back by code (TM24)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.domain import identity
from sync.domain.calendar import CHINA
from sync.domain.fields import moment_of
from sync.domain.tickets import QueueFailure
from sync.protocol.errors import WireError
from sync.server.pages import form_of, language_of
from sync.server.public.doors import code_page, guarded, said, send_code, take_code
from sync.server.services.channels.outbox import Telling
from sync.server.services.hall.appointments import Wish
from sync.server.services.hall.queues import lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.domain.bookings import Booking
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction

_MAX = 64
_PURPOSE = "booking"
_CODE = "/public/book/code"
_MS_DIGITS = 13
_CARRIED = ("hall", "department", "item", "start", "name")


def appointment_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False, route_class=pages.route_class())
    _add_choosing(router, desk, pages)
    _add_confirming(router, desk, pages)
    _add_keeping(router, desk, pages)
    return router


async def _choosing(
    desk: Desk,
    pages: Pages,
    request: Request,
    asked: Mapping[str, str],
    problem: QueueFailure | None = None,
) -> Response:
    book = desk.policy.book
    hall = asked.get("hall", "") if asked.get("hall") in book.halls else next(iter(book.halls), "")
    own = [each for each in book.departments.values() if each.hall == hall]
    department = asked.get("department", "")
    if department not in {each.code for each in own}:
        department = own[0].code if own else ""
    offered = await desk.ledger.read(
        lambda tx: desk.appointments.offered(tx, hall, department, _day(asked.get("day", "")))
    )
    return pages.page(
        request,
        "book.html",
        status=200 if problem is None else 409,
        halls=book.halls.values(),
        departments=own,
        hall=hall,
        department=department,
        offered=offered,
        typed=asked,
        problem=None if problem is None else said(problem),
    )


def _add_choosing(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the times, and the code for one of them."""

    @router.get("/book")
    async def times(request: Request) -> Response:
        """Show a day's times of a department."""
        asked = {name: value[:_MAX] for name, value in request.query_params.items()}
        return await _choosing(desk, pages, request, asked)

    @router.post("/book")
    async def phone(request: Request) -> Response:
        """Send a code to whoever wants a time."""
        form = await form_of(request)
        typed = {name: form.get(name, "")[: 2 * _MAX] for name in (*_CARRIED, "day")}
        wrong = QueueFailure("booking.malformed")
        named = isinstance(identity.person_name(typed["name"]), str)
        if not _is_start(typed["start"]) or not named:
            return await _choosing(desk, pages, request, typed, wrong)
        try:
            id_ = await send_code(desk, request, form.get("phone", ""), _PURPOSE)
        except WireError as refused:
            if refused.code != "wire.malformed":
                raise
            return await _choosing(desk, pages, request, typed, wrong)
        return code_page(pages, request, _CODE, {"id": id_, **typed})


def _add_confirming(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the code that gives a time."""

    @router.post("/book/code")
    async def confirm(request: Request) -> Response:
        """Give the time to whoever typed the code."""
        form, lang = await form_of(request), language_of(request)
        carried = {name: form.get(name, "")[: 2 * _MAX] for name in ("id", "day", *_CARRIED)}
        if carried["hall"] not in desk.policy.book.halls or not _is_start(carried["start"]):
            raise WireError("wire.malformed")
        number = await take_code(desk, request, form, _PURPOSE)
        if not number:
            return code_page(pages, request, _CODE, carried, wrong=True)
        hall = carried["hall"]
        wish = Wish(
            start=int(carried["start"]),
            department=carried["department"],
            name=carried["name"],
            phone=number,
            item=carried["item"],
        )

        def given(tx: Transaction) -> Booking:
            booking = desk.appointments.make(tx, hall, wish)
            desk.outbox.tell(tx, _booked(desk, booking, lang), desk.clock.now_ms())
            return booking

        try:
            booking = await desk.ledger.write(given, lock(hall))
        except QueueFailure as failure:
            return await _choosing(desk, pages, request, carried, failure)
        return _shown(desk, pages, request, booking)


def _add_keeping(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the appointment itself, and its return."""

    @router.post("/book/look")
    async def look(request: Request) -> Response:
        """Show an appointment to whoever has its number and code; give it back if he says so."""
        form = await form_of(request)
        hall, number = form.get("hall", "")[:_MAX], form.get("no", "").strip()[:_MAX]
        code, lang = form.get("code", "").strip()[:_MAX], language_of(request)

        def held(tx: Transaction) -> Booking:
            return desk.appointments.with_code(tx, hall, number, code)

        def gone(tx: Transaction) -> Booking:
            booking = desk.appointments.cancel(tx, held(tx))
            name = f"booking/{hall}/{number}/cancelled"
            args = {"number": number}
            telling = Telling(name, "cancelled", args, phone=booking.phone, lang=lang)
            desk.outbox.tell(tx, telling, desk.clock.now_ms())
            return booking

        try:
            found = await guarded(desk, request, number, held)
            if form.get("act") == "cancel":
                found = await desk.ledger.write(gone, lock(hall))
        except QueueFailure as failure:
            asked = {"hall": hall, "no": number}
            return await _choosing(desk, pages, request, asked, failure)
        return _shown(desk, pages, request, found)


def _is_start(typed: str) -> bool:
    """Say whether a time of the page was chosen, ms."""
    return typed.isascii() and typed.isdecimal() and len(typed) == _MS_DIGITS


def _shown(desk: Desk, pages: Pages, request: Request, booking: Booking) -> Response:
    book = desk.policy.book
    hall, department = book.halls.get(booking.hall), book.departments.get(booking.department)
    return pages.page(
        request,
        "booking.html",
        booking=booking,
        hall=booking.hall if hall is None else hall.name,
        department=booking.department if department is None else department.name,
    )


def _booked(desk: Desk, booking: Booking, lang: str) -> Telling:
    at = moment_of(booking.start).astimezone(CHINA)
    hall = desk.policy.book.halls.get(booking.hall)
    args = {
        "day": at.date().isoformat(),
        "time": f"{at:%H:%M}",
        "hall": booking.hall if hall is None else hall.name,
        "number": booking.number,
        "code": booking.code,
    }
    name = f"booking/{booking.hall}/{booking.number}"
    return Telling(name, "booked", args, phone=booking.phone, lang=lang)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
