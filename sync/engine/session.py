"""A session as the line needs it: who speaks, with which keys, to which centre."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.proof.delegations import Login
    from sync.proof.keys import SigningKey, SoftwareKey
    from sync.protocol.records import Delegation, Jwk


@dataclass(frozen=True, slots=True)
class CentreAddress:
    """Where the centre is and how it is known.

    Args:
        url: public origin as the centre knows itself, e.g. "https://centre.example:8443"; plain
            HTTP is for loopback only.
        roots: PEM of our own roots (two pins, one spare); no system trust store.
    """

    url: str
    roots: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A key that proves requests (DPoP): the session's, before login the device's."""

    key: SigningKey
    jwk: Jwk


@dataclass(frozen=True, slots=True)
class LineSession:
    """An open session: its login, its key in memory, its device's key.

    Args:
        login: delegation, device proof and chain, as the centre gets them.
        delegation: the delegation's payload.
        kid: hash of the delegation: the name of the session's key.
        key: the session's key.
        device: the device's key, which opens what a lease has sealed.
        genesis: hash of the genesis policy event, pinned at enrolment.
    """

    login: Login
    delegation: Delegation
    kid: str
    key: SoftwareKey = field(repr=False)
    device: SoftwareKey = field(repr=False)
    genesis: str

    @property
    def speaker(self) -> Speaker:
        """Return the session's key as it proves requests."""
        return Speaker(self.key, self.key.jwk)
