"""Authorisations and the register of seals for scripted screens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.rows.authorisations import AuthorisationRow, PowerRow
from client.app.rows.seals import KeptClose, SealBookView, StockRow, UseRow
from sync.domain.failures import Failure
from sync.domain.rights import steps_of_power
from sync.domain.seal_register import DayClose, Difference
from tests.helpers.scripted_cases import NOW

if TYPE_CHECKING:
    from client.app.rows.cases import PaperRow
    from tests.helpers.scripted_desk import ScriptedDesk

_SCOPES = ("云岭县市场监督管理局",)


def _powers(*given: str) -> tuple[PowerRow, ...]:
    return tuple(
        PowerRow(p.value, p.value in given, steps) for p, steps in steps_of_power().items()
    )


def _row(id_: str, person: str, name: str, roles: tuple[str, ...], **more: object) -> object:
    values: dict[str, object] = {
        "department": _SCOPES[0],
        "powers": (),
        "scopes": _SCOPES,
        "items": (),
        "starts": NOW - timedelta(days=200),
        "ends": NOW + timedelta(days=165),
        "standing": "in_force",
        "days_left": 165,
        "deputy_of": "",
        "mine": False,
    }
    return AuthorisationRow(id_, person, name, roles=roles, **values | more)  # type: ignore[arg-type]


ROWS = (
    _row(
        "g-p0105-1",
        "p0105",
        "秦望舒",
        ("chief_representative",),
        powers=_powers("decide_at_once", "accept", "coordinate", "manage"),
        ends=NOW + timedelta(days=12),
        standing="ending",
        days_left=12,
        mine=True,
    ),
    _row("g-p0103-1", "p0103", "周远舟", ("handler",)),
    _row("g-p0120-1", "p0120", "何书砚", (), deputy_of="周远舟", items=("食品经营许可（新办）",)),
    _row("g-p0104-0", "p0104", "沈慕白", ("reviewer",), standing="ended", days_left=None),
)


class ScriptedAuthorisations:
    """Four of them: one's own that ends soon, a handler's, his deputy's, and a revoked one."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.known = ROWS

    async def rows(self) -> tuple[object, ...]:
        self.desk.door.place()
        return self.known

    async def paper(self, id_: str, language: str = "zh_CN") -> PaperRow:
        if not any(row.id == id_ for row in self.known):  # type: ignore[attr-defined]
            raise Failure("app.no_such_grant", grant=id_)
        self.desk.asked.append(("authorisation", id_, language))
        return await self.desk.handouts.notification("spjy", language)

    async def command(self, id_: str, way: str) -> str:
        words = {"revoke": "grant-end", "renew": "grant --person p0105 --power accept"}
        return f"chuangkou-centre {words[way]} {id_}"


class ScriptedSealBook:
    """Six uses of today; twenty blank forms were left, of which six are printed and one spoilt."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.closed: list[tuple[int, int]] = []
        self.uses = tuple(
            UseRow(
                serial=f"339901-2026-00000{n}-{n}",
                case=f"20261116-339901-0003{n}-{n}",
                seal=_SCOPES[0],
                counter=n,
                document=f"{n}fa9c21b7e0d4c55" * 4,
                person="秦望舒",
                at=NOW - timedelta(minutes=10 * (7 - n)),
                printed=0 if n == 6 else 1,
                pending=n == 6,
            )
            for n in range(6, 0, -1)
        )

    def _today(self, received: int, left: int) -> DayClose:
        expected = 20 + received - 6
        differences = [Difference("not_printed", self.uses[0].serial, self.uses[0].case, 1, 0)]
        if left != expected:
            differences.append(Difference("blanks_missing", expected=expected, found=left))
        return DayClose(NOW.date(), 8, 6, 1, 1, 5, expected, left, tuple(differences))

    async def view(self) -> SealBookView:
        self.desk.door.place()
        stock = (
            StockRow("339901-2026-000008-8", "20261116-339901-00038-8", "in_hand", NOW, ""),
            StockRow("339901-2026-000007-7", "20261116-339901-00037-7", "spoilt", NOW, "misprint"),
        )
        day = NOW - timedelta(days=1)
        closes = (KeptClose(day.date(), "秦望舒", day, 0, 20, 0),)
        return SealBookView(self.uses, stock, 41, 20, self._today(0, 14), closes)

    async def close(self, received: int, left: int) -> DayClose:
        self.closed.append((received, left))
        return self._today(received, left)
