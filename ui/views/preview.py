"""The chosen case below the list: what it is, where it stands, what could be done now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import tokens
from ui.views.acts import Acts
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, column, hairline, row
from ui.widgets.lights import LightMark
from ui.widgets.text import Elided, Tagged, Text

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from client.app.rows.cases import CaseDetail
    from ui.i18n import Tongue

_AIR, _TIGHT = 24, 12  # px between the parts


class CasePreview(Face):
    """A case in four lines with its acts."""

    step = Signal(str)
    others_wanted = Signal()
    opened = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__("plain")
        self.setObjectName("preview")
        self._tongue = tongue
        self._detail: CaseDetail | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.lines: dict[str, Tagged] = {}
        outer = row(self, gap=_AIR)
        outer.setContentsMargins(20, 14, 20, 14)
        self._left, self._right = self._make_left(), self._make_right()
        self._line = hairline(upright=True)
        self._hint = Text("muted", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        tongue.bind(self._hint, "setText", "preview.empty")
        outer.addWidget(self._left, 5)
        outer.addWidget(self._line)
        outer.addWidget(self._right, 5)
        outer.addWidget(self._hint, 1)
        self._size()
        self.show_case(None)
        tongue.changed.connect(self._say)

    def _make_left(self) -> QWidget:
        holder = QWidget()
        box = column(holder, gap=6)
        top = row(gap=12)
        self.light = LightMark()
        self.name = Elided(size="type-section")
        top.addWidget(self.light)
        top.addWidget(self.name, 1)
        box.addLayout(top)
        self.number = Elided(size="type-small", ink="muted")
        box.addWidget(self.number)
        for name, sign in (("materials", "files"), ("last", "history"), ("due", "calendar")):
            line = Tagged(sign, "small muted")
            self.lines[name] = line
            box.addWidget(line)
        box.addStretch(1)
        return holder

    def _make_right(self) -> QWidget:
        holder = QWidget()
        box = column(holder, gap=8)
        self.acts = Acts(self._tongue, "preview.act")
        self.acts.picked.connect(self.step)
        self.acts.others_wanted.connect(self.others_wanted)
        self.open_button = ActButton("link", "arrow-right", "Enter")
        self.open_button.setObjectName("preview.open")
        self._tongue.bind(self.open_button, "setText", "preview.open")
        self.open_button.clicked.connect(self._open)
        box.addWidget(self.acts)
        box.addStretch(1)
        box.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        return holder

    def show_case(self, detail: CaseDetail | None) -> None:
        """Show a case; None shows what will be here. The same again changes nothing."""
        if detail is not None and detail == self._detail:
            return
        self._detail = detail
        for part in (self._left, self._right, self._line):
            part.setVisible(detail is not None)
        self._hint.setVisible(detail is None)
        self._say()

    def set_tight(self, *, tight: bool) -> None:
        """Take less air beside the parts, where every pixel counts."""
        air = _TIGHT if tight else _AIR
        box = self.layout()
        if box is not None and box.spacing() != air:
            box.setSpacing(air)
            box.setContentsMargins(min(air, 20), 14, min(air, 20), 14)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange:
            self._size()

    def event(self, event: QEvent) -> bool:
        """Be higher where another case's acts take more lines."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._size()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be higher where the acts take more lines."""
        super().resizeEvent(event)
        self._size()

    def _size(self) -> None:
        box = self.layout()
        needed = box.minimumHeightForWidth(self.width()) if box is not None else 0
        self.setFixedHeight(max(tokens().scaled(176), needed))

    def _open(self) -> None:
        if self._detail is not None:
            self.opened.emit(self._detail.row.number)

    def _say(self) -> None:
        detail = self._detail
        if detail is None:
            return
        tongue = self._tongue
        t, line = tongue.t, detail.row
        state = tongue.coded("state", line.state)
        self.light.set_light(
            line.light.light,
            tongue.say(line.light.remaining) or state,
            passed=line.light.statutory_passed,
        )
        self.light.setVisible(str(line.light.light) != "none")
        self.name.setText(tongue.joined(line.applicant, line.item))
        who = t("preview.held", name=line.holder) if line.holder else ""
        self.number.setText(tongue.joined(line.number, state, who))
        required = [material for material in detail.materials if material.required]
        given = [material for material in required if material.given]
        self.lines["materials"].setText(
            t(
                "preview.materials",
                given=len(given),
                required=len(required),
                papers=len(detail.papers),
            )
        )
        last = detail.timeline[-1] if detail.timeline else None
        if last is not None:
            self.lines["last"].setText(
                t(
                    "preview.last",
                    step=tongue.coded("step", last.kind),
                    person=last.person,
                    when=tongue.moment(last.at),
                )
            )
        self.lines["last"].setVisible(last is not None)
        due = tongue.moment_full(line.light.due_at)
        self.lines["due"].setText(t("preview.due", when=due) if due else t("preview.no_due"))
        self.acts.show_options(detail.options)
        self._size()
