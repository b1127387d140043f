"""The supervision console: entered by card through the window, every look written down.

No password: the window trades its session for a code of 60 seconds and one use, the browser trades
the code for a cookie, and both end with the card (architecture.md §6). What supervisors see is
everything; that they saw it is in the access log (rules.md §5).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.domain.authority import Role
from sync.domain.lights import LightState, light_of
from sync.domain.time_limit import Clock as CaseClock
from sync.domain.time_limit import clock
from sync.proof.jws import read_logged_jws
from sync.proof.keys import new_bytes
from sync.proof.outcomes import read_outcome
from sync.proof.tokens import token_hash
from sync.protocol.codec import b64u_encode, read_json
from sync.protocol.errors import ReaderError, WireError
from sync.protocol.messages import ConsoleCodeAnswer
from sync.protocol.records import EVENT
from sync.server.clock import moment
from sync.server.services.casework import read_case
from sync.server.services.rows import AccessRow, ConsoleCodeRow, ConsoleSessionRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sync.domain.case import Case
    from sync.server.clock import Clock
    from sync.server.services.callers import Caller
    from sync.server.services.policy import Policy
    from sync.server.services.ports import Transaction
    from sync.server.services.rows import CaseRow, FindingRow, LogRow

CODE_MS = 60_000
IDLE_MS = 15 * 60_000
LONGEST_MS = 8 * 3_600_000
ROWS = 500

_MAY_ENTER = (Role.SUPERVISOR, Role.SUPERVISION_LEADER)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A supervisor at a browser."""

    person: str
    name: str
    until: int  # ms: when this visit ends at the latest


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One case on the board; codes have their words in the catalogues, names are policy's."""

    number: str
    scope: str
    item: str  # name as the catalogue has it, Chinese
    item_code: str
    hall: str
    department: str
    applicant: str  # masked: first character and stars
    state: str
    light: str
    due_ms: int | None
    statutory_ms: int | None
    statutory_passed: bool
    provisional: bool
    remaining_key: str
    remaining_args: Mapping[str, str | int]
    holder: str  # name, or ""
    fast_track: bool
    updated_ms: int


