"""Commands that change policy: each signs with two administrators' card files."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sync.domain.calendar import CHINA
from sync.domain.failures import Failure
from sync.proof.certificates import x5t_of
from sync.proof.enrolment import CODE_BYTES, code_hash, fingerprint, write_code
from sync.proof.keys import new_bytes, new_id
from sync.proof.policy import SCOPE
from sync.server.bootstrap import clock_of, prepare
from sync.server.cli.commands import Commands
from sync.server.cli.opening import object_in, opened
from sync.server.cli.signing import enact, enact_one, table_of
from sync.server.clock import milliseconds
from sync.server.keys import install_keys
from sync.server.sample import Sample
from sync.server.services.ports.ledger import Transaction
from sync.server.settings import Settings

_DAY = ["%Y-%m-%d"]  # begins at midnight in China; the day of --to is excluded


class PolicyCommands(Commands):
    """The commands, with their words."""

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        self._register_devices(app)
        self._register_people(app)
        t = self._words.t
        authority = Annotated[Path, self.authority]

        @app.command("load-sample", help=t("centre.cli.load_sample"))
        @self.of_centre
        def load_sample(
            settings: Settings,
            folder: Annotated[Path, typer.Argument(help=t("centre.cli.authority"))],
        ) -> None:
            self.load_sample(settings, folder)

        @app.command("queue-rule", help=t("centre.cli.queue_rule"))
        @self.of_centre
        def queue_rule(
            settings: Settings,
            rule: Annotated[Path, typer.Argument(help=t("centre.cli.rule_file"))],
            authority: authority,
            hall: Annotated[str, typer.Option("--hall", help=t("centre.cli.hall"))],
        ) -> None:
            enact_one(
                settings, authority, "queue_rule", {**object_in(rule), "hall": hall}, self._words
            )

    def _register_devices(self, app: typer.Typer) -> None:
        t = self._words.t
        authority = Annotated[Path, self.authority]

        @app.command("enrol", help=t("centre.cli.enrol"))
        @self.of_centre
        def enrol(  # noqa: PLR0913  # one option each, as the command line wants it
            settings: Settings,
            *,
            authority: authority,
            hall: Annotated[str, typer.Option("--hall", help=t("centre.cli.hall"))],
            counter: Annotated[str, typer.Option("--counter", help=t("centre.cli.counter"))],
            dev: Annotated[str, typer.Option("--dev", help=t("centre.cli.dev"))] = "",
            label: Annotated[str, typer.Option("--label", help=t("centre.cli.label"))] = "",
            hours: Annotated[int, typer.Option("--hours", help=t("centre.cli.hours"))] = 24,
            roots: Annotated[
                Path | None, typer.Option("--roots", exists=True, help=t("centre.cli.roots"))
            ] = None,
        ) -> None:
            body = {"hall": hall, "counter": counter, "dev": dev or f"d-{hall}-{counter}"}
            self.enrol(settings, authority, {**body, "label": label or counter}, hours, roots)

        @app.command("recover", help=t("centre.cli.recover"))
        @self.of_centre
        def recover(
            settings: Settings,
            authority: authority,
            dev: Annotated[str, typer.Option("--dev", help=t("centre.cli.dev"))],
            gen: Annotated[int, typer.Option("--gen", help=t("centre.cli.gen"))],
            key: Annotated[str, typer.Option("--key", help=t("centre.cli.key"))],
            person: Annotated[str, typer.Option("--person", help=t("centre.cli.person"))],
        ) -> None:
            body = {"dev": dev, "gen": gen, "person": person, "key": key}
            enact_one(settings, authority, "device.recover", body, self._words)

    def _register_people(self, app: typer.Typer) -> None:
        t = self._words.t
        authority = Annotated[Path, self.authority]

        @app.command("grant", help=t("centre.cli.grant"))
        @self.of_centre
        def grant(  # noqa: PLR0913
            settings: Settings,
            *,
            authority: authority,
            person: Annotated[str, typer.Option("--person", help=t("centre.cli.person"))],
            scope: Annotated[list[str], typer.Option("--scope", help=t("centre.cli.scope"))],
            role: Annotated[
                list[str] | None, typer.Option("--role", help=t("centre.cli.role"))
            ] = None,
            power: Annotated[
                list[str] | None, typer.Option("--power", help=t("centre.cli.power"))
            ] = None,
            item: Annotated[
                list[str] | None, typer.Option("--item", help=t("centre.cli.item"))
            ] = None,
            days: Annotated[int, typer.Option("--days", help=t("centre.cli.days"))] = 365,
            since: Annotated[
                datetime | None, typer.Option("--from", formats=_DAY, help=t("centre.cli.since"))
            ] = None,
            until: Annotated[
                datetime | None, typer.Option("--to", formats=_DAY, help=t("centre.cli.until"))
            ] = None,
            deputy_of: Annotated[
                str, typer.Option("--deputy-of", help=t("centre.cli.deputy_of"))
            ] = "",
        ) -> None:
            if not role and not deputy_of:
                raise Failure("centre.grant_empty")
            starts = clock_of(settings).now() if since is None else since.replace(tzinfo=CHINA)
            ends = starts + timedelta(days=days) if until is None else until.replace(tzinfo=CHINA)
            if ends <= starts:
                raise Failure("centre.grant_over")
            body = {
                "id": f"g-{person}-{new_id()[:13]}",
                "person": person,
                "roles": role or [],
                "scopes": scope,
                "powers": power or [],
                "items": item or "*",
                "from": milliseconds(starts),
                "to": milliseconds(ends),
                **({"deputy_of": deputy_of} if deputy_of else {}),
            }
            with opened(settings) as centre:
                enact(centre, authority, [("grant", body)], self._words)
            typer.echo(body["id"])

        @app.command("grant-end", help=t("centre.cli.grant_end"))
        @self.of_centre
        def grant_end(
            settings: Settings,
            grant: Annotated[str, typer.Argument(help=t("centre.cli.grant_id"))],
            authority: authority,
        ) -> None:
            enact_one(settings, authority, "grant.end", {"id": grant}, self._words)

        @app.command("revoke", help=t("centre.cli.revoke"))
        @self.of_centre
        def revoke(
            settings: Settings,
            certificate: Annotated[Path, typer.Argument(help=t("centre.cli.certificate"))],
            authority: authority,
            reason: Annotated[str, typer.Option("--reason", help=t("centre.cli.reason"))] = (
                "unspecified"
            ),
        ) -> None:
            with opened(settings) as centre:
                cas, now = centre.desk.policy.anchors().cas, centre.desk.clock.now()
            enact_one(
                settings,
                authority,
                "revoke",
                revocation(certificate, cas, now, reason),
                self._words,
            )

    # ------------------------------------------------------------ what they do

    def load_sample(self, settings: Settings, folder: Path) -> None:
        """Make a centre out of an authority's folder: keys, lists, every policy event."""
        sample = Sample(folder)
        prepare(settings)
        install_keys(folder / "keys", settings.keys)
        _copy_lists(folder, settings.lists)
        with opened(settings) as centre:
            if centre.desk.policy.size:
                raise Failure("centre.sample_there")
            table = table_of(centre, sample)

            def enact_all(tx: Transaction) -> int:
                events = sample.events(centre.keys)
                return len([table.enact(tx, kind, body) for kind, body in events])

            count = centre.ledger.write_now(enact_all, (SCOPE,))
        typer.echo(self._words.t("centre.cli.sample_loaded", count=count))

    def enrol(
        self,
        settings: Settings,
        authority: Path,
        device: dict[str, Any],
        hours: int,
        roots: Path | None = None,
    ) -> None:
        """Invite a device; print its one-time code as a sentence, and all as JSON in one line.

        Kept in a file `*.chuangkou` that is what a window opens; `roots` go along in it.
        """
        pem = "" if roots is None else _roots(roots)  # before anything is signed
        code = write_code(new_bytes(CODE_BYTES))
        with opened(settings) as centre:
            trust = centre.desk.policy.trust
            known = trust.device(device["dev"])
            body = {
                **device,
                "inc": 1 if known is None else known.inc + 1,
                "code": code_hash(code),
                "until": milliseconds(centre.desk.clock.now() + timedelta(hours=hours)),
            }
            enact(centre, authority, [("device.invite", body)], self._words)
            said = {
                "dev": body["dev"],
                "inc": body["inc"],
                "code": code,
                "aud": trust.aud,
                "genesis": trust.genesis,
                "until": body["until"],
                "centre": settings.origin,
            }
            if pem:
                said["roots"] = pem
        shown = fingerprint(trust.genesis)
        typer.echo(self._words.t("centre.cli.enrolled", **said, fingerprint=shown))
        typer.echo(json.dumps(said))


