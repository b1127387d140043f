"""What is known of the centre's time before any store opens."""

from datetime import UTC, datetime, timedelta

import pytest

from client.host.centre_seen import APART_MS, NAME, CentreSeen
from sync.domain.fields import moment_of, ms_of

T = ms_of(datetime(2026, 3, 3, 1, 30, tzinfo=UTC))
HOUR = 3_600_000


class Machine:
    """A machine's clocks: one that is set, one that is not, and its restarts."""

    def __init__(self):
        self.wall_ms, self.boot, self.ran = T, "first", 5 * HOUR

    def wall(self):
        return moment_of(self.wall_ms)

    def boot_ms(self):
        return self.ran

    def boot_id(self):
        return self.boot

    def run(self, ms):
        self.wall_ms += ms
        self.ran += ms

    def restart(self):
        self.boot, self.ran = "second", 0


@pytest.fixture
def machine():
    return Machine()


def said(seen):
    found = seen.estimate()
    return ms_of(found.at), found.sure


def test_nothing_heard_is_the_wall_clock_and_not_sure(machine, tmp_path):
    assert said(CentreSeen(machine, tmp_path)) == (T, False)


def test_what_was_heard_runs_on_by_the_boot_clock_whatever_the_wall_clock_says(machine):
    seen = CentreSeen(machine)
    seen.heard(T + 7)
    machine.wall_ms -= 96 * HOUR
    assert said(seen) == (T + 7, True)
    machine.run(HOUR)
    assert said(seen) == (T + 7 + HOUR, True)


def test_it_outlives_the_program_and_after_a_restart_bounds_the_wall_clock(machine, tmp_path):
    seen = CentreSeen(machine, tmp_path)
    seen.heard(T)
    seen.save()
    machine.run(HOUR)
    machine.wall_ms -= 96 * HOUR
    assert said(CentreSeen(machine, tmp_path)) == (T + HOUR, True)
    machine.restart()
    assert said(CentreSeen(machine, tmp_path)) == (T, False)  # no earlier than what was heard
    machine.wall_ms = T + 2 * HOUR
    assert said(CentreSeen(machine, tmp_path)) == (T + 2 * HOUR, False)


def test_it_is_written_now_and_then_only(machine, tmp_path):
    seen = CentreSeen(machine, tmp_path)
    seen.save()
    assert not (tmp_path / NAME).exists()
    seen.heard(T)
    seen.save()
    first = (tmp_path / NAME).read_bytes()
    seen.heard(T + APART_MS - 1)
    seen.save()
    assert (tmp_path / NAME).read_bytes() == first
    for later in (T + APART_MS, T - HOUR):  # and when the centre's time went back
        seen.heard(later)
        seen.save()
        assert said(CentreSeen(machine, tmp_path)) == (later, True)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"t": "x"}', b'{"t": 1}'])
def test_a_spoilt_file_is_no_file(machine, tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    assert said(CentreSeen(machine, tmp_path)) == (T, False)


def test_a_folder_that_cannot_be_written_costs_nothing(machine, tmp_path):
    seen = CentreSeen(machine, tmp_path / "none")
    seen.heard(T)
    seen.save()
    machine.run(int(timedelta(minutes=1).total_seconds() * 1000))
    assert said(seen) == (T + 60_000, True)
