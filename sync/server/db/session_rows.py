"""Ends of chains, anchors, delegations, tokens, nonces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, or_, select, update

from sync.protocol.limits import DELEGATION_MS
from sync.server.db import hints
from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import anchors, console_codes, delegations, device_heads, nonces, tokens
from sync.server.services.rows.devices import AnchorRow, DeviceHead
from sync.server.services.rows.sessions import DelegationRow, TokenRow

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, Select


def _anchors_around() -> Select[Any]:
    dev: BindParameter[str] = bindparam("dev")
    inc: BindParameter[int] = bindparam("inc")
    seq: BindParameter[int] = bindparam("seq")
    own = and_(anchors.c.dev == dev, anchors.c.inc == inc)
    before = select(anchors.c.hash).where(own, anchors.c.seq < seq)
    newest = before.order_by(anchors.c.t.desc(), anchors.c.seq.desc()).limit(1)
    there = or_(anchors.c.seq >= seq, anchors.c.hash == newest.scalar_subquery())
    statement = of(AnchorRow, anchors).where(own, there)
    return statement.order_by(anchors.c.t, anchors.c.seq)


_ANCHORS_AROUND = _anchors_around()
_HEAD = of(DeviceHead, device_heads).where(
    device_heads.c.dev == bindparam("dev"), device_heads.c.inc == bindparam("inc")
)
_LOCKED_HEAD = _HEAD.with_for_update()


class SqlDeviceRows(Rowwise):
    """See services.ports.devices.DeviceRows."""

    def head(self, dev: str, inc: int) -> DeviceHead | None:
        """Return the end of a chain."""
        statement = _LOCKED_HEAD if self._locks else _HEAD
        return next(iter(self._asked(DeviceHead, statement, dev=dev, inc=inc)), None)

    def begin(self, head: DeviceHead) -> DeviceHead:
        """Begin a chain unless somebody has; return its end, locked."""
        self._add_once(device_heads, head)
        return self.head(head.dev, head.inc) or head

    def save_head(self, head: DeviceHead) -> None:
        """Write the end of a chain."""
        self._put(device_heads, head)

    def add_anchor(self, row: AnchorRow) -> None:
        """Keep an anchor with its request."""
        self._add_once(anchors, row)

    def newest_anchor(self) -> int:
        """Return the time of the newest anchor of all devices, ms; 0 if there is none.

        By the index, chain by chain: a chain's anchors are as many as its minutes of work.
        """
        own = (anchors.c.dev == device_heads.c.dev, anchors.c.inc == device_heads.c.inc)
        newest = select(anchors.c.t).where(*own).order_by(anchors.c.seq.desc(), anchors.c.t.desc())
        statement = select(func.max(newest.limit(1).scalar_subquery())).select_from(device_heads)
        return int(self._connection.execute(statement).scalar_one() or 0)

    def last_anchor(self, dev: str, inc: int) -> AnchorRow | None:
        """Return the newest anchor of a chain."""
        statement = of(AnchorRow, anchors).where(anchors.c.dev == dev, anchors.c.inc == inc)
        newest = statement.order_by(anchors.c.t.desc(), anchors.c.seq.desc()).limit(1)
        return next(iter(self._all(AnchorRow, newest)), None)

    def anchor(self, dev: str, inc: int, hash_: str) -> AnchorRow | None:
        """Return an anchor of a chain by its hash."""
        return next(iter(self._found(AnchorRow, anchors, hash=hash_, dev=dev, inc=inc)), None)

    def anchors_since(self, dev: str, inc: int, seq: int, t: int) -> int:
        """Count the anchors over one head that are newer than t."""
        own = (anchors.c.dev == dev, anchors.c.inc == inc, anchors.c.seq == seq, anchors.c.t > t)
        counted = select(func.count()).select_from(anchors).where(*own)
        return int(self._connection.execute(counted).scalar_one())

    def anchors_ahead(self, dev: str, inc: int, seq: int) -> int:
        """Count the anchors whose head stands after this number."""
        own = (anchors.c.dev == dev, anchors.c.inc == inc, anchors.c.seq > seq)
        counted = select(func.count()).select_from(anchors).where(*own)
        return int(self._connection.execute(counted).scalar_one())

    def anchors_around(self, dev: str, inc: int, seq: int) -> list[AnchorRow]:
        """Return the newest anchor whose head stands before this number, then those from it on."""
        found = self._asked(AnchorRow, _ANCHORS_AROUND, dev=dev, inc=inc, seq=seq)
        return sorted(found, key=lambda row: row.seq >= seq)

    def anchors_from(self, dev: str, inc: int, seq: int) -> list[AnchorRow]:
        """Return anchors whose head stands at or after this number."""
        statement = of(AnchorRow, anchors).where(
            anchors.c.dev == dev, anchors.c.inc == inc, anchors.c.seq >= seq
        )
        return self._all(AnchorRow, statement.order_by(anchors.c.t, anchors.c.seq))


class SqlSessionRows(Rowwise):
    """See services.ports.sessions.SessionRows."""

    def add_delegation(self, row: DelegationRow) -> None:
        """Keep a verified delegation."""
        self._add_once(delegations, row)

    def delegation(self, hash_: str) -> DelegationRow | None:
        """Return a delegation."""
        return next(iter(self._found(DelegationRow, delegations, hash=hash_)), None)

    def add_token(self, row: TokenRow) -> None:
        """Keep a token."""
        self._add(tokens, row)

    def token(self, hash_: str) -> TokenRow | None:
        """Return a token."""
        return next(iter(self._found(TokenRow, tokens, hash=hash_)), None)

    def drop_tokens(self, dlg: str) -> None:
        """End every token of a session."""
        self._connection.execute(delete(tokens).where(tokens.c.dlg == dlg))
        hints.tell_over(self._connection, dlg)

    def shorten_tokens(self, dlg: str, exp: int) -> None:
        """Let the tokens of a session expire at `exp` unless they do before."""
        mine = (tokens.c.dlg == dlg, tokens.c.exp > exp)
        self._connection.execute(update(tokens).where(*mine).values(exp=exp))

    def add_nonce(self, kind: str, value: str, bound: str, exp: int) -> bool:
        """Keep something that may be used once; False if it is there already."""
        row = {"kind": kind, "value": value, "bound": bound, "exp": exp}
        return self._claim(nonces, row)

    def take_nonce(self, kind: str, value: str) -> tuple[str, int] | None:
        """Use it up: return (bound, exp) the first time."""
        statement = (
            delete(nonces)
            .where(nonces.c.kind == kind, nonces.c.value == value)
            .returning(nonces.c.bound, nonces.c.exp)
        )
        row = self._connection.execute(statement).first()
        return None if row is None else (row.bound, row.exp)

    def sweep(self, now: int) -> None:
        """Forget nonces and codes that have expired, and tokens whose session must be over."""
        for table, age in ((nonces, 0), (console_codes, 0), (tokens, DELEGATION_MS)):
            self._connection.execute(delete(table).where(table.c.exp < now - age))
