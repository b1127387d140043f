"""Editors of the table's pages: each shows an answer as text and gives it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFileDialog, QWidget

from client.app.forms.reading import dues_in
from client.app.forms.table import Ask
from ui.theme import tokens
from ui.views.file_dialog import make_dialog
from ui.views.page_parts import refused
from ui.widgets.buttons import ActButton, IconButton
from ui.widgets.choices import Tiles
from ui.widgets.drop import DropFace
from ui.widgets.fields import Choice, LineField, TextField
from ui.widgets.layout import clear, column, row
from ui.widgets.text import Text
from ui.widgets.ticks import Tick
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.app.forms.table import Choice as Offered
    from client.app.forms.table import Field
    from client.app.rows.ink import Ink
    from client.app.rows.words import PageRow
    from ui.i18n import Tongue
    from ui.values import Problem

_TILES = 3  # so many answers stand side by side, more are a list
_LENGTH = {Ask.DAYS: 4, Ask.DAY: 12, Ask.MOMENT: 20}


class Answer(QWidget):
    """One editor. `value` and `show_value` speak text, as `Filled` keeps it."""

    changed = Signal()

    def __init__(self, tongue: Tongue, field: Field) -> None:
        super().__init__()
        self.tongue = tongue
        self.field = field
        self.box = column(self, gap=6)

    def offer(self, choices: Sequence[Offered]) -> None:
        """Set what there is to choose from."""

    @property
    def idle(self) -> bool:
        """Nothing can be answered here, and nothing need be."""
        return False

    def value(self) -> str:
        """Return the answer."""
        raise NotImplementedError

    def show_value(self, value: str) -> None:
        """Show an answer."""
        raise NotImplementedError

    def say(self) -> None:
        """Say it in the language in force."""

    def hold(self, editor: QWidget) -> None:
        """Give the keyboard to an editor, and its name to readers."""
        self.box.addWidget(editor)
        self.setFocusProxy(editor)


class LineAnswer(Answer):
    """One line: words, a day, a moment, a number."""

    def __init__(self, tongue: Tongue, field: Field) -> None:
        super().__init__(tongue, field)
        self.line = LineField(limit=_LENGTH.get(field.ask, 200))
        if field.ask in _LENGTH:
            self.line.setMaximumWidth(tokens().scaled(220))
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.hold(self.line)

    def value(self) -> str:
        """Return what is typed."""
        return self.line.text()

    def show_value(self, value: str) -> None:
        """Show it."""
        if value != self.line.text():
            self.line.setText(value)


class TextAnswer(Answer):
    """Several lines."""

    def __init__(self, tongue: Tongue, field: Field) -> None:
        super().__init__(tongue, field)
        self.text = TextField(4)
        self.text.textChanged.connect(self.changed)
        self.hold(self.text)

    def value(self) -> str:
        """Return what is typed."""
        return self.text.text()

    def show_value(self, value: str) -> None:
        """Show it."""
        self.text.show_text(value)


class TilesAnswer(Answer):
    """Two or three codes side by side."""

    def __init__(self, tongue: Tongue, field: Field) -> None:
        super().__init__(tongue, field)
        self.tiles = Tiles(list(field.codes))
        self.tiles.picked.connect(lambda _name: self.changed.emit())
        self.hold(self.tiles)
        self.say()

    def value(self) -> str:
        """Return the chosen code."""
        return self.tiles.current()

    def show_value(self, value: str) -> None:
        """Choose it."""
        self.tiles.choose(value)

    def say(self) -> None:
        """Name the codes."""
        for code, tile in self.tiles.tiles.items():
            tile.set_words(self.tongue.coded(self.field.words, code), "")


class ListAnswer(Answer):
    """One of a list: the field's own codes, or what the case offers."""

    def __init__(self, tongue: Tongue, field: Field) -> None:
        super().__init__(tongue, field)
        self.list = Choice()
        self._offered: tuple[Offered, ...] = ()
        self.list.picked.connect(lambda _code: self.changed.emit())
        self.hold(self.list)
        self.say()

    def offer(self, choices: Sequence[Offered]) -> None:
        """Set what there is to choose from."""
        self._offered = tuple(choices)
        self.say()

    @property
    def idle(self) -> bool:
        """A list of nothing that may stay unanswered asks nothing."""
        return not (self.field.need or self.field.codes or self._offered)

    def value(self) -> str:
        """Return the chosen code."""
        return self.list.code()

    def show_value(self, value: str) -> None:
        """Choose it."""
        self.list.choose(value)

    def say(self) -> None:
        """Name the answers."""
        t = self.tongue
        rows = [(code, t.coded(self.field.words, code)) for code in self.field.codes]
        rows += [(each.code, t.joined(each.words, each.under)) for each in self._offered]
        first = t.t("form.choose" if rows else "form.none")
        self.list.offer([("", first), *rows])


