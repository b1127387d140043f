"""What windows keep at the centre for the day their disk is gone (docs/adr/037).

A backup came sealed under the window's own root; here it is bytes, told by device, incarnation and
number. A window writes and reads what is its own and what its former incarnations left: a device's
next incarnation exists only where two administrators signed for it, and so handed over.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from sync.domain.calendar import china_day
from sync.domain.fields import moment_of
from sync.protocol.backup_messages import BackupHead, BackupKept, BackupsAnswer
from sync.protocol.errors import WireError
from sync.protocol.limits import INTEGER_MAX
from sync.server.services.rows.backups import BackupRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.clock import Clock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.entry.rates import RateLimit
    from sync.server.services.ports.files import FileVault
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

DAYS_KEPT = 7  # the newest of each of so many days, and the newest of all
TERM_MS = 90 * 24 * 3_600_000  # of what no window can write any more
LOOK_MS = 24 * 3_600_000  # so often each is read again
PER_MINUTE = 6
_AT_ONCE = 50


class WindowBackups:
    """Takes windows' backups in, reads them again, hands them out.

    Args:
        policy: which incarnation of a device is the living one.
        vault: where the bytes lie.
        clock: the centre's.
        rates: how often one window may send.
    """

    def __init__(self, policy: Policy, vault: FileVault, clock: Clock, rates: RateLimit) -> None:
        self._policy = policy
        self._vault = vault
        self._clock = clock
        self._rates = rates
        self.damaged = 0  # as of the last look

    # ------------------------------------------------------------ for windows

    def admit(self, tx: Transaction, caller: Caller, n: int) -> None:
        """Refuse what would not be kept, before anything is written.

        Raises:
            WireError: fresh_login; rate_limited; malformed; backup_old: a later one is here.
        """
        caller.require_fresh()
        if not 1 <= n <= INTEGER_MAX:
            raise WireError("wire.malformed")
        self._rates.take(f"backup {caller.dev}", PER_MINUTE)
        last = self._last(tx, caller)
        if n < last:
            raise WireError("wire.backup_old", last=last)

    def keep(self, caller: Caller, n: int, data: bytes) -> BackupRow:
        """Write the bytes and read them back; touches no row. The row says what was read.

        Raises:
            WireError: unavailable: the disk takes no more, or gives back something else.
        """
        now, sha256 = self._clock.now_ms(), hashlib.sha256(data).hexdigest()
        row = BackupRow(
            dev=caller.dev,
            inc=caller.inc,
            n=n,
            at=now,
            size=len(data),
            sha256=sha256,
            person=caller.person,
            checked=now,
            damaged=0,
            file="",
        )
        for _ in range(2):  # a file of this name that is damaged is replaced
            try:
                file = self._vault.keep(row.seed, data)
            except OSError as error:
                raise WireError("wire.unavailable") from error
            if self._whole(file, row):
                return replace(row, file=file)
            self._vault.destroy(file)
        raise WireError("wire.unavailable")

    def settle(self, tx: Transaction, row: BackupRow) -> tuple[BackupKept, list[BackupRow]]:
        """Write down what is kept; return what may be destroyed once that is durable.

        The same bytes under the same number again are the same backup.

        Raises:
            WireError: backup_old: other bytes are here under this number, or a later one is.
        """
        mine = [each for each in tx.backups.of(row.dev, row.inc) if each.inc == row.inc]
        kept = BackupKept(n=row.n, sha256=row.sha256, size=row.size, at=row.at)
        if any((each.n, each.sha256) == (row.n, row.sha256) for each in mine):
            tx.backups.put(row)
            return kept, []
        if mine and mine[0].n >= row.n:
            raise WireError("wire.backup_old", last=mine[0].n)
        tx.backups.put(row)
        gone = _outlived([row, *mine])
        tx.backups.drop(gone)
        return kept, gone

    def look(self, tx: Transaction, caller: Caller) -> BackupsAnswer:
        """Say what is kept of whoever asks and of its former incarnations.

        Raises:
            WireError: fresh_login.
        """
        caller.require_fresh()
        kept = [_head(row) for row in tx.backups.of(caller.dev, caller.inc)]
        return BackupsAnswer(kept=kept, t=self._clock.now_ms())

    def find(self, tx: Transaction, caller: Caller, inc: int, n: int) -> BackupRow:
        """Return where a backup of whoever asks, or of a former incarnation, lies.

        Raises:
            WireError: fresh_login; backup_missing.
        """
        caller.require_fresh()
        row = tx.backups.get(caller.dev, inc, n) if inc <= caller.inc else None
        if row is None:
            raise WireError("wire.backup_missing")
        return row

    def fetch(self, row: BackupRow) -> bytes:
        """Return a backup's bytes; touches no row.

        Raises:
            WireError: backup_missing: gone, or not what came.
        """
        try:
            data = self._vault.fetch(row.file, row.seed)
        except WireError as error:
            raise WireError("wire.backup_missing") from error
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise WireError("wire.backup_missing")
        return data

    # ------------------------------------------------------------ for the job

    def due(self, tx: Transaction) -> list[BackupRow]:
        """Return some that were not read since a day."""
        return tx.backups.unchecked(self._clock.now_ms() - LOOK_MS, _AT_ONCE)

    def read_again(self, row: BackupRow) -> BackupRow:
        """Read one again; touches no row. The answer says what was found."""
        now = self._clock.now_ms()
        whole = self._whole(row.file, row)
        return replace(row, checked=now, damaged=0 if whole else row.damaged or now)

    def note(self, tx: Transaction, rows: Sequence[BackupRow]) -> None:
        """Write down what reading again found, of those that are still kept as they were read."""
        for row in rows:
            kept = tx.backups.get(row.dev, row.inc, row.n)
            # A damaged one may have come again meanwhile: what was read is no more.
            if kept is not None and (kept.at, kept.file) == (row.at, row.file):
                tx.backups.put(row)

    def count_damaged(self, tx: Transaction) -> int:
        """Count what is damaged, for whoever runs the centre."""
        self.damaged = sum(1 for row in tx.backups.every() if row.damaged)
        return self.damaged

    def outlived(
        self, tx: Transaction, limit: int, after: BackupRow | None = None
    ) -> tuple[list[BackupRow], BackupRow | None]:
        """Forget what no window can write any more and whose term is over, of a slice of the old.

        Returns:
            What is gone, and the end of the slice: behind it the next begins. None: it was the
            last.
        """
        old = tx.backups.made_before(self._clock.now_ms() - TERM_MS, limit, after)
        gone = [row for row in old if not self._lives(row)]
        tx.backups.drop(gone)
        return gone, old[-1] if len(old) == limit else None

    def files(self, tx: Transaction) -> set[str]:
        """Return the names of the files that rows know."""
        return {row.file for row in tx.backups.every()}

    def sweep(self, known: set[str]) -> int:
        """Destroy files of a day ago and older that no row knows: an end in between left them."""
        return self._vault.sweep(known, self._clock.now_ms() - LOOK_MS)

    def destroy(self, rows: Sequence[BackupRow]) -> None:
        """Destroy the files of rows that are gone; touches no row."""
        for row in rows:
            self._vault.destroy(row.file)

    # ------------------------------------------------------------ inside

    def _lives(self, row: BackupRow) -> bool:
        """Say whether the window that made it may still make another."""
        try:
            return self._policy.device(row.dev).inc == row.inc
        except WireError:
            return False

    def _last(self, tx: Transaction, caller: Caller) -> int:
        rows = tx.backups.of(caller.dev, caller.inc)
        return max((row.n for row in rows if row.inc == caller.inc), default=0)

    def _whole(self, file: str, row: BackupRow) -> bool:
        try:
            data = self._vault.fetch(file, row.seed)
        except WireError:
            return False
        return hashlib.sha256(data).hexdigest() == row.sha256


def _outlived(newest_first: Sequence[BackupRow]) -> list[BackupRow]:
    """Return what is neither the newest of all nor the newest of one of the last days."""
    days: set[object] = set()
    gone = []
    for row in newest_first:
        day = china_day(moment_of(row.at))
        if day in days or len(days) >= DAYS_KEPT:
            gone.append(row)
        days.add(day)
    return gone


def _head(row: BackupRow) -> BackupHead:
    return BackupHead(
        inc=row.inc,
        n=row.n,
        at=row.at,
        size=row.size,
        sha256=row.sha256,
        checked=row.checked,
        damaged=bool(row.damaged),
    )
