"""What becomes of scores: seen, reviewed by one person, published by another (PE05, PE11).

Faults that no step can show (a complaint upheld, a sanction) are entered by one supervisor and
count when another has confirmed them, before the month is scored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.domain.events import CENTRE_DEVICE
from sync.domain.figures.scoring import Score, ScoreFailure, Subject
from sync.domain.hall_steps import hall_of
from sync.domain.supervising import Act
from sync.proof.keys import new_bytes
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import WireError
from sync.server.services.evaluation.scoring import (
    DRAFT,
    PUBLISHED,
    REVIEWED,
    Material,
    score_of,
    scored,
)

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.evaluation.scoring import Months, Scoring
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.scores import FaultRow, ScoreRow, ScoreRunRow

TEXT_MAX = 1000
FAULTS = (
    "openness",
    "fees",
    "attitude",
    "complaint",
    "overturned",
    "integrity",
    "private_precheck",
    "warning",
    "demerit",
    "grave_demerit",
    "demotion",
    "removal",
    "dismissal",
)
PUBLIC_KINDS = (Subject.HALL, Subject.DEPARTMENT, Subject.WINDOW)
"""Whose rankings strangers see; persons are named inside only (适当范围内予以公布)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a ranking; equal totals share a place."""

    place: int
    subject: str
    name: str
    total: int
    lost: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One subject's score with the run that it belongs to."""

    run: ScoreRunRow
    kind: Subject
    subject: str
    name: str
    total: int
    score: Score | Months


