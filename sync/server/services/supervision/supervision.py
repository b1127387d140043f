"""What supervisors see: the board of cases, and one case whole. Reads only; see console.Look.

Codes and message keys leave here, never sentences; names are policy's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.department_systems import SYSTEM_DEVICE
from sync.domain.hall_steps import hall_of
from sync.domain.lights import Light, LightState, light_of
from sync.domain.supervising import Act
from sync.domain.time_limit import Clock as CaseClock
from sync.domain.time_limit import clock
from sync.proof.jws import read_logged_jws
from sync.proof.outcomes import read_outcome
from sync.protocol.codec import read_json
from sync.protocol.errors import ReaderError, WireError
from sync.protocol.records import EVENT
from sync.server.clock import milliseconds, moment
from sync.server.services.cases.folded import read_case
from sync.server.services.rows.cases import CaseSearch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sync.domain.case import Case
    from sync.domain.catalogue import Item, Words
    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow
    from sync.server.services.rows.findings import FindingRow
    from sync.server.services.rows.log import LogRow

PAGE = 100
URGES = 8
WINDOWS = 8
REPLY = "reply"  # as what a judged reply stands among the judgements
_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a supervisor asked the board for; "" = everything."""

    light: str = ""
    department: str = ""  # scope
    text: str = ""
    closed: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One case on the board."""

    number: str
    scope: str
    item: Words | None
    item_code: str
    hall: str
    department: str
    applicant: str
    state: str
    light: str
    due_ms: int | None
    statutory_passed: bool
    provisional: bool
    remaining_key: str
    remaining_args: Mapping[str, str | int]
    holder: str  # name, or ""
    fast_track: bool


@dataclass(frozen=True, slots=True)
class UrgeRow:
    """One urge, order or escalation."""

    number: str
    kind: str
    level: str
    limit: str
    at_ms: int
    reply_by_ms: int | None


@dataclass(frozen=True, slots=True)
class WindowLine:
    """Something found about a window that no case has."""

    device: str
    counter: str
    code: str
    args: Mapping[str, Any]
    at_ms: int


@dataclass(frozen=True, slots=True)
class Board:
    """The one screen: counts by light, cases red first, the newest urges."""

    at_ms: int
    lights: Mapping[str, int]  # of open cases
    departments: tuple[tuple[str, str], ...]  # (scope, name)
    rows: tuple[BoardRow, ...]
    more: bool
    urges: tuple[UrgeRow, ...]
    windows: tuple[WindowLine, ...]


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of a case's log as a supervisor reads it. Times are ms UTC."""

    n: int
    kind: str
    person: str  # id
    name: str
    device: str
    counter: str
    claimed_ms: int | None
    counted_ms: int
    lo_ms: int
    hi_ms: int
    received_ms: int
    verdict: str
    code: str | None
    signed_by_card: bool
    late: str | None  # the reason given for a late record
    text: str  # what the step itself says: an opinion, a reason; "" if nothing
    level: str  # of an urge: yellow, red; else ""
    limit: str  # which limit an urge is about; else ""
    event: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding; `verdict` is "" until a supervisor has judged it."""

    code: str
    args: Mapping[str, Any]
    at_ms: int
    event: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with everything a supervisor asks of it."""

    at_ms: int
    row: BoardRow
    case: Case
    light: LightState
    clock: CaseClock
    timeline: tuple[TimelineLine, ...]
    findings: tuple[FindingLine, ...]
    materials: Mapping[str, Words]  # names by code
    judged: Mapping[str, str]  # verdicts by the replying step
    acts: frozenset[str]  # what the visitor may do here


