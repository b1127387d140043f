"""Before any session: claim an invitation, and follow policy with the device's key alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.engine import faults
from sync.engine.faults import Fault, LineFailure
from sync.engine.follower import Follower
from sync.engine.pace import Pace
from sync.engine.ports import ChangeSet
from sync.engine.verify import Watch, load_trust
from sync.proof.enrolment import read_enrolment
from sync.proof.policy import SCOPE as POLICY

if TYPE_CHECKING:
    from sync.engine.ports import LaneRun, SyncStore
    from sync.engine.session import Speaker
    from sync.engine.signals import Pulled
    from sync.engine.transport import Transport
    from sync.proof.trust import Trust
    from sync.protocol.messages import EnrolAnswer


class Joining:
    """A device that is being enrolled, or that looks at policy before somebody logs in.

    Args:
        store: the open store.
        on_store: runs a function on the store lane.
        transport: the line, open.
        speaker: the device's key.
        pins: the centre's id and the hash of its genesis policy event.
    """

    def __init__(
        self,
        store: SyncStore,
        on_store: LaneRun,
        transport: Transport,
        speaker: Speaker,
        pins: tuple[str, str],
    ) -> None:
        self._store = store
        self._on_store = on_store
        self._transport = transport
        self._speaker = speaker
        self._aud, self._genesis = pins

    async def enrol(self, enrol: str) -> EnrolAnswer:
        """Claim an invitation and follow policy until the claim itself stands in it.

        Args:
            enrol: hall-enrol+jws, signed by the device's new key.

        Returns:
            The centre's answer, held against the verified policy: the own chain begins at `prev`.

        Raises:
            LineFailure: the line, or a centre whose policy does not show what it answered.
            Failure: policy that does not hold; nothing of it is kept.
        """
        claim, record = read_enrolment(enrol)
        hello = await self._transport.hello()
        if (hello.aud, hello.genesis) != (self._aud, self._genesis):
            raise LineFailure(faults.OTHER_CENTRE, Fault.REFUSED)
        answer = await self._transport.enrol(enrol)
        trust, _ = await self.follow_policy()
        device = trust.device(claim.dev, claim.inc)
        if device is None or device.jwk != claim.jwk or device.start != answer.prev:
            raise LineFailure(faults.NONSENSE, Fault.UNABLE)
        watch = await self._on_store(self._watch, trust)
        watch.receipt(POLICY, record, answer.receipt, {})
        return answer

    async def follow_policy(self) -> tuple[Trust, ChangeSet]:
        """Pull the policy scope to its end.

        Returns:
            Whom to believe as of now, and what changed in the store.

        Raises:
            LineFailure: the line; Failure: a page that does not hold.
        """
        watch = await self._on_store(self._open)
        follower, change = Follower(self._store, watch, Pace().page), ChangeSet()
        while True:
            request = await self._on_store(follower.request, (POLICY,), None)
            answer = await self._transport.pull(request, self._speaker)
            taken = await self._on_store(follower.take, frozenset({POLICY}), answer)
            change |= taken.change
            if _is_last(taken.event):
                return watch.trust, change

    def _open(self) -> Watch:
        cursors = self._store.cursors()
        if POLICY not in cursors:
            self._store.subscribe([*cursors, POLICY])
        return self._watch(load_trust(self._store, self._genesis))

    def _watch(self, trust: Trust) -> Watch:
        frontiers = {POLICY: self._store.frontier(POLICY)}
        heads = {s: sth for s, sth in self._store.tree_heads().items() if s == POLICY}
        return Watch(self._aud, trust, frontiers, heads)


def _is_last(pulled: Pulled) -> bool:
    """Say whether nothing is left to pull.

    Raises:
        LineFailure: a page that does not hold, or that moves nothing and yet promises more.
    """
    if pulled.code is not None:
        raise LineFailure(pulled.code, Fault.UNABLE)
    if pulled.more and not pulled.moved:
        raise LineFailure(faults.NO_PROGRESS, Fault.UNABLE)
    return not pulled.more
