"""Before which moment which duty is not tried again, and the guard against going in circles."""

from __future__ import annotations

from sync.engine.backoff import LONGEST_HOLD_MS, SHORTEST_MS, Backoff
from sync.engine.signals import Duty


class Gates:
    """One back-off for the line, one for each duty, and what the centre itself asked to wait.

    A duty that fails by itself (its answer is nonsense, its request is refused) waits alone; the
    others go on. Times are boot-clock ms.

    Args:
        barren: how many answers that move nothing are suffered in a row.
    """

    def __init__(self, barren: int) -> None:
        self._barren_limit = barren
        self._line = Backoff()
        self._duties = {duty: Backoff() for duty in Duty}
        self._barren = dict.fromkeys(Duty, 0)
        self._hold_until = 0

    @property
    def line_down(self) -> bool:
        """Say whether the last try of the line found nobody."""
        return self._line.failures > 0

    def opens_at(self, duty: Duty) -> int:
        """Return the moment before which the duty is not tried."""
        return max(self._hold_until, self._line.not_before, self._duties[duty].not_before)

    def line_works(self) -> None:
        """The centre answered."""
        self._line = Backoff()

    def line_failed(self, now: int, chance: float) -> None:
        """Nobody was reached, or the answer broke off."""
        self._line = self._line.failed(now, chance)

    def hold(self, now: int, chance: float, hold_ms: int | None) -> None:
        """The centre asked everybody to wait."""
        self._hold_until = max(self._hold_until, Backoff().failed(now, chance, hold_ms).not_before)

    def failed(self, duty: Duty, now: int, chance: float) -> None:
        """The duty was not done."""
        self._duties[duty] = self._duties[duty].failed(now, chance)

    def put_off(self, duty: Duty, now: int, wait_ms: int) -> None:
        """The duty's turn comes then, no sooner and no later; that is no failure."""
        wait = min(max(wait_ms, SHORTEST_MS), LONGEST_HOLD_MS)
        self._duties[duty] = Backoff(not_before=now + wait)

    def progress(self, duty: Duty) -> None:
        """The duty moved something."""
        self._duties[duty] = Backoff()
        self._barren[duty] = 0

    def barren(self, duty: Duty, now: int, chance: float) -> bool:
        """Count an answer that moved nothing; True when the duty now has to wait for it."""
        self._barren[duty] += 1
        if self._barren[duty] < self._barren_limit:
            return False
        self.failed(duty, now, chance)
        return True

    def forget_waits(self) -> None:
        """Let everything be tried at once; a wait that the centre asked of all still holds."""
        self._line = Backoff(self._line.failures)
        self._duties = {duty: Backoff(old.failures) for duty, old in self._duties.items()}
