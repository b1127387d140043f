"""What stands in the policy book, entry by entry, as the latest event about it left it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Genesis:
    """The first policy event: who the centre is, whom it trusts, its first keys."""

    aud: str
    name: str
    admins: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Offline:
    """What the leases of a hall's windows bring; None leaves it to the centre (proof.md §7)."""

    hours: int | None = None
    cases: int | None = None
    certificates: int | None = None


@dataclass(frozen=True, slots=True)
class Hall:
    """One service hall; one that is cut off longer than others has leases of its own measure."""

    code: str
    name: str
    calendar: str
    offline: Offline = Offline()


@dataclass(frozen=True, slots=True)
class Department:
    """One deciding department."""

    code: str
    name: str
    hall: str
    calendar: str


@dataclass(frozen=True, slots=True)
class Device:
    """One installation of the window; `jwk` is null until it claimed its invitation."""

    dev: str
    inc: int
    hall: str
    counter: str
    label: str
    code: str
    until: datetime
    jwk: Mapping[str, Any] | None = None
    claimed_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """Leave to open one store without its cards, for one request and one person (proof.md §8)."""

    dev: str
    gen: int
    person: str
    key: str  # H of the request's one-time key, base64url


@dataclass(frozen=True, slots=True)
class Revocation:
    """One certificate that no longer counts, from a moment on."""

    ca: str
    serial: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ServerKey:
    """One key of the centre for one use; replaced by the next of that use from `since` on."""

    use: str
    jwk: Mapping[str, Any]
    since: datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal image of a department and who keeps it."""

    id: str
    department: str
    png: str
    holder: str
