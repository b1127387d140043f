"""Authorisations: who may do what until when, the paper, and the line for the administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.values import Problem, Route

if TYPE_CHECKING:
    from client.app.rows.authorisations import AuthorisationRow
    from sync.engine.ports import ChangeSet
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class AuthorisationsScreen(Protocol):
    """What the view can do."""

    def show_rows(self, rows: tuple[AuthorisationRow, ...]) -> None:
        """Show one's own authorisations and the department's; the chosen one stays chosen."""

    def show_row(self, row: AuthorisationRow | None) -> None:
        """Show one whole; None when there is none."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""

    def copied(self, text: str, words: Words) -> None:
        """Put a line on the clipboard, show it, and say what it is for."""


class AuthorisationsPresenter:
    """Shows, prints, and writes commands down; only administrators' cards change anything."""

    def __init__(self, desk: Desk, screen: AuthorisationsScreen, flow: Flow) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self._rows: dict[str, AuthorisationRow] = {}
        self.looked = ""

    async def open(self) -> None:
        """Show what is known here."""
        try:
            rows = await self._desk.authorisations.rows()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._rows = {row.id: row for row in rows}
        self._screen.show_rows(rows)
        self.look_at(self.looked if self.looked in self._rows else next(iter(self._rows), ""))

    def look_at(self, id_: str) -> None:
        """Show one whole."""
        self.looked = id_
        self._screen.show_row(self._rows.get(id_))

    async def changed(self, change: ChangeSet) -> None:
        """Read anew what administrators signed meanwhile."""
        if change.policy:
            await self.open()

    def print_paper(self) -> None:
        """Go to the 授权委托书 of the one that is looked at."""
        if self.looked:
            self._flow.go(Route("handout", step="authorisation", item=self.looked))

    async def copy_command(self, way: str) -> None:
        """Write down the administrators' command: "revoke" or "renew"."""
        if not self.looked:
            return
        try:
            line = await self._desk.authorisations.command(self.looked, way)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.copied(line, Words(f"authorisation.copied.{way}"))
