"""A card of the demonstration as a file: what a real card keeps inside, open to read.

    {"name": "张三", "person": "p0103", "pin": "123456", "puk": "12345678",
     "keys": {"9A": {"key": "<PKCS #8 PEM>", "cert": "<PEM>"}, "9C": {…}, "9D": {…}},
     "tries": {"pin": 3, "puk": 3}}

`tries` is what the simulator changes as a card would: a blocked card stays blocked after the
program has ended. Nothing but the simulator and the demonstration's authority reads such files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from client.card.failures import CardFailure, CardProblem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_TRIES = 3
SLOTS = ("9A", "9C", "9D")


@dataclass(frozen=True, slots=True)
class SlotFile:
    """One key of the card with its certificate, both PEM."""

    key: str = field(repr=False)
    cert: str


@dataclass(slots=True)
class CardFile:
    """A card's content; PIN, PUK and tries change in use.

    Args:
        name: the holder's name.
        person: roster id, the certificate subject's serialNumber.
        path: where it was read from, and where a change is kept; None keeps it in memory only.
    """

    name: str
    person: str
    pin: str = field(repr=False)
    puk: str = field(repr=False)
    keys: Mapping[str, SlotFile]
    pin_tries: int = MAX_TRIES
    puk_tries: int = MAX_TRIES
    path: Path | None = None

    @classmethod
    def load(cls, path: Path) -> CardFile:
        """Read a card file.

        Raises:
            CardFailure: FILE when it is missing or not of the form above.
        """
        try:
            return cls._of(json.loads(path.read_text(encoding="utf-8")), path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CardFailure(CardProblem.FILE, file=path.name) from error

    @classmethod
    def _of(cls, content: dict[str, Any], path: Path) -> CardFile:
        tries = content.get("tries", {})
        return cls(
            name=str(content["name"]),
            person=str(content["person"]),
            pin=str(content["pin"]),
            puk=str(content["puk"]),
            keys={
                slot: SlotFile(key=str(entry["key"]), cert=str(entry["cert"]))
                for slot, entry in content["keys"].items()
            },
            pin_tries=int(tries.get("pin", MAX_TRIES)),
            puk_tries=int(tries.get("puk", MAX_TRIES)),
            path=path,
        )

    def save(self) -> None:
        """Write the card back to its path in one step; a card without path is left in memory."""
        if self.path is None:
            return
        content = {
            "name": self.name,
            "person": self.person,
            "pin": self.pin,
            "puk": self.puk,
            "keys": {slot: {"key": e.key, "cert": e.cert} for slot, e in self.keys.items()},
            "tries": {"pin": self.pin_tries, "puk": self.puk_tries},
        }
        fresh = self.path.with_suffix(".next")
        fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(self.path)