def _roots(file: Path) -> str:
    """Return a file of root certificates.

    Raises:
        Failure: centre.certificate_file when there is none in it.
    """
    try:
        pem = file.read_bytes()
        x509.load_pem_x509_certificates(pem)
        return pem.decode("ascii")
    except (OSError, ValueError) as error:
        raise Failure("centre.certificate_file", file=file.name) from error


def revocation(
    certificate: Path, cas: Iterable[x509.Certificate], at: datetime, reason: str
) -> dict[str, Any]:
    """Return the body that revokes a certificate (PEM, or a card file: its login certificate).

    Raises:
        Failure: centre.certificate_file when it is none, or of no authority that policy knows.
    """
    try:
        text = certificate.read_text(encoding="utf-8")
        if text.lstrip().startswith("{"):
            text = json.loads(text)["keys"]["9A"]["cert"]
        leaf = x509.load_pem_x509_certificate(text.encode())
        issuer = next(ca for ca in cas if ca.subject == leaf.issuer)
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise Failure("centre.certificate_file", file=certificate.name) from error
    return {
        "ca": x5t_of(issuer.public_bytes(serialization.Encoding.DER)),
        "serial": format(leaf.serial_number, "x"),
        "at": milliseconds(at),
        "reason": reason,
    }


def _copy_lists(authority: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(authority.glob("*.crl.pem")):
        (folder / path.name).write_bytes(path.read_bytes())