class ManyAnswer(Answer):
    """Some of what the case offers, each a tick."""

    reader_role = QAccessible.Role.Grouping

    def __init__(self, tongue: Tongue, field: Field) -> None:
        super().__init__(tongue, field)
        self.ticks: dict[str, Tick] = {}
        self._chosen: tuple[str, ...] = ()

    def offer(self, choices: Sequence[Offered]) -> None:
        """Make a tick for each."""
        clear(self.box)
        self.ticks = {}
        for each in choices:
            tick = Tick()
            tick.setText(self.tongue.joined(each.words, each.under))
            tick.setObjectName(f"{self.objectName()}.{each.code}")
            tick.setChecked(each.code in self._chosen)
            tick.toggled.connect(self._toggled)
            self.box.addWidget(tick)
            self.ticks[each.code] = tick
        for first in list(self.ticks.values())[:1]:
            self.setFocusProxy(first)

    def value(self) -> str:
        """Return the chosen codes."""
        return " ".join(self._chosen)

    def show_value(self, value: str) -> None:
        """Tick them."""
        self._chosen = tuple(value.split())
        for code, tick in self.ticks.items():
            before = tick.blockSignals(True)  # noqa: FBT003  (Qt takes it by place)
            tick.setChecked(code in self._chosen)
            tick.blockSignals(before)

    def _toggled(self, _on: bool) -> None:  # noqa: FBT001  (a Qt slot)
        self._chosen = tuple(code for code, tick in self.ticks.items() if tick.isChecked())
        self.changed.emit()


class TickAnswer(Answer):
    """Said or not."""

    def __init__(self, tongue: Tongue, field: Field, label: str) -> None:
        super().__init__(tongue, field)
        self.tick = Tick()
        tongue.bind(self.tick, "setText", label)
        self.tick.toggled.connect(lambda _on: self.changed.emit())
        self.hold(self.tick)

    def value(self) -> str:
        """Return "yes" or nothing."""
        return "yes" if self.tick.isChecked() else ""

    def show_value(self, value: str) -> None:
        """Show it."""
        before = self.tick.blockSignals(True)  # noqa: FBT003  (Qt takes it by place)
        self.tick.setChecked(value == "yes")
        self.tick.blockSignals(before)


class DuesAnswer(Answer):
    """A day for each material that may follow; an empty day means that it is not owed."""

    reader_role = QAccessible.Role.Grouping

    def __init__(self, tongue: Tongue, field: Field) -> None:
        super().__init__(tongue, field)
        self.lines: dict[str, LineField] = {}
        self._days: dict[str, str] = {}

    def offer(self, choices: Sequence[Offered]) -> None:
        """Make a line for each."""
        clear(self.box)
        self.lines = {}
        for each in choices:
            holder = QWidget()
            line_row = row(holder, gap=12)
            line = LineField(limit=12)
            line.setObjectName(f"{self.objectName()}.{each.code}")
            line.setAccessibleName(each.words)
            line.setMaximumWidth(tokens().scaled(160))
            line.setText(self._days.get(each.code, ""))
            line.textEdited.connect(lambda text, code=each.code: self._typed(code, text))
            line_row.addWidget(Text("body", each.words), 1)
            line_row.addWidget(Text("small muted", self.tongue.t("form.by_last", day=each.under)))
            line_row.addWidget(line)
            self.box.addWidget(holder)
            self.lines[each.code] = line
        for first in list(self.lines.values())[:1]:
            self.setFocusProxy(first)

    def value(self) -> str:
        """Return the days by code."""
        return " ".join(f"{code}={day}" for code, day in self._days.items() if day)

    def show_value(self, value: str) -> None:
        """Show the days."""
        self._days = dues_in(value)
        for code, line in self.lines.items():
            if line.text() != self._days.get(code, ""):
                line.setText(self._days.get(code, ""))

    def _typed(self, code: str, text: str) -> None:
        self._days[code] = "".join(text.split())
        self.changed.emit()


