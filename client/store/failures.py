"""What the store says when it cannot: one class, a code each; how a driver's code becomes ours.

    StoreFailure
    ├── RETRIABLE  store.in_use, store.disk_full, store.disk_error, store.chain_moved
    ├── REFUSED    store.wrong_key, store.too_new, store.number_spent, store.no_chain,
    │              store.attachment_missing
    ├── CANCELLED  store.closed
    └── BROKEN     store.damaged, store.missing, store.chain_broken, store.behind_mark,
                   store.mark_lost, store.changed_outside, store.behind_centre, store.no_session,
                   store.pull_gap, store.pull_differs, store.attachment_damaged,
                   store.backup_damaged, store.defect

Texts and remedies: `error.<code>` and `error.<code>.do` in store.po. No message of the driver is
ever read: what decides is SQLite's result code and errno.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import sqlcipher3

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import TracebackType

_KINDS = {
    "store.in_use": FailureKind.RETRIABLE,
    "store.disk_full": FailureKind.RETRIABLE,
    "store.disk_error": FailureKind.RETRIABLE,
    "store.chain_moved": FailureKind.RETRIABLE,
    "store.wrong_key": FailureKind.REFUSED,
    "store.too_new": FailureKind.REFUSED,
    "store.number_spent": FailureKind.REFUSED,
    "store.no_chain": FailureKind.REFUSED,
    "store.attachment_missing": FailureKind.REFUSED,
    "store.closed": FailureKind.CANCELLED,
    "store.damaged": FailureKind.BROKEN,
    "store.missing": FailureKind.BROKEN,
    "store.chain_broken": FailureKind.BROKEN,
    "store.behind_mark": FailureKind.BROKEN,
    "store.mark_lost": FailureKind.BROKEN,
    "store.changed_outside": FailureKind.BROKEN,
    "store.behind_centre": FailureKind.BROKEN,
    "store.no_session": FailureKind.BROKEN,
    "store.pull_gap": FailureKind.BROKEN,
    "store.pull_differs": FailureKind.BROKEN,
    "store.attachment_damaged": FailureKind.BROKEN,
    "store.backup_damaged": FailureKind.BROKEN,
    "store.defect": FailureKind.BROKEN,
}

CODES = frozenset(_KINDS)

# SQLite's primary result codes (https://www.sqlite.org/rescode.html).
_BY_RESULT = {
    5: "store.in_use",  # BUSY
    6: "store.in_use",  # LOCKED
    8: "store.disk_error",  # READONLY
    10: "store.disk_error",  # IOERR
    11: "store.damaged",  # CORRUPT: a page whose HMAC or structure is wrong
    13: "store.disk_full",  # FULL
    14: "store.disk_error",  # CANTOPEN
    26: "store.damaged",  # NOTADB: the first page; a wrong key is told apart by the key mark
}


_NONE = 0


class StoreFailure(Failure):
    """What was asked was not done; if it was a change, nothing of it was kept."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code, _KINDS[code], **details)


class _Translated:
    """Without state, so that one serves everywhere: a step enters it some forty times."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, _kind: object, failure: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Raise ours for what was raised."""
        if isinstance(failure, sqlcipher3.Error):
            result = getattr(failure, "sqlite_errorcode", _NONE) & 0xFF
            code = _BY_RESULT.get(result, "store.defect")
            if result == _NONE and isinstance(failure, sqlcipher3.OperationalError):
                code = "store.damaged"  # the driver's own: a text that is not UTF-8 any more
            raise StoreFailure(code, result=result) from failure
        if isinstance(failure, OSError):
            full = failure.errno in (errno.ENOSPC, errno.EDQUOT)
            code = "store.disk_full" if full else "store.disk_error"
            raise StoreFailure(code, errno=failure.errno or 0) from failure


_TRANSLATED = _Translated()


def translated() -> AbstractContextManager[None]:
    """Turn what the driver and the file system raise into StoreFailure.

    Raises:
        StoreFailure: by SQLite's result code or errno; store.defect for what should not happen.
    """
    return _TRANSLATED
