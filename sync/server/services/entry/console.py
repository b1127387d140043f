"""The doors of the supervision console: opened by a card at a window; every look written down.

No password: the window trades its session for a code of 60 seconds and one use, the browser trades
the code for a cookie, and both end with the card (architecture.md §6). Whoever enters sees and does
what his roles allow, scope by scope (sync.domain.supervising); that he saw it is in the access log
(rules.md §5).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sync.domain.supervising import Act, Level, level_of, rights_of
from sync.proof.keys import new_bytes
from sync.proof.tokens import token_hash
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import WireError
from sync.protocol.messages import ConsoleCodeAnswer
from sync.server.services.rows.console import AccessRow, ConsoleCodeRow, ConsoleSessionRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.server.clock import Clock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.ports.ledger import Ledger, Transaction
    from sync.server.services.record.policy import Policy

CODE_MS = 60_000
IDLE_MS = 15 * 60_000
LONGEST_MS = 8 * 3_600_000
_MOST_WATCHED = 10_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a browser, with what he may do where."""

    person: str
    name: str
    scopes: tuple[str, ...]  # whose cases he may see
    until: int  # ms: when this visit ends at the latest
    rights: Mapping[Act, tuple[str, ...]] = field(default_factory=dict)
    level: Level = Level.DEPARTMENT
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by scope

    def of(self, act: Act) -> tuple[str, ...]:
        """Return the scopes in which he may do something.

        Raises:
            WireError: forbidden: nowhere.
        """
        scopes = self.rights.get(act)
        if not scopes:
            raise WireError("wire.forbidden")
        return scopes

    def need(self, act: Act, scope: str) -> None:
        """Let him do something in a scope, or refuse.

        Raises:
            WireError: not_found where he may not see its cases, else forbidden.
        """
        if scope not in self.scopes:
            raise WireError("wire.not_found")
        if scope not in self.rights.get(act, ()):
            raise WireError("wire.forbidden")

    def may(self, act: str, scope: str = "") -> bool:
        """Say whether he may do something in a scope; anywhere at all without one."""
        scopes = self.rights.get(Act(act), ())
        return scope in scopes if scope else bool(scopes)


@dataclass(frozen=True, slots=True)
class Look:
    """One thing looked at; `again`: a page that refreshes itself, not a person's hand."""

    what: str
    subject: str
    again: bool = False


class Console:
    """Lets supervisors in, and writes down what they look at."""

    def __init__(self, policy: Policy, clock: Clock, origin: str) -> None:
        self._policy = policy
        self._clock = clock
        self._origin = origin
        self._watched: dict[tuple[str, str, str], int] = {}

    def code(self, tx: Transaction, caller: Caller) -> ConsoleCodeAnswer:
        """Give a window's session a code for the browser.

        Raises:
            WireError: forbidden for whoever may see nothing.
        """
        if not self.may_enter(caller.person):
            raise WireError("wire.forbidden")
        code, exp = b64u_encode(new_bytes(24)), self._clock.now_ms() + CODE_MS
        tx.console.add_code(ConsoleCodeRow(token_hash(code), caller.person, caller.dlg, exp))
        return ConsoleCodeAnswer(code=code, url=f"{self._origin}/console/enter#{code}", exp=exp)

    def enter(self, tx: Transaction, code: str) -> tuple[str, Level]:
        """Trade a code for a cookie's value; return from where its person looks, too.

        Raises:
            WireError: console_code: unknown, used, run out, or its session is over.
        """
        now = self._clock.now_ms()
        row = tx.console.take_code(token_hash(code))
        if row is None or row.exp < now or not self.may_enter(row.person):
            raise WireError("wire.console_code")
        cookie = b64u_encode(new_bytes(32))
        tx.console.save_session(
            ConsoleSessionRow(token_hash(cookie), row.person, row.dlg, now, now)
        )
        self._write(tx, row.person, Look("enter", "console"))
        return cookie, level_of(self._policy.roles(row.person))

    async def looked(self, ledger: Ledger, cookie: str | None, look: Look) -> Visitor:
        """Return who holds a cookie, after writing down what he looks at.

        A person's own look lets his 15 minutes begin again. A page that refreshes itself does
        not, and is written down once in 15 minutes.

        Raises:
            WireError: console_code: no such visit, or it is over.
        """
        now = self._clock.now_ms()

        def unit(tx: Transaction) -> tuple[Visitor, bool]:
            row, holder = self._holder(tx, cookie)
            rests = look.again and now - self._watched.get(_key(holder, look), -IDLE_MS) < IDLE_MS
            if not rests:
                self._looked(tx, row, look)
            return holder, not rests

        visitor, written = await ledger.write(unit)
        # Not before: a unit that is undone, or runs again, would take its line for written.
        if written:
            if len(self._watched) >= _MOST_WATCHED:
                self._watched.clear()  # a few lines too many are better than one too few
            self._watched[_key(visitor, look)] = now
        return visitor

    def look(self, tx: Transaction, cookie: str | None, look: Look) -> Visitor:
        """Return who holds a cookie, and write down what he looks at, in the unit that acts.

        Raises:
            WireError: console_code: no such visit, or it is over.
        """
        row, visitor = self._holder(tx, cookie)
        self._looked(tx, row, look)
        return visitor

    def _looked(self, tx: Transaction, row: ConsoleSessionRow, look: Look) -> None:
        if not look.again:
            tx.console.save_session(replace(row, seen=self._clock.now_ms()))
        self._write(tx, row.person, look)

    def holder(self, tx: Transaction, cookie: str | None) -> Visitor:
        """Return who holds a cookie, and write nothing: for parts of what he was let look at.

        Raises:
            WireError: console_code: no such visit, or it is over.
        """
        return self._holder(tx, cookie)[1]

    def _holder(self, tx: Transaction, cookie: str | None) -> tuple[ConsoleSessionRow, Visitor]:
        row = None if cookie is None else tx.console.session(token_hash(cookie))
        now = self._clock.now_ms()
        if row is None or now - row.seen > IDLE_MS or now - row.created > LONGEST_MS:
            raise WireError("wire.console_code")
        visitor = self.visitor(row.person, row.created + LONGEST_MS)
        if not visitor.scopes:
            raise WireError("wire.console_code")
        return row, visitor

    def visitor(self, person: str, until: int) -> Visitor:
        """Return a person as the pages know him now."""
        held = self._policy.roles(person)
        rights = rights_of(held)
        scopes = rights.get(Act.CASE, ())
        name, level = self._policy.book.name_of(person), level_of(held)
        return Visitor(person, name, scopes, until, rights, level, held)

    def leave(self, tx: Transaction, cookie: str | None) -> None:
        """End a visit, and every other that the same card opened."""
        row = None if cookie is None else tx.console.session(token_hash(cookie))
        if row is not None:
            tx.console.drop_sessions(row.dlg)

    def may_enter(self, person: str) -> bool:
        """Say whether a person may see anything here, now."""
        return bool(self.visitor(person, 0).scopes)

    def _write(self, tx: Transaction, person: str, look: Look) -> None:
        now = self._clock.now_ms()
        tx.console.add_access(AccessRow(person, now, look.what, look.subject))


def _key(visitor: Visitor, look: Look) -> tuple[str, str, str]:
    return visitor.person, look.what, look.subject
