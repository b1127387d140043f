"""The page of pre-registration (预登记): fields in the order in which a clerk asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from client.app.rows.steps import PreregisterForm
from client.app.rows.words import Words
from ui.loop import Later
from ui.values import ID_KINDS
from ui.views.doubles import Doubles
from ui.views.item_card import ItemCard
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.choices import Tiles
from ui.widgets.fields import LONGEST_ID, LONGEST_NAME, LineField
from ui.widgets.layout import column, hairline, row
from ui.widgets.picker import Option, Picker
from ui.widgets.text import Text
from ui.widgets.ticks import Tick
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from client.app.rows.items import ItemDetail, ItemRow
    from client.app.rows.steps import Checked
    from ui.i18n import Tongue


_AGAIN_KEY = "Ctrl+R"


class PreregisterPage(StepPage):
    """Emits what was typed; decides nothing."""

    edited = Signal(object)  # PreregisterForm
    field_left = Signal(str)
    asked = Signal(str)
    picked = Signal(str)
    again_wanted = Signal()
    precheck_wanted = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "prereg", "page.preregister", "act.preregister")
        self.precheck = ActButton("plain", "list-check")
        self.precheck.setObjectName("prereg.precheck")
        tongue.bind(self.precheck, "setText", "prereg.precheck")
        tongue.bind(self.precheck, "setToolTip", "prereg.precheck.do")
        self.precheck.clicked.connect(self.precheck_wanted)
        beside(self.precheck)
        self.extra.addWidget(self.precheck)
        self._item = ""
        self._chosen: ItemDetail | None = None
        self._filling = False
        self.kind = Tiles(["person", "org"])
        self.id_no = LineField(limit=LONGEST_ID)
        self.applicant = LineField(limit=LONGEST_NAME)
        self.phone = LineField(limit=20)
        self.picker = Picker()
        self.agent_name = LineField(limit=LONGEST_NAME)
        self.agent_id_no = LineField(limit=LONGEST_ID)
        self.project = LineField(limit=100)
        self.key_project = Tick()
        self.fast_track = Tick()
        # A prompt that pops up is seen: once it has its place, the page scrolls to it.
        self._prompted = Later(self, 0, lambda: self.scroller.ensureWidgetVisible(self.prompt))
        self._build()
        self._wire()
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def _build(self) -> None:
        for name, tile in self.kind.tiles.items():
            tile.setObjectName(f"prereg.kind.{name}")
        self.add_field("kind", self.kind, "prereg.kind")
        self.add_field("id_no", self.id_no, "prereg.id_no.person", required=True)
        pair = row(gap=16)
        top = Qt.AlignmentFlag.AlignTop  # a long note under one field leaves the other in its line
        pair.addWidget(
            self.make_field("name", self.applicant, "prereg.name.person", required=True), 3, top
        )
        pair.addWidget(self.make_field("phone", self.phone, "prereg.phone", required=True), 2, top)
        self.form.addLayout(pair)
        self.add_field("item", self.picker, "prereg.item", required=True, hint="prereg.item.hint")
        self.picker.line.setObjectName("prereg.item")
        self.picker.setObjectName("prereg.item_picker")
        self.picker.list.setObjectName("prereg.item_list")
        self.form.addWidget(hairline())
        heading = Text("small muted")
        self.tongue.bind(heading, "setText", "prereg.optional")
        self.form.addWidget(heading)
        agent = row(gap=16)
        agent.addWidget(self.make_field("agent_name", self.agent_name, "prereg.agent_name"), 2, top)
        agent.addWidget(
            self.make_field("agent_id_no", self.agent_id_no, "prereg.agent_id_no"), 3, top
        )
        self.form.addLayout(agent)
        self.add_field("project", self.project, "prereg.project")
        self.form.addWidget(self._checks())
        self.doubles = Doubles(self.tongue)
        self.doubles.setObjectName("prereg.doubles")
        self.aside.addWidget(self.doubles)
        self.item_card = ItemCard(self.tongue)
        self.aside.addWidget(self.item_card)

    def _checks(self) -> QWidget:
        holder = QWidget()
        box = column(holder, gap=6)
        for name, check in (("key_project", self.key_project), ("fast_track", self.fast_track)):
            check.setObjectName(f"prereg.{name}")
            self.tongue.bind(check, "setText", f"prereg.{name}")
            self.tongue.bind(check, "setAccessibleName", f"prereg.{name}")
            box.addWidget(check)
        self.prompt = Text("small warn", wrap=True)
        self.prompt.hide()
        box.addWidget(self.prompt)
        return holder

    def _make_again(self) -> None:
        """Offer the last applicant again, by button and by key."""
        button = ActButton("plain", "history", _AGAIN_KEY)
        button.setObjectName("prereg.again")
        self.tongue.bind(button, "setText", "prereg.again")
        button.clicked.connect(self.again_wanted)
        beside(button)
        self.extra.addWidget(button)
        keys = QShortcut(QKeySequence(_AGAIN_KEY), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.setAutoRepeat(False)  # once more writes over what is typed
        keys.activated.connect(self.again_wanted)

    def _wire(self) -> None:
        self._make_again()
        self.kind.choose("person")
        self.kind.picked.connect(self._kind_picked)
        for line in (
            self.id_no,
            self.applicant,
            self.phone,
            self.agent_name,
            self.agent_id_no,
            self.project,
        ):
            line.textChanged.connect(self._edited)
        for name, line in (
            ("id_no", self.id_no),
            ("name", self.applicant),
            ("phone", self.phone),
            ("agent_name", self.agent_name),
            ("agent_id_no", self.agent_id_no),
        ):
            line.editingFinished.connect(lambda field=name: self.field_left.emit(field))
        self.picker.asked.connect(self._asked)
        self.picker.picked.connect(self.picked)
        self.key_project.toggled.connect(self._key_project)
        self.fast_track.toggled.connect(self._fast_track)

    # ------------------------------------------------------------ asking

    def form_now(self) -> PreregisterForm:
        """Return what is typed."""
        kind = self.kind.current() or "person"
        return PreregisterForm(
            applicant_kind=kind,
            id_kind=ID_KINDS[kind],
            id_no=self.id_no.text(),
            name=self.applicant.text(),
            phone=self.phone.text(),
            item=self._item,
            agent_name=self.agent_name.text(),
            agent_id_no=self.agent_id_no.text(),
            project=self.project.text(),
            key_project=self.key_project.isChecked(),
            fast_track=self.fast_track.isChecked(),
        )

    def focus_first(self) -> None:
        """The first question is almost always answered already: begin at the number."""
        self.id_no.setFocus()

    # ------------------------------------------------------------ showing

    def show_form(self, form: PreregisterForm) -> None:
        """Fill the fields."""
        self._filling = True
        self.kind.choose(form.applicant_kind)
        self._item = form.item
        for line, value in (
            (self.id_no, form.id_no),
            (self.applicant, form.name),
            (self.phone, form.phone),
            (self.agent_name, form.agent_name),
            (self.agent_id_no, form.agent_id_no),
            (self.project, form.project),
        ):
            line.setText(value)
        self.key_project.setChecked(form.key_project)
        self.fast_track.setChecked(form.fast_track)
        self._filling = False
        self._say()

    def show_items(self, items: tuple[ItemRow, ...]) -> None:
        """Show the answers to what was typed."""
        self.picker.show_options(
            [
                Option(
                    item.code,
                    item.name,
                    item.department,
                    self.tongue.say(item.promised),
                )
                for item in items
            ]
        )
        typed = self.picker.line.text().strip()
        none = Words("prereg.item.none") if typed and not items else None
        self.tell_field("item", "problem", none)

    def show_item(self, item: ItemDetail | None) -> None:
        """Show the chosen item."""
        self._item = "" if item is None else item.row.code
        self._chosen = item
        self._say_prompt()
        self.picker.show_taken("" if item is None else item.row.name)
        self.fields["item"].set_problem("")
        self.item_card.show_item(item)
        if item is not None and self.picker.line.hasFocus():
            self.agent_name.setFocus()
        self._edited()

    def show_checked(self, field: str, checked: Checked) -> None:
        """Show what the rule says of a field."""
        self.tell_field(field, "problem", checked.problem)
        self.tell_field(field, "hint", checked.hint)

    def show_doubles(self, words: tuple[Words, ...]) -> None:
        """Say what looks like a double, beside the form: no field moves under a hand."""
        self.doubles.show_words(words)

    def fill_empty(self, form: PreregisterForm) -> None:
        """Fill in what is known of somebody, where nothing is typed yet."""
        for line, value in ((self.applicant, form.name), (self.phone, form.phone)):
            if not line.text():
                line.setText(value)

    # ------------------------------------------------------------ inner

    def _asked(self, text: str) -> None:
        if self._item:
            self._item = ""
            self._chosen = None
            self._say_prompt()
            self.item_card.show_item(None)
            self._edited()
        self.asked.emit(text)

    def _kind_picked(self, _name: str) -> None:
        self.fields["id_no"].set_problem("")
        self.fields["id_no"].set_hint("")
        self._say()
        self._edited()

    def _key_project(self, on: bool) -> None:  # noqa: FBT001  (a Qt slot)
        if on and not self._filling:
            self.fast_track.setChecked(True)
        self._say_prompt()
        self._edited()

    def _fast_track(self, _on: bool) -> None:  # noqa: FBT001  (a Qt slot)
        self._say_prompt()
        self._edited()

    def _say_prompt(self) -> None:
        """Say what the fast track promises, where a key project or the tick asks for it (IN06)."""
        item, say = self._chosen, self.tongue.say
        wanted = self.key_project.isChecked() or self.fast_track.isChecked()
        if wanted and not self.prompt.isVisible():
            self._prompted.start()
        self.prompt.setVisible(wanted)
        if item is None:
            self.prompt.setText(self.tongue.t("prereg.fast_track.prompt"))
            return
        limits = {"promised": say(item.row.promised), "fast": say(item.fast)}
        self.prompt.setText(self.tongue.t("prereg.fast_track.halved", **limits))

    def _edited(self, *_: object) -> None:
        if not self._filling:
            self.edited.emit(self.form_now())

    def _say(self) -> None:
        kind = self.kind.current() or "person"
        for name in ("person", "org"):
            self.kind.tiles[name].set_words(
                self.tongue.t(f"prereg.kind.{name}"), self.tongue.t(f"prereg.kind.{name}.do")
            )
        self.fields["id_no"].set_label(self.tongue.t(f"prereg.id_no.{kind}"))
        self.fields["name"].set_label(self.tongue.t(f"prereg.name.{kind}"))
        self.item_card.say()
        self._say_prompt()
