"""Faults of windows' programs: taken from their windows, read by fault and version, forgotten.

A report comes with a person's word and is bound to its window; what it says is the window's claim,
kept as it came and never acted on. Whoever reads it is in the access log (docs/adr/038).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync.domain.hall_steps import hall_of
from sync.protocol.crash_messages import CrashAnswer, CrashReport
from sync.protocol.errors import WireError
from sync.server.services.rows.console import AccessRow
from sync.server.services.rows.crashes import CrashRow
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync.server.clock import Clock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.entry.rates import RateLimit
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.crashes import CrashGroup

KEPT_DAYS = 180
"""Half a year: two versions later nobody mends it."""
DAY_MOST = 20
"""Reports that one window may bring in a day; windows make at most eight a run."""
MINUTE_MOST = 12
OPERATOR = "operator"
LOOKED = "crashes"
_DAY_MS = 24 * 3600 * 1000
_LISTED_MOST = 500
_SHOWN_MOST = 20


class Crashes:
    """Takes reports, shows and forgets them."""

    def __init__(self, clock: Clock, tries: RateLimit) -> None:
        self._clock = clock
        self._tries = tries

    def take(self, tx: Transaction, caller: Caller, report: CrashReport) -> CrashAnswer:
        """Keep a window's report; the same id again is answered the same and kept once.

        Raises:
            WireError: rate_limited: more than a window makes.
        """
        self._tries.take(f"crash {caller.dev}", MINUTE_MOST)
        answer = CrashAnswer(id=report.id)
        if tx.crashes.has(caller.dev, report.id):
            return answer
        now = self._clock.now_ms()
        if tx.crashes.since(caller.dev, now - _DAY_MS) >= DAY_MOST:
            raise WireError("wire.rate_limited", retry_after=_DAY_MS // DAY_MOST // 1000)
        tx.crashes.add(
            CrashRow(
                dev=caller.dev,
                id=report.id,
                hall=caller.hall,
                fingerprint=report.fingerprint,
                kind=report.kind,
                version=report.version,
                name=report.raised[0].name if report.raised else report.said,
                recv=now,
                count=report.count,
                first=report.first,
                last=report.last,
                body=msgspec.json.encode(report).decode(),
            )
        )
        return answer

    def groups(self, tx: Transaction, scopes: Iterable[str] | None) -> list[CrashGroup]:
        """Return the faults at the windows of these scopes' halls, of all for None."""
        return tx.crashes.groups(_halls(scopes), _LISTED_MOST)

    def of_fault(
        self, tx: Transaction, scopes: Iterable[str] | None, fingerprint: str, version: str
    ) -> list[tuple[CrashRow, CrashReport]]:
        """Return the newest reports of one fault, with what they say.

        Raises:
            WireError: not_found: none that this asker may see.
        """
        rows = tx.crashes.of_fault(_halls(scopes), fingerprint, version, _SHOWN_MOST)
        if not rows:
            raise WireError("wire.not_found")
        return [(row, from_json(row.body, CrashReport)) for row in rows]

    def listed_for_operator(self, tx: Transaction) -> list[CrashGroup]:
        """Return every fault to whoever works on the centre's own machine, and write it down."""
        self._look(tx, "")
        return self.groups(tx, None)

    def shown_to_operator(
        self, tx: Transaction, fingerprint: str, version: str
    ) -> list[tuple[CrashRow, CrashReport]]:
        """Return one fault's reports to whoever works there, and write it down.

        Raises:
            WireError: not_found.
        """
        self._look(tx, fingerprint)
        return self.of_fault(tx, None, fingerprint, version)

    def _look(self, tx: Transaction, subject: str) -> None:
        tx.console.add_access(AccessRow(OPERATOR, self._clock.now_ms(), LOOKED, subject))

    def forget(self, tx: Transaction) -> int:
        """Drop what is older than anybody mends."""
        return tx.crashes.forget(self._clock.now_ms() - KEPT_DAYS * _DAY_MS)


def _halls(scopes: Iterable[str] | None) -> Sequence[str] | None:
    """Return the halls of scopes: a window is a hall's, whichever department sits at it."""
    return None if scopes is None else sorted({hall_of(scope) for scope in scopes})
