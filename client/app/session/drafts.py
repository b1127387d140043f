"""What was typed and not yet done: durable, so that a lock, a pull or a crash loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.session.workplace import Workplace


class Drafts:
    """Keep, find and forget what was typed; keys are a screen's own, e.g. "preregister"."""

    def __init__(self, place: Callable[[], Workplace]) -> None:
        self._place = place

    async def save(self, key: str, text: str) -> None:
        """Keep the text under the key; durable when this returns."""
        place = self._place()
        await place.on_store(place.store.save_draft, key, text)

    async def load(self, key: str) -> str | None:
        """Return what was kept."""
        place = self._place()
        return await place.on_store(place.store.draft, key)

    async def drop(self, key: str) -> None:
        """Forget it: its step was made."""
        place = self._place()
        await place.on_store(place.store.drop_draft, key)
