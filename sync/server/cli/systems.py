"""Commands for departments' own systems: introduced and ended by two administrators."""

from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sync.domain.failures import Failure
from sync.protocol.codec import b64u_encode
from sync.server.cli.opening import opened
from sync.server.cli.signing import enact
from sync.server.settings import Settings
from sync.texts import Texts


class SystemCommands:
    """The commands, with their words."""

    def __init__(self, words: Texts) -> None:
        self._words = words

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        t = self._words.t
        data = Annotated[Path, typer.Option("--data", help=t("centre.cli.data"))]
        authority = Annotated[Path, typer.Option("--authority", help=t("centre.cli.authority"))]
        clock = Annotated[
            Path | None, typer.Option("--demo-clock", help=t("centre.cli.demo_clock"))
        ]
        under = typer.Typer(no_args_is_help=True, help=t("centre.system"))
        app.add_typer(under, name="system")

        @under.command("put", help=t("centre.system.put"))
        def put(  # noqa: PLR0913, PLR0917  # one option each, as the command line wants it
            name: Annotated[str, typer.Argument(help=t("centre.system.id"))],
            data: data,
            authority: authority,
            hall: Annotated[str, typer.Option("--hall", help=t("centre.cli.hall"))],
            department: Annotated[
                str, typer.Option("--department", help=t("centre.system.department"))
            ],
            cert: Annotated[Path, typer.Option("--cert", help=t("centre.system.cert"))],
            officer: Annotated[str, typer.Option("--officer", help=t("centre.system.officer"))],
            label: Annotated[str, typer.Option("--name", help=t("centre.system.name"))] = "",
            kind: Annotated[
                list[str] | None, typer.Option("--kind", help=t("centre.system.kind"))
            ] = None,
            demo_clock: clock = None,
        ) -> None:
            body = {
                "id": name,
                "name": label or name,
                "hall": hall,
                "department": department,
                "officer": officer,
                "cert": certificate_in(cert),
                "kinds": kind or "*",
            }
            self._enact(Settings(data=data, demo_clock=demo_clock), authority, "system", body)

        @under.command("end", help=t("centre.system.end"))
        def end(
            name: Annotated[str, typer.Argument(help=t("centre.system.id"))],
            data: data,
            authority: authority,
            demo_clock: clock = None,
        ) -> None:
            settings = Settings(data=data, demo_clock=demo_clock)
            self._enact(settings, authority, "system.end", {"id": name})

        @under.command("list", help=t("centre.system.list"))
        def listed(data: data, demo_clock: clock = None) -> None:
            self.listed(Settings(data=data, demo_clock=demo_clock))

    def _enact(self, settings: Settings, authority: Path, kind: str, body: dict[str, Any]) -> None:
        with opened(settings) as centre:
            if enact(centre, authority, [(kind, body)], self._words):
                typer.echo(self._words.t("centre.cli.done"))

    def listed(self, settings: Settings) -> None:
        """Print every system that policy ever named."""
        with opened(settings) as centre:
            for system in centre.desk.policy.book.systems.values():
                over = system.ended_at is not None
                typer.echo(
                    self._words.t(
                        "centre.system.line",
                        id=system.id,
                        inc=system.inc,
                        scope=system.scope,
                        officer=system.officer,
                        name=system.name,
                        state=self._words.t(f"centre.system.{'over' if over else 'standing'}"),
                    )
                )


def certificate_in(path: Path) -> str:
    """Return the DER of a PEM certificate as base64url.

    Raises:
        Failure: centre.certificate_file.
    """
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Failure("centre.certificate_file", file=path.name) from error
    return b64u_encode(certificate.public_bytes(serialization.Encoding.DER))