class ScanAnswer(Answer):
    """One file: dropped, or chosen by the system's dialog."""

    reader_role = QAccessible.Role.Grouping

    files = Signal(list)  # of pathlib.Path
    removed = Signal(str)  # sha256
    hand_asked = Signal()
    hand_dropped = Signal()

    folder = ""  # where files were found last: a scanner puts them all into one

    def __init__(self, tongue: Tongue, field: Field) -> None:
        super().__init__(tongue, field)
        face = DropFace("surface")
        inside = column(face, gap=4, margin=8)
        self._rows = column(gap=4)
        inside.addLayout(self._rows)
        self.add = ActButton("quiet", "paperclip")
        self.add.clicked.connect(self._ask)
        inside.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.wrong = Text("small error", wrap=True)
        self.wrong.hide()
        inside.addWidget(self.wrong)
        self._pages: tuple[PageRow, ...] = ()
        self._ink: Ink | None = None
        self._refused: tuple[str, Problem] | None = None
        self.sign = ActButton("plain", "signature", "Alt+S")
        self.sign.clicked.connect(self.hand_asked)
        inside.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignLeft)
        if not field.hand:
            self.sign.hide()
        face.dropped.connect(self.files)
        self.box.addWidget(face)
        self.setFocusProxy(self.add)
        self.say()

    def value(self) -> str:
        """Files are kept by the presenter."""
        return ""

    def show_value(self, value: str) -> None:
        """Files are shown by `show_pages`."""

    def show_pages(self, pages: tuple[PageRow, ...]) -> None:
        """Show which files are here."""
        self._pages = pages
        self.say()

    def show_ink(self, ink: Ink | None) -> None:
        """Show whether it was signed on the screen."""
        self._ink = ink
        self.say()

    def show_taking(self, left: int) -> None:
        """Show that files are being taken in."""
        self.add.setText(self.tongue.t("receive.taking", count=left) if left else "")
        if left:
            self.wrong.hide()
        else:
            self.say()

    def show_refused(self, name: str, problem: Problem) -> None:
        """Show why a file was not taken."""
        self._refused = (name, problem)
        self.wrong.show_text(refused(name, problem, self.tongue))

    def say(self) -> None:
        """Name the files."""
        t = self.tongue.t
        if self._refused is not None and not self.wrong.isHidden():
            self.wrong.setText(refused(*self._refused, self.tongue))
        self.add.setText(t("form.attach"))
        clear(self._rows)
        for page in self._pages:
            holder = QWidget()
            line = row(holder, gap=8)
            line.addWidget(Text("body", t("form.attached", name=page.name, pages=page.pages)), 1)
            remove = IconButton("x")
            remove.setText(t("form.remove", name=page.name))
            beside(remove)
            remove.clicked.connect(lambda _=False, sha=page.sha256: self.removed.emit(sha))
            line.addWidget(remove)
            self._rows.addWidget(holder)
        self.sign.setText(t("ink.sign" if self._ink is None else "ink.again"))
        if self._ink is not None:
            self._rows.addWidget(self._signed(self._ink))

    def _signed(self, ink: Ink) -> QWidget:
        t, holder = self.tongue.t, QWidget()
        line = row(holder, gap=8)
        points = sum(map(len, ink.strokes))
        words = t("ink.on_screen", strokes=len(ink.strokes), points=points)
        line.addWidget(Text("body ok", words), 1)
        drop = IconButton("x")
        drop.setText(t("ink.drop"))
        beside(drop)
        drop.clicked.connect(self.hand_dropped)
        line.addWidget(drop)
        return holder

    def _ask(self) -> None:
        """Ask for a file by the system's dialog, opened and never executed."""
        dialog = make_dialog(self, self.tongue, "receive.choose", ScanAnswer.folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tongue.t("receive.filter"))
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, names: list[str]) -> None:
        ScanAnswer.folder = str(Path(names[0]).parent) if names else ScanAnswer.folder
        self.files.emit([Path(name) for name in names])


def answer_for(tongue: Tongue, field: Field, label: str) -> Answer:
    """Make the editor of a field.

    Args:
        tongue: the language.
        field: the question.
        label: key of its words; a tick says them itself.
    """
    if field.ask is Ask.TICK:
        return TickAnswer(tongue, field, label)
    if field.ask is Ask.CODE and len(field.codes) <= _TILES:
        return TilesAnswer(tongue, field)
    made: dict[Ask, Any] = {
        Ask.TEXT: TextAnswer,
        Ask.CODE: ListAnswer,
        Ask.PICK: ListAnswer,
        Ask.MANY: ManyAnswer,
        Ask.DUES: DuesAnswer,
        Ask.SCAN: ScanAnswer,
    }
    answer: Answer = made.get(field.ask, LineAnswer)(tongue, field)
    return answer
