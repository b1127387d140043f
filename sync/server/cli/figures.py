"""The command that counts a month of the log again, beside the counters that pages show."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from sync.domain.failures import Failure, FailureKind
from sync.domain.figures.counters import Counts, total
from sync.domain.statistics import Figures, Span, whole
from sync.server.cli.commands import Commands
from sync.server.cli.opening import opened
from sync.server.services.rows.figures import Cut
from sync.server.settings import Settings

if TYPE_CHECKING:
    from sync.server.bootstrap import Centre
    from sync.server.services.ports.ledger import Transaction

_SAME = (
    ("received", "received"),
    ("closed", "closed"),
    ("on_time", "kept"),
    ("extended", "extended"),
    ("late", "late"),
    ("overdue_steps", "overdue_steps"),
    ("errors", "errors"),
)
"""What the windows' reckoning and the counters both count: their names there and here."""


class FigureCommands(Commands):
    """The commands, with their words."""

    def register(self, app: typer.Typer) -> None:
        """Add the command to the command line."""
        t = self._words.t

        @app.command("recount", help=t("figures.cli.recount"))
        @self.of_centre
        def recount(
            settings: Settings,
            month: Annotated[str, typer.Argument(help=t("figures.cli.month"))],
        ) -> None:
            self.recount(settings, month)

    def recount(self, settings: Settings, month: str) -> None:
        """Count a month again from the log, as every window does, and compare.

        Lines that came in the last seconds may not be counted yet.

        Raises:
            Failure: centre.figures_month: no month; centre.figures_differ.
        """
        try:
            first = date.fromisoformat(f"{month}-01")
        except ValueError as error:
            raise Failure("centre.figures_month", month=month[:10]) from error
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        with opened(settings) as centre:
            counted = [
                _scope(centre, scope, Span(first, last))
                for scope in centre.desk.policy.scopes_known()
            ]
        if any(differ for differ, _ in counted):
            raise Failure("centre.figures_differ", FailureKind.BROKEN, month=month)
        kept = total(counts for _, counts in counted)
        typer.echo(self._words.t("figures.cli.same", month=month, received=kept.received))


def _scope(centre: "Centre", scope: str, month: Span) -> tuple[bool, Counts]:
    """Count one scope's month again, and say what differs; each scope is a unit of its own.

    A city's month in one unit would stand in its transaction for longer than a database waits.
    """
    name = month.first.isoformat()[:7]

    def read(tx: "Transaction") -> tuple[Figures, Counts, bool]:
        log = centre.desk.statistics.counted(tx, (scope,), month)
        kept = tx.figures.whole(Cut((name,), (scope,)))
        return whole(log.made, log.kept), kept, tx.figures.differing(scope, name)

    log, kept, apart = centre.ledger.read_now(read)
    differ = differing(log, kept)
    for member, counted, shown in differ:
        typer.echo(f"{scope} {member}: {counted} != {shown}")
    if apart:
        typer.echo(f"{scope}: sums != tallies")
    return bool(differ) or apart, kept


def differing(log: Figures, kept: Counts) -> list[tuple[str, int, int]]:
    """Return (name, counted from the log, counter) of what is not the same."""
    pairs = [(name, getattr(log, theirs), getattr(kept, name)) for theirs, name in _SAME]
    return [each for each in pairs if each[1] != each[2]]
