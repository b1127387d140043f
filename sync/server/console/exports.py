"""Every table of figures and scores as a file for other programs: Excel and CSV.

The page's own table with all its columns, of what its visitor may see; each hand-out is written
down like a look at the page. A workbook says under the table what each figure means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # FastAPI reads annotations

from sync.domain.figures.counters import RATES, per_mille
from sync.protocol.errors import WireError
from sync.server.clock import moment
from sync.server.console.answers import TEXT_MAX, looked
from sync.server.console.figures import (
    COLUMNS,
    MORE,
    asked_of,
    column_of,
    degrees_of,
    formula,
    group_of,
    largest_first,
)
from sync.server.console.scores import kind_of
from sync.server.pages import Wording, language_of
from sync.server.services.entry.console import Look
from sync.server.services.figures.reckoning import TIMES
from sync.server.workbooks import Column, Form, Table, workbook_of
from sync.spreadsheets import csv_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sync.domain.statistics import Span
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.entry.console import Visitor
    from sync.server.services.figures.reckoning import Row, Waited

    Made = Callable[[Request, Visitor, Wording], Awaitable[Table]]

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_exports(router: APIRouter, desk: Desk, _pages: Pages) -> None:
    """Add an .xlsx and a .csv beside each page that has a table."""

    async def statistics(request: Request, visitor: Visitor, w: Wording) -> Table:
        group = group_of(request.query_params.get("by", ""))
        asked, span = asked_of(desk, request, visitor)
        rows = await desk.ledger.read(lambda tx: desk.reckoning.rows(tx, asked, span, group))
        shown = rows if group in TIMES else largest_first(rows)
        counted = [_counted(w, each) for each in (*COLUMNS, *MORE)]
        rates = [_rate(w, each) for each in RATES]
        return Table(
            name=f"statistics-{_days(span)}",
            title=f"{w.t('page.statistics')} · {w.t(f'figures.by.{group}')}",
            told=_told(w, span),
            columns=(Column(w.t(f"figures.by.{group}"), form=Form.TEXT), *counted, *rates),
            rows=tuple(
                (
                    _named(w, group.value, row) or w.t("stats.whole"),
                    *(getattr(row.counts, each) for each in (*COLUMNS, *MORE)),
                    *(per_mille(row.counts, each) for each in RATES),
                )
                for row in shown
            ),
            definitions=w.t("figures.definitions"),
        )

    async def times(request: Request, visitor: Visitor, w: Wording) -> Table:
        column = column_of(request.query_params.get("by", ""))
        asked, span = asked_of(desk, request, visitor)
        found = await desk.ledger.read(lambda tx: desk.reckoning.times(tx, asked, span, column))
        words = (w.t("figures.step"), w.t(f"figures.by.{column}"))
        minutes = w.t("figures.export.minutes")
        return Table(
            name=f"times-{_days(span)}",
            title=w.t("figures.times"),
            told=_told(w, span),
            columns=(
                *(Column(each, form=Form.TEXT) for each in words),
                Column(w.t("figures.count")),
                *(
                    Column(f"{w.t(f'figures.{each}')} ({minutes})")
                    for each in ("median", "p90", "mean")
                ),
            ),
            rows=tuple(_waited(w, each) for each in found),
            notes=(w.t("figures.times.how"),),
        )

    async def origins(request: Request, visitor: Visitor, w: Wording) -> Table:
        asked, span = asked_of(desk, request, visitor)
        places = await desk.ledger.read(lambda tx: desk.reckoning.origins(tx, asked, span))
        words = (w.t("figures.place"), w.t("figures.province"))
        return Table(
            name=f"origins-{_days(span)}",
            title=w.t("figures.origins"),
            told=_told(w, span),
            columns=(*(Column(each, form=Form.TEXT) for each in words), _counted(w, "received")),
            rows=tuple((place, w.code("place", place[:2]), n) for place, n in places.items()),
            definitions=w.t("figures.definitions"),
            notes=(w.t("figures.origins.how"),),
        )

    async def sunshine(request: Request, visitor: Visitor, w: Wording) -> Table:
        asked, span = asked_of(desk, request, visitor)
        found = await desk.ledger.read(lambda tx: degrees_of(desk, tx, visitor, asked, span))
        degree = Column(w.t("figures.sunshine"), w.t("figures.sunshine.how"), Form.PER_MILLE)
        parts = [
            Column(
                f"{w.t(f'figures.sunshine.{part.code}')} × {part.weight}",
                _how_of_part(w, part.code, part.lack),
                Form.PER_MILLE,
            )
            for part in formula()
        ]
        return Table(
            name=f"sunshine-{_days(span)}",
            title=w.t("figures.sunshine"),
            told=_told(w, span),
            columns=(Column(w.t("figures.by.department"), form=Form.TEXT), degree, *parts),
            rows=tuple(
                (
                    row.name or w.t("stats.whole"),
                    each.value,
                    *(part.value for part in each.parts),
                )
                for row, each in found
            ),
            definitions=w.t("figures.definitions"),
        )

    async def scores(request: Request, visitor: Visitor, w: Wording) -> Table:
        asked = request.query_params
        period, code = asked.get("period", "")[:TEXT_MAX], asked.get("code", "")[:TEXT_MAX]
        kind = kind_of(asked.get("kind", ""))
        run, ranked = await desk.ledger.read(
            lambda tx: desk.publishing.ranking(tx, period, code, kind, visitor)
        )
        rules = desk.scoring.rules(run)
        subject = w.t(f"scores.kind.{kind}")
        return Table(
            name=f"scores-{run.period}-{run.code}-{kind}",
            title=f"{w.t('scores.title')} · {subject}",
            told=w.t("scores.caption", period=run.period, rules=w.name(rules.name)),
            columns=(
                Column(w.t("scores.place"), w.t("scores.place.how")),
                Column(subject, form=Form.TEXT),
                Column(w.t("scores.total"), w.name(rules.source), Form.HUNDREDTHS),
                Column(w.t("scores.lost"), w.t("scores.lost.how"), Form.HUNDREDTHS),
            ),
            rows=tuple((each.place, each.name, each.total, each.lost) for each in ranked),
            definitions=w.t("figures.definitions"),
            notes=(
                w.t("scores.made", at=w.moment(run.made), version=rules.version),
                w.t(f"scores.state.{run.state}"),
                *(w.name(each) for each in rules.unscored),
            ),
        )

    for page, made in (
        ("statistics", statistics),
        ("statistics/times", times),
        ("statistics/origins", origins),
        ("statistics/sunshine", sunshine),
        ("scores", scores),
    ):
        _hand_out(router, desk, page, made)


def _hand_out(router: APIRouter, desk: Desk, page: str, made: Made) -> None:
    @router.get(f"/{page}.{{form}}")
    async def handed_out(request: Request, form: str) -> Response:
        """Hand a page's table out in a form."""
        if form not in {"xlsx", "csv"}:
            raise WireError("wire.not_found")
        visitor = await looked(desk, request, Look(f"{page}.{form}", request.url.query[:TEXT_MAX]))
        now = desk.clock.now_ms()
        table = await made(request, visitor, Wording(language_of(request), now))
        if form == "csv":
            data, kind = _plain(table), "text/csv; charset=utf-8"
        else:
            data = await desk.ledger.crunch(lambda: workbook_of(table, moment(now)))
            kind = _EXCEL
        headers = {"Content-Disposition": f'attachment; filename="{table.name}.{form}"'}
        return Response(data, media_type=kind, headers=headers)


