"""What the use cases ask of the store and of the engine, named by role.

Every method of `CaseStore` is synchronous and runs on the store lane only; what it acknowledges
is durable (synchronous=FULL). The part that the engine drives is `sync.engine.ports.SyncStore`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from sync.engine.ports import NONE, SyncStore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from client.app.ports.card import StoreKeys
    from client.app.ports.own_share import PagePlace, SharePage, ShareRow
    from sync.domain.bank import BankLine
    from sync.domain.case import Case
    from sync.domain.events import Step
    from sync.domain.policy import PolicyBook
    from sync.domain.statistics import Made
    from sync.engine.ports import ChangeSet
    from sync.protocol.records import Receipt, Record

NO_META: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where the device's own chain stands; `hash` is base64url of the last event's hash."""

    dev: str
    inc: int
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class NumberUse:
    """A number drawn from a block of the lease, spent in the same transaction as its event."""

    kind: str  # "case" | "certificate"
    number: int


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One line of the log with its answer."""

    event: str
    dev: str
    seq: int
    scope: str
    case: str | None
    kind: str
    person: str
    at_ms: int  # as claimed
    counted_ms: int | None  # as the centre counts it
    lo_ms: int | None
    hi_ms: int | None
    n: int | None
    verdict: str  # "pending" | "accepted" | "refused" | "disputed"
    code: str | None
    hash: str
    record: Record
    outcome: str | None
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One row of the case projection: preformatted where a list shows it."""

    number: str
    scope: str
    applicant: str
    item: str  # code
    item_name: str
    state: str
    closed: bool
    fast_track: bool
    holder: str  # person id or ""
    due_ms: int | None
    warn_ms: int | None
    statutory_ms: int | None
    paused_from_ms: int | None  # an open suspension stands from the service of its notice
    paused_to_ms: int | None  # … to its told end, both included
    provisional: bool
    updated_ms: int
    pending: bool


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """A list as asked: conditions, then keyset.

    `after` is opaque (what the last page gave). `holder_or_roles` narrows to cases that wait for
    this person: held by him, or in one of the (scope, state) pairs that his roles act on. Counting
    a long list costs more than reading a page of it, so what shows no number says `counted=False`.
    `at_ms` is the moment that the list is of: by it a suspended case stands still, or not.
    """

    text: str = ""
    closed: bool | None = False
    at_ms: int | None = None  # None: as at the last moment that was asked for
    due_before_ms: int | None = None  # overdue: due < now
    warn_before_ms: int | None = None  # soon: warn <= now <= due
    holder: str | None = None
    waiting: tuple[tuple[str, str], ...] = ()  # (scope, state)
    after: str | None = None
    limit: int = 100
    counted: bool = True


@dataclass(frozen=True, slots=True)
class ApplicantLine:
    """One person of the directory, as his newest case names him; `who` is his number."""

    who: str
    kind: str
    id_kind: str
    name: str
    phone: str
    cases: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class AgentLine:
    """Who acted for an applicant, when last, and in which cases, newest first."""

    name: str
    id_no: str
    phone: str
    at_ms: int
    numbers: tuple[str, ...]


FOUND_MAX = 1000
"""Of what is found by words so many are counted: nobody reads more, and counting costs."""


@dataclass(frozen=True, slots=True)
class CaseLines:
    """A page of rows; `total` counts the whole answer.

    At most 100,000; of what is found by words FOUND_MAX, which then means "and more". None where
    the query asked for no number. `digits`: what was looked for in numbers of every kind.
    """

    rows: tuple[CaseLine, ...]
    after: str | None
    total: int | None
    digits: str = ""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """An urge or order found in the log."""

    event: str
    case: str
    kind: str
    at_ms: int
    body: Mapping[str, object]
    read: bool


@dataclass(frozen=True, slots=True)
class KeptBankLine:
    """A line of a statement and what a cashier wrote about it; "" while nobody did."""

    line: BankLine
    note: str


