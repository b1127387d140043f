"""Papers whose template is given its values as they are: one class for all that are plain letters.

The template of the kind's name says which values it reads; an empty one leaves its row out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.documents.frame import Frame, Matter
    from client.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class LetterData:
    """A paper of a case.

    Args:
        kind: as it stands in events; `papers/<kind>.typ` makes it.
        frame: head and foot.
        matter: applicant, item and case.
        letter: returns the template's own values, formatted in the paper's language.
    """

    kind: str
    frame: Frame
    matter: Matter
    letter: Callable[[Wording], dict[str, Any]]

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""
        return f"papers/{self.kind}"

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the template's own values, formatted."""
        return self.matter.values(words) | self.letter(words)
