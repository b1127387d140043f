"""Where a presenter goes when its screen is done: the shell is the one that goes."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import msgspec

from sync.domain.failures import Failure
from sync.typed import from_json

if TYPE_CHECKING:
    from client.app.rows.steps import SigningSheet, StepDone
    from ui.presenters.desk import Drafts
    from ui.values import Problem, Route

F = TypeVar("F")


class Flow(Protocol):
    """The way through the window."""

    def done(self, kind: str, done: StepDone) -> None:
        """A step is durable: show its result."""

    def sign(self, sheet: SigningSheet) -> None:
        """Show exactly what will be signed and ask for the PIN."""

    def go(self, route: Route) -> None:
        """Go to a page."""

    def leave(self) -> None:
        """Go back to where this page was opened from; drafts stay."""

    def tell(self, problem: Problem) -> None:
        """Show a failure that has no place on the page."""


class DraftKeeper(Generic[F]):
    """Keeps what is typed into one form, in the encrypted store, until the step is made.

    Args:
        drafts: the desk's drafts.
        key: e.g. "preregister", "case/<number>/handle".
        kind: the form's class; a draft that no longer fits it is forgotten.
    """

    def __init__(self, drafts: Drafts, key: str, kind: type[F]) -> None:
        self.key = key
        self._drafts = drafts
        self._kind = kind
        self._newest: F | None = None
        self._saved: F | None = None
        self._writing = asyncio.Lock()

    async def load(self) -> F | None:
        """Return the form as it was left; None too when somebody has begun to type meanwhile."""
        text = await self._drafts.load(self.key)
        if text is None or self._newest is not None:
            return None
        try:
            form = from_json(text, self._kind)
        except msgspec.DecodeError:
            await self._drafts.drop(self.key)
            return None
        self._newest = self._saved = form
        return form

    def note(self, form: F) -> None:
        """Remember the form; `save` writes it."""
        self._newest = form

    @property
    def newest(self) -> F | None:
        """The form as last noted or loaded."""
        return self._newest

    async def save(self) -> None:
        """Write the form; it is durable when this returns, whoever else was writing.

        Called at every key: a write takes a millisecond, and a card can be pulled at any moment.
        """
        async with self._writing:
            while (form := self._newest) is not None and form != self._saved:
                await self._drafts.save(self.key, msgspec.json.encode(form).decode())
                self._saved = form

    async def drop(self) -> None:
        """Forget it: the step was made, whatever becomes of its draft."""
        self._newest = None
        async with self._writing:
            self._saved = None
            with contextlib.suppress(Failure):
                await self._drafts.drop(self.key)
