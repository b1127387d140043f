"""What the centre keeps, row by row. Times are ms UTC, hashes base64url text as on the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.domain.case import Case


@dataclass(frozen=True, slots=True)
class ScopeHead:
    """Where a scope stands: its size, its tree's frontier (packed), its newest signed head."""

    scope: str
    size: int
    frontier: bytes = field(repr=False)
    sth: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Grown:
    """What one commit added to a scope, whose head it moved."""

    head: ScopeHead
    rows: tuple[LogRow, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TreeNode:
    """The root of one complete subtree: `idx` counts subtrees of 2^level leaves from the left."""

    scope: str
    level: int
    idx: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log: exact bytes as received, exact outcome as answered."""

    scope: str
    n: int
    event: str
    dev: str
    inc: int
    seq: int
    hash: str
    kind: str
    case_no: str | None
    person: str
    jws: str = field(repr=False)
    body: str = field(repr=False)
    act: str | None = field(repr=False)
    outcome: str = field(repr=False)
    verdict: str
    code: str | None
    recv: int


@dataclass(frozen=True, slots=True)
class CountedRow:
    """What statistics need of a line of a case; `item` is "" where no case was opened."""

    event: str
    kind: str
    case_no: str
    item: str
    person: str
    dev: str
    verdict: str
    code: str | None
    outcome: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EventKey:
    """Where an event stands: found by id, by hash, or by device number."""

    event: str
    hash: str
    dev: str
    inc: int
    seq: int
    scope: str
    n: int
    case_no: str | None
    lo: int


@dataclass(frozen=True, slots=True)
class DeviceHead:
    """The end of a device's chain, and the session whose events may follow.

    `session_code` says why the events of this session are refused, None while they are not.
    """

    dev: str
    inc: int
    seq: int
    hash: str
    session: str | None = None
    session_code: str | None = None


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """A session key that a card vouched for, by the hash of the delegation."""

    hash: str
    jws: str = field(repr=False)
    chain: str = field(repr=False)
    person: str
    x5t: str
    dev: str
    inc: int
    seq0: int
    head0: str
    spk: str
    card: str = field(repr=False)
    iat: int
    exp: int
    seen: int


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token by the hash of its text; `jkt` is the thumbprint of the key it is bound to."""

    hash: str = field(repr=False)
    dev: str
    inc: int
    jkt: str
    dlg: str
    person: str
    exp: int


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """An anchor as issued, with the request that it answers."""

    hash: str
    dev: str
    inc: int
    seq: int
    head: str
    t: int
    request: str = field(repr=False)
    jws: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as folded (`body`), with what lists, clock and chain need beside it."""

    number: str
    scope: str
    hall: str
    department: str
    item: str
    applicant: str = field(repr=False)
    state: str
    closed: bool
    light: str
    due: int | None
    warn: int | None
    statutory: int | None
    next_moment: int | None
    paused: bool
    provisional: bool
    fast_track: bool
    holder: str
    updated: int
    last_n: int
    last_hash: str
    last_lo: int
    calendar: str
    body: str = field(repr=False)
    certificate: str | None = None  # the public id of the certificate, when there is one


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case as a unit has it in its hands.

    `last` is (n, hash, lo) of the newest step that says something of the case itself; `row`
    computes the row of a case that changed, once, when somebody asks for it or the unit ends.
    """

    number: str
    case: Case = field(repr=False)
    last: tuple[int, str, int]
    row: Callable[[], CaseRow] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """Which cases a list wants, red first, then by due time.

    `text` is looked for in number and applicant; `items` and `holders` are codes and roster ids
    that the same text stands for, found beside.
    """

    scopes: tuple[str, ...]
    closed: bool = False
    light: str | None = None
    department: str | None = None  # scope
    text: str = field(default="", repr=False)
    items: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    skip: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something for a supervisor to judge; `args` is JSON without citizens' data."""

    scope: str
    case_no: str | None
    event: str | None
    dev: str | None
    person: str | None
    code: str
    args: str
    at: int


@dataclass(frozen=True, slots=True)
class JudgementRow:
    """What a supervisor judged of a finding, or of a reply (`code` "reply"), once for ever."""

    case_no: str
    event: str
    code: str
    verdict: str  # "upheld" | "closed"; of a reply "enough" | "not_enough"
    person: str
    text: str = field(repr=False)
    at: int


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease as issued; one is live for each (dev, inc)."""

    id: str
    hash: str
    dev: str
    inc: int
    jws: str = field(repr=False)
    exp: int
    live: bool


@dataclass(frozen=True, slots=True)
class BlockRow:
    """Numbers first..last of one pool (a hall's case numbers, …) reserved for one device.

    `since`: the device's chain number when they were lent; `given`: when the next lease took their
    place, None before. `told`: when (ms) it was found that nobody gave them back; `settled`: when
    every one of them was accounted for.
    """

    kind: str
    pool: str
    first: int
    last: int
    dev: str
    inc: int
    lease: str
    since: int = 0
    given: int | None = None
    told: int | None = None
    settled: int | None = None


@dataclass(frozen=True, slots=True)
class UsedRow:
    """A number that an event has spent, once for ever."""

    kind: str
    number: str
    dev: str
    event: str


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A promised upload: a random id bound to session and case."""

    id: str = field(repr=False)
    dlg: str
    dev: str
    case_no: str
    sha256: str
    size: int
    type: str
    exp: int


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """An attachment that the centre holds; `file` names its sealed file."""

    case_no: str
    sha256: str
    size: int
    type: str
    person: str
    dev: str
    at: int
    file: str


@dataclass(frozen=True, slots=True)
class StampRow:
    """A sealed paper by its hash, and the revision of it that has an authority's time.

    `next` is when the authority is asked again, None for never; `stamped_at` is its time.
    """

    case_no: str
    sha256: str
    at: int
    tries: int
    next: int | None
    stamped: str | None = None
    stamped_at: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A short message to one person about one event; `via` says by which way it went."""

    event: str
    person: str
    scope: str
    case_no: str
    phone: str = field(repr=False)
    text: str
    at: int
    taken: int | None = None
    sent: int | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class StockRow:
    """A hall's stock of receipt forms as folded: bookkeeping of the accepted lines."""

    hall: str
    body: str


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One movement of money, or one closed day, of a hall: bookkeeping of the accepted lines.

    `kind` is "entry" or "closing"; `fee` the notice's step, "" of a closing.
    """

    hall: str
    day: str
    step: str
    kind: str
    person: str
    fee: str
    body: str


@dataclass(frozen=True, slots=True)
class ConsoleCodeRow:
    """A single-use code that opens the console, by its hash."""

    hash: str = field(repr=False)
    person: str
    dlg: str
    exp: int


@dataclass(frozen=True, slots=True)
class ConsoleSessionRow:
    """A supervisor's browser, by the hash of its cookie."""

    hash: str = field(repr=False)
    person: str
    dlg: str
    created: int
    seen: int


@dataclass(frozen=True, slots=True)
class AccessRow:
    """What a supervisor looked at."""

    person: str
    at: int
    what: str
    subject: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What the next numbers of a hall go by: its day, and how often its queue has moved.

    `drawn` is JSON: how many numbers of each class the day has.
    """

    hall: str
    day: str
    rev: int
    streak: int
    drawn: str


@dataclass(frozen=True, slots=True)
class HallActRow:
    """One act on a hall's queue or appointments: who did what to which, once."""

    hall: str
    id: str
    at: int
    kind: str
    number: str
    dev: str
    person: str
