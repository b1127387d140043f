"""A new PIN for the card in the reader: with the one before, or with the PUK.

Any card of ours takes it, at the door as at work; whose it is and what it opens here is nobody's
question. What was typed goes to the card and is kept nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.access.opening import Means
    from client.app.ports.card import CardInHand
    from sync.domain.secret import Secret


class CardPins:
    """Sets PINs.

    Args:
        means: card and lanes.
        look_again: has the card read anew, whatever came of it: each try counts.
    """

    def __init__(self, means: Means, look_again: Callable[[], None]) -> None:
        self._means = means
        self._look_again = look_again

    async def change(self, old: Secret[str], new: Secret[str]) -> None:
        """Replace the PIN by whoever knows it.

        Raises:
            CardFailure: card.pin_wrong (tries_left), card.pin_blocked, card.pin_form (no try was
                spent), card.pin_unsure: the card left before it answered; as for a login.
        """
        await self._do(lambda card: card.change_pin(old, new))

    async def unblock(self, puk: Secret[str], new: Secret[str]) -> None:
        """Set a PIN by the PUK, also where it is not locked but forgotten.

        Raises:
            CardFailure: card.puk_wrong (tries_left), card.puk_blocked: the card is lost;
                card.puk_elsewhere: a USB key; card.pin_form, card.pin_unsure; as for a login.
        """
        await self._do(lambda card: card.unblock(puk, new))

    async def _do(self, work: Callable[[CardInHand], None]) -> None:
        try:
            await self._means.lanes.card.run(self._with_card, work)
        finally:
            self._look_again()

    def _with_card(self, work: Callable[[CardInHand], None]) -> None:
        with self._means.card.open() as card:
            work(card)
