"""What is shown while paper is scanned: the device, how, how far, and what went wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from client.app.ports.scan import ScanAsk, ScanDevice
from client.app.rows.words import Words
from ui.error_text import code_text
from ui.widgets.buttons import ActButton
from ui.widgets.choices import Tiles
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.text import Text
from ui.widgets.ticks import Tick

if TYPE_CHECKING:
    from ui.i18n import Tongue
    from ui.values import Problem


class ScanBar(Face):
    """Hidden until somebody wants to scan. Object names begin with `prefix`."""

    started = Signal(str, object)  # material, ScanAsk
    stopped = Signal()

    chosen = ""  # the device that was used last at this window

    def __init__(self, tongue: Tongue, prefix: str) -> None:
        super().__init__("surface")
        self._tongue = tongue
        self._prefix = prefix
        self.material = ""
        self._devices: tuple[ScanDevice, ...] = ()
        self.busy = False
        box = column(self, gap=8, margin=12)
        self.title = Text("body")
        box.addWidget(self.title)
        self._place = column(gap=4)
        box.addLayout(self._place)
        self.tiles: Tiles | None = None
        self.feeder, self.colour = Tick(), Tick()
        for tick, name in ((self.feeder, "feeder"), (self.colour, "colour")):
            tick.setObjectName(f"{prefix}.scan.{name}")
            tick.setChecked(True)
            tongue.bind(tick, "setText", f"scan.{name}")
            box.addWidget(tick)
        self.said = Text("small muted", wrap=True)
        self.wrong = Text("small error", wrap=True)
        box.addWidget(self.said)
        box.addWidget(self.wrong)
        line = row(gap=8)
        self.start = ActButton("plain", "scan", "Enter")
        self.start.setObjectName(f"{prefix}.scan.start")
        self.start.clicked.connect(self._start)
        self.stop = ActButton("quiet", "player-stop", "Esc")
        self.stop.setObjectName(f"{prefix}.scan.stop")
        self.stop.clicked.connect(self.stopped)
        line.addWidget(self.start)
        line.addWidget(self.stop)
        line.addStretch(1)
        box.addLayout(line)
        self.hide()

    def show_looking(self, material: str, name: str) -> None:
        """Show that devices are being looked for."""
        self.material = material
        self._tongue.bind(self.title, "setText", "scan.for", name=name)
        self._say("scan.looking")
        self._offer(())
        self.show()

    def show_devices(self, devices: tuple[ScanDevice, ...]) -> None:
        """Offer the devices; the one that was used last is chosen."""
        self._offer(devices)
        self._say("" if devices else "scan.none")
        if devices:
            self.start.setFocus()

    def show_scanning(self, count: int, percent: int) -> None:
        """Show how far the scan is."""
        self.busy = True
        device = self._device()
        key = "scan.waiting" if device is not None and device.endless else "scan.progress"
        self._say(key, count=count, percent=percent)
        held = self.start.hasFocus()  # Qt would pass the keyboard on to whatever is next
        self._tongue.bind(self.stop, "setText", "scan.enough" if "waiting" in key else "scan.stop")
        self.stop.show()
        if held:
            self.stop.setFocus()
        self.start.hide()

    def show_scanned(self, count: int, problem: Problem | None) -> None:
        """Show that the scan is over."""
        held = self.stop.hasFocus()
        self.busy = False
        self._say("scan.done" if count else "", count=count)
        if problem is not None:
            self._tongue.follow(self.wrong, "show_text", partial(_tell, problem, self._tongue))
        self.start.setVisible(bool(self._devices))
        self._tongue.bind(self.start, "setText", "scan.more" if count else "scan.start")
        if held and self._devices:
            self.start.setFocus()
        self.stop.hide()

    # ------------------------------------------------------------ inner

    def _offer(self, devices: tuple[ScanDevice, ...]) -> None:
        self._devices = devices
        clear(self._place)
        self.tiles = None
        if len(devices) > 1:
            self.tiles = Tiles([device.name for device in devices], upright=True)
            for device in devices:
                tile = self.tiles.tiles[device.name]
                tile.setObjectName(f"{self._prefix}.scan.device.{device.name}")
                tile.set_words(device.label, "")
            names = [device.name for device in devices]
            self.tiles.choose(ScanBar.chosen if ScanBar.chosen in names else names[0])
            self.tiles.picked.connect(self._show_ticks)
            self._place.addWidget(self.tiles)
        elif devices:
            self._place.addWidget(Text("small muted", devices[0].label))
        self._show_ticks()
        self.stop.hide()
        self.start.setVisible(bool(devices))
        self._tongue.bind(self.start, "setText", "scan.start")

    def _show_ticks(self, *_: object) -> None:
        device = self._device()
        self.feeder.setVisible(device is not None and device.feeder)
        self.colour.setVisible(device is not None and not device.endless)

    def _device(self) -> ScanDevice | None:
        name = self.tiles.current() if self.tiles is not None else ""
        if not self._devices:
            return None
        return next((d for d in self._devices if d.name == name), self._devices[0])

    def _start(self) -> None:
        device = self._device()
        if device is None or self.busy:
            return
        ScanBar.chosen = device.name
        self._clear_wrong()
        feeder = device.feeder and self.feeder.isChecked()
        ask = ScanAsk(device.name, feeder=feeder, colour=self.colour.isChecked())
        self.started.emit(self.material, ask)

    def _say(self, key: str, **args: object) -> None:
        self._tongue.bind_words(self.said, "show_text", Words(key, args) if key else None)
        if key != "scan.progress":
            self._clear_wrong()

    def _clear_wrong(self) -> None:
        self._tongue.unbind(self.wrong, "show_text")
        self.wrong.show_text("")


def _tell(problem: Problem, tongue: Tongue, wrong: Text) -> None:
    told = code_text(problem.code, dict(problem.details), tongue.words)
    wrong.show_text(tongue.sentences(told.what, told.remedy))
