"""The practice hall's line: there is none, and nothing is asked of anybody (PL27)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from client.app.access.line import Line
from client.app.failures import AppFailure
from client.app.rows.session import LinePhase, LineView
from sync.engine.faults import NOBODY, Fault, LineFailure

if TYPE_CHECKING:
    from client.app.access.opening import Opened
    from client.app.session.workplace import Workplace
    from sync.engine.session import Speaker
    from sync.protocol.messages import LoginNonceAnswer


class PracticeLine(Line):
    """A line that never begins: sessions open under the practice hall's own lease, no engine runs.

    What is recorded stays in the practice hall's store for good, so nothing is said to wait.
    """

    sends = False

    async def hello(self) -> NoReturn:
        """Reach nobody."""
        raise LineFailure(NOBODY, Fault.LINE)

    async def login_nonce(self, _dev: str, _speaker: Speaker) -> LoginNonceAnswer:
        """Reach nobody, as a window without its line."""
        raise LineFailure(NOBODY, Fault.LINE)

    async def start(self, _opened: Opened, place: Workplace) -> None:
        """Begin a session that nobody hears of."""
        place.anchor = await place.on_store(place.store.anchor)
        place.cases_left = await place.on_store(place.store.numbers_left, "case")
        self._show(LineView(LinePhase.PRACTICE))

    async def close(self, _drain_s: float) -> None:
        """End the session: nothing is under way."""
        self._show(LineView(LinePhase.LOCKED))

    async def stamped(self, _case: str, _sha256: str) -> bytes:
        """Raise app.practice_no_line."""
        _refuse()

    async def attachment(self, _case: str, _sha256: str) -> bytes:
        """Raise app.practice_no_line."""
        _refuse()

    async def console_address(self) -> str:
        """Raise app.practice_no_line."""
        _refuse()

    async def shut(self) -> None:
        """Close nothing."""

    def left(self, cases: int) -> None:
        """Say nothing of numbers: the practice hall has more than anybody uses."""


def _refuse() -> NoReturn:
    raise AppFailure("app.practice_no_line")
