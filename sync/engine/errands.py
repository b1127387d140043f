"""One errand at a time: ask the store, ask the centre, enter the answer; it ends in an event."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sync.domain.failures import Failure
from sync.domain.tickets import QUEUE
from sync.engine import faults, signals
from sync.engine.faults import Fault, LineFailure
from sync.engine.follower import FORBIDDEN, UNSAID, Taken, following
from sync.engine.heard import Pages
from sync.engine.ports import ChangeSet
from sync.engine.returning import Given, Returning
from sync.engine.signals import Duty
from sync.protocol import messages

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Mapping

    from sync.engine.ledger import Batch, Ledger
    from sync.engine.ports import LaneRun, SyncStore
    from sync.engine.session import LineSession
    from sync.engine.signals import Errand, Event
    from sync.engine.transport import Transport

    _Going = asyncio.Task[messages.PushAnswer | LineFailure]
    _Coming = asyncio.Task[messages.PullAnswer | LineFailure]


# The centre's end of this window's chain is not where this window's receipts put it.
_GAPS = frozenset({"proof.chain_gap", "proof.chain_broken"})


class Errands:
    """What the machine can ask for, done.

    Args:
        store, on_store: the open store and its lane.
        transport: the line.
        ledger: the session's books; used on the store lane only.
        session: the session's login and keys.
        on_change: told what each applied answer changed.
        group: owns what goes out ahead.
    """

    def __init__(  # noqa: PLR0913  # all that an errand may need
        self,
        store: SyncStore,
        on_store: LaneRun,
        transport: Transport,
        ledger: Ledger,
        session: LineSession,
        on_change: Callable[[ChangeSet], None],
        *,
        group: asyncio.TaskGroup,
    ) -> None:
        self._store = store
        self._on_store = on_store
        self._transport = transport
        self._ledger = ledger
        self._session = session
        self._on_change = on_change
        self._group = group
        self._ahead: tuple[Batch, _Going] | None = None
        self._coming: tuple[messages.PullRequest, _Coming] | None = None
        self._heard = Pages()
        self._returning = Returning(store, on_store, transport, ledger.watch)
        self._gave = False  # something came back by us
        self._settled = False  # every own step was looked for since a loss was last noticed
        self._doers: Mapping[Duty, Callable[..., Awaitable[Event]]] = {
            Duty.GREET: self._greet,
            Duty.ADMIT: self._admit,
            Duty.LEAVE: self._leave,
            Duty.PUSH: self._push,
            Duty.PULL: self._pull,
            Duty.LEASE: self._lease,
            Duty.UPLOAD: self._upload,
        }

    async def run(self, errand: Errand) -> Event:
        """Do any errand but listening.

        Raises:
            LineFailure: the line; Failure: the store, or an answer that does not hold.
        """
        return await self._doers[errand.duty](errand)

    async def listen(self, heard: Callable[[Event], None]) -> Event:
        """Follow the live stream and pass on what it says.

        Raises:
            LineFailure: always, when it ends; line.cut for one that simply ended.
        """
        self._heard.forget()
        async with contextlib.aclosing(self._transport.live()) as pokes:
            async for poke in pokes:
                if poke is not None and poke.s.startswith(QUEUE):
                    self._on_change(ChangeSet(queue=True))  # no scope: there is nothing to pull
                    continue
                heard(signals.Listening() if poke is None else signals.Poked(poke.s, poke.n))
                if poke is not None:
                    self._heard.note(poke)  # what was told is looked at after this turn
        raise LineFailure(faults.CUT, Fault.LINE)

    async def measure(self) -> signals.Measured:
        """Count what waits in the store."""
        measured: signals.Measured = await self._on_store(self._ledger.measure)
        return measured

    def _enter(self, taken: Taken[Event]) -> Event:
        if taken.change != ChangeSet():
            self._on_change(taken.change)
        return taken.event

    async def _greet(self, _errand: signals.Greet) -> Event:
        hello = await self._transport.hello()
        ours = (self._session.delegation.aud, self._session.genesis)
        if (hello.aud, hello.genesis) != ours:
            raise LineFailure(faults.OTHER_CENTRE, Fault.REFUSED)
        return signals.Greeted(self._transport.offset_ms)

    async def _admit(self, errand: signals.Admit) -> Event:
        if errand.renew:
            await self._transport.renew()
        else:
            await self._transport.login(self._session.login, self._session.speaker)
        outbox_only = self._session.delegation.nonce is None
        return signals.Admitted(self._transport.token_ms or 0, outbox_only)

    async def _leave(self, _errand: signals.Leave) -> Event:
        await self._transport.logout()
        return signals.Left()

    async def _push(self, errand: signals.Push) -> Event:
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            batch, answered = ahead[0], await ahead[1]
            if isinstance(answered, LineFailure):
                raise answered
            answer = answered
        else:
            batch = await self._on_store(
                partial(self._ledger.batch, anchor=errand.anchor), errand.limit
            )
            if batch is None:
                return signals.Pushed(0, await self.measure())
            try:
                answer = await self._transport.push(batch.request)
            except LineFailure as failure:
                if not await self._gave_back(failure):
                    raise
                return signals.Pushed(0, await self.measure())
        if any(result.code in _GAPS for result in answer.results):
            await self._give_steps()
        if len(batch.places) < errand.limit:
            return self._enter(await self._on_store(self._ledger.settle, batch, answer))
        # More waits. The centre judges it while this window keeps what the receipts prove.
        anchor = errand.anchor and batch.asking is None
        proven, upcoming = await self._on_store(
            partial(self._ledger.follow_up, anchor=anchor), batch, answer, errand.limit
        )
        if upcoming is not None:
            going = self._group.create_task(self._send(upcoming.request), name="engine-ahead")
            self._ahead = (upcoming, going)
        return self._enter(await self._on_store(self._ledger.keep, proven))

    async def _send(self, request: messages.PushRequest) -> messages.PushAnswer | LineFailure:
        """Push; a failure is an answer too, for whoever asks for it."""
        try:
            return await self._transport.push(request)
        except LineFailure as failure:
            return failure

    def call_back(self) -> None:
        """Give up a batch that went out ahead: its events still wait, and go again as they are."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead[1].cancel()

    def give_up(self) -> None:
        """Give up whatever went out ahead."""
        self.call_back()
        coming, self._coming = self._coming, None
        if coming is not None:
            coming[1].cancel()

    async def _pull(self, errand: signals.Pull) -> Event:
        self.call_back()  # its receipts follow from the heads of before this page
        heard = self._heard.take(errand.scopes or ())
        if heard is not None and not errand.anchor:
            taken = await self._on_store(self._ledger.take_heard, heard)
            if taken is not None:
                return self._enter(taken)
        question = await self._on_store(
            partial(self._ledger.question, anchor=errand.anchor), errand.scopes
        )
        if question.request is None:
            answer = messages.PullAnswer(scopes={})
        else:
            answer = await self._ask(question.request)
            # The next page comes while this window verifies and keeps this one.
            upcoming = following(question.request, answer)
            if upcoming is not None:
                fetching = self._fetch(upcoming)
                coming = self._group.create_task(fetching, name="engine-coming")
                self._coming = (upcoming, coming)
        taken = await self._on_store(self._ledger.take, question, answer)
        if taken.event.code == faults.CENTRE_FORK:
            await self._give_steps()
        return self._enter(Taken(replace(taken.event, given_back=self._gave), taken.change))

    # ------------------------------------------------------------ what the centre lost

    async def _gave_back(self, failure: LineFailure) -> bool:
        """Give back what a centre says it lacks; say whether anything came of it.

        Where this window has no proven line to give, the centre's word stands against what it once
        signed: the scope is distrusted, and the window's own steps go where they can.

        Raises:
            LineFailure: the line.
        """
        scope, here = failure.details.get("scope"), failure.details.get("size")
        if failure.code not in {UNSAID, faults.LINES_MISSING}:
            return False
        if not (isinstance(scope, str) and isinstance(here, int)):
            return False
        took = await self._returning.lines(scope, here)
        self._gave = self._gave or bool(took)
        self._settled = False
        given = await self._give_steps()
        if took is None and not (given.back or given.waiting):
            await self._on_store(self._ledger.leave_out, scope, UNSAID)
            return failure.code == faults.LINES_MISSING  # without it the push may go on
        return not given.waiting

    async def _give_steps(self) -> Given:
        """Give back own steps, unless all were looked for since the last loss.

        Raises:
            LineFailure: the line.
        """
        if self._settled:
            return Given()
        given = await self._returning.steps()
        self._settled = not given.waiting
        self._gave = self._gave or bool(given.back or given.moved)
        return given

    async def _fetch(self, request: messages.PullRequest) -> messages.PullAnswer | LineFailure:
        """Pull; a failure is an answer too, for whoever asks for it."""
        try:
            return await self._transport.pull(request)
        except LineFailure as failure:
            return failure

    async def _ask(self, request: messages.PullRequest) -> messages.PullAnswer:
        coming, self._coming = self._coming, None
        try:
            if coming is None or coming[0] != request:
                if coming is not None:
                    coming[1].cancel()  # the question is another one by now
                return await self._transport.pull(request)
            answered = await coming[1]
            if isinstance(answered, LineFailure):
                raise answered
            return answered  # noqa: TRY300  # where it came from
        except LineFailure as failure:
            if failure.code == FORBIDDEN and failure.details.get("scope") in request.cursors:
                await self._on_store(self._ledger.leave_out, failure.details["scope"], FORBIDDEN)
            elif failure.details.get("scope") in request.cursors:
                await self._gave_back(failure)
            raise

    async def _lease(self, _errand: signals.FetchLease) -> Event:
        asking = await self._on_store(self._ledger.asking)
        lease = await self._transport.lease(asking.jws)
        return self._enter(await self._on_store(self._ledger.take_lease, asking, lease))

    async def _upload(self, _errand: signals.Upload) -> Event:
        parcel = await self._on_store(self._ledger.parcel)
        if parcel is None:
            return signals.Uploaded(0)
        try:
            upload = await self._transport.announce_upload(parcel)
            if upload is not None:
                data = await self._on_store(self._store.attachment, parcel.sha256)
                await self._transport.upload(upload, data)
        except Failure as failure:
            if isinstance(failure, LineFailure) and failure.fault is not Fault.REFUSED:
                raise
            # The centre will never take it, or it cannot be read here: the next one goes on.
            return self._enter(await self._on_store(self._ledger.unsendable, parcel, failure.code))
        return self._enter(await self._on_store(self._ledger.uploaded, parcel))
