"""The settings of this machine's window, one by one; what is missing says how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from sync.texts import LANGUAGES
from ui import theme
from ui.error_text import code_text
from ui.values import Problem
from ui.views.settings_parts import Chosen, Place, Setting
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.layout import hairline
from ui.widgets.summary import Banner
from ui.widgets.text import Text
from ui.widgets.ticks import Tick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.app.rows.machine import MachineFound
    from client.app.rows.words import Words
    from client.host.settings import Settings
    from ui.i18n import Tongue

_LOOKS = {"language": LANGUAGES, "text_size": theme.TEXT_SIZES, "mode": theme.MODES}
_LISTS = {
    "printer_a4": "settings.printer.none",
    "printer_roll": "settings.printer.none",
    "scanner": "settings.scanner.none",
    "id_reader": "settings.line.none",
    "barcode_scanner": "settings.line.none",
}
_PLACES = {"camera_folder": True, "token_library": False}
_SECTIONS = (
    ("looks", ("language", "text_size", "mode")),
    ("printing", ("printer_a4", "printer_roll")),
    ("scanning", ("scanner", "camera_folder")),
    ("counter", ("id_reader", "barcode_scanner")),
    ("token", ("token_library",)),
)


class SettingsPage(StepPage):
    """Emits what was chosen; the primary act tries the counter's devices."""

    changed = Signal(str, str)  # setting, value
    notice_wanted = Signal(str, bool)  # "desktop" or "sound"
    again_wanted = Signal()
    later = Signal()
    pin_wanted = Signal()
    looked = Signal()  # the window looks otherwise

    def __init__(self, tongue: Tongue, only: str = "", act: str = "settings.try") -> None:
        """Make the page of all settings, or of one section of them for a machine's first run.

        Args:
            tongue: the language.
            only: one of the sections; "" for all, and how urges are told.
            act: key of what the primary button says it does.
        """
        title = f"settings.section.{only}" if only else "page.settings"
        super().__init__(tongue, "settings", title, act)
        self._act = act
        self.settings: dict[str, Setting] = {}
        self.unkept = self._banner("settings.unkept_note")
        self.waits = self._banner("settings.waits_note")
        for section, names in _SECTIONS:
            if only not in {"", section}:
                continue
            if not only:
                self._heading(section)
            for name in names:
                self._add(name)
            if section == "counter":
                self.tried = Banner()
                self.tried.setObjectName("settings.tried")
                self.tried.button.hide()
                tongue.bind(self.tried.dismiss, "setText", "act.close_note")
                self.form.addWidget(self.tried)
        self.ticks: dict[str, Tick] = {}
        if not only:
            self._heading("card")
            self.form.addWidget(self._make_pin(), 0, Qt.AlignmentFlag.AlignLeft)
            self._heading("notices")
            self.ticks = {name: self._tick(name) for name in ("desktop", "sound")}
            self.add_note("info-circle", "settings.rule.once")
            self.add_note("info-circle", "settings.rule.machine")
        self.add_note("info-circle", "settings.rule.doctor")
        self.again = ActButton("plain", "refresh", "Ctrl+R")
        self.again.setObjectName("settings.again")
        tongue.bind(self.again, "setText", "settings.again")
        self.again.clicked.connect(self.again_wanted)
        self.again.hide()
        self.extra.addWidget(self.again)
        QShortcut(QKeySequence("Ctrl+R"), self.again).activated.connect(self.again.click)
        self._found: MachineFound | None = None
        self._waiting: tuple[str, ...] = ()
        self._notices: tuple[bool, bool] = (True, False)  # the desktop has a place; somebody is in
        tongue.changed.connect(self._say)
        self.finish()
        self._say()

    # ------------------------------------------------------------ building

    def _heading(self, section: str) -> None:
        if section != "looks":
            self.form.addWidget(hairline())
        heading = Text("section")
        self.tongue.bind(heading, "setText", f"settings.section.{section}")
        self.form.addWidget(heading)

    def _add(self, name: str) -> None:
        made: Setting
        if name in _PLACES:
            made = Place(self.tongue, f"settings.{name}", folder=_PLACES[name])
        elif name in _LISTS:
            typed = name in {"id_reader", "barcode_scanner"}
            made = Chosen(self.tongue, _LISTS[name], typed=typed)
        else:
            made = Chosen(self.tongue)
        self.add_field(name, made, f"settings.{name}")
        made.setObjectName(f"settings.{name}.box")
        made.name_parts(f"settings.{name}")
        made.changed.connect(lambda value: self.changed.emit(name, value))
        self.settings[name] = made

    def _make_pin(self) -> ActButton:
        made = ActButton("plain", "id")
        made.setObjectName("settings.card_pin")
        self.tongue.bind(made, "setText", "command.card_pin")
        made.clicked.connect(self.pin_wanted)
        return made

    def _tick(self, name: str) -> Tick:
        tick = Tick()
        self.tongue.bind(tick, "setText", f"settings.{name}_notice")
        self.add_field(f"{name}_notice", tick, f"settings.notice.{name}")
        tick.clicked.connect(lambda on: self.notice_wanted.emit(name, on))
        return tick

    def _banner(self, name: str) -> Banner:
        made = Banner()
        made.setObjectName(name)
        made.button.hide()
        self.tongue.bind(made.dismiss, "setText", "act.close_note")
        self.form.addWidget(made)
        return made

    # ------------------------------------------------------------ showing

    def show_settings(self, settings: Settings, looks: Mapping[str, str]) -> None:
        """Show what is chosen."""
        for name, made in self.settings.items():
            made.show_value(looks[name] if name in looks else getattr(settings, name))
        if self.ticks:
            self.ticks["desktop"].setChecked(settings.desktop_notice)

    def show_looks(self, looks: Mapping[str, str]) -> None:
        """Show how the window looks now; what else is being chosen or typed is left alone."""
        for name in self.settings.keys() & looks.keys():
            self.settings[name].show_value(looks[name])

    def show_notices(self, *, desktop: bool, sound: bool | None) -> None:
        """Show how urges are told; what cannot be chosen now says why."""
        self._notices = (desktop, sound is not None)
        if not self.ticks:
            return
        self.ticks["desktop"].setEnabled(desktop)
        self.ticks["sound"].setEnabled(sound is not None)
        self.ticks["sound"].setChecked(bool(sound))
        self._say_hints()

    def show_found(self, found: MachineFound | None) -> None:
        """Offer what this machine has."""
        self._found = found
        self._say_offers()

    def show_kept(self, name: str, value: str) -> None:
        """Say that a setting is kept; a text as it was kept takes the place of what was typed."""
        field = self.fields.get(name) or self.fields[f"{name}_notice"]
        field.set_problem("")
        field.set_extra(self.tongue.t("settings.saved"))
        self.unkept.hide()
        if name in self.settings:
            self.settings[name].show_value(value)

    def show_wrong(self, name: str, problem: Problem) -> None:
        """Say why what stands in a field is not kept."""
        field = self.fields.get(name) or self.fields[f"{name}_notice"]
        told = code_text(problem.code, dict(problem.details), self.tongue.words)
        field.set_extra("")
        field.set_problem(f"{told.what}{told.remedy}")
        self.scroller.ensureWidgetVisible(field)

    def show_waiting(self, names: tuple[str, ...], *, again: bool) -> None:
        """Say what waits for the next start, and offer it."""
        self._waiting = names
        self.again.setVisible(bool(names) and again)
        self._say_waiting()

    def show_trying(self, heard: Words | Problem | None, *, on: bool) -> None:
        """Say that devices are tried, and what came last."""
        t = self.tongue.t
        self.tongue.bind(self.primary, "setText", "settings.try_end" if on else self._act)
        if not on:
            self.tried.hide()
        elif heard is None:
            self.tried.tell("told", "scan", t("settings.try_now"))
        elif isinstance(heard, Problem):
            told = code_text(heard.code, dict(heard.details), self.tongue.words)
            self.tried.tell("error", "alert-triangle", f"{told.what}{told.remedy}")
        else:
            self.tried.tell("good", "circle-check", self.tongue.say(heard))
        if on:
            self.scroller.ensureWidgetVisible(self.tried)

    def show_unkept(self) -> None:
        """Say that leaving once more drops what is not kept; the keyboard goes there."""
        self.unkept.tell("calm", "alert-triangle", self.tongue.t("settings.unkept"))
        wrong = next((name for name, field in self.fields.items() if field.problem), None)
        if wrong is not None:
            self.jump_to(wrong)

    def typed(self) -> dict[str, str]:
        """Return what was typed and is not kept yet."""
        pending = {name: made.pending() for name, made in self.settings.items()}
        return {name: text for name, text in pending.items() if text is not None}

    # ------------------------------------------------------------ inner

    def _say(self) -> None:
        t = self.tongue.t
        for name, codes in _LOOKS.items():
            made = self.settings.get(name)
            if isinstance(made, Chosen):
                made.offer([(code, t(f"settings.{name}.{code}")) for code in codes])
        self._say_offers()
        self._say_hints()
        self._say_waiting()

    def _say_waiting(self) -> None:
        for name in self.settings.keys() & set(self._waiting):
            self.fields[name].set_extra(self.tongue.t("settings.saved_later"))
        if not self._waiting:
            self.waits.hide()
            return
        names = self.tongue.listed(*(self.tongue.t(f"settings.{name}") for name in self._waiting))
        self.waits.tell("told", "refresh", self.tongue.t("settings.waits", names=names))

    def _say_offers(self) -> None:
        found = self._found
        offers: dict[str, list[tuple[str, str]] | None] = dict.fromkeys(_LISTS)
        if found is not None:
            printers = [(name, name) for name in found.printers or ()]
            lines = [(line.port, self.tongue.joined(line.port, line.label)) for line in found.lines]
            offers = {
                "printer_a4": printers,
                "printer_roll": printers,
                "scanner": [(device.name, device.label) for device in found.scanners],
                "id_reader": lines,
                "barcode_scanner": lines,
            }
        for name, options in offers.items():
            made = self.settings.get(name)
            if isinstance(made, Chosen):
                made.offer(options)
        self._say_hints()

    def _say_hints(self) -> None:
        """Say beneath each field what it is for, or what is missing and how to get it."""
        for name in self.settings.keys() & {*_LISTS, *_PLACES}:
            key = f"settings.{name}.hint"
            if name in _LISTS and self._found is None:
                key = "settings.looking"
            elif self._found is not None:
                key = _missing(name, self._found) or key
            self.fields[name].set_hint(self.tongue.t(key))
        problem = None if self._found is None else self._found.scan_problem
        if problem is not None and "scanner" in self.fields:
            told = code_text(problem.code, dict(problem.details), self.tongue.words)
            self.fields["scanner"].set_hint(f"{told.what}{told.remedy}")
        if not self.ticks:
            return
        place, somebody = self._notices
        hint = "settings.desktop_notice.hint" if place else "settings.desktop_notice.none"
        self.fields["desktop_notice"].set_hint(self.tongue.t(hint))
        hint = "settings.sound_notice.hint" if somebody else "settings.sound_notice.none"
        self.fields["sound_notice"].set_hint(self.tongue.t(hint))


def _missing(name: str, found: MachineFound) -> str:
    """Return what is said where this machine has nothing of the kind; "" where it has."""
    if name.startswith("printer"):
        if found.printers is None:
            return "settings.printer.unasked"
        return "" if found.printers else "settings.printer.missing"
    if name == "scanner":
        return "" if found.scanners else "settings.scanner.missing"
    if name in {"id_reader", "barcode_scanner"}:
        return "" if found.lines else f"settings.{name}.missing"
    return ""
