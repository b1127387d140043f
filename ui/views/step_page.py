"""The scaffold of every guided page: header, fields, the rule beside them, one primary act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.theme import tokens
from ui.views.page_parts import leave_button, show_problem
from ui.widgets.buttons import ActButton
from ui.widgets.fields import Field, LineField
from ui.widgets.fold import fold_beside, needs
from ui.widgets.layout import Centred, Face, Scroll, column, row, take_out
from ui.widgets.lights import LightMark
from ui.widgets.stage import Stage
from ui.widgets.summary import ErrorSummary, FailureNote
from ui.widgets.text import Elided, Tagged, Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from client.app.rows.cases import CaseDetail, CaseRow
    from client.app.rows.words import Words
    from ui.i18n import Tongue
    from ui.values import FieldProblem, Problem

_WIDE = 1240
_LEAST = 480  # px of a page before the door
_EDGE = 48  # px at each side of the foot
_NARROW = 700  # px: below it the rule and the picture go below the form
_SHARES = {True: (3, 2), False: (20, 9)}  # of form and what is beside it, on wide pages and others


class _Why(Text):
    """What hinders the act; in a line of its own it takes no room while it says nothing."""

    alone = False

    def setText(self, words: str) -> None:
        """Set the words."""
        super().setText(words)
        if self.alone:
            self.setHidden(not words)

    def stand_alone(self, *, alone: bool) -> None:
        """Say whether it has a line of its own, or is what parts the foot's two sides."""
        self.alone = alone
        self.setHidden(alone and not self.text())


