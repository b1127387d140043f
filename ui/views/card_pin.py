"""The page on which a card gets a new PIN: by the one before, or by the PUK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from client.app.rows.words import Words
from sync.domain.secret import Secret
from ui.presenters.card_pin import CHANGE, UNBLOCK, WAYS, PinFace, PinForm
from ui.theme import tokens
from ui.views.page_parts import tell_done
from ui.views.step_page import StepPage
from ui.widgets.choices import Tiles
from ui.widgets.fields import PinField
from ui.widgets.summary import Banner
from ui.widgets.text import Tagged

if TYPE_CHECKING:
    from ui.i18n import Tongue
    from ui.values import Problem

_FEW = 3
_LABELS = {"proof": "card_pin.proof.change"}
_WIDTH = 260  # px: eight digits, and air


class CardPinPage(StepPage):
    """Emits what was typed, once it is all there; decides nothing."""

    entered = Signal(object)  # PinForm
    way_picked = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "card_pin", "page.card_pin", "act.card_pin")
        self._face = PinFace()
        self.done = Banner()
        self.done.setObjectName("card_pin.done")
        for part in (self.done.dismiss, self.done.button):
            part.hide()
        self.form.addWidget(self.done)
        self.card = Tagged("id", "body", wrap=True)
        self.card.setObjectName("card_pin.card")
        self.form.addWidget(self.card)
        self.way = Tiles(list(WAYS))
        for name, tile in self.way.tiles.items():
            tile.setObjectName(f"card_pin.{name}")
        self.add_field("way", self.way, "card_pin.way")
        self.pins = {name: self._pin(name) for name in ("proof", "new", "again")}
        self.pins["again"].setProperty("enter", "own")
        self.pins["again"].entered.connect(self._press)
        for key in ("card_pin.rule.choose", "card_pin.rule.puk", "card_pin.rule.kept"):
            self.add_note("info-circle", key)
        self.way.picked.connect(self.way_picked)
        self.submitted.connect(self._enter)
        tongue.changed.connect(self._say)
        self.finish()
        self._say()

    def _pin(self, name: str) -> PinField:
        made = PinField()
        made.setFixedWidth(tokens().scaled(_WIDTH))
        made.textChanged.connect(lambda _text: self._typed(name))
        self.add_field(name, made, _LABELS.get(name, f"card_pin.{name}"), required=True)
        return made

    # ------------------------------------------------------------ showing

    def show_face(self, face: PinFace) -> None:
        """Show it as it is now."""
        ended = face.done and not self._face.done
        self._face = face
        self._say()
        if ended and self.isVisible():
            self.primary.setFocus()

    def set_busy(self, *, busy: bool) -> None:
        """Take no keys while the card works."""
        super().set_busy(busy=busy)
        for pin in self.pins.values():
            pin.setReadOnly(busy)
        self._open()

    def clear(self, *names: str) -> None:
        """Forget what was typed."""
        for name in names:
            self.pins[name].clear()

    def show_failure(self, problem: Problem | None) -> None:
        """Show why not; the keyboard goes to what the card was asked with."""
        super().show_failure(problem)
        if problem is not None:
            self.pins["proof"].setFocus()

    def focus_first(self) -> None:
        """What entitles to a new PIN; the way out when that is done."""
        target = self.primary if self._face.done else self.pins["proof"]
        target.setFocus()

    # ------------------------------------------------------------ inner

    def _typed(self, name: str) -> None:
        for each in {name, "again"} if name == "new" else {name}:
            self.forgive(each)
        self._open()

    def _open(self) -> None:
        """Open or close the press."""
        face, reason = self._face, ""
        if not face.ready:
            reason = "sign.no_card"
        elif face.locked and face.token:
            reason = "card_pin.token_locked"
        elif face.lost and face.locked:
            reason = "card_pin.lost"
        elif not all(pin.text() for pin in self.pins.values()):
            reason = "card_pin.fill"
        self.set_blocked(Words(reason) if reason and not face.done else None)

    def _enter(self) -> None:
        if self._face.done:
            self.left.emit()
        else:
            proof, new, again = (Secret(pin.text()) for pin in self.pins.values())
            self.entered.emit(PinForm(proof, new, again))

    def _say(self) -> None:
        face, t = self._face, self.tongue.t
        if face.done:
            tell_done(self.done, Words("card_pin.done"), self.tongue)
        self.done.setVisible(face.done)
        self.tongue.bind(self.primary, "setText", "card_pin.end" if face.done else "act.card_pin")
        for field in self.fields.values():
            field.setVisible(not face.done)
        self._say_card()
        self.way.choose(face.way)
        for name, tile in self.way.tiles.items():
            tile.set_words(t(f"card_pin.{name}"), t(f"card_pin.{name}.do"))
        self.way.tiles[CHANGE].set_blocked(t("card_pin.locked") if face.locked else "")
        self.way.tiles[UNBLOCK].set_blocked(t("card_pin.token_puk") if face.token else "")
        proof = self.fields["proof"]
        self.tongue.bind(proof, "set_label", f"card_pin.proof.{face.way}")
        rule = t(f"card_pin.form.{'token' if face.token else 'card'}")
        where = t("card_pin.puk.where") if face.way == UNBLOCK else rule
        left = face.tries_left
        proof.set_hint(where if left is None else t("door.tries", left=left))
        if left is not None and left < _FEW and not proof.problem:
            proof.note.set_role("small warn")
        self.fields["new"].set_hint(rule)
        self._open()

    def _say_card(self) -> None:
        face, t = self._face, self.tongue.t
        words = t("sign.card", name=face.name) if face.name else t("pin.card_in")
        self.card.setText(words if face.ready else t("sign.no_card"))
        self.card.setVisible(not face.done)
