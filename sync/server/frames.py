"""Pages whose frame is the same for everybody: rendered once, filled in for each who asks.

A page of which only a few places differ costs a template's whole walk each time. Here its text is
kept around those places; what is written there is escaped as the template would have done.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

MOST = 64


class Frames:
    """Texts of pages between the places that differ."""

    def __init__(self) -> None:
        secret = secrets.token_hex(16)  # nobody can write a mark into a page
        self._mark = f"{secret}-{{}}-{secret}"
        self._marks = re.compile(f"{secret}-([a-z_]+)-{secret}")
        self._kept: dict[Hashable, tuple[str, ...]] = {}

    def filled(
        self,
        key: Hashable,
        parts: Mapping[str, str | Markup],
        render: Callable[[Mapping[str, str | Markup]], str],
    ) -> str:
        """Return a page with its parts.

        Args:
            key: what else the page depends on; of few values.
            parts: what differs, by name: text, or Markup that is HTML already. An empty part is
                another frame, since a template may ask whether there is one.
            render: returns the whole page with these parts; asked once for each frame.
        """
        given = {name: part for name, part in parts.items() if part}
        place = (key, tuple(given))
        pieces = self._kept.get(place)
        if pieces is None:
            marked = {n: Markup(self._mark.format(n)) if p else p for n, p in parts.items()}  # noqa: S704  our own
            pieces = tuple(self._marks.split(render(marked)))
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[place] = pieces
        written = {name: str(escape(part)) for name, part in given.items()}
        return "".join(written[piece] if at % 2 else piece for at, piece in enumerate(pieces))
