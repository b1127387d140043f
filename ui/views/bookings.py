"""Appointments: a department's day, its times with what room is left, and who has them."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from sync.domain.calendar import CHINA
from ui.models.rows import Cells, Column, RowModel
from ui.presenters.bookings import BookingForm
from ui.theme import tokens
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.fields import Choice, LineField
from ui.widgets.layout import Face, Flow, column
from ui.widgets.table import RowTable
from ui.widgets.text import Tagged
from ui.widgets.ticks import Tick

if TYPE_CHECKING:
    from client.app.rows.queue import BookingRow, BookingsView, ServiceRow, SlotRow
    from client.app.rows.words import Words
    from ui.i18n import Tongue

COLUMNS = (
    Column("booking_time", 112),
    Column("applicant", 110, stretch=True),
    Column("booking_phone", 120),
    Column("booking_state", 130),
    Column("booking", 110, faint=True),
)
ACTS = (
    ("arrive", "circle-check", "Ctrl+Shift+A"),
    ("move", "calendar", "Ctrl+Shift+M"),
    ("cancel", "logout", "Ctrl+Shift+X"),
)


class BookingsPage(StepPage):
    """Emits what was chosen and typed; decides nothing."""

    edited = Signal(object)  # BookingForm
    acted = Signal(str, str)  # act, number

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "bookings", "page.bookings", "act.book", wide=True)
        self._view: BookingsView | None = None
        self._filling = False
        self.department, self.day, self.start = Choice(), Choice(), Choice()
        self.counter = Choice()
        self.person, self.phone = LineField(limit=64), LineField(limit=20)
        for name, editor in (
            ("department", self.department),
            ("window", self.counter),
            ("day", self.day),
            ("start", self.start),
            ("name", self.person),
            ("phone", self.phone),
        ):
            self.add_field(name, editor, f"booking.{name}", required=name != "window")
        self.fast = Tick()
        tongue.bind(self.fast, "setText", "booking.fast")
        self.fast.setObjectName("bookings.fast")
        self.fast.clicked.connect(self._edited)
        self.form.addWidget(self.fast)
        for choice in (self.department, self.counter, self.day, self.start):
            choice.picked.connect(self._edited)
        for line in (self.person, self.phone):
            line.textEdited.connect(self._edited)
        self.told = Tagged("circle-check", wrap=True)
        self.told.setObjectName("bookings.told")
        self.told.hide()
        self.form.addWidget(self.told)
        self.aside.addWidget(self._make_table(), 1)
        self.columns.setStretch(0, 2)
        self.columns.setStretch(1, 3)
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def _make_table(self) -> Face:
        self.model: RowModel[BookingRow] = RowModel(
            COLUMNS, self._cells, lambda each: each.number, self
        )
        self.table = RowTable(self.model)
        self.table.setObjectName("bookings.table")
        self.table.setMinimumHeight(tokens().scaled(260))
        self.tongue.bind(self.table, "setAccessibleName", "booking.table")
        self.tongue.bind(self.table, "teach", "booking.nobody")
        face = Face("surface")
        box = column(face, gap=0, margin=1)
        box.addWidget(self.table, 1)
        acts = Flow(gap=6)
        self._buttons: dict[str, ActButton] = {}
        for name, icon, key in ACTS:
            button = ActButton("plain", icon, key)
            button.setObjectName(f"bookings.{name}")
            self.tongue.bind(button, "setText", f"act.booking_{name}")
            button.clicked.connect(lambda _on=False, act=name: self._give(act))
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda act=name: self._give(act))
            self._buttons[name] = button
            acts.add(button)
        holder = column(gap=0, margin=6)
        holder.addWidget(acts)
        box.addLayout(holder)
        return face

    def show_bookings(self, view: BookingsView) -> None:
        """Show a day's times and who has them."""
        kept = self.table.current_key()
        self._view = view
        self.model.set_rows(view.bookings)
        self.table.choose(kept)
        self._say()
        self._choose(self.department, view.department)
        self._choose(self.counter, view.dev)
        self._choose(self.day, view.day.isoformat())

    def show_form(self, form: BookingForm) -> None:
        """Fill the fields."""
        self._choose(self.department, form.department)
        self._choose(self.counter, form.dev)
        self._choose(self.day, form.day)
        self._choose(self.start, form.start)
        self.fast.setChecked(form.fast)
        self._filling = True
        self.person.setText(form.name)
        self.phone.setText(form.phone)
        self._filling = False

    def form_now(self) -> BookingForm:
        """Return what is chosen and typed."""
        return BookingForm(
            department=self.department.code(),
            day=self.day.code(),
            start=self.start.code(),
            name=self.person.text().strip(),
            phone=self.phone.text().strip(),
            dev=self.counter.code(),
            fast=self.fast.isChecked(),
        )

    def show_done(self, words: Words) -> None:
        """Say what was done."""
        self.tongue.bind_words(self.told, "setText", words)
        self.told.show()

    # ------------------------------------------------------------ inner

    def _give(self, name: str) -> None:
        number = self.table.current_key()
        if number and not self._busy and self._buttons[name].isEnabled():
            self.acted.emit(name, number)

    def _cells(self, each: BookingRow) -> Cells:
        t = self.tongue
        state = t.t(f"booking.state.{each.state}")
        fast = t.t("booking.fast.short") if each.fast else ""
        said = t.joined(*(part for part in (state, each.ticket, each.counter, fast) if part))
        texts = (t.clock(each.start), each.name, each.phone, said, each.number)
        return Cells(texts, "" if each.live else "quiet", t.joined(*texts))

    def _say(self) -> None:
        t, view = self.tongue, self._view
        self.model.set_titles([t.t(f"column.{each.name}") for each in COLUMNS])
        if view is None:
            return
        days = [(d.isoformat(), t.day(datetime.combine(d, time(9), CHINA))) for d in view.days]
        if all(code != view.day.isoformat() for code, _ in days):
            days.insert(0, (view.day.isoformat(), view.day.isoformat()))
        times = [(slot.start.isoformat(), self._time(slot)) for slot in view.slots if slot.open]
        free = times or [("", t.t("booking.no_times"))]
        self.fields["day"].set_hint("\n".join(map(self._service, view.service)))
        none = "" if view.bookings else t.t("booking.nobody")
        for button in self._buttons.values():
            button.set_blocked(none)
        for choice, options in (
            (self.department, list(view.departments)),
            (self.counter, [("", t.t("booking.any_window")), *view.counters]),
            (self.day, days),
            (self.start, [("", t.t("form.choose")), *free] if times else free),
        ):
            kept = choice.code()
            self._filling = True
            choice.offer(options)
            choice.choose(kept)
            self._filling = False

    def _time(self, slot: SlotRow) -> str:
        t = self.tongue
        left = slot.room - slot.taken
        beyond = t.t("booking.extended") if slot.extended else ""
        left_words = t.t("booking.left", count=left)
        return t.joined(*(part for part in (t.clock(slot.start), left_words, beyond) if part))

    def _service(self, each: ServiceRow) -> str:
        """Say when the hall serves beyond office hours."""
        t = self.tongue.t
        days = self.tongue.listed(*(t(f"weekday.{day}") for day in each.days))
        return t("booking.service", days=days, begins=_clock(each.begins), ends=_clock(each.ends))

    def _choose(self, choice: Choice, code: str) -> None:
        self._filling = True
        choice.choose(code)
        self._filling = False

    def _edited(self, *_args: object) -> None:
        if not self._filling:
            self.edited.emit(self.form_now())


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
