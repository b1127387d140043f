"""The machine against a small world: a store, a centre, and a line that does what lines do.

The oracle is two lists: what the window made, what the centre logged. Whatever happened before,
once the line is good again every event is at the centre once, in order, and every number of every
scope is at the window.
"""

from __future__ import annotations

from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sync.engine import signals as s
from sync.engine.backoff import LAST_CEILING_MS
from sync.engine.faults import Fault
from sync.engine.machine import Machine
from sync.engine.signals import Duty
from sync.engine.status import Phase

TOKEN = 600_000
SCOPES = ("policy", "339901/scjg")
FAULTS = st.sampled_from(
    [(fault, hold) for fault in Fault if fault is not Fault.REFUSED for hold in (None, 700)]
)


class World(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.machine = Machine()
        self.now = 0
        self.chance = 0.3
        self.running: dict[Duty, s.Errand] = {}
        self.finished = False
        self.anchors: list[int] = []
        self.started: list[int] = []
        # the oracle
        self.made: list[int] = []
        self.answered = 0  # how many of them the store has receipts for
        self.logged: list[int] = []
        self.heads = dict.fromkeys(SCOPES, 3)
        self.cursors = dict.fromkeys(SCOPES, 0)
        self.uploads = 0
        self.live = False
        self.tell(s.Opened(dict(self.cursors), None, 0))

    # ------------------------------------------------------------ hands

    def tell(self, event):
        for command in self.machine.step(event, s.Moment(self.now, self.now, self.chance)):
            if isinstance(command, s.Finish):
                self.finished = True
                self.running.clear()
            elif isinstance(command, s.Drop):
                del self.running[command.duty]
            else:
                self.start(command)

    def start(self, errand):
        assert not self.finished
        assert errand.duty not in self.running
        self.running[errand.duty] = errand
        self.started.append(self.now)
        if getattr(errand, "anchor", False) or isinstance(errand, s.FetchLease):
            self.anchors.append(self.now)

    def measured(self):
        return s.Measured(len(self.made) - self.answered, self.uploads)

    def serve(self, errand):
        """Do at the centre what was asked; give the answer."""
        if isinstance(errand, s.Push):
            return self.serve_push(errand)
        if isinstance(errand, s.Pull):
            return self.serve_pull(errand)
        if isinstance(errand, s.Upload):
            self.uploads = max(0, self.uploads - 1)
        return {
            Duty.GREET: s.Greeted(0),
            Duty.ADMIT: s.Admitted(TOKEN),
            Duty.LEASE: s.Leased(3_600_000, 0),
            Duty.UPLOAD: s.Uploaded(self.uploads),
            Duty.LEAVE: s.Left(),
        }[errand.duty]

    def serve_push(self, errand):
        batch = self.made[self.answered : self.answered + errand.limit]
        assert batch, "a push of nothing"
        assert errand.limit <= 100
        for event in batch:
            if event not in self.logged:  # else: a duplicate, answered by the original outcome
                assert len(self.logged) == event, "a gap"
                self.logged.append(event)
                self.heads[SCOPES[1]] += 1
        return lambda: self.settle(len(batch))

    def settle(self, count):
        self.answered += count
        return s.Pushed(count, self.measured())

    def serve_pull(self, errand):
        wanted = SCOPES if errand.scopes is None else errand.scopes
        return lambda: self.apply(wanted)

    def apply(self, scopes):
        moved, more = 0, set()
        for scope in scopes:
            take = min(4, self.heads[scope] - self.cursors[scope])
            self.cursors[scope] += take
            moved += take
            if self.cursors[scope] < self.heads[scope]:
                more.add(scope)
        return s.Pulled(dict(self.cursors), moved, frozenset(more))

    def deliver(self, duty):
        errand = self.running.pop(duty)
        answer = self.serve(errand)
        self.tell(answer() if callable(answer) else answer)

    # ------------------------------------------------------------ what happens

    @rule(count=st.integers(1, 130))
    @precondition(lambda self: not self.finished)
    def a_person_works(self, count):
        self.made += range(len(self.made), len(self.made) + count)
        self.tell(self.measured())

    @rule()
    @precondition(lambda self: not self.finished)
    def a_page_is_scanned(self):
        self.uploads += 1
        self.tell(self.measured())

    @rule(scope=st.sampled_from(SCOPES), count=st.integers(1, 9), poked=st.booleans())
    def others_work(self, scope, count, poked):
        self.heads[scope] += count
        if poked and self.live:
            self.tell(s.Poked(scope, self.heads[scope]))

    @rule(pick=st.randoms(use_true_random=False))
    @precondition(lambda self: self.running)
    def the_centre_answers(self, pick):
        duty = pick.choice(sorted(self.running))
        if duty is not Duty.LIVE:
            self.deliver(duty)
        elif not self.live:
            self.live = True
            self.tell(s.Listening())

    @rule(pick=st.randoms(use_true_random=False), fault=FAULTS, after_commit=st.booleans())
    @precondition(lambda self: self.running)
    def the_answer_is_lost(self, pick, fault, after_commit):
        duty = pick.choice(sorted(self.running))
        errand = self.running.pop(duty)
        if duty is Duty.LIVE:
            self.live = False
        elif after_commit:
            self.serve(errand)
        self.tell(s.Failed(duty, fault[0], "line.cut", fault[1]))
        # A card is the only way back from here; the world has none.
        if self.machine.status.problem == "line.login_needed":
            self.finished = True
            self.running.clear()

    @rule(ms=st.integers(0, 90_000), chance=st.floats(0, 1, exclude_max=True))
    def time_passes(self, ms, chance):
        self.now += ms
        self.chance = chance
        self.tell(s.Woke())

    @rule()
    def a_person_asks(self):
        self.tell(s.Asked())
        self.tell(s.LeaseAsked())

    @rule(early=st.integers(0, 1_999))
    @precondition(lambda self: not self.finished and len(self.made) > 150)
    def the_card_leaves(self, early):
        self.live = False
        self.tell(s.Closing(2_000))
        assert self.machine.status.phase is Phase.LOCKED
        self.now += early
        while self.running:
            self.deliver(next(iter(self.running)))
        self.now += 2_000 - early
        self.tell(s.Woke())
        assert self.finished

    # ------------------------------------------------------------ what always holds

    @invariant()
    def one_duty_per_lane(self):
        assert len(set(self.running) - {Duty.UPLOAD, Duty.LIVE}) <= 1

    @invariant()
    def anchors_keep_their_distance(self):
        assert all(b - a >= 10_000 for a, b in pairwise(self.anchors))

    @invariant()
    def the_oracle_agrees(self):
        assert self.logged == self.made[: len(self.logged)]
        assert self.answered <= len(self.logged)

    @invariant()
    def something_is_always_coming(self):
        if not self.finished:
            assert self.running or self.machine.wake_at is not None

    def teardown(self):
        """The line is good again: everything arrives, and in little time."""
        if self.finished:
            return
        end = self.now + 700_000 + 2 * LAST_CEILING_MS
        while self.now < end:
            before = len(self.started)
            while talk := [duty for duty in self.running if duty is not Duty.LIVE]:
                self.deliver(talk[0])
                assert len(self.started) - before < 1_000, "it goes in circles"
            at = self.machine.wake_at
            self.now = end if at is None else at
            self.tell(s.Woke())
        assert self.answered == len(self.made) == len(self.logged)
        assert self.cursors == self.heads
        assert self.uploads == 0


World.TestCase.settings = settings(max_examples=150, stateful_step_count=40)
TestWorld = World.TestCase
