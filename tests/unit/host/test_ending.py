"""A program that dies says so at its next start, with its places; an end in order says nothing."""

import signal
import subprocess
import sys

import pytest

from client.host.ending import MARK, TRACE, Ended, Life
from tests.helpers import waiting

DIES = """
import os, sys
from client.host.ending import Life
from client.host import logs
life = Life(__import__("pathlib").Path(sys.argv[1]), "boot-1")
{how}
"""


def run(folder, how):
    return subprocess.run(
        [sys.executable, "-c", DIES.format(how=how), str(folder)],
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def again(tmp_path):
    lives = []

    def begin(boot="boot-1"):
        lives.append(Life(tmp_path, boot))
        return lives[-1].before

    yield begin
    for life in lives:
        life.close()


def test_an_end_in_order_leaves_nothing_to_tell(tmp_path, again):
    assert run(tmp_path, "life.close()").returncode == 0
    assert not (tmp_path / MARK).exists()
    assert again() is None


@pytest.mark.slow
def test_a_killed_program_is_told_and_a_machine_that_was_switched_off_apart(tmp_path, again):
    for boot, how in (("boot-1", "program"), ("boot-2", "machine")):
        died = run(tmp_path, "os.kill(os.getpid(), 9)")
        assert died.returncode == -signal.SIGKILL
        before = Life(tmp_path, boot)
        before.close()
        assert before.before == Ended(how)
    assert again() is None


def test_a_program_that_died_in_its_interpreter_names_its_places(tmp_path, again):
    inside = (
        "original = logs.redact\n"
        "class Text:\n"
        "    def __str__(self): os.kill(os.getpid(), 11)\n"
        "logs._redact_one(Text())"
    )
    assert run(tmp_path, inside).returncode == -signal.SIGSEGV
    before = again()
    assert before.how == "program"
    assert any(place.startswith("client/host/logs.py:") for place in before.places)
    assert all(str(tmp_path) not in place for place in before.places)
    assert (tmp_path / TRACE).read_text() == ""  # this run's own, empty again


@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_was_asked_to_end_did_not_die(tmp_path, again, asked):
    ended = run(tmp_path, f"os.kill(os.getpid(), {int(asked)})")
    assert ended.returncode == -asked
    assert (tmp_path / MARK).exists()
    assert again() is None


def test_a_run_whose_mark_alone_could_be_written_ends_in_order(tmp_path, again):
    (tmp_path / TRACE).mkdir()  # as on a disk that ran full between the two
    life = Life(tmp_path, "boot-1")
    life.close()
    assert not (tmp_path / MARK).exists()
    (tmp_path / TRACE).rmdir()
    assert again() is None


def test_a_second_window_over_the_folder_takes_no_mark_for_a_death(tmp_path):
    begun = "open(sys.argv[1] + '/ready', 'w').close(); sys.stdin.read()"
    command = [sys.executable, "-c", DIES.format(how=begun), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE):
        waiting.until((tmp_path / "ready").exists)
        second = Life(tmp_path, "boot-1")
        second.close()
        assert second.before is None
        assert (tmp_path / MARK).exists()


@pytest.mark.parametrize("content", [b"", b"{", b'{"pid": "x", "boot": 1}'])
def test_a_mark_that_was_cut_short_is_the_machines_end(tmp_path, again, content):
    (tmp_path / MARK).write_bytes(content)
    (tmp_path / TRACE).write_bytes(b"\xff\x00 rubbish")
    assert again() == Ended("machine")


def test_a_mark_of_rubbish_keeps_nobody_from_starting(tmp_path, again):
    (tmp_path / MARK).write_bytes(b'{"pid":1,"boot":"\xff\xfe"}')
    assert again() == Ended("machine")
