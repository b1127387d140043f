"""Who is at the window: the card in the reader, logging in, locking.

Pulling the card locks at once: the screens are told first, then what is waiting may drain for two
seconds, then the store is closed and its keys are gone. Drafts are in the store already.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.access.opening import Opening, check_card
from client.app.access.recovering import void_unsealed
from client.app.failures import AppFailure
from client.app.rows.changes import CardChanged, SessionClosed, SessionLocked, SessionOpened
from client.app.rows.session import CardPresence, CardView
from client.app.rows.words import Words
from sync.domain.failures import Failure, FailureKind
from sync.domain.fields import ms_of
from sync.engine.faults import Fault, LineFailure
from sync.engine.session import Speaker
from sync.protocol.limits import LOGIN_NONCE_MS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.app.access.line import Line
    from client.app.access.opening import Means, Opened
    from client.app.rows.session import SessionView
    from client.app.session.news import News
    from client.app.session.workplace import Workplace
    from client.host.pinned import Pinned
    from sync.domain.secret import Secret
    from sync.proof.keys import SoftwareKey
    from sync.protocol.messages import LoginNonceAnswer

DRAIN_S = 2.0
LOOK_AGAIN_S = {"error.card.busy": 1.0, "error.app.clock_doubted": 5.0}
ASK_TIME_S = 3.0
SAID_BEFORE_DAYS = 30


class Door:
    """Log in and lock; one session at a time.

    Args:
        means: card, vault, lanes, clock, store.
        pinned: reads whom this window trusts; None before enrolment.
        line: the line to the centre.
        furnish: makes the workplace of an opened session.
        news: tells the screens.

    Attributes:
        parting: done yet while line and store are open, at a session's end; a second at most.
    """

    def __init__(
        self,
        means: Means,
        pinned: Callable[[], Pinned | None],
        line: Line,
        furnish: Callable[[Opened], Awaitable[Workplace]],
        news: News,
    ) -> None:
        self._means = means
        self._pinned = pinned
        self._line = line
        self._furnish = furnish
        self._news = news
        self._place: Workplace | None = None
        self._closing: Workplace | None = None
        self._busy = asyncio.Lock()
        self._moved = asyncio.Event()
        self.card = CardView(CardPresence.EMPTY)
        self.parting: Callable[[Workplace, str], Awaitable[None]] = _nothing

    @property
    def session(self) -> SessionView | None:
        """Return who is at the window."""
        return self._place.session if self._place else None

    def place(self) -> Workplace:
        """Return the open session's means.

        Raises:
            AppFailure: app.locked.
        """
        if self._place is None:
            raise AppFailure("app.locked", FailureKind.RETRIABLE)
        return self._place

    def still_open(self) -> Workplace:
        """Return the means also while the window is being locked: what was typed is kept yet.

        Raises:
            AppFailure: app.locked.
        """
        return self._closing if self._closing is not None else self.place()

    # ------------------------------------------------------------ the card

    async def watch_card(self) -> None:
        """Follow the reader for as long as the program runs."""
        loop = asyncio.get_running_loop()

        def moved() -> None:
            loop.call_soon_threadsafe(self._moved.set)

        end = self._means.card.watch(moved)
        try:
            while True:
                self._moved.clear()
                await self._look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._look_again_s()):
                        await self._moved.wait()
        finally:
            end()

    def look_again(self) -> None:
        """Read the card anew: the tries left may have changed."""
        self._moved.set()

    def _look_again_s(self) -> float | None:
        """Return when to look again though nobody tells of anything: None, not before.

        Another program does not say when it lets go of the card, nor the line when it is back.
        """
        problem = self.card.problem
        return None if problem is None else LOOK_AGAIN_S.get(problem.key)

    async def _look(self) -> None:
        present = await self._means.lanes.card.run(self._means.card.present)
        if not present and self._place is not None:
            # The screens are told that the card has gone, so that they keep what was typed; then
            # they go dark, before anything else is done about it.
            self._show(CardView(CardPresence.EMPTY, self.card.reader))
            await asyncio.sleep(0)
            await self.lock("card_removed")
        card = await self._means.lanes.card.run(self._read_card)
        doubted = card.problem is not None and card.problem.key == "error.app.clock_doubted"
        if doubted and await self._asked_time():
            card = await self._means.lanes.card.run(self._read_card)
        if self._place is not None and card.person != self._place.session.person:
            # Another card was put in so fast that the reader was never seen empty.
            await self.lock("card_removed")
        self._show(card)

    def _read_card(self) -> CardView:
        """Read what needs no PIN and hold it against what is pinned. Card lane."""
        try:
            places = tuple(place.name for place in self._means.card.places())
        except Failure as failure:
            problem = Words(f"error.{failure.code}", dict(failure.details))
            return CardView(CardPresence.UNUSABLE, problem=problem)
        if not places:
            return CardView(CardPresence.NO_READER)
        return replace(self._read_at(places[0]), places=places)

    def _read_at(self, reader: str) -> CardView:
        port = self._means.card
        try:
            if not port.present():
                return CardView(CardPresence.EMPTY, reader)
            facts = port.look()
            pinned = self._pinned()
            if pinned is None:
                tries = facts.tries_left
                return CardView(CardPresence.READY, reader, tries_left=tries, token=facts.token)
            identity = check_card(facts.login_certificate, pinned, self._means.seen)
            has_place = facts.agree_certificate in self._means.vault.certificates()
        except Failure as failure:
            problem = Words(f"error.{failure.code}", dict(failure.details))
            return CardView(CardPresence.UNUSABLE, reader, problem=problem)
        days = (identity.not_after - self._means.seen.estimate().at).days
        blocked = facts.tries_left == 0
        if not has_place and not blocked:
            return CardView(
                CardPresence.UNUSABLE,
                reader,
                identity.name,
                identity.person,
                facts.tries_left,
                problem=Words("error.vault.no_slot"),
                has_no_place=True,
                token=facts.token,
            )
        return CardView(
            CardPresence.UNUSABLE if blocked else CardPresence.READY,
            reader,
            identity.name,
            identity.person,
            facts.tries_left,
            days if days <= SAID_BEFORE_DAYS else None,
            Words("error.card.pin_blocked") if blocked else None,
            token=facts.token,
        )

    async def _asked_time(self) -> bool:
        """Ask the centre what time it is; False when it cannot be reached now."""
        pinned = self._pinned()
        if pinned is None:
            return False
        try:
            async with asyncio.timeout(ASK_TIME_S):
                hello = await self._line.hello()
        except (LineFailure, TimeoutError):
            return False
        if hello.aud == pinned.aud:
            self._means.seen.heard(hello.t)
        return hello.aud == pinned.aud

    def _show(self, card: CardView) -> None:
        if card != self.card:
            self.card = card
            self._news.tell(CardChanged(card))

    # ------------------------------------------------------------ in and out

    async def log_in(self, pin: Secret[str]) -> SessionView:
        """Open a session with the card in the reader.

        Raises:
            CardFailure: card.pin_wrong (tries_left), card.pin_blocked, card.removed, …
            CertificateError: expired, revoked, foreign, …
            AppFailure: app.no_rights; with no line and no leave to work without: app.no_lease,
                app.lease_over, app.not_in_lease, app.lease_revoked.
            LineFailure: the centre refused the login; its code says why.
        """
        async with self._busy:
            if self._place is not None:
                return self._place.session
            pinned = self._pinned()
            if pinned is None:
                raise AppFailure("app.not_enrolled", FailureKind.BROKEN)
            opening = Opening(self._means, pinned)
            asked = await self._nonce(pinned, opening.key)
            try:
                opened = await opening.run(pin, asked)
            except Failure:
                self.look_again()
                raise
            return await self._enter(opened, online=asked is not None)

    async def lock(self, reason: str = "manual") -> None:
        """Lock the window; what was not sent goes at the next login."""
        async with self._busy:
            place, self._place = self._place, None
            if place is None:
                return
            self._closing = place
            now = self._means.seen.estimate()
            if now.sure:
                self._means.seen.heard(ms_of(now.at))
            self._news.tell(SessionLocked(reason))
            try:
                await self.parting(place, reason)
                async with place.steps:
                    # A store that cannot write any more (a full disk) must still be closed.
                    with contextlib.suppress(Failure):
                        await place.on_store(_close_chain, place, reason)
                    await self._line.close(DRAIN_S)
            finally:
                self._closing = None
                waiting = await place.on_store(_count_and_close, place)
                waiting = waiting if self._line.sends else 0
                await place.on_store(self._means.seen.save)
            self._news.tell(SessionClosed(waiting))

    async def console_address(self) -> str:
        """Return a one-time address of the supervision console (60 s)."""
        self.place()
        return await self._line.console_address()

    async def _nonce(self, pinned: Pinned, key: SoftwareKey) -> LoginNonceAnswer | None:
        """Ask the centre for the login's nonce; None when the line is down."""
        try:
            asked = await self._line.login_nonce(pinned.dev, Speaker(key, key.jwk))
        except LineFailure as failure:
            if failure.fault in (Fault.LINE, Fault.BUSY):
                return None
            raise
        self._means.seen.heard(asked.exp - LOGIN_NONCE_MS)
        return asked

    async def _enter(self, opened: Opened, *, online: bool) -> SessionView:
        store = self._means.lanes.store
        try:
            place = await self._furnish(opened)
            if online:
                await self._line.pin_policy(opened, place)
                await self._line.log_in(opened, place)
            await place.on_store(_open_chain, place, opened)
            await place.on_store(void_unsealed, place)
            await store.run(self._means.seen.save)
            await self._line.start(opened, place)
        except BaseException:
            await self._line.close(0)
            await store.run(opened.store.close)
            raise
        self._place = place
        self._news.tell(SessionOpened(place.session))
        self._moved.set()  # the card may have been pulled since it signed
        return place.session


async def _nothing(_place: Workplace, _reason: str) -> None:
    """Do nothing before the store is closed: nobody asked for it."""


def _open_chain(place: Workplace, opened: Opened) -> None:
    """Append the session's first event (proof.md §4)."""
    scope = f"hall/{place.session.hall}"
    draft = place.recorder.draft("session.open", scope, None, opened.login.body())
    place.recorder.commit(draft)


def _close_chain(place: Workplace, reason: str) -> None:
    """Append the session's last event: whoever finds the machine cannot go on with it.

    A session whose twelve hours are over has ended without it (proof.md §4).
    """
    if place.leave.session_over():
        return
    scope = f"hall/{place.session.hall}"
    place.recorder.commit(place.recorder.draft("session.close", scope, None, {"reason": reason}))


def _count_and_close(place: Workplace) -> int:
    """Close the store; return how many own steps wait for the next login."""
    try:
        return place.store.outbox_size()
    finally:
        place.store.close()
