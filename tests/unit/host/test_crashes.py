"""Reports of faults: one for each fault, nothing secret in it, bounded, never one fault more."""

import json
import logging
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from client.host import crashes as module
from client.host.crashes import KEPT_DAYS, KEPT_MOST, OF_ONE_RUN, Crashes
from client.host.crashing import note_of, qt_words
from client.host.ending import MARK, Life
from client.host.logs import start_logs
from sync.domain.failures import Failure
from sync.protocol.crash_messages import CrashReport
from sync.protocol.limits import CRASH_MAX

CANARIES = (
    "欧阳修", "ZHAO Lei", "11010519491231002X", "13800138000", "92339901MA2ABCDE1X", "654321",
    "20261122-339901-00017-6", "kR3n1w0y8Jx2bq5PzVd7Lh4TfYc9MsA6GeUoKiQtXrE",
    "/srv/zhaolei/secret", "云岭县人民路1号", "0999-1234567",
    "DEADBEEFDEADBEEFDEADBEEFDEADBEEF", "Zhao",
)  # fmt: skip
NUMBERS = [each for each in CANARIES if sum(char.isdigit() for char in each) > 5]


class Clock:
    def __init__(self):
        self.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def wall(self):
        return self.at

    def boot_ms(self):
        return int(self.at.timestamp() * 1000)

    def boot_id(self):
        return "boot-1"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def kept(tmp_path, clock):
    return Crashes(tmp_path, clock)


def raised(what=ValueError, text="x", depth=0):
    """Return an error that was raised so deep."""

    def down(left):
        if left:
            down(left - 1)
        raise what(text)

    try:
        down(depth)
    except what as error:
        return error


def files(folder):
    return sorted((folder / "crashes").glob("*"))


def fill(kept, count, clock):
    """Bring so many different faults, each with a name of its own."""
    for number in range(count):
        clock.at += timedelta(seconds=1)
        kept.failed(raised(type(f"Fault{number}", (Exception,), {})))


def test_the_same_fault_is_counted_and_another_is_another(kept, clock, tmp_path):
    for number in range(5):
        clock.at += timedelta(seconds=1)
        kept.failed(raised(text=f"{number}"))
    kept.failed(raised(KeyError))
    kept.complained("QPainter::begin: Paint device returned engine == 0", fatal=False)
    by_kind = {(each.report.kind, each.report.count) for each in kept.all()}
    assert by_kind == {("error", 5), ("error", 1), ("qt", 1)}
    counted = next(each.report for each in kept.all() if each.report.count == 5)
    assert counted.last - counted.first == 4000
    assert len(files(tmp_path)) == 3


def test_a_storm_makes_one_report_and_few_writes(kept, tmp_path, monkeypatch):
    written = []
    whole = Crashes._write
    monkeypatch.setattr(Crashes, "_write", lambda self, k: (written.append(1), whole(self, k)))
    error = raised()
    for _ in range(3000):
        kept.failed(error)
    (only,) = kept.all()
    assert only.report.count == 3000
    assert len(written) <= 12
    kept.close()
    (file,) = files(tmp_path)
    assert json.loads(file.read_text())["report"]["count"] == 3000


def test_different_faults_of_one_run_and_of_one_machine_have_an_end(kept, clock, tmp_path):
    fill(kept, OF_ONE_RUN + 5, clock)
    assert len(kept.all()) == OF_ONE_RUN
    for run in range(3):
        again = Crashes(tmp_path, clock)
        clock.at += timedelta(seconds=1)
        for number in range(OF_ONE_RUN):
            again.failed(raised(type(f"Run{run}Fault{number}", (Exception,), {})))
    assert len(Crashes(tmp_path, clock).all()) == KEPT_MOST
    assert len(files(tmp_path)) == KEPT_MOST


def test_a_released_report_makes_no_room_and_counts_no_more(kept, clock):
    kept.failed(raised())
    leaving = kept.all()[0].report.id
    kept.release(leaving)
    kept.failed(raised())
    assert sorted(each.state for each in kept.all()) == ["leaves", "waits"]
    kept._made = -100
    fill(kept, KEPT_MOST + 5, clock)
    assert leaving in {each.report.id for each in kept.all()}


def test_whatever_a_fault_holds_no_canary_comes_into_its_report(kept, tmp_path):
    logs = start_logs(tmp_path / "logs")
    try:
        for canary in CANARIES:
            logging.getLogger("client.app.steps.clerk").error("lost %s", canary)
            logging.getLogger("any.library").error(canary)
    finally:
        logs.close()
    kept._made = -100
    for canary in CANARIES:
        inner = Failure("store.damaged", name=canary)
        try:
            try:
                raise inner
            except Failure as cause:
                raise RuntimeError(canary) from cause
        except RuntimeError as error:
            kept.failed(error)
        kept.complained(f'QFile: "{canary}" is not open', fatal=False)
    for each in kept.all():
        kept.annotate(each.report.id, " ".join(NUMBERS))
    whole = msgspec.json.encode([each.report for each in kept.all()]).decode()
    on_disk = "".join(file.read_text("utf-8") for file in files(tmp_path))
    assert [canary for canary in CANARIES if canary in whole + on_disk] == []
    assert "store.damaged" in whole
    assert "RuntimeError" in whole
    assert "lost ***" in whole
    assert "QFile: *** is not open" in whole


@pytest.mark.parametrize("number", [*NUMBERS, "１３８００１３８０００", "138 0013 8000"])
def test_a_number_that_is_typed_does_not_go_whichever_way_it_is_written(number):
    assert note_of(f"给{number}补录\u202e 第3份") == "给***补录 第3份"


