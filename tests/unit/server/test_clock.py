"""The centre's time: never behind what it signed, whatever the machine's clock does."""

import json

from hypothesis import given
from hypothesis import strategies as st

from sync.proof.anchors import Interval
from sync.proof.certificates import TrustAnchors
from sync.server.clock import LONG_MS, LoggedClock
from sync.server.services.record.doubts import HEARD_MS, OFF_MS, Doubts
from sync.server.services.record.findings import AGAIN_MS
from sync.server.services.record.forgotten import Forgotten
from sync.server.services.supervision.health import Health
from tests.helpers.centre import HandClock

HOUR = 3_600_000
DAY = 24 * HOUR


class Machine:
    """A machine whose clock can be set, and whose elapsed time cannot."""

    def __init__(self):
        self.hand, self.elapsed = HandClock(), 0
        self.clock = LoggedClock(self.hand, lambda: self.elapsed)

    def set(self, ms):
        self.hand._ms += ms

    def run(self, ms):
        """Let time pass, by both clocks."""
        self.elapsed += ms
        self.hand._ms += ms


def test_a_right_clock_is_taken_as_it_is():
    machine = Machine()
    for _ in range(5):
        assert machine.clock.now_ms() == machine.hand.now_ms()
        machine.clock.signed(machine.clock.now_ms())
        machine.run(HOUR)
    assert machine.clock.behind_ms == 0


def test_a_clock_set_back_before_anything_was_signed_is_taken_as_it_is():
    machine = Machine()
    machine.clock.started(0)
    machine.set(-DAY)
    assert machine.clock.now_ms() == machine.hand.now_ms()


def test_time_runs_on_from_what_was_signed_and_meets_the_clock_again(capsys):
    machine = Machine()
    signed = machine.hand.now_ms()
    machine.set(-8 * HOUR)
    machine.clock.started(signed)
    assert "centre.clock_behind" in capsys.readouterr().out
    assert machine.clock.now_ms() == signed
    machine.run(HOUR)
    assert signed + HOUR * 3 // 4 < machine.clock.now_ms() < signed + HOUR
    for _ in range(80):
        machine.run(HOUR)
    assert machine.clock.now_ms() == machine.hand.now_ms()
    assert "centre.clock_met" in capsys.readouterr().out


@given(st.lists(st.tuples(st.integers(0, 6 * HOUR), st.integers(-DAY, DAY), st.booleans())))
def test_the_time_never_goes_back_behind_what_was_signed(moves):
    machine, signed = Machine(), 0
    for passed, set_by, signs in moves:
        machine.run(passed)
        machine.set(set_by)
        now = machine.clock.now_ms()
        assert now >= max(signed, machine.hand.now_ms())
        if signs:
            machine.clock.signed(now)
            signed = now


def test_a_start_long_after_the_last_signature_is_told_until_something_is_signed():
    machine = Machine()
    health = Health(machine.clock, Doubts(), NoLists(), Forgotten())
    machine.clock.started(machine.hand.now_ms() - LONG_MS)
    assert health.notices() == ()
    machine.clock.started(machine.hand.now_ms() - 4 * DAY)
    (notice,) = health.notices()
    assert (notice.code, notice.args) == ("clock_leap", {"hours": 96})
    machine.clock.signed(machine.clock.now_ms())
    assert health.notices() == ()


class NoLists:
    """A policy that trusts no authority."""

    def anchors(self):
        return TrustAnchors.of([])


class Rows:
    """Findings as the doubts ask for them and add to them."""

    def __init__(self):
        self.found = []

    @property
    def cases(self):
        return self

    def add_finding(self, row):
        self.found.append(row)

    def last_finding(self, dev, codes):
        return max((r.at for r in self.found if r.dev == dev and r.code in codes), default=None)


class Step:
    """As much of an event as its claim."""

    def __init__(self, dev, at, seq=7):
        self.core = self
        self.dev, self.at, self.seq = dev, at, seq


def test_a_claim_two_minutes_outside_its_interval_is_found_once_in_a_while():
    doubts, rows, now = Doubts(), Rows(), 10 * DAY
    doubts.look(rows, Step("a", now + OFF_MS), Interval(now - 1000, now), now)
    doubts.look(rows, Step("a", now - 1000 - OFF_MS), Interval(now - 1000, now), now)
    assert rows.found == []
    doubts.look(rows, Step("a", now + OFF_MS + 1), Interval(now - 1000, now), now)
    doubts.look(rows, Step("b", now - DAY), Interval(now - 1000, now), now)
    for later in range(3):  # a wrong clock is wrong at every step: it is told once
        doubts.look(rows, Step("a", now + DAY + later), Interval(now, now + later), now + later)
    Doubts().look(rows, Step("a", now + DAY), Interval(now, now), now)  # nor by another process
    said = [(r.dev, r.code, r.case_no, json.loads(r.args)) for r in rows.found]
    assert said == [
        ("a", "clock_ahead", None, {"minutes": 2, "seq": 7}),
        ("b", "clock_back", None, {"minutes": DAY // 60_000 - 1, "seq": 7}),
    ]
    later = now + AGAIN_MS
    doubts.look(rows, Step("a", later + DAY), Interval(later, later), later)
    assert len(rows.found) == 3


def test_a_step_off_the_line_is_no_doubt_inside_its_wide_interval():
    doubts, rows, now = Doubts(), Rows(), 10 * DAY
    doubts.look(rows, Step("a", now - 2 * HOUR), Interval(now - 5 * HOUR, now), now)
    assert rows.found == []


def test_windows_of_one_mind_put_the_centres_clock_in_doubt():
    machine, doubts, rows = Machine(), Doubts(), Rows()
    health, now = Health(machine.clock, doubts, NoLists(), Forgotten()), machine.hand.now_ms()

    def claim(dev, off):
        doubts.look(rows, Step(dev, now + off), Interval(now, now), now)

    claim("a", 8 * HOUR)
    claim("b", 8 * HOUR + 30_000)
    assert health.notices() == ()  # two may have the same wrong time zone
    claim("c", 8 * HOUR - 30_000)
    claim("d", 0)
    (notice,) = health.notices()
    assert notice.code == "clock_doubted_behind"
    assert notice.args == {"minutes": 480, "windows": 3, "heard": 4}
    claim("e", 0)
    claim("f", 0)
    assert health.notices() == ()  # they are no longer more than half
    claim("d", -DAY)
    claim("e", -DAY)
    assert health.notices() == ()
    machine.run(HEARD_MS + 1)
    assert health.notices() == ()
