"""Commands that keep the record: backups made, checked, brought back; the log verified."""

from pathlib import Path
from typing import Annotated

import typer

from sync.domain.failures import Failure, FailureKind
from sync.server import backups
from sync.server.bootstrap import clock_of, prepare
from sync.server.cli.commands import Commands
from sync.server.cli.opening import opened
from sync.server.clock import moment
from sync.server.files import SealedFiles
from sync.server.services.record.whole import faults, lost_files
from sync.server.settings import Settings

_SHOWN = 20


class KeepingCommands(Commands):
    """The commands `backup` and `verify`, with their words."""

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        t = self._words.t
        made = Annotated[Path, typer.Argument(help=t("centre.backup.made"))]
        under = typer.Typer(no_args_is_help=True, help=t("centre.backup"))
        app.add_typer(under, name="backup")

        @under.command("make", help=t("centre.backup.make"))
        @self.of_centre
        def make(
            settings: Settings,
            place: Annotated[Path, typer.Argument(help=t("centre.backup.place"))],
            *,
            keys: Annotated[bool, typer.Option("--keys", help=t("centre.backup.keys"))] = False,
        ) -> None:
            folder = backups.make(settings, place, clock_of(settings).now_ms(), keys=keys)
            typer.echo(folder)

        @under.command("check", help=t("centre.backup.check"))
        def check(folder: made) -> None:
            if damaged := backups.check(folder):
                files = ", ".join(damaged[:_SHOWN])
                raise Failure("centre.backup_damaged", FailureKind.BROKEN, files=files)
            typer.echo(t("centre.backup.whole"))

        @under.command("restore", help=t("centre.backup.restore"))
        @self.of_centre
        def restore(settings: Settings, folder: made) -> None:
            backups.restore(folder, settings)
            prepare(settings)
            self.verify(settings)

        @under.command("windows", help=t("centre.backup.windows"))
        @self.of_centre
        def windows(settings: Settings) -> None:
            self.windows(settings)

        @app.command("verify", help=t("centre.verify"))
        @self.of_centre
        def verify(settings: Settings) -> None:
            self.verify(settings)

    def windows(self, settings: Settings) -> None:
        """Print every backup that windows keep here, read anew: whose, when, how large."""
        with opened(settings) as centre:
            service = centre.desk.window_backups
            rows = centre.ledger.read_now(lambda tx: tx.backups.every())
            found = [service.read_again(row) for row in rows]
        for row in found:
            said = {"dev": row.dev, "inc": row.inc, "n": row.n, "size": row.size}
            when = f"{moment(row.at):%Y-%m-%d %H:%M}Z"
            state = self._words.t(f"centre.backup.{'damaged' if row.damaged else 'whole_now'}")
            typer.echo(self._words.t("centre.backup.line", at=when, state=state, **said))
        if not found:
            typer.echo(self._words.t("centre.backup.no_windows"))

    def verify(self, settings: Settings) -> None:
        """Read the whole log and look for each attachment; print what is not whole or not there.

        Raises:
            Failure: centre.record_broken; centre.files_lost.
        """
        with opened(settings) as centre:
            found = centre.ledger.read_now(lambda tx: list(faults(tx)))
            vault = SealedFiles(settings.attachments, centre.keys.vault)
            lost = centre.ledger.read_now(lambda tx: list(lost_files(tx, vault)))
            counts = centre.ledger.read_now(lambda tx: tx.log.count())
        for fault in found[:_SHOWN]:
            typer.echo(f"! {fault.scope} {fault.n}: {self._words.t(f'centre.fault.{fault.what}')}")
        for row in lost[:_SHOWN]:
            said = self._words.t("centre.fault.file", file=row.file)
            typer.echo(f"! {row.case_no}: {said}")
        if found:
            raise Failure("centre.record_broken", FailureKind.BROKEN, count=len(found))
        if lost:
            raise Failure("centre.files_lost", FailureKind.BROKEN, count=len(lost))
        typer.echo(self._words.t("centre.verified", count=sum(counts.values())))
