"""One unit of work over the tables (see services.ports.ledger.Transaction)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sync.server.db.backup_rows import SqlBackupRows
from sync.server.db.camera_rows import SqlCameraRows
from sync.server.db.case_rows import SqlCaseRows
from sync.server.db.crash_rows import SqlCrashRows
from sync.server.db.department_rows import SqlDepartmentRows
from sync.server.db.engine import bundled
from sync.server.db.figure_rows import SqlFigureRows
from sync.server.db.level_rows import SqlLevelRows
from sync.server.db.log_rows import Shared, SqlLogRows
from sync.server.db.message_rows import SqlMessageRows
from sync.server.db.money_rows import SqlMoneyRows
from sync.server.db.other_rows import SqlConsoleRows, SqlFileRows, SqlLeaseRows
from sync.server.db.queue_rows import SqlQueueRows
from sync.server.db.report_rows import SqlReportRows
from sync.server.db.score_rows import SqlScoreRows
from sync.server.db.session_rows import SqlDeviceRows, SqlSessionRows
from sync.server.db.stamp_rows import SqlStampRows
from sync.server.db.stranger_rows import SqlFilingRows, SqlLetterRows
from sync.server.db.supervision_rows import SqlSupervisionRows

if TYPE_CHECKING:
    from sqlalchemy import Connection


class SqlTransaction:
    """All rows, on one connection.

    Args:
        connection: in a transaction.
        shared: what the units of its commit group know together.

    Attributes:
        touched: scopes whose head this unit moved.
        stirred: what moved besides and has listeners, with its new number: no log, no head.
    """

    def __init__(self, connection: Connection, shared: Shared | None = None) -> None:
        self.touched: set[str] = set()
        self.stirred: dict[str, int] = {}
        self._connection = connection
        self._shared = Shared() if shared is None else shared

    @property
    def committed(self) -> bool:
        """Say whether all that this unit sees is there to stay: it reads only."""
        return not self._connection.get_execution_options().get("writes", False)

    def flush(self) -> None:
        """Write what the groups held back: at a unit's end, inside its savepoint."""
        if self.log.waiting:
            with bundled(self._connection):
                self.log.flush()
                self.cases.flush()
                self.messages.flush()
        self.cases.flush()
        self.messages.flush()
        self.leases.flush()

    @cached_property
    def log(self) -> SqlLogRows:
        """Return the log's rows."""
        return SqlLogRows(self._connection, self.touched, self._shared)

    @cached_property
    def devices(self) -> SqlDeviceRows:
        """Return the devices' rows."""
        return SqlDeviceRows(self._connection, self.touched)

    @cached_property
    def sessions(self) -> SqlSessionRows:
        """Return the sessions' rows."""
        return SqlSessionRows(self._connection, self.touched)

    @cached_property
    def cases(self) -> SqlCaseRows:
        """Return the cases' rows."""
        return SqlCaseRows(self._connection, self.touched)

    @cached_property
    def leases(self) -> SqlLeaseRows:
        """Return the leases' rows."""
        return SqlLeaseRows(self._connection, self.touched)

    @cached_property
    def files(self) -> SqlFileRows:
        """Return the attachments' rows."""
        return SqlFileRows(self._connection, self.touched)

    @cached_property
    def backups(self) -> SqlBackupRows:
        """Return the rows of windows' own backups."""
        return SqlBackupRows(self._connection, self.touched)

    @cached_property
    def stamps(self) -> SqlStampRows:
        """Return the certificates that want a stamp."""
        return SqlStampRows(self._connection, self.touched)

    @cached_property
    def messages(self) -> SqlMessageRows:
        """Return the outbox of the channels."""
        return SqlMessageRows(self._connection, self.touched)

    @cached_property
    def filings(self) -> SqlFilingRows:
        """Return the online filings, with the codes that open them."""
        return SqlFilingRows(self._connection, self.touched)

    @cached_property
    def letters(self) -> SqlLetterRows:
        """Return complaints, inquiries and evaluations."""
        return SqlLetterRows(self._connection, self.touched)

    @cached_property
    def money(self) -> SqlMoneyRows:
        """Return the books of the halls."""
        return SqlMoneyRows(self._connection, self.touched)

    @cached_property
    def queue(self) -> SqlQueueRows:
        """Return the numbers and appointments of the halls."""
        return SqlQueueRows(self._connection, self.touched, self.stirred)

    @cached_property
    def figures(self) -> SqlFigureRows:
        """Return what answered steps add up to."""
        return SqlFigureRows(self._connection, self.touched)

    @cached_property
    def scores(self) -> SqlScoreRows:
        """Return scores, faults and bulletins."""
        return SqlScoreRows(self._connection, self.touched)

    @cached_property
    def departments(self) -> SqlDepartmentRows:
        """Return the messages of departments' systems."""
        return SqlDepartmentRows(self._connection, self.touched)

    @cached_property
    def levels(self) -> SqlLevelRows:
        """Return what lower centres reported."""
        return SqlLevelRows(self._connection, self.touched)

    @cached_property
    def console(self) -> SqlConsoleRows:
        """Return the console's rows."""
        return SqlConsoleRows(self._connection, self.touched)

    @cached_property
    def supervision(self) -> SqlSupervisionRows:
        """Return what supervision keeps."""
        return SqlSupervisionRows(self._connection, self.touched)

    @cached_property
    def cameras(self) -> SqlCameraRows:
        """Return who looked through which camera."""
        return SqlCameraRows(self._connection, self.touched)

    @cached_property
    def reports(self) -> SqlReportRows:
        """Return the reports to leaders."""
        return SqlReportRows(self._connection, self.touched)

    @cached_property
    def crashes(self) -> SqlCrashRows:
        """Return the reports of faults of windows' programs."""
        return SqlCrashRows(self._connection, self.touched)