@dataclass(frozen=True, slots=True)
class Board:
    """The one screen: counts by light, and cases, red first."""

    at_ms: int
    lights: Mapping[str, int]  # of open cases
    verdicts: Mapping[str, int]  # of all lines of the log
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of a case's log as a supervisor reads it."""

    n: int
    event: str
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
    late: bool
    text: str  # what the step itself says: an opinion, a reason; "" if nothing
    level: str  # of an urge: yellow, red; else ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding."""

    code: str
    args: Mapping[str, Any]
    at_ms: int
    event: str | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with everything a supervisor asks of it."""

    row: BoardRow
    case: Case
    light: LightState
    clock: CaseClock
    timeline: tuple[TimelineLine, ...]
    findings: tuple[FindingLine, ...]


class Console:
    """Lets supervisors in and shows them cases."""

    def __init__(self, policy: Policy, clock: Clock, origin: str) -> None:
        self._policy = policy
        self._clock = clock
        self._origin = origin

    # ------------------------------------------------------------ doors

    def code(self, tx: Transaction, caller: Caller) -> ConsoleCodeAnswer:
        """Give a window's session a code for the browser.

        Raises:
            WireError: forbidden for whoever is no supervisor.
        """
        if not self.may_enter(caller.person):
            raise WireError("wire.forbidden")
        code, exp = b64u_encode(new_bytes(24)), self._clock.now_ms() + CODE_MS
        tx.console.add_code(ConsoleCodeRow(token_hash(code), caller.person, caller.dlg, exp))
        return ConsoleCodeAnswer(code=code, url=f"{self._origin}/console/enter#{code}", exp=exp)

    def enter(self, tx: Transaction, code: str) -> tuple[str, Visitor]:
        """Trade a code for a cookie's value.

        Raises:
            WireError: console_code: unknown, used, run out, or its session is over.
        """
        now = self._clock.now_ms()
        row = tx.console.take_code(token_hash(code))
        if row is None or row.exp < now or not self.may_enter(row.person):
            raise WireError("wire.console_code")
        cookie = b64u_encode(new_bytes(32))
        session = ConsoleSessionRow(token_hash(cookie), row.person, row.dlg, now, now)
        tx.console.save_session(session)
        self._saw(tx, row.person, "enter", "console")
        return cookie, self._visitor(session)

    def visitor(self, tx: Transaction, cookie: str | None) -> Visitor:
        """Return who holds a cookie, and let his 15 minutes begin again; needs a writing unit.

        Raises:
            WireError: console_code: no such visit, or it is over.
        """
        row = None if cookie is None else tx.console.session(token_hash(cookie))
        now = self._clock.now_ms()
        if row is None or now - row.seen > IDLE_MS or now - row.created > LONGEST_MS:
            raise WireError("wire.console_code")
        if not self.may_enter(row.person):
            raise WireError("wire.console_code")
        tx.console.save_session(replace(row, seen=now))
        return self._visitor(row)

    def leave(self, tx: Transaction, cookie: str | None) -> None:
        """End a visit."""
        row = None if cookie is None else tx.console.session(token_hash(cookie))
        if row is not None:
            tx.console.drop_sessions(row.dlg)

    def may_enter(self, person: str) -> bool:
        """Say whether a person is a supervisor anywhere, now."""
        wanted = {role.value for role in _MAY_ENTER}
        return any(wanted & roles for roles in self._policy.roles(person).values())

    def _visitor(self, row: ConsoleSessionRow) -> Visitor:
        return Visitor(row.person, self._name(row.person), row.created + LONGEST_MS)

    # ------------------------------------------------------------ what is seen

    def board(self, tx: Transaction, visitor: Visitor, *, closed: bool = False) -> Board:
        """Return the board; needs a writing unit, for the look is written down."""
        self._saw(tx, visitor.person, "board", "closed" if closed else "open")
        rows = tx.cases.listing(None, closed=closed, limit=ROWS)
        now = self._clock.now_ms()
        return Board(
            at_ms=now,
            lights=tx.cases.lights(None),
            verdicts=tx.log.count(),
            rows=tuple(self._board_row(row, self._light(row, now)[1]) for row in rows),
        )

    def case(self, tx: Transaction, visitor: Visitor, number: str) -> CaseFile:
        """Return one case; needs a writing unit, for the look is written down.

        Raises:
            WireError: not_found.
        """
        row = tx.cases.get(number)
        if row is None:
            raise WireError("wire.not_found")
        self._saw(tx, visitor.person, "case", number)
        found, light = self._light(row, self._clock.now_ms())
        lines = tx.log.of_case(row.scope, number)
        return CaseFile(
            row=self._board_row(row, light),
            case=read_case(row),
            light=light,
            clock=found,
            timeline=tuple(self._line(line) for line in lines),
            findings=tuple(_finding(each) for each in tx.cases.findings(number, ROWS)),
        )

    def accesses(self, tx: Transaction, visitor: Visitor) -> list[AccessRow]:
        """Return the newest looks, one's own and others'."""
        self._saw(tx, visitor.person, "accesses", "")
        return tx.console.accesses(ROWS)

    def _light(self, row: CaseRow, now: int) -> tuple[CaseClock, LightState]:
        case, rules = read_case(row), self._policy.rules()
        found = clock(case, rules)
        return found, light_of(case, found, rules, moment(now))

    def _board_row(self, row: CaseRow, light: LightState) -> BoardRow:
        book = self._policy.book
        item = book.rules().item_of(row.item, read_case(row).item_version)
        hall, department = book.halls.get(row.hall), book.departments.get(row.department)
        return BoardRow(
            number=row.number,
            scope=row.scope,
            item=row.item if item is None else item.name.zh,
            item_code=row.item,
            hall=row.hall if hall is None else hall.name,
            department=row.department if department is None else department.name,
            applicant=masked(row.applicant),
            state=row.state,
            light=light.light.value,
            due_ms=row.due,
            statutory_ms=row.statutory,
            statutory_passed=light.statutory_passed,
            provisional=row.provisional,
            remaining_key=light.remaining_key,
            remaining_args=light.remaining_args,
            holder=self._name(row.holder) if row.holder else "",
            fast_track=row.fast_track,
            updated_ms=row.updated,
        )

    def _line(self, line: LogRow) -> TimelineLine:
        outcome = read_outcome(line.outcome)
        device = self._policy.book.devices.get(line.dev)
        body = _body(line)
        return TimelineLine(
            n=line.n,
            event=line.event,
            kind=line.kind,
            person=line.person,
            name=self._name(line.person),
            device=line.dev,
            counter="" if device is None else device.counter,
            claimed_ms=_claimed(line),
            counted_ms=outcome.counted,
            lo_ms=outcome.lo,
            hi_ms=outcome.hi,
            received_ms=outcome.recv,
            verdict=outcome.verdict,
            code=outcome.code,
            signed_by_card=line.act is not None,
            late=_late(line),
            text=str(body.get("text") or ""),
            level=str(body.get("level") or "") if line.kind == "urge" else "",
        )

    def _name(self, person: str) -> str:
        known = self._policy.book.roster.get(person)
        return person if known is None else known.name

    def _saw(self, tx: Transaction, person: str, what: str, subject: str) -> None:
        tx.console.add_access(AccessRow(person, self._clock.now_ms(), what, subject))


def masked(name: str) -> str:
    """Return a name of which only the first character can be read."""
    return name[:1] + "*" * max(0, len(name) - 1)


def _body(line: LogRow) -> dict[str, Any]:
    try:
        return read_json(line.body.encode())
    except ReaderError:  # nothing that was logged ever fails here; a page must not die of it
        return {}


def _core(line: LogRow) -> dict[str, Any]:
    return read_logged_jws(line.jws, EVENT).payload


def _claimed(line: LogRow) -> int | None:
    at = _core(line).get("at")
    return at if isinstance(at, int) else None


def _late(line: LogRow) -> bool:
    return _core(line).get("late") is not None


def _finding(row: FindingRow) -> FindingLine:
    return FindingLine(row.code, read_json(row.args.encode()), row.at, row.event)
