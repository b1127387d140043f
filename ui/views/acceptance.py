"""The page of acceptance (受理): the promise in full, and how it was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from client.app.rows.words import Words
from ui.theme import tokens
from ui.views.compare_face import CompareFace
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.facts import Facts
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.text import Icon, Text

if TYPE_CHECKING:
    from client.app.rows.steps import AcceptancePreview
    from ui.i18n import Tongue


class AcceptancePage(StepPage):
    """Nothing is typed: it is read, then pressed."""

    correct_instead = Signal()
    page_wanted = Signal(str, int)
    ticked = Signal(str, int, bool)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "accept", "page.accept", "act.accept")
        self._preview: AcceptancePreview | None = None
        self._owed: Words | None = None
        self.form.addWidget(self._make_promise())
        self.leader = Face("told")
        self._leader = column(self.leader, gap=6, margin=16)
        self.form.addWidget(self.leader)
        self.leader.hide()
        why = Text("section")
        tongue.bind(why, "setText", "accept.why")
        self.form.addWidget(why)
        self._lines = column(gap=8)
        self.form.addLayout(self._lines)
        self.missing = Face("calm")
        inside = column(self.missing, gap=6, margin=12)
        self.missing_words = Text("warn", wrap=True)
        inside.addWidget(self.missing_words)
        self.form.addWidget(self.missing)
        self.missing.hide()
        self.correct = ActButton("plain", "edit", "F8")
        self.correct.setObjectName("accept.correct_instead")
        tongue.bind(self.correct, "setText", "act.go.notify_correction")
        self.correct.clicked.connect(self.correct_instead)
        self.correct.hide()
        self.extra.addWidget(self.correct)
        self.form.addWidget(self._make_compare())
        self.add_note("file-text", "accept.rule.notice")
        self.add_note("clock", "accept.rule.limits")
        tongue.changed.connect(self._say)
        self.finish()

    def _make_compare(self) -> CompareFace:
        """Paper and electronic file are checked together before acceptance (IN09)."""
        self.comparing = CompareFace(self.tongue, "accept", self)
        self.comparing.page_wanted.connect(self.page_wanted)
        self.comparing.ticked.connect(self.ticked)
        self.comparing.left.connect(self.focus_first)
        self.show_materials = self.comparing.show_materials
        self.show_compared = self.comparing.show_compared
        self.show_page = self.comparing.show_page
        return self.comparing

    def show_owed(self, why: Words | None) -> None:
        """Say what must be compared first; what is lacking altogether is said before that."""
        self._owed = why
        self._block()

    def _make_promise(self) -> Face:
        card = Face("surface")
        box = column(card, gap=6, margin=20)
        heading = Text("small muted")
        self.tongue.bind(heading, "setText", "accept.due")
        top = row(gap=12)
        top.addWidget(Icon("calendar", "accent", 28))
        self.due = Text("page accent")
        top.addWidget(self.due)
        top.addStretch(1)
        box.addWidget(heading)
        box.addLayout(top)
        self.facts = Facts()
        box.addSpacing(4)
        box.addWidget(self.facts)
        return card

    def show_form(self, form: object) -> None:
        """Nothing is typed."""

    def focus_first(self) -> None:
        """The press is all there is to do."""
        instead = self.correct if self.correct.isVisibleTo(self) else self.comparing.button
        target = self.primary if self.primary.isEnabled() else instead
        target.setFocus()

    def show_preview(self, preview: AcceptancePreview) -> None:
        """Show what accepting now would promise."""
        self._preview = preview
        self._say()

    def _say(self) -> None:
        preview = self._preview
        if preview is None:
            return
        tongue = self.tongue
        self.due.setText(tongue.moment_full(preview.due_at))
        self.facts.show_facts(
            [
                (tongue.t("accept.promised"), tongue.moment_full(preview.promised_at)),
                (tongue.t("accept.statutory"), tongue.moment_full(preview.statutory_at)),
                (
                    tongue.t("accept.provisional"),
                    tongue.t("accept.provisional.words") if preview.provisional else "",
                ),
            ]
        )
        clear(self._lines)
        for place, line in enumerate(preview.lines, start=1):
            holder = row(gap=10)
            number = Text("small muted", f"{place}")
            number.setFixedWidth(tokens().scaled(20))
            holder.addWidget(number)
            holder.addWidget(Text("body", tongue.say(line), wrap=True), 1)
            self._lines.addLayout(holder)
        self._say_leader(preview)
        lacking = tongue.listed(*preview.missing)
        self.missing.setVisible(bool(lacking))
        self.missing_words.setText(tongue.t("accept.missing", names=lacking))
        self.correct.setVisible(bool(lacking))
        self._block()

    def _block(self) -> None:
        lacking = self._preview is not None and bool(self._preview.missing)
        self.set_blocked(Words("accept.blocked") if lacking else self._owed)

    def _say_leader(self, preview: AcceptancePreview) -> None:
        """Show the message to the leader, whole, with the number that it goes to."""
        t, box = self.tongue.t, self._leader
        clear(box)
        self.leader.setVisible(preview.fast_track)
        heading = row(gap=8)
        heading.addWidget(Icon("bell", "accent", 18))
        heading.addWidget(Text("body", t("accept.leader")))
        heading.addStretch(1)
        box.addLayout(heading)
        for notice in preview.notices:
            if not notice.phone:
                words = t("accept.leader.no_phone", name=notice.name)
                box.addWidget(Text("small warn", words, wrap=True))
                continue
            to = t("accept.leader.to", name=notice.name, phone=notice.phone)
            box.addWidget(Text("body", to, select=True))
            box.addWidget(Text("body", self.tongue.say(notice.text), wrap=True, select=True))
            box.addWidget(Text("small muted", t("accept.leader.how"), wrap=True))
        if not preview.notices:
            box.addWidget(Text("small warn", t("accept.leader.nobody"), wrap=True))
