"""Looking through cameras (CH13): who may, why he did, and the stream as his browser may have it.

The browser asks the centre, the centre asks the camera: an address of a hall's network stands in no
page and no name. Each look needs a reason, lasts a quarter of an hour and is written down for good;
pictures are not kept here at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.cameras import is_inside
from sync.domain.failures import Failure
from sync.domain.supervising import Act
from sync.proof.keys import new_bytes, new_id
from sync.protocol.errors import WireError
from sync.server.services.rows.cameras import CameraLookRow
from sync.server.services.supervision.playlists import (
    KEY_BYTES,
    Sealed,
    check_part,
    rewritten,
    type_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.domain.cameras import Camera, Network
    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.cameras import CameraLine
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.supervision.supervision import BoardRow, Supervision

LOOK_MS = 15 * 60_000
WHY_LEAST, WHY_MAX = 2, 200
LIVE = "live.m3u8"
PLAYLIST_MOST = 128 * 1024
PART_MOST = 12 * 1024 * 1024  # ten seconds of the best picture that such cameras send
_LOOKS = 20
_CASES = 30


@dataclass(frozen=True, slots=True)
class Place:
    """A camera as a page shows it."""

    camera: Camera
    hall: str
    department: str


@dataclass(frozen=True, slots=True)
class LookLine:
    """Somebody looked."""

    name: str
    at_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class Watched:
    """One look under way: the place, and the live cases of its window."""

    place: Place
    look: CameraLookRow
    cases: tuple[BoardRow, ...]
    looks: tuple[LookLine, ...]


class Cameras:
    """Lets people look through cameras.

    Args:
        policy: names the cameras, and who holds which role.
        clock: the centre's.
        supervision: shows cases.
        line: the way into the hall's network.
        networks: where the operator lets it lead.
    """

    def __init__(
        self,
        policy: Policy,
        clock: Clock,
        supervision: Supervision,
        line: CameraLine,
        networks: tuple[Network, ...],
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._supervision = supervision
        self._line = line
        self._networks = networks

    def places(self, visitor: Visitor) -> tuple[Place, ...]:
        """Return the cameras that somebody may look through, by hall and counter.

        Raises:
            WireError: forbidden: none in any scope.
        """
        visitor.of(Act.VIDEO)
        found = [each for each in self._policy.book.cameras.values() if _may(each, visitor)]
        found.sort(key=lambda each: (each.hall, each.department, each.counter, each.id))
        return tuple(self._place(each) for each in found)

    def at_counters(
        self, visitor: Visitor, hall: str, counters: Iterable[str]
    ) -> tuple[Place, ...]:
        """Return those of them that look at one of these counters of a hall."""
        if not visitor.may(Act.VIDEO):
            return ()
        wanted = set(counters) - {""}
        shown = self.places(visitor)
        return tuple(p for p in shown if p.camera.hall == hall and p.camera.counter in wanted)

    def asked(
        self, tx: Transaction, visitor: Visitor, camera: str
    ) -> tuple[Place, tuple[LookLine, ...]]:
        """Return a place, and who looked there last.

        Raises:
            WireError: not_found, forbidden.
        """
        found = self._camera(visitor, camera)
        return self._place(found), self._looks(tx, camera)

    def begin(self, tx: Transaction, visitor: Visitor, camera: str, why: str) -> str:
        """Write down a look with its reason; return its id.

        Raises:
            WireError: not_found, forbidden; malformed without a reason.
            Failure: camera.network: the operator lets nothing lead there.
        """
        found, why = self._camera(visitor, camera), why.strip()
        if not WHY_LEAST <= len(why) <= WHY_MAX:
            raise WireError("wire.malformed")
        self._address(found)
        now, id_ = self._clock.now_ms(), new_id()
        key = new_bytes(KEY_BYTES)
        tx.cameras.keep_look(
            CameraLookRow(id_, visitor.person, camera, why, now, now + LOOK_MS, key)
        )
        return id_

    def watched(self, tx: Transaction, visitor: Visitor, name: str, look: str) -> Watched:
        """Return one's own look with the live cases of the window.

        Raises:
            WireError: not_found, forbidden.
        """
        row, camera = self._own(tx, visitor, name, look)
        devices = self._policy.book.devices.values()
        devs = [d.dev for d in devices if d.hall == camera.hall and d.counter == camera.counter]
        cases = self._supervision.at_windows(tx, visitor, devs, _CASES) if devs else ()
        return Watched(self._place(camera), row, cases, self._looks(tx, camera.id))

    def stream(self, tx: Transaction, visitor: Visitor, name: str, look: str) -> tuple[str, Sealed]:
        """Return where one's own look leads, and how its names are sealed.

        Raises:
            WireError: not_found, forbidden: the look is over, or its right is.
            Failure: camera.network.
        """
        row, camera = self._own(tx, visitor, name, look)
        if self._clock.now_ms() >= row.until:
            raise WireError("wire.forbidden")
        url = self._address(camera)
        return url, Sealed(url, row.id, row.key)

    async def part(self, url: str, sealed: Sealed, name: str) -> tuple[bytes, str]:
        """Fetch one part of a stream; return its bytes and media type.

        Raises:
            WireError: not_found: a name that we did not give.
            Failure: camera.away, camera.answer.
        """
        if name == LIVE:
            wanted, playlist = url, True
        else:
            part = sealed.open(name)
            wanted, playlist = part.url, part.playlist
        data = await self._line.get(wanted, PLAYLIST_MOST if playlist else PART_MOST)
        shown = rewritten(data, wanted, sealed).encode() if playlist else check_part(data)
        return shown, type_of(name)

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()

    # ------------------------------------------------------------ parts

    def _own(
        self, tx: Transaction, visitor: Visitor, name: str, look: str
    ) -> tuple[CameraLookRow, Camera]:
        row = tx.cameras.look(look)
        if row is None or (row.person, row.camera) != (visitor.person, name):
            raise WireError("wire.not_found")
        return row, self._camera(visitor, row.camera)

    def _camera(self, visitor: Visitor, name: str) -> Camera:
        camera = self._policy.book.cameras.get(name)
        if camera is None or not camera.in_use or camera.scope not in visitor.scopes:
            raise WireError("wire.not_found")
        visitor.need(Act.VIDEO, camera.scope)
        if not _may(camera, visitor):
            raise WireError("wire.forbidden")
        return camera

    def _address(self, camera: Camera) -> str:
        if not is_inside(camera.hls, self._networks):
            raise Failure("camera.network")
        return camera.hls

    def _place(self, camera: Camera) -> Place:
        book = self._policy.book
        department = book.departments.get(camera.department)
        return Place(
            camera=camera,
            hall=book.halls[camera.hall].name,
            department="" if department is None else department.name,
        )

    def _looks(self, tx: Transaction, camera: str) -> tuple[LookLine, ...]:
        book, rows = self._policy.book, tx.cameras.looks(camera, _LOOKS)
        return tuple(LookLine(book.name_of(row.person), row.at, row.why) for row in rows)


def _may(camera: Camera, visitor: Visitor) -> bool:
    held = visitor.roles.get(camera.scope, frozenset())
    return camera.in_use and any(role.value in held for role in camera.roles)