def test_a_note_keeps_plain_words_years_and_its_bound():
    assert note_of("2026年扫描第 2 页时\n退出") == "2026年扫描第 2 页时 退出"
    assert len(note_of("字" * 2000)) == 500


def test_qts_own_names_stay():
    said = qt_words("QThread: Destroyed while thread '张三' is still running")
    assert said == "QThread: *** while thread *** is still running"


def test_the_largest_report_fits_the_wire(kept, tmp_path):
    (tmp_path / "logs").mkdir()
    line = {
        "timestamp": "2026-11-23T02:00:00Z",
        "level": "error",
        "logger": "ui",
        "event": "a " * 300,
    }
    (tmp_path / "logs" / "window.log").write_text((json.dumps(line) + "\n") * 500)
    name = "E" * 400
    chain = raised(type(name, (Exception,), {}), depth=80)
    for _ in range(9):
        outer = raised(type(name, (Exception,), {}), depth=80)
        outer.__cause__ = chain
        chain = outer
    kept.failed(chain)
    (only,) = kept.all()
    encoded = msgspec.json.encode(only.report)
    assert len(only.report.log) == 60
    assert len(only.report.raised) == 4
    assert 20_000 < len(encoded) <= CRASH_MAX
    assert msgspec.json.decode(encoded, type=CrashReport) == only.report


def test_an_error_that_leads_to_itself_ends(kept):
    error = raised()
    error.__cause__ = error
    kept.failed(error)
    assert len(kept.all()[0].report.raised) == 1


def test_on_a_full_disk_a_report_lives_in_memory_and_is_written_when_there_is_room(tmp_path, clock):
    (tmp_path / "crashes").write_text("no room")
    kept = Crashes(tmp_path, clock)
    kept.failed(raised())
    (only,) = kept.all()
    kept.annotate(only.report.id, "扫描时")
    (tmp_path / "crashes").unlink()
    kept.close()
    (again,) = Crashes(tmp_path, clock).all()
    assert again.report.note == "扫描时"


def test_what_cannot_be_made_raises_nothing(kept, monkeypatch):
    def full(*_):
        raise OSError(28, "no space")

    monkeypatch.setattr(module, "newest_lines", full)
    kept.failed(raised())
    assert kept.all() == ()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b'{"report": {"id": "x"}}', b" " * (3 * CRASH_MAX)]
)
def test_a_damaged_report_goes_and_the_others_stay(kept, clock, tmp_path, content):
    kept.failed(raised())
    (tmp_path / "crashes" / "01a206c1-cd24-7403-b191-c2b6f34abdee.json").write_bytes(content)
    (tmp_path / "crashes" / "left.part").write_bytes(b"half")
    again = Crashes(tmp_path, clock)
    assert [each.report for each in again.all()] == [each.report for each in kept.all()]
    assert len(files(tmp_path)) == 1


def test_an_old_report_goes(kept, clock, tmp_path):
    kept.failed(raised())
    clock.at += timedelta(days=KEPT_DAYS + 1)
    assert Crashes(tmp_path, clock).all() == ()
    assert files(tmp_path) == []


def test_a_new_report_is_told_once_and_quietly_not(kept):
    told = []
    kept.heard = lambda: told.append(1)
    kept.failed(raised(KeyError), quietly=True)
    kept.failed(raised())
    kept.failed(raised())
    assert told == [1]

    def breaks():
        raise RuntimeError

    kept.heard = breaks
    kept.failed(raised(TypeError))


DIES = """
import os, sys, pathlib
from client.host.clock import SystemClock
from client.host.crashes import Crashes
from client.host.ending import MARK, Life
from client.host import logs
folder = pathlib.Path(sys.argv[1])
life = Life(folder, "boot-1")
crashes = Crashes(folder, SystemClock(), life)
crashes.at("step/notify_correction")
{how}
class Text:
    def __str__(self): os.kill(os.getpid(), {signal})
logs._redact_one(Text())
"""


@pytest.mark.parametrize(
    ("how", "ends", "name"),
    [
        ("", signal.SIGSEGV, "Segmentation fault"),
        ("crashes.complained('QObject: fatal 张三', fatal=True)", signal.SIGABRT, "Aborted"),
        ("", signal.SIGKILL, "killed"),
    ],
)
def test_a_process_that_died_has_its_report_at_the_next_start(tmp_path, clock, how, ends, name):
    text = DIES.format(how=how, signal=int(ends))
    died = subprocess.run([sys.executable, "-c", text, str(tmp_path)], check=False, timeout=60)
    assert died.returncode == -ends
    life = Life(tmp_path, "boot-1")
    try:
        (only,) = Crashes(tmp_path, clock, life).all()
        report = only.report
        assert (report.kind, report.page, only.state) == ("died", "step/notify_correction", "waits")
        assert report.raised[0].name == name
        if ends is not signal.SIGKILL:
            assert any(
                place.startswith("client/host/logs.py:") for place in report.raised[0].places
            )
        assert report.said == ("QObject: fatal ***" if how else "")
    finally:
        life.close()
    after = Life(tmp_path, "boot-1")
    after.close()
    assert len(Crashes(tmp_path, clock, after).all()) == 1  # no second one


def test_a_machine_that_was_switched_off_makes_no_report(tmp_path, clock):
    mark = tmp_path / MARK
    before = Life(tmp_path, "boot-1")
    left = mark.read_bytes()
    before.close()
    mark.write_bytes(left)
    life = Life(tmp_path, "boot-2")
    assert life.before.how == "machine"
    assert Crashes(tmp_path, clock, life).all() == ()
    life.close()
