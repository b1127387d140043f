"""What the services ask of the database about messages, and of the gateways that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.rows.messages import MessageRow


class MessageRows(Protocol):
    """The outbox of the channels, and what became of each message."""

    def keep(self, row: MessageRow) -> None:
        """Keep a message to be sent; the same id is kept once."""

    def take(self, now: int, until: int, limit: int) -> list[MessageRow]:
        """Take messages whose time has come, oldest first, marked as being sent.

        Returned as they were before: one that is `sending` already was taken by a process that
        has not said since what became of it.
        """

    def save(self, row: MessageRow) -> None:
        """Write down what became of a message."""

    def settle(self, *rows: MessageRow) -> None:
        """Write down what became of messages, unless a gateway's own report was faster."""

    def get(self, id_: str) -> MessageRow | None:
        """Return one message."""

    def of_case(self, case_no: str) -> list[MessageRow]:
        """Return the messages about a case (or a report, by its id), oldest first."""

    def waiting(self, now: int) -> bool:
        """Say whether a message's time has come."""

    def forget(self, before: int) -> int:
        """Empty the addresses and words of messages that ended before; return of how many."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a gateway said of a message that it took: its own name for it."""

    ref: str = ""


class RefusedError(Exception):
    """The gateway will never take this message; `code` says why."""

    def __init__(self, code: str, status: int | None = None) -> None:
        self.code = code if status is None else f"{code}_{status}"
        super().__init__(self.code)


class UnsureError(Exception):
    """The line broke after the message was handed over: it may have gone, or not."""


class Gateway(Protocol):
    """The way by which messages of one channel leave the centre."""

    @property
    def name(self) -> str:
        """Return what is written down beside a message that went this way."""

    @property
    def knows_ids(self) -> bool:
        """Say whether the same id sent twice reaches its person once."""

    def send(self, message: MessageRow) -> Carried:
        """Send one message; blocks for as long as the way takes.

        Raises:
            OSError: it did not go; it is tried again.
            UnsureError: nobody can say whether it went.
            RefusedError: it will never go.
        """

    def close(self) -> None:
        """Let go of what is kept between messages; none is under way."""


@runtime_checkable
class BundlingGateway(Gateway, Protocol):
    """A way that costs about as much for one message as for several."""

    def send_together(self, messages: Sequence[MessageRow]) -> None:
        """Send several: all of them or none.

        Raises:
            OSError: none of them went; they are tried again.
        """
