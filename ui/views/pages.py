"""The editor of one material's pages: what lies here at the left, the page as kept at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QSizePolicy

from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.canvas import Canvas
from ui.widgets.layout import Face, Scroll, column, row
from ui.widgets.paper import picture
from ui.widgets.strip import Strip
from ui.widgets.text import Text
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.files.materials import PageEdit
    from client.app.rows.materials import MaterialRow
    from ui.i18n import Tongue
    from ui.presenters.pages import Drawn, LeafFacts, LeavesForm
    from ui.values import Problem

# name, icon, key; on the faces in this order.
_TOOLS = (
    ("up", "chevron-up", "Alt+Up"),
    ("down", "chevron-down", "Alt+Down"),
    ("right", "rotate-clockwise", "R"),
    ("left", "rotate", "Shift+R"),
    ("straighten", "angle", "D"),
    ("crop", "crop", "C"),
    ("less", "chevron-left", "["),
    ("more", "chevron-right", "]"),
    ("remove", "trash", "Del"),
    ("undo", "arrow-back-up", "Ctrl+Z"),
    ("all", "checks", "Shift+D"),
    ("fit", "zoom-in", "Z"),
)
_OF_A_PICTURE = ("right", "left", "straighten", "more", "less", "crop")
_KEYS = {"Alt+Up": "Alt+↑", "Alt+Down": "Alt+↓"}


class PagesPage(StepPage):
    """Order at the left, tools under it, the page itself at the right."""

    chosen = Signal(int)
    placed = Signal(int, int)
    tool = Signal(str)
    framed = Signal(tuple)
    stopped = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "pages", "page.pages", "act.pages", wide=True)
        self._working = False
        self._fitted = False
        self._facts: LeafFacts | None = None
        self._form: LeavesForm | None = None
        self._material = ""
        self.columns.setStretch(0, 3)
        self.columns.setStretch(1, 7)
        self._make_list()
        self._make_tools()
        self._make_page()
        self.walk.leave.disconnect()
        self.walk.leave.connect(self._escape)
        self.back.clicked.disconnect()
        self.back.clicked.connect(self._escape)
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def _make_list(self) -> None:
        self.strip = Strip()
        self.strip.setObjectName("pages.strip")
        self.tongue.bind(self.strip, "setAccessibleName", "pages.list")
        self.strip.setMinimumHeight(120)
        self.strip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.strip.chosen.connect(self.chosen)
        self.strip.moved.connect(self.placed)
        self.list_title = Text("body")
        self.form.addWidget(self.list_title)
        self.form.addWidget(self.strip, 10)
        self._first = self.strip

    def _make_tools(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(0)
        self.tools: dict[str, ActButton] = {}
        for place, (name, icon, key) in enumerate(_TOOLS):
            button = ActButton("quiet", icon, _KEYS.get(key, key))
            button.setObjectName(f"pages.{name}")
            self.tongue.bind(button, "setText", f"pages.{name}")
            button.clicked.connect(partial(self._clicked, name))
            beside(button)
            self._shortcut(key, partial(self._use, name))
            button.set_wide(wide=True)
            grid.addWidget(button, place // 2, place % 2)
            self.tools[name] = button
        self.form.addLayout(grid)
        self.told = Text("small muted", wrap=True)
        self.form.addWidget(self.told)

    def _make_page(self) -> None:
        face = Face("surface")
        box = column(face, gap=6, margin=12)
        top = row(gap=12)
        self.caption = Text("body")
        self.facts = Text("small muted")
        top.addWidget(self.caption)
        top.addWidget(self.facts, 1)
        box.addLayout(top)
        self.done = Text("small muted", wrap=True)
        box.addWidget(self.done)
        self.canvas = Canvas()
        self.canvas.setObjectName("pages.canvas")
        self.tongue.bind(self.canvas, "setAccessibleName", "pages.canvas")
        self.canvas.framed.connect(self._framed)
        self.canvas.moved.connect(self._tell_frame)
        self.pane = Scroll(self.canvas)
        self.pane.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pane.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        box.addWidget(self.pane, 1)
        face.setMinimumHeight(320)
        self.aside.addWidget(face, 1)

    # ------------------------------------------------------------ showing

    def show_material(self, material: MaterialRow) -> None:
        """Show of which material the pages are."""
        self._material = material.name
        self._say()

    def show_leaves(self, form: LeavesForm, *, undo: bool) -> None:
        """Show the pages in their order."""
        self._form = form
        t = self.tongue.t
        self.strip.show_rows(
            tuple(
                (
                    leaf.row.sha256,
                    t("pages.changed" if leaf.changed else "pages.row", place=place, name=name),
                )
                for place, leaf in enumerate(form.leaves, start=1)
                for name in (leaf.row.name,)
            ),
            form.at,
        )
        self.tools["undo"].set_blocked("" if undo else t("pages.nothing_undone"))
        if not form.leaves:
            self.caption.setText(t("pages.none"))
            self.facts.setText("")
            self.done.show_text("")

    def show_thumb(self, sha256: str, drawn: Drawn) -> None:
        """Show a page's small picture."""
        self.strip.show_picture(sha256, picture(*drawn))

    def show_result(self, drawn: Drawn, facts: LeafFacts) -> None:
        """Show a page as it will be kept."""
        self._facts = facts
        cutting = self.canvas.frame is not None
        self.canvas.show_page(picture(*drawn))
        self.canvas.setAccessibleDescription("")
        self._say_page()
        if cutting:
            self.strip.setFocus()

    def show_frame(self, drawn: Drawn, crop: tuple[int, int, int, int]) -> None:
        """Show the whole picture with its frame; the arrows move the frame."""
        self.canvas.show_frame(picture(*drawn), crop)
        self.told.show_text(self.tongue.t("pages.crop.do"))
        self._tell_frame(crop)
        self.canvas.setFocus()

    def show_told(self, key: str, **args: object) -> None:
        """Say what came of an act."""
        self.told.show_text(self.tongue.t(key, **args))

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong, above the page."""
        super().show_failure(problem)

    def show_progress(self, done: int, of: int) -> None:
        """Show how far many pages are."""
        self._working = bool(of)
        self.why.setText(self.tongue.t("pages.progress", done=done, of=of) if of else "")

    def set_busy(self, *, busy: bool) -> None:
        """Say that the page is being made; nothing waits for it."""
        self.why.setText(self.tongue.t("pages.making") if busy else "")

    def focus_first(self) -> None:
        """Begin in the list."""
        self.strip.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------ inner

    def _escape(self) -> None:
        """Leave the frame, then what is under way, then the page."""
        if self.canvas.frame is not None:
            self.told.show_text("")
            self.tool.emit("look")
        elif self._working:
            self.stopped.emit()
        else:
            self.left.emit()

    def _tell_frame(self, frame: tuple[int, int, int, int]) -> None:
        """Tell a reader what stays within the frame, and the keys that move it."""
        left, top, right, bottom = (f"{side / 10:g}" for side in frame)
        said = self.tongue.t("pages.frame", left=left, top=top, right=right, bottom=bottom)
        keys = self.tongue.t("pages.crop.do")
        self.canvas.setAccessibleDescription(self.tongue.joined(said, keys))

    def _framed(self, frame: tuple[int, int, int, int]) -> None:
        self.told.show_text("")
        self.framed.emit(frame)

    def _clicked(self, name: str, _on: bool = False) -> None:  # noqa: FBT001, FBT002  (a Qt slot)
        self._use(name)

    def _use(self, name: str) -> None:
        if not self.tools[name].isEnabled():
            return
        if name == "fit":
            self._fitted = not self._fitted
            self.canvas.fit(fitted=self._fitted)
            self.tools["fit"].set_icon("zoom-out" if not self._fitted else "zoom-in")
            return
        self.told.show_text("")
        self.tool.emit(name)

    def _shortcut(self, key: str, call: Callable[[], None]) -> None:
        made = QShortcut(QKeySequence(key), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(call)

    def _say(self) -> None:
        words = self.tongue.t("pages.of", name=self._material) if self._material else ""
        self.list_title.setText(words or self.tongue.t("pages.list"))
        if self._facts is not None:
            self._say_page()

    def _say_page(self) -> None:
        facts = self._facts
        if facts is None:
            return
        t = self.tongue.t
        self.caption.setText(t("pages.place", place=facts.place, count=facts.count))
        kilobytes = max(1, round(facts.row.size / 1000))
        self.facts.setText(
            t("pages.facts", width=facts.width, height=facts.height, kilobytes=kilobytes)
        )
        said = self.tongue.joined(*self._edits(facts.edit))
        said = t(facts.fixed) if facts.fixed else said
        original = facts.row.original or facts.row.sha256
        self.done.show_text(self.tongue.joined(said, t("pages.original", hash=original[:12])))
        for name in _OF_A_PICTURE:
            self.tools[name].set_blocked(t(facts.fixed) if facts.fixed else "")

    def _edits(self, edit: PageEdit) -> tuple[str, ...]:
        t = self.tongue.t
        said = []
        if edit.turn:
            said.append(t("pages.said.turned", degrees=edit.turn * 90))
        if edit.tilt:
            said.append(t("pages.said.tilted", degrees=f"{edit.tilt / 10:+.1f}"))
        if edit.crop != (0, 0, 1000, 1000):
            said.append(t("pages.said.cropped"))
        return tuple(said) or (t("pages.said.nothing"),)
