"""Urges and orders beside the log: who was asked what, until when, and which step replied.

Bookkeeping: what stands here was read from accepted lines and can be read from them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.events import Kind
from sync.protocol.codec import read_json
from sync.server.services.rows.supervision import PressingRow

if TYPE_CHECKING:
    from typing import Any

    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.log import LogRow

_PRESSING = frozenset({Kind.URGE, Kind.ORDER})
_ANSWERS = {Kind.EXPLAIN: "urge", Kind.REPLY_ORDER: "order"}


def keep_pressing(tx: Transaction, line: LogRow) -> None:
    """Keep what an accepted line asks, raises or answers; other lines cost nothing.

    Args:
        tx: the unit that writes the line.
        line: the line.
    """
    if line.kind in _PRESSING:
        tx.supervision.press(_row(line, read_json(line.body.encode())))
    elif line.kind == Kind.ESCALATE:
        body = read_json(line.body.encode())
        by = body.get("reply_by")
        term = by if isinstance(by, int) else None
        tx.supervision.raise_level(str(body["ref"]), str(body["level"]), term)
    elif line.kind in _ANSWERS:
        asked = read_json(line.body.encode())[_ANSWERS[Kind(line.kind)]]
        tx.supervision.answer(str(asked), line.event, line.recv)


def _row(line: LogRow, body: dict[str, Any]) -> PressingRow:
    by = body.get("reply_by")
    owes = line.kind == Kind.ORDER or body.get("level") == "red" or body.get("owes") is True
    return PressingRow(
        event=line.event,
        case_no=line.case_no or "",
        scope=line.scope,
        kind=line.kind,
        purpose=str(body.get("purpose") or ""),
        level=str(body.get("level") or ""),
        about=str(body.get("breach") or body.get("limit") or ""),
        person=str(body.get("ordered_by") or ""),
        at=line.recv,
        reply_by=by if owes and isinstance(by, int) else None,
        text=str(body.get("text") or ""),
    )
