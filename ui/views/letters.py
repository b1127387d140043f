"""Letters of applicants in the message centre: each with its term and a place for the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.buttons import ActButton
from ui.widgets.fields import TextField
from ui.widgets.layout import Face, column, row, take_out
from ui.widgets.lights import LightMark
from ui.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.app.rows.letters import LetterRow
    from ui.i18n import Tongue

ANSWER_MOST = 2000
"""Characters of an answer: what the centre keeps of one."""


class _Letter(Face):
    """One letter, told anew as it stands; what is typed beneath it is never touched."""

    typed = Signal(str)
    answered = Signal(str)

    def __init__(self, tongue: Tongue, typed: str) -> None:
        super().__init__("surface")
        self._tongue = tongue
        box = column(self, gap=4)
        box.setContentsMargins(16, 12, 12, 12)
        self._light = LightMark()
        self._term = Text()
        self._made = Text("small muted")
        top = row(gap=10)
        top.addWidget(self._light)
        top.addWidget(self._term)
        top.addStretch(1)
        top.addWidget(self._made)
        box.addLayout(top)
        self._words = Text("body", wrap=True, select=True)
        self._under = Text("small muted", wrap=True, select=True)
        box.addWidget(self._words)
        box.addWidget(self._under)
        self.field = TextField(3)
        self.field.show_text(typed)
        self.field.textChanged.connect(self._typed)
        box.addWidget(self.field)
        self._send = ActButton("primary")
        self._send.clicked.connect(self.send)
        acts = row(gap=8)
        acts.addWidget(self._send)
        acts.addStretch(1)
        box.addLayout(acts)

    def show_line(self, line: LetterRow, place: int) -> None:
        """Tell the letter in the language in force; it is the so-manieth of the list."""
        tongue = self._tongue
        t = tongue.t
        self._light.set_light("red" if line.late else "yellow", t(f"letter.kind.{line.kind}"))
        self._term.set_role("tag-red" if line.late else "tag-warn")
        self._term.setObjectName(f"letters.term.{place}")
        self._term.setText(t("message.state.late" if line.late else "message.state.owed"))
        self._made.setText(tongue.moment(line.made))
        self._words.setText(line.text)
        under = [line.number, line.department or t("letter.to_hall")]
        if line.case:
            under.append(line.case)
        by = t("message.reply_by", when=tongue.moment_full(line.due))
        self._under.setText(tongue.joined(*under, by))
        self.field.setObjectName(f"letters.text.{place}")
        self.field.setAccessibleName(t("letter.answer", number=line.number))
        self.field.setPlaceholderText(t("letter.answer.hint"))
        self._send.setObjectName(f"letters.answer.{place}")
        self._send.setText(t("act.letter_answer"))
        self._block()

    def send(self) -> None:
        """Send what is typed, unless it is nothing or too much."""
        text = self.field.text()
        if 0 < len(text.strip()) <= ANSWER_MOST:
            self.answered.emit(text)

    def _typed(self) -> None:
        self._block()
        self.typed.emit(self.field.text())

    def _block(self) -> None:
        said = len(self.field.text().strip())
        reason = "" if said else self._tongue.t("letter.empty")
        if said > ANSWER_MOST:
            reason = self._tongue.t("letter.too_long", most=ANSWER_MOST)
        self._send.set_blocked(reason)


class LetterList(QWidget):
    """Emits what was typed; a letter's field is never made anew while it is there."""

    answered = Signal(str, str)  # number, text
    typed = Signal(str, str)
    remade = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.tongue = tongue
        self._rows: tuple[LetterRow, ...] = ()
        self._letters: dict[str, _Letter] = {}
        self._list = column(self, gap=8)
        self._list.setContentsMargins(0, 0, 0, 8)
        tongue.changed.connect(self._say)

    @property
    def shown(self) -> bool:
        """Say whether a letter is there."""
        return bool(self._rows)

    def show_letters(self, rows: tuple[LetterRow, ...], typed: Mapping[str, str]) -> None:
        """Show letters; those that were there keep their fields, cursor and input method too.

        Args:
            rows: the letters, in their order.
            typed: what is kept of answers, for letters that were not there.
        """
        if rows == self._rows:
            return
        before, self._rows = [line.number for line in self._rows], rows
        for place, line in enumerate(rows):
            if line.number not in self._letters:
                self._letters[line.number] = self._make(line.number, typed.get(line.number, ""))
            letter = self._letters[line.number]
            stands = self._list.indexOf(letter)
            if stands != place:
                if stands >= 0:
                    take_out(self._list, stands)
                self._list.insertWidget(place, letter)
        self._say()
        here = {line.number for line in rows}
        for place, number in enumerate(before):
            if number not in here:
                self._drop(number, place)
        self.remade.emit()

    def press(self) -> bool:
        """Send the answer in which the keyboard is; say whether there was one."""
        letter = next((each for each in self._letters.values() if each.field.hasFocus()), None)
        if letter is not None:
            letter.send()
        return letter is not None

    def _say(self) -> None:
        for place, line in enumerate(self._rows, start=1):
            self._letters[line.number].show_line(line, place)

    def _make(self, number: str, typed: str) -> _Letter:
        letter = _Letter(self.tongue, typed)
        letter.typed.connect(lambda text: self.typed.emit(number, text))
        letter.answered.connect(lambda text: self.answered.emit(number, text))
        return letter

    def _drop(self, number: str, place: int) -> None:
        """Take a letter away; the keyboard goes from it to the one that stands in its place."""
        gone = self._letters.pop(number)
        holder: QWidget | None = self.window().focusWidget()
        if holder is not None and gone.isAncestorOf(holder) and self._rows:
            following = self._rows[min(place, len(self._rows) - 1)]
            self._letters[following.number].field.setFocus()
        take_out(self._list, self._list.indexOf(gone))
        gone.hide()
        gone.setParent(None)
        gone.deleteLater()
