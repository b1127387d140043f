"""Pages of complaints, inquiries and evaluations (CH05, CH08, CH15)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.domain.evaluation import GRADES, REASONS
from sync.protocol.errors import WireError
from sync.server.api.doors import address
from sync.server.pages import form_of, language_of
from sync.server.public.doors import code_page, guarded, send_code, take_code
from sync.server.services.public.evaluations import Verdict
from sync.server.services.public.letters import KINDS, LOCK, TEXT_MOST, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction

_ID_MAX = 64
_PURPOSE = "letter"
_SEND = "/public/letters/send"
_FORM_MAX = 16_384  # a letter of Chinese characters, each nine bytes as a form writes it
_CARRIED = ("kind", "hall", "department", "case", "text")
_STATUS = {Verdict.KEPT: 200, Verdict.UNKNOWN: 404}


def letter_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False, route_class=pages.route_class())
    _add_writing(router, desk, pages)
    _add_reading(router, desk, pages)
    _add_evaluation(router, desk, pages)
    return router


def _writing(
    desk: Desk, pages: Pages, request: Request, typed: Mapping[str, str], wrong: str = ""
) -> Response:
    book = desk.policy.book
    return pages.page(
        request,
        "letters.html",
        status=422 if wrong else 200,
        kinds=KINDS,
        days={kind: desk.strangers.letters.days(kind) for kind in KINDS},
        halls=book.halls.values(),
        departments=book.departments.values(),
        typed=typed,
        wrong=wrong,
        most=TEXT_MOST,
    )


def _add_writing(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the letter's form, and the code that sends it."""
    letters = desk.strangers.letters

    @router.get("/letters")
    async def write(request: Request) -> Response:
        """Show the form of a letter, and the one that asks for its answer."""
        case = request.query_params.get("case", "")[:_ID_MAX]
        return _writing(desk, pages, request, {"case": case})

    @router.post("/letters")
    async def phone(request: Request) -> Response:
        """Send a code to whoever writes."""
        form = await form_of(request, _FORM_MAX)
        typed = {name: form.get(name, "")[: 2 * TEXT_MOST] for name in _CARRIED}
        known = typed["hall"] in desk.policy.book.halls and typed["kind"] in KINDS
        if not known or not typed["text"].strip() or len(typed["text"]) > TEXT_MOST:
            return _writing(desk, pages, request, typed, "text")
        try:
            id_ = await send_code(desk, request, form.get("phone", ""), _PURPOSE)
        except WireError as refused:
            if refused.code != "wire.malformed":
                raise
            return _writing(desk, pages, request, typed, "phone")
        return code_page(pages, request, _SEND, {"id": id_, **typed})

    @router.post("/letters/send")
    async def send(request: Request) -> Response:
        """Keep the letter of whoever typed the code."""
        form, lang = await form_of(request, _FORM_MAX), language_of(request)
        carried = {name: form.get(name, "") for name in ("id", *_CARRIED)}
        number = await take_code(desk, request, form, _PURPOSE)
        if not number:
            return code_page(pages, request, _SEND, carried, wrong=True)
        wanted = Wanted(
            carried["kind"],
            carried["hall"],
            carried["text"],
            carried["department"],
            carried["case"],
        )
        row = await desk.ledger.write(lambda tx: letters.send(tx, wanted, number, lang), LOCK)
        return pages.page(request, "letter.html", row=row, fresh=True)


def _add_reading(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the answer to a letter."""
    letters = desk.strangers.letters

    @router.post("/letters/read")
    async def read(request: Request) -> Response:
        """Show a letter and its answer to whoever has its number and check code."""
        form = await form_of(request)
        number, code = form.get("no", "")[:_ID_MAX], form.get("code", "")
        try:
            row = await guarded(desk, request, number, lambda tx: letters.of(tx, number, code))
        except WireError as refused:
            if refused.code != "wire.not_found":
                raise
            return _writing(desk, pages, request, {"no": number}, "unknown")
        return pages.page(request, "letter.html", row=row, fresh=False)


def _add_evaluation(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the evaluation of a service."""

    def page(request: Request, number: str, verdict: Verdict | None) -> Response:
        return pages.page(
            request,
            "evaluate.html",
            status=200 if verdict is None else _STATUS.get(verdict, 422),
            number=number,
            verdict=None if verdict is None else verdict.value,
            grades=GRADES,
            reasons=REASONS,
        )

    @router.get("/evaluate")
    async def ask(request: Request) -> Response:
        """Show the form."""
        return page(request, request.query_params.get("no", "")[:_ID_MAX], None)

    @router.post("/evaluate")
    async def evaluate(request: Request) -> Response:
        """Keep what whoever has a case's number and check code says of its service."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        form = await form_of(request, _FORM_MAX)
        number, code = form.get("no", "")[:_ID_MAX], form.get("code", "")
        grade = form.get("grade", "")
        reasons = tuple(each for each in REASONS if form.get(f"why.{each}"))
        asked = desk.public.ask(number, code, address(request))

        def given(tx: Transaction) -> Verdict:
            if desk.public.status(tx, asked) is None:
                return Verdict.UNKNOWN
            figure = int(grade) if grade in {"1", "2", "3", "4", "5"} else 0
            text = form.get("text", "")
            return desk.strangers.evaluations.give(tx, asked.number, figure, reasons, text)

        verdict = await desk.ledger.write(given)
        if verdict is not Verdict.UNKNOWN:
            desk.public.settled(asked)
        await asyncio.sleep(max(0.0, begun + 0.25 - loop.time()))
        return page(request, number, verdict)
