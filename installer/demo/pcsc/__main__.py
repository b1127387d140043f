"""Inside the walls: pcscd, vpcd and the cards, ordered about by lines of JSON.

    python -m installer.demo.pcsc FOLDER

Each line of standard input is one order, {"do": name, …}; each is answered by one line,
{"done": name} or {"failed": text}. The end of the input ends everything.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.card.cardfile import CardFile
from client.card.simulator import SimulatedReaders
from installer.demo.pcsc.vpicc import VirtualSlot

if TYPE_CHECKING:
    from collections.abc import Callable

PORT = 35963  # vpcd's own; the namespace has all ports to itself
SLOTS = 2  # vpcd's
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
SOURCE = Path(__file__).with_name("events.c")
WAIT_S = 20.0
LOOK_S = 0.005
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _UP = 0x8913, 0x8914, 1


class Machine:
    """A machine with its card service.

    Args:
        folder: gets the service's socket, configuration, driver and log.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pipe = folder / "pipe"
        self._configuration = folder / "reader.conf.d"
        self._reader = self._configuration / "vpcd"
        self._service: subprocess.Popen[bytes] | None = None
        names = [str(number) for number in range(SLOTS)]
        self._cards = SimulatedReaders(*names)
        self._slots = [
            VirtualSlot(self._cards.named(name), PORT + int(name), self._changed) for name in names
        ]
        self._cards.subscribe(lambda _name: None, lambda name: self._slots[int(name)].hang_up())

    def prepare(self) -> None:
        """Build the driver and write the service's configuration."""
        self._pipe.mkdir()
        library = self._folder / "libifdevents.so"
        # The package lacks the link that the driver's own name asks for.
        (self._folder / "libifdvpcd.so.0").symlink_to(DRIVER)
        subprocess.run(
            [
                "gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror",
                f'-DPIPE="{self._pipe}"', "-I/usr/include/PCSC",
                "-o", library, SOURCE,
                "-Wl,--no-as-needed", DRIVER, f"-Wl,-rpath,{self._folder}", "-ldl",
            ],
            check=True,
        )  # fmt: skip
        self._configuration.mkdir()
        self._reader.write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{PORT:04X}\n'
            f"LIBPATH {library}\nCHANNELID 0x{PORT:04X}\n",
            "ascii",
        )

    # ------------------------------------------------------------ the service

    def start(self) -> None:
        """Start the service on its socket; cards that are in are there at once."""
        path = self._folder / "pcscd.comm"
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as door, (self._folder / "pcscd.log").open("ab") as log:
            door.bind(str(path))
            door.listen(64)
            # pcscd's own socket path is compiled in; a listening one is taken as systemd gives it.
            begin = f'exec 3<&{door.fileno()}; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"'
            service = ["/usr/sbin/pcscd", "--foreground", "--config", self._configuration]
            self._service = subprocess.Popen(
                ["/bin/sh", "-c", begin, "sh", *map(str, service)],
                pass_fds=[door.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if self._reader.exists():
            self._until(lambda: all(_listens(PORT + slot) for slot in range(SLOTS)))
            for slot in self._slots:
                slot.connect()

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End the service."""
        service, self._service = self._service, None
        if service is not None:
            service.send_signal(how)
            service.wait(WAIT_S)
        for slot in self._slots:
            slot.hang_up()

    def freeze(self) -> None:
        """Have the service answer nobody until it is thawed; all of it stands on return."""
        if self._service is not None:
            self._service.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, self._service.pid, os.WSTOPPED)

    def thaw(self) -> None:
        """Have the service go on."""
        if self._service is not None:
            self._service.send_signal(signal.SIGCONT)

    def unplug(self) -> None:
        """Take the reader away, both slots of it.

        The service is started anew without it: this build of it learns of a pulled plug from the
        kernel's USB events only.
        """
        self.stop()
        self._reader.rename(self._folder / "unplugged")
        self.start()

    def plug(self) -> None:
        """Bring the reader back; its cards are where they were."""
        self.stop()
        (self._folder / "unplugged").rename(self._reader)
        self.start()

    def _until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT_S
        while not holds():
            if time.monotonic() > end or self._service is None or self._service.poll() is not None:
                log = (self._folder / "pcscd.log").read_text(errors="replace")
                raise RuntimeError(f"pcscd is not ready: {log[-2000:]}")
            time.sleep(LOOK_S)

    def _changed(self) -> None:
        (self._pipe / "changed").write_bytes(b"")

    # ------------------------------------------------------------ orders

    def obey(self, order: dict[str, Any]) -> None:
        """Carry one order out.

        Raises:
            KeyError: an order of another form.
            CardFailure: FILE.
        """
        what = order["do"]
        if "slot" in order:
            self._card(what, self._slots[order["slot"]], order)
            return
        services: dict[str, Callable[[], None]] = {
            "start": self.start,
            "stop": self.stop,
            "kill": lambda: self.stop(signal.SIGKILL),
            "freeze": self.freeze,
            "thaw": self.thaw,
            "plug": self.plug,
            "unplug": self.unplug,
        }
        services[what]()

    def _card(self, what: str, slot: VirtualSlot, order: dict[str, Any]) -> None:
        if what == "insert":
            slot.insert(CardFile.load(Path(order["card"])), mute=order["mute"])
        elif what == "pull":
            slot.reader.pull()
        elif what == "pull_at":
            slot.reader.pull_at(order["apdu"], answer_is_lost=order["lost"])
        elif what == "mood":
            slot.reader.delay_s, slot.reader.frozen = order["delay_s"], order["frozen"]
        else:
            raise KeyError(what)


def _listens(port: int) -> bool:
    """Say whether somebody listens; connecting to see would be an insertion."""
    rows = Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
    return any(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A" for row in rows)


def loopback_up() -> None:
    """Bring up the namespace's loopback; a new one is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name = struct.pack("16sH14x", b"lo", 0)
        told = fcntl.ioctl(any_socket, _SIOCGIFFLAGS, name)
        (flags,) = struct.unpack_from("H", told, 16)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


def main() -> None:
    """Wall in, start, and obey until the input ends."""
    loopback_up()
    machine = Machine(Path(sys.argv[1]))
    machine.prepare()
    machine.start()
    print(json.dumps({"done": "ready"}), flush=True)
    try:
        for line in sys.stdin:
            order = json.loads(line)
            try:
                machine.obey(order)
            except Exception as failure:  # noqa: BLE001  told to whoever ordered it
                print(json.dumps({"failed": f"{order}: {failure!r}"}), flush=True)
            else:
                print(json.dumps({"done": order["do"]}), flush=True)
    finally:
        machine.stop()
        shutil.rmtree(sys.argv[1], ignore_errors=True)  # whoever started this may have been killed
        os._exit(0)  # a card that hangs has a thread that would be waited for


if __name__ == "__main__":
    main()
