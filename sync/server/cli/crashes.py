"""Commands about faults of windows' programs: which there are, and what the reports of one say."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from sync.domain.failures import Failure
from sync.protocol.errors import WireError
from sync.server.cli.opening import opened
from sync.server.clock import moment
from sync.server.settings import Settings
from sync.texts import Texts


class CrashCommands:
    """The commands, with their words."""

    def __init__(self, words: Texts) -> None:
        self._words = words

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        t = self._words.t
        data = Annotated[Path, typer.Option("--data", help=t("centre.cli.data"))]
        clock = Annotated[
            Path | None, typer.Option("--demo-clock", help=t("centre.cli.demo_clock"))
        ]
        under = typer.Typer(no_args_is_help=True, help=t("centre.crashes"))
        app.add_typer(under, name="crashes")

        @under.command("list", help=t("centre.crashes.list"))
        def listed(
            data: data,
            as_json: Annotated[bool, typer.Option("--json", help=t("centre.cli.json"))] = False,  # noqa: FBT002
            demo_clock: clock = None,
        ) -> None:
            self.listed(Settings(data=data, demo_clock=demo_clock), as_json=as_json)

        @under.command("show", help=t("centre.crashes.show"))
        def show(
            fingerprint: Annotated[str, typer.Argument(help=t("centre.crashes.fingerprint"))],
            data: data,
            version: Annotated[
                str, typer.Option("--version", help=t("centre.crashes.version"))
            ] = "",
            demo_clock: clock = None,
        ) -> None:
            self.show(Settings(data=data, demo_clock=demo_clock), fingerprint, version)

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
