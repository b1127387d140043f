"""The page of the correction notice (一次性补正告知): one complete list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.values import MISSING_REASONS, CorrectionForm, MissingTick
from ui.views.step_page import StepPage
from ui.widgets.fields import Choice, Field, LineField
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.text import Text
from ui.widgets.ticks import Tick

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from client.app.rows.materials import MaterialRow
    from ui.i18n import Tongue


class MissingLine(Face):
    """One material: is it missing, why, and what exactly must be brought."""

    changed = Signal()

    def __init__(self, tongue: Tongue, material: MaterialRow, place: int) -> None:
        super().__init__("surface")
        self._tongue = tongue
        self.material = material
        code = material.code
        box = column(self, gap=6)
        box.setContentsMargins(12, 8, 12, 8)
        self.tick = Tick()
        self.tick.setText(f"{place}. {material.name}")
        self.tick.setAccessibleName(material.name)
        self.tick.setObjectName(f"correction.material.{code}")
        self.tick.toggled.connect(self._toggled)
        self.given = Text("small ok" if material.given else "small muted")
        top = row(gap=8)
        top.addWidget(self.tick)
        top.addStretch(1)
        top.addWidget(self.given)
        box.addLayout(top)
        self._more = QWidget()
        more = row(self._more, gap=12)
        more.setContentsMargins(28, 0, 0, 4)
        self.reason = Choice()
        self.reason.setObjectName(f"correction.reason.{code}")
        self.text = LineField(limit=1000)
        self.text_field = Field(f"text.{code}", self.text)
        self.text.setObjectName(f"correction.text.{code}")
        self.reason_field = Field(f"reason.{code}", self.reason)
        more.addWidget(self.reason_field, 2)
        more.addWidget(self.text_field, 3)
        box.addWidget(self._more)
        self._more.hide()
        self.reason.picked.connect(lambda _code: self.changed.emit())
        self.text.textChanged.connect(lambda _text: self.changed.emit())
        self.say()

    def say(self) -> None:
        """Say it in the language in force."""
        t = self._tongue.t
        self.reason.offer([(code, t(f"missing.{code}")) for code in MISSING_REASONS])
        self.reason_field.set_label(t("correction.reason"))
        self.text_field.set_label(t("correction.text"))
        pages = sum(page.pages for page in self.material.pages)
        given = t("material.unscanned" if self.material.given else "correction.not_given")
        given = t("correction.given", pages=pages) if pages else given
        found = self.material.taken or (self.material.shared and self.material.shared.serial)
        self.given.setText(t("correction.shared", serial=found) if found else given)

    def show_tick(self, tick: MissingTick) -> None:
        """Fill the line."""
        self.tick.setChecked(tick.chosen)
        self.reason.choose(tick.reason)
        self.text.setText(tick.text)
        self._more.setVisible(tick.chosen)

    def tick_now(self) -> MissingTick:
        """Return what is chosen and typed."""
        return MissingTick(
            self.material.code,
            chosen=self.tick.isChecked(),
            reason=self.reason.code() or "not_given",
            text=self.text.text(),
        )

    def _toggled(self, on: bool) -> None:  # noqa: FBT001  (a Qt slot)
        self._more.setVisible(on)
        self.changed.emit()


class CorrectionPage(StepPage):
    """The list at the left; what the applicant will read at the right."""

    edited = Signal(object)  # CorrectionForm

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "correction", "page.notify_correction", "act.notify_correction")
        self.lines: dict[str, MissingLine] = {}
        self._filling = False
        self._list = column(gap=8)
        holder = QWidget()
        holder.setLayout(self._list)
        self._field = Field("materials", holder)
        self._field.label.set_role("body")
        tongue.bind(self._field, "set_label", "correction.list")
        self.fields["materials"] = self._field
        self.form.addWidget(self._field)
        self.complete = Tick()
        self.complete.toggled.connect(self._edited)
        tongue.bind(self.complete, "setText", "correction.complete")
        self.add_field("complete", self.complete, "correction.complete.label")
        notice = Face("surface")
        inside = column(notice, gap=8, margin=16)
        heading = Text("body")
        tongue.bind(heading, "setText", "correction.notice")
        inside.addWidget(heading)
        self._notice = column(gap=6)
        inside.addLayout(self._notice)
        self.aside.addWidget(notice)
        self.add_note("info-circle", "correction.rule.once")
        self.add_note("clock", "correction.rule.time")
        tongue.changed.connect(self._say)
        self.finish()

    def show_case(self, detail: CaseDetail) -> None:
        """Make a line for each material."""
        super().show_case(detail)
        for place, material in enumerate(detail.materials, start=1):
            line = MissingLine(self.tongue, material, place)
            line.changed.connect(self._edited)
            self._list.addWidget(line)
            self.lines[material.code] = line
            self.fields[f"text.{material.code}"] = line.text_field
        self.walk.learn(self)

    def show_form(self, form: CorrectionForm) -> None:
        """Fill the lines."""
        self._filling = True
        for tick in form.ticks:
            if tick.code in self.lines:
                self.lines[tick.code].show_tick(tick)
        self.complete.setChecked(form.complete)
        self._filling = False
        self._tell()

    def form_now(self) -> CorrectionForm:
        """Return what is chosen and typed."""
        ticks = tuple(line.tick_now() for line in self.lines.values())
        return CorrectionForm(ticks, complete=self.complete.isChecked())

    def focus_first(self) -> None:
        """Begin at the first material."""
        for line in self.lines.values():
            line.tick.setFocus()
            return
        self.primary.setFocus()

    def _edited(self, *_: object) -> None:
        if self._filling:
            return
        self._tell()
        self.edited.emit(self.form_now())

    def _tell(self) -> None:
        """Write the notice as the applicant will read it."""
        clear(self._notice)
        chosen = [line for line in self.lines.values() if line.tick.isChecked()]
        if not chosen:
            self._notice.addWidget(Text("small muted", self.tongue.t("correction.notice.empty")))
        for place, line in enumerate(chosen, start=1):
            tick = line.tick_now()
            words = self.tongue.t(
                "correction.notice.line",
                place=place,
                material=line.material.name,
                reason=self.tongue.coded("missing", tick.reason),
            )
            self._notice.addWidget(Text("small", words, wrap=True))
            if tick.text.strip():
                self._notice.addWidget(Text("small muted", tick.text.strip(), wrap=True))

    def _say(self) -> None:
        self._filling = True
        for line in self.lines.values():
            kept = line.tick_now()
            line.say()
            line.show_tick(kept)
        self._filling = False
        self._tell()
