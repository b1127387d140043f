"""Figures in the console: by any cut, as trends, times, places, and the sunshine degree."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.calendar import china_day
from sync.domain.catalogue import CaseKind
from sync.domain.figures.counters import RATES, per_mille
from sync.domain.figures.hints import Took, hints_of
from sync.domain.figures.spreads import BUCKETS, upper_of
from sync.domain.figures.sunshine import degree, formula_of, published
from sync.domain.statistics import SPANS, Span, span_of
from sync.server.clock import moment
from sync.server.console.answers import TEXT_MAX, looked, still
from sync.server.services.entry.console import Look
from sync.server.services.figures.reckoning import LONGEST_DAYS, TIMES, Group
from sync.server.services.rows.figures import Cut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sync.domain.figures.hints import Hint
    from sync.domain.figures.sunshine import Degree, Part
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.entry.console import Visitor
    from sync.server.services.figures.reckoning import Row, Waited
    from sync.server.services.ports.ledger import Transaction

COLUMNS = ("received", "accepted", "decided", "early", "kept", "extended", "late", "at_once")
MORE = ("closed", "steps", "errors", "overdue_steps", "late_records")
_MONTHS = 13
_YEARS = (1970, 2199)  # those of every moment on the wire
_CUTS = ("item", "applicant", "channel", "dev", "person")


@cache
def formula() -> tuple[Part, ...]:
    """Return the formula of the sunshine degree as it ships."""
    return formula_of(json.loads((files("resources") / "figures" / "sunshine.json").read_bytes()))


def add_figures(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the pages."""

    @router.get("/statistics")
    async def statistics(request: Request) -> Response:
        """Show or hand out the figures of a span by a group."""
        group = group_of(request.query_params.get("by", ""))

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            asked, span = asked_of(desk, request, visitor)
            rows = await desk.ledger.read(lambda tx: desk.reckoning.rows(tx, asked, span, group))
            trend = await desk.ledger.read(
                lambda tx: desk.reckoning.trend(tx, asked, span.last, _MONTHS)
            )
            return {
                **_common(desk, request, visitor, span),
                "group": group.value,
                "rows": rows if group in TIMES else largest_first(rows),
                "trend": trend,
            }

        return await still(pages, request, "statistics.html", Look("statistics", group), shown)

    _add_more(router, desk, pages)


def _add_more(router: APIRouter, desk: Desk, pages: Pages) -> None:
    @router.get("/statistics/times")
    async def times(request: Request) -> Response:
        """Show how long steps and whole cases took, and who let wait."""
        column = column_of(request.query_params.get("by", ""))

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            asked, span = asked_of(desk, request, visitor)
            found = await desk.ledger.read(lambda tx: desk.reckoning.times(tx, asked, span, column))
            return {
                **_common(desk, request, visitor, span),
                "by": column,
                "times": found,
                "hints": _hints(desk, found, column),
                "name_of": {each.key: (each.words, each.name) for each in found},
                "upper": upper_of,
                "buckets": BUCKETS,
            }

        return await still(pages, request, "times.html", Look("times", column), shown)

    @router.get("/statistics/origins")
    async def origins(request: Request) -> Response:
        """Show where the enterprises come from that applied."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            asked, span = asked_of(desk, request, visitor)
            places = await desk.ledger.read(lambda tx: desk.reckoning.origins(tx, asked, span))
            return {
                **_common(desk, request, visitor, span),
                "places": places,
                "provinces": _provinces(places),
            }

        return await still(pages, request, "origins.html", Look("origins", ""), shown)

    @router.get("/statistics/sunshine")
    async def sunshine(request: Request) -> Response:
        """Show the sunshine degree of every department with its parts."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            asked, span = asked_of(desk, request, visitor)
            degrees = await desk.ledger.read(lambda tx: degrees_of(desk, tx, visitor, asked, span))
            return {
                **_common(desk, request, visitor, span),
                "degrees": degrees,
                "formula": formula(),
            }

        return await still(pages, request, "sunshine.html", Look("sunshine", ""), shown)


