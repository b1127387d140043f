"""Commands about faults of windows' programs: which there are, and what the reports of one say."""

import json
from dataclasses import asdict
from typing import Annotated

import msgspec
import typer

from sync.domain.failures import Failure
from sync.protocol.errors import WireError
from sync.server.cli.commands import Commands
from sync.server.cli.opening import opened
from sync.server.clock import moment
from sync.server.settings import Settings


class CrashCommands(Commands):
    """The commands, with their words."""

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        t = self._words.t
        under = typer.Typer(no_args_is_help=True, help=t("centre.crashes"))
        app.add_typer(under, name="crashes")

        @under.command("list", help=t("centre.crashes.list"))
        @self.of_centre
        def listed(
            settings: Settings,
            *,
            as_json: Annotated[bool, typer.Option("--json", help=t("centre.cli.json"))] = False,
        ) -> None:
            self.listed(settings, as_json=as_json)

        @under.command("show", help=t("centre.crashes.show"))
        @self.of_centre
        def show(
            settings: Settings,
            fingerprint: Annotated[str, typer.Argument(help=t("centre.crashes.fingerprint"))],
            version: Annotated[
                str, typer.Option("--version", help=t("centre.crashes.version"))
            ] = "",
        ) -> None:
            self.show(settings, fingerprint, version)

    def listed(self, settings: Settings, *, as_json: bool) -> None:
        """Print every fault: how often, at how many windows, when last."""
        with opened(settings) as centre:
            desk = centre.desk
            groups = centre.ledger.write_now(desk.crashes.listed_for_operator)
        for each in groups:
            if as_json:
                typer.echo(json.dumps(asdict(each), ensure_ascii=False))
                continue
            said = asdict(each) | {"came": moment(each.came).isoformat(timespec="seconds")}
            typer.echo(self._words.t("centre.crashes.line", **said))
        if not groups and not as_json:
            typer.echo(self._words.t("crashes.console.none"))

    def show(self, settings: Settings, fingerprint: str, version: str) -> None:
        """Print the newest reports of one fault whole, as JSON.

        Raises:
            Failure: centre.crash_unknown.
        """
        with opened(settings) as centre:
            desk = centre.desk
            try:
                found = centre.ledger.write_now(
                    lambda tx: desk.crashes.shown_to_operator(tx, fingerprint[:64], version)
                )
            except WireError as error:
                raise Failure("centre.crash_unknown", fingerprint=fingerprint[:16]) from error
        for row, report in found:
            typer.echo(self._words.t("centre.crashes.of", dev=row.dev, hall=row.hall))
            typer.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
