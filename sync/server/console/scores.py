"""Scores in the console: rankings, one score with every loss, review and publication, faults."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.calendar import china_day
from sync.domain.figures.scoring import Subject
from sync.protocol.errors import WireError
from sync.server.clock import moment
from sync.server.console.answers import TEXT_MAX, back, looked, own_form, still, visitor_of
from sync.server.services.entry.console import Look
from sync.server.services.evaluation.publishing import FAULTS, PUBLIC_KINDS
from sync.server.services.rows.scores import FaultRow

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction

_FAULTS_SHOWN = 12  # months


def add_scores(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the pages and what is done on them."""

    @router.get("/scores")
    async def scores(request: Request) -> Response:
        """Show a ranking of the newest run, or of the one that is asked for."""
        asked = request.query_params
        kind = kind_of(asked.get("kind", ""))

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            runs = await desk.ledger.read(lambda tx: tx.scores.runs())
            wanted = (asked.get("period", ""), asked.get("code", ""))
            run = next((r for r in runs if (r.period, r.code) == wanted), next(iter(runs), None))
            ranked: Any = ()
            if run is not None:
                of = (run.period, run.code, kind, visitor)
                _, ranked = await desk.ledger.read(lambda tx: desk.publishing.ranking(tx, *of))
            return {
                "visitor": visitor,
                "runs": [(each, desk.scoring.rules(each)) for each in runs],
                "run": run,
                "rules": None if run is None else desk.scoring.rules(run),
                "kind": kind.value,
                "kinds": [each.value for each in Subject],
                "public_kinds": [each.value for each in PUBLIC_KINDS],
                "ranked": ranked,
                "same": asked.get("same", ""),
                "query": ""
                if run is None
                else urlencode({"period": run.period, "code": run.code, "kind": kind.value}),
                "name": desk.publishing.person_name,
            }

        return await still(pages, request, "scores.html", Look("scores", kind.value), shown)

    @router.get("/scores/sheet")
    async def sheet(request: Request) -> Response:
        """Show one score with each loss and the step that lost it."""
        asked = request.query_params
        period, code = asked.get("period", "")[:TEXT_MAX], asked.get("code", "")[:TEXT_MAX]
        who = (kind_of(asked.get("kind", "")), asked.get("subject", "")[:TEXT_MAX])

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(
                lambda tx: desk.publishing.sheet(tx, visitor, period, code, who)
            )
            rules = desk.scoring.rules(found.run)
            return {"visitor": visitor, "sheet": found, "rules": rules, "named": _named(rules)}

        look = Look("score", f"{period} {who[1]}")
        return await still(pages, request, "score.html", look, shown)

    @router.get("/faults")
    async def faults(request: Request) -> Response:
        """Show what people entered, and the form for it."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            month = china_day(moment(desk.clock.now_ms())).isoformat()[:7]
            months = _months_to(month)
            rows = await desk.ledger.read(lambda tx: tx.scores.faults(months))
            subjects = desk.publishing.subjects(visitor)
            seen = {(kind, code) for kind, each in subjects.items() for code, _ in each}
            return {
                "visitor": visitor,
                "month": month,
                "months": months[:2],
                "faults": [row for row in rows if (Subject(row.kind), row.subject) in seen],
                "subjects": subjects,
                "codes": FAULTS,
                "named": desk.publishing.name,
                "kind_of": Subject,
                "name": desk.publishing.person_name,
            }

        return await still(pages, request, "faults.html", Look("faults", ""), shown)

    _add_acts(router, desk)
    _add_faults(router, desk)


def _add_acts(router: APIRouter, desk: Desk) -> None:
    @router.post("/scores/{act}")
    async def act(request: Request, act: str) -> Response:
        """Review or publish a run, or make it again to see that it is the same."""
        form = await own_form(desk, request)
        period, code = form.get("period", "")[:TEXT_MAX], form.get("code", "")[:TEXT_MAX]
        place = {"period": period, "code": code}

        def visited(tx: Transaction) -> Visitor:
            return visitor_of(desk, tx, request, Look(f"scores.{act}"[:TEXT_MAX], period))

        if act == "again":
            await desk.ledger.write(visited)
            place["same"] = "no" if await _differs(desk, period, code) else "yes"
        elif act == "review":
            await desk.ledger.write(
                lambda tx: desk.publishing.review(tx, visited(tx), period, code)
            )
        elif act == "publish":
            await desk.ledger.write(
                lambda tx: desk.publishing.publish(tx, visited(tx), period, code)
            )
        else:
            raise WireError("wire.not_found")
        return back(f"/console/scores?{urlencode(place)}")


def _add_faults(router: APIRouter, desk: Desk) -> None:
    @router.post("/faults")
    async def enter(request: Request) -> Response:
        """Enter a fault."""
        form = await own_form(desk, request)
        kind, _, subject = form.get("subject", "").partition(" ")
        if kind not in set(Subject):
            raise WireError("wire.malformed")
        fault = FaultRow(
            id="",
            month=form.get("month", ""),
            kind=kind,
            subject=subject,
            code=form.get("code", ""),
            case_no=form.get("case", "").strip()[:TEXT_MAX],
            text=form.get("text", ""),
            entered_by="",
            entered=0,
        )
        months = _months_to(china_day(moment(desk.clock.now_ms())).isoformat()[:7])[:2]
        if fault.month not in months:
            raise WireError("wire.malformed")

        def entered(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("fault", subject))
            desk.publishing.enter_fault(tx, visitor, fault)

        await desk.ledger.write(entered)
        return back("/console/faults")

    @router.post("/faults/confirm")
    async def confirm(request: Request) -> Response:
        """Confirm what another supervisor entered."""
        id_ = (await own_form(desk, request)).get("id", "")[:TEXT_MAX]

        def confirmed(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("fault.confirm", id_))
            desk.publishing.confirm_fault(tx, visitor, id_)

        await desk.ledger.write(confirmed)
        return back("/console/faults")


async def _differs(desk: Desk, period: str, code: str) -> bool:
    """Make a month's run again; say whether any figure is another one now."""
    run = await desk.ledger.read(lambda tx: tx.scores.run(period, code))
    if run is None or "H" in period or len(period) == len("2026"):
        raise WireError("wire.not_found")
    material = await desk.ledger.read(lambda tx: desk.scoring.made_of(tx, run))
    kept = tuple(await desk.ledger.read(lambda tx: tx.scores.scores_of(code, (period,))))
    return bool(await desk.ledger.crunch(lambda: desk.publishing.again(material, kept)))


def kind_of(asked: str) -> Subject:
    """Return who is ranked: departments where nothing known is asked for."""
    return Subject(asked) if asked in set(Subject) else Subject.DEPARTMENT


def _named(rules: Any) -> dict[str, Any]:
    """Return the words of every part, rule and suggestion by code."""
    named = {each.code: each.name for each in (*rules.bonuses, *rules.suggestions)}
    for part in (*rules.parts, rules.whole):
        named[f"part {part.code}"] = part.name
        named.update((each.code, each.name) for each in (*part.losses, *part.shares))
    return named


def _months_to(month: str) -> tuple[str, ...]:
    year, number = int(month[:4]), int(month[5:])
    every = [(year * 12 + number - 1 - back_) for back_ in range(_FAULTS_SHOWN)]
    return tuple(f"{each // 12}-{each % 12 + 1:02}" for each in every)
