"""What the services ask of the database about sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync.server.services.rows.sessions import DelegationRow, TokenRow


class SessionRows(Protocol):
    """Delegations, tokens, and what may be used only once."""

    def add_delegation(self, row: DelegationRow) -> None:
        """Keep a verified delegation; the same one twice is kept once."""

    def delegation(self, hash_: str) -> DelegationRow | None:
        """Return a delegation."""

    def add_token(self, row: TokenRow) -> None:
        """Keep a token."""

    def token(self, hash_: str) -> TokenRow | None:
        """Return a token."""

    def drop_tokens(self, dlg: str) -> None:
        """End every token of a session, for ever."""

    def shorten_tokens(self, dlg: str, exp: int) -> None:
        """Let the tokens of a session expire at `exp` unless they do before."""

    def add_nonce(self, kind: str, value: str, bound: str, exp: int) -> bool:
        """Keep something that may be used once; False if it is there already."""

    def take_nonce(self, kind: str, value: str) -> tuple[str, int] | None:
        """Use it up: return (bound, exp) the first time, None ever after."""

    def sweep(self, now: int) -> None:
        """Forget nonces and codes that have expired, and tokens whose session must be over."""
