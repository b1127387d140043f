"""The course of an update: look, fetch, put in, see that it starts, or go back. Blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.updates.failures import UpdateFailure
from client.updates.rule import Hindrance, hindrances, obstacles
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from pathlib import Path

    from client.updates.feed import Feed
    from client.updates.keeping import Kept
    from client.updates.machine import Machine
    from client.updates.offer import Release


@dataclass(frozen=True, slots=True)
class Outlook:
    """What could be done now.

    Attributes:
        present: the version that is installed, "" for none.
        offered: the newest on offer, None when nothing is.
        hindered: what speaks against putting it in now.
    """

    present: str
    offered: Release | None
    hindered: tuple[Hindrance, ...]

    @property
    def ready(self) -> bool:
        """Say whether the offered release may be put in now."""
        return self.offered is not None and not self.hindered


class Updating:
    """One machine's updates.

    Args:
        feed: the channel.
        machine: whose program is replaced.
        kept: the packages kept for going back.
        fetched: folder for packages on their way.
    """

    def __init__(self, feed: Feed, machine: Machine, kept: Kept, fetched: Path) -> None:
        self._feed = feed
        self._machine = machine
        self._kept = kept
        self._fetched = fetched

    def look(self) -> Outlook:
        """Return what is on offer and what speaks against it.

        Raises:
            UpdateFailure: of the channel.
        """
        offered = self._feed.look().newest()
        present = self._machine.present()
        found = () if offered is None else self._hindered(offered, present)
        return Outlook(present, offered, found)

    def install(self) -> Outlook:
        """Put the newest release in if nothing speaks against it; return how it was before.

        The present version's package is fetched too where it is not kept: the way back is there
        before the way forward is taken. A new version that does not start is taken out again.

        Raises:
            UpdateFailure: of the channel; update.not_put; update.hindered, when a window was opened
                at the last moment; update.does_not_start, when the former version is back in its
                place.
        """
        outlook = self.look()
        if outlook.offered is None or not outlook.ready:
            return outlook
        if outlook.present:
            self._keep_present(outlook.present)
        package = self._kept.keep(outlook.offered, self._feed.fetch(outlook.offered, self._fetched))
        # A window may have been opened while the package came.
        late = self._hindered(outlook.offered, outlook.present)
        if late:
            return Outlook(outlook.present, outlook.offered, late)
        self._machine.put(package)
        self._see(outlook)
        return outlook

    def _hindered(self, release: Release, present: str) -> tuple[Hindrance, ...]:
        return hindrances(
            release,
            present,
            self._machine.identity,
            windows=self._machine.windows(),
            standings=self._machine.standings(),
        )

    def _keep_present(self, version: str) -> None:
        if self._kept.of(version) is None:
            channel = self._feed.look()
            for release in channel.releases:
                if release.version == version:
                    self._kept.keep(release, self._feed.fetch(release, self._fetched))

    def _see(self, outlook: Outlook) -> None:
        """See that the new version starts; else bring the former one back."""
        assert outlook.offered is not None  # noqa: S101  (for mypy: `install` looked)
        if self._machine.works():
            self._kept.keep_only(outlook.offered.version, outlook.present)
            return
        former = self._kept.of(outlook.present) if outlook.present else None
        if former is not None:
            self._machine.put(former[1], mending=True)
            self._kept.keep_only(outlook.present)
        raise UpdateFailure(
            "update.does_not_start", FailureKind.BROKEN, version=outlook.offered.version
        )


def go_back(machine: Machine, kept: Kept) -> Release:
    """Put the version before this one in again: from this machine alone, no channel is asked.

    Raises:
        UpdateFailure: update.no_former; update.hindered with what speaks against it;
            update.not_put.
    """
    former = kept.former(machine.present())
    found = kept.of(former.version) if former is not None else None
    if former is None or found is None:
        raise UpdateFailure("update.no_former")
    against = obstacles(former, windows=machine.windows(), standings=machine.standings())
    if against:
        raise UpdateFailure("update.hindered", FailureKind.RETRIABLE, what=", ".join(against))
    machine.put(found[1])
    return former
