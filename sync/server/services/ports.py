"""What the services ask of the database and of the world around them.

A unit of work is a plain function of a `Transaction`. The ledger runs units that write one after
the other on one thread and commits several at once (group commit); units that read run beside it
on a snapshot. A unit must not wait, must not keep its transaction, and must be able to run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sync.server.services.hall_ports import QueueRows
    from sync.server.services.rows import (
        AccessRow,
        AnchorRow,
        AttachmentRow,
        BlockRow,
        CaseRow,
        CaseSearch,
        ConsoleCodeRow,
        ConsoleSessionRow,
        CountedRow,
        DelegationRow,
        DeviceHead,
        EventKey,
        FindingRow,
        HeldCase,
        JudgementRow,
        LeaseRow,
        LogRow,
        MoneyRow,
        NoticeRow,
        ScopeHead,
        StampRow,
        StockRow,
        TokenRow,
        TreeNode,
        UploadRow,
    )

R = TypeVar("R")
W = TypeVar("W")


class LogRows(Protocol):
    """Scope heads, trees, the log, and the ids that are used once for ever."""

    def take(self, scopes: Iterable[str]) -> None:
        """Take the heads of scopes, in one order: theirs until commit, other processes wait."""

    def head(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands; locked until commit in a unit that writes."""

    def peek(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands, unlocked."""

    def heads(self, scopes: Iterable[str]) -> dict[str, ScopeHead]:
        """Return where several scopes stand; unknown ones are missing."""

    def save_head(self, head: ScopeHead) -> None:
        """Write a head; marks the scope as touched, so that it gets a signed head at commit."""

    def append(self, rows: Sequence[LogRow], keys: Sequence[EventKey]) -> None:
        """Append lines with their keys; neither can be changed afterwards."""

    def add_nodes(self, nodes: Sequence[TreeNode]) -> None:
        """Add the roots of subtrees that became complete."""

    def node(self, scope: str, level: int, idx: int) -> bytes:
        """Return one subtree root; one that is not complete yet is a defect of the caller."""

    def at(self, scope: str, n: int) -> LogRow | None:
        """Return one line."""

    def after(self, scope: str, n: int, limit: int) -> list[LogRow]:
        """Return the lines that follow number n, in order."""

    def of_case(self, scope: str, case_no: str) -> list[LogRow]:
        """Return a case's lines in order."""

    def pressing(self, scopes: Sequence[str], limit: int) -> list[LogRow]:
        """Return the newest urges, orders and escalations of these scopes."""

    def received_since(self, scopes: Sequence[str], at: int) -> Iterator[CountedRow]:
        """Yield the lines of cases that came at a moment or later, in no order."""

    def know(self, ids: Iterable[str], hashes: Iterable[str]) -> None:
        """Look for several events at once, of which the unit will ask one after the other."""

    def by_id(self, event: str) -> list[EventKey]:
        """Return every event that used this id: one, unless somebody used it twice."""

    def by_hash(self, hash_: str) -> EventKey | None:
        """Return the event with this hash."""

    def by_seq(self, dev: str, inc: int, seq: int) -> list[EventKey]:
        """Return the events of one device number: more than one is a fork."""

    def count(self) -> dict[str, int]:
        """Count lines by verdict."""


class DeviceRows(Protocol):
    """Ends of chains, and the anchors that bound them in time."""

    def head(self, dev: str, inc: int) -> DeviceHead | None:
        """Return the end of a chain; locked until commit in a unit that writes."""

    def begin(self, head: DeviceHead) -> DeviceHead:
        """Begin a chain unless somebody has; return its end, locked until commit."""

    def save_head(self, head: DeviceHead) -> None:
        """Write the end of a chain."""

    def add_anchor(self, row: AnchorRow) -> None:
        """Keep an anchor with its request."""

    def newest_anchor(self) -> int:
        """Return the time of the newest anchor of all devices, ms; 0 if there is none."""

    def last_anchor(self, dev: str, inc: int) -> AnchorRow | None:
        """Return the newest anchor of a chain."""

    def anchor(self, dev: str, inc: int, hash_: str) -> AnchorRow | None:
        """Return an anchor of a chain by its hash."""

    def anchors_since(self, dev: str, inc: int, seq: int, t: int) -> int:
        """Count the anchors over one head that are newer than t."""

    def anchors_around(self, dev: str, inc: int, seq: int) -> list[AnchorRow]:
        """Return the newest anchor whose head stands before this number, then those from it on."""

    def anchors_from(self, dev: str, inc: int, seq: int) -> list[AnchorRow]:
        """Return anchors whose head stands at or after this number, earliest first."""


class SessionRows(Protocol):
    """Delegations, tokens, and what may be used only once."""

    def add_delegation(self, row: DelegationRow) -> None:
        """Keep a verified delegation; the same one twice is kept once."""

    def delegation(self, hash_: str) -> DelegationRow | None:
        """Return a delegation."""

    def add_token(self, row: TokenRow) -> None:
        """Keep a token."""

    def token(self, hash_: str) -> TokenRow | None:
        """Return a token."""

    def drop_tokens(self, dlg: str) -> None:
        """End every token of a session, for ever."""

    def shorten_tokens(self, dlg: str, exp: int) -> None:
        """Let the tokens of a session expire at `exp` unless they do before."""

    def add_nonce(self, kind: str, value: str, bound: str, exp: int) -> bool:
        """Keep something that may be used once; False if it is there already."""

    def take_nonce(self, kind: str, value: str) -> tuple[str, int] | None:
        """Use it up: return (bound, exp) the first time, None ever after."""

    def sweep(self, now: int) -> None:
        """Forget nonces and codes that have expired, and tokens whose session must be over."""


class CaseRows(Protocol):
    """Cases as folded, with warnings and findings."""

    def get(self, number: str) -> CaseRow | None:
        """Return a case."""

    def know(self, numbers: Iterable[str]) -> None:
        """Read several cases at once, of which the unit will ask one after the other."""

    def save(self, row: CaseRow) -> None:
        """Write a case."""

    def hold(self, held: HeldCase) -> None:
        """Keep a case in hand for this unit's next step on it; write it at the end if changed."""

    def held(self, number: str) -> HeldCase | None:
        """Return a case that the unit has in its hands."""

    def due_scopes(self, now: int, limit: int) -> frozenset[str]:
        """Return the scopes of the first cases whose next moment of change has come."""

    def due(self, now: int, limit: int, scopes: Iterable[str]) -> list[CaseRow]:
        """Return open cases of scopes whose next moment of change has come, earliest first."""

    def recalls(self) -> dict[str, str]:
        """Return by what mark each scope's open cases were recalled last."""

    def recall(self, now: int, scope: str, mark: str) -> None:
        """Let the clock look at every open case of a scope again, from now on."""

    def next_moment(self) -> int | None:
        """Return the earliest moment at which any case changes by itself."""

    def claim_warning(self, key: tuple[str, str, str, str], at: int) -> bool:
        """Take (case, kind, level, calendar version); False if it was taken before."""

    def search(self, wanted: CaseSearch) -> list[CaseRow]:
        """Return the cases that a list wants, red first, then by due time."""

    def certified(self, certificate: str) -> CaseRow | None:
        """Return the case that made the certificate of this public id."""

    def lights(self, scopes: Sequence[str] | None) -> dict[str, int]:
        """Count open cases by light."""

    def add_finding(self, row: FindingRow) -> None:
        """Keep something for a supervisor to judge."""

    def judge(self, row: JudgementRow) -> bool:
        """Keep a judgement; False if there was one before, which stands."""

    def judgements(self, case_no: str) -> list[JudgementRow]:
        """Return what was judged of a case."""

    def last_finding(self, dev: str, codes: Iterable[str]) -> int | None:
        """Return when one of these was last found of a device without a case, ms."""

    def findings_of(self, devs: Iterable[str], limit: int) -> list[FindingRow]:
        """Return the newest findings about devices that no case has."""

    def findings(self, case_no: str | None, limit: int) -> list[FindingRow]:
        """Return findings of a case, or the newest of all."""


class LeaseRows(Protocol):
    """Leases and the numbers that they lend out."""

    def live(self, dev: str, inc: int) -> LeaseRow | None:
        """Return the live lease of a device."""

    def by_hash(self, hash_: str) -> LeaseRow | None:
        """Return a lease, live or not."""

    def names(self, devs: Iterable[str]) -> list[str]:
        """Return the ids of every lease that these devices ever had."""

    def replace(self, row: LeaseRow) -> None:
        """Make this the one live lease of its device."""

    def reserve(self, kind: str, pool: str, size: int, highest: int) -> tuple[int, int]:
        """Draw numbers that no other block has; starts again at 1 after `highest`."""

    def add_block(self, row: BlockRow) -> None:
        """Keep who holds which numbers."""

    def give_back(self, dev: str, inc: int, seq: int) -> None:
        """Note that a device, its chain at `seq`, gets others in place of the numbers it holds."""

    def returned(self, limit: int) -> list[BlockRow]:
        """Return blocks to settle: given back, their device's chain here up to that moment."""

    def overdue(self, exp: int, limit: int) -> list[BlockRow]:
        """Return blocks that nobody gave back, of leases that were over before `exp`, untold."""

    def settle(self, row: BlockRow, at: int) -> bool:
        """Mark a block as settled; False where another process was first."""

    def tell(self, row: BlockRow, at: int) -> bool:
        """Mark a block as told of; False where another process was first."""

    def brought(self, row: BlockRow, kinds: Iterable[str]) -> list[tuple[str | None, str]]:
        """Return (case number, body) of a device's events of these kinds since it got a block."""

    def block_of(self, kind: str, pool: str, number: int) -> BlockRow | None:
        """Return the block that holds a number."""

    def know_numbers(self, kind: str, numbers: Iterable[str]) -> None:
        """Look at once which numbers are unused, of which the unit will spend one by one."""

    def use_number(self, kind: str, number: str, dev: str, event: str) -> bool:
        """Mark a number as used; False if another event used it."""


class FileRows(Protocol):
    """Which attachments belong to which case."""

    def add_upload(self, row: UploadRow) -> None:
        """Promise an upload."""

    def upload(self, id_: str) -> UploadRow | None:
        """Return a promised upload."""

    def drop_upload(self, id_: str) -> None:
        """Forget a promise that was kept."""

    def add(self, row: AttachmentRow) -> None:
        """Keep an attachment's place; the same one twice is kept once."""

    def get(self, case_no: str, sha256: str) -> AttachmentRow | None:
        """Return an attachment of a case."""


class StampRows(Protocol):
    """Certificates that want an authority's time, and those that have it."""

    def want(self, row: StampRow) -> None:
        """Keep a paper to be stamped; the same one once."""

    def get(self, case_no: str, sha256: str) -> StampRow | None:
        """Return what became of a paper."""

    def of_document(self, sha256: str) -> StampRow | None:
        """Return the paper that has this hash, as it was sealed or as it was stamped."""

    def waiting(self, now: int) -> bool:
        """Say whether any paper that is here wants its stamp by now."""

    def take(self, now: int, until: int, limit: int) -> list[tuple[StampRow, str]]:
        """Take papers for as long as `until`, the longest waiting first, with their files."""

    def settle(self, row: StampRow, stamped: str, stamped_at: int) -> None:
        """Write down the revision that has the stamp, and the authority's time."""

    def put_off(self, row: StampRow, upcoming: int | None) -> None:
        """Count a try that failed; the next one comes then, or never."""


class NoticeRows(Protocol):
    """The outbox of short messages."""

    def keep(self, row: NoticeRow) -> None:
        """Keep a message to be sent; the same event tells a person once."""

    def take(self, now: int, before: int, limit: int) -> list[NoticeRow]:
        """Take messages that nobody has taken since `before`, oldest first."""

    def settle(self, row: NoticeRow, sent: int, via: str) -> None:
        """Write down that a message went, and by which way."""

    def of_case(self, case_no: str) -> list[NoticeRow]:
        """Return the messages about a case, oldest first."""

    def waiting(self) -> bool:
        """Say whether anything is unsent."""


class MoneyRows(Protocol):
    """The books of the halls; a unit that writes them has taken the hall's scope."""

    def stock(self, hall: str) -> str | None:
        """Return a hall's stock as folded; locked until commit in a unit that writes."""

    def save_stock(self, row: StockRow) -> None:
        """Write a hall's stock."""

    def keep(self, row: MoneyRow) -> None:
        """Keep a movement or a closed day, once."""

    def between(self, hall: str, first: str, last: str) -> list[MoneyRow]:
        """Return a hall's rows of some days (YYYY-MM-DD), both included, in order."""

    def of_fee(self, hall: str, fee: str) -> list[MoneyRow]:
        """Return the movements of one fee."""


class ConsoleRows(Protocol):
    """Browsers of supervisors, and what they looked at."""

    def add_code(self, row: ConsoleCodeRow) -> None:
        """Keep a single-use code."""

    def take_code(self, hash_: str) -> ConsoleCodeRow | None:
        """Use a code up."""

    def save_session(self, row: ConsoleSessionRow) -> None:
        """Write a browser's session."""

    def session(self, hash_: str) -> ConsoleSessionRow | None:
        """Return a browser's session."""

    def drop_sessions(self, dlg: str) -> None:
        """End the browsers that a card's session opened, and codes that it did not use yet."""

    def add_access(self, row: AccessRow) -> None:
        """Write down what a supervisor looked at."""

    def accesses(self, limit: int) -> list[AccessRow]:
        """Return the newest lines of the access log."""


class Transaction(Protocol):
    """One unit of work's view of everything kept."""

    @property
    def log(self) -> LogRows:
        """Return the log's rows."""

    @property
    def devices(self) -> DeviceRows:
        """Return the devices' rows."""

    @property
    def sessions(self) -> SessionRows:
        """Return the sessions' rows."""

    @property
    def cases(self) -> CaseRows:
        """Return the cases' rows."""

    @property
    def leases(self) -> LeaseRows:
        """Return the leases' rows."""

    @property
    def files(self) -> FileRows:
        """Return the attachments' rows."""

    @property
    def stamps(self) -> StampRows:
        """Return the certificates that want a stamp."""

    @property
    def notices(self) -> NoticeRows:
        """Return the outbox of short messages."""

    @property
    def money(self) -> MoneyRows:
        """Return the books of the halls."""

    @property
    def queue(self) -> QueueRows:
        """Return the numbers and appointments of the halls."""

    @property
    def console(self) -> ConsoleRows:
        """Return the console's rows."""


class Ledger(Protocol):
    """Runs units of work.

    A unit that reads what a scope holds in order to write names the scope: no other process
    moves it until the commit. Where processes share a database, a unit may run more than once
    (somebody else's commit came between); only the last time counts.
    """

    async def write(self, work: Callable[[Transaction], R], scopes: Iterable[str] = ()) -> R:
        """Run a unit that writes; returns when it is durable."""

    async def write_then(
        self,
        work: Callable[[Transaction], W],
        then: Callable[[Transaction, W], R],
        scopes: Iterable[str] = (),
    ) -> R:
        """Run a unit that writes; `then` runs after the commit group's tree heads are signed."""

    async def read(self, work: Callable[[Transaction], R]) -> R:
        """Run a unit that reads, on a snapshot."""

    async def crunch(self, work: Callable[[], R]) -> R:
        """Run something that computes and touches no row, off the loop."""


class Lists(Protocol):
    """Lists of revoked certificates."""

    def look(self) -> None:
        """Look for lists that are new."""

    def stamp(self) -> object:
        """Return what changes when a list does, as of the last look."""

    def read(self) -> Iterable[bytes]:
        """Return every list as DER."""


class FileVault(Protocol):
    """Attachments at rest: sealed files under names that say nothing."""

    def keep(self, sha256: str, data: bytes) -> str:
        """Seal bytes; returns the file's name. Durable on return."""

    def fetch(self, name: str, sha256: str) -> bytes:
        """Open a sealed file.

        Raises:
            WireError: wire.attachment_missing when it is gone or damaged.
        """
