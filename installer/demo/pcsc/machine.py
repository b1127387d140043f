"""The hand outside: starts the walled machine, and puts cards into its readers.

    with CardMachine(folder) as machine:
        os.environ["PCSCLITE_CSOCK_NAME"] = str(machine.socket)
        machine.reader(0).insert(content)

The PC/SC library remembers the socket at its first call: one machine per process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from client.card.cardfile import CardFile

ROOT = Path(__file__).resolve().parents[3]
SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
NAMES = ("Virtual PCD 00 00", "Virtual PCD 00 01")
# A user's own network, and own processes that end with the first of them, whatever ends that.
_WALLS = ("unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child")
_END_S = 10.0


class MachineFailed(Exception):  # noqa: N818  said of the machine
    """The walled machine could not start, or could not obey; says why."""


def opensc_library() -> Path:
    """Return OpenSC's PKCS#11 library on this machine, which takes the cards for USB keys.

    Raises:
        MachineFailed: it is not installed (Debian: opensc-pkcs11).
    """
    for folder in (Path("/usr/lib"), Path("/usr/lib64")):
        for found in (*folder.glob("opensc-pkcs11.so"), *folder.glob("*/opensc-pkcs11.so")):
            return found
    raise MachineFailed("opensc-pkcs11.so is not installed")


class CardMachine:
    """A process with pcscd, vpcd and cards; safe in any thread.

    Args:
        library: through which the window is to use the cards; empty for PC/SC alone.

    Raises:
        MachineFailed: namespaces are refused, or the card service did not start.
    """

    def __init__(self, library: str = "") -> None:
        self.library = library
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="chuangkou-pcsc-")
        self.folder = Path(self._folder.name)
        self.socket = self.folder / "pcscd.comm"
        self._log = self.folder / "machine.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*_WALLS, sys.executable, "-m", "installer.demo.pcsc", str(self.folder)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._answer({"do": "begin"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End service, readers and cards; may be called twice."""
        with self._lock:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            try:
                self._process.wait(_END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._folder.cleanup()

    def order(self, what: str, **more: Any) -> None:
        """Have an order carried out; see installer.demo.pcsc.

        Raises:
            MachineFailed: it was not.
        """
        order = {"do": what, **more}
        with self._lock:
            if self._process.stdin is None or self._process.stdin.closed:
                raise MachineFailed("closed")
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            self._answer(order)

    def _answer(self, order: dict[str, Any]) -> None:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            said = self._log.read_text(errors="replace").strip()
            raise MachineFailed(
                "the walled card service did not start or has ended. It needs user, network and "
                f"process namespaces (unshare), pcscd, vpcd and gcc. {order['do']}: {said[-2000:]}"
            )
        answer = json.loads(line)
        if "failed" in answer:
            raise MachineFailed(answer["failed"])

    def reader(self, slot: int) -> VirtualReader:
        """Return the hand at one of the two slots."""
        return VirtualReader(self, slot)


class VirtualReader:
    """The hand at one slot; does what the hand at a simulated reader does.

    Attributes:
        name: what PC/SC calls the reader.
    """

    def __init__(self, machine: CardMachine, slot: int) -> None:
        self._machine = machine
        self._slot = slot
        self.name = NAMES[slot]

    def insert(self, content: CardFile, *, mute: bool = False) -> None:
        """Put a card in; one that is in is pulled first. See SimulatedReader.insert.

        The card is read from its file, and keeps its tries there.

        Raises:
            MachineFailed: the card has no file.
        """
        self._order("insert", card=str(content.path), mute=mute)

    def pull(self) -> None:
        """Take the card out, at whatever moment; nothing when none is in."""
        self._order("pull")

    def pull_at(self, apdu: int, *, answer_is_lost: bool = False) -> None:
        """Pull the card at the n-th APDU from now; see SimulatedReader.pull_at."""
        self._order("pull_at", apdu=apdu, lost=answer_is_lost)

    def mood(self, *, delay_s: float = 0.0, frozen: bool = False) -> None:
        """Slow the card down, or hang it until it is pulled; without arguments, neither."""
        self._order("mood", delay_s=delay_s, frozen=frozen)

    def _order(self, what: str, **more: Any) -> None:
        self._machine.order(what, slot=self._slot, **more)
