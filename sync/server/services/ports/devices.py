"""What the services ask of the database about devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync.server.services.rows.devices import AnchorRow, DeviceHead


class DeviceRows(Protocol):
    """Ends of chains, and the anchors that bound them in time."""

    def head(self, dev: str, inc: int) -> DeviceHead | None:
        """Return the end of a chain; locked until commit in a unit that writes."""

    def begin(self, head: DeviceHead) -> DeviceHead:
        """Begin a chain unless somebody has; return its end, locked until commit."""

    def save_head(self, head: DeviceHead) -> None:
        """Write the end of a chain."""

    def add_anchor(self, row: AnchorRow) -> None:
        """Keep an anchor with its request."""

    def newest_anchor(self) -> int:
        """Return the time of the newest anchor of all devices, ms; 0 if there is none."""

    def last_anchor(self, dev: str, inc: int) -> AnchorRow | None:
        """Return the newest anchor of a chain."""

    def anchor(self, dev: str, inc: int, hash_: str) -> AnchorRow | None:
        """Return an anchor of a chain by its hash."""

    def anchors_since(self, dev: str, inc: int, seq: int, t: int) -> int:
        """Count the anchors over one head that are newer than t."""

    def anchors_ahead(self, dev: str, inc: int, seq: int) -> int:
        """Count the anchors whose head stands after this number."""

    def anchors_around(self, dev: str, inc: int, seq: int) -> list[AnchorRow]:
        """Return the newest anchor whose head stands before this number, then those from it on."""

    def anchors_from(self, dev: str, inc: int, seq: int) -> list[AnchorRow]:
        """Return anchors whose head stands at or after this number, earliest first."""
