"""What the engine asks of the window's store and clock, and what it tells its owner.

The store's methods are synchronous; the runner calls each one on the store lane through the
`LaneRun` that it is given, and touches the store in no other way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from sync.protocol.records import LogEntry, Receipt, Record

NONE: Mapping[str, str] = MappingProxyType({})

LaneRun = Callable[..., Awaitable[Any]]
"""`await on_store(function, *args)`: runs a store method on its lane and gives its answer."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one transaction changed: a screen refreshes what it shows of it, and nothing else."""

    cases: frozenset[str] = frozenset()
    messages: bool = False
    exceptions: bool = False
    policy: bool = False
    queue: bool = False  # the hall's queue has moved, at the centre

    def __or__(self, other: ChangeSet) -> ChangeSet:
        """Join two changes."""
        return ChangeSet(
            self.cases | other.cases,
            self.messages or other.messages,
            self.exceptions or other.exceptions,
            self.policy or other.policy,
            self.queue or other.queue,
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """The centre's answer to one pushed event, its receipt already verified by the engine."""

    event: str
    verdict: str
    code: str | None
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class PulledPage:
    """One page of one scope, verified by the engine, with the bookkeeping that goes with it."""

    scope: str
    entries: Sequence[LogEntry]
    cursor: int
    frontier: bytes  # sync.proof.tree.Frontier, packed
    sth: str | None  # newest signed tree head that this frontier was checked against


@dataclass(frozen=True, slots=True)
class StoredAnchor:
    """The newest anchor with the boot clock at its arrival."""

    jws: str
    hash: str
    t_ms: int
    boot_ms: int
    boot_id: str


class Clock(Protocol):
    """This machine's clocks: claims and intervals, never proof."""

    def wall(self) -> datetime:
        """Return the wall clock, aware."""

    def boot_ms(self) -> int:
        """Return milliseconds since the machine started, sleep included."""

    def boot_id(self) -> str:
        """Return what names this start of the machine."""


@dataclass(frozen=True, slots=True)
class OwnAnswered:
    """An own event that the centre has answered; its receipt, unless only the pull told of it."""

    pos: int
    event: str
    record: Record
    receipt: Receipt | None


class ChainPoint(Protocol):
    """Where the device's own chain stands; `hash` is base64url."""

    @property
    def dev(self) -> str:
        """Return the device's name."""

    @property
    def inc(self) -> int:
        """Return its incarnation."""

    @property
    def seq(self) -> int:
        """Return the number of the last event."""

    @property
    def hash(self) -> str:
        """Return the hash of the last event."""


class SyncStore(Protocol):
    """What the engine reads and writes; nothing else touches the outbox."""

    def head(self) -> ChainPoint | None:
        """Return where the own chain stands; None before enrolment."""

    def entries(self, scope: str, after: int, limit: int) -> Sequence[LogEntry]:
        """Return the leaves of a scope that follow number `after`, in order, as they were pulled.

        The engine reads the policy scope with it, to know again whom to believe.
        """

    def outbox(self, limit: int) -> list[Record]:
        """Return pending own events in device order."""

    def outbox_size(self) -> int:
        """Count pending own events."""

    def settle(self, answers: Sequence[Settled], heads: Mapping[str, str] = NONE) -> ChangeSet:
        """Write verdicts and receipts; a refused step's case is folded again without it.

        Args:
            answers: whose receipts were verified.
            heads: the newest signed head of each scope that they brought, checked against the last.
        """

    def cursors(self) -> dict[str, int]:
        """Return the last number taken of each subscribed scope."""

    def frontier(self, scope: str) -> bytes | None:
        """Return the packed tree frontier of a scope at its cursor."""

    def tree_heads(self) -> dict[str, str]:
        """Return the newest verified signed tree head (JWS) of each scope."""

    def apply_pull(self, page: PulledPage) -> ChangeSet:
        """Apply one page and move its cursor in the same transaction.

        Events already here gain their outcome, others are added; pending own events are folded
        on top.
        """

    def subscribe(self, scopes: Sequence[str]) -> None:
        """Set which scopes are pulled; known cursors stay."""

    def put_meta(self, key: str, value: bytes) -> None:
        """Write a small value kept outside the synced set, durable: evidence, for one."""

    def answered(self, scope: str, after: int, limit: int) -> Sequence[LogEntry]:
        """Return answered events of a scope after a number, in order, own ones not pulled too."""

    def heads_over(self, scope: str, after: int) -> Sequence[str]:
        """Return verified signed heads of a scope: the newest, and those of later receipts."""

    def own_answered(self, after: int, limit: int) -> Sequence[OwnAnswered]:
        """Return own answered events after a place of the log, in device order."""

    def offer_again(self, scope: str, after: int) -> None:
        """Offer the attachments of cases with lines after a number to the centre again."""

    def keep_anchor(self, anchor: StoredAnchor) -> None:
        """Keep the newest anchor."""

    def anchor(self) -> StoredAnchor | None:
        """Return the newest anchor."""

    def keep_lease(self, lease: str, kcc: bytes) -> None:
        """Keep the newest lease, verified, with its check-code key."""

    def lease(self) -> tuple[str, bytes] | None:
        """Return the newest lease with its check-code key."""

    def uploads(self, limit: int, *, unsent: bool = True) -> list[tuple[str, str, int, str]]:
        """Return (case, sha256, size, type) of attachments that the centre lacks.

        Args:
            limit: at most so many.
            unsent: also those of cases with own events to send, which have to go first: the centre
                refuses the page of a case that it has not heard of.
        """

    def uploaded(self, case: str, sha256: str) -> ChangeSet:
        """Mark one attachment as with the centre."""

    def attachment(self, sha256: str) -> bytes:
        """Return an attachment's bytes; raises StoreFailure store.attachment_missing / _damaged."""
