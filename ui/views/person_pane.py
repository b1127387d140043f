"""One applicant whole: who he is, his cases, who acts for him, what he gave that still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.lights import LightMark
from ui.widgets.text import Text

if TYPE_CHECKING:
    from client.app.rows.people import ApplicantDetail, EarlierMaterial, HistoryRow
    from ui.i18n import Tongue


class PersonPane(QWidget):
    """Shows one person; empty when there is none."""

    opened = Signal(str)
    taken_over = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self._tongue = tongue
        self._person: ApplicantDetail | None = None
        self._earlier: tuple[str, tuple[EarlierMaterial, ...]] = ("", ())
        self.box: QVBoxLayout = column(self, gap=12)

    @property
    def person(self) -> ApplicantDetail | None:
        """Who is shown."""
        return self._person

    def show_person(self, person: ApplicantDetail | None) -> None:
        """Show a person."""
        self._person, self._earlier = person, ("", ())
        self.say()

    def show_earlier(self, case: str, materials: tuple[EarlierMaterial, ...]) -> None:
        """Show what he gave before and one of his open cases may take."""
        self._earlier = (case, materials)
        self.say()

    def first(self) -> QWidget | None:
        """Return the first act, None where there is none."""
        return next(iter(self.findChildren(ActButton)), None)

    def say(self) -> None:
        """Say it in the language in force."""
        clear(self.box)
        person = self._person
        if person is None:
            return
        t, row_ = self._tongue.t, person.row
        self.box.addWidget(Text("section", row_.name, wrap=True, select=True))
        tags = row(gap=6)
        tags.addWidget(Text("tag", t(f"people.kind.{row_.kind}")))
        numbers = self._tongue.joined(row_.id_no, row_.phone)
        tags.addWidget(Text("small muted", numbers, select=True), 1)
        self.box.addLayout(tags)
        for other in person.namesakes:
            words = t("double.name", name=other.name, id_no=other.id_no, count=1)
            self.box.addWidget(Text("small warn", words, wrap=True))
        if self._earlier[1]:
            self.box.addWidget(self._offered(*self._earlier))
        self.box.addWidget(self._history(person))
        self.box.addWidget(self._agents(person))
        self.box.addStretch(1)

    # ------------------------------------------------------------ parts

    def _offered(self, case: str, materials: tuple[EarlierMaterial, ...]) -> Face:
        t = self._tongue.t
        face = Face("told")
        box = column(face, gap=6, margin=16)
        box.addWidget(Text("body", t("people.earlier", case=case, count=len(materials)), wrap=True))
        for each in materials:
            given = self._tongue.day(each.given_at)
            words = t(
                "people.earlier.line",
                name=each.name,
                case=each.case,
                given=given,
                until=each.until.isoformat(),
                pages=sum(page.pages for page in each.pages),
            )
            box.addWidget(Text("small", words, wrap=True))
        line = row(gap=8)
        take = ActButton("primary", "files")
        take.setText(t("act.take_over"))
        take.setObjectName("people.take_over")
        take.clicked.connect(lambda: self.taken_over.emit(case))
        line.addWidget(take)
        line.addStretch(1)
        box.addLayout(line)
        return face

    def _history(self, person: ApplicantDetail) -> Face:
        t = self._tongue.t
        face, box = self._card("people.history", count=person.row.cases)
        for place, case in enumerate(person.history, start=1):
            box.addLayout(self._case(place, case))
        if person.more:
            words = t("people.history.more", shown=len(person.history))
            box.addWidget(Text("small muted", words, wrap=True))
        return face

    def _case(self, place: int, case: HistoryRow) -> QVBoxLayout:
        both = column(gap=0)
        line = row(gap=8)
        button = ActButton("link")
        button.setText(case.number)
        button.setObjectName(f"people.case.{place}")
        button.clicked.connect(lambda: self.opened.emit(case.number))
        line.addWidget(button)
        line.addWidget(Text("tag-quiet", self._tongue.coded("state", case.state)))
        line.addStretch(1)
        remaining = self._tongue.say(case.light.remaining)
        if remaining:
            light = LightMark()
            light.set_light(case.light.light, remaining, passed=case.light.statutory_passed)
            line.addWidget(light)
        line.addWidget(Text("small muted", self._tongue.day(case.updated_at)))
        both.addLayout(line)
        item = Text("small muted", case.item, wrap=True)
        item.setContentsMargins(4, 0, 0, 0)
        both.addWidget(item)
        return both

    def _agents(self, person: ApplicantDetail) -> Face:
        t = self._tongue.t
        face, box = self._card("people.agents", count=len(person.agents))
        for agent in person.agents:
            numbers = (agent.name, agent.id_no, agent.phone)
            box.addWidget(Text("body", self._tongue.joined(*numbers), wrap=True))
            matters = t("list.semicolon").join(agent.items)
            last = self._tongue.day(agent.last_at)
            words = t(
                "people.agent.matters",
                matters=matters,
                cases=agent.cases,
                open=agent.open,
                last=last,
            )
            box.addWidget(Text("small muted", words, wrap=True))
        key = "people.agent.rule" if person.agents else "people.agents.none"
        box.addWidget(Text("small faint", t(key), wrap=True))
        return face

    def _card(self, key: str, **args: object) -> tuple[Face, QVBoxLayout]:
        face = Face("surface")
        box = column(face, gap=8, margin=16)
        box.addWidget(Text("muted", self._tongue.t(key, **args)))
        return face, box
