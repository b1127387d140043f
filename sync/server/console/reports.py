"""Reports to leaders: written, sent, instructed on, replied to, closed; each a paper (CH12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.reports import Stage
from sync.domain.supervising import Act
from sync.protocol.errors import WireError
from sync.server.console.answers import (
    again,
    answer,
    back,
    looked,
    own_form,
    page_of,
    still,
    visitor_of,
)
from sync.server.console.cases import NUMBER_MAX
from sync.server.pages import check_origin, form_of
from sync.server.services.entry.console import Look
from sync.server.services.supervision.reporting import (
    LOCK,
    LONGEST_WD,
    SAID_MAX,
    TEXT_MAX,
    TITLE_MAX,
    Draft,
    Instruction,
)
from sync.server.services.supervision.reports import LOOKED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction

R = TypeVar("R")

_ROOM = "/console/reports"
_ID_MAX = 64
_DIGITS = 4
_FORM_MAX = 65_536  # five thousand Chinese characters, as a form writes them
_FIELDS = 256  # a tick for each leader and each unit of a hall
_STAGES = (Stage.LATE, Stage.REPLIED, Stage.SENT, Stage.OPEN, Stage.DONE, Stage.DRAFT, Stage.CLOSED)
_LIMITS = {"title_max": TITLE_MAX, "text_max": TEXT_MAX, "said_max": SAID_MAX, "wd_max": LONGEST_WD}


def add_reports(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the room."""
    _add_reading(router, desk, pages)
    _add_writing(router, desk)
    _add_following(router, desk)


def _add_reading(router: APIRouter, desk: Desk, pages: Pages) -> None:
    @router.get("/reports")
    async def reports(request: Request) -> Response:
        """Show the reports that the visitor may see, in a stage."""
        asked, page = request.query_params.get("state", ""), page_of(request)
        state = asked if asked in set(Stage) else ""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.reports.listed(tx, visitor, state, page))
            stages = _STAGES if visitor.may(Act.REPORT) else _STAGES[:5] + _STAGES[6:]
            told = {"visitor": visitor, "found": found, "state": state, "page": page}
            return told | {"states": [each.value for each in stages]}

        look = Look("reports", state, again(request))
        return await answer(pages, request, "reports", look, shown)

    @router.get("/reports/new")
    async def new(request: Request) -> Response:
        """Show the empty form, about what the address says."""
        about = request.query_params.get("about", "")
        case = request.query_params.get("case", "")[:NUMBER_MAX]

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            places = desk.reports.places(visitor)
            scope = about if about in {each.scope for each in places} else ""
            return _form(desk, visitor, scope) | {"places": places, "case_no": case}

        look = Look("reports", "new")
        return await still(pages, request, "report_form.html", look, shown)

    @router.get("/reports/{id_}")
    async def report(request: Request, id_: str) -> Response:
        """Show one report as a paper, with what was written on it."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.reports.one(tx, visitor, id_))
            units = desk.reports.choices(found.scope).units if found.may_instruct else ()
            told = await desk.ledger.read(lambda tx: desk.report_notices.told(tx, found))
            return {"visitor": visitor, "report": found, "units": units, "told": told} | _LIMITS

        look = Look(LOOKED, id_[:_ID_MAX], again(request))
        return await answer(pages, request, "report", look, shown)

    @router.get("/reports/{id_}/edit")
    async def edit(request: Request, id_: str) -> Response:
        """Show the form of a draft."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.reports.one(tx, visitor, id_))
            if found.sent or not found.may_write:
                raise WireError("wire.not_found")
            told = {"report": found, "case_no": found.case_no, "places": ()}
            return _form(desk, visitor, found.scope) | told

        look = Look(LOOKED, id_[:_ID_MAX])
        return await still(pages, request, "report_form.html", look, shown)


