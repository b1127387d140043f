"""What the services ask of the database and of the world around them.

A unit of work is a plain function of a `Transaction`. The ledger runs units that write one after
the other on one thread and commits several at once (group commit); units that read run beside it
on a snapshot. A unit must not wait, must not keep its transaction, and must be able to run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sync.server.services.ports.backups import BackupRows
    from sync.server.services.ports.cameras import CameraRows
    from sync.server.services.ports.cases import CaseRows
    from sync.server.services.ports.console import ConsoleRows
    from sync.server.services.ports.crashes import CrashRows
    from sync.server.services.ports.departments import DepartmentRows
    from sync.server.services.ports.devices import DeviceRows
    from sync.server.services.ports.figures import FigureRows
    from sync.server.services.ports.files import FileRows
    from sync.server.services.ports.hall import QueueRows
    from sync.server.services.ports.leases import LeaseRows
    from sync.server.services.ports.levels import LevelRows
    from sync.server.services.ports.log import LogRows
    from sync.server.services.ports.messages import MessageRows
    from sync.server.services.ports.money import MoneyRows
    from sync.server.services.ports.reports import ReportRows
    from sync.server.services.ports.scores import ScoreRows
    from sync.server.services.ports.sessions import SessionRows
    from sync.server.services.ports.stamps import StampRows
    from sync.server.services.ports.strangers import FilingRows, LetterRows
    from sync.server.services.ports.supervision import SupervisionRows

R = TypeVar("R")
W = TypeVar("W")


class Transaction(Protocol):
    """One unit of work's view of everything kept."""

    @property
    def committed(self) -> bool:
        """Say whether all that this unit sees is there to stay: it reads only.

        What a unit that writes sees may be undone with it, or with another one of its group.
        """

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
    def backups(self) -> BackupRows:
        """Return the rows of windows' own backups."""

    @property
    def stamps(self) -> StampRows:
        """Return the certificates that want a stamp."""

    @property
    def messages(self) -> MessageRows:
        """Return the outbox of the channels."""

    @property
    def filings(self) -> FilingRows:
        """Return the online filings, with the codes that open them."""

    @property
    def letters(self) -> LetterRows:
        """Return complaints, inquiries and evaluations."""

    @property
    def money(self) -> MoneyRows:
        """Return the books of the halls."""

    @property
    def queue(self) -> QueueRows:
        """Return the numbers and appointments of the halls."""

    @property
    def figures(self) -> FigureRows:
        """Return what answered steps add up to."""

    @property
    def scores(self) -> ScoreRows:
        """Return scores, faults and bulletins."""

    @property
    def departments(self) -> DepartmentRows:
        """Return the messages of departments' systems."""

    @property
    def levels(self) -> LevelRows:
        """Return what lower centres reported."""

    @property
    def console(self) -> ConsoleRows:
        """Return the console's rows."""

    @property
    def supervision(self) -> SupervisionRows:
        """Return what supervision keeps."""

    @property
    def cameras(self) -> CameraRows:
        """Return who looked through which camera."""

    @property
    def reports(self) -> ReportRows:
        """Return the reports to leaders, with their instructions."""

    @property
    def crashes(self) -> CrashRows:
        """Return the reports of faults of windows' programs."""


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
