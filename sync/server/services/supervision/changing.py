"""What a change of calendar, scheme or switch would do to every open case, before it is in force.

Computed in slices off the writer, from the folded cases; both results are kept for each case that
moves. The change itself is a policy event, signed by two administrators as ever: when one of the
same content comes into force, what was computed for it says so.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sync.domain.fields import DataFailure
from sync.domain.lights import Light, light_of
from sync.domain.supervising import Act
from sync.domain.time_limit import clock
from sync.proof.keys import new_id
from sync.proof.policy import SCOPE
from sync.protocol.codec import read_json
from sync.protocol.errors import WireError
from sync.server.clock import milliseconds, moment
from sync.server.services.cases.folded import read_case
from sync.server.services.rows.supervision import RecomputationRow, RecomputedRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.domain.rules import Rules
    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Ledger, Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow

SLICE = 500
_SHOWN = 20
_LISTED = 1000
_NEWEST = 200  # policy events that are looked at when one came into force
KINDS = frozenset({"calendar", "scheme", "switch"})
ADMINISTRATOR = "administration"  # who computed it on the command line


@dataclass(frozen=True, slots=True)
class Proposal:
    """A policy event that is not signed yet."""

    kind: str
    body: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return what people call it: a calendar's version, a scheme's code, a switch's value."""
        if self.kind == "calendar":
            return f"{self.body.get('id')} {self.body.get('version')}"
        if self.kind == "scheme":
            return f"{self.body.get('code')} {self.body.get('version')}"
        return f"{self.body.get('name')} = {self.body.get('value')}"

    @property
    def digest(self) -> str:
        """Return one name for the content."""
        text = json.dumps([self.kind, self.body], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """What a proposal would do: its figures, and the cases that the visitor may see."""

    row: RecomputationRow
    name: str
    cases: tuple[RecomputedRow, ...]


class Changing:
    """Computes and keeps differences."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    async def compute(self, ledger: Ledger, person: str, proposal: Proposal) -> RecomputationRow:
        """Compute the difference for every open case, slice by slice, and keep it.

        Args:
            ledger: reads run beside the writer; one short write at the end.
            person: who wants to know.
            proposal: the event.

        Raises:
            WireError: malformed: the rules cannot read the event.
        """
        now = self._clock.now_ms()
        before, after = self._policy.rules(), self._proposed(proposal, now)
        id_, seen, moved, left_red, to_red = new_id(), 0, 0, 0, 0
        for scope in self._policy.scopes_known():
            last = ""
            while True:
                rows = await ledger.read(partial(_open_after, scope=scope, last=last))
                if not rows:
                    break
                last, seen = rows[-1].number, seen + len(rows)
                part = await ledger.crunch(partial(_moved_in, id_, rows, before, after, now))
                if part:
                    await ledger.write(partial(_keep, part=part))
                moved += len(part)
                left_red += sum(each.light_before == Light.RED for each in part if _turns(each))
                to_red += sum(each.light_after == Light.RED for each in part if _turns(each))
        row = RecomputationRow(
            id=id_,
            person=person,
            at=now,
            kind=proposal.kind,
            name=proposal.name,
            digest=proposal.digest,
            cases=seen,
            moved=moved,
            left_red=left_red,
            to_red=to_red,
        )
        # The whole comes last: until then nobody finds its cases.
        await ledger.write(lambda tx: tx.supervision.keep_recomputation(row))
        return row

    def newest(self, tx: Transaction, visitor: Visitor) -> tuple[Difference, ...]:
        """Return the newest differences without their cases.

        Raises:
            WireError: forbidden.
        """
        visitor.of(Act.CHANGES)
        rows = tx.supervision.recomputations(_SHOWN)
        return tuple(Difference(row, self._name(row.person), ()) for row in rows)

    def difference(self, tx: Transaction, visitor: Visitor, id_: str) -> Difference:
        """Return one difference with the cases that the visitor may see, at most _LISTED.

        Raises:
            WireError: not_found, forbidden.
        """
        scopes, row = visitor.of(Act.CHANGES), tx.supervision.recomputation(id_)
        if row is None:
            raise WireError("wire.not_found")
        cases = tx.supervision.recomputed(id_, scopes, _LISTED)
        return Difference(row, self._name(row.person), tuple(cases))

    def follow(self, tx: Transaction) -> int:
        """Note which of the newest differences are in force now; needs a unit that writes.

        A policy event of the same content may have come from anywhere: two administrators signed
        it, and it stands in the log.

        Returns:
            How many came into force since the last time.
        """
        head, now = tx.log.peek(SCOPE), self._clock.now_ms()
        waiting = {
            row.digest: row.at for row in tx.supervision.recomputations(_SHOWN) if not row.enacted
        }
        if head is None or not waiting:
            return 0
        lines = tx.log.after(SCOPE, max(0, head.size - _NEWEST), _NEWEST)
        signed = {
            Proposal(line.kind, body_of(line.body)).digest: line.recv
            for line in lines
            if line.kind in KINDS
        }
        found = [digest for digest, at in waiting.items() if signed.get(digest, -1) >= at]
        for digest in found:
            tx.supervision.enacted(digest, now)
        return len(found)

    def _proposed(self, proposal: Proposal, now: int) -> Rules:
        if proposal.kind not in KINDS:
            raise WireError("wire.malformed")
        try:
            book = self._policy.book.with_event(proposal.kind, proposal.body, moment(now))
        except DataFailure as failure:
            raise WireError("wire.malformed") from failure
        return book.rules()

    def _name(self, person: str) -> str:
        return "" if person == ADMINISTRATOR else self._policy.book.name_of(person)


def body_of(text: str) -> dict[str, Any]:
    """Return a logged policy event's content: its body without the salt."""
    body = read_json(text.encode())
    return {name: value for name, value in body.items() if name != "salt"}


def _turns(each: RecomputedRow) -> bool:
    return each.light_before != each.light_after


def _keep(tx: Transaction, part: list[RecomputedRow]) -> None:
    tx.supervision.keep_recomputed(part)


def _open_after(tx: Transaction, scope: str, last: str) -> list[CaseRow]:
    return tx.supervision.open_cases(scope, last, SLICE)


def _moved_in(
    id_: str, rows: list[CaseRow], before: Rules, after: Rules, now: int
) -> list[RecomputedRow]:
    found = (_difference(id_, row, before, after, now) for row in rows)
    return [each for each in found if each is not None]


def _difference(
    id_: str, row: CaseRow, before: Rules, after: Rules, now: int
) -> RecomputedRow | None:
    """Return how a case moves, None if it stays."""
    (due_before, light_before), (due_after, light_after) = (
        _stand(row, rules, now) for rules in (before, after)
    )
    if (due_before, light_before) == (due_after, light_after):
        return None
    return RecomputedRow(
        id_, row.number, row.scope, due_before, due_after, light_before, light_after
    )


def _stand(row: CaseRow, rules: Rules, now: int) -> tuple[int | None, str]:
    case = read_case(row)
    found = clock(case, rules)
    light = light_of(case, found, rules, moment(now)).light.value
    return None if found.governing is None else milliseconds(found.governing.at), light
