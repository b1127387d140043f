"""Every finding in one place: filtered, judged once with a reason, closed (TM06, TM18, PE12, PE19).

A finding of a case is judged as on the case's page; one of a window or an office has no case, and
its judgement stays with the centre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.domain.hall_steps import hall_of
from sync.domain.supervising import Act
from sync.domain.violations import SEVERITY, Severity
from sync.protocol.codec import read_json
from sync.protocol.errors import WireError
from sync.server.services.rows.findings import JudgementRow
from sync.server.services.rows.supervision import FindingSearch
from sync.server.services.supervision.judging import TEXT_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.supervision import FindingEntry
    from sync.server.services.supervision.judging import Judging

PAGE = 50


def _shelf(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


_ANOMALY = """
burst decided_in_seconds out_of_hours repeated_reason only_recorded recorded_after_approval
precheck_as_rule idle_window unused_item suspension_overlong
"""
_RECORD = """
clock_ahead clock_back device_fork anchor_fork anchor_unknown chain_gap chain_broken id_conflict
numbers_missing numbers_not_returned numbers_twice number_not_lent number_used lines_back line_moved
lines_back_above scope_forked_above lower_fetches
line_judged_otherwise scope_forked lower_fork lower_unreckoned late_record due_mismatch
on_time_unproven stale_knowledge unreckoned unjudged
"""
_DUTY = """
second_correction_notice asked_again turned_away offered_but_not_received sent_back_twice
silence_taken_as_consent hearing_asked_late hearing_held_late fast_track_not_told
pages_not_compared cure_needed
"""
_AUTHORITY = """
no_authority same_person recused power_missing authority_disputed deputy_not_declared
card_signature_missing wrong_approver
"""
_MONEY = """
receipt_skipped receipt_missing receipt_twice receipt_none receipt_unknown receipt_used
receipt_not_held receipt_not_offered receipts_drawn_before till_over till_short till_differs
till_open receipts_differ no_tariff fee_amount_wrong fee_unpaid no_such_fee fee_already_paid
fee_charged_before exemption_not_foreseen
"""
_OTHERS = frozenset().union(
    *(_shelf(codes) for codes in (_ANOMALY, _RECORD, _DUTY, _AUTHORITY, _MONEY))
)
_REFUSED = frozenset(code for code, how in SEVERITY.items() if how is Severity.REFUSED) - _OTHERS
"""Steps that the rules do not foresee, or not so: refused, and counted (rules.md §2)."""
KINDS: Mapping[str, frozenset[str]] = {
    "inquiry": _shelf("inquiry_opened"),
    "anomaly": _shelf(_ANOMALY),
    "record": _shelf(_RECORD),
    "duty": _shelf(_DUTY),
    "authority": _shelf(_AUTHORITY),
    "overdue": _shelf("overdue"),
    "rules": _REFUSED,
    "money": _shelf(_MONEY),
}
"""The inbox's shelves; every code of the rules stands on one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as a page shows it."""

    id: int
    code: str
    args: Mapping[str, Any]
    number: str
    window: str
    device: str
    person: str
    department: str
    at_ms: int
    verdict: str
    text: str
    judge: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of findings, and how many are open on each shelf ("" all)."""

    lines: tuple[Line, ...]
    counts: Mapping[str, int]
    more: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a finding is judged: "upheld" or "closed", with the reason."""

    verdict: str
    text: str


class Inbox:
    """Reads findings, and closes them."""

    def __init__(self, policy: Policy, clock: Clock, judging: Judging) -> None:
        self._policy = policy
        self._clock = clock
        self._judging = judging

    def found(
        self, tx: Transaction, visitor: Visitor, kind: str, page: int, *, judged: bool
    ) -> Found:
        """Return findings of a shelf, newest first.

        Raises:
            WireError: forbidden.
        """
        scopes = visitor.of(Act.FINDINGS)
        codes = tuple(sorted(KINDS.get(kind, ())))
        devs = self._devices(scopes)
        places = (*scopes, *(f"device/{dev}" for dev in devs))
        skip = (page - 1) * PAGE
        wanted = FindingSearch(places, devs, codes, judged, skip, PAGE + 1)
        rows = tx.supervision.inbox(wanted)
        open_ = tx.supervision.inbox_counts(FindingSearch(places, devs))
        counts = {
            shelf: sum(count for code, count in open_.items() if code in own)
            for shelf, own in KINDS.items()
        }
        return Found(
            lines=tuple(self._line(row) for row in rows[:PAGE]),
            counts=counts | {"": sum(open_.values())},
            more=len(rows) > PAGE,
        )

    def scope_of(self, tx: Transaction, number: int) -> str | None:
        """Return the scope that judging a finding writes to, None where it writes to no case."""
        found = tx.supervision.finding(number)
        row = None if found is None or found.case_no is None else tx.cases.get(found.case_no)
        return None if row is None else row.scope

    def close(self, tx: Transaction, visitor: Visitor, number: int, said: Verdict) -> None:
        """Judge a finding, once; needs a unit that writes and has the scope of its case.

        Raises:
            WireError: not_found, forbidden; malformed without a reason.
        """
        found = tx.supervision.finding(number)
        if found is None:
            raise WireError("wire.not_found")
        if found.case_no is not None and found.event is not None:
            case_no, event = found.case_no, found.event
            args = (case_no, event, found.code, said.verdict, said.text)
            self._judging.judge(tx, visitor, *args)
            return
        scopes = visitor.of(Act.JUDGE)
        if found.scope not in scopes and found.dev not in self._devices(scopes):
            raise WireError("wire.not_found")
        text = said.text.strip()
        if said.verdict not in {"upheld", "closed"} or not 0 < len(text) <= TEXT_MAX:
            raise WireError("wire.malformed")
        now = self._clock.now_ms()
        tx.cases.judge(
            JudgementRow(
                found.case_no or "", found.name, found.code, said.verdict, visitor.person, text, now
            )
        )

    def _devices(self, scopes: tuple[str, ...]) -> tuple[str, ...]:
        halls = {hall_of(scope) for scope in scopes}
        return tuple(d.dev for d in self._policy.book.devices.values() if d.hall in halls)

    def _line(self, row: FindingEntry) -> Line:
        book = self._policy.book
        device = book.devices.get(row.dev or "")
        department = book.departments.get(row.scope.rpartition("/")[2])
        return Line(
            id=row.id,
            code=row.code,
            args=read_json(row.args.encode()),
            number=row.case_no or "",
            window="" if device is None else device.counter,
            device=row.dev or "",
            person=book.name_of(row.person or ""),
            department="" if department is None else department.name,
            at_ms=row.at,
            verdict=row.verdict,
            text=row.text,
            judge=book.name_of(row.judge or ""),
        )