def _plain(table: Table) -> bytes:
    """Return a table as CSV: rates in whole ‰, as their heads say, and points with two places."""
    unit = {Form.PER_MILLE: " ‰"}
    titles = [f"{each.title}{unit.get(each.form, '')}" for each in table.columns]
    forms = [each.form for each in table.columns]
    rows = [[_cell(*both) for both in zip(forms, row, strict=True)] for row in table.rows]
    return csv_of(titles, rows)


def _cell(form: Form, cell: str | int | None) -> str | int:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return f"{cell // 100}.{cell % 100:02}" if form is Form.HUNDREDTHS else cell


def _counted(w: Wording, name: str) -> Column:
    return Column(w.t(f"figures.column.{name}"), w.t(f"figures.column.{name}.how"))


def _rate(w: Wording, name: str) -> Column:
    title, how = w.t(f"figures.rate.{name}"), w.t(f"figures.rate.{name}.how")
    return Column(title, how, Form.PER_MILLE)


def _waited(w: Wording, each: Waited) -> tuple[str | int | None, ...]:
    whole = each.step.startswith(("life.", "wait."))
    step = w.t(f"figures.{each.step}") if whole else w.code("step", each.step)
    name = w.name(each.words, each.name)
    spread = each.spread
    return step, name, spread.n, spread.median, spread.p90, spread.mean


def _how_of_part(w: Wording, code: str, lack: str) -> str:
    if not lack:
        return w.t(f"figures.sunshine.{code}.how")
    rate, how = w.t(f"figures.rate.{lack}"), w.t(f"figures.rate.{lack}.how")
    return w.t("figures.sunshine.part", rate=rate, how=how)


def _named(w: Wording, group: str, row: Row) -> str:
    if row.words:
        return w.name(row.words, row.name)
    key = row.name or row.key
    return w.code(f"figures.{group}", key) if group in {"applicant", "channel"} and key else key


def _told(w: Wording, span: Span) -> str:
    first, last = span.first.isoformat(), span.last.isoformat()
    return f"{w.t('stats.told', first=first, last=last)} {w.t('figures.fresh')}"


def _days(span: Span) -> str:
    return f"{span.first.isoformat()}-{span.last.isoformat()}"
