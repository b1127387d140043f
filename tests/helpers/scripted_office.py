"""Authorisations for scripted screens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.authorisation_views import AuthorisationRow, PowerRow
from sync.domain.failures import Failure
from sync.domain.rights import steps_of_power
from tests.helpers.scripted_cases import NOW

if TYPE_CHECKING:
    from client.app.views import PaperRow
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
