"""Letters of applicants in the message centre: read over the line, answered with a draft kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.app.rows.letters import LetterRow
    from ui.presenters.desk import Desk


class LetterForm(msgspec.Struct, frozen=True):
    """What was typed as the answer to one letter."""

    text: str


class LettersScreen(Protocol):
    """What the letters' part of the view can do."""

    def show_letters(self, rows: tuple[LetterRow, ...], typed: Mapping[str, str]) -> None:
        """Show the letters, with what was typed as answers by their numbers."""

    def show_away(self, *, away: bool) -> None:
        """Say that letters cannot be seen now, or no longer say so."""

    def show_told(self, words: Words) -> None:
        """Say what was done."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class LettersPresenter:
    """The letters that wait for this person.

    Args:
        desk: asks and answers.
        screen: where they are shown.
        counted: told how many wait.
    """

    def __init__(self, desk: Desk, screen: LettersScreen, counted: Callable[[int], object]) -> None:
        self._desk = desk
        self._screen = screen
        self._counted = counted
        self._keepers: dict[str, DraftKeeper[LetterForm]] = {}
        self._busy = False
        self._turn = 0

    async def open(self) -> None:
        """Ask for them and show them; without a line there are none to show.

        An answer that another overtook is dropped: what was answered meanwhile is still in it.
        """
        self._turn += 1
        turn = self._turn
        try:
            rows = await self._desk.letters.waiting()
        except Failure:
            if turn == self._turn:
                self._screen.show_away(away=True)
            return
        if turn != self._turn:
            return
        self._screen.show_away(away=False)
        await self._show(rows)

    async def typed(self, number: str, text: str) -> None:
        """Keep what was typed."""
        keeper = self._keeper(number)
        keeper.note(LetterForm(text))
        await keeper.save()

    async def answer(self, number: str, text: str) -> None:
        """Send an answer; one that could not be sent stays typed."""
        if self._busy or not text.strip():
            return
        self._busy = True
        try:
            rows = await self._desk.letters.answer(number, text)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        finally:
            self._busy = False
        self._turn += 1
        await self._keeper(number).drop()
        self._screen.show_failure(None)
        self._screen.show_told(Words("letter.told", {"number": number}))
        await self._show(rows)

    def _keeper(self, number: str) -> DraftKeeper[LetterForm]:
        return self._keepers.setdefault(
            number, DraftKeeper(self._desk.drafts, f"letter/{number}", LetterForm)
        )

    async def _show(self, rows: tuple[LetterRow, ...]) -> None:
        typed = {}
        for row in rows:
            keeper = self._keeper(row.number)
            await keeper.load()
            if keeper.newest is not None:
                typed[row.number] = keeper.newest.text
        self._screen.show_letters(rows, typed)
        self._counted(len(rows))
