"""Letters of applicants in the message centre: each with its term and a place for the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.buttons import ActButton
from ui.widgets.fields import TextField
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.lights import LightMark
from ui.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.app.rows.letters import LetterRow
    from ui.i18n import Tongue

ANSWER_MOST = 2000
"""Characters of an answer: what the centre keeps of one."""


class LetterList(QWidget):
    """Emits what was typed; a letter's field is never made anew while it is there."""

    answered = Signal(str, str)  # number, text
    typed = Signal(str, str)
    remade = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.tongue = tongue
        self._rows: tuple[LetterRow, ...] = ()
        self._fields: dict[str, TextField] = {}
        self._list = column(self, gap=8)
        self._list.setContentsMargins(0, 0, 0, 8)
        tongue.changed.connect(self._say)

    @property
    def shown(self) -> bool:
        """Say whether a letter is there."""
        return bool(self._rows)

    def show_letters(self, rows: tuple[LetterRow, ...], typed: Mapping[str, str]) -> None:
        """Show letters; the same ones again leave fields, cursor and input method alone."""
        if rows != self._rows:
            self._rows = rows
            self._fill({**typed, **self._texts()})

    def press(self) -> bool:
        """Send the answer in which the keyboard is; say whether there was one."""
        for number, field in self._fields.items():
            if field.hasFocus():
                self._send(number)
                return True
        return False

    def _say(self) -> None:
        self._fill(self._texts())

    def _texts(self) -> dict[str, str]:
        return {number: field.text() for number, field in self._fields.items()}

    def _fill(self, typed: Mapping[str, str]) -> None:
        held = next((n for n, field in self._fields.items() if field.hasFocus()), "")
        clear(self._list)
        self._fields = {}
        for place, line in enumerate(self._rows, start=1):
            self._list.addWidget(self._face(place, line, typed.get(line.number, "")))
        if held in self._fields:
            self._fields[held].setFocus()
        self.remade.emit()

    def _face(self, place: int, line: LetterRow, typed: str) -> Face:
        tongue = self.tongue
        face = Face("surface")
        words = column(face, gap=4)
        words.setContentsMargins(16, 12, 12, 12)
        kind = tongue.t(f"letter.kind.{line.kind}")
        light = LightMark()
        light.set_light("red" if line.late else "yellow", kind)
        top = row(gap=10)
        top.addWidget(light)
        top.addWidget(Text("tag-red" if line.late else "tag-warn", self._term(line)))
        top.addStretch(1)
        top.addWidget(Text("small muted", tongue.moment(line.made)))
        words.addLayout(top)
        words.addWidget(Text("body", line.text, wrap=True, select=True))
        under = [line.number, line.department or tongue.t("letter.to_hall")]
        if line.case:
            under.append(line.case)
        by = tongue.t("message.reply_by", when=tongue.moment_full(line.due))
        words.addWidget(Text("small muted", tongue.joined(*under, by), wrap=True, select=True))
        field = TextField(3)
        field.setObjectName(f"letters.text.{place}")
        field.setAccessibleName(tongue.t("letter.answer", number=line.number))
        field.setPlaceholderText(tongue.t("letter.answer.hint"))
        field.show_text(typed)
        words.addWidget(field)
        send = ActButton("primary")
        send.setText(tongue.t("act.letter_answer"))
        send.setObjectName(f"letters.answer.{place}")
        send.clicked.connect(lambda: self._send(line.number))
        acts = row(gap=8)
        acts.addWidget(send)
        acts.addStretch(1)
        words.addLayout(acts)
        field.textChanged.connect(lambda: self._typed(line.number, send))
        self._fields[line.number] = field
        self._block(field, send)
        return face

    def _term(self, line: LetterRow) -> str:
        return self.tongue.t("message.state.late" if line.late else "message.state.owed")

    def _typed(self, number: str, send: ActButton) -> None:
        field = self._fields[number]
        self._block(field, send)
        self.typed.emit(number, field.text())

    def _block(self, field: TextField, send: ActButton) -> None:
        said = len(field.text().strip())
        reason = "" if said else self.tongue.t("letter.empty")
        if said > ANSWER_MOST:
            reason = self.tongue.t("letter.too_long", most=ANSWER_MOST)
        send.set_blocked(reason)

    def _send(self, number: str) -> None:
        text = self._fields[number].text()
        if 0 < len(text.strip()) <= ANSWER_MOST:
            self.answered.emit(number, text)
