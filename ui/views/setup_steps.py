"""Steps of a machine's first run that no other page has: the centre, typing, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from sync.domain.calendar import CHINA
from ui.views.centre_fields import add_centre_fields, tell_remedy
from ui.views.page_parts import later_button
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.facts import Facts
from ui.widgets.fields import LineField
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.summary import Banner
from ui.widgets.text import Icon, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.app.access.trying import LineTried
    from ui.i18n import Tongue
    from ui.values import Problem

_HAN = ("\u3400", "\u9fff")  # the ideographs that names are made of; the rare ones lie beyond
_CLOCK_S = 120


class CentreStep(StepPage):
    """Where the centre is; its line is tried, and who answers is shown for people to compare."""

    edited = Signal()
    later = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "centre", "setup.centre.title", "setup.centre.try")
        self.back.hide()  # it is the first
        self._tried: LineTried | None = None
        self.centre, self.roots = add_centre_fields(self)
        self._make_found()
        for key in ("setup.centre.rule", "setup.centre.sent", "setup.later.rule"):
            self.add_note("info-circle", key)
        self.extra.addWidget(later_button(self, tongue, "centre.later", self.later))
        for line in (self.centre, self.roots):
            line.textChanged.connect(lambda _text: self.edited.emit())
        tongue.changed.connect(self._say)
        self.finish()

    def _make_found(self) -> None:
        self.face = Face("told")
        self.face.setObjectName("centre.found")
        box = column(self.face, gap=10, margin=16)
        top = row(gap=10)
        top.addWidget(Icon("shield-check", "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        self.answered = Text("body", wrap=True)
        top.addWidget(self.answered, 1)
        self.facts = Facts()
        self.compare = Text("small", wrap=True)
        self.tongue.bind(self.compare, "setText", "setup.centre.compare")
        box.addLayout(top)
        box.addWidget(self.facts)
        box.addWidget(self.compare)
        self.form.addWidget(self.face)
        self.face.hide()

    # ------------------------------------------------------------ showing

    def typed_now(self) -> dict[str, str]:
        """Return what stands in the fields."""
        return {"centre": self.centre.text(), "roots": self.roots.text()}

    def show_typed(self, typed: Mapping[str, str]) -> None:
        """Show again what was typed before."""
        self.centre.setText(typed.get("centre", ""))
        self.roots.setText(typed.get("roots", ""))

    def show_tried(self, tried: LineTried | None) -> None:
        """Show who answered, None while nobody was asked: the press tries first, then goes on."""
        self._tried = tried
        act = "setup.centre.try" if tried is None else "setup.go_on"
        self.tongue.bind(self.primary, "setText", act)
        self._say()
        self.face.setVisible(tried is not None)
        if tried is not None:
            self.form.activate()
            self.scroller.ensureWidgetVisible(self.face)

    def show_failure(self, problem: Problem | None) -> None:
        """Show why the centre did not answer, with the remedy that fits a new machine."""
        super().show_failure(problem)
        tell_remedy(self, problem)

    def _say(self) -> None:
        tried, t = self._tried, self.tongue.t
        if tried is None:
            return
        late = abs(tried.offset_s) > _CLOCK_S
        key = "setup.centre.clock_off" if late else "setup.centre.answered"
        minutes = abs(tried.offset_s) // 60
        self.answered.setText(t(key, name=tried.name, aud=tried.aud, minutes=minutes))
        shown = tried.certificate
        facts = [("setup.centre.beginning", tried.fingerprint)]
        if shown is None:
            facts.append(("setup.centre.certificate", t("setup.centre.no_certificate")))
        else:
            until = shown.until.astimezone(CHINA).date().isoformat()
            facts += [
                ("setup.centre.certificate", shown.name),
                ("setup.centre.issuer", shown.issuer),
                ("setup.centre.until", until),
                ("setup.centre.print", shown.fingerprint),
            ]
        self.facts.show_facts([(t(label), value) for label, value in facts])


class TypingStep(StepPage):
    """Whether Chinese can be typed: what the machine says, and a field to try it in."""

    later = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "typing", "setup.typing.title", "setup.go_on")
        self._state = ""
        self.told = Banner()
        self.told.setObjectName("typing.told")
        self.told.button.hide()
        self.told.dismiss.hide()
        self.form.addWidget(self.told)
        self.line = LineField(limit=60)
        self.add_field("line", self.line, "setup.typing.line", hint="setup.typing.line.hint")
        self.line.textChanged.connect(lambda _text: self._say())
        for key in ("setup.typing.rule", "setup.typing.rare", "setup.later.rule"):
            self.add_note("info-circle", key)
        self.extra.addWidget(later_button(self, tongue, "typing.later", self.later))
        tongue.changed.connect(self._say)
        self.finish()

    @property
    def tried(self) -> bool:
        """Say whether an ideograph was typed."""
        return any(_HAN[0] <= char <= _HAN[1] for char in self.line.text())

    def show_state(self, state: str) -> None:
        """Show how the input method is reached: a value of `client.host.typing.Typing`."""
        self._state = state
        self._say()

    def _say(self) -> None:
        t = self.tongue.t
        if self.tried:
            self.told.tell("good", "circle-check", t("setup.typing.tried"))
        elif self._state == "long":
            words = f"{t('doctor.typing.long')}。{t('doctor.typing.long.do')}"
            self.told.tell("error", "alert-triangle", words)
        elif self._state:
            self.told.tell("told", "keyboard", t(f"setup.typing.{self._state}"))


class EndStep(StepPage):
    """What is set, what is left for later, and where it is found then."""

    close_wanted = Signal()
    practice_wanted = Signal()

    def __init__(self, tongue: Tongue, *, enrolled: bool, practice: bool) -> None:
        act = "setup.end.door" if enrolled else "setup.end.join"
        super().__init__(tongue, "setup_end", "setup.end.title", act)
        self._left: tuple[str, ...] = ()
        self._enrolled = enrolled
        self.lines = column(gap=8)
        self.form.addLayout(self.lines)
        for key in ("setup.end.rule", "setup.end.help"):
            self.add_note("info-circle", key)
        if not enrolled:
            offers = [("close", "x", self.close_wanted)]
            if practice:
                offers.insert(0, ("practice", "player-play", self.practice_wanted))
            for name, icon, signal in offers:
                button = ActButton("plain", icon)
                button.setObjectName(f"setup_end.{name}")
                tongue.bind(button, "setText", f"setup.end.{name}")
                button.clicked.connect(signal)
                self.extra.addWidget(button)
        tongue.changed.connect(self._say)
        self.finish()

    def show_left(self, left: tuple[str, ...]) -> None:
        """Show the steps that were left for later."""
        self._left = left
        self._say()

    def _say(self) -> None:
        clear(self.lines)
        t = self.tongue.t
        if not self._left:
            self.lines.addWidget(_line("circle-check", "ok", t("setup.end.all"), ""))
        for step in self._left:
            words = t("setup.end.left", step=t(f"setup.step.{step}"))
            self.lines.addWidget(_line("clock", "yellow", words, t(f"setup.left.{step}")))


def _line(icon: str, ink: str, words: str, where: str) -> Face:
    face = Face("surface")
    box = row(face, gap=14, margin=14)
    box.addWidget(Icon(icon, ink, 20), 0, Qt.AlignmentFlag.AlignTop)
    said = column(gap=2)
    said.addWidget(Text("body", words, wrap=True))
    if where:
        said.addWidget(Text("small muted", where, wrap=True))
    box.addLayout(said, 1)
    return face
