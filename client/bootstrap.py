"""The composition root of the window: the one place where its parts are put together."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from client.app.access.enrolment import Enrolment, revocations_of
from client.app.access.line import Line
from client.app.access.opening import Means
from client.app.access.practice import PracticeLine
from client.app.access.recovery import Recovery
from client.app.desk import Desk
from client.app.doctor import Surroundings
from client.app.machine.settings import MachineParts
from client.card.at_window import CardAtWindow
from client.documents.bundled import mark_practice, use_own_templates
from client.host.centre_seen import CentreSeen
from client.host.clock import SystemClock
from client.host.lanes import Lanes
from client.host.pinned import load_pinned, save_pinned
from client.host.premises import Premises
from client.host.settings import named_settings, roots_of
from client.sealing_tools import backup_tools
from client.store.keycheck import mark_of, read_marks
from client.store.opening import CHECK
from client.store.store import open_store
from client.vault.vault import Vault
from sync.engine.session import CentreAddress
from sync.engine.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.app.ports.card import StoreKeys
    from client.app.ports.counter import Counter, SerialLine
    from client.app.ports.scan import Scanners
    from client.app.ports.store import CaseStore
    from client.card.connection import Readers
    from client.card.deck import SimulatedDeck
    from client.card.monitor import Monitor
    from client.card.pkcs11_library import TokenLibrary
    from client.host.crashes import Crashes
    from client.host.ending import Ended
    from client.host.settings import Settings
    from sync.domain.policy import PolicyBook
    from sync.protocol.messages import Hello

SIMULATED_READER = "模拟读卡器"


@dataclass(frozen=True, slots=True)
class Window:
    """A window's parts that somebody outside needs: the desk, the deck of a demonstration.

    `practice` says that this is a window of the practice hall.
    """

    desk: Desk
    deck: SimulatedDeck | None
    card: CardAtWindow
    lanes: Lanes
    transport: Transport
    practice: bool = False

    def deck_or_fail(self) -> SimulatedDeck:
        """Return the deck of a demonstration; a real reader has none."""
        if self.deck is None:
            message = "no simulated cards"
            raise RuntimeError(message)
        return self.deck

    async def close(self) -> None:
        """End a window whose desk was never run; a running desk closes all of this itself."""
        await self.transport.close()
        await self.lanes.card.run(self.card.close)
        await self.lanes.close()


def build_window(
    folder: Path,
    settings: Settings,
    broken: Callable[[Exception], None],
    ended: Ended | None = None,
    crashes: Crashes | None = None,
) -> Window:
    """Put a window together; nothing is opened and nothing is sent yet.

    Args:
        folder: where this window keeps its data.
        settings: this machine's settings.
        broken: told of a screen's defect, so that it is logged and nothing else stops.
        ended: how the program ended last time, None when in order.
        crashes: keeps reports of faults, of those before this too.

    Raises:
        SettingsFailure: settings.damaged, settings.no_roots. PinnedFailure: pinned.damaged.
    """
    clock = SystemClock(_path(settings.clock_file))
    premises = Premises(folder, settings.centre)
    use_own_templates(folder / "templates")
    premises.finish()
    known = load_pinned(folder)
    # Whatever it was started with, a practice hall's window has no line and marks its papers.
    practice = known is not None and known.practice
    mark_practice(on=practice)
    address = _address(settings, practice=practice)
    card, deck = build_card(settings)  # from here on threads run, which somebody must end
    lanes = Lanes()
    seen = CentreSeen(clock, folder)
    scanners = _scanners(settings)

    def means_at(place: Path) -> Means:
        def opened(keys: StoreKeys) -> CaseStore:
            return open_store(place, keys, clock)

        def fits(keys: StoreKeys) -> bool:
            marks = read_marks(place / CHECK)
            return marks is not None and mark_of(keys.db) in marks

        return Means(
            card=card,
            vault=Vault(place, fits=fits),
            lanes=lanes,
            clock=clock,
            open_store=opened,
            scanners=scanners,
            seen=seen,
        )

    means = means_at(premises.store)
    transport = Transport(address, clock)
    line = (PracticeLine if practice else Line)(transport, clock)

    def pin(book: PolicyBook) -> None:
        pinned = load_pinned(folder)
        if pinned is not None:
            fresh = replace(pinned, cas=book.cas, revoked=revocations_of(book))
            if fresh != pinned:
                save_pinned(folder, fresh)

    desk = Desk(
        means,
        line,
        lambda: load_pinned(folder),
        pin,
        lambda: premises.centre,
        broken,
        Enrolment(means_at(premises.enrolling), transport, premises),
        Recovery(means, transport, lambda: load_pinned(folder)),
        Surroundings(
            folder=folder,
            pinned=lambda: load_pinned(folder),
            hello=lambda: _hello(transport),
            centre=lambda: premises.centre,
            line=lambda: line.view,
            scanners=scanners.devices,
            ended=ended,
        ),
        MachineParts(
            folder,
            settings,
            _counter,
            _lines,
            scanners.devices,
            named=named_settings(folder),
            crashes=crashes,
        ),
        backup_tools(folder),
    )
    return Window(desk, deck, card, lanes, transport, practice)


def _address(settings: Settings, *, practice: bool) -> CentreAddress:
    """Return where the centre is; nowhere in practice, and then no connection is ever opened."""
    if practice:
        return CentreAddress("", "")
    return CentreAddress(settings.centre, roots_of(settings))


async def _hello(transport: Transport) -> tuple[Hello, int]:
    await transport.open()
    hello = await transport.hello()
    return hello, transport.offset_ms


def build_card(settings: Settings) -> tuple[CardAtWindow, SimulatedDeck | None]:
    """Return the card at this window, and a demonstration's deck; watched until it is closed."""
    readers, monitor, deck = _readers(settings)
    return CardAtWindow(readers, monitor, _tokens(settings)), deck


