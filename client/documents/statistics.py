"""The printed table of figures (办件统计表, PE09): for the office, of no case, in no event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from client.documents.frame import Frame
    from client.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class StatisticsData:
    """办件统计表. All texts are said already, in the frame's language; `rows` has ten columns."""

    frame: Frame
    span: str
    by: str
    source: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def kind(self) -> str:
        """Return the kind; it stands in no event."""
        return "statistics"

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""
        return "papers/statistics"

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the template's own values."""
        del words
        return {
            "span": self.span,
            "by": self.by,
            "source": self.source,
            "rows": [list(row) for row in self.rows],
        }
