"""Cameras over counters and rooms (CH13): which there are, what each sees, who may look through it.

Data of policy, two administrators' signatures under it. No stream is kept by us: recordings lie at
the hall's recorder for `keep_days`. Only addresses inside a hall's own network can be said at all,
as numbers: a name could come to mean another machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sync.domain.authority import Role
from sync.domain.catalogue import Words
from sync.domain.supervising import MAY, Act

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from sync.domain.fields import Fields

HALL_NETWORKS = (
    "127.0.0.0/8",
    "::1/128",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
)
LEAST_DAYS = 30  # State Council Decree No. 799 (2025): such pictures are kept for 30 days or more
ADDRESS_MAX = 512
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*\.m3u8")
_QUERY = re.compile(r"[A-Za-z0-9._~=&-]*")
_INSIDE = tuple(ip_network(each) for each in HALL_NETWORKS)
_MOST_NETWORKS = 64

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera.

    Attributes:
        department: whose matters are handled before it; "" = the whole hall's.
        counter: the window that it looks at, as devices name theirs; "" = a room.
        name: of the place, for people.
        hls: address of its live playlist in the hall's network; leaves the centre in no page.
        keep_days: how long the hall's recorder keeps what it saw.
        roles: who may look, of those that may look through cameras at all.
        in_use: false: taken down; it stays in the history.
    """

    id: str
    hall: str
    name: Words
    hls: str
    keep_days: int
    roles: tuple[Role, ...]
    department: str = ""
    counter: str = ""
    in_use: bool = True

    @property
    def scope(self) -> str:
        """Return the scope in which somebody must hold one of `roles`."""
        return f"{self.hall}/{self.department}" if self.department else f"hall/{self.hall}"


def with_camera(
    cameras: Mapping[str, Camera],
    fields: Fields,
    halls: Container[str],
    departments: Mapping[str, str],
) -> dict[str, Camera]:
    """Return the cameras with one put up, changed or taken down.

    Args:
        cameras: those that policy names so far.
        fields: the event's body.
        halls: the codes of the halls.
        departments: every department's hall.

    Raises:
        DataFailure: policy.malformed; policy.unknown for a hall or a department; policy.address:
            no playlist at a number inside a hall's network.
    """
    name, words = fields.text("id"), fields.part("name")
    if _NAME.fullmatch(name) is None:
        raise fields.fail("malformed", "id")
    roles = fields.choices("roles", Role)
    if not roles or any(Act.VIDEO not in MAY.get(role, ()) for role in roles):
        raise fields.fail("malformed", "roles")
    camera = Camera(
        id=name,
        hall=fields.text("hall"),
        name=Words(words.text("zh"), words.text("en")),
        hls=fields.text("hls"),
        keep_days=fields.integer("keep_days", least=LEAST_DAYS),
        roles=roles,
        department=fields.text("department") if fields.has("department") else "",
        counter=fields.text("counter") if fields.has("counter") else "",
        in_use=fields.boolean("in_use", default=True),
    )
    if camera.hall not in halls:
        raise fields.fail("unknown", "hall")
    if camera.department and departments.get(camera.department) != camera.hall:
        raise fields.fail("unknown", "department")
    if not is_inside(camera.hls, _INSIDE):
        raise fields.fail("address", "hls")
    return {**cameras, name: camera}


def networks_of(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read an operator's networks; each must lie inside those that a hall may have.

    Raises:
        ValueError: no network, or one outside.
    """
    found = tuple(ip_network(text) for text in texts)
    if len(found) > _MOST_NETWORKS or not all(_within(each) for each in found):
        raise ValueError(found)
    return found


def _within(network: Network) -> bool:
    return any(
        network.version == whole.version
        and network.network_address in whole
        and network.broadcast_address in whole
        for whole in _INSIDE
    )


def is_inside(url: str, networks: Iterable[Network]) -> bool:
    """Say whether an address is a playlist's, at a number of one of these networks.

    Nobody's name and password, no other port than 1 to 65535, no name to be looked up, no way up.
    """
    try:
        parts = urlsplit(url)
        host, port = ip_address(parts.hostname or ""), parts.port
    except ValueError:
        return False
    plain = len(url) <= ADDRESS_MAX and parts.scheme in {"http", "https"} and port != 0
    alone = "@" not in parts.netloc and "#" not in url and "%" not in url
    alone = alone and url.isascii() and url.isprintable()
    known = _PATH.fullmatch(parts.path) and ".." not in parts.path and _QUERY.fullmatch(parts.query)
    return bool(plain and alone and known) and any(host in each for each in networks)
