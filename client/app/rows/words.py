"""The two values that the door and kept drafts need: loaded before the window is first painted.

The other modules of this room take a tenth of the time till then to load.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.domain.violations import Violation


@dataclass(frozen=True, slots=True)
class Words:
    """A message key with its named arguments; `sync.texts` turns it into a sentence."""

    key: str
    args: Mapping[str, object] = field(default_factory=dict)


def said(broken: Violation) -> Words:
    """Return the sentence of a violation, whose arguments have their names already."""
    return Words(f"violation.{broken.code}", broken.args)


@dataclass(frozen=True, slots=True)
class PageRow:
    """One attached file or page."""

    sha256: str
    name: str
    type: str
    size: int
    pages: int
    uploaded: bool
    original: str = ""  # hash of what was handed in, where normalising changed it
    edit: tuple[int, ...] = ()  # what was done to it before it was kept: PageEdit.numbers
    looks: str = ""  # by which a page like it is known again
