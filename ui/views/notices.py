"""The pages of messages (催办、督办) and of exceptions (需处理)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.error_text import code_text
from ui.views.letters import LetterList
from ui.views.page_parts import show_problem
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Centred, Face, Scroll, clear, column, row
from ui.widgets.lights import LightMark
from ui.widgets.summary import Empty, FailureNote
from ui.widgets.text import Icon, Tagged, Text
from ui.widgets.ticks import Tick
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from client.app.rows.letters import LetterRow
    from client.app.rows.messages import ExceptionRow, MessageRow
    from client.app.rows.words import Words
    from ui.i18n import Tongue
    from ui.values import Problem

_ACT_OF = "act_of"  # property of an act: what it does, and the event of its line


class _NoticePage(QWidget):
    """A title, an explanation, a list, and what stands there when it is empty."""

    left = Signal()

    def __init__(self, tongue: Tongue, name: str, icon: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.tongue = tongue
        self.name = name
        outer = column(self, gap=0)
        holder = Centred(1040)
        head = column(gap=2)
        head.setContentsMargins(0, 18, 0, 12)
        title = Text("page")
        tongue.bind(title, "setText", f"page.{name}")
        under = Text("muted", wrap=True)
        tongue.bind(under, "setText", f"page.{name}.do")
        head.addWidget(title)
        head.addWidget(under)
        holder.body.addLayout(head)
        outer.addWidget(holder)
        self.failure = FailureNote()
        tongue.bind(self.failure.copy, "setText", "act.copy_code")
        outer.addWidget(self.failure)
        inside = Centred(1040, scrolled=True)
        self.list = column(gap=8)
        above = self.above()
        if above is not None:
            inside.body.addWidget(above)
        inside.body.addLayout(self.list)
        inside.body.addSpacing(16)
        inside.body.addStretch(1)
        self.scroller = Scroll(inside)
        self.empty = Empty(icon)
        outer.addWidget(self.scroller, 1)
        outer.addWidget(self.empty, 1)
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        tongue.changed.connect(self.say)

    def above(self) -> QWidget | None:
        """Return what stands above the list on this page, None for nothing."""
        return None

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        show_problem(self.failure, problem, self.tongue)

    def focus_first(self) -> None:
        """The first act of the list."""
        for button in self.scroller.findChildren(ActButton):
            if button.isEnabled():
                button.setFocus()
                return
        self.setFocus()

    def fill(self, faces: Sequence[QWidget]) -> None:
        """Show these lines; the keyboard stays on the act of the line that it was on.

        By what the line is about, not by its place: a newer one above moves all of them down.
        """
        holder: QWidget | None = self.window().focusWidget()
        inside = holder is not None and self.scroller.isAncestorOf(holder)
        held = holder.property(_ACT_OF) if holder is not None and inside else None
        if held:
            self.setFocus()
        clear(self.list)
        for face in faces:
            self.list.addWidget(face)
        self.show_whether(anything=bool(faces))
        self.empty.teach(
            self.tongue.t(f"empty.{self.name}"), self.tongue.t(f"empty.{self.name}.do")
        )
        self.walk.learn(self)
        if held:
            acts = self.scroller.findChildren(ActButton)
            same = next((act for act in acts if act.property(_ACT_OF) == held), None)
            if same is None:
                self.focus_first()
            else:
                same.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_whether(self, *, anything: bool) -> None:
        """Show the list, or what stands there when it is empty."""
        self.scroller.setVisible(anything)
        self.empty.setVisible(not anything)

    def say(self) -> None:
        """Say it in the language in force."""

    def button(self, kind: str, key: str, name: str, event: str, call: object) -> ActButton:
        """Make one act of the line about an event; `name` ends with the line's place."""
        made = ActButton(kind)
        made.setText(self.tongue.t(key))
        made.setObjectName(name)
        made.setProperty(_ACT_OF, f"{name.rpartition('.')[0]} {event}")
        made.clicked.connect(call)
        return made