class Supervision:
    """Reads cases for supervisors."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    def board(self, tx: Transaction, visitor: Visitor, wanted: Wanted) -> Board:
        """Return the board.

        Raises:
            WireError: forbidden.
        """
        now, scopes = self._clock.now_ms(), visitor.of(Act.BOARD)
        found = tx.cases.search(self._search(visitor, wanted))
        return Board(
            at_ms=now,
            lights=tx.cases.lights(scopes),
            departments=self._departments(visitor),
            rows=tuple(self._row(row, self._light(row, now)[1]) for row in found[:PAGE]),
            more=len(found) > PAGE,
            urges=tuple(_urge(line) for line in tx.log.pressing(scopes, URGES)),
            windows=self._windows(tx, visitor) if visitor.may(Act.FINDINGS) else (),
        )

    def red(self, tx: Transaction, visitor: Visitor, most: int) -> tuple[BoardRow, ...]:
        """Return the red cases that have been due longest.

        Raises:
            WireError: forbidden.
        """
        now = self._clock.now_ms()
        wanted = CaseSearch(visitor.of(Act.BOARD), light=Light.RED.value, limit=most)
        found = tx.cases.search(wanted)
        return tuple(self._row(row, self._light(row, now)[1]) for row in found)

    def at_windows(
        self, tx: Transaction, visitor: Visitor, devs: Sequence[str], most: int
    ) -> tuple[BoardRow, ...]:
        """Return the open cases that windows' newest steps were about, the newest first.

        Raises:
            WireError: forbidden.
        """
        now = self._clock.now_ms()
        found = tx.cameras.cases_at(devs, visitor.of(Act.CASE), most)
        return tuple(self._row(row, self._light(row, now)[1]) for row in found)

    def case(self, tx: Transaction, visitor: Visitor, number: str) -> CaseFile:
        """Return one case.

        Raises:
            WireError: not_found: no such case in what the visitor may see.
        """
        row = tx.cases.get(number)
        if row is None:
            raise WireError("wire.not_found")
        visitor.need(Act.CASE, row.scope)
        judges = visitor.may(Act.JUDGE, row.scope)
        now, case = self._clock.now_ms(), read_case(row)
        judged = tx.cases.judgements(number)
        found, light = self._light(row, now)
        item = self._item(row.item, case.item_version)
        return CaseFile(
            at_ms=now,
            row=self._row(row, light),
            case=case,
            light=light,
            clock=found,
            timeline=tuple(self._line(line) for line in tx.log.of_case(row.scope, number)),
            # Until it is served, what was found and judged is supervision's own.
            findings=_findings(tx, number) if judges else _served(case),
            judged={row.event: row.verdict for row in judged if row.code == REPLY and judges},
            acts=frozenset(act.value for act in Act if visitor.may(act, row.scope)),
            materials={} if item is None else {m.code: m.name for m in item.materials},
        )

    # ------------------------------------------------------------ parts

    def _search(self, visitor: Visitor, wanted: Wanted) -> CaseSearch:
        text, book = wanted.text.strip().lower(), self._policy.book
        items: tuple[str, ...] = ()
        holders: tuple[str, ...] = ()
        if text:
            named = (item for item in book.catalogue.items.values() if _named(item, text))
            items = tuple({item.code for item in named})
            holders = tuple(p.person for p in book.roster.values() if text in p.name.lower())
        return CaseSearch(
            scopes=visitor.of(Act.BOARD),
            closed=wanted.closed,
            light=wanted.light or None,
            department=wanted.department or None,
            text=wanted.text.strip(),
            items=items,
            holders=holders,
            skip=(wanted.page - 1) * PAGE,
            limit=PAGE + 1,
        )

    def _departments(self, visitor: Visitor) -> tuple[tuple[str, str], ...]:
        book = self._policy.book
        known = ((f"{d.hall}/{d.code}", d.name) for d in book.departments.values())
        return tuple((scope, name) for scope, name in known if scope in visitor.scopes)

    def _windows(self, tx: Transaction, visitor: Visitor) -> tuple[WindowLine, ...]:
        """Return the newest findings about the windows of the halls that the visitor sees."""
        halls = {hall_of(scope) for scope in visitor.scopes}
        seen = {d.dev: d.counter for d in self._policy.book.devices.values() if d.hall in halls}
        found = tx.cases.findings_of(seen, WINDOWS)
        return tuple(
            WindowLine(row.dev or "", seen.get(row.dev or "", ""), *_said(row)) for row in found
        )

    def _light(self, row: CaseRow, now: int) -> tuple[CaseClock, LightState]:
        case, rules = read_case(row), self._policy.rules()
        found = clock(case, rules)
        return found, light_of(case, found, rules, moment(now))

    def _item(self, code: str, version: int) -> Item | None:
        return self._policy.rules().item_of(code, version)

    def _row(self, row: CaseRow, light: LightState) -> BoardRow:
        book = self._policy.book
        item = self._item(row.item, read_case(row).item_version)
        return BoardRow(
            number=row.number,
            scope=row.scope,
            item=None if item is None else item.name,
            item_code=row.item,
            hall=book.hall_name(row.hall),
            department=book.department_name(row.department),
            applicant=row.applicant,
            state=row.state,
            light=light.light.value,
            due_ms=row.due,
            statutory_passed=light.statutory_passed,
            provisional=row.provisional,
            remaining_key=light.remaining_key,
            remaining_args=light.remaining_args,
            holder=book.name_of(row.holder) if row.holder else "",
            fast_track=row.fast_track,
        )

    def _line(self, line: LogRow) -> TimelineLine:
        outcome = read_outcome(line.outcome)
        device = self._policy.book.devices.get(line.dev)
        body, core = _body(line), read_logged_jws(line.jws, EVENT).payload
        claimed, late = core.get("at"), core.get("late")
        return TimelineLine(
            n=line.n,
            kind=line.kind,
            person=line.person,
            name=self._policy.book.name_of(line.person),
            device=line.dev,
            counter=self._system(line.dev) if device is None else device.counter,
            claimed_ms=claimed if isinstance(claimed, int) else None,
            counted_ms=outcome.counted,
            lo_ms=outcome.lo,
            hi_ms=outcome.hi,
            received_ms=outcome.recv,
            verdict=outcome.verdict,
            code=outcome.code,
            signed_by_card=line.act is not None,
            late=str(late.get("reason", "")) if isinstance(late, dict) else None,
            text=str(body.get("text") or body.get("originals") or ""),
            level=str(body.get("level") or "") if line.kind == "urge" else "",
            limit=str(body.get("limit") or "") if line.kind == "urge" else "",
            event=line.event,
        )

    def _system(self, dev: str) -> str:
        """Return the name of the department's system that sent a step, "" for any other device."""
        known = self._policy.book.systems.get(dev.removeprefix(SYSTEM_DEVICE))
        return known.name if known is not None and dev.startswith(SYSTEM_DEVICE) else ""


