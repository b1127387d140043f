"""A playbook for the machine: say what happens, ask what it wants done, turn the clock by hand."""

from __future__ import annotations

from sync.engine import signals as s
from sync.engine.faults import Fault
from sync.engine.machine import Machine
from sync.engine.signals import Duty

UTC = 1_800_000_000_000
TOKEN = 600_000


class Play:
    def __init__(self, pace=None, chance=0.5):
        self.machine = Machine(pace)
        self.now = 1_000
        self.chance = chance
        self.cursors = {"policy": 3, "339901/scjg": 7}

    def __call__(self, event):
        return self.machine.step(event, s.Moment(self.now, UTC + self.now, self.chance))

    @property
    def status(self):
        return self.machine.status

    @property
    def wait(self):
        at = self.machine.wake_at
        return None if at is None else at - self.now

    def after(self, ms):
        self.now += ms
        return self(s.Woke())

    def wake(self):
        """Turn the clock to the moment that the machine named."""
        return self.after(self.wait)

    def fail(self, duty, fault=Fault.LINE, code="line.refused", hold_ms=None):
        return self(s.Failed(duty, fault, code, hold_ms))

    def pulled(self, moved=0, more=(), left_out=(), distrusted=(), code=None, **cursors):
        self.cursors.update({name.replace("_", "/"): n for name, n in cursors.items()})
        return self(
            s.Pulled(
                dict(self.cursors), moved, frozenset(more), frozenset(left_out), code, distrusted
            )
        )

    def pushed(self, settled, pending, code=None, held=0, uploads=0, distrusted=()):
        return self(s.Pushed(settled, s.Measured(pending, uploads, held), code, distrusted))

    def open(self, pending=0, uploads=0, token_ms=None, lease_in_ms=3_600_000):
        first = self(s.Opened(dict(self.cursors), token_ms, lease_in_ms, UTC + lease_in_ms))
        return first + self(s.Measured(pending, uploads))

    def settle_in(self, uploads=0, live=True):
        """Open, greet, admit, look round once, listen: the state of a quiet morning."""
        self.open(uploads=uploads)
        self(s.Greeted(0))
        commands = self(s.Admitted(TOKEN))
        assert duties(commands) == {Duty.PULL, Duty.LIVE}
        self.pulled()
        if live:
            self(s.Listening())
            self.pulled()
        return self

    def run(self, ms, commands=(), **answers):
        """Let time pass; answer every errand at once and well, or as `answers[duty]` says.

        An answer of None leaves the errand running. Returns [(moment, errand)].
        """
        end, log = self.now + ms, []
        self.queue = list(commands)
        while True:
            while self.queue and self.now < end:
                errand = self.queue.pop(0)
                log.append((self.now, errand))
                answer = answers.get(errand.duty.value, self.well)(errand)
                if answer is not None:
                    self.queue += self(answer)
            if self.queue or self.wait is None or self.now + self.wait > end:
                self.now = end
                return log
            self.queue += self.wake()

    def well(self, errand):
        return {
            Duty.GREET: s.Greeted(0),
            Duty.ADMIT: s.Admitted(TOKEN),
            Duty.PUSH: s.Pushed(1, s.Measured(0, 0)),
            Duty.PULL: s.Pulled(dict(self.cursors), 0),
            Duty.LEASE: s.Leased(3_600_000, UTC),
            Duty.UPLOAD: s.Uploaded(0),
            Duty.LIVE: None,
            Duty.LEAVE: s.Left(),
        }[errand.duty]


def moments(log, duty):
    return [at for at, errand in log if errand.duty is duty]


def duties(commands):
    return {command.duty for command in commands if not isinstance(command, s.Finish)}
