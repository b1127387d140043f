"""How many letters of applicants wait for this person: counted with the messages (CH05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from client.app.rows.session import LinePhase
from sync.domain.failures import Failure
from ui.loop import Again, Every

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from client.app.rows.session import LineView
    from ui.presenters.desk import Desk
    from ui.shell.ways import Ways

EVERY_MS = 300_000  # a letter has days: five minutes are soon, and a hall asks little

_UP = frozenset({LinePhase.SYNCING, LinePhase.SYNCED})


class LetterWatch(QObject):
    """Asks the centre when somebody begins, when the line is back, and every few minutes.

    Args:
        ways: ends with them; the page of messages tells by them what it was told.
        desk: whose letters, and whether there is a line.
        run: starts a coroutine that belongs to an owner.
        counted: called when another number waits.
    """

    def __init__(
        self,
        ways: Ways,
        desk: Desk,
        run: Callable[[QObject, Coroutine[Any, Any, Any]], object],
        counted: Callable[[], None],
    ) -> None:
        super().__init__(ways)
        self._desk, self._run, self._counted = desk, run, counted
        self._again = Again(self._look)
        self._up = False
        self.waiting = 0
        ways.letters.connect(self.heard)
        Every(self, EVERY_MS, self.ask)

    def ask(self) -> None:
        """Ask the centre, where somebody works and there is a line."""
        if self._desk.door.session is not None and (look := self._again.asked()) is not None:
            self._run(self, look)

    def line_changed(self, line: LineView) -> None:
        """Ask when the line is back."""
        was, self._up = self._up, line.phase in _UP
        if self._up and not was:
            self.ask()

    def heard(self, count: int) -> None:
        """Take a number that the page of messages was told."""
        if count != self.waiting:
            self.waiting = count
            self._counted()

    def drop(self) -> None:
        """Forget it: the next person's letters are others."""
        self.waiting = 0

    async def _look(self) -> None:
        session = self._desk.door.session
        try:
            rows = await self._desk.letters.waiting()
        except Failure:
            return  # those that were told of wait on; the page itself says that there is no line
        if session is not None and self._desk.door.session is session:
            self.heard(len(rows))
