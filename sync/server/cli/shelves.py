"""Commands for what halls set themselves: catalogue, calendars, lights, offices, people, cameras.

`check` reads a file as the rules will, `put` shows what it changes and has two administrators sign
just that, `history` and `export` say what is in force and how it came about.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from sync.domain.calendar import CHINA
from sync.domain.catalogue import Catalogue
from sync.domain.catalogue_changes import bodies_for, changes, merged
from sync.domain.catalogue_reading import catalogue_from
from sync.domain.catalogue_warnings import warnings_of
from sync.domain.failures import Failure
from sync.domain.fields import Fields
from sync.domain.policy import PolicyBook
from sync.proof.events import read_body
from sync.proof.policy import SCOPE
from sync.server.bootstrap import Centre
from sync.server.cli.commands import Commands
from sync.server.cli.opening import object_in, opened
from sync.server.cli.signing import enact
from sync.server.clock import moment
from sync.server.services.ports.ledger import Transaction
from sync.server.services.rows.log import LogRow
from sync.server.settings import Settings

Event = tuple[str, dict[str, Any]]
_PAGE = 500
_CATALOGUE = "catalogue"
_AMENDS = "catalogue.change"
#: Of each shelf the kinds of event that fill it: under which member of a file, named by what.
_KINDS: dict[str, dict[str, tuple[str, str]]] = {
    _CATALOGUE: {_CATALOGUE: ("items", "code"), _AMENDS: ("items", "code")},
    "calendar": {"calendar": ("calendars", "id")},
    "scheme": {"scheme": ("schemes", "code")},
    "office": {"hall": ("halls", "code"), "department": ("departments", "code")},
    "person": {"roster": ("people", "person")},
    "seal": {"seal": ("seals", "id")},
    "camera": {"camera": ("cameras", "id")},
}


class ShelfCommands(Commands):
    """The commands of each shelf (`catalogue`, `calendar`, `person`, …), with their words."""

    def register(self, app: typer.Typer) -> None:
        """Add the commands to the command line."""
        for shelf in _KINDS:
            about = self._words.t(f"centre.shelf.{shelf}")
            under = typer.Typer(no_args_is_help=True, help=about)
            app.add_typer(under, name=shelf)
            self._register(under, shelf)
        self._register_switch(app)

    def _register_switch(self, app: typer.Typer) -> None:
        t = self._words.t

        @app.command("switch", help=t("centre.cli.switch"))
        @self.of_centre
        def switch(
            settings: Settings,
            name: Annotated[str, typer.Argument(help=t("centre.cli.switch_name"))],
            value: Annotated[str, typer.Argument(help=t("centre.cli.switch_value"))],
            authority: Annotated[Path, self.authority],
        ) -> None:
            try:
                said = json.loads(value)
            except ValueError:
                said = value  # a word needs no quotation marks
            with opened(settings) as centre:
                self.put(centre, authority, [("switch", {"name": name, "value": said})])

    def _register(self, under: typer.Typer, shelf: str) -> None:
        t = self._words.t
        file = Annotated[Path, typer.Argument(help=t("centre.shelf.file"))]
        add = Annotated[bool, typer.Option("--add", help=t("centre.shelf.add"))]

        @self.of_centre
        def check(settings: Settings, file: file, *, add: add = False) -> None:
            with opened(settings) as centre:
                self.propose(centre, shelf, body_of(centre, shelf, file, add=add))

        @self.of_centre
        def put(
            settings: Settings,
            file: file,
            authority: Annotated[Path, self.authority],
            *,
            yes: Annotated[bool, typer.Option("--yes", help=t("centre.shelf.yes"))] = False,
            add: add = False,
        ) -> None:
            with opened(settings) as centre:
                events = self.propose(centre, shelf, body_of(centre, shelf, file, add=add))
                if events and (yes or typer.confirm(t("centre.shelf.sure"))):
                    self.put(centre, authority, events)

        @self.of_centre
        def history(settings: Settings) -> None:
            with opened(settings) as centre:
                self.history(centre, shelf)

        @self.of_centre
        def export(settings: Settings) -> None:
            with opened(settings) as centre:
                typer.echo(json.dumps(in_force(centre, shelf), ensure_ascii=False, indent=1))

        for name, command in (
            ("check", check),
            ("put", put),
            ("history", history),
            ("export", export),
        ):
            under.command(name, help=t(f"centre.shelf.{name}"))(command)

    # ------------------------------------------------------------ what they do

    def propose(self, centre: Centre, shelf: str, body: dict[str, Any]) -> list[Event]:
        """Read a file, print what it changes and what is worth a look; return what to sign.

        Raises:
            DataFailure: what the rules cannot read or do not allow.
        """
        book = centre.desk.policy.book
        if shelf == _CATALOGUE:
            return self._propose_catalogue(book, body)
        stands, events = in_force(centre, shelf), []
        for kind, (plural, key) in _KINDS[shelf].items():
            known = {each[key]: each for each in stands[plural]}
            for part in Fields(body, shelf).parts(plural):
                each, name = dict(part.data), part.text(key)
                book = book.with_new(kind, each, centre.desk.clock.now())
                lines = list(_differences(known.get(name, {}), each))
                self._say(f"{name}: ", lines)
                if lines:
                    events.append((kind, each))
        return events

    def _propose_catalogue(self, book: PolicyBook, body: dict[str, Any]) -> list[Event]:
        t, new = self._words.t, catalogue_from(body)
        changed = changes(book.catalogue, new)
        if changed and new.version == book.catalogue.version:
            raise Failure("centre.shelf_version", version=new.version)
        _check_offices(book, new)
        lines = [
            t(
                f"centre.shelf.{change.sort}",
                code=change.entry.code,
                name=change.entry.name.of(self._words.language),
                version=change.entry.version,
                members=", ".join(change.members),
            )
            for change in changed
        ]
        self._say(f"{book.catalogue.version or '-'} → {new.version}: ", lines)
        rules = book.rules()
        for item in new.items.values():
            calendar = rules.calendars.of_department(item.department, item.hall)
            for warned in warnings_of(item, calendar, rules.switches):
                key = f"centre.shelf.warning.{warned.code}"
                typer.echo(f"! {item.code}: {t(key, on=warned.on or '-')}")
        if not changed:
            return []
        return [(_AMENDS, part) for part in bodies_for(book.catalogue, body, changed)]

    def _say(self, head: str, lines: Sequence[str]) -> None:
        count = self._words.t("centre.shelf.changes", count=len(lines))
        typer.echo(head + count)
        for line in lines:
            typer.echo(f"  {line}")

    def put(self, centre: Centre, authority: Path, events: Sequence[Event]) -> None:
        """Have two administrators sign, all in one unit: a catalogue is never half there."""
        if enact(centre, authority, events, self._words):
            typer.echo(self._words.t("centre.shelf.signed", count=len(events)))

    def history(self, centre: Centre, shelf: str) -> None:
        """Print every event of a shelf: number, time, who signed, what it brought."""
        for row in _rows(centre, shelf):
            body = read_body(row.body.encode())
            name = row.kind if shelf == _CATALOGUE else body[_KINDS[shelf][row.kind][1]]
            typer.echo(
                self._words.t(
                    "centre.shelf.line",
                    n=row.n,
                    at=f"{moment(row.recv).astimezone(CHINA):%Y-%m-%d %H:%M}",
                    persons=row.person.replace("+", ", "),
                    name=name,
                    version=body.get("version", "-"),
                    entries=max(1, sum(len(body.get(each, [])) for each in ("items", "bundles"))),
                    gone=len(body.get("removed", [])),
                )
            )


def body_of(centre: Centre, shelf: str, file: Path, *, add: bool) -> dict[str, Any]:
    """Return what is proposed: a file, or for a catalogue what is in force with a file added.

    Of other shelves a file never says what it leaves out.
    """
    body = object_in(file)
    whole = not add or shelf != _CATALOGUE
    return body if whole else merged(in_force(centre, shelf), {**body, "removed": []})


def in_force(centre: Centre, shelf: str) -> dict[str, Any]:
    """Return what is in force as a file, in the form in which `put` takes one."""
    said: dict[str, Any] = {}
    entries: dict[str, dict[str, Any]] = {plural: {} for plural, _ in _KINDS[shelf].values()}
    for row in _rows(centre, shelf):
        body = {k: v for k, v in read_body(row.body.encode()).items() if k != "salt"}
        plural, key = _KINDS[shelf][row.kind]
        if shelf == _CATALOGUE:
            said = merged(said, body) if row.kind == _AMENDS else body
        else:
            entries[plural][body[key]] = body
    if shelf == _CATALOGUE:
        return said
    return {plural: list(found.values()) for plural, found in entries.items()}


def _rows(centre: Centre, shelf: str) -> list[LogRow]:
    def all_of(tx: Transaction) -> list[LogRow]:
        found: list[LogRow] = []
        after = 0
        while rows := tx.log.after(SCOPE, after, _PAGE):
            after = rows[-1].n
            found += (row for row in rows if row.kind in _KINDS[shelf])
        return found

    return centre.ledger.read_now(all_of)


def _check_offices(book: PolicyBook, catalogue: Catalogue) -> None:
    """Refuse an item of a department or hall that policy does not know: nobody could decide it.

    Raises:
        Failure: centre.shelf_office.
    """
    known = {(each.hall, each.code) for each in book.departments.values()}
    for item in catalogue.items.values():
        if (item.hall, item.department) not in known:
            raise Failure("centre.shelf_office", item=item.code, office=item.scope)


def _differences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Yield what two plain objects differ in, lists as what came and what went."""
    for name in (*old, *(each for each in new if each not in old)):
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        if isinstance(was, list) and isinstance(now, list):
            yield from (f"- {name} {_text(each)}" for each in was if each not in now)
            yield from (f"+ {name} {_text(each)}" for each in now if each not in was)
        else:
            yield f"{name}: {_text(was)} → {_text(now)}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
