"""How policy gets its two signatures: from card files at once, or on a sheet that goes round.

`--authority` names either a folder with two administrators' card files (a demonstration's), or a
new file `….json`: then nothing is changed, and that sheet is what their cards sign
(`chuangkou-sign`, at any window) and `sheet take` puts in force.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from sync.domain.failures import Failure
from sync.proof import sheets
from sync.proof.policy import SCOPE
from sync.proof.sheets import Sheet
from sync.protocol.errors import ReaderError
from sync.server.administration import Administrators, seat_of
from sync.server.bootstrap import Centre, prepare
from sync.server.cli.commands import Commands
from sync.server.cli.opening import object_in, opened
from sync.server.founding import founding
from sync.server.keys import make_keys
from sync.server.sample import Event, Sample
from sync.server.services.ports.ledger import Transaction
from sync.server.settings import Settings
from sync.texts import Texts

_SHEET = ".json"
_SHOWN = 200


def table_of(centre: Centre, sample: Sample) -> Administrators:
    """Return the two administrators whose card files lie in an authority's folder."""
    first, second = (seat_of(path) for path in sample.administrator_cards())
    return Administrators(centre.desk.policy, centre.desk.clock, first, second)


def enact(centre: Centre, authority: Path, events: Sequence[Event], words: Texts) -> bool:
    """Sign events and log them in one unit, or draw them up on a sheet; say whether they count.

    Raises:
        Failure: centre.sheet_there when the sheet's file exists.
        DataFailure: a body that the rules cannot read; on a sheet, too, before it goes round.
    """
    if authority.suffix != _SHEET:
        table = table_of(centre, Sample(authority))

        def enact_all(tx: Transaction) -> None:
            for kind, body in events:
                table.enact(tx, kind, body)

        centre.ledger.write_now(enact_all, (SCOPE,))
        return True
    desk = centre.desk
    place = centre.ledger.read_now(desk.policy.next_event)
    sheet = sheets.draw(place, desk.clock.now_ms(), events)
    book = desk.policy.book
    for kind, body in events:
        book = book.with_new(kind, body, desk.clock.now())
    try:
        with authority.open("xb") as file:
            file.write(sheets.write_sheet(sheet))
    except FileExistsError as error:
        raise Failure("centre.sheet_there", file=authority.name) from error
    typer.echo(words.t("centre.cli.sheet_drawn", count=len(events), file=str(authority)))
    return False


def enact_one(
    settings: Settings, authority: Path, kind: str, body: dict[str, Any], words: Texts
) -> None:
    """Open a centre and sign one policy event, as `enact` does; say so when it is in force."""
    with opened(settings) as centre:
        if enact(centre, authority, [(kind, body)], words):
            typer.echo(words.t("centre.cli.done"))


def sheet_in(file: Path) -> Sheet:
    """Return the sheet that a file holds.

    Raises:
        Failure: centre.sheet_file.
    """
    try:
        return sheets.read_sheet(file.read_bytes())
    except (OSError, ReaderError) as error:
        raise Failure("centre.sheet_file", file=file.name) from error


class SheetCommands(Commands):
    """The commands `found` and `sheet`, with their words."""

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        t = self._words.t

        @app.command("found", help=t("centre.cli.found"))
        @self.of_centre
        def found(
            settings: Settings,
            file: Annotated[Path, typer.Argument(help=t("centre.cli.founding_file"))],
            authority: Annotated[Path, self.authority],
        ) -> None:
            self.found(settings, file, authority)

        under = typer.Typer(no_args_is_help=True, help=t("centre.cli.sheet"))
        app.add_typer(under, name="sheet")

        @under.command("show", help=t("centre.cli.sheet_show"))
        def show(
            file: Annotated[Path, typer.Argument(help=t("centre.cli.sheet_file"))],
        ) -> None:
            self.show(sheet_in(file))

        @under.command("take", help=t("centre.cli.sheet_take"))
        @self.of_centre
        def take(
            settings: Settings,
            file: Annotated[Path, typer.Argument(help=t("centre.cli.sheet_file"))],
        ) -> None:
            self.take(settings, sheet_in(file))

    # ------------------------------------------------------------ what they do

    def found(self, settings: Settings, file: Path, authority: Path) -> None:
        """Make a centre's folder, database and keys, and its first events."""
        prepare(settings)
        make_keys(settings.keys)
        with opened(settings) as centre:
            if centre.desk.policy.size:
                raise Failure("centre.sample_there")
            events = founding(object_in(file), file.parent, centre.keys)
            if enact(centre, authority, events, self._words):
                typer.echo(self._words.t("centre.cli.founded", count=len(events)))

    def show(self, sheet: Sheet) -> None:
        """Print what a sheet would put in force, and who has signed it."""
        for wanted in sheet.events:
            typer.echo(f"{wanted.kind}: {wanted.body[:_SHOWN]}")
        signed = ", ".join(hand.x5t for hand in sheet.hands) or "-"
        typer.echo(self._words.t("centre.cli.sheet_signed", count=len(sheet.hands), by=signed))

    def take(self, settings: Settings, sheet: Sheet) -> None:
        """Verify what two administrators signed, and log all of it in one unit.

        Raises:
            ProofError: proof.policy_signers when two have not signed; proof.policy_chain when
                policy has moved since the sheet was drawn up.
        """
        signed = sheets.records(sheet)
        with opened(settings) as centre:
            policy = centre.desk.policy

            def log_all(tx: Transaction) -> int:
                return len([policy.append(tx, record) for record in signed])

            count = centre.ledger.write_now(log_all, (SCOPE,))
        typer.echo(self._words.t("centre.cli.sheet_taken", count=count))
