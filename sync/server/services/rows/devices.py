"""Rows of devices: where a chain stands, and the centre's time over it."""

from __future__ import annotations

from sync.server.services.rows.row import Row


class DeviceHead(Row, frozen=True):
    """The end of a device's chain, and the session whose events may follow.

    `session_code` says why the events of this session are refused, None while they are not.
    """

    dev: str
    inc: int
    seq: int
    hash: str
    session: str | None = None
    session_code: str | None = None


class AnchorRow(Row, frozen=True):
    """An anchor as issued, with the request that it answers."""

    hash: str
    dev: str
    inc: int
    seq: int
    head: str
    t: int
    request: str
    jws: str
