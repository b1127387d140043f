"""A card's PIN: replaced by whoever knows it, set anew by the PUK where it is locked or forgotten.

What no card would take is told beside its field before the card is asked: it costs no try.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from client.app.rows.words import Words
from ui.values import FieldProblem, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.session import CardView
    from sync.domain.secret import Secret
    from ui.presenters.desk import Desk

CHANGE, UNBLOCK = WAYS = ("change", "unblock")
FIELDS = ("proof", "new", "again")
_MISTYPED = frozenset({"card.pin_wrong", "card.pin_wrong_untold", "card.puk_wrong"})
_SHORTEST, _CARDS, _TOKENS = 6, 8, 32


@dataclass(frozen=True, slots=True)
class PinForm:
    """What was typed: what entitles to a new PIN, and the new one twice."""

    proof: Secret[str]  # the PIN so far, or the PUK
    new: Secret[str]
    again: Secret[str]


@dataclass(frozen=True, slots=True)
class PinFace:
    """The page as it looks now.

    Attributes:
        name: whose card it is, "" where that is not known.
        ready: a card is there that can be spoken to.
        way: one of WAYS.
        locked: no try is left, so that only the PUK helps.
        tries_left: of what the way asks for, None where nobody tells.
        token: a USB key, with PINs of its maker's kind and no PUK.
        done: the card has its new PIN.
        lost: the PUK is locked too; nothing helps this card.
    """

    name: str = ""
    ready: bool = False
    way: str = CHANGE
    locked: bool = False
    tries_left: int | None = None
    token: bool = False
    done: bool = False
    lost: bool = False


class CardPinScreen(Protocol):
    """What the page can do."""

    def show_face(self, face: PinFace) -> None:
        """Show how it looks now."""

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Say what no card takes, beside its field."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why not; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that the card works."""

    def clear(self, *names: str) -> None:
        """Forget what was typed in fields."""


class CardPinPresenter:
    """One page, for whatever cards come and go.

    Args:
        desk: sets PINs.
        screen: the page.
        leave: called when the page is left.
        tell: told what is not known where the page was closed while the card was asked.
    """

    def __init__(
        self,
        desk: Desk,
        screen: CardPinScreen,
        leave: Callable[[], None],
        tell: Callable[[Words], object],
    ) -> None:
        self._desk = desk
        self._screen = screen
        self._leave = leave
        self._tell = tell
        self._card: CardView | None = None
        self._way = CHANGE
        self._puk_tries: int | None = None
        self._done = self._lost = False
        self.busy = False

    async def open(self) -> None:
        """Show the card that is there."""
        self.card_changed(self._desk.door.card)

    def card_changed(self, card: CardView) -> None:
        """Follow the reader: what was typed for one card is not there for the next."""
        before, self._card = self._card, card
        same = before is not None and _which(before) == _which(card)
        if not same and not self.busy:
            self._way, self._puk_tries = CHANGE, None
            self._done = self._lost = False
            self._screen.clear(*FIELDS)
            self._screen.show_problems(())
            if card.answers:
                self._screen.show_failure(None)  # what befell a card is told while it is out
        self._show()

    def pick(self, way: str) -> None:
        """Choose what entitles to a new PIN; what was typed for the other is forgotten."""
        if way != self._way and not self.busy:
            self._way = way
            self._screen.show_problems(())
            self._screen.clear("proof")
            self._show()

    async def set(self, form: PinForm) -> None:
        """Ask the card once; a second press while it works is not a second try."""
        face = self._face()
        if self.busy or not face.ready:
            return
        problems = _problems(form, face)
        self._screen.show_problems(problems)
        if problems:
            return
        self.busy = True
        self._screen.show_failure(None)
        self._screen.set_busy(busy=True)
        try:
            await self._ask(form, face.way)
        finally:
            self.busy = False
            self._screen.set_busy(busy=False)
            self._show()

    def leave(self) -> None:
        """Leave, unless the card is being asked: nobody would see what came of it."""
        if not self.busy:
            self._screen.clear(*FIELDS)
            self._leave()

    # ------------------------------------------------------------ inner

    async def _ask(self, form: PinForm, way: str) -> None:
        pins = self._desk.card_pins
        try:
            await (pins.unblock if way == UNBLOCK else pins.change)(form.proof, form.new)
        except asyncio.CancelledError:
            self._tell(Words("card_pin.unsure"))
            raise
        except Exception as error:  # noqa: BLE001  (every failure is told here, ours included)
            problem = Problem.of(error)
            left = problem.detail("tries_left")
            if way == UNBLOCK and isinstance(left, int):
                self._puk_tries = left
            self._lost = problem.code == "card.puk_blocked"
            self._screen.clear(*(FIELDS[:1] if problem.code in _MISTYPED else FIELDS))
            self._screen.show_failure(problem)
        else:
            self._done = True
            self._screen.clear(*FIELDS)

    def _show(self) -> None:
        self._screen.show_face(self._face())

    def _face(self) -> PinFace:
        card = self._card or self._desk.door.card
        locked = card.tries_left == 0
        way = UNBLOCK if locked and not card.token else self._way
        return PinFace(
            name=card.holder or "",
            ready=card.answers,
            way=way,
            locked=locked,
            tries_left=self._puk_tries if way == UNBLOCK else card.tries_left,
            token=card.token,
            done=self._done,
            lost=self._lost,
        )


def _which(card: CardView) -> tuple[object, ...]:
    return card.answers, card.reader, card.holder, card.person


def _problems(form: PinForm, face: PinFace) -> tuple[FieldProblem, ...]:
    """Say what no card would take: told now, it costs no try."""
    proof, new, again = (each.reveal() for each in (form.proof, form.new, form.again))
    rule = f"card_pin.form.{'token' if face.token else 'card'}"
    found = [
        (name, rule)
        for name, typed in (("proof", proof), ("new", new))
        if not _taken(typed, token=face.token)
    ]
    if not found and face.way == CHANGE and new == proof:
        found.append(("new", "card_pin.same"))
    if again != new:
        found.append(("again", "card_pin.differs"))
    return tuple(FieldProblem(name, Words(key)) for name, key in found)


def _taken(typed: str, *, token: bool) -> bool:
    """Say whether a card, or a USB key, takes it as a PIN at all (SP 800-73-4 part 2 §2.4.3)."""
    longest = _TOKENS if token else _CARDS
    return _SHORTEST <= len(typed) <= longest and (token or typed.isdigit())
