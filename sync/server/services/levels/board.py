"""The supervisors' view of lower centres: counts, cases, one case's lines. Reads only.

A right in the scope `lower/<centre>` shows that centre and all below it; nothing here changes
anything there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.lights import Light
from sync.proof.outcomes import read_outcome
from sync.protocol.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sync.domain.catalogue import Words
    from sync.domain.lower_centres import Lower
    from sync.server.clock import Clock
    from sync.server.services.levels.following import Following
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.levels import LowerCaseRow

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class CentreLine:
    """One lower centre; `depth` 0 reports here itself. `heard` in ms, 0 = never."""

    aud: str
    name: str
    depth: int
    heard: int
    lines: int
    lights: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LowerRow:
    """One open case of a lower centre, with names as that centre has them."""

    centre: str
    centre_name: str
    number: str
    item: Words | None
    item_name: str
    hall: str
    department: str
    applicant: str
    state: str
    light: str
    due_ms: int | None


@dataclass(frozen=True, slots=True)
class LowerStep:
    """One line of a lower case, as answered there."""

    n: int
    kind: str
    name: str
    counter: str
    counted_ms: int
    verdict: str
    code: str | None
    signed_by_card: bool


@dataclass(frozen=True, slots=True)
class Below:
    """Everything that a visitor sees of the centres below."""

    at_ms: int
    centres: tuple[CentreLine, ...]
    rows: tuple[LowerRow, ...]


@dataclass(frozen=True, slots=True)
class LowerFile:
    """One case of a lower centre."""

    row: LowerRow
    steps: tuple[LowerStep, ...]


class LevelBoard:
    """Reads."""

    def __init__(self, policy: Policy, following: Following, clock: Clock) -> None:
        self._policy = policy
        self._following = following
        self._clock = clock

    def board(self, tx: Transaction, scopes: Sequence[str], centre: str = "") -> Below:
        """Return the centres that a visitor may see, and the open cases of all or of one.

        Args:
            tx: a unit that reads.
            scopes: where he is a supervisor.
            centre: of which centre cases are wanted, "" for all.
        """
        now = self._clock.now_ms()
        seen = self._seen(tx, scopes)
        lights: dict[str, dict[str, int]] = {}
        for aud, light, count in tx.levels.counts(tuple(seen), now):
            lights.setdefault(aud, {})[light] = count
        lines = tuple(
            self._centre(tx, lower, depth, lights.get(aud, {}))
            for aud, (lower, depth) in seen.items()
        )
        wanted = [centre] if centre in seen else [] if centre else list(seen)
        found = tx.levels.open_cases(wanted, MOST_ROWS)
        return Below(now, lines, tuple(self._row(tx, seen, row, now) for row in found))

    def case(self, tx: Transaction, scopes: Sequence[str], centre: str, number: str) -> LowerFile:
        """Return one case.

        Raises:
            WireError: not_found: no such case in what the visitor may see.
        """
        seen = self._seen(tx, scopes)
        row = tx.levels.case(centre, number) if centre in seen else None
        if row is None:
            raise WireError("wire.not_found")
        book = self._following.of(tx, seen[centre][0]).book
        steps = []
        for line in tx.levels.lines_of(centre, number):
            outcome = read_outcome(line.outcome)
            steps.append(
                LowerStep(
                    n=line.n,
                    kind=line.kind,
                    name=book.name_of(line.person),
                    counter=line.scope,
                    counted_ms=outcome.counted,
                    verdict=line.verdict,
                    code=outcome.code,
                    signed_by_card=line.act is not None,
                )
            )
        return LowerFile(self._row(tx, seen, row, self._clock.now_ms()), tuple(steps))

    # ------------------------------------------------------------ parts

    def _seen(self, tx: Transaction, scopes: Sequence[str]) -> dict[str, tuple[Lower, int]]:
        """Return the centres below that a visitor may see, with their depth, by name."""
        seen: dict[str, tuple[Lower, int]] = {}
        for lower, below in self._following.all_below(tx):
            if lower.scope in scopes:
                seen |= {
                    aud: (each, int(aud != lower.aud))
                    for aud, each in below.items()
                    # One whose policy does not hold from the beginning pinned here is not shown.
                    if aud != lower.aud or self._following.holds(tx, each)
                }
        return seen

    @staticmethod
    def _centre(tx: Transaction, lower: Lower, depth: int, lights: Mapping[str, int]) -> CentreLine:
        rows = tx.levels.scopes((lower.aud,))
        return CentreLine(
            aud=lower.aud,
            name=lower.name,
            depth=depth,
            heard=max((row.at for row in rows), default=0),
            lines=sum(row.proven for row in rows),
            lights=lights,
        )

    def _row(
        self, tx: Transaction, seen: Mapping[str, tuple[Lower, int]], row: LowerCaseRow, now: int
    ) -> LowerRow:
        lower = seen[row.centre][0]
        book = self._following.of(tx, lower).book
        item = book.catalogue.item(row.item)
        return LowerRow(
            centre=row.centre,
            centre_name=lower.name,
            number=row.number,
            item=None if item is None else item.name,
            item_name=row.item_name,
            hall=book.hall_name(row.hall),
            department=book.department_name(row.department),
            applicant=row.applicant,
            state=row.state,
            light=_light(row, now).value,
            due_ms=row.due,
        )


def _light(row: LowerCaseRow, now: int) -> Light:
    if row.paused:
        return Light.PAUSED
    if row.due is None or row.warn is None:
        return Light.NONE
    if now > row.due:
        return Light.RED
    return Light.YELLOW if now >= row.warn else Light.WHITE