class StepPage(QWidget):
    """One step, one page.

    Args:
        tongue: the language.
        name: prefix of object names, e.g. "prereg".
        title: key of the page's title.
        act: key of what the primary button says it does.
        wide: without the narrow column of rules, for pages with a picture.
    """

    submitted = Signal()
    left = Signal()
    narrow = _NARROW  # px; a page with a table asks for more, so that no column is cut

    def __init__(
        self, tongue: Tongue, name: str, title: str, act: str, *, wide: bool = False
    ) -> None:
        super().__init__()
        self.tongue = tongue
        self.name = name
        self.fields: dict[str, Field] = {}
        self._busy = False
        self._blocked: Words | None = None
        self._case_row: CaseRow | None = None
        self._said_of: dict[tuple[str, str], tuple[str, Words]] = {}  # of fields, as it was said
        self._first: QWidget | None = None
        self._wide = wide
        self.setObjectName(name)
        limit = _WIDE if wide else tokens().px("form") + tokens().px("aside") + 96
        outer = column(self, gap=0)
        outer.addWidget(self._make_head(title, limit))
        outer.addWidget(self._make_body(limit, wide=wide), 1)
        outer.addWidget(self._make_foot(act, limit))
        self.walk = Walk(self)
        self.walk.primary.connect(self._press)
        self.walk.leave.connect(self.left)
        tongue.changed.connect(self._say_again)

    # ------------------------------------------------------------ parts

    def _make_head(self, title: str, limit: int) -> QWidget:
        holder = Centred(limit)
        box = column(gap=2)
        box.setContentsMargins(0, 18, 0, 12)
        top = row(gap=12)
        self.title = Text("page")
        self.tongue.bind(self.title, "setText", title)
        self.light = LightMark()
        self.light.hide()
        top.addWidget(self.title)
        top.addStretch(1)
        top.addWidget(self.light)
        self.subject = Elided(ink="muted")
        self.subject.hide()
        box.addLayout(top)
        box.addWidget(self.subject)
        holder.body.addLayout(box)
        return holder

    def _make_body(self, limit: int, *, wide: bool) -> QWidget:
        holder = Centred(limit, scrolled=True)
        self.body = holder
        self.summary = ErrorSummary()
        self.summary.jump.connect(self.jump_to)
        self.failure = FailureNote()
        self.tongue.bind(self.failure.copy, "setText", "act.copy_code")
        self.failure.copy.setObjectName(f"{self.name}.copy_code")
        said = column(gap=8)
        said.addWidget(self.summary)
        said.addWidget(self.failure)
        holder.body.addLayout(said)
        holder.body.addSpacing(8)
        columns = self.columns = QHBoxLayout()
        columns.setSpacing(32)
        self.form: QVBoxLayout = column(gap=16)
        self.aside: QVBoxLayout = column(gap=14)
        beside = self._shares = _SHARES[wide]
        columns.addLayout(self.form, beside[0])
        columns.addLayout(self.aside, beside[1])
        holder.body.addLayout(columns, 1)
        holder.body.addSpacing(16)
        if not wide:
            holder.body.addStretch(1)
        scroll = Scroll(holder)
        self.scroller = scroll
        return scroll

    def _make_foot(self, act: str, limit: int) -> QWidget:
        face = self._foot = Face("bottom")
        outer = column(face, gap=0)
        holder = Centred(limit)
        lines = column(gap=8)
        lines.setContentsMargins(0, 10, 0, 10)
        self._over = column(gap=4)  # more lines of the foot, where one is too narrow
        self._over_acts = row(gap=8)
        self._over_acts.addStretch(1)
        self._over.addLayout(self._over_acts)
        bar = self._bar = row(gap=8)
        lines.addLayout(self._over)
        lines.addLayout(bar)
        self.back = leave_button(self.tongue, f"{self.name}.leave", self.left)
        self.why = _Why("small muted", wrap=True)
        self.why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.extra: QHBoxLayout = row(gap=8)
        self.primary = ActButton("primary", "", "Ctrl+Enter")
        self.primary.setObjectName(f"{self.name}.submit")
        self.tongue.bind(self.primary, "setText", act)
        self.primary.clicked.connect(self._press)
        bar.addWidget(self.back)
        bar.addWidget(self.why, 1)
        bar.addLayout(self.extra)
        bar.addWidget(self.primary)
        holder.body.addLayout(lines)
        outer.addWidget(holder)
        return face

    # ------------------------------------------------------------ building

    def add_field(
        self, name: str, editor: QWidget, label: str, *, required: bool = False, hint: str = ""
    ) -> Field:
        """Add a question to the form; the editor is found as "<page>.<name>"."""
        field = self.make_field(name, editor, label, required=required, hint=hint)
        self.form.addWidget(field)
        return field

    def make_field(
        self, name: str, editor: QWidget, label: str, *, required: bool = False, hint: str = ""
    ) -> Field:
        """Make a question without placing it."""
        field = Field(name, editor, required=required)
        editor.setObjectName(f"{self.name}.{name}")
        self.tongue.bind(field, "set_label", label)
        if hint:
            self.tongue.bind(field, "set_hint", hint)
        self.fields[name] = field
        if isinstance(editor, LineField):
            editor.inputRejected.connect(lambda: field.set_problem(self.tongue.t("field.full")))
            editor.textEdited.connect(lambda _text: self._room_again(field, editor))
        if self._first is None:
            self._first = editor
        return field

    def add_note(self, icon: str, key: str, **args: object) -> Tagged:
        """Add a rule to the small column."""
        note = Tagged(icon, wrap=True)
        self.tongue.bind(note, "setText", key, **args)
        self.aside.addWidget(note)
        return note

    def finish(self) -> None:
        """Close the columns and teach the fields to walk; called last when building."""
        self.form.addStretch(1)
        if not self._wide:
            self.aside.addStretch(1)
        self.walk.learn(self)

    # ------------------------------------------------------------ showing

    @property
    def busy(self) -> bool:
        """Say whether the step is being made."""
        return self._busy

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case in the header."""
        self._case_row = detail.row
        self._say_row(detail.row)

    def _say_row(self, row_: CaseRow) -> None:
        self.subject.setText(self.tongue.joined(row_.number, row_.applicant, row_.item))
        self.subject.show()
        words = self.tongue.say(row_.light.remaining)
        self.light.set_light(row_.light.light, words, passed=row_.light.statutory_passed)
        self.light.setVisible(bool(words) and str(row_.light.light) != "none")

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Show problems beside their fields and in the summary."""
        by_field = {problem.field: problem.what for problem in problems}
        for name in self.fields:
            self.tell_field(name, "problem", by_field.get(name))
        self._sum_up([(name, self.tongue.say(words)) for name, words in by_field.items()])
        if problems:
            self.jump_to(problems[0].field)

    def tell_field(self, name: str, what: str, words: Words | None) -> None:
        """Say the "problem" or "hint" of a field, also in the language that is chosen later."""
        said = self.tongue.say(words)
        if words is not None:
            self._said_of[name, what] = said, words
        field = self.fields[name]
        (field.set_problem if what == "problem" else field.set_hint)(said)

    def _say_again(self) -> None:
        """Say what came with the work in the language that was chosen now."""
        if self._case_row is not None:
            self._say_row(self._case_row)
        for (name, what), (said, words) in tuple(self._said_of.items()):
            field = self.fields[name]
            if said == (field.problem if what == "problem" else field.hint):
                self.tell_field(name, what, words)
            else:
                del self._said_of[name, what]
        if not self.summary.isHidden():
            self._sum_up([(name, field.problem) for name, field in self.fields.items()])
        if self._busy or self._blocked is not None:
            self._apply()

    def _room_again(self, field: Field, line: LineField) -> None:
        if not line.full and field.problem == self.tongue.t("field.full"):
            field.set_problem("")

    def forgive(self, name: str) -> None:
        """Take back what was wrong with a field: it is being mended, in sight of who types."""
        field, typing = self.fields[name], QApplication.focusWidget()
        if field.problem:
            field.set_problem("")
            self._sum_up([(key, each.problem) for key, each in self.fields.items()])
        if typing is not None and field.isAncestorOf(typing):
            self.scroller.ensureWidgetVisible(field)

    def show_failure(self, problem: Problem | None) -> None:
        """Show why the step was not made."""
        show_problem(self.failure, problem, self.tongue)
        if problem is not None:
            self.scroller.verticalScrollBar().setValue(0)  # it stands at the top of the page

    def set_busy(self, *, busy: bool) -> None:
        """Say that the step is being made; nothing is disabled, or the keyboard would jump away."""
        self._busy = busy
        self._apply()

    def set_blocked(self, reason: Words | None) -> None:
        """Say why the step cannot be made now; None opens it."""
        self._blocked = reason
        self._apply()

    def jump_to(self, name: str) -> None:
        """Put the keyboard into a field."""
        field = self.fields.get(name)
        if field is None:
            return
        self.scroller.ensureWidgetVisible(field)
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        line = field.editor.focusProxy() or field.editor
        if isinstance(line, QLineEdit):
            line.selectAll()  # the next key types over what is wrong

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""
        target = self._first if self._first is not None else self.primary
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep wrapped words at their height."""
        super().resizeEvent(event)
        if not isinstance(self.parentWidget(), Stage):
            self.fold(event.size().width())  # before the door: the window is its room
        self.body.inside.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Fold again when a page before the door has other content, as a stage does itself."""
        if event.type() == QEvent.Type.LayoutRequest and not isinstance(self.parentWidget(), Stage):
            self.fold(self.width())
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        """What a stage scrolls; before the door little, so that the window may be small."""
        hint = super().minimumSizeHint()
        if isinstance(self.parentWidget(), Stage):
            return hint
        return QSize(min(hint.width(), tokens().scaled(_LEAST)), hint.height())

    def fold(self, width: int) -> None:
        """Put what is beside the form below it, and the foot into two lines, where it is narrow."""
        least = needs(self.columns) + 2 * _EDGE
        self._fold_columns(narrow=width < max(tokens().scaled(self.narrow), least))
        parts = (self.back, self.why, self.extra, self.primary)
        needed = sum(part.sizeHint().width() for part in parts) + 2 * _EDGE
        self._fold_foot(narrow=width < needed)
        fold_beside(self.extra, width - 2 * _EDGE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll by Page Up and Page Down, wherever the keyboard is on the page."""
        bar = self.scroller.verticalScrollBar()
        steps = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if event.key() not in steps:
            super().keyPressEvent(event)
            return
        bar.setValue(bar.value() + steps[Qt.Key(event.key())] * bar.pageStep())

    # ------------------------------------------------------------ inner

    def _fold_columns(self, *, narrow: bool) -> None:
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self.columns.direction() == way:
            return
        self.columns.setDirection(way)
        if narrow:
            self._shares = (self.columns.stretch(0), self.columns.stretch(1))
        for place, share in enumerate((0, 0) if narrow else self._shares):
            self.columns.setStretch(place, share)

    def _fold_foot(self, *, narrow: bool) -> None:
        if narrow == (self._over.indexOf(self.why) >= 0):
            return
        self.why.stand_alone(alone=narrow)
        # Each is taken out before it is put elsewhere. Were that left to Qt, PySide would keep a
        # wrapper of the item that Qt then deletes; a layout made later at its address would find
        # that wrapper when it goes, and end the process.
        if narrow:
            self._bar.removeItem(self.extra)
            self.extra.setParent(None)
            self._bar.removeWidget(self.why)
            self._over.insertWidget(0, self.why)
            self._over_acts.addLayout(self.extra)
            self._bar.insertStretch(1, 1)
        else:
            self._over_acts.removeItem(self.extra)
            self.extra.setParent(None)
            self._over.removeWidget(self.why)
            take_out(self._bar, 1)
            self._bar.insertWidget(1, self.why, 1)
            self._bar.insertLayout(2, self.extra)

    def _sum_up(self, problems: list[tuple[str, str]]) -> None:
        """List what is wrong at the top, each line a way to its field, which it names."""
        left = [(name, self._label(name, words), words) for name, words in problems if words]
        self.summary.show_problems(self.tongue.t("summary.headline", count=len(left)), left)
        for link in self.summary.links:
            link.setObjectName(f"{self.name}.problem")

    def _label(self, name: str, words: str) -> str:
        """Return the name of a field, where the words about it do not say it."""
        field = self.fields.get(name)
        label = "" if field is None else field.label.text()
        return "" if label.casefold() in words.casefold() else label

    def _press(self) -> None:
        if self.primary.isEnabled() and not self._busy:
            self.submitted.emit()

    def _apply(self) -> None:
        blocked = self.tongue.say(self._blocked)
        self.why.setText(self.tongue.t("act.busy") if self._busy else blocked)
        if self._busy:
            return
        had = self.primary.hasFocus()
        self.primary.set_blocked(blocked)
        if had and not self.primary.isEnabled():
            self._keep_keyboard()

    def _keep_keyboard(self) -> None:
        """Hold the keyboard on the page: Qt gives what a closed button had to the next control."""
        self.focus_first()
        here: QWidget | None = self.window().focusWidget()
        if here is None or not self.isAncestorOf(here):
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
