"""The top bar: where, who, the card, the line with the time of its last success, the lease."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal

from client.app.rows.session import CardPresence, LinePhase
from ui.theme import tokens
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, hairline, row
from ui.widgets.text import Elided, Icon, Text

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from client.app.rows.session import CardView, LineView, SessionView
    from ui.i18n import Tongue

_LINE_ICONS = {
    LinePhase.OFFLINE: "cloud-off",
    LinePhase.CONNECTING: "refresh",
    LinePhase.SYNCING: "refresh",
    LinePhase.SYNCED: "cloud-check",
    LinePhase.LOCKED: "lock",
    LinePhase.PRACTICE: "cloud-off",
}
_DAY_H = 24
_LEAST = 420  # px: the place, the card, the line and the commands


class TopBar(Face):
    """One line of 44 pixels; the line's words are a button that leads to what to do."""

    line_pressed = Signal()
    palette_pressed = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__("top")
        self.setObjectName("topbar")
        self._tongue = tongue
        self._session: SessionView | None = None
        self._card: CardView | None = None
        self._line: LineView | None = None
        self._now: datetime | None = None
        self._said: tuple[str, ...] = ()
        box = row(self, gap=14)
        box.setContentsMargins(16, 0, 8, 0)
        self.place = Elided()
        box.addWidget(Icon("building-community", "accent", 20))
        box.addWidget(self.place, 1)
        self.person = Text("body")
        self.roles = Elided(size="type-small", ink="muted")
        self.roles.setMaximumWidth(tokens().scaled(260))
        self.card_icon = Icon("id", "ok", 18)
        self.card_words = Text("small muted")
        box.addWidget(self.card_icon)
        box.addWidget(self.person)
        box.addWidget(self.roles)
        box.addWidget(self.card_words)
        box.addWidget(self._bar())
        self.line = ActButton("quiet", "cloud-check")
        self.line.setObjectName("topbar.line")
        self.line.clicked.connect(self.line_pressed)
        box.addWidget(self.line)
        box.addWidget(self._bar())
        self.lease = Text("small muted")
        box.addWidget(self.lease)
        self.palette_button = ActButton("quiet", "", "Ctrl+K")
        self.palette_button.setObjectName("topbar.palette")
        tongue.bind(self.palette_button, "setText", "topbar.palette")
        self.palette_button.clicked.connect(self.palette_pressed)
        box.addWidget(self.palette_button)
        self._spare: tuple[QWidget, ...] = (self.roles, self.lease, self.card_words, self.person)
        self._size()
        tongue.changed.connect(self.say)

    def minimumSizeHint(self) -> QSize:
        """Little: what is least needed goes first where the window is narrow."""
        return QSize(tokens().scaled(_LEAST), tokens().px("top-bar"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what is least needed."""
        super().resizeEvent(event)
        self._fit()

    def show_session(self, session: SessionView | None) -> None:
        """Show who is at the window."""
        self._session = session
        self.say()

    def show_card(self, card: CardView) -> None:
        """Show the card's state."""
        self._card = card
        self.say()

    def show_line(self, line: LineView, now: datetime) -> None:
        """Show the line's state; `now` is the centre's time.

        Told many times while something is sent: what it says the same draws and measures nothing.
        """
        self._line, self._now = line, now
        self._say_line()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange:
            self._size()
            self._said = ()

    def say(self) -> None:
        """Say it in the language in force."""
        session = self._session
        if session is not None:
            self.place.setText(
                self._tongue.joined(session.hall_name, session.department_name, session.counter)
            )
            self.person.setText(session.name)
            self.roles.setText(
                self._tongue.listed(*(self._tongue.coded("role", role) for role in session.roles))
            )
        self._say_card()
        self._say_line()
        self._fit()

    def _fit(self) -> None:
        """Leave out roles, lease, the card's words and the name until all else has its place."""
        shown = [part for part in self._spare if part is not self.lease or self.lease.text()]
        box = self.layout()
        if box is None:
            return
        for part in shown:
            part.show()
        for part in shown:
            box.invalidate()
            if box.minimumSize().width() <= self.width():
                return
            part.hide()

    def _say_card(self) -> None:
        card = self._card
        if card is None:
            return
        ready = card.presence is CardPresence.READY
        self.card_icon.set_icon("id", "ok" if ready else "yellow")
        self.card_words.setText(self._tongue.coded("card", card.presence.value))
        self.card_words.set_role("small muted" if ready else "small warn")

    def _say_line(self) -> None:
        line = self._line
        if line is None:
            return
        icon, words = _LINE_ICONS[line.phase], line_words(line, self._tongue)
        more = self._tongue.say(line.problem) or self._tongue.t("topbar.line")
        lease = self._lease(line)
        said = (icon, words, more, lease)
        if said == self._said:
            return
        self._said = said
        self.line.set_icon(icon)
        self.line.setText(words)
        self.line.setToolTip(more)
        self.line.setAccessibleDescription(more)
        self.lease.show_text(lease)
        self._fit()

    def _lease(self, line: LineView) -> str:
        """Say how long work without the line may go on; without the line also how many cases."""
        if line.lease_until is None or self._now is None:
            return ""
        left = line.lease_until - self._now
        if left.total_seconds() <= 0:
            return self._tongue.t("lease.over")
        minutes = int(left.total_seconds() // 60)
        hours, minutes = divmod(minutes, 60)
        if hours >= _DAY_H:
            told = self._tongue.t("lease.days", days=hours // _DAY_H, hours=hours % _DAY_H)
        elif hours:
            told = self._tongue.t("lease.hours", hours=hours)
        else:
            told = self._tongue.t("lease.minutes", minutes=minutes)
        if line.phase is not LinePhase.OFFLINE or line.cases_left is None:
            return told
        return self._tongue.joined(told, self._tongue.t("lease.cases", count=line.cases_left))

    def _bar(self) -> Face:
        bar = hairline(upright=True)
        bar.setFixedHeight(20)
        return bar

    def _size(self) -> None:
        self.setFixedHeight(tokens().px("top-bar"))


def line_words(line: LineView, tongue: Tongue) -> str:
    """Say the state of the line: never "synced" while something waits."""
    clock = tongue.clock(line.last_ok)
    waiting = line.pending + line.uploads
    if line.phase is LinePhase.SYNCED and waiting:
        return tongue.t("line.waiting", count=waiting)
    if line.phase is LinePhase.OFFLINE and waiting:
        return tongue.t("line.offline_waiting", count=waiting)
    key = f"line.{line.phase.value}"
    if line.phase is LinePhase.SYNCED and not clock:
        key = "line.synced_plain"
    return tongue.t(key, clock=clock, count=waiting)
