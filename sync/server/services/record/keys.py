"""The centre's own keys: four uses, four keys, each introduced by a policy event (proof.md §6)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.proof.keys import SoftwareKey


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """Tree heads, anchors, leases, the centre's own events; `vault` seals attachments at rest.

    `check` is the secret that the check-code key of each device is drawn from.
    """

    log: SoftwareKey
    anchor: SoftwareKey
    lease: SoftwareKey
    event: SoftwareKey
    vault: bytes = field(repr=False)
    check: bytes = field(repr=False)

    @property
    def nonces(self) -> bytes:
        """Return the key of request nonces: the same at every process, drawn from `check`."""
        return hmac.digest(self.check, b"hall-nonce-key-v1", "sha256")
