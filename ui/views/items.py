"""The catalogue of items: departments, items as one types, and the chosen one told whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ui.theme import tokens
from ui.views.item_guide import GuidePane
from ui.views.page_parts import leave_button
from ui.views.pane_list import PaneList
from ui.views.search_line import SearchLine
from ui.widgets.buttons import ActButton
from ui.widgets.fold import FootBar, fold_beside
from ui.widgets.layout import Face, Scroll, column, hairline, row
from ui.widgets.picker import Option
from ui.widgets.stage import Bed
from ui.widgets.summary import Empty
from ui.widgets.text import Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from client.app.rows.guide import ItemGuide, Shelf
    from client.app.rows.items import ItemRow
    from ui.i18n import Tongue

_ALL = "*"  # the key of all departments: an empty one is none
_ACTS = (
    ("sample_form", "file-text", ""),
    ("blank_form", "file", ""),
    ("notification", "printer", "Ctrl+P"),
)

_FOLDED = 220  # px of each part at the least, one below the other
_BESIDE = 640  # px that list and pane need side by side
_ROOMY = 1000  # px from which an item has room for its limit beside its name


class ItemsPage(QWidget):
    """Emits what was typed and chosen; decides nothing."""

    left = Signal()
    searched = Signal(str)
    department_picked = Signal(str)
    looked_at = Signal(str)
    begun = Signal()
    handed_out = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("items")
        self._tongue = tongue
        self._shelves: tuple[Shelf, ...] = ()
        self._items: tuple[ItemRow, ...] = ()
        self._tight = False
        bed = Bed(self._fold_bed)
        upper = column(bed, gap=0)
        upper.addWidget(self._make_top())
        middle = self._middle = row(gap=0)
        middle.addWidget(self._make_lists(), 9)
        middle.addWidget(hairline(upright=True))
        middle.addWidget(self._make_guide(), 12)
        upper.addLayout(middle, 1)
        outer = column(self, gap=0)
        outer.addWidget(bed.scrolled(), 1)
        outer.addWidget(self._make_foot())
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        self.walk.primary.connect(self._begin)
        self._shortcut("Ctrl+P", self.acts["notification"])
        tongue.changed.connect(self.say)
        self.say()

    # ------------------------------------------------------------ parts

    def _make_top(self) -> QWidget:
        face = Face("top")
        box = self._top = row(face, gap=16)
        box.setContentsMargins(24, 10, 24, 10)
        title = Text("page")
        self._tongue.bind(title, "setText", "page.items")
        self.search = SearchLine()
        self.search.setObjectName("items.search")
        self.search.setMaximumWidth(420)
        self.search.setProperty("enter", "own")
        self.search.installEventFilter(self)
        self._tongue.bind(self.search, "setPlaceholderText", "items.search")
        self._tongue.bind(self.search, "setAccessibleName", "items.search")
        box.addWidget(title)
        box.addStretch(1)
        box.addWidget(self.search, 2)
        self.search.textChanged.connect(self.searched)
        self.search.down.connect(self._to_list)
        return face

    def _make_lists(self) -> QWidget:
        holder = Face("plain")
        box = row(holder, gap=0)
        self.departments = PaneList(tall=False)
        self.departments.setObjectName("items.departments")
        self.departments.setMaximumWidth(230)
        self._tongue.bind(self.departments, "setAccessibleName", "items.departments")
        self.departments.moved.connect(
            lambda key: self.department_picked.emit("" if key == _ALL else key)
        )
        self.items = PaneList(tall=True)
        self.items.setObjectName("items.list")
        self._tongue.bind(self.items, "setAccessibleName", "items.list")
        self.items.moved.connect(self.looked_at)
        self.empty = Empty("search")
        box.addWidget(self.departments, 2)
        box.addWidget(hairline(upright=True))
        box.addWidget(self.items, 3)
        box.addWidget(self.empty, 3)
        return holder

    def _make_guide(self) -> QWidget:
        inside = QWidget()
        box = column(inside, gap=0)
        box.setContentsMargins(20, 16, 20, 16)
        self.guide = GuidePane(self._tongue)
        box.addWidget(self.guide)
        self.scroller = Scroll(inside)
        self.scroller.setObjectName("items.guide")
        self.scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tongue.bind(self.scroller, "setAccessibleName", "items.guide")
        return self.scroller

    def _make_foot(self) -> QWidget:
        face = FootBar()
        back = leave_button(self._tongue, "items.leave", self.left)
        face.add_back(back)
        self.acts: dict[str, ActButton] = {}
        for name, icon, key in _ACTS:
            button = self.acts[name] = ActButton("plain", icon, key)
            button.setObjectName(f"items.{name}")
            self._tongue.bind(button, "setText", f"act.{name}")
            button.clicked.connect(lambda _=False, kind=name: self.handed_out.emit(kind))
            face.add_act(button)
        self.primary = ActButton("primary", "plus", "Ctrl+Enter")
        self.primary.setObjectName("items.new_case")
        self._tongue.bind(self.primary, "setText", "act.new_of_item")
        self.primary.clicked.connect(self._begin)
        face.add_act(self.primary)
        return face

    def _fold_bed(self, width: int) -> None:
        """Put the guide below the lists where it is narrow."""
        fold_beside(self._top, width)
        tight = width < tokens().scaled(_ROOMY)
        if tight is not self._tight:
            self._tight = tight
            self.show_items(self._items)
        narrow = fold_beside(self._middle, width, least=tokens().scaled(_BESIDE))
        for part in (self.departments, self.items, self.scroller):
            part.setMinimumHeight(tokens().scaled(_FOLDED) if narrow else 0)

    # ------------------------------------------------------------ showing

    def show_shelves(self, shelves: tuple[Shelf, ...]) -> None:
        """Show the departments with their counts."""
        self._shelves = shelves
        every = self._tongue.t("items.all")
        self.departments.show_options(
            [Option(s.code or _ALL, s.name or every, tail=str(s.count)) for s in shelves]
        )

    def show_items(self, items: tuple[ItemRow, ...]) -> None:
        """Show the items that fit."""
        self._items = items
        self.items.show_options([self._option(each) for each in items])
        self.items.setVisible(bool(items))
        self.empty.setVisible(not items)

    def _option(self, item: ItemRow) -> Option:
        """Return an item's line; its limit stands below its name where a tail leaves no room."""
        limit = self._tongue.say(item.promised)
        if self._tight:
            under = self._tongue.joined(limit, item.department)
            return Option(item.code, item.name, under)
        return Option(item.code, item.name, item.department, limit)

    def show_guide(self, guide: ItemGuide | None) -> None:
        """Show one item whole."""
        other = self.guide.guide is None or guide is None or guide != self.guide.guide
        if other:
            self.guide.show_guide(guide)
            self.scroller.verticalScrollBar().setValue(0)
        none = self._tongue.t("items.none") if guide is None else ""
        has_form = guide is not None and any(note.form for note in guide.notes)
        form = none or ("" if has_form else self._tongue.t("error.app.no_form"))
        self.primary.set_blocked(none)
        self.acts["notification"].set_blocked(none)
        for name in ("blank_form", "sample_form"):
            self.acts[name].set_blocked(form)
        if guide is not None:
            self.items.choose(guide.detail.row.code)

    def focus_first(self) -> None:
        """The search."""
        self.search.setFocus()

    def say(self) -> None:
        """Say it in the language in force."""
        self.empty.teach(self._tongue.t("items.none"), self._tongue.t("items.none.do"))
        if self._shelves:
            self.show_shelves(self._shelves)
            self.show_items(self._items)
            self.guide.say()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows of the search move in the items, and Page Up and Down scroll the text."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress:
            if not isinstance(event, QKeyEvent):
                return False
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            turns = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
            key = Qt.Key(event.key())
            if key in steps:
                self.items.move_by(steps[key])
                return True
            if key in turns:
                bar = self.scroller.verticalScrollBar()
                bar.setValue(bar.value() + turns[key] * bar.pageStep())
                return True
        return False

    def _shortcut(self, keys: str, button: ActButton) -> None:
        """Press a button by its key; not by its own shortcut, which goes with each new text."""
        made = QShortcut(QKeySequence(keys), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(button.click)

    def _to_list(self) -> None:
        self.items.setFocus()

    def _begin(self) -> None:
        if self.primary.isEnabled():
            self.begun.emit()
