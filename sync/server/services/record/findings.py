"""What a supervisor has to judge: written down once, by code, without citizens' data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync.server.services.rows.findings import FindingRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.domain.violations import Violation
    from sync.proof.events import ReadEvent
    from sync.server.services.ports.ledger import Transaction


def note(tx: Transaction, code: str, at: int, *, dev: str, scope: str, **args: str | int) -> None:
    """Note something about a device that no logged event of its own can carry."""
    body = msgspec.json.encode(args).decode()
    tx.cases.add_finding(FindingRow(scope, None, None, dev, None, code, body, at))


def note_event(
    tx: Transaction, read: ReadEvent, person: str, violations: Iterable[Violation], at: int
) -> None:
    """Note what was found about one logged event."""
    core = read.core
    for found in violations:
        body = msgspec.json.encode(dict(found.args)).decode()
        tx.cases.add_finding(
            FindingRow(core.scope, core.case, core.id, core.dev, person, found.code, body, at)
        )
