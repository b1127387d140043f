"""Whether a person was shown round at this window: kept in this store, never sent (PL27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.session.workplace import Workplace


class Tour:
    """Remembers by person; every method needs an open session."""

    def __init__(self, place: Callable[[], Workplace]) -> None:
        self._place = place

    async def wanted(self) -> bool:
        """Say whether this person has not been shown round here yet."""
        place = self._place()
        return await place.on_store(place.store.get_meta, _name(place)) is None

    async def done(self) -> None:
        """Remember that he was, or would not be: he is not asked again."""
        place = self._place()
        await place.on_store(place.store.put_meta, _name(place), b"done")


def _name(place: Workplace) -> str:
    return f"tour.{place.session.person}"
