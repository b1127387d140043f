"""Devices on serial lines, each with a thread of its own: a line that stands still stops nothing.

A line that is gone is looked for again, so a reader may be unplugged and put back at any time.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Protocol

import serial
from serial.tools import list_ports

from client.app.ports.counter import CounterFailure, IdCard, SerialLine
from client.counter import gat450
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Heard = Callable[[IdCard | str], None]
    Trouble = Callable[[CounterFailure], None]

_WAIT_S: Final = 0.3  # between two looks for a card; how long a line may be silent
_AGAIN_S: Final = 2.0  # until a line that is gone is looked for again
_CODE_LONGEST: Final = 512
_READER_BAUD: Final = 115_200
_SCANNER_BAUD: Final = 9_600


def serial_lines() -> tuple[SerialLine, ...]:
    """Return the serial lines of this machine by their names; reads the system's list, blocking."""
    found = sorted(list_ports.comports(), key=lambda port: port.device)
    return tuple(
        SerialLine(port.device, "" if port.description in {"", "n/a"} else port.description)
        for port in found
    )


class Device(Protocol):
    """One device: opened, asked again and again, closed."""

    def look(self, line: serial.Serial) -> IdCard | str | None:
        """Return what is new; None when nothing is.

        Raises:
            CounterFailure: counter.rubbish, counter.card_unread.
            serial.SerialException: the line is gone.
        """

    @property
    def port(self) -> str:
        """The line's name: COM3, /dev/ttyUSB0."""

    @property
    def baud(self) -> int:
        """Its speed."""


class IdCardReader:
    """A reader of resident identity cards; a card is told once, however long it lies there."""

    baud = _READER_BAUD

    def __init__(self, port: str) -> None:
        self.port = port
        self._unread = False

    def look(self, line: serial.Serial) -> IdCard | None:
        """Find a card, select it, read it; the reader finds no card twice."""
        line.read(line.in_waiting)  # what came unasked belongs to no question
        if self._ask(line, gat450.FIND).status != gat450.FOUND:
            self._unread = False
            return None
        selected = self._ask(line, gat450.SELECT)
        read = self._ask(line, gat450.READ) if selected.status == gat450.DONE else selected
        if read.status != gat450.DONE:
            if self._unread:
                return None  # it was told already; it may be lying half on the plate
            self._unread = True
            raise CounterFailure("counter.card_unread", FailureKind.RETRIABLE)
        return gat450.read_card(read.data)

    def _ask(self, line: serial.Serial, words: tuple[int, int]) -> gat450.Answer:
        line.write(gat450.command(words))
        start = line.read(7)
        return gat450.read_answer(start + line.read(gat450.length_of(start)))


class BarcodeScanner:
    """A barcode scanner that sends lines of text."""

    baud = _SCANNER_BAUD

    def __init__(self, port: str) -> None:
        self.port = port
        self._kept = b""

    def look(self, line: serial.Serial) -> str | None:
        """Return the next whole line; a part of one is kept until the rest comes."""
        self._kept += line.read_until(b"\r", _CODE_LONGEST)
        if len(self._kept) > _CODE_LONGEST:
            self._kept = b""
            raise CounterFailure("counter.rubbish", FailureKind.RETRIABLE)
        if not self._kept.endswith((b"\r", b"\n")):
            return None
        whole, self._kept = self._kept, b""
        try:
            return whole.decode("utf-8").strip() or None
        except UnicodeDecodeError as error:
            raise CounterFailure("counter.rubbish", FailureKind.RETRIABLE) from error


class SerialCounter:
    """Implements `Counter` over serial lines.

    Args:
        devices: what is on them; none is fine, then nothing is ever heard.
    """

    def __init__(self, devices: Sequence[Device]) -> None:
        self._devices = devices

    def listen(self, heard: Heard, trouble: Trouble) -> Callable[[], None]:
        """Begin a thread for each device."""
        end = threading.Event()
        threads = [
            threading.Thread(
                target=_follow, args=(device, heard, trouble, end), name=f"counter {device.port}"
            )
            for device in self._devices
        ]
        for thread in threads:
            thread.start()

        def stop() -> None:
            end.set()
            for thread in threads:
                thread.join()

        return stop


def _opened(device: Device) -> serial.Serial:
    """Open the line for this window alone; writing to one that stands still gives up too."""
    return serial.Serial(
        device.port, device.baud, timeout=_WAIT_S, write_timeout=_WAIT_S, exclusive=True
    )


def _follow(device: Device, heard: Heard, trouble: Trouble, end: threading.Event) -> None:
    told = ""
    while not end.is_set():
        try:
            with _opened(device) as line:
                while not end.wait(0 if isinstance(device, BarcodeScanner) else _WAIT_S):
                    try:
                        found = device.look(line)
                    except CounterFailure as failure:
                        if failure.code != told:
                            told = failure.code
                            trouble(failure)
                        continue
                    if found is not None:
                        told = ""
                        heard(found)
        except (serial.SerialException, OSError):
            if told != "counter.gone":
                told = "counter.gone"
                trouble(CounterFailure("counter.gone", FailureKind.RETRIABLE, port=device.port))
            end.wait(_AGAIN_S)
