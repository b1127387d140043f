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
    from sync.server.services.rows.cases import CaseRow

AGAIN_MS = 12 * 3_600_000  # one finding a device in this time, however often it is met with


def note(tx: Transaction, code: str, at: int, *, dev: str, scope: str, **args: str | int) -> None:
    """Note something about a device that no logged event of its own can carry."""
    body = msgspec.json.encode(args).decode()
    tx.cases.add_finding(FindingRow(scope, None, None, dev, None, code, body, at))


def note_seldom(
    tx: Transaction, code: str, at: int, *, dev: str, scope: str, **args: str | int
) -> None:
    """Note something about a device as `note` does, once in half a day: it will try again."""
    told = tx.cases.last_finding(dev, (code,))
    if told is None or at - told >= AGAIN_MS:
        note(tx, code, at, dev=dev, scope=scope, **args)


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


def open_inquiry(tx: Transaction, row: CaseRow, event: str, about: str, at: int) -> None:
    """Open an inquiry (调查程序, TM06), one for a case and cause; a supervisor closes it.

    Args:
        tx: a unit that writes.
        row: the case.
        event: what it is opened on: a step, or the centre's escalation.
        about: a violation's code, or "unanswered".
        at: ms.
    """
    if tx.cases.claim_warning((row.number, f"inquiry {about}", "", ""), at):
        note_case(tx, row, event, "inquiry_opened", at, about=about)


def note_case(
    tx: Transaction, row: CaseRow, event: str | None, code: str, at: int, **args: str | int
) -> None:
    """Note what the centre itself found of a case.

    Args:
        tx: a unit that writes.
        row: the case.
        event: the step that it hangs on; None where it is of no single one.
        code: a violation's code.
        at: ms.
        args: of the code's sentence.
    """
    body, person = msgspec.json.encode(args).decode(), row.holder or None
    tx.cases.add_finding(FindingRow(row.scope, row.number, event, None, person, code, body, at))


def note_unreckoned(tx: Transaction, row: CaseRow, at: int) -> None:
    """Note that the centre cannot reckon a case, once for its newest step; its row alone is read.

    Args:
        tx: a unit that writes.
        row: the case.
        at: ms.
    """
    if tx.cases.claim_warning((row.number, f"unreckoned {row.last_n}", "finding", ""), at):
        note_case(tx, row, None, "unreckoned", at)
