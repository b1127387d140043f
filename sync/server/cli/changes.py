"""The command that says what a change would do to every open case, before it is signed."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from sync.server.cli.commands import Commands
from sync.server.cli.opening import object_in, opened
from sync.server.services.supervision.changing import ADMINISTRATOR, Proposal
from sync.server.settings import Settings

_LISTED = 20


class ChangeCommands(Commands):
    """The command, with its words."""

    def register(self, app: typer.Typer) -> None:
        """Add the command to the command line."""
        t = self._words.t
        kind = Annotated[str, typer.Option("--kind", help=t("centre.cli.change_kind"))]

        @app.command("what-if", help=t("centre.cli.what_if"))
        @self.of_centre
        def what_if(
            settings: Settings,
            file: Annotated[Path, typer.Argument(help=t("centre.cli.change_file"))],
            kind: kind = "calendar",
        ) -> None:
            self.what_if(settings, kind, file)

    def what_if(self, settings: Settings, kind: str, file: Path) -> None:
        """Compute, keep and print the difference; supervisors see it on their page as well.

        Raises:
            Failure: centre.json_file.
            WireError: malformed: the rules cannot read the event.
        """
        proposal, t = Proposal(kind, object_in(file)), self._words.t
        with opened(settings) as centre:
            changing = centre.desk.changing
            made = asyncio.run(changing.compute(centre.ledger, ADMINISTRATOR, proposal))
            scopes = centre.desk.policy.scopes_known()
            moved = centre.ledger.read_now(
                lambda tx: tx.supervision.recomputed(made.id, scopes, _LISTED)
            )
        figures = {"left": made.left_red, "to": made.to_red}
        typer.echo(t("console.changes.sum", cases=made.cases, moved=made.moved, **figures))
        for each in moved:
            lights = (t(f"console.light.{name}") for name in (each.light_before, each.light_after))
            typer.echo(f"{each.case_no}  {' → '.join(lights)}")
