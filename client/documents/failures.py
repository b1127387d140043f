"""What can go wrong with a paper or a page: one failure, codes `document.*`.

Every code has its sentence and remedy in resources/i18n under `error.<code>` and `error.<code>.do`.
"""

from __future__ import annotations

from sync.domain.failures import Failure


class DocumentFailure(Failure):
    """A paper that cannot be made or sealed, or a file that cannot be taken in."""
