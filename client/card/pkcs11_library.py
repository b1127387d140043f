"""The tokens that one maker's library shows, and who is told when they come or go.

C_WaitForSlotEvent is not to be relied on (it hangs in some libraries and says nothing in others),
so the slots are looked at twice a second, by a thread that waits for an answer for no longer than
the card lane does. Everything that the library does is done in its own process.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from client.card.failures import CardFailure, CardProblem
from client.card.monitor import Subscriptions
from client.card.patience import PATIENCE_S
from client.card.pkcs11_line import LOAD_S, LibraryLine
from client.card.pkcs11_places import known
from client.card.pkcs11_token import TokenCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.monitor import Told
    from client.card.pkcs11_line import LibraryRow, TokenRow

_LOOK_S = 0.5
_STOP_S = 1.0

_log = logging.getLogger(__name__)


class TokenLibrary:
    """Tokens by the place that they are in; safe in any thread.

    Args:
        path: the library's file, as the settings name it.
        patience_s: seconds that one call may take.
        load_s: seconds that loading it may take.
        look_s: seconds between two looks.
    """

    def __init__(
        self,
        path: str,
        *,
        patience_s: float = PATIENCE_S,
        load_s: float = LOAD_S,
        look_s: float = _LOOK_S,
    ) -> None:
        self._line = LibraryLine(path, patience_s=patience_s, load_s=load_s)
        self._patience_s = patience_s
        self._look_s = look_s
        self._told = Subscriptions()
        self._had = threading.Condition(self._told.lock)
        self._tokens: dict[str, TokenRow] = {}
        self._slots: tuple[str, ...] = ()
        self._failure: CardFailure | None = None
        self._taken = threading.Lock()
        self._looked = threading.Event()
        self._asked = 0
        self.looks = 0
        """Which of the looks that were asked for has been had."""
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="token-watch", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        """Return the library's file name."""
        return self._line.name

    # ------------------------------------------------------------ what there is

    def tokens(self) -> dict[str, TokenRow]:
        """Return the tokens that are in, by their place's name, as last looked at."""
        with self._told.lock:
            return dict(self._tokens)

    def slots(self) -> tuple[str, ...]:
        """Return the names of all places, empty ones included; PC/SC may know some as readers."""
        return self._slots

    def failure(self) -> CardFailure | None:
        """Return what is wrong with the library, None where nothing is known to be."""
        return self._failure

    def facts(self) -> LibraryRow:
        """Return what the library says of itself; waits for the first look.

        Raises:
            CardFailure: what is wrong with it; SLOW while it is being loaded.
        """
        looked = self._looked.wait(self._patience_s)
        if self._failure is not None:
            raise self._failure
        library = self._line.library
        if library is None or not looked:
            raise CardFailure(CardProblem.SLOW)
        return library

    def open(self, place: str) -> TokenCard:
        """Take a token.

        Raises:
            CardFailure: NO_CARD, BUSY while another session of ours has it, and as TokenCard; what
                is wrong with a library that crashed a moment ago and does not come back.
        """
        if not self._line.loaded:
            self.look_now(self._patience_s)
            if not self._line.loaded:
                raise self._failure or CardFailure(CardProblem.SLOW)
        token = self.tokens().get(place)
        if token is None:
            raise CardFailure(CardProblem.NO_CARD)
        if not self._taken.acquire(blocking=False):
            raise CardFailure(CardProblem.BUSY)
        return TokenCard(self._line, token, self._taken.release)

    # ------------------------------------------------------------ comings and goings

    def subscribe(
        self,
        inserted: Told,
        removed: Told,
        readers_changed: Callable[[], None] = lambda: None,
    ) -> Callable[[], None]:
        """See Monitor.subscribe; places take the readers' part."""
        return self._told.subscribe(inserted, removed, readers_changed)

    def look_again(self) -> int:
        """Look at once, and tell when it is done; return the number that `looks` will have then."""
        with self._told.lock:
            self._asked += 1
            self._line.forgive()
            self._wake.set()
            return self._asked

    def look_now(self, limit_s: float) -> None:
        """Look at once, and return when it is done, or has taken too long."""
        with self._told.lock:
            number = self.look_again()
            self._had.wait_for(lambda: self.looks >= number, limit_s)

    def close(self) -> None:
        """Stop watching and end the library's process."""
        self._told.clear()
        self._stop.set()
        self._wake.set()
        self._line.close()
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            asked = self._asked
            self._look()
            self._looked.set()
            with self._told.lock:
                waited, self.looks = self.looks != asked, asked
                self._had.notify_all()
                if waited and not self._stop.is_set():
                    self._told.readers(self._tokens)
            self._wake.wait(self._look_s)

    def _look(self) -> None:
        try:
            answer = self._line.ask({"do": "tokens", "afresh": self._afresh()}, start=True)
            if answer.error:
                raise CardFailure(CardProblem.FAULT, sw=answer.error)  # noqa: TRY301  one way out
        except CardFailure as failure:
            self._failed(failure)
            return
        self._failure = None
        with self._told.lock:
            now = _named(answer.tokens)
            slots, self._slots = self._slots, tuple(dict.fromkeys((*answer.slots, *now)))
            self._follow(now)
            if slots != self._slots:
                self._told.readers(self._tokens)

    def _failed(self, failure: CardFailure) -> None:
        """Take one failed look for a slow library, the second for a library without tokens."""
        again, self._failure = self._failure is not None, failure
        if not again and not self._stop.is_set():
            _log.warning("card.token_library_failed", extra={"code": failure.code})
        if (again or not self._tokens) and not self._stop.is_set():
            with self._told.lock:
                gone, self._tokens, self._slots = bool(self._tokens), {}, ()
                if gone or not again:
                    self._told.readers(())

    def _afresh(self) -> bool:
        """Say whether this library sees a new token only when it is started anew."""
        library = self._line.library
        return library is not None and library.maker in known().look_afresh

    def _follow(self, now: dict[str, TokenRow]) -> None:
        """Tell what has changed: another token in the same place is a swap."""
        before, self._tokens = self._tokens, now
        for place, token in before.items():
            if now.get(place) != token:
                self._told.taken(place)
        for place in now:
            self._told.put_in(place)


def _named(tokens: tuple[TokenRow, ...]) -> dict[str, TokenRow]:
    """Name each token's place as the library does; the slot's number where two are alike."""
    named: dict[str, TokenRow] = {}
    for token in tokens:
        name = token.place or token.label or token.model
        named[f"{name} #{token.slot}" if name in named else name] = token
    return named
