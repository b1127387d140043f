"""May we speak: the greeting, the token, and when only a card helps."""

from __future__ import annotations


class Access:
    """Greeting first, then a token that is renewed before it ends (proof.md §7).

    A token that the centre no longer knows is renewed; if it will not renew, the session logs in
    again with its delegation; if it will not have that, `login_needed`. A session that was opened
    without the line is `outbox_only` once the centre has it: it pushes and pulls, and that is all.

    Args:
        renew_ms: how long before its end a token is renewed.
    """

    def __init__(self, renew_ms: int) -> None:
        self.greeted = False
        self.login_needed = False
        self.outbox_only = False
        self._renew_ms = renew_ms
        self._until: int | None = None
        self._renew = False

    @property
    def renew(self) -> bool:
        """Say whether the next admission renews (else: logs in)."""
        return self._renew

    def held(self, now: int) -> bool:
        """Say whether requests that need a token can be sent."""
        return self.greeted and self._until is not None and self._until > now

    def greet_at(self) -> int | None:
        """When to greet; None when that was done."""
        return None if self.greeted else 0

    def admit_at(self) -> int | None:
        """When to get a token; None before the greeting."""
        if not self.greeted:
            return None
        return 0 if self._until is None else self._until - self._renew_ms

    def admitted(self, now: int, token_ms: int) -> None:
        """Take a token for so long; a very short one is used a little, or we would only renew."""
        self._until = now + max(token_ms, 2 * self._renew_ms)
        self._renew = True

    def lost(self) -> None:
        """The centre does not know the token."""
        self._until = None

    def refused(self) -> bool:
        """The admission was refused; True when nothing is left but a card."""
        self._until = None
        self.login_needed = not self._renew
        self._renew = False
        return self.login_needed
