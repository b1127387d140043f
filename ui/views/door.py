"""The door: card, name, PIN. The same page is the lock, with why and what waits above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from sync.domain.secret import Secret
from ui.error_text import code_text
from ui.theme import tokens
from ui.views.looks import Looks
from ui.widgets.boxes import BAR
from ui.widgets.buttons import ActButton
from ui.widgets.fields import Field, PinField
from ui.widgets.layout import Face, Scroll, column, hairline, row
from ui.widgets.summary import FailureNote
from ui.widgets.text import Icon, Tagged, Text

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent, QShowEvent
    from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

    from ui.door_face import DoorFace
    from ui.i18n import Tongue

_MIN_PIN = 6
_FEW = 3
_LOW, _TINY = 560, 420  # px of height below which the card says less, that all of it is in sight
_MOODS = {
    "calm": ("id", "muted"),
    "reading": ("hourglass", "muted"),
    "ready": ("user-check", "accent"),
    "refused": ("shield-x", "red"),
}


class DoorPage(QWidget):
    """Shows one face of the door and emits the PIN, once, wrapped."""

    entered = Signal(object)  # Secret[str]
    colleague_asked = Signal()
    recovery_asked = Signal()
    settings_asked = Signal()
    help_asked = Signal()
    pin_asked = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("door")
        self._tongue = tongue
        self._face: DoorFace | None = None
        self._recoverable = True
        outer = column(self, gap=0)
        inside = QWidget()
        body = self._body = column(inside, gap=0)
        body.addStretch(2)
        self._card = Face("raised")
        self._card.setObjectName("door.card")
        box = self._box = column(self._card, gap=14, margin=32)
        self._make_title(box)
        self._make_lock(box)
        self._make_state(box)
        self._make_colleague(box)
        self._make_locked(box)
        self._make_pin(box)
        middle = row(gap=0)
        middle.addStretch(1)
        middle.addWidget(self._card)
        middle.addStretch(1)
        body.addLayout(middle)
        body.addStretch(3)
        outer.addWidget(inside, 1)
        outer.addLayout(self._make_foot())
        inside.setMinimumSize(1, 1)  # it widens no window
        inside.setContentsMargins(0, 0, BAR, 0)  # the bar's place
        self._outer, self._inside, self._scrolls = outer, inside, False
        self._size()
        tongue.changed.connect(self._say)

    def _make_foot(self) -> QHBoxLayout:
        self.looks = Looks(self._tongue)
        foot = row(gap=0)
        foot.setContentsMargins(24, 0, 24, 16)
        foot.addStretch(1)
        foot.addWidget(self.looks)
        self.recover = ActButton("quiet", "lock-open")
        self.recover.setObjectName("login.recover")
        self._tongue.bind(self.recover, "setText", "door.recover")
        self.recover.clicked.connect(self.recovery_asked)
        self.recover.hide()
        foot.addWidget(self.recover)
        self.settings = ActButton("quiet", "settings", "Ctrl+,")
        self.settings.setObjectName("login.settings")
        self._tongue.bind(self.settings, "setText", "door.settings")
        self.settings.clicked.connect(self.settings_asked)
        self.settings.hide()
        foot.addWidget(self.settings)
        self.help = ActButton("quiet", "help-circle", "F1")
        self.help.setObjectName("login.help")
        self._tongue.bind(self.help, "setText", "command.help")
        self.help.clicked.connect(self.help_asked)
        self.help.hide()
        foot.addWidget(self.help)
        self.practice = ActButton("quiet", "edit")
        self.practice.setObjectName("login.practice")
        self._tongue.bind(self.practice, "setText", "door.practice")
        self.practice.hide()
        foot.addWidget(self.practice)
        foot.addStretch(1)
        return foot

    def _make_title(self, box: QVBoxLayout) -> None:
        self.product = Text("page")
        self._tongue.bind(self.product, "setText", "app.name")
        self.claim = Text("muted", wrap=True)
        self._tongue.bind(self.claim, "setText", "app.claim")
        box.addWidget(self.product)
        self._line = hairline()
        box.addWidget(self.claim)
        box.addWidget(self._line)

    def _make_lock(self, box: QVBoxLayout) -> None:
        self.lock = Face("told")
        inside = column(self.lock, gap=4, margin=12)
        top = row(gap=8)
        top.addWidget(Icon("lock", "accent", 18))
        self.lock_words = Text("body", wrap=True)
        top.addWidget(self.lock_words, 1)
        inside.addLayout(top)
        self.lock_who = Text("small muted", wrap=True)
        self.lock_waiting = Tagged("cloud-up", "small muted", wrap=True)
        inside.addWidget(self.lock_who)
        inside.addWidget(self.lock_waiting)
        self.lock.hide()
        box.addWidget(self.lock)

    def _make_state(self, box: QVBoxLayout) -> None:
        line = row(gap=14)
        self.sign = Icon("id", "muted", 34)
        line.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        words = column(gap=2)
        self.headline = Text("section", wrap=True)
        self.headline.setObjectName("login.headline")
        self.advice = Text("muted", wrap=True)
        self.reader = Text("small faint", wrap=True)
        for part in (self.headline, self.advice, self.reader):
            words.addWidget(part)
        line.addLayout(words, 1)
        box.addLayout(line)

    def _make_colleague(self, box: QVBoxLayout) -> None:
        """What a card without a place here asks for: no PIN, but a colleague."""
        self.colleague = ActButton("primary", "users")
        self.colleague.setObjectName("login.colleague")
        self._tongue.bind(self.colleague, "setText", "door.colleague")
        self.colleague.clicked.connect(self.colleague_asked)
        self.colleague.hide()
        box.addWidget(self.colleague)
        self.told = Tagged("info-circle", "body", "accent", wrap=True)
        self.told.setObjectName("login.told")
        self.told.hide()
        box.addWidget(self.told)

    def _make_locked(self, box: QVBoxLayout) -> None:
        """What a card asks for whose PIN is locked: the PUK, on a page of its own."""
        self.unlock = ActButton("primary", "lock-open")
        self.unlock.setObjectName("login.unblock")
        self._tongue.bind(self.unlock, "setText", "door.unblock")
        self.unlock.clicked.connect(self.pin_asked)
        self.unlock.hide()
        box.addWidget(self.unlock)

    def _make_pin(self, box: QVBoxLayout) -> None:
        self.pin = PinField()
        self.pin.setObjectName("login.pin")
        self.field = Field("pin", self.pin)
        self._tongue.bind(self.field, "set_label", "door.pin")
        self.pin.entered.connect(self._enter)
        self.pin.textChanged.connect(lambda _text: self._open())
        box.addWidget(self.field)
        self.button = ActButton("primary", "lock-open", "Enter")
        self.button.setObjectName("login.enter")
        self.button.clicked.connect(self._enter)
        box.addWidget(self.button)
        self.failure = FailureNote()
        self.failure.setObjectName("login.failure")
        self._tongue.bind(self.failure.copy, "setText", "act.copy_code")
        box.addWidget(self.failure)

    # ------------------------------------------------------------ showing

    def show_face(self, face: DoorFace) -> None:
        """Show the door as it is now; the keyboard goes to the PIN when it may be typed."""
        opens = face.can_enter and not (self._face is not None and self._face.can_enter)
        self._face = face
        if self.pin.hasFocus() and not face.can_enter:
            self.setFocus()  # not Qt's choice of the next: that would be the switch of language
        self._say()
        if opens and self.isVisible():
            self.pin.setFocus()

    def offer_no_recovery(self) -> None:
        """Leave the way back without cards out: a practice hall is made anew instead."""
        self._recoverable = False
        self.recover.hide()

    def make_scrollable(self) -> None:
        """Let it scroll where the largest type meets the smallest window: after the first paint.

        Before, nothing scrolls: Qt's styles with what the bars need of them take 10 ms.
        """
        if self._scrolls:
            return
        self._scrolls = True
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setMinimumSize(0, 0)
        self._outer.removeWidget(self._inside)
        self._outer.insertWidget(0, Scroll(self._inside), 1)

    def clear_pin(self) -> None:
        """Forget what was typed."""
        self.pin.clear()

    def focus_first(self) -> None:
        """The PIN, when it may be typed; else nothing that a stray key would press."""
        target = self.pin if self.pin.isEnabled() else self
        target.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keyboard: by itself Qt would give it to the switch of language."""
        super().showEvent(event)
        self.focus_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less where the screen is low."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange:
            self._size()

    # ------------------------------------------------------------ inner

    def _size(self) -> None:
        self._card.setFixedWidth(tokens().scaled(460))
        self._fit()

    def _fit(self) -> None:
        """Leave out what can be spared where the card would not be in sight whole (NO14).

        At 200 % a wrong PIN must not be told below the edge of the screen.
        """
        low = self.height() < tokens().scaled(_LOW)
        tiny = self.height() < tokens().scaled(_TINY)
        margin = 32 if not low else 20 if not tiny else 10
        self._box.setContentsMargins(margin, margin, margin, margin)
        self._box.setSpacing(14 if not low else 8 if not tiny else 6)
        self.claim.setHidden(low)
        self._line.setHidden(low)
        parts = (self.failure, self.lock, self.told)
        crowded = tiny and any(not part.isHidden() for part in parts)
        self.product.setHidden(crowded)
        # What wraps asks for more height than it takes: the rest goes under the card, not over it.
        self._body.setStretch(0, 0 if low and not self.failure.isHidden() else 2)
        for part in (self.advice, self.reader):
            part.setHidden(crowded or not part.text())

    def _enter(self) -> None:
        if self.button.isEnabled():
            self.entered.emit(Secret(self.pin.take()))

    def _open(self) -> None:
        face = self._face
        if face is None:
            return
        if face.busy:
            reason = self._tongue.t("door.busy")
        elif not face.can_enter:
            reason = self._tongue.t("door.blocked")
        else:
            short = len(self.pin.text()) < _MIN_PIN
            reason = self._tongue.t("door.short") if short else ""
        self.button.set_blocked(reason)

    def _say(self) -> None:
        face = self._face
        if face is None:
            return
        tongue = self._tongue
        sign, ink = _MOODS[face.mood]
        self.sign.set_icon(sign, ink)
        named = bool(face.name) and face.mood != "calm"
        self.headline.setText(face.name if named and face.can_enter else tongue.say(face.headline))
        advice = tongue.say(face.advice) if face.advice else ""
        if named and (face.can_enter or face.busy):
            advice = "\n".join(part for part in (tongue.say(face.headline), advice) if part)
        self.advice.show_text(advice)
        self.reader.show_text(self._where(face))
        self.pin.setEnabled(face.can_enter)
        self.button.setText(tongue.t("door.enter" if face.lock is None else "door.unlock"))
        self.recover.setVisible(face.live and self._recoverable)
        self.settings.setVisible(face.live)
        self.help.setVisible(face.live)
        self.colleague.setVisible(face.ask_colleague)
        for part in (self.field, self.button):
            part.setVisible(not face.no_place and not face.locked)
        self.unlock.setVisible(face.locked)
        self.told.setText(tongue.say(face.told))
        self.told.setVisible(face.told is not None)
        self._say_tries(face)
        self._say_lock(face)
        self._say_problem(face)
        self._fit()
        self._open()

    def _where(self, face: DoorFace) -> str:
        """Say which reader or USB key is in use, and where else a card can be."""
        t = self._tongue.t
        lines = [t("door.reader", name=face.reader)] if face.reader else []
        places = self._tongue.listed(*face.places)
        lines += [t("door.places", names=places)] if places else []
        return "\n".join(lines)

    def _say_tries(self, face: DoorFace) -> None:
        left = face.tries_left
        few = left is not None and left < _FEW
        words = self._tongue.t("door.tries", left=left) if left is not None else ""
        self.field.set_hint(words or self._tongue.t("door.pin.hint"))
        self.field.note.set_role("small warn" if few else "small muted")

    def _say_lock(self, face: DoorFace) -> None:
        lock = face.lock
        self.lock.setVisible(lock is not None)
        if lock is None:
            return
        t = self._tongue.t
        self.lock_words.setText(self._tongue.coded("lock", lock.reason))
        when = self._tongue.clock(lock.at)
        self.lock_who.show_text(t("lock.who", name=lock.who, when=when) if lock.who else "")
        key = "lock.waiting" if lock.waiting else "lock.nothing_waiting"
        key = "lock.sending" if lock.waiting is None else key
        self.lock_waiting.setText(t(key, count=lock.waiting))

    def _say_problem(self, face: DoorFace) -> None:
        problem = face.problem
        if problem is None:
            self.failure.hide()
            return
        told = code_text(problem.code, dict(problem.details), self._tongue.words)
        self.failure.show_failure(told.what, told.remedy, told.code)
