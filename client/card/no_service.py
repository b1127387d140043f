"""A machine without the library for card readers: the window opens, and says so at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.card.failures import CardFailure, CardProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.connection import Reader
    from client.card.monitor import Told


class NoService:
    """Implements Readers and Monitor: nothing is there, and nothing comes."""

    def all(self) -> tuple[Reader, ...]:
        """See Readers.all."""
        raise CardFailure(CardProblem.SERVICE_DOWN)

    def named(self, name: str) -> Reader:
        """See Readers.named."""
        raise CardFailure(CardProblem.SERVICE_DOWN, reader=name)

    def subscribe(
        self,
        inserted: Told,  # noqa: ARG002  the port's
        removed: Told,  # noqa: ARG002
        readers_changed: Callable[[], None] = lambda: None,  # noqa: ARG002
    ) -> Callable[[], None]:
        """See Monitor.subscribe."""
        return lambda: None

    def close(self) -> None:
        """See Monitor.close."""
