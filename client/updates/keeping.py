"""The packages kept on a machine: the one that is installed and the one before it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec

from client.updates.offer import Release, order
from sync.typed import from_json

if TYPE_CHECKING:
    from pathlib import Path


class Kept:
    """A folder with a package for each version, and what its publisher said of it.

    Args:
        folder: made when the first package comes; only root may write there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, release: Release, package: Path) -> Path:
        """Take a verified package in; return where it lies now."""
        place = self._folder / release.version
        fresh = self._folder / f"{release.version}.part"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        (fresh / "release.json").write_bytes(msgspec.json.encode(release))
        package.replace(fresh / release.package)
        shutil.rmtree(place, ignore_errors=True)
        fresh.replace(place)
        return place / release.package

    def of(self, version: str) -> tuple[Release, Path] | None:
        """Return a version's release and package, if it is kept."""
        place = self._folder / version
        try:
            content = (place / "release.json").read_bytes()
        except OSError:
            return None
        try:
            release = from_json(content, Release)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None  # a power cut left nothing in it: it is fetched again
        return release, place / release.package

    def others(self, version: str) -> tuple[Release, ...]:
        """Return the kept releases that are not this version."""
        if not self._folder.is_dir():
            return ()
        names = (place.name for place in self._folder.iterdir() if place.suffix != ".part")
        found = (self.of(name) for name in names if name != version)
        return tuple(kept[0] for kept in found if kept is not None)

    def former(self, present: str) -> Release | None:
        """Return the newest kept release that is older than this version, if there is one.

        What is newer is no way back: it was fetched and never put in, or went back before.

        Args:
            present: the version that is installed; "" for none, then any will do.
        """
        older = (
            each
            for each in self.others(present)
            if not present or order(each.version) < order(present)
        )
        return max(older, key=lambda release: order(release.version), default=None)

    def keep_only(self, *versions: str) -> None:
        """Let go of every package but these versions'."""
        if self._folder.is_dir():
            for place in self._folder.iterdir():
                if place.name not in versions:
                    shutil.rmtree(place, ignore_errors=True)
