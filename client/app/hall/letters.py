"""Letters of applicants at a window: seen and answered while there is a line (CH05, CH15).

They are the centre's state and no events: who may answer which is the centre's to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.letters import LetterRow
from sync.domain.fields import moment_of
from sync.proof.keys import new_id
from sync.protocol.letter_messages import LetterCall, LettersAnswer
from sync.protocol.messages import Empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.ports.hall import HallLine
    from client.app.session.workplace import Workplace
    from sync.domain.policy import PolicyBook


class Letters:
    """The letters that wait for this person's answer; each call needs a session and the line."""

    def __init__(self, place: Callable[[], Workplace], line: HallLine) -> None:
        self._place = place
        self._line = line

    async def waiting(self) -> tuple[LetterRow, ...]:
        """Return them, the most pressing first.

        Raises:
            LineFailure: the line, or the centre's refusal. AppFailure: app.locked.
        """
        self._place()
        return await self._rows(await self._line.hall("/v1/letters/look", LettersAnswer, Empty()))

    async def answer(self, number: str, text: str) -> tuple[LetterRow, ...]:
        """Answer one, and have its writer told; return those that still wait.

        Raises:
            LineFailure: the line, or letter.unknown, letter.answered, letter.empty.
        """
        self._place()
        call = LetterCall(id=new_id(), number=number, text=text.strip())
        return await self._rows(await self._line.hall("/v1/letters/answer", LettersAnswer, call))

    async def _rows(self, answer: LettersAnswer) -> tuple[LetterRow, ...]:
        place = self._place()
        book = await place.on_store(place.store.policy_book)
        return tuple(
            LetterRow(
                number=each.number,
                kind=each.kind,
                department=_department(book, each.department),
                case=each.case,
                text=each.text,
                made=moment_of(each.made),
                due=moment_of(each.due),
                late=each.due < answer.t,
            )
            for each in answer.letters
        )


def _department(book: PolicyBook, code: str) -> str:
    known = book.departments.get(code)
    return code if known is None else known.name
