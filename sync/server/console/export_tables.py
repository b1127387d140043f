"""What the tables of figures and scores hold when they are handed out: the page's, whole.

With all columns, of what the visitor may see; under it stands what each figure means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.figures.counters import RATES, per_mille
from sync.server.console.answers import TEXT_MAX
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
from sync.server.services.figures.reckoning import TIMES
from sync.server.workbooks import Column, Form, Table

if TYPE_CHECKING:
    from fastapi import Request

    from sync.domain.statistics import Span
    from sync.server.pages import Wording
    from sync.server.services.desk import Desk
    from sync.server.services.entry.console import Visitor
    from sync.server.services.figures.reckoning import Row, Waited


class Tables:
    """Makes each page's table, as its query asks for it.

    Every one raises what its page does: WireError forbidden, not_found, malformed.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def statistics(self, request: Request, visitor: Visitor, w: Wording) -> Table:
        """Return the statistics page's rows with every count and rate."""
        group = group_of(request.query_params.get("by", ""))
        asked, span = asked_of(self._desk, request, visitor)
        rows = await self._desk.ledger.read(
            lambda tx: self._desk.reckoning.rows(tx, asked, span, group)
        )
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

    async def times(self, request: Request, visitor: Visitor, w: Wording) -> Table:
        """Return how long steps and waits took: the middle, nine of ten, the mean."""
        column = column_of(request.query_params.get("by", ""))
        asked, span = asked_of(self._desk, request, visitor)
        found = await self._desk.ledger.read(
            lambda tx: self._desk.reckoning.times(tx, asked, span, column)
        )
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

    async def origins(self, request: Request, visitor: Visitor, w: Wording) -> Table:
        """Return how many applicants came from where."""
        asked, span = asked_of(self._desk, request, visitor)
        places = await self._desk.ledger.read(
            lambda tx: self._desk.reckoning.origins(tx, asked, span)
        )
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

    async def sunshine(self, request: Request, visitor: Visitor, w: Wording) -> Table:
        """Return the degree of sunshine of each department, with its parts."""
        asked, span = asked_of(self._desk, request, visitor)
        found = await self._desk.ledger.read(
            lambda tx: degrees_of(self._desk, tx, visitor, asked, span)
        )
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

    async def scores(self, request: Request, visitor: Visitor, w: Wording) -> Table:
        """Return a ranking with what was lost."""
        asked = request.query_params
        period, code = asked.get("period", "")[:TEXT_MAX], asked.get("code", "")[:TEXT_MAX]
        kind = kind_of(asked.get("kind", ""))
        run, ranked = await self._desk.ledger.read(
            lambda tx: self._desk.publishing.ranking(tx, period, code, kind, visitor)
        )
        rules = self._desk.scoring.rules(run)
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
