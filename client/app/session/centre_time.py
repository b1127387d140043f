"""What time it is at the centre, as far as this window can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA
from sync.domain.fields import moment_of

if TYPE_CHECKING:
    from datetime import datetime

    from client.host.clock import Clock
    from sync.engine.ports import StoredAnchor


def centre_time(clock: Clock, anchor: StoredAnchor | None) -> datetime:
    """Estimate the centre's time: the anchor's, plus what the boot clock has run since.

    Without an anchor of this boot it is this machine's wall clock: a claim, no more.
    """
    if anchor is None or anchor.boot_id != clock.boot_id():
        return clock.wall().astimezone(CHINA)
    return moment_of(anchor.t_ms + clock.boot_ms() - anchor.boot_ms).astimezone(CHINA)
