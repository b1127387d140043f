"""The two values that the door and kept drafts need: loaded before the window is first painted.

All others stand in `client.app.views`, which takes a tenth of the time till then to load.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from client.documents.edits import UNTOUCHED, PageEdit

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UNTOUCHED", "PageEdit", "PageRow", "Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """A message key with its named arguments; `sync.texts` turns it into a sentence."""

    key: str
    args: Mapping[str, object] = field(default_factory=dict)


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
    edit: PageEdit = UNTOUCHED  # what a person did to it before it was kept
    looks: str = ""  # by which a page like it is known again
