"""Numbers that mean something to citizens: lent in blocks, spent once (proof.md §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain.events import Kind
from sync.domain.ids import CaseNumber, number_of_serial, parse_case_number, serial_is_well_made
from sync.proof.jws import read_logged_jws
from sync.protocol.records import LEASE, Lease, read_form

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
        lent = number.hall == caller.hall and _lent(tx, caller, CASE, number.hall, number.serial)
        if not lent:
            return "number_not_lent"
        used = tx.leases.use_number(CASE, core.case, caller.dev, core.id)
        return None if used else "number_used"

    @staticmethod
    def _certificate(
        tx: Transaction, caller: Caller, core: Core, body: Mapping[str, Any]
    ) -> str | None:
        serial, found = body.get("serial"), certificate_serial(body)
        if found is None or not isinstance(serial, str) or not serial_is_well_made(serial):
            return "serial_wrong"
        if not _lent(tx, caller, CERTIFICATE, *found):
            return "number_not_lent"
        used = tx.leases.use_number(CERTIFICATE, serial, caller.dev, core.id)
        return None if used else "number_used"


def _lent(tx: Transaction, caller: Caller, kind: str, pool: str, number: int) -> bool:
    """Say whether a device was lent a number.

    Where the block is another's by now (lent twice, because the centre lost who had it), the
    device's own lease still says so, signed by this centre: the number may be in a citizen's hands.
    Whoever of the two spends it first has it.
    """
    block = tx.leases.block_of(kind, pool, number)
    if block is not None and block.dev == caller.dev:
        return True
    row = tx.leases.live(caller.dev, caller.inc) if pool == caller.hall else None
    if row is None:
        return False
    lease = read_form(read_logged_jws(row.jws, LEASE).payload, Lease)
    return any(b.kind == kind and b.first <= number <= b.last for b in lease.blocks)


def case_serial(case_no: str | None) -> tuple[str, int] | None:
    """Return hall and serial of a case number, None of what is none."""
    number = parse_case_number(case_no or "")
    return (number.hall, number.serial) if isinstance(number, CaseNumber) else None


def certificate_serial(body: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return hall and serial of the certificate number that a step brings, None of what is none."""
    return number_of_serial(str(body.get("serial") or ""))
