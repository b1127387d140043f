"""What a use case says no with; the code is a rule's violation or one of `app.*`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from sync.domain.violations import Violation


class AppFailure(Failure):
    """A use case that was not carried out; nothing was recorded."""

    @classmethod
    def of(cls, violation: Violation) -> AppFailure:
        """Make the failure that a rule's violation means."""
        return cls(violation.code, FailureKind.REFUSED, **dict(violation.args))
