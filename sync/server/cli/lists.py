"""Commands for lists of revoked certificates: bring one in, fetch them all."""

from pathlib import Path
from typing import Annotated

import typer

from sync.domain.failures import Failure
from sync.server.cli.commands import Commands
from sync.server.cli.opening import opened
from sync.server.fetching import MOST, ListLine, fetch_lists, sources
from sync.server.lists import import_list
from sync.server.settings import Settings


class ListCommands(Commands):
    """The commands, with their words."""

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        t = self._words.t
        lists = typer.Typer(no_args_is_help=True, help=t("centre.cli.crl"))
        app.add_typer(lists, name="crl")

        @lists.command("import", help=t("centre.cli.crl_import"))
        @self.of_centre
        def crl_import(
            settings: Settings,
            file: Annotated[Path, typer.Argument(help=t("centre.cli.crl_file"))],
        ) -> None:
            self.import_list(settings, file)

        @lists.command("fetch", help=t("centre.cli.crl_fetch"))
        @self.of_centre
        def crl_fetch(settings: Settings) -> None:
            self.fetch_lists(settings)

    def import_list(self, settings: Settings, file: Path) -> None:
        """Take in a list of revoked certificates; a centre that serves sees it within seconds."""
        with opened(settings) as centre:
            issuer = import_list(file, settings.lists, centre.desk.policy.bare_anchors().cas)
        typer.echo(self._words.t("centre.cli.crl_imported", issuer=issuer.rfc4514_string()))

    def fetch_lists(self, settings: Settings) -> None:
        """Fetch the lists that the settings name, now; a centre that serves goes by them.

        Raises:
            Failure: centre.crl_no_urls; what the first one failed of, when the others were fetched.
        """
        with opened(settings) as centre:
            policy = centre.desk.policy
            issued = policy.certificates() if settings.crl_from_certificates else ()
            wanted = sources(policy.bare_anchors().cas, settings.crl_urls, issued)
            if not wanted:
                raise Failure("centre.crl_no_urls")
            done = fetch_lists(ListLine(), wanted, settings.lists)
        for each in done:
            if each.code is None:
                key = "centre.cli.crl_fetched" if each.fresh else "centre.cli.crl_same"
                typer.echo(self._words.t(key, authority=each.name))
        for source, each in zip(wanted, done, strict=True):
            if each.code is not None:
                raise Failure(each.code, file=source.url, url=source.url, limit=MOST)
