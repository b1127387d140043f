"""Pages as they come in, and papers as they go out: the bytes behind the screen's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.views import PageRow
from client.documents.pages import take_in
from client.documents.preview import draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.app.stamps import Stamps
    from client.app.workplace import Workplace


class Sealed:
    """Read what the store keeps sealed."""

    def __init__(self, place: Callable[[], Workplace]) -> None:
        self._place = place

    async def read(self, sha256: str) -> bytes:
        """Return the bytes of an attachment or paper."""
        place = self._place()
        return await place.on_store(place.store.attachment, sha256)

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> tuple[int, int, bytes]:
        """Return width, height and RGB888 of one page, for a preview."""
        place = self._place()
        data = await place.on_store(place.store.attachment, sha256)
        picture = await place.lanes.crunch.run(draw, data, page, width)
        return picture.width, picture.height, picture.rgb


class Materials(Sealed):
    """Files that applicants hand in."""

    async def take_in(self, _case: str, name: str, data: bytes | Path) -> PageRow:
        """Normalise one file to the rule (IN20–IN21) and keep it sealed.

        It belongs to no case, and is not uploaded, until a step names it.

        Raises:
            DocumentFailure: an empty, oversized, damaged, encrypted or foreign file; a page too
                dense to stay legible.
        """
        place = self._place()
        page = await place.lanes.crunch.run(take_in, data, None, name)
        sha256 = await place.on_store(place.store.put_attachment, page.data, page.type, None)
        return PageRow(
            sha256=sha256,
            name=page.name,
            type=page.type,
            size=len(page.data),
            pages=page.pages,
            uploaded=False,
            original=page.original_sha256,
        )


class Papers(Sealed):
    """Papers that steps made; a certificate is what its newest revision is.

    Args:
        place: see `Sealed`.
        stamps: knows the newest revisions.
    """

    def __init__(self, place: Callable[[], Workplace], stamps: Stamps) -> None:
        super().__init__(place)
        self._stamps = stamps

    async def read(self, sha256: str) -> bytes:
        """Return the bytes of a paper's newest revision."""
        return await super().read(await self._stamps.newest(sha256))

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> tuple[int, int, bytes]:
        """Return one page of a paper's newest revision."""
        return await super().image(await self._stamps.newest(sha256), page, width)

    async def save(self, sha256: str, path: Path) -> None:
        """Write a paper to a file that the person chose."""
        data = await self.read(sha256)
        await self._place().lanes.crunch.run(path.write_bytes, data)
