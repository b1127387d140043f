"""Sums of days as a sheet of paper and as a table for a spreadsheet (FE05)."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from client.app.rows.words import Words
from client.documents.frame import Frame, Office
from sync.domain.amounts import capital, yuan
from sync.domain.calendar import CHINA
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.app.rows.money import SpanView
    from client.app.session.workplace import Workplace
    from client.documents.wording import Wording
    from sync.domain.tills import Entry

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("at", "kind", "case", "department", "manner", "amount", "receipt", "cashier")


@dataclass(frozen=True, slots=True)
class DaySheetData:
    """收费日结单: of one cashier's day, or of some days of the hall."""

    frame: Frame
    view: SpanView

    @property
    def kind(self) -> str:
        """Return the kind; it stands in no event."""
        return "day_sheet"

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""
        return "papers/day_sheet"

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the template's own values, formatted."""
        view = self.view
        begin, end = words.day(view.first), words.day(view.last)
        return {
            "span": begin if view.first == view.last else f"{begin} – {end}",
            "cashier": view.cashier,
            "made": words.moment(self.frame.made_at),
            "sums": [
                *(
                    [
                        words.coded("money.manner", each.manner),
                        yuan(each.taken_fen),
                        yuan(each.refunded_fen),
                        yuan(each.net_fen),
                        "" if each.counted_fen is None else yuan(each.counted_fen),
                    ]
                    for each in view.manners
                ),
                [
                    words.plain("money.total"),
                    yuan(view.taken_fen),
                    yuan(view.refunded_fen),
                    yuan(view.net_fen),
                    "",
                ],
            ],
            "departments": [[name, yuan(fen)] for name, fen in view.departments],
            "receipts": receipts_said(view.receipts),
            "capital": capital(view.net_fen),
            "wrong": [_said(words, each) for each in view.wrong],
        }


def span_sheet(place: Workplace, view: SpanView) -> DaySheetData:
    """Return the sheet of a span. Store lane."""
    now = place.now()
    session = place.session
    office = Office(
        hall=session.hall_name,
        department=session.hall_name,
        counter=session.counter,
        clerk=session.name,
    )
    tail = "" if view.first == view.last else f"-{view.last:%Y%m%d}"
    whose = f"-{session.person}" if view.cashier else ""
    return DaySheetData(
        Frame(
            office=office,
            dated=now.astimezone(CHINA).date(),
            made_at=now,
            no=f"{session.hall}-{view.first:%Y%m%d}{tail}{whose}",
            licensing=False,
            language=place.papers.language,
        ),
        view,
    )


def receipts_said(receipts: tuple[str, ...]) -> str:
    """Return receipts' numbers as runs: 33A-00000001–00000003, 33A-00000007."""
    runs: list[list[str]] = []
    for receipt in receipts:
        batch, _, number = receipt.rpartition("-")
        last = runs[-1][-1].rpartition("-") if runs else ("", "", "")
        follows = number.isdigit() and last[2].isdigit() and int(last[2]) + 1 == int(number)
        if runs and last[0] == batch and follows:
            runs[-1][1:] = [receipt]
        else:
            runs.append([receipt])
    return ", ".join(
        run[0] if len(run) == 1 else f"{run[0]}–{run[1].rpartition('-')[2]}" for run in runs
    )


def span_csv(entries: Iterable[Entry], language: str) -> bytes:
    """Return movements as CSV: UTF-8 with its mark, CRLF, no cell that a spreadsheet would run."""
    said = texts(language)
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([said.t(f"money.column.{name}") for name in COLUMNS])
    for entry in entries:
        manner = f"money.manner.{entry.manner}"
        signed = entry.amount_fen if entry.paid else -entry.amount_fen
        row = (
            entry.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            said.t("step.pay" if entry.paid else "step.refund"),
            entry.case,
            entry.scope,
            said.t(manner) if said.has(manner) else entry.manner,
            yuan(signed).replace(",", ""),
            entry.receipt,
            entry.person,
        )
        table.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def _said(words: Wording, said: Words) -> str:
    args = {
        name: words.plain(value.key, **value.args) if isinstance(value, Words) else value
        for name, value in said.args.items()
    }
    return words.plain(said.key, **args)
