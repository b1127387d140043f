"""The machine's vocabulary: what it is told and what it asks for.

Every `..._ms` named `now`, `until` or `at` is on the boot clock unless the word says UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.engine.faults import Fault


@dataclass(frozen=True, slots=True)
class Moment:
    """What the machine may know of time and chance: it has neither of its own."""

    ms: int  # boot clock: goes on through sleep, never jumps
    utc_ms: int  # this machine's wall clock: for people only
    chance: float = 0.5  # in [0, 1)


class Duty(StrEnum):
    """What the engine does for the window; the order is the order of need."""

    GREET = "greet"
    ADMIT = "admit"
    LEAVE = "leave"
    PUSH = "push"
    PULL = "pull"
    LEASE = "lease"
    UPLOAD = "upload"
    LIVE = "live"


# ---------------------------------------------------------------- told


@dataclass(frozen=True, slots=True)
class Opened:
    """A session begins on this store."""

    cursors: Mapping[str, int]
    token_ms: int | None = None  # what is left of a token that the login brought
    lease_in_ms: int = 0  # from now: when the lease is worth renewing
    lease_until_utc_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The card left, or idle time ran out: send what can be sent, then end."""

    drain_ms: int


@dataclass(frozen=True, slots=True)
class Woke:
    """The moment that `wake_at` named has come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A person asked to synchronise now."""


@dataclass(frozen=True, slots=True)
class LeaseAsked:
    """The numbers of the lease run low, or a person wants a longer one."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The store was asked how much waits."""

    pending: int
    uploads: int
    held: int = 0  # of pending: answered, but by a receipt that proves nothing; not sent again


@dataclass(frozen=True, slots=True)
class Greeted:
    """The centre said hello."""

    offset_ms: int


@dataclass(frozen=True, slots=True)
class Admitted:
    """A token for so long."""

    token_ms: int
    outbox_only: bool = False  # the session was opened without the line (proof.md §4)


@dataclass(frozen=True, slots=True)
class Pushed:
    """A batch was answered."""

    settled: int
    measured: Measured
    code: str | None = None  # why the rest was not settled
    distrusted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulled:
    """Pages were applied."""

    cursors: Mapping[str, int]
    moved: int  # entries applied
    more: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()  # asked, but the page was full before their turn came
    code: str | None = None  # a scope that gave a page which does not hold
    distrusted: tuple[str, ...] = ()
    given_back: bool = False  # the centre had lost lines, and this session gave some back


@dataclass(frozen=True, slots=True)
class Leased:
    """A lease was verified and kept."""

    lease_in_ms: int
    lease_until_utc_ms: int


@dataclass(frozen=True, slots=True)
class Uploaded:
    """An attachment is with the centre, or the centre refused it for good."""

    uploads: int  # counted up to a bound: of very many, one fewer is still as many
    code: str | None = None
    moved: bool = False  # another one than the last was brought to its end


@dataclass(frozen=True, slots=True)
class Listening:
    """The live stream is open."""


@dataclass(frozen=True, slots=True)
class Poked:
    """The live stream says that a scope has reached a number."""

    scope: str
    n: int


@dataclass(frozen=True, slots=True)
class Left:
    """The centre forgot the token."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A duty was not done; for `LIVE`: the stream ended."""

    duty: Duty
    fault: Fault
    code: str
    hold_ms: int | None = None


Event = (
    Opened
    | Closing
    | Woke
    | Asked
    | LeaseAsked
    | Measured
    | Greeted
    | Admitted
    | Pushed
    | Pulled
    | Leased
    | Uploaded
    | Listening
    | Poked
    | Left
    | Failed
)


# ---------------------------------------------------------------- asked for


@dataclass(frozen=True, slots=True)
class Greet:
    """Say hello: versions, the centre's time, a nonce."""

    duty: Duty = field(default=Duty.GREET, init=False)


@dataclass(frozen=True, slots=True)
class Admit:
    """Get a token: renew the one we had, or log in with the session's delegation."""

    renew: bool
    duty: Duty = field(default=Duty.ADMIT, init=False)


@dataclass(frozen=True, slots=True)
class Push:
    """Send the oldest events, at most so many."""

    limit: int
    anchor: bool
    duty: Duty = field(default=Duty.PUSH, init=False)


@dataclass(frozen=True, slots=True)
class Pull:
    """Fetch what is new in these scopes, in all that are subscribed when None."""

    scopes: tuple[str, ...] | None
    anchor: bool
    duty: Duty = field(default=Duty.PULL, init=False)


@dataclass(frozen=True, slots=True)
class FetchLease:
    """Fetch a fresh lease; its request is a request for an anchor too."""

    duty: Duty = field(default=Duty.LEASE, init=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """Send one attachment."""

    duty: Duty = field(default=Duty.UPLOAD, init=False)


@dataclass(frozen=True, slots=True)
class Listen:
    """Open the live stream."""

    duty: Duty = field(default=Duty.LIVE, init=False)


@dataclass(frozen=True, slots=True)
class Leave:
    """Have the token forgotten."""

    duty: Duty = field(default=Duty.LEAVE, init=False)


@dataclass(frozen=True, slots=True)
class Drop:
    """Give a running duty up; nothing of it is told any more."""

    duty: Duty


@dataclass(frozen=True, slots=True)
class Finish:
    """The session is over; everything that still runs is given up."""


Errand = Greet | Admit | Push | Pull | FetchLease | Upload | Listen | Leave
Command = Errand | Drop | Finish
