"""Pages that the live stream brought before anybody asked: each saves a request.

What is kept here is believed no more than an answer of the line: it goes the same way through
verification into the store. A page that does not lead on from the cursor is asked for as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sync.protocol.messages import Poke, PulledScope
    from sync.protocol.records import LogEntry

PAGES_MAX = 32
"""Of one scope: whoever is so far behind asks."""

Heard = dict[str, tuple["PulledScope", ...]]


class Pages:
    """What came with pokes and was not used yet; on the loop's thread."""

    def __init__(self) -> None:
        self._pages: dict[str, list[PulledScope]] = {}

    def note(self, poke: Poke) -> None:
        """Keep the page of a poke that has one."""
        if poke.page is None:
            return
        pages = self._pages.setdefault(poke.s, [])
        pages.append(poke.page)
        if len(pages) > PAGES_MAX:
            pages.clear()

    def forget(self) -> None:
        """Drop everything: a new stream begins."""
        self._pages.clear()

    def take(self, scopes: Collection[str]) -> Heard | None:
        """Return what was heard of these scopes, once; None unless there is something of each."""
        found = {scope: tuple(self._pages.pop(scope, ())) for scope in scopes}
        return found if found and all(found.values()) else None


def answers(heard: Heard, cursors: Mapping[str, int]) -> dict[str, PulledScope] | None:
    """Return the scopes of an answer to a pull from these cursors; None where a page is missing."""
    joined = {scope: _joined(heard.get(scope, ()), n) for scope, n in cursors.items()}
    found = {scope: page for scope, page in joined.items() if page is not None}
    return found if len(found) == len(joined) else None


def _joined(pages: tuple[PulledScope, ...], cursor: int) -> PulledScope | None:
    """Return the pages that lead on from a cursor as one."""
    entries: list[LogEntry] = []
    last = None
    for page in pages:
        reached = cursor + len(entries)
        new = page.entries[max(0, len(page.entries) - (page.next - reached)) :]
        if page.next > reached and new and new[0].n == reached + 1:
            entries += new
            last = page
    return None if last is None else msgspec.structs.replace(last, entries=entries)