class CaseStore(SyncStore, Protocol):
    """The window's store as the use cases see it."""

    def close(self) -> None:
        """Close the file; further calls raise store.closed."""

    def get_meta(self, key: str) -> bytes | None:
        """Read a small value kept outside the synced set (device identity, settings)."""

    def put_meta(self, key: str, value: bytes) -> None:
        """Write a small value, durable."""

    def head(self) -> ChainHead | None:
        """Return where the own chain stands; None before enrolment."""

    def start_chain(self, head: ChainHead) -> None:
        """Set the chain's beginning at enrolment: seq 0, hash of the device's policy event."""

    def made_since(self, seq: int, kinds: Sequence[str]) -> int:
        """Count own events of these kinds after a number of the own chain."""

    def append(
        self,
        records: Sequence[Record],
        uses: Sequence[NumberUse] = (),
        pages: Sequence[tuple[str, str]] = (),
        drafts: Mapping[str, str] = NONE,
        meta: Mapping[str, bytes] = NO_META,
    ) -> ChangeSet:
        """Append own events: log, outbox, projections, search in one durable transaction.

        Args:
            records: in their order.
            uses: numbers that the last of them spends.
            pages: (hash, type) of kept attachments that the last of them names: from this
                transaction on they are its case's, and are uploaded.
            drafts: texts by key that are kept in the same transaction.
            meta: small values as `put_meta` keeps them, in the same transaction.

        Raises:
            StoreFailure: store.chain_moved when the first record does not follow the head;
                store.attachment_missing.
        """

    def check_not_behind(self) -> None:
        """Raise store.behind_centre when the centre knows a longer own chain: a store put back."""

    def policy_book(self) -> PolicyBook:
        """Return the policy as folded from the policy scope's log."""

    def case(self, number: str) -> Case | None:
        """Return one case with its pending steps applied."""

    def case_head(self, number: str) -> str | None:
        """Return the hash (b64u) of the case's last event known here: `cprev`."""

    def events_of(self, number: str) -> tuple[StoredEvent, ...]:
        """Return a case's events in the order in which they count."""

    def money_steps(self, hall: str) -> tuple[Step, ...]:
        """Return what a hall's books are made from: its own steps, then those of its cases."""

    def cases(self, query: CaseQuery) -> CaseLines:
        """Return a page of rows: red first, then by due time, then newest."""

    def applicants(self, text: str, limit: int) -> tuple[ApplicantLine, ...]:
        """Return people by name, initials, number or telephone, newest first."""

    def applicant(self, who: str) -> ApplicantLine | None:
        """Return one person by his number."""

    def namesakes(self, name: str, who: str) -> tuple[ApplicantLine, ...]:
        """Return a few others of the same name."""

    def cases_of(self, who: str, limit: int) -> tuple[CaseLine, ...]:
        """Return the lines of a person's cases, newest first."""

    def agents_of(self, who: str) -> tuple[AgentLine, ...]:
        """Return who acted for a person."""

    def registered_last(self) -> str | None:
        """Return the case that this window registered last."""

    def seal_steps(self, since_ms: int) -> tuple[StoredEvent, ...]:
        """Return make, spoil and seal steps of the cases that had one since a moment (ms UTC).

        In the order of the moments that count; of such a case all of them, the refused too.
        """

    def counted(
        self, after: tuple[int, int], until_ms: int, limit: int
    ) -> tuple[tuple[Made, ...], tuple[int, int] | None]:
        """Return answered steps of cases by the moment that counts, and where to go on.

        Args:
            after: (moment in ms, place) of the last one read; (ms - 1, 0) to begin.
            until_ms: the first moment that is asked about no more.
            limit: at most so many.
        """

    def keeps(self, sha256: str) -> bool:
        """Say whether the bytes of an attachment are here."""

    def refused(self) -> tuple[StoredEvent, ...]:
        """Return refused and disputed own events that nobody has dealt with."""

    def dismiss(self, event: str) -> ChangeSet:
        """Take an exception off the list: a person has dealt with it."""

    def messages(self, limit: int = 200) -> tuple[StoredMessage, ...]:
        """Return urges and orders, newest first."""

    def mark_read(self, event: str) -> ChangeSet:
        """Mark a message as read."""

    def keep_lease(self, lease: str, kcc: bytes) -> None:
        """Keep the newest lease; unused numbers of the former one are forgotten."""

    def lease(self) -> tuple[str, bytes] | None:
        """Return the newest lease with its check-code key."""

    def next_number(self, kind: str) -> int | None:
        """Return the next unused number of the lease's block, None when it is used up."""

    def numbers_left(self, kind: str) -> int:
        """Count the unused numbers of the lease's block."""

    def numbers_low(self) -> bool:
        """Say whether less than a fifth of the lease's numbers of some kind is left."""

    def save_draft(self, key: str, text: str) -> None:
        """Keep what was typed, durable."""

    def draft(self, key: str) -> str | None:
        """Return what was typed."""

    def drop_draft(self, key: str) -> None:
        """Forget a draft whose step was made."""

    def drafts(self) -> tuple[tuple[str, int], ...]:
        """Return (key, saved at ms), newest first."""

    def keep_bank_lines(self, lines: Sequence[BankLine]) -> int:
        """Keep lines of a statement that are not known yet, durable; return how many."""

    def bank_lines(self) -> tuple[KeptBankLine, ...]:
        """Return every kept line, the oldest first."""

    def explain_bank_line(self, key: str, note: str) -> None:
        """Write what a line is, durable; "" takes it back."""

    def backup_key(self, salt: bytes) -> bytes:
        """Return the key of the one backup that has this salt."""

    def share_slice(self, part: str, after: str, limit: int) -> Sequence[ShareRow]:
        """Return some rows of a part of what only this store holds, the keys after one.

        Args:
            part: "drafts", "bank", "values" or "steps".
            after: the last key that was read, "" before all.
            limit: at most so many.
        """

    def share_pages(self, named: Collection[str]) -> tuple[PagePlace, ...]:
        """Return where the pages lie that the centre lacks, those of cases first.

        Args:
            named: hashes of pages that drafts name.
        """

    def has_event(self, event: str) -> bool:
        """Say whether the log has an event, whoever made it."""

    def merge_share(self, part: str, rows: Sequence[ShareRow]) -> int:
        """Bring rows in that are newer than what is here, durable; return how many.

        Args:
            part: "drafts", "bank" or "values"; steps are never brought in.
            rows: of a backup.
        """

    def merge_page(self, page: SharePage) -> bool:
        """Bring a page in, to be uploaded for its cases; say whether it was not here."""

    def put_attachment(self, data: bytes, type_: str, case: str | None) -> str:
        """Keep bytes sealed under their SHA-256 (hex); returns it. With a case: to be uploaded."""

    def forget_attachment(self, sha256: str) -> None:
        """Forget bytes that no case was given (an original whose page is kept); others stay."""

    def largest_time(self, seen: datetime | None = None) -> datetime | None:
        """Return the largest time ever seen by this store, raised by `seen`."""

    def rekey(self, new: StoreKeys) -> None:
        """Put the store under other keys; a crash leaves one that opens with one of the two."""

    def rebuild(self) -> bool:
        """Drop and rebuild projections and search from the log; True if they were the same."""
