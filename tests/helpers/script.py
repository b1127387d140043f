"""A script of docs/A-DAY.md as a test plays it: its points in their order, and the words it quotes.

    script = Script("S")                        # the points `### S01 …` of the page
    with script.point("S03") as saw:            # plays one point
        saw(page)                               # what stands on a page at this moment
    script.ended()                              # all were played, all words were seen

Whatever a point quotes in “…” must have stood on one of the pages that were looked at: a script
that promises other words than the product says fails, and so does a test that skips a point.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "A-DAY.md"


class Script:
    """One day of the page.

    Args:
        mark: the letter before the numbers of its points.
    """

    def __init__(self, mark: str) -> None:
        parts = re.split(rf"^### ({mark}\d\d)\b", PAGE.read_text("utf-8"), flags=re.MULTILINE)
        told = (re.split(r"^#", text, maxsplit=1, flags=re.MULTILINE)[0] for text in parts[2::2])
        self._quoted = {
            name: re.findall("“([^”]+)”", text)
            for name, text in zip(parts[1::2], told, strict=True)
        }
        self._points = list(self._quoted)
        self._played: list[str] = []
        self._unseen: list[tuple[str, str]] = []

    @contextmanager
    def point(self, name: str) -> Iterator[Callable[[Page], None]]:
        """Play a point; give the function that looks at a page."""
        seen: list[str] = []

        def saw(page: Page) -> None:
            seen.append(f"{page.inner_text('body')}\n{page.title()}")

        yield saw
        stood = "\n".join(seen)
        self._unseen += [(name, words) for words in self._quoted[name] if words not in stood]
        self._played.append(name)

    def ended(self) -> None:
        """Hold that every point was played, in the page's order, and every quoted word seen."""
        assert self._played == self._points, self._played
        assert not self._unseen, self._unseen
