"""Questions that come together are answered together: what commit groups do, for reads.

While one unit reads, whoever asks meanwhile waits for the next one, which answers them all: a
transaction, its way to the database and a thread's turn are paid once for a group, not for each.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

Q = TypeVar("Q")
A = TypeVar("A")

MOST = 64


class Gathering(Generic[Q, A]):
    """Brings questions of one kind to one answerer, a group at a time; lives on one loop.

    Args:
        answer: answers a group, in its order. A failure is everybody's: nothing that one asks may
            make it fail.
    """

    def __init__(self, answer: Callable[[Sequence[Q]], Awaitable[Sequence[A]]]) -> None:
        self._answer = answer
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._turn = asyncio.Lock()

    async def ask(self, question: Q) -> A:
        """Return the answer; raises what the group's unit raised."""
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        async with self._turn:
            if not answer.done():
                await self._serve()
        return await answer

    async def _serve(self) -> None:
        group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        questions = [question for question, _ in group]
        try:
            (found,) = await asyncio.gather(self._answer(questions), return_exceptions=True)
        except asyncio.CancelledError:  # who asked for all has gone: the next one does
            self._waiting = [*group, *self._waiting]
            raise
        for at, (_, waiting) in enumerate(group):
            if isinstance(found, BaseException):
                waiting.set_exception(found)
            else:
                waiting.set_result(found[at])
