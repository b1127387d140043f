"""Telling the screens: listeners in the order in which they came, on the screen lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.changes import DeskNews


class News:
    """Hands each piece of news to every listener; one that fails does not silence the others."""

    def __init__(self, broken: Callable[[Exception], None]) -> None:
        self._listeners: list[Callable[[DeskNews], None]] = []
        self._broken = broken

    def watch(self, listener: Callable[[DeskNews], None]) -> Callable[[], None]:
        """Listen; the answer ends it."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def tell(self, news: DeskNews) -> None:
        """Hand it to everybody."""
        for listener in tuple(self._listeners):
            try:
                listener(news)
            except Exception as failure:  # noqa: BLE001  a screen's defect must not stop a step
                self._broken(failure)