class Publishing:
    """Shows and publishes what `Scoring` made."""

    def __init__(self, policy: Policy, clock: Clock, scoring: Scoring) -> None:
        self._policy = policy
        self._clock = clock
        self._scoring = scoring

    def ranking(
        self, tx: Transaction, period: str, code: str, kind: Subject, visitor: Visitor | None
    ) -> tuple[ScoreRunRow, tuple[Ranked, ...]]:
        """Return a run with its ranking of a kind, as far as a visitor sees its subjects.

        Args:
            tx: a unit that reads.
            period: of the run.
            code: of its rules.
            kind: who is ranked.
            visitor: None for a stranger, who sees published runs of `PUBLIC_KINDS` only.

        Raises:
            WireError: not_found.
        """
        run = self._run(tx, period, code)
        self._open(visitor, run)
        if visitor is None and kind not in PUBLIC_KINDS:
            raise WireError("wire.not_found")
        ranked, place, before = [], 0, None
        full = self._scoring.rules(run).full
        rows = [r for r in tx.scores.ranking(period, code, kind) if self._sees(visitor, r)]
        for number, row in enumerate(rows, 1):
            place = place if row.total == before else number
            before = row.total
            name = self.name(kind, row.subject)
            ranked.append(Ranked(place, row.subject, name, row.total, max(0, full - row.total)))
        return run, tuple(ranked)

    def sheet(
        self, tx: Transaction, visitor: Visitor, period: str, code: str, who: tuple[Subject, str]
    ) -> Sheet:
        """Return one score with every loss.

        Raises:
            WireError: not_found: none such, or of a subject whom the visitor does not see.
        """
        run = self._run(tx, period, code)
        self._open(visitor, run)
        row = tx.scores.score(period, code, *who)
        if row is None or not self._sees(visitor, row):
            raise WireError("wire.not_found")
        return Sheet(run, who[0], who[1], self.name(*who), row.total, score_of(row))

    def review(self, tx: Transaction, visitor: Visitor, period: str, code: str) -> None:
        """Say that a draft was looked through.

        Raises:
            WireError: not_found, forbidden.
            ScoreFailure: scores.not_draft.
        """
        visitor.of(Act.RATE)
        run = replace(
            self._run(tx, period, code),
            state=REVIEWED,
            reviewed_by=visitor.person,
            reviewed=self._clock.now_ms(),
        )
        if not tx.scores.move_run(run, DRAFT):
            raise ScoreFailure("scores.not_draft")

    def publish(self, tx: Transaction, visitor: Visitor, period: str, code: str) -> None:
        """Publish what another person reviewed.

        Raises:
            WireError: not_found, forbidden.
            ScoreFailure: scores.own_review, scores.not_reviewed.
        """
        visitor.of(Act.RATE)
        run = self._run(tx, period, code)
        if run.reviewed_by == visitor.person:
            raise ScoreFailure("scores.own_review")
        moved = replace(
            run, state=PUBLISHED, published_by=visitor.person, published=self._clock.now_ms()
        )
        if not tx.scores.move_run(moved, REVIEWED):
            raise ScoreFailure("scores.not_reviewed")

    def again(self, material: Material, kept: tuple[ScoreRow, ...]) -> tuple[str, ...]:
        """Make a month's scores again; return the subjects whose figure is another one: none."""
        made = {(each.kind.value, each.subject): each.total for each in scored(material)}
        was = {(row.kind, row.subject): row.total for row in kept}
        return tuple(
            sorted(" ".join(key) for key in {*made, *was} if made.get(key) != was.get(key))
        )

    # ------------------------------------------------------------ faults

    def enter_fault(self, tx: Transaction, visitor: Visitor, fault: FaultRow) -> None:
        """Enter a fault; it counts when another supervisor has confirmed it.

        Raises:
            WireError: malformed, forbidden; not_found: no subject that the visitor sees.
        """
        visitor.of(Act.RATE)
        if fault.code not in FAULTS or not 0 < len(fault.text.strip()) <= TEXT_MAX:
            raise WireError("wire.malformed")
        if not self._sees_subject(visitor, Subject(fault.kind), fault.subject):
            raise WireError("wire.not_found")
        now = self._clock.now_ms()
        entered = replace(
            fault,
            id=b64u_encode(new_bytes(12)),
            text=fault.text.strip(),
            entered_by=visitor.person,
            entered=now,
            confirmed_by="",
            confirmed=0,
        )
        tx.scores.save_fault(entered)

    def confirm_fault(self, tx: Transaction, visitor: Visitor, id_: str) -> None:
        """Confirm what another supervisor entered.

        Raises:
            WireError: not_found, forbidden.
            ScoreFailure: scores.own_fault, scores.fault_confirmed.
        """
        visitor.of(Act.RATE)
        fault = tx.scores.fault(id_)
        if fault is None or not self._sees_subject(visitor, Subject(fault.kind), fault.subject):
            raise WireError("wire.not_found")
        if fault.entered_by == visitor.person:
            raise ScoreFailure("scores.own_fault")
        if fault.confirmed:
            raise ScoreFailure("scores.fault_confirmed")
        now = self._clock.now_ms()
        tx.scores.save_fault(replace(fault, confirmed_by=visitor.person, confirmed=now))

    # ------------------------------------------------------------ names

    def name(self, kind: Subject, subject: str) -> str:
        """Return a subject's name, or its code where policy has it no more."""
        book = self._policy.book
        if kind is Subject.HALL:
            return book.hall_name(subject)
        if kind is Subject.DEPARTMENT:
            return book.unit_name(subject)
        if kind is Subject.WINDOW:
            device = book.devices.get(subject)
            return subject if device is None else f"{device.hall} {device.counter or subject}"
        return book.name_of(subject)

    def person_name(self, person: str) -> str:
        """Return a person's name."""
        return self.name(Subject.PERSON, person)

    def subjects(self, visitor: Visitor) -> dict[Subject, tuple[tuple[str, str], ...]]:
        """Return whom a visitor may enter a fault about: (code, name) by kind.

        Raises:
            WireError: forbidden.
        """
        visitor.of(Act.RATE)
        book = self._policy.book
        every = {
            Subject.HALL: book.halls,
            Subject.DEPARTMENT: [f"{d.hall}/{d.code}" for d in book.departments.values()],
            Subject.WINDOW: book.devices,
            Subject.PERSON: book.roster,
        }
        return {
            kind: tuple(
                (code, self.name(kind, code))
                for code in sorted(codes)
                if self._sees_subject(visitor, kind, code)
            )
            for kind, codes in every.items()
        }

    def _run(self, tx: Transaction, period: str, code: str) -> ScoreRunRow:
        run = tx.scores.run(period, code)
        if run is None:
            raise WireError("wire.not_found")
        return run

    @staticmethod
    def _open(visitor: Visitor | None, run: ScoreRunRow) -> None:
        """Let only those who rate see what is not published yet."""
        rates = visitor is not None and visitor.may(Act.RATE)
        if not rates and run.state != PUBLISHED:
            raise WireError("wire.not_found")

    def _sees(self, visitor: Visitor | None, row: ScoreRow) -> bool:
        return visitor is None or self._sees_subject(visitor, Subject(row.kind), row.subject)

    def _sees_subject(self, visitor: Visitor, kind: Subject, subject: str) -> bool:
        """Say whether one of a visitor's scopes is a subject's."""
        book, halls = self._policy.book, {hall_of(scope) for scope in visitor.scopes}
        if kind is Subject.HALL:
            return subject in halls
        if kind is Subject.DEPARTMENT:
            return subject in visitor.scopes
        if kind is Subject.WINDOW:
            device = book.devices.get(subject)
            return device is not None and device.hall in halls
        person = book.roster.get(subject)
        if subject.startswith(CENTRE_DEVICE):
            return False
        return person is not None and f"{person.hall}/{person.department}" in visitor.scopes
