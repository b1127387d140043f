"""What the centre says to anybody: who it is and what it speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.protocol import version
from sync.protocol.errors import WireError
from sync.protocol.messages import Hello

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.record.policy import Policy

FEATURES = ["push", "pull", "live", "live-pages", "lease", "attachments", "console", "zstd"]


def greet(policy: Policy, clock: Clock) -> Hello:
    """Return the greeting.

    Raises:
        WireError: unavailable while there is no policy yet.
    """
    genesis = policy.book.genesis
    if genesis is None:
        raise WireError("wire.unavailable")
    calendar = next(iter(policy.book.calendars.issues.values()), None)
    return Hello(
        aud=policy.aud,
        name=genesis.name,
        oldest=version.OLDEST,
        current=version.CURRENT,
        features=FEATURES,
        t=clock.now_ms(),
        genesis=policy.trust.genesis,
        catalogue=str(policy.book.catalogue.version) or None,
        calendar=None if calendar is None else str(calendar[-1].calendar.version),
        lists=policy.lists_hash(),
    )
