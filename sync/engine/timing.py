"""Anchors on the window's side: commit to the own head, ask for the time, keep what holds.

proof.md §5. Store lane only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from sync.domain.failures import Failure
from sync.engine import faults
from sync.engine.faults import Fault, LineFailure
from sync.engine.ports import StoredAnchor
from sync.proof import anchors
from sync.proof.jws import hash_text
from sync.proof.keys import new_bytes
from sync.protocol.codec import b64u_encode
from sync.protocol.records import AnchorRequest

if TYPE_CHECKING:
    from sync.engine.ports import Clock, SyncStore
    from sync.proof.keys import SigningKey
    from sync.proof.trust import Trust

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asking:
    """A request for an anchor, signed, with what its answer is held against."""

    request: AnchorRequest
    jws: str


class Timekeeper:
    """Ask for anchors and keep them.

    Args:
        store: the open store.
        clock: this machine's clocks.
        aud: the centre's id.
        kid: name of the key that signs requests: the delegation's hash, before a session the
            device key's thumbprint.
        key: that key.
    """

    def __init__(self, store: SyncStore, clock: Clock, aud: str, kid: str, key: SigningKey) -> None:
        self._store = store
        self._clock = clock
        self._aud = aud
        self._kid = kid
        self._key = key

    def asking(self) -> Asking:
        """Commit to the own chain's head and ask for the time over it.

        Raises:
            LineFailure: line.login_needed when the store has no chain: it is not enrolled.
        """
        head = self._store.head()
        if head is None:
            raise LineFailure(faults.LOGIN_NEEDED, Fault.REFUSED)
        last = self._store.anchor()
        boot, now = self._clock.boot_id(), self._clock.boot_ms()
        same_boot = last is not None and last.boot_id == boot
        request = AnchorRequest(
            aud=self._aud,
            n=b64u_encode(new_bytes(16)),
            dev=head.dev,
            inc=head.inc,
            seq=head.seq,
            head=head.hash,
            boot=boot,
            dt=max(0, now - last.boot_ms) if last is not None and same_boot else None,
        )
        return Asking(request, anchors.make_request(request, self._kid, self._key))

    def take(self, asking: Asking | None, jws: str | None, trust: Trust) -> bool:
        """Keep an anchor that answers our request; report and ignore any other.

        Returns:
            Whether it was kept.
        """
        if asking is None or jws is None:
            return False
        last = self._store.anchor()
        last_t = None if last is None else last.t_ms
        try:
            anchor = anchors.accept(jws, trust.server("anchor"), [asking.request], last_t)
        except Failure as failure:
            log.warning("anchor ignored", code=failure.code)
            return False
        boot, now = self._clock.boot_id(), self._clock.boot_ms()
        if last is not None and last.boot_id == boot:
            step = anchors.clock_step(last.t_ms, anchor.t, now - last.boot_ms)
            if step is not None:
                log.warning("centre_clock_step", step_ms=step)
        self._store.keep_anchor(StoredAnchor(jws, hash_text(jws), anchor.t, now, boot))
        return True

    def centre_now(self) -> int:
        """Return the centre's time, ms UTC, as well as this machine can tell.

        By the boot clock since the last anchor; by the wall clock where there is none.
        """
        last = self._store.anchor()
        if last is None or last.boot_id != self._clock.boot_id():
            return round(self._clock.wall().timestamp() * 1000)
        return last.t_ms + self._clock.boot_ms() - last.boot_ms
