"""Commands for departments' own systems: introduced and ended by two administrators."""

from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sync.domain.failures import Failure
from sync.protocol.codec import b64u_encode
from sync.server.cli.commands import Commands
from sync.server.cli.opening import opened
from sync.server.cli.signing import enact_one
from sync.server.settings import Settings


class SystemCommands(Commands):
    """The commands, with their words."""

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        t = self._words.t
        authority = Annotated[Path, self.authority]
        under = typer.Typer(no_args_is_help=True, help=t("centre.system"))
        app.add_typer(under, name="system")

        @under.command("put", help=t("centre.system.put"))
        @self.of_centre
        def put(  # noqa: PLR0913  # one option each, as the command line wants it
            settings: Settings,
            name: Annotated[str, typer.Argument(help=t("centre.system.id"))],
            *,
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
            enact_one(settings, authority, "system", body, self._words)

        @under.command("end", help=t("centre.system.end"))
        @self.of_centre
        def end(
            settings: Settings,
            name: Annotated[str, typer.Argument(help=t("centre.system.id"))],
            authority: authority,
        ) -> None:
            enact_one(settings, authority, "system.end", {"id": name}, self._words)

        @under.command("list", help=t("centre.system.list"))
        @self.of_centre
        def listed(settings: Settings) -> None:
            self.listed(settings)

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