def asked_of(desk: Desk, request: Request, visitor: Visitor) -> tuple[Cut, Span]:
    """Return what a request wants counted, of what its visitor may see."""
    asked = request.query_params
    scope = asked.get("scope", "")
    scopes = (scope,) if scope in visitor.scopes else visitor.scopes
    chosen = {name: asked.get(name, "")[:TEXT_MAX] for name in _CUTS}
    return Cut((), scopes, **chosen), _span(desk, request)


def _span(desk: Desk, request: Request) -> Span:
    """Return the span of a name, or from one day to another; this month where neither fits."""
    asked, today = request.query_params, china_day(moment(desk.clock.now_ms()))
    try:
        span = Span(date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"]))
    except (KeyError, ValueError):
        name = asked.get("span", "")
        return span_of(name if name in SPANS else "month", today)
    fits = span.first <= span.last and (span.last - span.first).days <= LONGEST_DAYS
    # A year that is half typed ("0001") is a date too, and beside the first day there is no other.
    fits = fits and _YEARS[0] <= span.first.year and span.last.year <= _YEARS[1]
    return span if fits else span_of("month", today)


def _common(desk: Desk, request: Request, visitor: Visitor, span: Span) -> dict[str, Any]:
    asked = request.query_params
    return {
        "visitor": visitor,
        "span": span,
        "span_name": "" if asked.get("from") else asked.get("span", "month"),
        "spans": SPANS,
        "choices": desk.reckoning.choices(visitor.scopes),
        "asked": {name: asked.get(name, "")[:TEXT_MAX] for name in ("scope", *_CUTS)},
        "groups": [group.value for group in Group],
        "columns": COLUMNS,
        "more": MORE,
        "rates": tuple(RATES),
        "query": request.url.query,
        "per_mille": per_mille,
    }


def _hints(desk: Desk, found: Sequence[Waited], column: str) -> tuple[Hint, ...]:
    """Return what the times hint at (PE13)."""
    current = desk.policy.book.catalogue.current()
    at_once = frozenset(item.code for item in current if item.kind is CaseKind.IMMEDIATE)
    took = [Took(each.step, each.key, each.spread) for each in found]
    return hints_of(took, items=column == "item", immediate=at_once)


def _provinces(places: dict[str, int]) -> list[tuple[str, int]]:
    """Return places summed by the two digits of their province, most first."""
    sums: Counter[str] = Counter()
    for place, n in places.items():
        sums[place[:2]] += n
    return sums.most_common(12)


def degrees_of(
    desk: Desk, tx: Transaction, visitor: Visitor, asked: Cut, span: Span
) -> list[tuple[Row, Degree]]:
    """Return the sunshine degree of every department, the whole as the last."""
    return [
        (row, degree(formula(), row.counts, _published(desk, row.key, visitor)))
        for row in desk.reckoning.rows(tx, asked, span, Group.DEPARTMENT)
    ]


def _published(desk: Desk, scope: str, visitor: Visitor) -> dict[str, int | None]:
    """Return the share of items that are published in full, ‰: a department's, or all that show."""
    scopes = (scope,) if scope else visitor.scopes
    items = [
        item
        for item in desk.policy.book.catalogue.current()
        if f"{item.hall}/{item.department}" in scopes
    ]
    share = 1000 * sum(map(published, items)) // len(items) if items else None
    return {"published": share}


def largest_first(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the groups, most received first; the whole stays the last."""
    return (*sorted(rows[:-1], key=lambda r: (-r.counts.received, -r.counts.steps)), rows[-1])


def column_of(asked: str) -> str:
    """Return what times are shown by: whose turn it was, where nothing known is asked for."""
    return asked if asked in {"scope", "item", "owner"} else "owner"


def group_of(asked: str) -> Group:
    """Return what figures are shown by: departments where nothing known is asked for."""
    return Group(asked) if asked in set(Group) else Group.DEPARTMENT
