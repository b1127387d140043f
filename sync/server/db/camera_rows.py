"""Looks through cameras, and the cases that are handled before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from sync.server.db.camera_tables import camera_looks
from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import cases, event_ids
from sync.server.services.rows.cameras import CameraLookRow
from sync.server.services.rows.cases import CaseRow

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEPS = 300  # of a window's newest: more than its day


class SqlCameraRows(Rowwise):
    """See services.ports.cameras.CameraRows."""

    def keep_look(self, row: CameraLookRow) -> None:
        """Keep a look."""
        self._add(camera_looks, row)

    def look(self, id_: str) -> CameraLookRow | None:
        """Return one look."""
        return self._one(CameraLookRow, camera_looks, camera_looks.c.id == id_)

    def looks(self, camera: str, limit: int) -> list[CameraLookRow]:
        """Return the newest looks through a camera."""
        own = of(CameraLookRow, camera_looks).where(camera_looks.c.camera == camera)
        newest = own.order_by(camera_looks.c.at.desc(), camera_looks.c.id)
        return self._all(CameraLookRow, newest.limit(limit))

    def cases_at(self, devs: Sequence[str], scopes: Sequence[str], limit: int) -> list[CaseRow]:
        """Return open cases of scopes that devices' newest steps were about, newest step first."""
        order: dict[str, int] = {}
        for dev in devs:
            newest = (
                select(event_ids.c.case_no, event_ids.c.lo)
                .where(event_ids.c.dev == dev)
                .order_by(event_ids.c.inc.desc(), event_ids.c.seq.desc())
                .limit(_STEPS)
            )
            for number, at in self._connection.execute(newest):
                if number is not None:
                    order[number] = max(at, order.get(number, at))
        own = of(CaseRow, cases).where(
            cases.c.number.in_(list(order)),
            cases.c.closed.is_(False),
            cases.c.scope.in_(list(scopes)),
        )
        found = self._all(CaseRow, own)
        return sorted(found, key=lambda row: (-order[row.number], row.number))[:limit]
