"""The checklist of materials: hand-over (收件) and correction (补正), with pages attached."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from ui.views.file_dialog import FileChooser
from ui.views.material_line import SHARED, MaterialLine
from ui.views.scan_bar import ScanBar
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.fields import Field
from ui.widgets.layout import Face, Flow, column
from ui.widgets.paper import PaperView, Thumb, picture
from ui.widgets.summary import Empty
from ui.widgets.text import Elided, Text
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.app.ports.scan import ScanDevice
    from client.app.rows.cases import CaseDetail
    from client.app.rows.materials import MaterialRow
    from client.app.rows.words import Words
    from ui.i18n import Tongue
    from ui.values import MaterialTick, Problem, ReceiveForm

_LATER = frozenset({"correct", "supply_pending", "fix_on_spot"})
FILES = "Ctrl+O"
# name, icon, key of what can be done for the line that has the keyboard
_ACTS = (
    ("folder", "folder", "Ctrl+Shift+O"),
    ("scan", "scan", "Ctrl+Shift+S"),
    ("edit", "edit", "Ctrl+E"),
)


def _words(kind: str, part: str) -> str:
    """Return the key of a page's own words; whatever is handed in later speaks as the first."""
    return f"{'receive' if kind in _LATER else kind}.{part}"


class ReceivePage(StepPage):
    """The checklist at the left, the page that is looked at on the right."""

    ticked = Signal(str, bool)
    files = Signal(str, list)
    opened = Signal(str, str)
    removed = Signal(str, str)
    shared = Signal(str)
    stopped = Signal(str)
    scan = Signal(str)
    edit = Signal(str, str)  # code, sha256 of the page that is looked at first

    def __init__(self, tongue: Tongue, kind: str) -> None:
        name = kind
        super().__init__(tongue, name, f"page.{name}", f"act.{name}", wide=True)
        self.lines: dict[str, MaterialLine] = {}
        self._form: ReceiveForm | None = None
        self._detail: CaseDetail | None = None
        self._begin = ""
        self._line = ""
        self._list = column(gap=8)
        holder = QWidget()
        holder.setLayout(self._list)
        self._holder = Field("materials", holder)
        self._holder.label.set_role("body")
        self.fields["materials"] = self._holder
        self._make_acts()
        tongue.bind(self._holder, "set_label", _words(kind, "list"))
        self.form.addWidget(self._holder)
        hint = Text("small muted", wrap=True)
        tongue.bind(hint, "setText", _words(kind, "hint"))
        self.form.addWidget(hint)
        self._preview = Face("surface")
        inside = column(self._preview, gap=8, margin=12)
        self.page_name = Elided(size="type-small", ink="muted")
        self.paper = PaperView()
        self.paper.scroller.setObjectName(f"{name}.preview")
        tongue.bind(self.paper.scroller, "setAccessibleName", "receive.preview")
        self.empty = Empty("photo")
        tongue.bind(self.empty.headline, "setText", "receive.preview.empty")
        tongue.bind(self.empty.words, "setText", "receive.preview.empty.do")
        inside.addWidget(self.page_name)
        inside.addWidget(self.paper, 1)
        inside.addWidget(self.empty, 1)
        self._preview.setMinimumHeight(300)
        self.page_name.hide()
        self.paper.hide()
        self.aside.addWidget(self._preview, 1)
        tongue.changed.connect(self._say)
        self.finish()

    def _make_acts(self) -> None:
        """Make what can be done for the line that has, or had last, the keyboard."""
        self._chooser = FileChooser(self, self.tongue)
        self.acts: dict[str, ActButton] = {}
        flow = Flow(gap=4)
        for name, icon, key in _ACTS:
            button = ActButton("quiet", icon, key)
            button.setObjectName(f"{self.name}.act.{name}")
            self.tongue.bind(button, "setText", f"receive.act.{name}")
            button.clicked.connect(partial(self._act, name))
            beside(button)
            flow.add(button)
            self.acts[name] = button
            self._shortcut(key, partial(self._act, name))
        self._shortcut(FILES, partial(self._act, "files"))
        self._shortcut(SHARED, partial(self._act, "shared"))
        self.current = Text("small muted")
        self.form.addWidget(self.current)
        self.form.addWidget(flow)
        self.bar = ScanBar(self.tongue, self.name)
        self.form.addWidget(self.bar)
        for leaving in (self.walk.leave, self.back.clicked):
            leaving.disconnect()
            leaving.connect(self._escape)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _shortcut(self, key: str, call: Callable[[], None]) -> None:
        made = QShortcut(QKeySequence(key), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(call)

    def show_case(self, detail: CaseDetail) -> None:
        """Make a line for each material of the item."""
        super().show_case(detail)
        self._detail = detail
        for place, material in enumerate(self.rows(detail), start=1):
            line = MaterialLine(self.tongue, material, place, self.name)
            line.ticked.connect(self.ticked)
            line.attach.connect(self._ask)
            line.files.connect(self.files)
            line.opened.connect(self.opened)
            line.removed.connect(self.removed)
            line.shared.connect(self.shared)
            line.stopped.connect(self.stopped)
            self._list.addWidget(line)
            self.lines[material.code] = line
        self._count()
        self.walk.learn(self)

    def rows(self, detail: CaseDetail) -> tuple[MaterialRow, ...]:
        """Return what may be handed in here: where it is owed, only what is not here yet."""
        if self.name == "supply_pending":
            return tuple(row for row in detail.materials if not row.given)
        return detail.materials

    def begin_at(self, code: str) -> None:
        """Begin at this material's line, from whose pages the clerk comes back."""
        self._begin = code

    def focus_first(self) -> None:
        """Begin where the clerk comes back from, or at the first material that is not here yet."""
        lines = list(self.lines.values())
        lacking = [line for line in lines if not line.material.given]
        back = [self.lines[self._begin]] if self._begin in self.lines else []
        for line in (back or lacking or lines)[:1]:
            self._line = line.material.code
            self._say_line()
            line.tick.setFocus()
            return
        self.primary.setFocus()

    def jump_to(self, name: str) -> None:
        """Go to a question; for the list, to the line whose pages have no tick."""
        left = [line for line in self.lines.values() if line.pages and not line.tick.isChecked()]
        if name == "materials" and left:
            left[0].tick.setFocus()
        else:
            super().jump_to(name)

    def show_form(self, form: ReceiveForm) -> None:
        """Show the whole list."""
        for tick in form.ticks:
            self.show_tick(tick)
        self._form = form

    def show_tick(self, tick: MaterialTick) -> None:
        """Show one line."""
        line = self.lines.get(tick.code)
        if line is not None:
            if tick.given:
                self.forgive("materials")
            line.show_tick(tick)
            self.walk.learn(line)
        self._count()

    def show_taking(self, material: str, left: int, of: int = 0) -> None:
        """Show that files are being taken in."""
        self.lines[material].show_taking(left, of)
        if left and left == of:
            self.lines[material].clear_wrong()

    def show_twins(self, material: str, twins: tuple[Words, ...]) -> None:
        """Say which of its pages are there already."""
        line = self.lines.get(material)
        if line is not None:
            line.show_twins(twins)

    def show_refused(self, material: str, name: str, problem: Problem) -> None:
        """Show why a file was not taken, with the remedy."""
        self.lines[material].show_wrong(name, problem)

    def show_thumb(self, sha256: str, shown: tuple[int, int, bytes]) -> None:
        """Show a small picture wherever the page is attached."""
        pixmap = picture(*shown)
        for line in self.lines.values():
            line.show_thumb(sha256, pixmap)

    def show_page(self, name: str, shown: tuple[int, int, bytes]) -> None:
        """Show a page large."""
        self.page_name.setText(name)
        self.page_name.show()
        self.empty.hide()
        self.paper.show()
        self.paper.show_page(picture(*shown))

    def _act(self, name: str, _on: bool = False) -> None:  # noqa: FBT001, FBT002  (a Qt slot)
        """Do something for the line that has the keyboard, or had it last."""
        line = self.lines.get(self._line)
        if line is None:
            return
        if name == "edit":
            self.edit.emit(self._line, self._thumb_in(line))
        elif name == "scan":
            self.scan.emit(self._line)
        elif name == "shared":
            self.shared.emit(self._line)
        else:
            self._ask(self._line, folder=name == "folder")

    def show_looking(self, material: str) -> None:
        """Show that devices are being looked for."""
        self.bar.show_looking(material, self.lines[material].material.name)
        self.scroller.ensureWidgetVisible(self.bar)

    def show_devices(self, devices: tuple[ScanDevice, ...]) -> None:
        """Offer the devices."""
        self.bar.show_devices(devices)
        self.walk.learn(self.bar)

    def show_scanning(self, count: int, percent: int) -> None:
        """Show how far the scan is."""
        self.bar.show_scanning(count, percent)

    def show_scanned(self, count: int, problem: Problem | None) -> None:
        """Show that the scan is over."""
        self.bar.show_scanned(count, problem)

    def _escape(self) -> None:
        """End the scan, then put its bar away, then leave the page."""
        if self.bar.busy:
            self.bar.stopped.emit()
        elif self.bar.isVisible():
            self.bar.hide()
            self.lines[self.bar.material].tick.setFocus()
        else:
            self.left.emit()

    def _thumb_in(self, line: MaterialLine) -> str:
        """Return the page of a line that has the keyboard, or was pressed."""
        focused = self.focusWidget()
        thumbs = line.findChildren(Thumb)
        here = [thumb.key for thumb in thumbs if thumb is focused or thumb.isChecked()]
        return here[0] if here else ""

    def _ask(self, code: str, *, folder: bool = False) -> None:
        def chosen(paths: list[Path]) -> None:
            self.files.emit(code, paths)

        (self._chooser.ask_folder if folder else self._chooser.ask_files)(chosen)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None:
            return
        for code, line in self.lines.items():
            if line.isAncestorOf(now) and code != self._line:
                self._line = code
                self._say_line()

    def _say_line(self) -> None:
        line = self.lines.get(self._line)
        words = self.tongue.t("receive.current", name=line.material.name) if line else ""
        self.current.setText(words)

    def _count(self) -> None:
        lines = self.lines.values()
        required = [line for line in lines if line.material.required]
        given = sum(1 for line in required if line.tick.isChecked() or line.material.given)
        words = self.tongue.t("receive.count", given=given, required=len(required))
        self._holder.set_extra(words)

    def _say(self) -> None:
        for material in self.rows(self._detail) if self._detail is not None else ():
            self.lines[material.code].material = material  # what is no item's is named here
        for line in self.lines.values():
            line.say()
        self._say_line()
        self._count()
