"""Which pages were held against their originals, as the case's own steps say (IN09). Store lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.cases.timeline import body_of, stands
from client.app.rows.materials import ComparedBy
from sync.domain import bodies
from sync.domain.events import Kind
from sync.domain.fields import moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.app.ports.store import StoredEvent
    from sync.domain.case import MaterialState

_COMPARING = (Kind.ACCEPT, Kind.ACCEPT_PENDING)


def compared_in(events: tuple[StoredEvent, ...]) -> dict[str, tuple[int, str, int]]:
    """Return by attachment: how many of its pages, by whom, when last (ms UTC)."""
    found: dict[str, tuple[int, str, int]] = {}
    for event in events:
        if event.kind not in _COMPARING or not stands(event):
            continue
        pages: dict[str, dict[int, int]] = {}
        for entry in bodies.parts(body_of(event), "compared"):
            page, at = bodies.whole(entry, "page", -1), bodies.whole(entry, "at", -1)
            if page >= 0 and at >= 0:
                pages.setdefault(bodies.text(entry, "sha256"), {})[page] = at
        for sha256, ats in pages.items():
            found[sha256] = (len(ats), event.person, max(ats.values()))
    return found


def compared_of(
    material: MaterialState,
    found: Mapping[str, tuple[int, str, int]],
    name_of: Callable[[str], str],
) -> ComparedBy | None:
    """Return what was compared of one material, None when nothing was."""
    mine = [found[page.sha256] for page in material.attachments if page.sha256 in found]
    if not mine:
        return None
    _pages, person, at = max(mine, key=lambda each: each[2])
    return ComparedBy(sum(pages for pages, _, _ in mine), name_of(person), moment_of(at))
