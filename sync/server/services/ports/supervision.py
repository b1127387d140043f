"""What the services ask of the database about supervision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.rows.cases import CaseRow
    from sync.server.services.rows.supervision import (
        FindingEntry,
        FindingSearch,
        InspectionRow,
        NoteRow,
        PressedRow,
        PressingRow,
        RecomputationRow,
        RecomputedRow,
        SampledRow,
        SampleRow,
    )


class SupervisionRows(Protocol):
    """Urges and orders with their replies, findings, notes, samples, recomputations."""

    # -- urges and orders

    def press(self, row: PressingRow) -> None:
        """Keep an urge or order."""

    def raise_level(self, event: str, level: str, reply_by: int | None) -> None:
        """Note that an unanswered one was raised."""

    def answer(self, event: str, answer: str, at: int) -> None:
        """Note the reply to one; the first stands."""

    def pressed(self, event: str) -> PressedRow | None:
        """Return one urge or order."""

    def pressings_of(self, case_no: str) -> list[PressedRow]:
        """Return the urges and orders of a case, oldest first."""

    def pressings(
        self, scopes: Sequence[str], state: str, now: int, skip: int, limit: int
    ) -> list[PressedRow]:
        """Return those of scopes in a state, the oldest reply term first.

        Args:
            scopes: of the cases.
            state: "open", "late", "answered" (and not judged), "judged", "" all.
            now: ms; an open one is late when its term is over.
            skip: how many to leave out.
            limit: how many at most.
        """

    def pressing_counts(self, scopes: Sequence[str], now: int) -> dict[str, int]:
        """Count urges and orders that owe something, by state."""

    # -- findings

    def inbox(self, wanted: FindingSearch) -> list[FindingEntry]:
        """Return findings, newest first."""

    def inbox_counts(self, wanted: FindingSearch) -> dict[str, int]:
        """Count the open findings by code."""

    def finding(self, number: int) -> FindingEntry | None:
        """Return one finding."""

    def breaches(
        self, codes: Sequence[str], since: int, limit: int, but: Sequence[int] = ()
    ) -> list[FindingEntry]:
        """Return the findings of these codes since a moment that nobody was warned of yet."""

    # -- notes

    def add_note(self, row: NoteRow) -> None:
        """Keep a note."""

    def notes(self, case_no: str) -> list[NoteRow]:
        """Return a case's notes in order."""

    # -- what a change would do

    def open_cases(self, scope: str, after: str, limit: int) -> list[CaseRow]:
        """Return a slice of a scope's open cases, by number, after one."""

    def keep_recomputed(self, moved: Sequence[RecomputedRow]) -> None:
        """Keep cases that a change moves."""

    def keep_recomputation(self, row: RecomputationRow) -> None:
        """Keep what a change would do to all of them."""

    def recomputations(self, limit: int) -> list[RecomputationRow]:
        """Return the newest."""

    def recomputation(self, id_: str) -> RecomputationRow | None:
        """Return one."""

    def recomputed(self, id_: str, scopes: Sequence[str], limit: int) -> list[RecomputedRow]:
        """Return the cases of scopes that it moves."""

    def enacted(self, digest: str, at: int) -> None:
        """Note that what was computed is in force."""

    # -- samples

    def candidates(
        self, scopes: Sequence[str], states: Sequence[str], since: int, limit: int
    ) -> list[tuple[CaseRow, int]]:
        """Return cases in states that moved since a moment, newest first, with their findings."""

    def keep_sample(self, row: SampleRow, drawn: Sequence[SampledRow]) -> None:
        """Keep a drawing."""

    def samples(self, limit: int) -> list[SampleRow]:
        """Return the newest drawings."""

    def sample(self, id_: str) -> SampleRow | None:
        """Return one drawing."""

    def sampled(self, id_: str) -> list[SampledRow]:
        """Return its cases, riskiest first."""

    def judge_sampled(self, row: SampledRow) -> bool:
        """Keep what a check found; False if it was judged before."""

    # -- figures

    def lights_by_scope(self, scopes: Sequence[str]) -> dict[tuple[str, str], int]:
        """Count open cases by scope and light."""

    # -- looking through the log

    def inspections(self) -> dict[str, InspectionRow]:
        """Return up to where each scope was looked through."""

    def keep_inspection(self, row: InspectionRow) -> None:
        """Keep it."""

    def last_steps(self, devs: Sequence[str]) -> dict[str, int]:
        """Return when each device's newest logged step came, ms."""

    def last_cases(self, scopes: Sequence[str]) -> dict[str, int]:
        """Return when a case of each item moved last in scopes, ms."""
