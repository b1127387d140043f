"""The demonstration's time: one file that window and centre add to their clocks.

A demonstration begins in office hours whatever the hour, and lets an afternoon pass in a second.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA, Calendar

if TYPE_CHECKING:
    from pathlib import Path

OPENS = time(9, 30)
LATEST_DAY_LEFT = timedelta(days=40)  # limits counted from the demonstration's day must be known


class DemoClock:
    """Moves the file `{"offset_ms": int}` that both ends read at each look at their clocks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the demonstration's time, in China's zone."""
        return datetime.now(UTC).astimezone(CHINA) + self._offset

    def resume(self) -> None:
        """Go on from the time that the file says."""
        said = json.loads(self.path.read_text())
        self._offset = timedelta(milliseconds=said["offset_ms"])

    def move_to(self, moment: datetime) -> None:
        """Let it be that moment now. Goes forward only: nothing may be set back."""
        self._offset += moment - self.now()
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps({"offset_ms": self._offset // timedelta(milliseconds=1)}))
        part.replace(self.path)

    def start(self, calendar: Calendar) -> None:
        """Begin at half past nine of the next working day whose limits the calendar covers."""
        today = self.now().date()
        if calendar.official_until - today < LATEST_DAY_LEFT:
            today = calendar.official_until - 2 * LATEST_DAY_LEFT
        day = next(
            day
            for day in (today + timedelta(days=n) for n in range(1, 30))
            if calendar.is_working(day)
        )
        self.move_to(datetime.combine(day, OPENS, CHINA))
