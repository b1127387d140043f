"""What every job does about a look that went wrong: it says so and looks again in its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.failures import Failure

if TYPE_CHECKING:
    from types import TracebackType

    from structlog.typing import FilteringBoundLogger


class Outliving:
    """Lets a job go on behind a full disk, a locked file, a database that is away.

    A failure is said in one line, a defect with its traceback; being cancelled goes through.

    Args:
        log: the job's.
        what: what did not come about, for whoever reads the log.
    """

    def __init__(self, log: FilteringBoundLogger, what: str) -> None:
        self._log = log
        self._what = what

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Failure):
            self._log.warning(self._what, failure=error.code)
        elif isinstance(error, Exception):
            self._log.error(self._what, exc_info=error)
        else:
            return False
        return True
