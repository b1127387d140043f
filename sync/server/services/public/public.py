"""What strangers may ask: how a case stands, by number and check code; whether a certificate holds.

Status only, no name. An unknown number and a wrong code get the same answer; five tries an hour for
each number and each address (proof.md §7, "Public codes").
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.case import END, State
from sync.domain.ids import CaseNumber, parse_case_number
from sync.proof.checkcode import block_key, is_check_code
from sync.protocol.errors import WireError
from sync.server.clock import milliseconds
from sync.server.services.cases.folded import read_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.domain.case import Case, Child
    from sync.domain.catalogue import Words
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow

TRIES = 5
HOUR_MS = 3_600_000
_MOST_KNOWN = 100_000
_CASE = "case"
_DONE = frozenset({state.value for state in (*END, State.CLOSED, State.ARCHIVED)})
_NO_LEASE = ""  # its key fits no slip: for numbers that nobody was given


class Tries:
    """Counts failed tries of an hour for each name.

    Args:
        clock: the centre's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, deque[int]] = OrderedDict()

    def take(self, *names: str) -> None:
        """Use one try of every name, or of none.

        Raises:
            WireError: wire.rate_limited, with `retry_after` in seconds.
        """
        now = self._clock.now_ms()
        held = [self._recent(name, now) for name in names]
        waits = [times[0] + HOUR_MS - now for times in held if len(times) >= TRIES]
        if waits:
            raise WireError("wire.rate_limited", retry_after=-(-max(waits) // 1000))
        for name, times in zip(names, held, strict=True):
            times.append(now)
            self._failed[name] = times
            self._failed.move_to_end(name)
        while len(self._failed) > _MOST_KNOWN:
            self._failed.popitem(last=False)

    def give_back(self, *names: str) -> None:
        """Return the newest try of every name: it did not fail."""
        for name in names:
            times = self._failed.get(name)
            if times:
                times.pop()

    def _recent(self, name: str, now: int) -> deque[int]:
        times = self._failed.get(name) or deque()
        while times and now - times[0] >= HOUR_MS:
            times.popleft()
        return times


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as typed, with the names that its tries are counted by."""

    number: str
    code: str
    names: tuple[str, str]


class Progress(StrEnum):
    """How far one department's part of a joint case is."""

    LATER = "later"
    AT_WORK = "at_work"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PublicPart:
    """One department's part of a joint case (IN17): whose, and how far; not what it said."""

    department: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """How a case stands; no name, no item, nobody's opinion. `parts`: of a joint case."""

    number: str
    state: str
    paused: bool
    due_ms: int | None
    provisional: bool
    updated_ms: int
    parts: tuple[PublicPart, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """What the register says of a certificate; whose it is stands on its face only.

    `stamped_ms` is an authority's time, of a file that has it; None of any other, and where no
    file was asked about.
    """

    serial: str
    item: Words | None
    department: str
    status: str
    sealed_ms: int
    stamped_ms: int | None = None


class PublicDesk:
    """Answers strangers.

    Args:
        policy: for names of items and departments.
        clock: the centre's.
        secret: what check-code keys are drawn from.
    """

    def __init__(self, policy: Policy, clock: Clock, secret: bytes) -> None:
        self._policy = policy
        self._tries = Tries(clock)
        self._secret = secret

    def ask(self, number: str, code: str, address: str) -> Asked:
        """Count a try; on the loop, before anything is looked up.

        Raises:
            WireError: wire.rate_limited.
        """
        parsed = parse_case_number(number[:64])
        plain = str(parsed) if isinstance(parsed, CaseNumber) else number.strip()[:40]
        asked = Asked(plain, code[:64], (f"no {plain}", f"from {network(address)}"))
        self._tries.take(*asked.names)
        return asked

    def status(self, tx: Transaction, asked: Asked) -> PublicStatus | None:
        """Return how the case stands, or None: no such number, or the code is not its."""
        return self.statuses(tx, (asked,))[0]

    def statuses(self, tx: Transaction, asked: Sequence[Asked]) -> list[PublicStatus | None]:
        """Return what `status` says to each, in their order; many cost little more than one."""
        numbers = [parse_case_number(each.number) for each in asked]
        known = [str(number) if isinstance(number, CaseNumber) else "" for number in numbers]
        tx.cases.know({*known, ""})
        rows = [tx.cases.get(number) for number in known]
        cases = [None if row is None else read_case(row) for row in rows]
        devices = ["" if case is None else case.steps[0].device for case in cases]
        leases = tx.leases.names({*devices, ""})
        return [
            self._told(tx, each, row, case, {_lease_of(tx, number), *leases.get(device, ())})
            for each, number, row, case, device in zip(
                asked, numbers, rows, cases, devices, strict=True
            )
        ]

    def _told(
        self,
        tx: Transaction,
        asked: Asked,
        row: CaseRow | None,
        case: Case | None,
        leases: set[str],
    ) -> PublicStatus | None:
        # The code is by the key of the block that the number was drawn from, and stands on every
        # paper of the case. After a full round of serials a block is drawn anew, and older cases'
        # numbers lie in it too: so any lease of the device that registered the case is tried.
        # Every key is tried, so that the time does not say which one fitted.
        fits = [is_check_code(block_key(self._secret, x), asked.number, asked.code) for x in leases]
        if row is None or case is None or not any(fits):
            return None
        return PublicStatus(
            number=row.number,
            state=row.state,
            paused=row.paused,
            due_ms=row.due,
            provisional=row.provisional,
            updated_ms=row.updated,
            parts=self._parts(tx, case),
        )

    def _parts(self, tx: Transaction, case: Case) -> tuple[PublicPart, ...]:
        """Return the parts of a joint case in the order that they were made in."""
        book = self._policy.book
        bundle = book.catalogue.bundles.get(case.item)
        has = {each.code: each.department for each in (() if bundle is None else bundle.helpers)}
        gone = {child.number for child in case.children if child.helper not in has}
        tx.cases.know(gone - {""})  # the bundle is another by now: they say themselves whose
        found = []
        for child in case.children:
            row = tx.cases.get(child.number) if child.number in gone else None
            department = has.get(child.helper, "") if row is None else row.scope.rpartition("/")[2]
            office = book.departments.get(department)
            if office is not None:
                found.append(PublicPart(office.name, _progress(child)))
        return tuple(found)

    def settled(self, asked: Asked) -> None:
        """Give the try back to whoever had the right code; on the loop."""
        self._tries.give_back(*asked.names)

    def certificate(self, tx: Transaction, public_id: str) -> PublicCertificate | None:
        """Return what the register says of a certificate that was sealed, or None."""
        row = tx.cases.certified(public_id)
        return None if row is None else self._sealed(row)

    def document(self, tx: Transaction, sha256: str) -> PublicCertificate | None:
        """Return what the register says of a file, as it was sealed or as it was stamped, or None.

        Args:
            tx: a unit that reads.
            sha256: of the file's bytes, hex.
        """
        row = tx.stamps.of_document(sha256)
        case = None if row is None else tx.cases.get(row.case_no)
        found = None if case is None else self._sealed(case)
        if row is None or found is None:
            return None
        return replace(found, stamped_ms=row.stamped_at if sha256 == row.stamped else None)

    def _sealed(self, row: CaseRow) -> PublicCertificate | None:
        case = read_case(row)
        certificate = case.certificate
        if certificate is None or certificate.sealed_at is None:
            return None
        item = self._policy.rules().item_of(row.item, case.item_version)
        return PublicCertificate(
            serial=certificate.serial,
            item=None if item is None else item.name,
            department=self._policy.book.department_name(row.department),
            status=certificate.status,
            sealed_ms=milliseconds(certificate.sealed_at),
        )


def _lease_of(tx: Transaction, number: object) -> str:
    """Return the lease that a number was lent with."""
    hall, serial = (number.hall, number.serial) if isinstance(number, CaseNumber) else ("", 0)
    block = tx.leases.block_of(_CASE, hall, serial)
    return _NO_LEASE if block is None else block.lease


def network(address: str) -> str:
    """Return what one household has: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def _progress(child: Child) -> Progress:
    if child.ended is not None or child.state in _DONE:
        return Progress.DONE
    return Progress.AT_WORK if child.number else Progress.LATER
