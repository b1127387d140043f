"""When a backup is made, and what is made of what the centre says; the rest is real elsewhere."""

import asyncio
from types import SimpleNamespace

import pytest

from client.app.machine import backups as module
from client.app.machine.backups import Backups
from client.app.machine.bringing_back import _newest
from client.app.rows.changes import SessionClosed, SessionOpened
from client.app.rows.session import LinePhase, LineView
from client.sealing_tools import backup_tools
from sync.protocol.backup_messages import BackupHead, BackupsAnswer


def head(inc, n, *, damaged=False):
    return BackupHead(
        inc=inc, n=n, at=1_000 * n, size=9, sha256="0" * 64, checked=1, damaged=damaged
    )


class Line:
    def __init__(self, *, sends=True):
        self.sends = sends
        self.view = LineView(LinePhase.SYNCED)
        self.looked = 0

    async def backups(self):
        self.looked += 1
        return BackupsAnswer(kept=[], t=1)


@pytest.fixture
def made(monkeypatch):
    """Count what is made; the clock of the loop is ours."""
    count = []
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(module, "_now_s", lambda: clock.now)

    async def make(_self, _place, *, always):
        count.append(always)

    async def seen(_self, _place, kept):
        return bool(kept)

    monkeypatch.setattr(Backups, "_made", make)
    monkeypatch.setattr(Backups, "_seen", seen)
    return SimpleNamespace(count=count, clock=clock)


def backups(line):
    return Backups(object, line, None, None)


def run(work):
    return asyncio.run(work)


def test_one_is_made_only_where_nothing_else_is_to_be_sent(made):
    line = Line()
    job = backups(line)
    for busy in (
        LineView(LinePhase.SYNCED, pending=1),
        LineView(LinePhase.SYNCED, uploads=1),
        LineView(LinePhase.OFFLINE),
        LineView(LinePhase.SYNCING),
    ):
        line.view = busy
        run(job._turn())
    assert (made.count, line.looked) == ([], 0)
    line.view = LineView(LinePhase.SYNCED)
    run(job._turn())
    assert made.count == [True]  # the centre has none: whatever changed or did not
    assert job._due_s == made.clock.now + module.EVERY_S


def test_one_that_fails_is_tried_sooner(made, monkeypatch):
    line = Line()

    async def down():
        raise module.LineFailure("line.cut", "line")

    monkeypatch.setattr(line, "backups", down)
    job = backups(line)
    run(job._turn())
    assert job._due_s == made.clock.now + module.AGAIN_S


def test_a_disk_that_fails_ends_no_window(made, monkeypatch):
    async def fails(_self, _place, *, always):
        raise PermissionError(always)

    monkeypatch.setattr(Backups, "_made", fails)
    job = backups(Line())
    run(job._turn())
    assert job._due_s == made.clock.now + module.AGAIN_S


def test_settings_that_nobody_can_read_are_left_out(tmp_path):
    settings = backup_tools(tmp_path).settings
    assert settings() == {}
    (tmp_path / "window.json").write_text('{"printer_a4": "HP", "language": "en"}')
    assert settings() == {"printer_a4": "HP"}
    (tmp_path / "window.json").write_text("{")
    assert settings() == {}


@pytest.mark.parametrize(
    ("reason", "after_s", "phase", "count"),
    [
        ("closed", 601, LinePhase.SYNCED, 1),
        ("manual", 601, LinePhase.SYNCED, 1),
        ("card_removed", 601, LinePhase.SYNCED, 0),  # whoever pulls the card has left
        ("closed", 10, LinePhase.SYNCED, 0),
        ("closed", 601, LinePhase.OFFLINE, 0),
    ],
)
def test_an_orderly_end_makes_one_where_it_is_worth_it(made, reason, after_s, phase, count):
    line = Line()
    job = backups(line)

    async def live():
        job.hear(SessionOpened(None))
        made.clock.now += after_s
        line.view = LineView(phase)
        await job.parting(object(), reason)

    run(live())
    assert made.count == [False] * count


def test_an_end_is_not_held_up(made, monkeypatch):
    async def slow(_self, _place, *, always):
        del always
        await asyncio.Event().wait()

    monkeypatch.setattr(Backups, "_made", slow)
    monkeypatch.setattr(module, "PARTING_S", 0.01)
    job = backups(Line())
    made.clock.now += 10_000
    run(job.parting(object(), "closed"))  # it ends


def test_practice_makes_none(made):
    job = backups(Line(sends=False))
    run(job.run())
    made.clock.now += 10_000
    run(job.parting(object(), "closed"))
    assert made.count == []
    assert not job.view.kept


def test_what_is_shown_goes_with_the_session(made):
    job = backups(Line())

    async def live():
        job.hear(SessionOpened(None))
        job.view = module.BackupView(size=9)
        job.hear(SessionClosed(0))

    run(live())
    assert job.view == module.BackupView()


def test_the_newest_whole_one_of_the_newest_former_incarnation_is_offered():
    kept = [head(3, 9), head(2, 2, damaged=True), head(2, 1), head(1, 50)]
    found = _newest(kept, 3)
    assert (found.inc, found.number) == (2, 1)
    assert _newest([head(3, 9)], 3) is None
    assert _newest([head(1, 1, damaged=True)], 2) is None
