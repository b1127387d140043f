"""Before any session: claim an invitation, and follow policy with the device's key alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.failures import Failure
from sync.engine import faults
from sync.engine.faults import Fault, LineFailure
from sync.engine.follower import UNSAID, Follower
from sync.engine.pace import Pace
from sync.engine.ports import ChangeSet
from sync.engine.returning import Returning
from sync.engine.session import Speaker
from sync.engine.timing import Timekeeper
from sync.engine.verify import Watch, keep_evidence, load_trust
from sync.proof.enrolment import read_enrolment
from sync.proof.policy import SCOPE as POLICY
from sync.protocol.messages import PullRequest

if TYPE_CHECKING:
    from sync.engine.runner import Wiring
    from sync.engine.signals import Pulled
    from sync.proof.keys import SoftwareKey
    from sync.proof.trust import Trust
    from sync.protocol.messages import EnrolAnswer
    from sync.protocol.records import Receipt, Record

#: What a centre whose policy is not the one that we have seen gets caught at.
_UNTRUE = {
    UNSAID: faults.POLICY_OLDER,
    faults.CENTRE_FORK: faults.POLICY_FORKED,
    "proof.policy_chain": faults.POLICY_FORKED,
}


@dataclass(frozen=True, slots=True)
class Pins:
    """What a device is told with its invitation, and believes for ever.

    Args:
        aud: the centre's id.
        genesis: hash of the genesis policy event.
    """

    aud: str
    genesis: str


class Joining:
    """A device that is being enrolled, or that prepares a login.

    Args:
        wiring: store, lane, line and clock; the line is open.
        device: the device's key.
        pins: the one centre that this device speaks to.
    """

    def __init__(self, wiring: Wiring, device: SoftwareKey, pins: Pins) -> None:
        self._store = wiring.store
        self._on_store = wiring.on_store
        self._transport = wiring.transport
        self._speaker = Speaker(device, device.jwk)
        self._pins = pins
        self._time = Timekeeper(wiring.store, wiring.clock, pins.aud, device.thumbprint, device)

    async def greet(self) -> None:
        """Make sure that it is our centre, of a wire that we speak; learn its clock.

        Raises:
            LineFailure: line.other_centre, wire.version_…, the line.
        """
        hello = await self._transport.hello()
        if (hello.aud, hello.genesis) != (self._pins.aud, self._pins.genesis):
            raise LineFailure(faults.OTHER_CENTRE, Fault.REFUSED)

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
        await self.greet()
        answer = await self._transport.enrol(enrol)
        trust, _ = await self.follow_policy()
        device = trust.device(claim.dev, claim.inc)
        if device is None or device.jwk != claim.jwk or device.start != answer.prev:
            raise LineFailure(faults.NONSENSE, Fault.UNABLE)
        await self._on_store(self._check_receipt, trust, record, answer.receipt)
        return answer

    async def follow_policy(self) -> tuple[Trust, ChangeSet]:
        """Pull the policy scope to its end.

        Returns:
            Whom to believe as of now, and what changed in the store.

        Raises:
            LineFailure: the line; Failure: a page that does not hold.
        """
        watch: Watch = await self._on_store(self._open)
        return watch.trust, await self._follow(watch)

    async def _follow(self, watch: Watch) -> ChangeSet:
        follower = Follower(self._store, watch, Pace().page)
        change: ChangeSet = ChangeSet()
        while True:
            request = await self._on_store(follower.request, (POLICY,), None)
            answer = await self._transport.pull(request, self._speaker)
            taken = await self._on_store(follower.take, frozenset({POLICY}), answer)
            change |= taken.change
            if _is_last(taken.event):
                return change

    async def pin_policy(self) -> ChangeSet:
        """Hold the centre's policy against what this window has seen, then follow it to its end.

        At each login, before the centre is told anything: whose rights count comes from there.

        Returns:
            What changed in the store.

        Raises:
            LineFailure: line.policy_older, line.policy_forked, and both statements are kept; the
                line; a page that does not hold.
        """
        watch: Watch = await self._on_store(self._open)
        try:
            await self._same_policy(watch)
            return await self._follow(watch)
        except Failure as failure:
            code = _UNTRUE.get(failure.code)
            if code is None:
                raise
            watch.unsaid(POLICY)  # where no head of theirs stands beside ours yet
            await self._on_store(keep_evidence, self._store, watch)
            raise LineFailure(code, Fault.REFUSED) from failure

    async def _same_policy(self, watch: Watch) -> None:
        """Hold the centre's policy against ours; what it lost of it is given back, once."""
        try:
            await self._hold(watch)
        except LineFailure as failure:
            if not await self._gave_back(watch, failure):
                raise
            await self._hold(watch)

    async def _hold(self, watch: Watch) -> None:
        """Ask for the newest event that we have, again: a pull from our end says nothing of it."""
        seen = (await self._on_store(self._store.cursors))[POLICY]
        if not seen:
            return
        request = PullRequest(cursors={POLICY: seen - 1}, limit=1)
        answer = await self._transport.pull(request, self._speaker)
        pulled = answer.scopes.get(POLICY)
        here = seen - 1 if pulled is None else pulled.size
        if pulled is None or here < seen:
            raise LineFailure(UNSAID, Fault.REFUSED, details={"size": here})
        if here == seen:
            await self._on_store(watch.hold, POLICY, pulled.sth or "")

    async def _gave_back(self, watch: Watch, failure: LineFailure) -> bool:
        """Give a centre that lost policy what it signed; say whether it took it (docs/adr/032)."""
        here = failure.details.get("size")
        if failure.code != UNSAID or not isinstance(here, int):
            return False
        returning = Returning(self._store, self._on_store, self._transport, watch)
        return bool(await returning.lines(POLICY, here, self._speaker))

    async def anchor(self, trust: Trust) -> bool:
        """Fetch an anchor with the device's key: what the next login and its first event cite.

        Args:
            trust: as `follow_policy` gave it; the chain must have begun.

        Returns:
            Whether one was kept; one that does not hold is reported and ignored.
        """
        asking = await self._on_store(self._time.asking)
        jws = await self._transport.anchor(asking.jws, self._speaker)
        kept: bool = await self._on_store(self._time.take, asking, jws, trust)
        return kept

    def _check_receipt(self, trust: Trust, record: Record, receipt: Receipt) -> None:
        # LineFailure: policy moved on between the two answers, so that nothing ties the receipt's
        # head to ours; the leaf itself was folded, which is enough.
        with suppress(LineFailure):
            self._watch(trust).receipt(POLICY, record, receipt, {}, {})

    def _open(self) -> Watch:
        cursors = self._store.cursors()
        if POLICY not in cursors:
            self._store.subscribe([*cursors, POLICY])
        return self._watch(load_trust(self._store, self._pins.genesis))

    def _watch(self, trust: Trust) -> Watch:
        frontiers = {POLICY: self._store.frontier(POLICY)}
        heads = {s: sth for s, sth in self._store.tree_heads().items() if s == POLICY}
        return Watch(self._pins.aud, trust, frontiers, heads)


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
