"""The page that brings back what a former machine in this place left at the centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut

from sync.domain.calendar import CHINA
from ui.views.pin_page import PinPage
from ui.widgets.buttons import ActButton
from ui.widgets.layout import clear, column, row
from ui.widgets.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.backups import Brought, FormerBackup, LostStep
    from ui.i18n import Tongue


class FormerPage(PinPage):
    """What waits, the card's PIN, what came, and what is to be entered again."""

    settled = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "former", "page.former", "act.former")
        self._former: FormerBackup | None = None
        self._asked = False
        self._brought: Brought | None = None
        self._lost: tuple[LostStep, ...] = ()
        self.waits = self.banner("former.waits")
        self.came = self.banner("former.came")
        self.lost_head = Text("section")
        tongue.bind(self.lost_head, "setText", "former.lost")
        self.lost_do = Text("body", wrap=True)
        tongue.bind(self.lost_do, "setText", "former.lost.do")
        self.lost = column(gap=4)
        self.form.addWidget(self.lost_head)
        self.form.addWidget(self.lost_do)
        self.form.addLayout(self.lost)
        self.done = ActButton("plain", "check", "Ctrl+R")
        self.done.setObjectName("former.settled")
        tongue.bind(self.done, "setText", "former.settled")
        self.done.clicked.connect(self.settled)
        line = row()
        line.addWidget(self.done)
        line.addStretch(1)
        self.form.addLayout(line)
        key = QShortcut(QKeySequence("Ctrl+R"), self.done)
        key.activated.connect(self.done.click)
        for note in ("former.rule.merge", "former.rule.card", "former.rule.steps"):
            self.add_note("info-circle", note)
        tongue.changed.connect(self._say)
        self.finish()
        self._say()

    # ------------------------------------------------------------ showing

    def show_former(self, former: FormerBackup | None) -> None:
        """Show which backup waits; None: none does."""
        self._former, self._asked = former, True
        self._say()

    def show_brought(self, brought: Brought) -> None:
        """Say what came over, or whose card is wanting."""
        self._brought = brought
        self._say()

    def show_lost(self, steps: tuple[LostStep, ...]) -> None:
        """Show the steps that are to be entered again."""
        self._lost = steps
        self._say()

    def missing(self) -> str:
        """Something must wait."""
        if self._former is not None:
            return ""
        return self.tongue.t("former.none" if self._asked else "former.looking")

    def set_busy(self, *, busy: bool) -> None:
        """Take no press while the card works; what is left to do then has the keyboard."""
        super().set_busy(busy=busy)
        if not busy and self.isVisible():
            self.focus_first()

    def focus_first(self) -> None:
        """The PIN, while something waits; then the steps to enter again."""
        waits = self._former is not None or not self._asked
        last = self.done if self._lost else self.back
        (self.pin if waits else last).setFocus()

    # ------------------------------------------------------------ inside

    def _say(self) -> None:
        t = self.tongue.t
        self.waits.hide()
        if self._former is not None:
            kilobytes = -(-self._former.size // 1000)
            words = t("former.found", at=_shown(self._former.at), kilobytes=kilobytes)
            self.waits.tell("told", "download", words)
        elif self._asked and self._brought is None:
            self.waits.tell("calm", "info-circle", t("former.none"))
        self._say_brought()
        self.ask_card(asked=self._former is not None or not self._asked)
        for part in (self.lost_head, self.lost_do, self.done):
            part.setVisible(bool(self._lost))
        clear(self.lost)
        for step in self._lost:
            kind = self.tongue.coded("step", step.kind)
            words = t("former.lost.line", case=step.case or "-", step=kind, at=_shown(step.at))
            self.lost.addWidget(Text("body", words, wrap=True, select=True))
        self.look_again()

    def _say_brought(self) -> None:
        brought, t = self._brought, self.tongue.t
        if brought is None:
            self.came.hide()
            return
        if brought.wanting:
            self.came.tell("calm", "users", t("former.wanting", count=brought.wanting))
            return
        counts = {
            "drafts": brought.drafts,
            "pages": brought.pages,
            "bank": brought.bank,
            "values": brought.values + brought.settings,
        }
        said = t("former.brought", **counts)
        if brought.left_out:
            said = self.tongue.joined(said, t("former.left_out", count=brought.left_out))
        self.came.tell("good", "circle-check", said)


def _shown(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
