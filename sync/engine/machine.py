"""The engine's mind, without hands: events in, commands out; no clock, no chance, no line.

Three lanes run side by side, each with at most one duty: *talk* (hello, token, push, lease, pull),
*file* (uploads, begun only when no event waits) and *live* (the stream of pokes). What is lost on
the way needs no care here: a push is read from the outbox anew, so an answer that never came is
asked for again with the same bytes, and the centre repeats the original outcome; a pull starts
at the cursor that the store moved together with the data.

Rules: architecture.md §8, proof.md §5–§7.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from sync.engine import faults, signals
from sync.engine.access import Access
from sync.engine.faults import Fault
from sync.engine.gates import Gates
from sync.engine.incoming import Incoming
from sync.engine.outgoing import Outgoing
from sync.engine.pace import Pace
from sync.engine.signals import Duty
from sync.engine.status import Phase, SyncStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync.engine.signals import Command, Errand, Event, Moment


class Lane(Enum):
    """What can run at the same time."""

    TALK = auto()
    FILE = auto()
    LIVE = auto()


_OWN_LANE: Final = {Duty.UPLOAD: Lane.FILE, Duty.LIVE: Lane.LIVE}
_ORDER: Final = {
    Lane.TALK: (Duty.GREET, Duty.ADMIT, Duty.PUSH, Duty.LEASE, Duty.PULL),
    Lane.FILE: (Duty.UPLOAD,),
    Lane.LIVE: (Duty.LIVE,),
}
_LAST_WORDS: Final = (Duty.GREET, Duty.ADMIT, Duty.PUSH)
# The problem that a person should hear of first stands first.
_GRAVITY: Final = (
    "trust",
    "access",
    *(duty.value for duty in (Duty.GREET, Duty.ADMIT, Duty.PUSH)),
    "unanswered",
    "line",
    *(duty.value for duty in (Duty.PULL, Duty.LEASE, Duty.UPLOAD)),
    "given_back",
)
_LOCAL: Final = (
    signals.Opened,
    signals.Closing,
    signals.Woke,
    signals.Asked,
    signals.LeaseAsked,
    signals.Measured,
    signals.Failed,
)


def _lane(duty: Duty) -> Lane:
    return _OWN_LANE.get(duty, Lane.TALK)


class Machine:
    """Decide what to do next for one session on one store.

    `step` takes an event with the moment it came and answers with what to do now; `wake_at` names
    the moment at which to send `Woke` if nothing else came. After `Finish` it is silent. Each
    errand is answered by exactly one event (its own, or `Failed`), unless it was dropped.
    """

    def __init__(self, pace: Pace | None = None) -> None:
        self.finished = False
        self._pace = pace or Pace()
        self._gates = Gates(self._pace.barren)
        self._access = Access(self._pace.renew_ms)
        self._outgoing = Outgoing(self._pace)
        self._incoming = Incoming(self._pace)
        self._now = 0
        self._open = False
        self._running: dict[Lane, Duty] = {}
        self._yields: Duty | None = None
        self._problems: dict[str, str] = {}
        self._anchor_free_at = 0
        self._lease_at = 0
        self._closing_until: int | None = None
        self._sending_over = False
        self._leaving = False
        self._heard_at: int | None = None
        self._last_ok: int | None = None
        self._offset_ms = 0
        self._lease_until: int | None = None
        self._handlers: Mapping[type, Callable[[Any, Moment], None]] = {
            signals.Opened: self._on_opened,
            signals.Closing: self._on_closing,
            signals.Woke: lambda _e, _m: None,  # time alone is what the decision looks at
            signals.Asked: self._on_asked,
            signals.LeaseAsked: self._on_lease_asked,
            signals.Measured: lambda e, _m: self._outgoing.measure(e),
            signals.Greeted: self._on_greeted,
            signals.Admitted: self._on_admitted,
            signals.Pushed: self._on_pushed,
            signals.Pulled: self._on_pulled,
            signals.Leased: self._on_leased,
            signals.Uploaded: self._on_uploaded,
            signals.Listening: lambda _e, _m: self._incoming.listening(self._now),
            signals.Poked: lambda e, _m: self._incoming.poked(e),
            signals.Left: self._on_left,
            signals.Failed: self._on_failed,
        }
        self._wants: Mapping[Duty, Callable[[], int | None]] = {
            Duty.GREET: self._access.greet_at,
            Duty.ADMIT: self._access.admit_at,
            Duty.PUSH: self._push_at,
            Duty.LEASE: self._lease_due,
            Duty.PULL: self._pull_at,
            Duty.UPLOAD: self._upload_at,
            Duty.LIVE: self._live_at,
        }
        self._errands: Mapping[Duty, Callable[[], Errand]] = {
            Duty.GREET: signals.Greet,
            Duty.ADMIT: lambda: signals.Admit(renew=self._access.renew),
            Duty.PUSH: self._start_push,
            Duty.LEASE: self._start_lease,
            Duty.PULL: self._start_pull,
            Duty.UPLOAD: signals.Upload,
            Duty.LIVE: signals.Listen,
            Duty.LEAVE: signals.Leave,
        }

    # ---------------------------------------------------------------- in and out

    def step(self, event: Event, moment: Moment) -> tuple[Command, ...]:
        """Take one event; return what is to be done now, in order."""
        if self.finished or not (self._open or isinstance(event, signals.Opened)):
            return ()
        self._now = max(self._now, moment.ms)
        if not isinstance(event, _LOCAL):
            self._last_ok = moment.utc_ms
            self._heard_at = self._now
        dropped = self._drop(event)
        self._handlers[type(event)](event, moment)
        self._mark("unanswered", self._unanswered())
        if self._closing_until is not None:
            return (*dropped, *self._drain(self._closing_until))
        return tuple(errand for lane in Lane for errand in self._next(lane, _ORDER[lane]))

    @property
    def wake_at(self) -> int | None:
        """When the machine wants to be woken (boot clock); None: only an event changes anything."""
        if self.finished or not self._open:
            return None
        times = [self._outgoing.overdue_at(), self._closing_until]
        if self._closing_until is None:
            idle = (duty for duty in self._wants if _lane(duty) not in self._running)
            times += [self._ready_at(duty) for duty in idle]
        return min((at for at in times if at is not None and at > self._now), default=None)

    @property
    def status(self) -> SyncStatus:
        """Say how the line is, for people."""
        return SyncStatus(
            phase=self._phase(),
            pending=self._outgoing.pending,
            uploads=self._outgoing.uploads,
            last_ok_ms=self._last_ok,
            problem=next((self._problems[k] for k in _GRAVITY if k in self._problems), None),
            clock_offset_ms=self._offset_ms,
            lease_until_ms=self._lease_until,
            live=self._incoming.live,
            distrusted=self._incoming.distrusted,
            outbox_only=self._access.outbox_only,
        )

    def _phase(self) -> Phase:
        if self.finished or self._closing_until is not None:
            return Phase.LOCKED
        if self._gates.line_down or self._access.login_needed:
            return Phase.OFFLINE
        if not self._access.held(self._now):
            return Phase.CONNECTING
        busy = self._outgoing.to_send or self._outgoing.uploads or self._incoming.visibly_behind
        return Phase.SYNCING if busy else Phase.SYNCED

    # ---------------------------------------------------------------- deciding

    def _ready_at(self, duty: Duty) -> int | None:
        """When a duty may start; None while nothing asks for it or it lacks its ground."""
        at = None if self._access.login_needed else self._wants[duty]()
        return None if at is None else max(at, self._gates.opens_at(duty))

    def _push_at(self) -> int | None:
        return 0 if self._access.held(self._now) and self._outgoing.to_send else None

    def _pull_at(self) -> int | None:
        return self._incoming.pull_at() if self._access.held(self._now) else None

    def _lease_due(self) -> int | None:
        # After the first page: a key that the centre changed while we slept is known by then.
        if not (self._access.held(self._now) and self._incoming.begun):
            return None
        if self._access.outbox_only:
            return None
        return max(self._lease_at, self._anchor_free_at)

    def _upload_at(self) -> int | None:
        idle = self._incoming.begun and not self._outgoing.to_send
        return 0 if self._access.held(self._now) and idle and self._outgoing.uploads else None

    def _live_at(self) -> int | None:
        may = self._access.held(self._now) and not self._access.outbox_only
        return self._incoming.listen_at() if may else None

    def _next(self, lane: Lane, order: tuple[Duty, ...]) -> list[Errand]:
        if lane in self._running:
            return []
        ready = [d for d in order if (at := self._ready_at(d)) is not None and at <= self._now]
        if not ready:
            return []
        # What failed just now lets the others go first: a duty that cannot succeed starves none.
        return [self._start(min(ready, key=lambda duty: duty is self._yields))]

    def _start(self, duty: Duty) -> Errand:
        self._running[_lane(duty)] = duty
        if _lane(duty) is Lane.TALK and duty is not self._yields:
            self._yields = None
        return self._errands[duty]()

    def _start_push(self) -> Errand:
        self._outgoing.sent(self._now)
        return signals.Push(self._outgoing.limit, anchor=self._take_anchor())

    def _start_pull(self) -> Errand:
        return signals.Pull(self._incoming.start(self._now), anchor=self._take_anchor())

    def _start_lease(self) -> Errand:
        self._anchor_free_at = self._now + self._pace.anchor_ms
        return signals.FetchLease()

    def _take_anchor(self) -> bool:
        """Say whether this request asks for an anchor; one is kept back for a lease that is due."""
        lease_at = max(self._lease_at, self._gates.opens_at(Duty.LEASE))
        lease_next = lease_at <= self._now and not self._access.outbox_only
        if self._anchor_free_at > self._now or lease_next:
            return False
        self._anchor_free_at = self._now + self._pace.anchor_ms
        return True

    # ---------------------------------------------------------------- beginning and end

    def _on_opened(self, event: signals.Opened, _m: Moment) -> None:
        self._open = True
        self._incoming.open(event.cursors)
        self._lease_at = self._now + event.lease_in_ms
        self._lease_until = event.lease_until_utc_ms
        if event.token_ms is not None:
            self._access.admitted(self._now, event.token_ms)

    def _on_closing(self, event: signals.Closing, _m: Moment) -> None:
        self._closing_until = self._now + event.drain_ms
        self._gates.forget_waits()  # one more try at once: the person is leaving

    def _drop(self, event: Event) -> list[Command]:
        """Give up what a person who leaves does not need."""
        if not isinstance(event, signals.Closing):
            return []
        given_up = [duty for duty in self._running.values() if duty not in _LAST_WORDS]
        for duty in given_up:
            del self._running[_lane(duty)]
        return [signals.Drop(duty) for duty in given_up]

    def _drain(self, until: int) -> list[Command]:
        if self._now < until and self._running:
            return []
        if self._now < until and self._outgoing.to_send and not self._sending_over:
            errands = self._next(Lane.TALK, _LAST_WORDS)
            if errands:
                return [*errands]
        elif self._now < until and self._access.held(self._now) and not self._leaving:
            self._leaving = True
            return [self._start(Duty.LEAVE)]
        self.finished = True
        self._running.clear()
        return [signals.Finish()]

    # ---------------------------------------------------------------- what a person says

    def _on_asked(self, _e: signals.Asked, _m: Moment) -> None:
        self._gates.forget_waits()
        self._incoming.try_live()
        self._incoming.want_round(shown=True)

    def _on_lease_asked(self, _e: signals.LeaseAsked, _m: Moment) -> None:
        self._lease_at = self._now

    # ---------------------------------------------------------------- what the centre said

    def _on_greeted(self, event: signals.Greeted, _m: Moment) -> None:
        self._done(Duty.GREET)
        self._access.greeted = True
        self._offset_ms = event.offset_ms

    def _on_admitted(self, event: signals.Admitted, _m: Moment) -> None:
        self._done(Duty.ADMIT)
        self._access.admitted(self._now, event.token_ms)
        self._access.outbox_only = event.outbox_only
        self._mark("access", faults.FRESH_LOGIN if event.outbox_only else None)

    def _on_pushed(self, event: signals.Pushed, moment: Moment) -> None:
        self._answered(Duty.PUSH)
        self._trust(event.distrusted)
        if event.settled:
            self._outgoing.settled()
            self._progress(Duty.PUSH)
        self._outgoing.measure(event.measured)
        if event.code is not None:
            self._problems[Duty.PUSH.value] = event.code
        if event.settled or not self._outgoing.to_send:
            return
        self._sending_over = True
        if event.code is not None:
            self._gates.failed(Duty.PUSH, self._now, moment.chance)
            self._yields = Duty.PUSH
        else:
            self._guard(Duty.PUSH, moment)

    def _on_pulled(self, event: signals.Pulled, moment: Moment) -> None:
        self._answered(Duty.PULL)
        moved = self._incoming.pulled(event)
        self._trust(event.distrusted)
        if moved:
            self._progress(Duty.PULL)
        else:
            self._guard(Duty.PULL, moment)
        if event.code is not None:
            self._problems[Duty.PULL.value] = event.code
        if event.given_back:
            self._mark("given_back", faults.GIVEN_BACK)

    def _on_leased(self, event: signals.Leased, _m: Moment) -> None:
        self._done(Duty.LEASE)
        self._lease_at = self._now + max(event.lease_in_ms, self._pace.renew_ms)
        self._lease_until = event.lease_until_utc_ms

    def _on_uploaded(self, event: signals.Uploaded, moment: Moment) -> None:
        self._answered(Duty.UPLOAD)
        fewer = event.uploads < self._outgoing.uploads
        self._outgoing.uploads = event.uploads
        if fewer or event.moved:
            self._progress(Duty.UPLOAD)
        else:
            self._guard(Duty.UPLOAD, moment)
        if event.code is not None:
            self._problems[Duty.UPLOAD.value] = event.code

    def _on_left(self, _e: signals.Left, _m: Moment) -> None:
        self._answered(Duty.LEAVE)
        self._access.lost()
        self._sending_over = True

    def _done(self, duty: Duty) -> None:
        self._answered(duty)
        self._progress(duty)

    def _answered(self, duty: Duty) -> None:
        """The line works, and its lane is free again."""
        if self._running.get(_lane(duty)) is duty:
            del self._running[_lane(duty)]
        self._gates.line_works()
        self._mark("line", None)

    def _progress(self, duty: Duty) -> None:
        self._gates.progress(duty)
        self._mark(duty.value, None)

    def _guard(self, duty: Duty, moment: Moment) -> None:
        """An answer that moves nothing is no reason to ask at once again for ever."""
        if self._gates.barren(duty, self._now, moment.chance):
            self._problems[duty.value] = faults.NO_PROGRESS

    def _trust(self, distrusted: tuple[str, ...]) -> None:
        self._incoming.distrusted = distrusted
        self._mark("trust", faults.CENTRE_FORK if distrusted else None)

    def _unanswered(self) -> str | None:
        missed = self._outgoing.unanswered(self._now, self._heard_at)
        return faults.UNANSWERED if missed else None

    def _mark(self, key: str, code: str | None) -> None:
        if code is None:
            self._problems.pop(key, None)
        else:
            self._problems[key] = code

    # ---------------------------------------------------------------- what went wrong

    def _on_failed(self, event: signals.Failed, moment: Moment) -> None:
        duty = event.duty
        if self._running.get(_lane(duty)) is not duty:
            return
        del self._running[_lane(duty)]
        if self._closing_until is not None:
            self._closing_until = self._now  # one try was all
            return
        if event.fault is not Fault.LINE:
            self._heard_at = self._now
        if event.fault is Fault.LATER:
            self._put_off(event)
            return
        if duty is Duty.ADMIT and event.fault in {Fault.ACCESS, Fault.REFUSED}:
            self._not_admitted(event)
            return
        if duty is Duty.LIVE and self._incoming.live_ended(self._now):
            self._gates.progress(duty)
        else:
            self._gates.failed(duty, self._now, moment.chance)
        self._weigh(event, moment)
        if duty is Duty.PUSH:
            self._outgoing.failed()
        if duty is Duty.PULL:
            self._incoming.failed()
        if _lane(duty) is Lane.TALK:
            self._yields = duty

    def _put_off(self, event: signals.Failed) -> None:
        """The centre works, and told when this duty's turn comes; the others go on."""
        self._gates.line_works()
        self._mark("line", None)
        self._gates.put_off(event.duty, self._now, event.hold_ms or 0)
        self._mark(event.duty.value, event.code)
        if event.duty is Duty.PUSH:
            self._outgoing.put_off()
        if event.duty is Duty.PULL:
            self._incoming.failed()

    def _weigh(self, event: signals.Failed, moment: Moment) -> None:
        """Find out whom a failure concerns: all, the line, the token, or its duty alone."""
        talk = _lane(event.duty) is Lane.TALK
        if event.fault is Fault.BUSY:
            self._gates.hold(self._now, moment.chance, event.hold_ms)
        if event.fault is Fault.ACCESS:
            self._access.lost()
        elif event.fault is Fault.LINE and talk:
            self._gates.line_failed(self._now, moment.chance)
            self._access.greeted = False
            self._mark("line", event.code)
        else:
            self._mark(event.duty.value, event.code)

    def _not_admitted(self, event: signals.Failed) -> None:
        if self._access.refused():
            refused = event.fault is Fault.REFUSED
            self._mark("access", event.code if refused else faults.LOGIN_NEEDED)
