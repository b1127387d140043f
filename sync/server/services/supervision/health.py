"""What whoever runs a centre must know of it: codes with figures, no citizen's data.

Words under `centre.health.<code>`, what to do under `centre.health.<code>.do`. Shown by
`chuangkou-centre status` and on the console; each is also logged with its code when it comes up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from sync.domain.failures import Failure
from sync.proof.certificates import authority_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync.server.clock import LoggedClock
    from sync.server.services.record.doubts import Doubts
    from sync.server.services.record.forgotten import Forgotten
    from sync.server.services.record.policy import Policy

TIGHT_BYTES, FULL_BYTES = 5_000_000_000, 1_000_000_000
"""Room of the centre's disk: a week's work of a county, and a day's of a hall."""
_SECOND_MS, _MINUTE_MS, _HOUR_MS = 1000, 60_000, 3_600_000


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look after."""

    code: str
    args: Mapping[str, str | int] = field(default_factory=dict)


class Health:
    """Looks at what the centre stands on.

    Args:
        clock: the centre's.
        doubts: what windows' clocks say of it.
        policy: whose lists of revoked certificates count.
        forgotten: what windows have of the record and the centre has not.
        damaged: how many backups of windows are not what came.
        room: bytes left where the centre keeps its data; raises OSError.
        unjudged: how many senders wait with an event that the centre could not judge.
        lost_above: what an upper centre has of this one's record and this one lacks: the scope, the
            lines there, the lines here.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (all that a centre stands on)
        self,
        clock: LoggedClock,
        doubts: Doubts,
        policy: Policy,
        forgotten: Forgotten,
        damaged: Callable[[], int] = lambda: 0,
        room: Callable[[], int] = lambda: TIGHT_BYTES,
        unjudged: Callable[[], int] = lambda: 0,
        lost_above: Callable[[], Mapping[str, str | int] | None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._doubts = doubts
        self._policy = policy
        self._forgotten = forgotten
        self._damaged = damaged
        self._room = room
        self._unjudged = unjudged
        self._lost_above = lost_above
        self._fetched: Mapping[str, str | None] = {}

    def fetched(self, codes: Mapping[str, str | None]) -> None:
        """Take what came of fetching each authority's list: the code of its failure, or None."""
        self._fetched = codes

    def notices(self) -> tuple[Notice, ...]:
        """Return what is to be looked after now, the gravest first."""
        return (
            *self._of_disk(),
            *self._of_record(),
            *self._of_intake(),
            *self._of_clock(),
            *self.of_lists(),
            *self._of_backups(),
        )

    def of_lists(self) -> tuple[Notice, ...]:
        """Return what is to be looked after of the lists of revoked certificates."""
        try:
            anchors = self._policy.anchors()
        except Failure:
            return (Notice("crl_unreadable"),)
        found, now = [], self._clock.now()
        for ca in anchors.cas:
            days = [crl.next_update_utc for crl in anchors.crls if crl.issuer == ca.subject]
            newest = max((day for day in days if day is not None), default=None)
            if newest is None:
                found.append(Notice("crl_missing", {"authority": authority_name(ca)}))
            elif now > newest:
                said = {"authority": authority_name(ca), "on": newest.date().isoformat()}
                found.append(Notice("crl_stale", said))
        failed = sorted(name for name, code in self._fetched.items() if code is not None)
        return (*found, *(Notice("crl_not_fetched", {"authority": name}) for name in failed))

    def _of_disk(self) -> list[Notice]:
        try:
            left = self._room()
        except OSError:
            return [Notice("disk_unread")]
        if left >= TIGHT_BYTES:
            return []
        return [Notice("disk_full" if left < FULL_BYTES else "disk_tight", {"mb": left // 10**6})]

    def _of_record(self) -> list[Notice]:
        found, above = self._forgotten.missing(), self._lost_above()
        told = [] if above is None else [Notice("lines_above", above)]
        if found is not None:
            told.append(Notice("lines_missing", msgspec.structs.asdict(found)))
        return told

    def _of_intake(self) -> list[Notice]:
        count = self._unjudged()
        return [Notice("events_unjudged", {"count": count})] if count else []

    def _of_backups(self) -> list[Notice]:
        count = self._damaged()
        return [Notice("backups_damaged", {"count": count})] if count else []

    def _of_clock(self) -> list[Notice]:
        behind_ms = self._clock.behind_ms
        if behind_ms >= _SECOND_MS:
            return [Notice("clock_behind", {"minutes": max(1, behind_ms // _MINUTE_MS)})]
        doubt = self._doubts.of_centre(self._clock.now_ms())
        if doubt is not None:
            minutes = abs(doubt.off_ms) // _MINUTE_MS
            way = "behind" if doubt.off_ms > 0 else "ahead"
            said = {"minutes": minutes, "windows": doubt.windows, "heard": doubt.heard}
            return [Notice(f"clock_doubted_{way}", said)]
        if self._clock.silent_ms:
            return [Notice("clock_leap", {"hours": self._clock.silent_ms // _HOUR_MS})]
        return []
