"""What can be wrong with an update."""

from __future__ import annotations

from sync.domain.failures import Failure


class UpdateFailure(Failure):
    """update.*: the channel, a package or the machine does not let a new version in."""