class MessagesPage(_NoticePage):
    """Applicants' letters, urges and orders; reading one of these takes it off the count."""

    opened = Signal(str, str)  # event, way
    read = Signal(str)
    sound_wanted = Signal(bool)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "messages", "bell")
        self._rows: tuple[MessageRow, ...] = ()
        self.sound = Tick()
        self.sound.setObjectName("messages.sound")
        tongue.bind(self.sound, "setText", "messages.sound")
        self.sound.clicked.connect(self.sound_wanted)
        self.letters.remade.connect(self._refit)
        self.walk.primary.connect(self.letters.press)
        self.told = Tagged("circle-check", wrap=True)
        self.told.setObjectName("letters.told")
        self.away = Text("small muted", wrap=True)
        self.away.setObjectName("letters.away")
        tongue.bind(self.away, "setText", "letter.away")
        foot = Centred(1040)
        for each in (self.told, self.away):
            each.hide()
            foot.body.addWidget(each)
        foot.body.addWidget(self.sound)
        foot.body.addSpacing(10)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(foot)

    def above(self) -> QWidget:
        """Return the letters."""
        self.letters = LetterList(self.tongue)
        return self.letters

    def show_letters(self, rows: tuple[LetterRow, ...], typed: Mapping[str, str]) -> None:
        """Show the letters, with what was typed as answers."""
        self.letters.show_letters(rows, typed)

    def show_away(self, *, away: bool) -> None:
        """Say that letters cannot be seen now."""
        self.away.setVisible(away)

    def show_told(self, words: Words) -> None:
        """Say what was done."""
        self.tongue.bind_words(self.told, "setText", words)
        self.told.show()

    def show_sound(self, *, on: bool) -> None:
        """Show whether a sound comes with an urge."""
        self.sound.setChecked(on)

    def show_whether(self, *, anything: bool) -> None:
        """Show the list where there is a message or a letter."""
        super().show_whether(anything=anything or self.letters.shown)

    def _refit(self) -> None:
        self.show_whether(anything=bool(self._rows))
        self.walk.learn(self)

    def show_messages(self, rows: tuple[MessageRow, ...]) -> None:
        """Show the messages."""
        self._rows = rows
        self.say()

    def say(self) -> None:
        """Say it in the language in force."""
        self.fill([self._face(place, line) for place, line in enumerate(self._rows, start=1)])

    def _face(self, place: int, line: MessageRow) -> Face:
        tongue = self.tongue
        face = Face("surface" if not line.read else "ground")
        box = row(face, gap=14)
        box.setContentsMargins(16, 12, 12, 12)
        light = LightMark()
        light.set_light(line.level, tongue.coded("message", line.kind))
        words = column(gap=2)
        top = row(gap=10)
        top.addWidget(light)
        if not line.read:
            top.addWidget(Text("tag", tongue.t("message.new")))
        if line.state != "told":
            state = tongue.coded("message.state", line.state)
            top.addWidget(Text(_STATES[line.state], state))
        top.addStretch(1)
        top.addWidget(Text("small muted", tongue.moment(line.at)))
        words.addLayout(top)
        words.addWidget(Text("body", tongue.say(line.text), wrap=True))
        if line.note:
            words.addWidget(Text("body", line.note, wrap=True, select=True))
        under = line.case
        if line.reply_by is not None:
            reply = tongue.t("message.reply_by", when=tongue.moment_full(line.reply_by))
            under = tongue.joined(under, reply)
        words.addWidget(Text("small muted", under, wrap=True, select=True))
        box.addLayout(words, 1)
        acts = row(gap=8)
        event = line.event
        for way in line.ways:
            acts.addWidget(
                self.button(
                    "plain" if way == "case" else "primary",
                    _ANSWERS[way],
                    f"messages.{_NAMES.get(way, way)}.{place}",
                    event,
                    self._going(event, way),
                )
            )
        if not line.read:
            acts.addWidget(
                self.button(
                    "link",
                    "act.mark_read",
                    f"messages.read.{place}",
                    event,
                    lambda: self.read.emit(event),
                )
            )
        acts.addStretch(1)
        words.addSpacing(6)
        words.addLayout(acts)
        return face

    def _going(self, event: str, way: str) -> Callable[[], None]:
        return lambda: self.opened.emit(event, way)


_ANSWERS = {
    "explain": "act.explain_now",
    "reply_order": "act.reply_order",
    "cure": "act.go.cure",
    "case": "act.open_case",
}
_NAMES = {"case": "open"}
_STATES = {"owed": "tag-warn", "late": "tag-red", "answered": "tag-quiet"}
_WAYS = {"case": "act.open_case", "cure": "act.go.cure", "again": "act.again"}


class ExceptionsPage(_NoticePage):
    """Refused steps; each with what happened, what to do, and its code."""

    opened = Signal(str, str)  # event, way
    dismissed = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "exceptions", "circle-check")
        self._rows: tuple[ExceptionRow, ...] = ()

    def show_exceptions(self, rows: tuple[ExceptionRow, ...]) -> None:
        """Show the refused steps."""
        self._rows = rows
        self.say()

    def say(self) -> None:
        """Say it in the language in force."""
        self.fill([self._face(place, line) for place, line in enumerate(self._rows, start=1)])

    def _face(self, place: int, line: ExceptionRow) -> Face:
        tongue = self.tongue
        face = Face("surface")
        box = row(face, gap=14)
        box.setContentsMargins(16, 12, 12, 12)
        box.addWidget(Icon("alert-triangle", "red", 20), 0, Qt.AlignmentFlag.AlignTop)
        told = code_text(line.code, {}, tongue.words)
        words = column(gap=2)
        top = row(gap=10)
        top.addWidget(Text("body", tongue.coded("step", line.kind)))
        top.addWidget(Text("tag-red", tongue.coded("exception", line.verdict)))
        top.addStretch(1)
        top.addWidget(Text("small muted", tongue.moment(line.at)))
        words.addLayout(top)
        what = tongue.say(line.what) or told.what
        words.addWidget(Text("body", what, wrap=True, select=True))
        remedy = tongue.say(line.remedy) or told.remedy
        words.addWidget(Text("small", remedy, wrap=True, select=True))
        under = tongue.joined(line.case or "", line.code)
        words.addWidget(Text("small faint", under, select=True))
        box.addLayout(words, 1)
        acts = row(gap=8)
        event = line.event
        for way in line.ways:
            acts.addWidget(
                self.button(
                    "primary" if way == line.ways[0] else "plain",
                    _WAYS[way],
                    f"exceptions.{way}.{place}",
                    event,
                    self._going(event, way),
                )
            )
        acts.addWidget(
            self.button(
                "plain",
                "act.dealt_with",
                f"exceptions.dismiss.{place}",
                event,
                lambda: self.dismissed.emit(event),
            )
        )
        acts.addStretch(1)
        words.addSpacing(6)
        words.addLayout(acts)
        return face

    def _going(self, event: str, way: str) -> Callable[[], None]:
        return lambda: self.opened.emit(event, way)
