"""Papers on their way to the printer: their width, their pages, and who printed them before.

Nothing of this leaves the window: what is printed changes no case. A paper that is printed again
says so on its face, with the day (补打), and the window remembers each print with its person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from client.documents.preview import page_count

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.app.ports.store import CaseStore
    from client.app.session.workplace import Workplace
    from client.documents.frame import Paper

PDF: Final = "application/pdf"
MOST: Final = 50  # prints of one paper that are remembered; the count goes on
NARROW: Final = "_80"  # what the kind of an 80 mm slip ends with


@dataclass(frozen=True, slots=True)
class Printed:
    """How often a paper was printed here, and by whom last."""

    count: int = 0
    person: str = ""
    at: datetime | None = None


class Prints:
    """What the print preview asks, and the log of prints.

    Args:
        place: returns the open session's means, or raises app.locked.
        slip_made: waits for the slip of a paper that is being made, if one is.
    """

    def __init__(
        self, place: Callable[[], Workplace], slip_made: Callable[[str], Awaitable[None]]
    ) -> None:
        self._place = place
        self._slip_made = slip_made

    async def narrow(self, sha256: str) -> str:
        """Return the hash of a paper's 80 mm slip, "" where this window has none."""
        await self._slip_made(sha256)
        place = self._place()
        kept = await place.on_store(place.store.get_meta, _slip(sha256))
        return "" if kept is None else kept.decode()

    async def pages(self, sha256: str) -> int:
        """Count a paper's pages."""
        place = self._place()
        data = await place.on_store(place.store.attachment, sha256)
        if not data.startswith(b"%PDF"):
            return 1
        return await place.lanes.crunch.run(page_count, data)

    async def before(self, sha256: str) -> Printed:
        """Return how often it was printed before."""
        place = self._place()
        return await place.on_store(_read, place.store, sha256)

    async def printed(self, sha256: str) -> Printed:
        """Log that it goes to the printer now."""
        place = self._place()
        at, person = place.now(), place.session.name

        def log() -> Printed:
            before = _entries(place.store, sha256)
            count = (before[-1]["count"] if before else 0) + 1
            entry = {"count": count, "at": at.isoformat(), "person": person}
            kept = [*before, entry][-MOST:]
            place.store.put_meta(_log(sha256), json.dumps(kept, ensure_ascii=False).encode())
            return Printed(count, person, at)

        return await place.on_store(log)


def keep_narrow(store: CaseStore, sha256: str, slip: Paper) -> None:
    """Keep the 80 mm slip of a paper. Store lane."""
    kept = store.put_attachment(slip.pdf, PDF, None)
    store.put_meta(_slip(sha256), kept.encode())


def _read(store: CaseStore, sha256: str) -> Printed:
    entries = _entries(store, sha256)
    if not entries:
        return Printed()
    last = entries[-1]
    return Printed(last["count"], last["person"], datetime.fromisoformat(last["at"]))


def _entries(store: CaseStore, sha256: str) -> list[dict[str, Any]]:
    kept = store.get_meta(_log(sha256))
    return [] if kept is None else list(json.loads(kept))


def _slip(sha256: str) -> str:
    return f"slip.{sha256}"


def _log(sha256: str) -> str:
    return f"printed.{sha256}"
