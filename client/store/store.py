"""The window's store: one encrypted file with its log and what is read from it, behind one door.

Everything here is called on the store lane, by the thread that opened the store; what a call
acknowledges is durable. Nothing here knows a card, a screen or the line.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from client.app.ports.own_share import PagePlace
from client.app.ports.store import StoredMessage
from client.store.counting import counted
from client.store.failures import StoreFailure
from client.store.own_share import backup_key
from client.store.sync_side import SyncSide
from sync.engine.ports import ChangeSet
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from pathlib import Path

    from client.app.ports.card import StoreKeys
    from client.app.ports.own_share import SharePage, ShareRow
    from client.app.ports.store import (
        AgentLine,
        ApplicantLine,
        CaseLine,
        CaseLines,
        CaseQuery,
        CaseStore,
        KeptBankLine,
        StoredEvent,
    )
    from client.host.clock import Clock
    from sync.domain.bank import BankLine
    from sync.domain.case import Case
    from sync.domain.events import Step
    from sync.domain.policy import PolicyBook
    from sync.domain.statistics import Made


def open_store(folder: Path, keys: StoreKeys, clock: Clock) -> SqlCipherStore:
    """Open the store of a folder; a folder without one gets an empty one.

    Brings the tables up to date, finishes a change of keys that a crash broke off, follows the own
    chain from its checkpoint, holds the log against its high-water mark, and rebuilds projections
    that do not stand for the log.

    Args:
        folder: made if absent.
        keys: K_db, K_att, K_name, K_mark, K_backup: 32 bytes each; taken over:
            `close` fills them with zeros.
        clock: for when drafts were saved.

    Raises:
        StoreFailure: store.in_use, wrong_key, missing, damaged, too_new, chain_broken, behind_mark,
            mark_lost, changed_outside, disk_full, disk_error.
    """
    return SqlCipherStore(folder, keys, clock)


class SqlCipherStore(SyncSide):
    """A CaseStore in an SQLCipher file; made by `open_store`."""

    # ------------------------------------------------------------ cases

    def policy_book(self) -> PolicyBook:
        """Return the policy as folded from the policy scope's log."""
        with self._open():
            return self._projections.book()

    def case(self, number: str) -> Case | None:
        """Return one case with its pending steps applied."""
        with self._open():
            return self._projections.folds.case(number)

    def case_head(self, number: str) -> str | None:
        """Return the hash of the case's last event that has an effect here: `cprev`."""
        with self._open():
            return self._projections.folds.head(number)

    def events_of(self, number: str) -> tuple[StoredEvent, ...]:
        """Return a case's events: by number, then own pending ones; refused ones in their place."""
        with self._open():
            return self._log.events_of(number)

    def money_steps(self, hall: str) -> tuple[Step, ...]:
        """Return what a hall's books are made from: its own steps, then those of its cases."""
        with self._open():
            return self._projections.folds.money_steps(hall)

    def cases(self, query: CaseQuery) -> CaseLines:
        """Return a page of rows: red first, then by due time, then newest."""
        with self._open():
            self._place(query.at_ms)
            return self._projections.lines.page(query)

    def _place(self, at_ms: int | None) -> None:
        """Order suspended cases as of a moment; on a full disk they stay where they were."""
        if at_ms is not None and self._projections.lines.misplaced(at_ms):
            with contextlib.suppress(StoreFailure), self._change():
                self._projections.lines.place(at_ms)

    def applicants(self, text: str, limit: int) -> tuple[ApplicantLine, ...]:
        """Return people by name, initials, number or telephone, newest first."""
        with self._open():
            return self._projections.people.find(text, limit)

    def applicant(self, who: str) -> ApplicantLine | None:
        """Return one person by his number."""
        with self._open():
            return self._projections.people.one(who)

    def namesakes(self, name: str, who: str) -> tuple[ApplicantLine, ...]:
        """Return a few others of the same name."""
        with self._open():
            return self._projections.people.namesakes(name, who)

    def cases_of(self, who: str, limit: int) -> tuple[CaseLine, ...]:
        """Return the lines of a person's cases, newest first."""
        with self._open():
            numbers = self._projections.people.numbers_of(who, limit)
            return self._projections.lines.named(numbers)

    def agents_of(self, who: str) -> tuple[AgentLine, ...]:
        """Return who acted for a person."""
        with self._open():
            return self._projections.people.agents_of(who)

    def registered_last(self) -> str | None:
        """Return the case that this window registered last."""
        with self._open():
            return self._projections.people.registered_last()

    def seal_steps(self, since_ms: int) -> tuple[StoredEvent, ...]:
        """Return all steps of seals and stock of the cases that had one since a moment."""
        with self._open():
            return self._log.seal_steps(since_ms)

    def counted(
        self, after: tuple[int, int], until_ms: int, limit: int
    ) -> tuple[tuple[Made, ...], tuple[int, int] | None]:
        """Return answered steps by the moment that counts, and where to go on."""
        with self._open():
            return counted(self._db, after, until_ms, limit)

    def keeps(self, sha256: str) -> bool:
        """Say whether the bytes of an attachment are here."""
        with self._open():
            return self._db.one("SELECT 1 FROM attachment WHERE sha256 = ?", sha256) is not None

    def refused(self) -> tuple[StoredEvent, ...]:
        """Return refused and disputed own events that nobody has dealt with."""
        with self._open():
            return self._log.exceptions()

    def dismiss(self, event: str) -> ChangeSet:
        """Take an exception off the list."""
        with self._change():
            found = self._log.find_own(event)
            gone = 0
            if found is not None:
                gone = self._db.run("DELETE FROM exception WHERE pos = ?", found[0])
        return ChangeSet(exceptions=bool(gone))

    def messages(self, limit: int = 200) -> tuple[StoredMessage, ...]:
        """Return urges and orders, newest first."""
        with self._open():
            return tuple(
                StoredMessage(
                    event=event.event,
                    case=event.case or "",
                    kind=event.kind,
                    at_ms=at_ms,
                    body=from_json(event.record.body, dict[str, object]),
                    read=read,
                )
                for event, at_ms, read in self._log.messages(limit)
            )

    def mark_read(self, event: str) -> ChangeSet:
        """Mark a message as read."""
        with self._change():
            changed = self._db.run(
                "UPDATE message SET read = 1 WHERE read = 0"
                " AND pos IN (SELECT pos FROM event WHERE id = ?)",
                event,
            )
        return ChangeSet(messages=bool(changed))

    # ------------------------------------------------------------ numbers of the lease

    def next_number(self, kind: str) -> int | None:
        """Return the next unused number of the lease's block, None when it is used up."""
        with self._open():
            return self._numbers.next(kind)

    def numbers_left(self, kind: str) -> int:
        """Count the unused numbers of the lease's block."""
        with self._open():
            return self._numbers.left(kind)

    def numbers_low(self) -> bool:
        """Say whether less than a fifth of the lease's numbers of some kind is left."""
        with self._open():
            return self._numbers.low()

    # ------------------------------------------------------------ this window's own

    def get_meta(self, key: str) -> bytes | None:
        """Read a small value kept outside the synced set."""
        with self._open():
            return self._state.get_meta(key)

    def put_meta(self, key: str, value: bytes) -> None:
        """Write a small value, durable."""
        with self._change():
            self._state.put_meta(key, value)

    def largest_time(self, seen: datetime | None = None) -> datetime | None:
        """Return the largest time ever seen by this store, raised by `seen`."""
        with self._change():
            return self._state.largest_time(seen)

    def save_draft(self, key: str, text: str) -> None:
        """Keep what was typed, durable."""
        with self._change():
            self._drafts.save(key, text, self._clock.wall())

    def draft(self, key: str) -> str | None:
        """Return what was typed."""
        with self._open():
            return self._drafts.get(key)

    def drop_draft(self, key: str) -> None:
        """Forget a draft whose step was made."""
        with self._change():
            self._drafts.drop(key)

    def drafts(self) -> tuple[tuple[str, int], ...]:
        """Return (key, saved at ms), newest first."""
        with self._open():
            return self._drafts.all()

    def keep_bank_lines(self, lines: Sequence[BankLine]) -> int:
        """Keep lines of a statement that are not known yet, durable; return how many."""
        with self._change():
            return self._bank_lines.keep(lines)

    def bank_lines(self) -> tuple[KeptBankLine, ...]:
        """Return every kept line, the oldest first."""
        with self._open():
            return self._bank_lines.all()

    def explain_bank_line(self, key: str, note: str) -> None:
        """Write what a line is, durable."""
        with self._change():
            self._bank_lines.explain(key, note)

    # ------------------------------------------------------------ the own share (docs/adr/037)

    def backup_key(self, salt: bytes) -> bytes:
        """Return the key of the one backup that has this salt."""
        with self._open():
            return backup_key(self._keys.backup, salt)

    def share_slice(self, part: str, after: str, limit: int) -> Sequence[ShareRow]:
        """Return some rows of a part of what only this store holds, the keys after one."""
        with self._open():
            return self._own_rows.slice(part, after, limit)

    def share_pages(self, named: Collection[str]) -> tuple[PagePlace, ...]:
        """Return where the pages lie that the centre lacks, with their keys."""
        with self._open():
            places = self._attachments.place
            return tuple(
                PagePlace(
                    *(row.sha256, row.size, row.type, row.cases),
                    *places(row.sha256, row.file, row.wrapped),
                )
                for row in self._own_rows.lacking(named)
            )

    def has_event(self, event: str) -> bool:
        """Say whether the log has an event."""
        with self._open():
            return self._db.one("SELECT 1 FROM event WHERE id = ?", event) is not None

    def merge_share(self, part: str, rows: Sequence[ShareRow]) -> int:
        """Bring rows of a backup in that are newer than what is here, durable; return how many."""
        with self._change():
            return self._own_rows.merge(part, rows)

    def merge_page(self, page: SharePage) -> bool:
        """Bring a page of a backup in, for its cases; say whether it was not here."""
        with self._change():
            known = self._db.one("SELECT 1 FROM attachment WHERE sha256 = ?", page.sha256)
            self._attachments.put(page.data, page.type, None)
            for case in page.cases:
                self._attachments.bind(page.sha256, page.type, case)
        return known is None

    def put_attachment(self, data: bytes, type_: str, case: str | None) -> str:
        """Keep bytes sealed under their SHA-256 (hex); with a case they are to be uploaded."""
        with self._change():
            return self._attachments.put(data, type_, case)

    def forget_attachment(self, sha256: str) -> None:
        """Forget bytes that no case was given; what belongs to a case stays."""
        with self._change():
            left = self._attachments.forget(sha256)
        if left is not None:
            with contextlib.suppress(OSError):  # a file without a row is swept at the next opening
                left.unlink()


if TYPE_CHECKING:

    def _keeps_the_port(store: SqlCipherStore) -> CaseStore:
        return store
