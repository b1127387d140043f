"""What the services ask of the database about cases and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync.server.services.rows.cases import CaseRow, CaseSearch, HeldCase
    from sync.server.services.rows.findings import FindingRow, JudgementRow


class CaseRows(Protocol):
    """Cases as folded, with warnings and findings."""

    def get(self, number: str) -> CaseRow | None:
        """Return a case."""

    def know(self, numbers: Iterable[str]) -> None:
        """Read several cases at once, of which the unit will ask one after the other."""

    def save(self, row: CaseRow) -> None:
        """Write a case."""

    def hold(self, held: HeldCase) -> None:
        """Keep a case in hand for this unit's next step on it; write it at the end if changed."""

    def held(self, number: str) -> HeldCase | None:
        """Return a case that the unit has in its hands."""

    def due_scopes(self, now: int, limit: int) -> frozenset[str]:
        """Return the scopes of the first cases whose next moment of change has come."""

    def due(self, now: int, limit: int, scopes: Iterable[str]) -> list[CaseRow]:
        """Return open cases of scopes whose next moment of change has come, earliest first."""

    def recalls(self) -> dict[str, str]:
        """Return by what mark each scope's open cases were recalled last."""

    def open_numbers(self, scope: str) -> list[str]:
        """Return the numbers of every open case of a scope."""

    def recall(self, now: int, numbers: Iterable[str]) -> None:
        """Let the clock look at those of some cases again that are open, from now on."""

    def recalled(self, scope: str, mark: str) -> None:
        """Note by what mark every open case of a scope was recalled."""

    def next_moment(self) -> int | None:
        """Return the earliest moment at which any case changes by itself."""

    def claim_warning(self, key: tuple[str, str, str, str], at: int) -> bool:
        """Take (case, kind, level, calendar version, or a breach's code); False if it was taken."""

    def search(self, wanted: CaseSearch) -> list[CaseRow]:
        """Return the cases that a list wants, red first, then by due time."""

    def certified(self, certificate: str) -> CaseRow | None:
        """Return the case that made the certificate of this public id."""

    def miscounted(self) -> bool:
        """Say whether the kept numbers of open cases by light are not those of the cases."""

    def count_again(self) -> None:
        """Count open cases by light anew; other processes wait with theirs."""

    def lights(self, scopes: Sequence[str] | None) -> dict[str, int]:
        """Count open cases by light."""

    def add_finding(self, row: FindingRow) -> None:
        """Keep something for a supervisor to judge."""

    def judge(self, row: JudgementRow) -> bool:
        """Keep a judgement; False if there was one before, which stands."""

    def judgements(self, *numbers: str) -> list[JudgementRow]:
        """Return what was judged of some cases."""

    def last_finding(self, dev: str, codes: Iterable[str]) -> int | None:
        """Return when one of these was last found of a device without a case, ms."""

    def findings_of(self, devs: Iterable[str], limit: int) -> list[FindingRow]:
        """Return the newest findings about devices that no case has."""

    def findings(self, case_no: str | None, limit: int) -> list[FindingRow]:
        """Return findings of a case, or the newest of all."""
