"""When a telephone may ring: notices wait for the morning, codes and replies do not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sync.domain.calendar import CHINA
from sync.domain.failures import Failure, FailureKind

_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when, minutes of the day in China; equal for never."""

    begins: int
    ends: int

    @classmethod
    def of(cls, text: str) -> QuietHours:
        """Return hours as an operator writes them: "22:00-08:00", "" for never.

        Raises:
            Failure: centre.quiet_hours.
        """
        if not text:
            return cls(0, 0)
        found = _SPAN.fullmatch(text)
        if found is None:
            raise Failure("centre.quiet_hours", FailureKind.BROKEN, value=text[:32])
        a, b, c, d = (int(each) for each in found.groups())
        return cls(a * 60 + b, c * 60 + d)

    def until(self, now: int) -> int:
        """Return when a message of now may go, ms; now itself outside the quiet hours."""
        at = datetime.fromtimestamp(now / 1000, UTC).astimezone(CHINA)
        minute = at.hour * 60 + at.minute
        over_night = self.begins > self.ends
        quiet = (
            minute >= self.begins or minute < self.ends
            if over_night
            else self.begins <= minute < self.ends
        )
        if not quiet:
            return now
        day = at + timedelta(days=1) if over_night and minute >= self.begins else at
        end = day.replace(hour=self.ends // 60, minute=self.ends % 60, second=0, microsecond=0)
        return int(end.timestamp() * 1000)
