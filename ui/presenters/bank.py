"""The bank's statements: read, matched, explained; a payment is begun, never made (FE02, FE06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from client.app.forms.table import Filled
from sync.domain.failures import Failure
from ui.presenters.money import Screen
from ui.values import Problem, Route

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.rows.money import BankRead, BankRow, BankView
    from sync.engine.ports import ChangeSet
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class BankScreen(Screen, Protocol):
    """What the page can do besides."""

    def show_lines(self, view: BankView) -> None:
        """Show the lines."""

    def show_read(self, read: BankRead) -> None:
        """Say what a file brought."""


class BankPresenter:
    """Finds lines, takes files in, goes to the page that takes the payment."""

    def __init__(self, desk: Desk, screen: BankScreen, flow: Flow) -> None:
        self._desk, self._screen, self._flow = desk, screen, flow
        self._view: BankView | None = None
        self._text = ""
        self._turn = 0
        self.making = False  # a file is being taken in: the page must not be left

    async def open(self) -> None:
        """Show the lines as they stand."""
        await self.find(self._text)

    async def changed(self, _change: ChangeSet) -> None:
        """Read again."""
        await self.find(self._text)

    async def find(self, text: str) -> None:
        """Narrow the lines; an answer that another overtook is dropped."""
        self._text = text
        self._turn += 1
        turn = self._turn
        try:
            view = await self._desk.tills.bank.view(text)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        if turn == self._turn:
            self._view = view
            self._screen.show_lines(view)

    async def read(self, path: Path) -> None:
        """Take a file in, one at a time."""
        if self.making:
            return
        self.making = True
        self._screen.set_busy(busy=True)
        try:
            read = await self._desk.tills.bank.read(path)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        finally:
            self.making = False
            self._screen.set_busy(busy=False)
        self._screen.show_failure(None)
        self._screen.show_read(read)
        await self.find("")

    async def explain(self, key: str, note: str) -> None:
        """Keep what is written about a line, at every key."""
        try:
            await self._desk.tills.bank.explain(key, note)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))

    async def book(self, key: str, fee: str) -> None:
        """Go to the page that takes this fee's payment, filled in from the line.

        An amount that differs is never booked: the page would say what did not come.
        """
        row = next((row for row in self._view.rows if row.key == key), None) if self._view else None
        case = "" if row is None else next((b.fee.case for b in row.fees if b.fee.ref == fee), "")
        if row is None or not case:
            return
        form = Filled(
            {
                "fee": fee,
                "manner": row.manner,
                "bank_ref": row.number,
                "receipt_no": self._view.receipt if self._view else "",
            }
        )
        try:
            await self._desk.drafts.save(f"case/{case}/pay", msgspec.json.encode(form).decode())
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._flow.go(Route("step", case, "pay"))


def fits(row: BankRow) -> tuple[str, ...]:
    """Return the fees that a line may be booked as: those to the fen."""
    return tuple(each.fee.ref for each in row.fees if each.by != "off")
