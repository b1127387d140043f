"""Authorisations as a list, and the one that is looked at told whole (RO02, RO03, TM26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.theme import tokens
from ui.views.page_parts import leave_button, read_whole, show_problem
from ui.views.pane_list import ListOrEmpty
from ui.widgets.buttons import ActButton
from ui.widgets.facts import Facts
from ui.widgets.fields import clipboard_copy
from ui.widgets.fold import FootBar, fold_beside
from ui.widgets.layout import Face, clear, column, hairline, row
from ui.widgets.picker import Option
from ui.widgets.stage import Bed
from ui.widgets.summary import FailureNote
from ui.widgets.text import Tagged, Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from client.app.rows.authorisations import AuthorisationRow
    from client.app.rows.words import Words
    from ui.i18n import Tongue
    from ui.values import Problem

_TAGS = {"in_force": "tag", "ending": "tag-warn", "not_yet": "tag-quiet"}
_WAYS = ("renew", "revoke")
_FOLDED = 220  # px of each part at the least, one below the other
_BESIDE = 640  # px that list and pane need side by side


class AuthorisationsPage(QWidget):
    """Emits what was chosen; decides nothing."""

    left = Signal()
    looked_at = Signal(str)
    printed = Signal()
    command_wanted = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("authorisations")
        self._tongue = tongue
        self._rows: tuple[AuthorisationRow, ...] = ()
        self._row: AuthorisationRow | None = None
        bed = Bed(self._fold_bed)
        upper = column(bed, gap=0)
        upper.addWidget(self._make_top())
        self.failure = FailureNote()
        tongue.bind(self.failure.copy, "setText", "act.copy_code")
        upper.addWidget(self.failure)
        middle = self._middle = row(gap=0)
        self._list = self._make_list()
        middle.addWidget(self._list, 9)
        middle.addWidget(hairline(upright=True))
        middle.addWidget(self._make_whole(), 12)
        upper.addLayout(middle, 1)
        outer = column(self, gap=0)
        outer.addWidget(bed.scrolled(), 1)
        outer.addWidget(self._make_foot())
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        self.walk.primary.connect(self.primary.click)
        made = QShortcut(QKeySequence("Ctrl+P"), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(self.primary.click)
        tongue.changed.connect(self.say)
        self.say()

    # ------------------------------------------------------------ parts

    def _make_top(self) -> QWidget:
        face = Face("top")
        box = column(face, gap=2)
        box.setContentsMargins(24, 10, 24, 10)
        title, under = Text("page"), Text("small muted", wrap=True)
        self._tongue.bind(title, "setText", "page.authorisations")
        self._tongue.bind(under, "setText", "page.authorisations.do")
        box.addWidget(title)
        box.addWidget(under)
        return face

    def _make_list(self) -> QWidget:
        words = "page.authorisations"
        pane = ListOrEmpty(self._tongue, "authorisations.list", words, "shield-check")
        self.list, self.empty = pane.list, pane.empty
        self.list.moved.connect(self.looked_at)
        return pane

    def _make_whole(self) -> QWidget:
        inside = QWidget()
        self._box = column(inside, gap=12)
        self._box.setContentsMargins(20, 16, 20, 16)
        words = "page.authorisations"
        self.scroller = read_whole(self._tongue, inside, "authorisations.whole", words)
        return self.scroller

    def _make_foot(self) -> QWidget:
        face = Face("plain")
        box = column(face, gap=0)
        said = column(gap=6)
        said.setContentsMargins(24, 8, 24, 0)
        self.told = Tagged("copy", "small muted", wrap=True)
        self.line = Text("small", wrap=True, select=True)
        self.line.setObjectName("authorisations.command")
        for part in (self.told, self.line):
            part.hide()
            said.addWidget(part)
        box.addLayout(said)
        bar = FootBar()
        back = leave_button(self._tongue, "authorisations.leave", self.left)
        bar.add_back(back)
        self.ways: dict[str, ActButton] = {}
        for way in _WAYS:
            button = self.ways[way] = ActButton("plain", "copy")
            button.setObjectName(f"authorisations.{way}")
            self._tongue.bind(button, "setText", f"authorisation.{way}")
            button.clicked.connect(lambda _=False, name=way: self.command_wanted.emit(name))
            bar.add_act(button)
        self.primary = ActButton("primary", "printer", "Ctrl+P")
        self.primary.setObjectName("authorisations.paper")
        self._tongue.bind(self.primary, "setText", "authorisation.paper")
        self.primary.clicked.connect(self.printed)
        bar.add_act(self.primary)
        box.addWidget(bar)
        return face

    def _fold_bed(self, width: int) -> None:
        """Put the whole of one below the list where it is narrow."""
        narrow = fold_beside(self._middle, width, least=tokens().scaled(_BESIDE))
        for part in (self._list, self.scroller):
            part.setMinimumHeight(tokens().scaled(_FOLDED) if narrow else 0)

    # ------------------------------------------------------------ showing

    def show_rows(self, rows: tuple[AuthorisationRow, ...]) -> None:
        """Show one's own authorisations and the department's."""
        self._rows = rows
        self.list.show_options([self._option(each) for each in rows])
        self.list.setVisible(bool(rows))
        self.empty.setVisible(not rows)

    def show_row(self, shown: AuthorisationRow | None) -> None:
        """Show one whole."""
        if shown != self._row:
            self.told.hide()
            self.line.hide()
        self._row = shown
        none = "" if shown else self._tongue.t("authorisation.none")
        over = shown is not None and shown.standing in {"over", "ended"}
        self.primary.set_blocked(none)
        self.ways["renew"].set_blocked(none)
        ended = self._tongue.t("authorisation.is_over") if over else ""
        self.ways["revoke"].set_blocked(none or ended)
        if shown is not None:
            self.list.choose(shown.id)
        self._tell()

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        show_problem(self.failure, problem, self._tongue)

    def copied(self, text: str, words: Words) -> None:
        """Put a line on the clipboard, show it, and say what it is for."""
        clipboard_copy(text)
        self._tongue.bind_words(self.told, "setText", words)
        self.line.setText(text)
        self.told.show()
        self.line.show()

    def focus_first(self) -> None:
        """The list has the keyboard."""
        self.list.setFocus()

    def say(self) -> None:
        """Say it in the language in force."""
        t = self._tongue.t
        self.empty.teach(t("authorisation.none"), t("authorisation.none.do"))
        self.show_rows(self._rows)
        self.show_row(self._row)

    # ------------------------------------------------------------ inner

    def _option(self, each: AuthorisationRow) -> Option:
        tongue = self._tongue
        what = tongue.joined(*(tongue.coded("role", role) for role in each.roles))
        if each.deputy_of:
            what = tongue.joined(what, tongue.t("authorisation.for", name=each.deputy_of))
        name = tongue.t("authorisation.mine", name=each.name) if each.mine else each.name
        return Option(each.id, name, what, self._standing(each))

    def _standing(self, each: AuthorisationRow) -> str:
        days = each.days_left or 0
        return self._tongue.t(f"authorisation.standing.{each.standing}", days=days)

    def _tell(self) -> None:
        clear(self._box)
        shown, t = self._row, self._tongue.t
        if shown is None:
            return
        self._box.addWidget(Text("section", shown.name, wrap=True))
        tags = row(gap=6)
        tags.addWidget(Text(_TAGS.get(shown.standing, "tag-red"), self._standing(shown)))
        for role in shown.roles:
            tags.addWidget(Text("tag-quiet", self._tongue.coded("role", role)))
        tags.addStretch(1)
        self._box.addLayout(tags)
        face = Face("surface")
        facts = Facts()
        column(face, margin=16).addWidget(facts)
        ends = self._tongue.moment_full(shown.ends) or t("authorisation.no_end")
        named = {
            "department": shown.department,
            "scopes": self._tongue.joined(*shown.scopes),
            "items": self._tongue.joined(*shown.items) or t("authorisation.every_item"),
            "starts": self._tongue.moment_full(shown.starts),
            "ends": ends,
            "deputy_of": shown.deputy_of,
            "number": shown.id,
        }
        facts.show_facts([(t(f"authorisation.label.{key}"), value) for key, value in named.items()])
        self._box.addWidget(face)
        if shown.deputy_of:
            told = t("authorisation.deputy", name=shown.deputy_of)
            self._box.addWidget(Text("small muted", told, wrap=True))
        if shown.powers:
            self._box.addWidget(self._powers(shown))
        self._box.addWidget(Text("small muted", t("authorisation.way"), wrap=True))
        self._box.addStretch(1)

    def _powers(self, shown: AuthorisationRow) -> Face:
        tongue = self._tongue
        face = Face("surface")
        grid = QGridLayout(face)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        for place, power in enumerate(shown.powers):
            given = tongue.t("authorisation.given" if power.given else "authorisation.not_given")
            steps = tongue.joined(*(tongue.coded("step", step) for step in power.steps))
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(Text("body", tongue.coded("power", power.power)), place, 0, top)
            grid.addWidget(Text("tag" if power.given else "tag-quiet", given), place, 1, top)
            grid.addWidget(Text("small muted", steps, wrap=True), place, 2)
        return face
