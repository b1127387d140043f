"""Commands for the levels: a lower centre introduces itself, two administrators above let it in."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from sync.domain.failures import Failure
from sync.proof.enrolment import fingerprint
from sync.proof.keys import SoftwareKey
from sync.server.cli.commands import Commands
from sync.server.cli.opening import object_in, opened
from sync.server.cli.signing import enact_one
from sync.server.clock import moment
from sync.server.settings import Settings

UPLINK_KEY = "uplink.pem"


class LevelCommands(Commands):
    """The commands, with their words."""

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        t = self._words.t
        authority = Annotated[Path, self.authority]
        under = typer.Typer(no_args_is_help=True, help=t("centre.level"))
        app.add_typer(under, name="level")

        @under.command("introduce", help=t("centre.level.introduce"))
        @self.of_centre
        def introduce(settings: Settings) -> None:
            typer.echo(json.dumps(self.introduce(settings)))

        @under.command("put", help=t("centre.level.put"))
        @self.of_centre
        def put(
            settings: Settings,
            file: Annotated[Path, typer.Argument(help=t("centre.level.file"))],
            authority: authority,
            *,
            yes: Annotated[bool, typer.Option("--yes", help=t("centre.shelf.yes"))] = False,
        ) -> None:
            body = object_in(file)
            shown = fingerprint(str(body.get("genesis", "")))
            typer.echo(t("centre.level.shown", name=body.get("name", "-"), fingerprint=shown))
            if yes or typer.confirm(t("centre.shelf.sure")):
                enact_one(settings, authority, "lower", body, self._words)

        @under.command("end", help=t("centre.level.end"))
        @self.of_centre
        def end(
            settings: Settings,
            aud: Annotated[str, typer.Argument(help=t("centre.level.aud"))],
            authority: authority,
        ) -> None:
            enact_one(settings, authority, "lower.end", {"aud": aud}, self._words)

        @under.command("list", help=t("centre.level.list"))
        @self.of_centre
        def listed(settings: Settings) -> None:
            self.listed(settings)

    def introduce(self, settings: Settings) -> dict[str, object]:
        """Return what the upper centre's administrators need; makes the uplink's key once.

        Raises:
            Failure: centre.level_empty: a centre without policy has nothing to introduce.
        """
        path = settings.keys / UPLINK_KEY
        with opened(settings) as centre:
            genesis = centre.desk.policy.book.genesis
            if genesis is None:
                raise Failure("centre.level_empty")
            pinned = centre.desk.policy.trust.genesis
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(SoftwareKey.generate().to_pkcs8())
        jwk = SoftwareKey.from_pkcs8(path.read_bytes()).jwk
        point = {"kty": jwk.kty, "crv": jwk.crv, "x": jwk.x, "y": jwk.y}
        return {"aud": genesis.aud, "name": genesis.name, "genesis": pinned, "jwk": point}

    def listed(self, settings: Settings) -> None:
        """Print every lower centre: how much of its log is here, and when it was heard of."""
        with opened(settings) as centre:
            desk = centre.desk
            scopes = tuple(lower.scope for lower in desk.policy.book.lowers.values())
            found = centre.ledger.read_now(lambda tx: desk.level_board.board(tx, scopes))
        for line in found.centres:
            heard = f"{moment(line.heard):%Y-%m-%d %H:%M}Z" if line.heard else "-"
            said = {"aud": line.aud, "name": line.name, "lines": line.lines, "heard": heard}
            typer.echo("  " * line.depth + self._words.t("centre.level.line", **said))
