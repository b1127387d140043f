"""Making this machine a window: the invitation, the fingerprint compared, the first card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from client.app.access.enrolment import Asked, Invitation, fingerprint, is_code, read_invitation
from client.app.rows.session import CardPresence
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.values import EnrolForm, FieldProblem, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.access.enrolment import Enrolled
    from client.app.rows.session import CardView
    from sync.domain.secret import Secret
    from ui.presenters.desk import Desk

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


class EnrolScreen(Protocol):
    """What the page can do."""

    def show_card(self, name: str, tries_left: int | None, *, ready: bool) -> None:
        """Show whether a card is there."""

    def show_invitation(self, aud: str, genesis: str, dev: str, inc: str, code: str) -> None:
        """Fill the fields of the invitation."""

    def show_fingerprint(self, words: str) -> None:
        """Show what is to be compared, "" while there is nothing yet."""

    def show_progress(self, name: str) -> None:
        """Say how far it is."""

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Show what is wrong beside the fields; () clears it."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why it did not become a window; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that it is under way."""

    def clear_pin(self) -> None:
        """Forget what was typed."""


class EnrolPresenter:
    """The first page of a new machine.

    Args:
        desk: enrols.
        screen: the page.
        done: told what came of it when this machine is a window.
    """

    def __init__(self, desk: Desk, screen: EnrolScreen, done: Callable[[Enrolled], None]) -> None:
        self._desk = desk
        self._screen = screen
        self._done = done
        self._busy = False

    def card_changed(self, card: CardView) -> None:
        """Follow the reader."""
        ready = card.presence is CardPresence.READY
        self._screen.show_card(card.holder or "", card.tries_left, ready=ready)

    def pasted(self, text: str) -> None:
        """Take the invitation as it was printed; what cannot be read is told beside it."""
        if not text.strip():
            self._screen.show_problems(())
            return
        try:
            said = read_invitation(text)
        except Failure as failure:
            words = Words(f"error.{failure.code}")
            self._screen.show_problems((FieldProblem("invitation", words),))
            return
        self._screen.show_problems(())
        self._screen.show_invitation(said.aud, said.genesis, said.dev, str(said.inc), said.code)
        self.edited(said.genesis)

    def edited(self, genesis: str) -> None:
        """Show the fingerprint of what stands in the field now."""
        self._screen.show_fingerprint(fingerprint(genesis.strip()))

    async def enrol(self, form: EnrolForm, pin: Secret[str]) -> None:
        """Try once; a second press meanwhile is not a second try."""
        if self._busy:
            return
        problems = _problems(form)
        self._screen.show_problems(problems)
        self._screen.show_failure(None)
        if problems:
            self._screen.clear_pin()
            return
        self._busy = True
        self._screen.set_busy(busy=True)
        try:
            made = await self._desk.enrolment.enrol(_asked(form), pin, self._screen.show_progress)
        except Exception as error:  # noqa: BLE001  (every failure is told here, ours included)
            self._screen.show_failure(Problem.of(error))
        else:
            self._done(made)
        finally:
            self._busy = False
            self._screen.clear_pin()
            self._screen.set_busy(busy=False)


def _problems(form: EnrolForm) -> tuple[FieldProblem, ...]:
    wrong = (
        ("centre", not is_address(form.centre)),
        ("roots", not form.roots.strip()),
        ("dev", not form.dev.strip()),
        ("inc", not (form.inc.strip().isdecimal() and form.inc.strip().isascii())),
        ("code", not is_code(form.code)),
        ("aud", not form.aud.strip()),
        ("genesis", not fingerprint(form.genesis.strip())),
    )
    return tuple(
        FieldProblem(name, Words(f"enrol.{name}.wrong")) for name, is_wrong in wrong if is_wrong
    )


def is_address(text: str) -> bool:
    """Say whether a text is an address that a window may speak to: https, or this machine."""
    try:
        parts = urlsplit(text.strip())
        parts.port  # noqa: B018  (raises ValueError for what is no port)
    except ValueError:
        return False
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)


def _asked(form: EnrolForm) -> Asked:
    invitation = Invitation(
        form.aud.strip(),
        form.genesis.strip(),
        form.dev.strip(),
        int(form.inc),
        form.code.strip(),
    )
    return Asked(invitation, form.centre.strip().rstrip("/"), Path(form.roots.strip()))