def _readers(settings: Settings) -> tuple[Readers, Monitor, SimulatedDeck | None]:
    if settings.reader == "simulator":
        from client.card.deck import SimulatedDeck  # noqa: PLC0415  demonstration only
        from client.card.simulator import SimulatedReaders  # noqa: PLC0415

        simulated = SimulatedReaders(SIMULATED_READER)
        cards = _path(settings.cards)
        deck = SimulatedDeck(simulated.named(SIMULATED_READER), cards) if cards else None
        return simulated, simulated, deck
    try:
        from client.card.pcsc import PcscMonitor, PcscReaders  # noqa: PLC0415
    except ImportError:  # this machine has no PC/SC library
        from client.card.no_service import NoService  # noqa: PLC0415

        logging.getLogger(__name__).exception("card.no_library")
        return NoService(), NoService(), None
    return PcscReaders(), PcscMonitor(), None


def _tokens(settings: Settings) -> TokenLibrary | None:
    """Return the library for USB keys that the settings name; nothing else is ever loaded."""
    if not settings.token_library:
        return None
    from client.card.pkcs11_library import TokenLibrary  # noqa: PLC0415  where keys are used only

    return TokenLibrary(settings.token_library)


def _counter(settings: Settings) -> Counter | None:
    """Return the devices on this counter's serial lines; None where no line is named."""
    if not settings.id_reader and not settings.barcode_scanner:
        return None
    from client.counter.serial_devices import (  # noqa: PLC0415  not before the first paint
        BarcodeScanner,
        IdCardReader,
        SerialCounter,
    )

    devices: list[BarcodeScanner | IdCardReader] = []
    if settings.id_reader:
        devices.append(IdCardReader(settings.id_reader))
    if settings.barcode_scanner:
        devices.append(BarcodeScanner(settings.barcode_scanner))
    return SerialCounter(devices)


def _lines() -> tuple[SerialLine, ...]:
    """Return this machine's serial lines."""
    from client.counter.serial_devices import serial_lines  # noqa: PLC0415  when asked for

    return serial_lines()


def _scanners(settings: Settings) -> Scanners:
    """Return what this system scans with; a document camera's folder where one is set."""
    from client.scan.several import SeveralScanners  # noqa: PLC0415  not before the first paint
    from client.scan.watched import WatchedFolder  # noqa: PLC0415

    ways: dict[str, Scanners] = {}
    if sys.platform == "win32":
        from client.scan.wia import WiaScanners  # noqa: PLC0415

        ways["wia"] = WiaScanners()
    else:
        from client.scan.sane import SaneScanners  # noqa: PLC0415

        ways["sane"] = SaneScanners()
    camera = _path(settings.camera_folder)
    if camera is not None:
        ways["folder"] = WatchedFolder(camera)
    return SeveralScanners(ways)


def _path(text: str) -> Path | None:
    from pathlib import Path  # noqa: PLC0415

    return Path(text) if text else None
