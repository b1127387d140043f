"""Every guard of the table by name: those that look at the case, those that read the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain import guards_after, guards_inner, guards_intake, guards_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sync.domain.trial import Trial
    from sync.domain.violations import Violation

    Guard = Callable[[Trial], Iterable[Violation]]

GUARDS: Mapping[str, Guard] = {
    **guards_intake.GUARDS,
    **guards_time.GUARDS,
    **guards_inner.GUARDS,
    **guards_after.GUARDS,
}
BODY_GUARDS: Mapping[str, Guard] = {
    **guards_intake.BODY_GUARDS,
    **guards_time.BODY_GUARDS,
    **guards_inner.BODY_GUARDS,
    **guards_after.BODY_GUARDS,
}