def _add_writing(router: APIRouter, desk: Desk) -> None:
    @router.post("/reports")
    async def draft(request: Request) -> Response:
        """Keep a new draft."""
        said = _draft(await _long_form(desk, request))
        look = Look("report_draft", said.scope[:_ID_MAX])
        id_ = await _write(desk, request, look, lambda tx, who: desk.reporting.draft(tx, who, said))
        return back(f"{_ROOM}/{id_}")

    @router.post("/reports/{id_}")
    async def redraft(request: Request, id_: str) -> Response:
        """Keep a draft in place of what it said."""
        said = _draft(await _long_form(desk, request))
        look = Look("report_draft", id_[:_ID_MAX])
        await _write(desk, request, look, lambda tx, who: desk.reporting.draft(tx, who, said, id_))
        return back(f"{_ROOM}/{id_}")

    @router.post("/reports/{id_}/send")
    async def send(request: Request, id_: str) -> Response:
        """Send it."""
        await own_form(desk, request)
        look = Look("report_send", id_[:_ID_MAX])
        await _write(desk, request, look, lambda tx, who: desk.reporting.send(tx, who, id_))
        return back(f"{_ROOM}/{id_}")

    @router.post("/reports/{id_}/discard")
    async def discard(request: Request, id_: str) -> Response:
        """Throw a draft away."""
        await own_form(desk, request)
        look = Look("report_discard", id_[:_ID_MAX])
        await _write(desk, request, look, lambda tx, who: desk.reporting.discard(tx, who, id_))
        return back(_ROOM)

    @router.post("/reports/{id_}/close")
    async def close(request: Request, id_: str) -> Response:
        """Close it with how it ended."""
        text = (await own_form(desk, request)).get("text", "")
        look = Look("report_close", id_[:_ID_MAX])
        await _write(desk, request, look, lambda tx, who: desk.reporting.close(tx, who, id_, text))
        return back(f"{_ROOM}/{id_}")


def _add_following(router: APIRouter, desk: Desk) -> None:
    @router.post("/reports/{id_}/instruct")
    async def instruct(request: Request, id_: str) -> Response:
        """Write an instruction on it."""
        form = await own_form(desk, request)
        unit, _, person = form.get("duty", "").partition(" ")
        said = Instruction(form.get("text", ""), unit, person, _days(form))
        look = Look("instruct", id_[:_ID_MAX])
        await _write(
            desk, request, look, lambda tx, who: desk.reporting.instruct(tx, who, id_, said)
        )
        return back(f"{_ROOM}/{id_}")

    @router.post("/instructions/{id_}/reply")
    async def reply(request: Request, id_: str) -> Response:
        """Reply to an instruction."""
        text = (await own_form(desk, request)).get("text", "")
        look = Look("instruction_reply", id_[:_ID_MAX])
        report = await _write(
            desk, request, look, lambda tx, who: desk.reporting.reply(tx, who, id_, text)
        )
        return back(f"{_ROOM}/{report}")

    @router.post("/instructions/{id_}/judge")
    async def judge(request: Request, id_: str) -> Response:
        """Say whether a reply is enough."""
        form = await own_form(desk, request)
        verdict, text, days = form.get("verdict", ""), form.get("text", ""), _days(form)
        look = Look("instruction_judge", id_[:_ID_MAX])
        report = await _write(
            desk,
            request,
            look,
            lambda tx, who: desk.reporting.judge(tx, who, id_, verdict, text, days),
        )
        return back(f"{_ROOM}/{report}")


async def _write(
    desk: Desk, request: Request, look: Look, work: Callable[[Transaction, Visitor], R]
) -> R:
    """Do something as whoever holds the cookie, written down in the unit that does it."""
    return await desk.ledger.write(lambda tx: work(tx, visitor_of(desk, tx, request, look)), LOCK)


async def _long_form(desk: Desk, request: Request) -> dict[str, str]:
    check_origin(request, desk.settings.origin)
    return await form_of(request, _FORM_MAX, _FIELDS)


def _form(desk: Desk, visitor: Visitor, scope: str) -> dict[str, Any]:
    """Return what the form of a report about a scope shows; the scope's choice without one."""
    if scope:
        visitor.need(Act.REPORT, scope)
    told: dict[str, Any] = {"visitor": visitor, "report": None, "scope": scope, **_LIMITS}
    return told | {
        "about": desk.policy.book.unit_name(scope),
        "choices": desk.reports.choices(scope) if scope else None,
    }


def _draft(form: Mapping[str, str]) -> Draft:
    def ticked(head: str) -> frozenset[str]:
        return frozenset(name.removeprefix(head) for name in form if name.startswith(head))

    return Draft(
        scope=form.get("scope", ""),
        case_no=form.get("case_no", "").strip()[:NUMBER_MAX],
        # A form writes a line's end as two characters.
        title=form.get("title", ""),
        text=form.get("text", "").replace("\r\n", "\n"),
        leaders=ticked("to "),
        copies=ticked("copy "),
    )


def _days(form: Mapping[str, str]) -> int:
    days = form.get("days", "")
    return int(days) if days.isdecimal() and len(days) < _DIGITS else 0
