"""USB keys without hardware: OpenSC's library on the walled PC/SC machine, SoftHSM on a folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from client.card.pkcs11_library import TokenLibrary
from installer.demo.pcsc.machine import opensc_library
from tests.helpers.pcsc import WAIT_S, PcscBench
from tests.helpers.softhsm import CONFIG_VARIABLE, configured, library, make_tokens
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from client.app.ports.card import CardInHand
    from client.card.cardfile import CardFile
    from installer.demo.pcsc.machine import CardMachine

LOOK_S = 0.05


class TokenComings:
    """The tokens that a library tells of, for a test that waits until it sees them."""

    def __init__(self, tokens: TokenLibrary) -> None:
        self._changed = threading.Condition()
        self._inside: list[str] = []
        tokens.subscribe(self._comes, self._goes)

    def _comes(self, place: str) -> None:
        with self._changed:
            self._inside.append(place)
            self._changed.notify_all()

    def _goes(self, place: str) -> None:
        with self._changed:
            self._inside.remove(place)
            self._changed.notify_all()

    def wait(self, count: int) -> list[str]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._inside) == count, WAIT_S), self._inside
            return list(self._inside)


class TokenBench:
    """What the benches of both libraries share: one token, in or not."""

    tokens: TokenLibrary
    comings: TokenComings

    def open(self, *, patience_s: float = 0) -> CardInHand:
        inside = self.comings.wait(1) if self.tokens.tokens() else [self.tokens.slots()[0]]
        return self.tokens.open(inside[0])

    def present(self) -> bool:
        return bool(self.tokens.tokens())


def started(bench: TokenBench) -> None:
    """Wait until the library has been loaded and has looked, on however busy a machine."""
    try:
        until(bench.tokens.slots, tries=1500)
    except AssertionError:
        bench.close()
        raise


class OpenscBench(TokenBench, PcscBench):
    """OpenSC's library, and the virtual PIV card in the first reader."""

    def __init__(self, machine: CardMachine, **more) -> None:
        PcscBench.__init__(self, machine)
        self.tokens = TokenLibrary(str(opensc_library()), look_s=LOOK_S, **more)
        self.comings = TokenComings(self.tokens)
        started(self)

    def insert(self, content: CardFile, *, mute: bool = False) -> None:
        self.pull()
        PcscBench.insert(self, content, mute=mute)
        self.comings.wait(1)

    def pull(self) -> None:
        PcscBench.pull(self)
        self.comings.wait(0)

    def close(self) -> None:
        self.tokens.close()
        PcscBench.close(self)


class TokenSafe:
    """SoftHSM tokens that were made once; a bench gets copies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def copy_of(self, content: CardFile, into: Path) -> Path:
        keys = "".join(f"{slot}{entry.cert}" for slot, entry in sorted(content.keys.items()))
        name = hashlib.sha256((content.pin + keys).encode()).hexdigest()
        if name not in self._made:
            place = self._folder / name
            place.mkdir()
            card = replace(content, path=place / "card.json")
            card.save()
            (self._made[name],) = make_tokens(place, [card.path])
        return Path(shutil.copytree(self._made[name], into / self._made[name].name))


@pytest.fixture(scope="session")
def token_safe(tmp_path_factory) -> TokenSafe:
    return TokenSafe(tmp_path_factory.mktemp("tokens"))


class SoftHsmBench(TokenBench):
    """SoftHSM's library; putting a token in and pulling it is moving its folder."""

    def __init__(self, safe: TokenSafe) -> None:
        self._safe = safe
        self._folder = tempfile.TemporaryDirectory(prefix="chuangkou-tokens-")
        self._inside: Path | None = None
        # For as long as the bench lives: the library is started again where it crashed.
        self._before = os.environ.get(CONFIG_VARIABLE)
        os.environ[CONFIG_VARIABLE] = str(configured(Path(self._folder.name)))
        self.tokens = TokenLibrary(str(library()), look_s=LOOK_S)
        self.comings = TokenComings(self.tokens)
        started(self)

    def insert(self, content: CardFile) -> None:
        self.pull()
        self._inside = self._safe.copy_of(content, Path(self._folder.name) / "tokens")
        self.comings.wait(1)

    def pull(self) -> None:
        if self._inside is not None:
            shutil.rmtree(self._inside)
            self._inside = None
        self.comings.wait(0)

    def close(self) -> None:
        self.tokens.close()
        self._folder.cleanup()
        if self._before is None:
            del os.environ[CONFIG_VARIABLE]
        else:
            os.environ[CONFIG_VARIABLE] = self._before
