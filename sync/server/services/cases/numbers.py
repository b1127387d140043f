"""Numbers that mean something to citizens: lent in blocks, spent once (proof.md §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain.events import Kind
from sync.domain.ids import CaseNumber, parse_case_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.protocol.records import Core
    from sync.server.services.entry.callers import Caller
    from sync.server.services.ports.ledger import Transaction

CASE, CERTIFICATE = "case", "certificate"
OPENING = frozenset({Kind.PREREGISTER, Kind.FILE})


class Numbers:
    """Sees that a step spends a number which its device holds and nobody spent before."""

    def spend(
        self, tx: Transaction, caller: Caller, core: Core, body: Mapping[str, Any]
    ) -> str | None:
        """Spend the number that an accepted step brings; return what is wrong with it, or None."""
        if core.kind in OPENING:
            return self._case(tx, caller, core)
        if core.kind == Kind.MAKE:
            return self._certificate(tx, caller, core, body)
        return None

    @staticmethod
    def _case(tx: Transaction, caller: Caller, core: Core) -> str | None:
        number = parse_case_number(core.case or "")
        if not isinstance(number, CaseNumber) or str(number) != core.case:
            return "case_number_wrong"
        block = tx.leases.block_of(CASE, number.hall, number.serial)
        if number.hall != caller.hall or block is None or block.dev != caller.dev:
            return "number_not_lent"
        used = tx.leases.use_number(CASE, core.case, caller.dev, core.id)
        return None if used else "number_used"

    @staticmethod
    def _certificate(
        tx: Transaction, caller: Caller, core: Core, body: Mapping[str, Any]
    ) -> str | None:
        serial, found = body.get("serial"), certificate_serial(body)
        if found is None or not isinstance(serial, str):
            return "serial_wrong"
        block = tx.leases.block_of(CERTIFICATE, *found)
        if block is None or block.dev != caller.dev:
            return "number_not_lent"
        used = tx.leases.use_number(CERTIFICATE, serial, caller.dev, core.id)
        return None if used else "number_used"


def case_serial(case_no: str | None) -> tuple[str, int] | None:
    """Return hall and serial of a case number, None of what is none."""
    number = parse_case_number(case_no or "")
    return (number.hall, number.serial) if isinstance(number, CaseNumber) else None


def certificate_serial(body: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return hall and serial of the certificate number that a step brings, None of what is none."""
    parts = str(body.get("serial") or "").split("-")
    return (parts[0], int(parts[2])) if len(parts) == 4 and parts[2].isdecimal() else None
