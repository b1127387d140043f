"""Drawings of cases for a check by hand: made with a seed, kept with the reasons, judged (TM11)."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.domain.lights import Light
from sync.domain.sampling import STATES, Phase, candidate, draw
from sync.domain.supervising import Act
from sync.proof.keys import new_id
from sync.protocol.errors import WireError
from sync.server.services.cases.folded import read_case
from sync.server.services.rows.supervision import SampledRow, SampleRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow

SIZE_MOST = 50
SEED_MAX = 32
TEXT_MAX = 1000
POPULATION_MOST = 5000
BACK_MS = 92 * 86_400_000  # a quarter
_SHOWN = 20
VERDICTS = frozenset({"clean", "faulty"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be drawn; an empty seed is made up and kept."""

    phase: str
    size: int
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One case drawn, as a page shows it."""

    number: str
    risk: int
    why: tuple[str, ...]
    verdict: str
    text: str
    judge: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One drawing."""

    row: SampleRow
    name: str
    cases: tuple[Drawn, ...]


class Sampling:
    """Draws and keeps."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    def candidates(
        self, tx: Transaction, visitor: Visitor, asked: Asked
    ) -> list[tuple[CaseRow, int]]:
        """Return what is drawn from: the newest POPULATION_MOST cases of a quarter. Reads only.

        Raises:
            WireError: forbidden, malformed.
        """
        scopes = visitor.of(Act.SAMPLE)
        if asked.phase not in set(Phase) or not 0 < asked.size <= SIZE_MOST:
            raise WireError("wire.malformed")
        if len(asked.seed) > SEED_MAX:
            raise WireError("wire.malformed")
        states = [state.value for state in STATES[Phase(asked.phase)]]
        since = self._clock.now_ms() - BACK_MS
        return tx.supervision.candidates(scopes, states, since, POPULATION_MOST)

    def drawn(
        self, visitor: Visitor, asked: Asked, found: Iterable[tuple[CaseRow, int]]
    ) -> tuple[SampleRow, tuple[SampledRow, ...]]:
        """Draw. Computes and touches no row: the same seed and cases give the same drawing."""
        weighed = [candidate(read_case(row), Light(row.light), count) for row, count in found]
        seed = asked.seed or secrets.token_hex(8)
        chosen = draw(weighed, asked.size, seed)
        scopes = json.dumps(sorted({each.scope for each in weighed}))
        made = SampleRow(
            id=new_id(),
            person=visitor.person,
            at=self._clock.now_ms(),
            phase=asked.phase,
            seed=seed,
            scopes=scopes,
            size=asked.size,
            population=len(weighed),
        )
        cases = (
            SampledRow(made.id, each.number, each.scope, each.risk, json.dumps(each.why))
            for each in chosen
        )
        return made, tuple(cases)

    @staticmethod
    def keep(tx: Transaction, made: SampleRow, cases: tuple[SampledRow, ...]) -> None:
        """Keep a drawing; needs a unit that writes."""
        tx.supervision.keep_sample(made, cases)

    def newest(self, tx: Transaction, visitor: Visitor) -> tuple[Sample, ...]:
        """Return the newest drawings without their cases.

        Raises:
            WireError: forbidden.
        """
        visitor.of(Act.SAMPLE)
        rows = tx.supervision.samples(_SHOWN)
        return tuple(Sample(row, self._policy.book.name_of(row.person), ()) for row in rows)

    def sample(self, tx: Transaction, visitor: Visitor, id_: str) -> Sample:
        """Return one drawing with those of its cases that the visitor may see.

        Raises:
            WireError: not_found, forbidden.
        """
        scopes, row = visitor.of(Act.SAMPLE), tx.supervision.sample(id_)
        if row is None:
            raise WireError("wire.not_found")
        cases = (each for each in tx.supervision.sampled(id_) if each.scope in scopes)
        return Sample(
            row, self._policy.book.name_of(row.person), tuple(self._drawn(each) for each in cases)
        )

    def judge(
        self, tx: Transaction, visitor: Visitor, id_: str, number: str, verdict: str, text: str
    ) -> None:
        """Keep what the check of a drawn case found: "clean" or "faulty", with words; once.

        Raises:
            WireError: not_found, forbidden, malformed.
        """
        found = (each for each in tx.supervision.sampled(id_) if each.case_no == number)
        row = next(found, None)
        if row is None:
            raise WireError("wire.not_found")
        visitor.need(Act.SAMPLE, row.scope)
        words = text.strip()
        if verdict not in VERDICTS or not 0 < len(words) <= TEXT_MAX:
            raise WireError("wire.malformed")
        now = self._clock.now_ms()
        said = replace(row, verdict=verdict, text=words, person=visitor.person, judged_at=now)
        tx.supervision.judge_sampled(said)

    def _drawn(self, row: SampledRow) -> Drawn:
        why = tuple(str(code) for code in json.loads(row.why))
        judge = self._policy.book.name_of(row.person) if row.person else ""
        return Drawn(row.case_no, row.risk, why, row.verdict, row.text, judge)
