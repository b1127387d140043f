"""The commands that run a centre: serve, migrate, status; the rest is in rooms of their own."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from sync.domain.failures import Failure
from sync.server import logs
from sync.server.bootstrap import prepare
from sync.server.cli.backups import KeepingCommands
from sync.server.cli.changes import ChangeCommands
from sync.server.cli.commands import Commands
from sync.server.cli.crashes import CrashCommands
from sync.server.cli.figures import FigureCommands
from sync.server.cli.levels import LevelCommands
from sync.server.cli.lists import ListCommands
from sync.server.cli.opening import opened
from sync.server.cli.policy import PolicyCommands
from sync.server.cli.shelves import ShelfCommands
from sync.server.cli.signing import SheetCommands
from sync.server.cli.systems import SystemCommands
from sync.server.collector import keep_what_is
from sync.server.settings import Settings
from sync.texts import Texts

_ROOMS = (
    PolicyCommands,
    ListCommands,
    ShelfCommands,
    SheetCommands,
    SystemCommands,
    LevelCommands,
    KeepingCommands,
    FigureCommands,
    ChangeCommands,
    CrashCommands,
)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def build(words: Texts) -> typer.Typer:
    """Return the command line in one language."""
    t = words.t
    app = typer.Typer(
        name="chuangkou-centre",
        help=t("centre.cli.about"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    of_centre = Commands(words).of_centre

    @app.callback()
    def main(
        lang: Annotated[str, typer.Option("--lang", help=t("centre.cli.lang"))] = "",
        log_level: Annotated[str, typer.Option("--log-level", help=t("centre.cli.log_level"))] = (
            "warning"
        ),
    ) -> None:
        del lang  # read before this command line was built: see words
        logs.configure(log_level)

    @app.command("serve", help=t("centre.cli.serve"))
    @of_centre
    def serve(  # noqa: PLR0913  # one option each, as the command line wants it
        settings: Settings,
        *,
        host: Annotated[str, typer.Option("--host", help=t("centre.cli.host"))] = "127.0.0.1",
        port: Annotated[int, typer.Option("--port", help=t("centre.cli.port"))] = 8443,
        origin: Annotated[str, typer.Option("--origin", help=t("centre.cli.origin"))] = "",
        tls_cert: Annotated[
            Path | None, typer.Option("--tls-cert", help=t("centre.cli.tls_cert"))
        ] = None,
        tls_key: Annotated[
            Path | None, typer.Option("--tls-key", help=t("centre.cli.tls_key"))
        ] = None,
        ready_file: Annotated[
            Path | None, typer.Option("--ready-file", help=t("centre.cli.ready_file"))
        ] = None,
        tied: Annotated[bool, typer.Option("--tied", help=t("centre.cli.tied"))] = False,
    ) -> None:
        # Only here: a sixth of what every other command would load is the web server.
        from sync.server.serving import bind, server_for  # noqa: PLC0415

        if tls_cert is None and host not in LOOPBACK:
            raise Failure("centre.tls_needed", host=host)
        listening = bind(host, port)
        try:
            scheme = "http" if tls_cert is None else "https"
            shown = f"[{host}]" if ":" in host else host
            here = f"{scheme}://{shown}:{listening.getsockname()[1]}"
            settings = settings.model_copy(update={"origin": origin or here})
            with opened(settings) as centre:
                server = server_for(centre, tls_cert, tls_key, ready_file, tied=tied)
                keep_what_is()
                typer.echo(t("centre.cli.serving", origin=settings.origin))
                server.run([listening])
        finally:
            listening.close()

    @app.command("migrate", help=t("centre.cli.migrate"))
    @of_centre
    def migrate(settings: Settings) -> None:
        prepare(settings)
        typer.echo(t("centre.cli.done"))

    @app.command("status", help=t("centre.cli.status"))
    @of_centre
    def status(
        settings: Settings,
        *,
        as_json: Annotated[bool, typer.Option("--json", help=t("centre.cli.json"))] = False,
    ) -> None:
        _show(words, _status(settings), as_json=as_json)

    for room in _ROOMS:
        room(words).register(app)
    return app


def _show(words: Texts, said: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    health = said.pop("health")
    for name, value in said.items():
        typer.echo(f"{words.t(f'centre.status.{name}')}: {value}")
    for found in health:
        key = f"centre.health.{found.pop('code')}"
        typer.echo(f"! {words.t(key, **found)} {words.t(f'{key}.do', **found)}")


def _status(settings: Settings) -> dict[str, Any]:
    with opened(settings) as centre:
        desk = centre.desk
        genesis = desk.policy.book.genesis
        counts = centre.ledger.read_now(lambda tx: tx.log.count())
        lights = centre.ledger.read_now(lambda tx: tx.cases.lights(None))
        return {
            "centre": "" if genesis is None else f"{genesis.name} ({genesis.aud})",
            "policy": desk.policy.size,
            "devices": len(desk.policy.book.devices),
            "events": sum(counts.values()),
            "accepted": counts.get("accepted", 0),
            "refused": counts.get("refused", 0),
            "lights": ", ".join(f"{light} {count}" for light, count in sorted(lights.items())),
            "health": [{"code": found.code, **found.args} for found in desk.health.notices()],
        }
