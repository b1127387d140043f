"""The demonstration's cards as a deck on the desk: insert one, pull it, without a reader.

`deck.json` beside the card files says in which order and under which role they are shown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from client.card.cardfile import CardFile

if TYPE_CHECKING:
    from pathlib import Path

NAME = "deck.json"


@dataclass(frozen=True, slots=True)
class DeckCard:
    """One card of the deck; `role_key` is a role's code."""

    name: str
    label: str
    role_key: str
    inserted: bool


class Hand(Protocol):
    """What puts cards into one reader and takes them out; safe in any thread."""

    def insert(self, content: CardFile) -> None:
        """Put a card in; one that is in is pulled first."""

    def pull(self) -> None:
        """Take the card out; nothing when none is in."""


class SimulatedDeck:
    """Cards for one reader; safe to call from any thread.

    Args:
        reader: where they are put in.
        folder: card files and deck.json.
    """

    def __init__(self, reader: Hand, folder: Path) -> None:
        self._reader = reader
        self._folder = folder
        order = json.loads((folder / NAME).read_text("utf-8"))
        self._roles: dict[str, str] = {entry["name"]: entry["role"] for entry in order}
        self._files: dict[str, CardFile] = {}
        self._inside: str | None = None

    def cards(self) -> tuple[DeckCard, ...]:
        """Return the cards in the order in which they are shown."""
        return tuple(
            DeckCard(name, self._file(name).name, role, name == self._inside)
            for name, role in self._roles.items()
        )

    def insert(self, name: str) -> None:
        """Put a card in; one that is in already is pulled first."""
        self.pull()
        self._reader.insert(self._file(name))
        self._inside = name

    def pull(self) -> None:
        """Take the card out, whatever it is doing."""
        if self._inside is not None:
            self._inside = None
            self._reader.pull()

    def _file(self, name: str) -> CardFile:
        """Return a card; loaded once, so that its tries last as long as the program."""
        if name not in self._files:
            self._files[name] = CardFile.load(self._folder / f"{name}.json")
        return self._files[name]
