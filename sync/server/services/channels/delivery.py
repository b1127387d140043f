"""What was told to whom about a case, and whether it arrived: for the case's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.server.services.ports.ledger import Transaction


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as supervisors see it; of a telephone number the middle is not shown."""

    channel: str
    template: str
    address: str
    text: str
    at: int
    state: str
    code: str
    via: str
    tries: int
    next: int | None


def of_case(tx: Transaction, case_no: str) -> list[Delivery]:
    """Return the messages about a case, oldest first."""
    return [
        Delivery(
            channel=row.channel,
            template=row.template,
            address=masked(row.address),
            text=row.text,
            at=row.at,
            state=row.state,
            code=row.code,
            via=row.via,
            tries=row.tries,
            next=row.next,
        )
        for row in tx.messages.of_case(case_no)
    ]


def masked(address: str) -> str:
    """Return an address of which the middle is hidden."""
    if len(address) < 7:
        return address
    return f"{address[:3]}****{address[-4:]}"
