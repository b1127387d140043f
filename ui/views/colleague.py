"""The page that gives a colleague's card its place at this window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from client.app.rows.words import Words
from ui.views.page_parts import tell_done
from ui.views.pin_page import PinPage
from ui.widgets.picker import Option, Picker
from ui.widgets.summary import Banner

if TYPE_CHECKING:
    from client.app.access.colleagues import Colleague
    from ui.i18n import Tongue


class ColleaguePage(PinPage):
    """Choose the person, then the own card's PIN."""

    asked = Signal(str)
    picked = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "colleague", "page.colleague", "act.colleague")
        self._chosen = False
        self._nobody = False
        self.added = Banner()
        self.added.setObjectName("colleague.added")
        self.added.button.hide()
        tongue.bind(self.added.dismiss, "setText", "act.close_note")
        self.form.addWidget(self.added)
        self.picker = Picker()
        self.add_field("person", self.picker, "colleague.person", required=True)
        self.picker.line.setObjectName("colleague.person")
        self.picker.setObjectName("colleague.picker")
        self.picker.list.setObjectName("colleague.person_list")
        self.picker.asked.connect(self._asked)
        self.picker.picked.connect(self.picked)
        for key in ("colleague.rule", "colleague.rule.pin"):
            self.add_note("info-circle", key)
        tongue.changed.connect(self.look_again)
        self.finish()
        self.look_again()

    def show_people(self, people: tuple[Colleague, ...], *, all_told: int) -> None:
        """Show who fits what was typed."""
        self._nobody = not all_told
        self.picker.show_options(
            [Option(each.person, each.name, each.department, each.person) for each in people]
        )
        hint = "colleague.nobody" if self._nobody else "colleague.person.hint"
        self.tell_field("person", "hint", Words(hint))
        self.look_again()

    def show_chosen(self, person: Colleague | None) -> None:
        """Show who was chosen; then only the PIN is wanting."""
        self._chosen = person is not None
        if person is not None:
            self.picker.show_taken(self.tongue.joined(person.name, person.department))
            self.added.hide()
            self.pin.setFocus()
        self.look_again()

    def show_added(self, name: str) -> None:
        """Say that the card has its place."""
        self.picker.line.clear()
        tell_done(self.added, Words("colleague.added", {"name": name}), self.tongue)

    def missing(self) -> str:
        """Somebody must have been chosen."""
        if self._chosen:
            return ""
        return self.tongue.t("colleague.nobody" if self._nobody else "colleague.choose_first")

    def focus_first(self) -> None:
        """The PIN, when the person is known already."""
        target = self.pin if self._chosen else self.picker.line
        target.setFocus()

    def _asked(self, text: str) -> None:
        if self._chosen:
            self._chosen = False
            self.picked.emit("")
        self.asked.emit(text)