def _named(item: Item, text: str) -> bool:
    return text in item.name.zh.lower() or text in item.name.en.lower() or text == item.code


def _body(line: LogRow) -> dict[str, Any]:
    try:
        return read_json(line.body.encode())
    except ReaderError:  # nothing that was logged ever fails here; a page must not die of it
        return {}


def _urge(line: LogRow) -> UrgeRow:
    body = _body(line)
    reply_by = body.get("reply_by")
    return UrgeRow(
        number=line.case_no or "",
        kind=line.kind,
        level=str(body.get("level") or ""),
        limit=str(body.get("limit") or ""),
        at_ms=line.recv,
        reply_by_ms=reply_by if isinstance(reply_by, int) else None,
    )


def _findings(tx: Transaction, number: str) -> tuple[FindingLine, ...]:
    judged = {(row.event, row.code): row.verdict for row in tx.cases.judgements(number)}
    return tuple(
        FindingLine(*_said(row), row.event or "", judged.get((row.event or "", row.code), ""))
        for row in tx.cases.findings(number, _FINDINGS)
    )


def _served(case: Case) -> tuple[FindingLine, ...]:
    return tuple(
        FindingLine(found.code, found.args, milliseconds(found.at), found.step, "upheld")
        for found in case.findings
    )


def _said(row: FindingRow) -> tuple[str, Mapping[str, Any], int]:
    return row.code, read_json(row.args.encode()), row.at
