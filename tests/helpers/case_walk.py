"""Walk a case to a state through a hand-made window, with the cards of the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.ids import make_serial
from tests.helpers import case_steps as say

if TYPE_CHECKING:
    from tests.helpers.hand_window import HandWindow

#: (state reached, card, step, needs the card's own signature)
WALK = (
    ("registered", "reception", "preregister", False),
    ("received", "clerk", "receive", False),
    ("accepted", "clerk", "accept", False),
    ("handling", "handler", "claim", False),
    ("reviewing", "handler", "handle", False),
    ("deciding", "reviewer", "review", False),
    ("granted", "chief", "grant", True),
    ("making", "clerk", "make", False),
    ("sealing", "chief", "seal.intent", True),
    ("certified", "chief", "seal", True),
    ("issued", "clerk", "issue", False),
    ("delivered", "clerk", "sign_for", False),
    ("closed", "clerk", "close", False),
)


def body_of(kind: str, serial: str) -> dict:
    """Return the body of one step of the walk."""
    bodies = {
        "preregister": say.preregister,
        "receive": say.receive,
        "accept": say.accept,
        "claim": dict,
        "handle": say.handle,
        "review": say.review,
        "grant": say.grant,
        "make": lambda: say.make(serial),
        "seal.intent": lambda: say.seal_intent(serial),
        "seal": lambda: say.seal(serial),
        "issue": lambda: say.issue(serial),
        "sign_for": say.sign_for,
        "close": dict,
    }
    return bodies[kind]()


def walk_to(window: HandWindow, state: str) -> str:
    """Bring a new case to a state; returns its number. Every step must be accepted."""
    number, serial, holder = "", "", ""
    for reached, card, kind, act in WALK:
        if card != holder:
            window.log_in(card)
            holder = card
        if not number:
            number = window.new_number()
            block = next(b for b in window.lease.blocks if b.kind == "certificate")
            serial = make_serial("339901", 2026, block.first + int(number[16:21]) % 40)
        result = window.step(kind, body_of(kind, serial), case=number, card=act)
        assert (result.verdict, result.code) == ("accepted", None), (kind, result)
        if reached == state:
            return number
    raise ValueError(state)
